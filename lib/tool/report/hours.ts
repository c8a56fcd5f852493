/** The hours of a range as a clock on the wall shows them. Pure. */
import { dayOf, weekdayOf } from '../../schedule/local-date.ts';
import { localTime, type Zone } from '../../schedule/zone.ts';
import { DAY_MS, HOUR_MS, lengthOf, type Stretch } from './stretch.ts';

/** A local clock hour, or the part of one that lies in the range and has one offset from UTC. */
export interface Hour extends Stretch {
  /** Days since 1970-01-01, of the local date. */
  readonly day: number;
  /** 0 to 23 */
  readonly hour: number;
  /** 0 for Monday 00:00 to 167 for Sunday 23:00. */
  readonly hourOfWeek: number;
  /** How far into the hour it starts, in milliseconds; 0 for a whole one. */
  readonly intoHourMs: number;
  /** Whether it is all of the hour. */
  readonly whole: boolean;
}

/** Contiguous over the range. An hour that the clock shows twice comes twice, one that it leaves out does not come. */
export function hoursOf(zone: Zone, range: Stretch): readonly Hour[] {
  const hours: Hour[] = [];
  for (const segment of localTime(zone, range.start, range.end).segments) {
    const end = Math.min(segment.end, range.end);
    for (let start = Math.max(segment.start, range.start); start < end; ) {
      const local = start + segment.offsetMs;
      const next = Math.min((Math.floor(local / HOUR_MS) + 1) * HOUR_MS - segment.offsetMs, end);
      hours.push(toHour({ start, end: next }, local));
      start = next;
    }
  }
  return hours;
}

function toHour(stretch: Stretch, local: number): Hour {
  const day = dayOf(local);
  const hour = Math.floor((local - day * DAY_MS) / HOUR_MS);
  const hourOfWeek = (weekdayOf(day) - 1) * 24 + hour;
  const intoHourMs = local - day * DAY_MS - hour * HOUR_MS;
  return { ...stretch, day, hour, hourOfWeek, intoHourMs, whole: lengthOf(stretch) === HOUR_MS };
}
