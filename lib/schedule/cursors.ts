import type { DecidedBy, LocalDay } from './decision.ts';
import { DAY_MS, dayOf, parseLocal } from './local-date.ts';
import { localDay, type WindowOccurrence } from './occurrences.ts';
import type { Calendar, ScheduleException, Window } from './types.ts';
import type { LocalTime } from './zone.ts';

/** What one part of a schedule says at an instant, and until when (exclusive) it says so. */
export interface Reading<T> {
  readonly value: T;
  readonly until: number;
}

/** Goes along one part of a schedule: each call asks for the same instant as the one before, or a later one. */
export type Cursor<T> = (instantMs: number) => Reading<T>;

type ByWindow = Extract<DecidedBy, { kind: 'window' }>;
type ByException = Extract<DecidedBy, { kind: 'exception' }>;

/**
 * A window that is open or in its lead time. Where its occurrences overlap, the one that started last is named.
 *
 * @param occurrences ascending by start and by end; pulled as the instants go on
 */
export function windowCursor(
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
export function exceptionCursor(
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
export function dayCursor(calendar: Calendar | null, time: LocalTime, fromMs: number): Cursor<LocalDay> {
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
export const emptyCursor: Cursor<null> = () => ({ value: null, until: Number.POSITIVE_INFINITY });
