import type { Decision, NextStatus, Segment } from './decision.ts';
import { DAY_MS } from './local-date.ts';
import { LATEST, timeline } from './timeline.ts';
import type { Schedule } from './types.ts';

export { coverageWarnings } from './coverage.ts';

/** How far ahead the next change is looked for. A schedule that stays the same for three years has none. */
const HORIZONS_DAYS = [2, 16, 128, 1_100] as const;

/**
 * What a schedule wants at an instant, why, and what it wants next. A function of its arguments only.
 *
 * Cost: that of two days of the timeline, more only when nothing changes within them, and a few milliseconds when
 * nothing ever does.
 *
 * @param instantMs whole milliseconds since the epoch
 * @throws as {@link timeline} does.
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
