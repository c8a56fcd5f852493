import {
  type Cursor,
  dayCursor,
  emptyCursor,
  exceptionCursor,
  type Reading,
  windowCursor,
} from './cursors.ts';
import type { DecidedBy, Segment } from './decision.ts';
import { DAY_MS } from './local-date.ts';
import { occurrences, opensOnWorkdays, usesCalendar } from './occurrences.ts';
import { reasonFor } from './reason.ts';
import type { DesiredStatus, Schedule } from './types.ts';
import { localTime } from './zone.ts';

const EARLIEST = Date.UTC(1970, 0, 1);
/** Schedules are worked out until here, exclusive: croner goes no further. */
export const LATEST = Date.UTC(3000, 0, 1);

/**
 * The segment that holds an instant, from that instant on. Each call must ask for the same instant as the one before
 * or a later one.
 */
export type Timeline = (instantMs: number) => Segment;

/**
 * The one place that decides what a schedule wants: over [fromMs, toMs), from the left to the right.
 *
 * Precedence: exceptions; of those the last in the list; then open windows, in the order of the list; then windows
 * in lead time; then nothing.
 *
 * @param fromMs instant in whole milliseconds since the epoch, from 1970
 * @param toMs after fromMs, until 3000
 * @param merged whether only the status matters: occurrences of a window that leave no gap between them may then be
 *   named as one, which makes windows that open all the time cheap
 * @throws RangeError for another range, an unknown time zone, or an exception that is not a local date-time.
 * @throws TypeError for a cron expression that is not five valid fields.
 */
export function timeline(schedule: Schedule, fromMs: number, toMs: number, merged = false): Timeline {
  checkRange(fromMs, toMs);
  const decidedAt = decider(schedule, fromMs, toMs, merged);
  return (instantMs) => {
    const { value, until } = decidedAt(instantMs);
    return {
      from: instantMs,
      to: Math.min(until, toMs),
      status: statusFor(value),
      reason: reasonFor(value, schedule.zone.name),
      decidedBy: value,
    };
  };
}

function checkRange(fromMs: number, toMs: number): void {
  if (!Number.isInteger(fromMs) || !Number.isInteger(toMs)) {
    throw new RangeError(`not a range of whole milliseconds: ${fromMs} to ${toMs}`);
  }
  if (fromMs < EARLIEST || toMs > LATEST || fromMs >= toMs) {
    throw new RangeError(`not a range between 1970 and 3000: ${fromMs} to ${toMs}`);
  }
}

function decider(
  schedule: Schedule,
  fromMs: number,
  toMs: number,
  merged: boolean,
): (instantMs: number) => Reading<DecidedBy> {
  const { zone, calendar, windows, leadMs } = schedule;
  const longest = Math.max(0, ...windows.map((window) => (window.kind === 'cron' ? window.durationMs : 0)));
  const horizon = toMs + leadMs;
  const time = localTime(zone, fromMs - longest - 3 * DAY_MS, horizon + 3 * DAY_MS);

  const exceptionAt = exceptionCursor(schedule.exceptions, time);
  const windowAt = firstOpen(
    windows.map((window, index) =>
      windowCursor(index, window, occurrences(window, schedule, time, fromMs, horizon, merged), leadMs),
    ),
  );
  const dayAt = windows.some(usesCalendar) ? dayCursor(calendar, time, fromMs) : emptyCursor;
  const restsOnRestDays = windows.some(opensOnWorkdays);

  return (instantMs) => {
    const exception = exceptionAt(instantMs);
    const window = windowAt(instantMs);
    const { value: day, until: midnight } = dayAt(instantMs);
    const until = Math.min(exception.until, window.until, midnight);
    if (exception.value !== null) return { value: exception.value, until };
    if (window.value !== null) return { value: window.value, until };
    const rests = day !== null && !day.workday && restsOnRestDays;
    return { value: rests ? { kind: 'rest-day', day } : { kind: 'outside', day }, until };
  };
}

type ByWindow = Extract<DecidedBy, { kind: 'window' }>;

/** Of several windows the first that is open, or else the first in lead time. */
function firstOpen(cursors: readonly Cursor<ByWindow | null>[]): Cursor<ByWindow | null> {
  return (instantMs) => {
    let value: ByWindow | null = null;
    let until = Number.POSITIVE_INFINITY;
    for (const cursor of cursors) {
      const reading = cursor(instantMs);
      until = Math.min(until, reading.until);
      const better = value === null || (value.lead && reading.value?.lead === false);
      if (better) value = reading.value;
    }
    return { value, until };
  };
}

function statusFor(decidedBy: DecidedBy): DesiredStatus {
  switch (decidedBy.kind) {
    case 'window':
      return 'Active';
    case 'exception':
      return decidedBy.exception.status;
    case 'rest-day':
    case 'outside':
      return 'Inactive';
  }
}
