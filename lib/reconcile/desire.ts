/** What a flow log should be now: the schedule's word, or a person's while an override is in force. Pure. */
import type { Decision } from '../schedule/decision.ts';
import { LATEST } from '../schedule/timeline.ts';
import type { DesiredStatus, Schedule } from '../schedule/types.ts';
import { describeOverride, OVERRIDE_TAG, type Override, parseOverride } from './override.ts';
import type { FlowLog } from './ports.ts';

export interface Desire {
  readonly status: DesiredStatus;
  readonly reason: string;
  /** Instant at which the desired status changes next, milliseconds since the epoch; null when it never does. */
  readonly nextTransition: number | null;
  /** Set while one is in force. */
  readonly override: Override | null;
}

/** What the override tag of a flow log says at an instant. */
export type TagReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'in-force'; readonly override: Override }
  | { readonly kind: 'expired'; readonly override: Override }
  /** It is no override: ignored, reported, and left alone. */
  | { readonly kind: 'unreadable'; readonly value: string };

export function readOverrideTag(flowLog: FlowLog, at: number): TagReading {
  const value = flowLog.tags?.[OVERRIDE_TAG];
  if (value === undefined) return { kind: 'none' };
  const override = parseOverride(value);
  if (override === null) return { kind: 'unreadable', value };
  return { kind: at < override.until ? 'in-force' : 'expired', override };
}

/** What a schedule wants at an instant. */
export type Decide = (schedule: Schedule, instantMs: number) => Decision;

/**
 * @param at milliseconds since the epoch
 * @param override one in force at that instant
 */
export function desire(schedule: Schedule, at: number, override: Override | null, decide: Decide): Desire {
  const { status, reason, nextTransition } = decide(schedule, at);
  if (override === null) return { status, reason, nextTransition, override };
  const { until } = override;
  // A hand-written end may lie where schedules are not worked out any more, such as in the year 9999.
  const after = until < LATEST ? decide(schedule, until) : null;
  return {
    status: override.status,
    reason: describeOverride(override, schedule.zone),
    nextTransition: after?.status === override.status ? after.nextTransition : until,
    override,
  };
}

/** {@link Decide} for a run that decides again and again: until a decision's next transition it is worked out once. */
export function remembering(decide: Decide): Decide {
  const known = new Map<Schedule, { readonly from: number; readonly decision: Decision }[]>();
  return (schedule, instantMs) => {
    const ofSchedule = known.get(schedule) ?? [];
    known.set(schedule, ofSchedule);
    const held = ofSchedule.find(
      ({ from, decision: { nextTransition } }) =>
        from <= instantMs && (nextTransition === null || instantMs < nextTransition),
    );
    if (held !== undefined) return held.decision;
    const decision = decide(schedule, instantMs);
    ofSchedule.push({ from: instantMs, decision });
    return decision;
  };
}
