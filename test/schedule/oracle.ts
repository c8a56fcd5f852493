/**
 * Brute force: walks the minutes of a stretch with `Intl.DateTimeFormat` and looks at what the clock shows.
 * Shares nothing with the implementation. Everything it is asked about lies on whole minutes.
 */
import type { DaysWindow, Schedule, Weekday } from '../../lib/schedule/types.ts';

export const MINUTE = 60_000;
export const DAY = 86_400_000;

/** Zones whose changes of offset are odd in one way or another, and some that never change. */
export const ZONES = [
  'Australia/Lord_Howe', // by half an hour
  'Africa/Cairo', // at midnight
  'America/Santiago', // at midnight
  'America/Havana', // at midnight and 01:00
  'Antarctica/Troll', // by two hours
  'Pacific/Chatham', // 12:45 and 13:45
  'America/New_York',
  'Europe/London',
  'Asia/Shanghai',
  'Asia/Kathmandu', // 05:45
  'America/St_Johns', // -03:30
  'Africa/Casablanca', // around Ramadan
] as const;

/** Reads a zone's clock: digits as `Date.UTC` takes them. */
export function clock(zone: string): (instantMs: number) => number {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return (instantMs) => Date.parse(`${format.format(instantMs).replace(' ', 'T')}Z`);
}

/** Older changes of the clock that a zone of today no longer has: back over midnight, and over a whole date. */
export const OLD_TURNS = [
  ['America/St_Johns', Date.UTC(2010, 10, 7, 2, 31)],
  ['Pacific/Apia', Date.UTC(2011, 11, 30, 10)],
  ['Asia/Pyongyang', Date.UTC(2018, 4, 4, 15)],
] as const;

/** The first minutes with another offset, 2025 to 2027; one ordinary midnight for a zone that never changes. */
export function turns(zone: string): number[] {
  const read = clock(zone);
  const offset = (t: number): number => read(t) - t;
  const found: number[] = [];
  for (let day = Date.UTC(2025, 0, 1); day < Date.UTC(2028, 0, 1); day += DAY) {
    if (offset(day) === offset(day + DAY)) continue;
    let minute = day;
    while (offset(minute) === offset(day)) minute += MINUTE;
    found.push(minute);
  }
  return found.length > 0 ? found : [Date.UTC(2026, 9, 1)];
}

/** What the clock of a zone shows at every minute of [from, to). */
export interface Strip {
  readonly zone: string;
  readonly from: number;
  readonly to: number;
  /** By minutes after `from`. */
  readonly shown: Float64Array;
}

export function strip(zone: string, from: number, to: number): Strip {
  const read = clock(zone);
  const shown = Float64Array.from({ length: (to - from) / MINUTE }, (_, i) => read(from + i * MINUTE));
  return { zone, from, to, shown };
}

/** Whether a schedule of day windows and exceptions is Active, for every minute of the strip but its outer two days. */
export function activeMinutes(schedule: Schedule, { from, to, shown }: Strip): Uint8Array {
  const active = new Uint8Array(shown.length);
  const lead = schedule.leadMs / MINUTE;
  const fill = (start: number, end: number, value: number): void => {
    if (start < end) active.fill(value, Math.max(0, start), end);
  };
  for (const window of schedule.windows) {
    if (window.kind !== 'days') throw new Error('the oracle knows day windows only');
    for (let date = Math.floor((from - 2 * DAY) / DAY) * DAY; date <= to + DAY; date += DAY) {
      if (!named(window.days, date, schedule.calendar)) continue;
      const start = firstShowing(shown, date + window.fromMinute * MINUTE);
      const endDate = window.toMinute <= window.fromMinute ? date + DAY : date;
      const end = afterLastShowingBefore(shown, endDate + window.toMinute * MINUTE);
      if (start < end) fill(start - lead, end, 1);
    }
  }
  for (const { from: start, to: end, status } of schedule.exceptions) {
    fill(
      firstShowing(shown, Date.parse(`${start}Z`)),
      afterLastShowingBefore(shown, Date.parse(`${end}Z`)),
      status === 'Active' ? 1 : 0,
    );
  }
  return active;
}

function named(days: DaysWindow['days'], date: number, calendar: Schedule['calendar']): boolean {
  const sunday0 = new Date(date).getUTCDay();
  const weekday = (sunday0 === 0 ? 7 : sunday0) as Weekday;
  const weekend = sunday0 === 0 || sunday0 === 6;
  const works =
    calendar === null ? !weekend : calendar.day(new Date(date).toISOString().slice(0, 10)).workday;
  if (days === 'daily') return true;
  if (days === 'workdays') return works;
  if (days === 'weekdays') return works && !weekend;
  if (days === 'holidays') return !works;
  return days.includes(weekday);
}

function firstShowing(shown: Float64Array, local: number): number {
  const index = shown.findIndex((digits) => digits >= local);
  return index < 0 ? shown.length : index;
}

function afterLastShowingBefore(shown: Float64Array, local: number): number {
  return shown.findLastIndex((digits) => digits < local) + 1;
}
