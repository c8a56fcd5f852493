import type { DecidedBy, LocalDay, Segment } from './decision.ts';
import { DAY_MS, dayOf, parseLocal } from './local-date.ts';
import {
  localDay,
  occurrences,
  opensOnWorkdays,
  usesCalendar,
  type WindowOccurrence,
} from './occurrences.ts';
import { reasonFor } from './reason.ts';
import type { Calendar, DesiredStatus, Schedule, ScheduleException, Window } from './types.ts';
import { type LocalTime, localTime } from './zone.ts';

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

/** What one part of a schedule says at an instant, and until when (exclusive) it says so. */
interface Reading<T> {
  readonly value: T;
  readonly until: number;
}

/** Reads one part of a schedule at instants that must not go back: each call goes on from the one before. */
type Cursor<T> = (instantMs: number) => Reading<T>;

type ByWindow = Extract<DecidedBy, { kind: 'window' }>;
type ByException = Extract<DecidedBy, { kind: 'exception' }>;

/**
 * A window that is open or in its lead time. Where its occurrences overlap, the one that started last is named.
 *
 * @param occurrences ascending by start and by end; pulled as the instants go on
 */
function windowCursor(
  index: number,
  window: Window,
  occurrences: Iterator<WindowOccurrence, void>,
  leadMs: number,
): Cursor<ByWindow | null> {
  const pull = (): WindowOccurrence | null => {
    const next = occurrences.next();
    return next.done ? null : next.value;
  };
  const decidedBy = ({ start, end, day }: WindowOccurrence, lead: boolean): ByWindow => ({
    kind: 'window',
    index,
    window,
    occurrence: { start, end },
    lead,
    day,
  });
  let started: WindowOccurrence | null = null;
  let next = pull();
  return (instantMs) => {
    while (next !== null && next.start <= instantMs) {
      started = next;
      next = pull();
    }
    const nextStart = next === null ? Number.POSITIVE_INFINITY : next.start;
    if (started !== null && instantMs < started.end) {
      return { value: decidedBy(started, false), until: Math.min(started.end, nextStart) };
    }
    if (next !== null && nextStart - leadMs <= instantMs) {
      return { value: decidedBy(next, true), until: nextStart };
    }
    return { value: null, until: nextStart - leadMs };
  };
}

/**
 * The exception that wins: the last in the list of those that cover the instant.
 *
 * @throws RangeError for a from or to that is not a local date-time.
 */
function exceptionCursor(
  exceptions: readonly ScheduleException[],
  time: LocalTime,
): Cursor<ByException | null> {
  // One wholly within a spring gap has no instants, since it does not end after it starts.
  const spans = exceptions.map((exception, index) => ({
    decidedBy: { kind: 'exception', index, exception } as const,
    start: time.firstAtOrAfter(parseLocal(exception.from)),
    end: time.endBefore(parseLocal(exception.to)),
  }));
  return (instantMs) => {
    let value: ByException | null = null;
    let until = Number.POSITIVE_INFINITY;
    for (const { decidedBy, start, end } of spans) {
      if (start <= instantMs && instantMs < end) value = decidedBy;
      if (instantMs < start) until = Math.min(until, start);
      else if (instantMs < end) until = Math.min(until, end);
    }
    return { value, until };
  };
}

/** The local date; a date begins when the local clock first shows its midnight or later. */
function dayCursor(calendar: Calendar | null, time: LocalTime, fromMs: number): Cursor<LocalDay> {
  let day = dayOf(time.toLocal(fromMs));
  let end = time.firstAtOrAfter((day + 1) * DAY_MS);
  let value = localDay(calendar, day);
  return (instantMs) => {
    while (end <= instantMs) {
      day += 1;
      end = time.firstAtOrAfter((day + 1) * DAY_MS);
      value = localDay(calendar, day);
    }
    return { value, until: end };
  };
}

/** Says nothing, for ever. */
const emptyCursor: Cursor<null> = () => ({ value: null, until: Number.POSITIVE_INFINITY });

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
