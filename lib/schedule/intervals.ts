/** What a schedule wants over a range, as lists. Pure. */
import type { DecidedBy, Interval, Segment } from './decision.ts';
import { timeline } from './timeline.ts';
import type { Schedule } from './types.ts';

/**
 * What a schedule wants over [fromMs, toMs): contiguous and alternating between Active and Inactive. A reason names
 * everything that decides within the interval, in order, joined with `; `.
 *
 * Cost: linear in the dates of the range, in the occurrences of cron windows, and in windows and exceptions times
 * changes; not in minutes. Ten years of day windows take well under a second.
 *
 * @param fromMs instant in whole milliseconds since the epoch, from 1970
 * @param toMs after fromMs, until 3000
 * @throws RangeError for another range, an unknown time zone, or an exception that is not a local date-time.
 * @throws TypeError for a cron expression that is not five valid fields.
 */
export function intervals(schedule: Schedule, fromMs: number, toMs: number): readonly Interval[] {
  const exactAt = timeline(schedule, fromMs, toMs);
  const merged: Interval[] = [];
  let from = fromMs;
  let { status, reason, to } = exactAt(fromMs);
  let reasons = new Set([reason]);
  const finished = (): Interval => ({ from, to, status, reason: [...reasons].join('; ') });
  while (to < toMs) {
    const segment = exactAt(to);
    if (segment.status === status) {
      reasons.add(segment.reason);
    } else {
      merged.push(finished());
      from = segment.from;
      status = segment.status;
      reasons = new Set([segment.reason]);
    }
    to = segment.to;
  }
  return [...merged, finished()];
}

/**
 * The {@link timeline} of a schedule as a list over [fromMs, toMs): contiguous, never empty, cut wherever something
 * else decides (another occurrence of a window too, and each date of a schedule that goes by workdays or holidays).
 *
 * Cost: linear in the dates of the range, in the occurrences of cron windows, and in windows and exceptions times
 * segments; not in minutes.
 *
 * @throws as {@link timeline} does.
 */
export function segments(schedule: Schedule, fromMs: number, toMs: number): readonly Segment[] {
  const segmentAt = timeline(schedule, fromMs, toMs);
  const found: Segment[] = [];
  let current = segmentAt(fromMs);
  while (current.to < toMs) {
    const next = segmentAt(current.to);
    if (sameDecider(current.decidedBy, next.decidedBy)) {
      current = { ...current, to: next.to };
    } else {
      found.push(current);
      current = next;
    }
  }
  return [...found, current];
}

function sameDecider(a: DecidedBy, b: DecidedBy): boolean {
  return identity(a) === identity(b);
}

/** Unique within one schedule. */
function identity(decidedBy: DecidedBy): string {
  switch (decidedBy.kind) {
    case 'window':
      return `window ${decidedBy.index} ${decidedBy.occurrence.start} ${decidedBy.lead}`;
    case 'exception':
      return `exception ${decidedBy.index}`;
    case 'rest-day':
    case 'outside':
      return `day ${decidedBy.day?.date}`;
  }
}
