import type { Decision, Interval, NextStatus, Segment } from './decision.ts';
import { DAY_MS } from './local-date.ts';
import { LATEST, timeline } from './timeline.ts';
import type { Schedule } from './types.ts';

export { coverageWarnings } from './coverage.ts';
export { segments } from './timeline.ts';

/** How far ahead the next change is looked for. A schedule that stays the same for three years has none. */
const HORIZONS_DAYS = [2, 16, 128, 1_100] as const;

/**
 * What a schedule wants at an instant, why, and what it wants next. A function of its arguments only.
 *
 * Cost: that of two days of the timeline, more only when nothing changes within them, and a few milliseconds when
 * nothing ever does.
 *
 * @param instantMs whole milliseconds since the epoch
 * @throws as {@link intervals} does.
 */
export function decide(schedule: Schedule, instantMs: number): Decision {
  const { status, reason, decidedBy } = segmentAt(schedule, instantMs);
  const nextTransition = nextChange(schedule, instantMs);
  return { status, reason, decidedBy, nextTransition, next: nextStatus(schedule, nextTransition) };
}

const segmentAt = (schedule: Schedule, instantMs: number): Segment =>
  timeline(schedule, instantMs, instantMs + 1)(instantMs);

function nextStatus(schedule: Schedule, at: number | null): NextStatus | null {
  if (at === null) return null;
  const { status, reason, decidedBy } = segmentAt(schedule, at);
  return { at, status, reason, decidedBy };
}

function nextChange(schedule: Schedule, instantMs: number): number | null {
  for (const days of HORIZONS_DAYS) {
    const end = Math.min(instantMs + days * DAY_MS, LATEST);
    const mergedAt = timeline(schedule, instantMs, end, true);
    const { status, to } = mergedAt(instantMs);
    for (let at = to; at < end; ) {
      const segment = mergedAt(at);
      if (segment.status !== status) return at;
      at = segment.to;
    }
  }
  return null;
}

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
