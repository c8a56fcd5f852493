import type { LocalDateTime, Weekday } from './types.ts';

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/**
 * A local wall-clock reading as a number: what `Date.UTC` gives for the same digits. Milliseconds, without a zone;
 * not an instant.
 */
export type LocalMs = number;

/** A local calendar date as a number: days since 1970-01-01. */
export type DayNumber = number;

export function dayOf(local: LocalMs): DayNumber {
  return Math.floor(local / DAY_MS);
}

/** @returns `YYYY-MM-DD` */
export function dateText(day: DayNumber): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** @param date `YYYY-MM-DD` */
export function dayNumber(date: string): DayNumber {
  return dayOf(Date.parse(`${date}T00:00Z`));
}

export function weekdayOf(day: DayNumber): Weekday {
  // 1970-01-01 was a Thursday.
  return (((((day + 3) % 7) + 7) % 7) + 1) as Weekday;
}

/** @throws RangeError when the text is not an ISO local date-time. */
export function parseLocal(text: LocalDateTime): LocalMs {
  const local = Date.parse(`${text}Z`);
  if (Number.isNaN(local)) throw new RangeError(`not a local date-time (YYYY-MM-DDTHH:MM): "${text}"`);
  return local;
}
