import type { LocalMs } from './local-date.ts';
import { usesCalendar } from './occurrences.ts';
import type { Days, Schedule } from './types.ts';
import { localTime } from './zone.ts';

/**
 * Warnings for the years of [fromMs, toMs), by local date, that the calendar of a schedule does not know although a
 * window goes by it. At most one; none for a schedule without a calendar.
 *
 * @param fromMs milliseconds since the epoch
 * @param toMs after fromMs
 * @throws RangeError for an unknown time zone.
 */
export function coverageWarnings(schedule: Schedule, fromMs: number, toMs: number): readonly string[] {
  const { calendar, zone, windows, leadMs } = schedule;
  if (calendar === null || !windows.some(usesCalendar)) return [];
  // Of an instant in lead time, the date that the window starts on decides.
  const time = localTime(zone, fromMs, toMs + leadMs);
  const years = yearsOf(time.toLocal(fromMs), time.toLocal(toMs + leadMs - 1));
  const unknown = years.filter((year) => !calendar.covers(year));
  if (unknown.length === 0) return [];
  const says = (...words: readonly Days[]) =>
    windows.some((window) => window.kind === 'days' && words.includes(window.days));
  const effects = [
    ...(says('workdays', 'holidays') ? ['workdays fall back to Monday to Friday'] : []),
    ...(says('weekdays') ? ['weekdays count holidays too'] : []),
  ];
  return [`calendar "${calendar.name}" does not know ${joinYears(unknown)}: ${effects.join(', ')}`];
}

function yearsOf(from: LocalMs, to: LocalMs): readonly number[] {
  const first = new Date(from).getUTCFullYear();
  const last = new Date(to).getUTCFullYear();
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** `2003, 2027 to 2029` */
function joinYears(years: readonly number[]): string {
  const starts = years.filter((year) => !years.includes(year - 1));
  const ends = years.filter((year) => !years.includes(year + 1));
  return starts
    .map((start, index) => (start === ends[index] ? `${start}` : `${start} to ${ends[index]}`))
    .join(', ');
}
