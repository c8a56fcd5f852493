import type { Decision, Interval, NextStatus, Segment } from './decision.ts';
import { DAY_MS } from './local-date.ts';
import { timeline } from './timeline.ts';
import type { Schedule } from './types.ts';

export { coverageWarnings } from './coverage.ts';
export type { DecidedBy, Decision, Interval, LocalDay, NextStatus, Occurrence, Segment } from './decision.ts';
export { segments } from './timeline.ts';

/** How far ahead the next change is looked for. A schedule that stays the same for three years has none. */
const HORIZONS_DAYS = [2, 16, 128, 1_100] as const;

/**
 * What a schedule wants at an instant, why, and what it wants next. A function of its arguments only.
 *
 * Cost: that of two days of the timeline, more only when nothing changes within them; see {@link decideAt} for many
 * flow logs with few schedules.
 *
 * @param instantMs whole milliseconds since the epoch
 * @throws as {@link intervals} does.
 */
export function decide(schedule: Schedule, instantMs: number): Decision {
  const [nearest, ...farther] = HORIZONS_DAYS;
  let decision = decideWithin(schedule, instantMs, nearest);
  for (const days of farther) {
    if (decision.next !== null) return decision;
    decision = decideWithin(schedule, instantMs, days);
  }
  return decision;
}

function decideWithin(schedule: Schedule, instantMs: number, days: number): Decision {
  const end = instantMs + days * DAY_MS;
  const segmentAt = timeline(schedule, instantMs, end);
  const { status, reason, decidedBy, to } = segmentAt(instantMs);
  for (let at = to; at < end; ) {
    const segment = segmentAt(at);
    if (segment.status !== status) {
      return { status, reason, decidedBy, nextTransition: at, next: nextStatus(segment) };
    }
    at = segment.to;
  }
  return { status, reason, decidedBy, nextTransition: null, next: null };
}

function nextStatus({ from, status, reason, decidedBy }: Segment): NextStatus {
  return { at: from, status, reason, decidedBy };
}

/**
 * {@link decide} for one instant and many flow logs: each schedule (by identity) is worked out once.
 *
 * @param instantMs whole milliseconds since the epoch
 */
export function decideAt(instantMs: number): (schedule: Schedule) => Decision {
  const known = new Map<Schedule, Decision>();
  return (schedule) => {
    const decision = known.get(schedule) ?? decide(schedule, instantMs);
    known.set(schedule, decision);
    return decision;
  };
}

/**
 * What a schedule wants over [fromMs, toMs): contiguous and alternating between Active and Inactive. A reason names
 * everything that decides within the interval, in order, joined with `; `.
 *
 * Cost: linear in the dates of the range, in the occurrences of cron windows, and in windows and exceptions times
 * changes; not in minutes. Ten years of day windows take well under a second.
 *
 * @param fromMs instant in whole milliseconds since the epoch, from 1970
 * @param toMs after fromMs, until 9990
 * @throws RangeError for another range, an unknown time zone, or an exception that is not a local date-time.
 * @throws TypeError for a cron expression that is not five valid fields.
 */
export function intervals(schedule: Schedule, fromMs: number, toMs: number): readonly Interval[] {
  const segmentAt = timeline(schedule, fromMs, toMs);
  const merged: Interval[] = [];
  let from = fromMs;
  let { status, reason, to } = segmentAt(fromMs);
  let reasons = new Set([reason]);
  const finished = (): Interval => ({ from, to, status, reason: [...reasons].join('; ') });
  while (to < toMs) {
    const segment = segmentAt(to);
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
