import { mondayToFriday } from './calendar.ts';
import { cronOccurrences } from './cron.ts';
import type { LocalDay, Occurrence } from './decision.ts';
import { DAY_MS, type DayNumber, dateText, dayOf, MINUTE_MS, weekdayOf } from './local-date.ts';
import type { Calendar, CronWindow, Days, DaysWindow, Schedule, Window } from './types.ts';
import type { LocalTime } from './zone.ts';

export interface WindowOccurrence extends Occurrence {
  /** The date on which the window starts, where it goes by the calendar. */
  readonly day: LocalDay | null;
}

/** Whether a window opens on days that a calendar counts as working days. */
export function opensOnWorkdays(window: Window): boolean {
  return window.kind === 'days' && (window.days === 'workdays' || window.days === 'weekdays');
}

/** Whether make-up workdays on a weekend matter to a window: they are workdays, and no rest days. */
export function countsMakeUpDays(window: Window): boolean {
  return window.kind === 'days' && (window.days === 'workdays' || window.days === 'holidays');
}

/** Whether a window goes by the calendar's workdays or rest days. */
export function usesCalendar(window: Window): boolean {
  return opensOnWorkdays(window) || countsMakeUpDays(window);
}

/** A local date as the schedule's calendar, or else Monday to Friday, sees it. */
export function localDay(calendar: Calendar | null, day: DayNumber): LocalDay {
  const date = dateText(day);
  return { date, ...(calendar ?? mondayToFriday).day(date) };
}

/**
 * When a window is open, without lead time: ascending by start and by end. All that meet [fromMs, toMs), and
 * perhaps a few around. Linear in the dates, or in the occurrences of a cron window, that are pulled.
 *
 * @param time the zone's local time, exact over [fromMs - 3 days - a cron window's duration, toMs + 3 days]
 * @param merged whether occurrences that leave no gap between them may be merged into one
 */
export function occurrences(
  window: Window,
  schedule: Schedule,
  time: LocalTime,
  fromMs: number,
  toMs: number,
  merged = false,
): Iterator<WindowOccurrence, void> {
  switch (window.kind) {
    case 'days':
      return daysOccurrences(window, schedule.calendar, time, fromMs, toMs);
    case 'cron':
      return cronWindowOccurrences(window, time, fromMs, toMs, merged);
  }
}

function* cronWindowOccurrences(
  window: CronWindow,
  time: LocalTime,
  fromMs: number,
  toMs: number,
  merged: boolean,
): Generator<WindowOccurrence, void> {
  for (const { start, end } of cronOccurrences(window, time, fromMs, toMs, merged)) {
    yield { start, end, day: null };
  }
}

function* daysOccurrences(
  { days, fromMinute, toMinute }: DaysWindow,
  calendar: Calendar | null,
  time: LocalTime,
  fromMs: number,
  toMs: number,
): Generator<WindowOccurrence, void> {
  const endMinute = toMinute <= fromMinute ? toMinute + 1440 : toMinute;
  // One date back for windows over midnight, another for clocks that are put back over midnight.
  const firstDay = dayOf(time.toLocal(fromMs)) - 2;
  const lastDay = dayOf(time.toLocal(toMs)) + 1;
  for (let number = firstDay; number <= lastDay; number += 1) {
    const start = time.firstAtOrAfter(number * DAY_MS + fromMinute * MINUTE_MS);
    const end = time.endBefore(number * DAY_MS + endMinute * MINUTE_MS);
    const { named, day } = startDate(days, calendar, number);
    if (named && start < end) yield { start, end, day };
  }
}

function startDate(
  days: Days,
  calendar: Calendar | null,
  number: DayNumber,
): { readonly named: boolean; readonly day: LocalDay | null } {
  switch (days) {
    case 'daily':
      return { named: true, day: null };
    case 'workdays': {
      const day = localDay(calendar, number);
      return { named: day.workday, day };
    }
    case 'weekdays': {
      const day = localDay(calendar, number);
      return { named: day.workday && weekdayOf(number) <= 5, day };
    }
    case 'holidays': {
      const day = localDay(calendar, number);
      return { named: !day.workday, day };
    }
    default:
      return { named: days.includes(weekdayOf(number)), day: null };
  }
}
