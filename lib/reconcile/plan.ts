/** What a flow log should be and what to do about it. Pure: the one place that decides. */
import type { FlowLogEntry } from '../config/config.ts';
import type { Decision } from '../schedule/decision.ts';
import { LATEST } from '../schedule/timeline.ts';
import type { DesiredStatus, Schedule } from '../schedule/types.ts';
import { CloudError } from './cloud-error.ts';
import { describeOverride, type Override, readOverrideTag } from './override.ts';
import type { FlowLog } from './ports.ts';
import { type Action, type Failure, failureOf } from './report.ts';
import { isIn, isSelected, type Target } from './targets.ts';

/** What a flow log should be at an instant: the schedule's word, or a person's while an override is in force. */
export interface Wanted {
  /** Null where the config does not say one thing. */
  readonly status: DesiredStatus | null;
  readonly reason: string;
  /** Instant at which the wanted status changes next, milliseconds since the epoch; null when it never does. */
  readonly nextTransition: number | null;
  /** The one in force. */
  readonly override: Override | null;
}

/** What to do about a flow log. */
export type Todo =
  | { readonly kind: 'none'; readonly outcome: 'unchanged' | 'waiting' }
  | { readonly kind: 'change'; readonly action: Exclude<Action, 'none'> }
  | { readonly kind: 'fail'; readonly failure: Failure };

export interface Step {
  readonly wanted: Wanted;
  readonly todo: Todo;
}

/** A flow log as it was read: null when the listing had none with its ID, an error when there is no listing. */
export type Observed = FlowLog | CloudError | null;

/** What a schedule wants at an instant. */
export type Decide = (schedule: Schedule, instantMs: number) => Decision;

/**
 * Decides about a flow log, before every sending anew.
 * @param at milliseconds since the epoch
 */
export function planStep(target: Target, observed: Observed, at: number, decide: Decide): Step {
  const { conflict } = target;
  if (conflict !== null)
    return { wanted: nothing(conflict.message), todo: { kind: 'fail', failure: conflict } };
  const flowLog = meant(target, observed);
  if (flowLog !== null && !isSelected(target, flowLog)) {
    const reason = 'no select entry of the config picks it any more';
    return { wanted: nothing(reason), todo: { kind: 'none', outcome: 'unchanged' } };
  }
  const tag = flowLog === null ? null : readOverrideTag(flowLog, at);
  const override = tag?.kind === 'in-force' ? tag.override : null;
  const wanted = wantedAt(target.entry.schedule, at, override, decide);
  return { wanted, todo: todoFor(target, observed, wanted.status) };
}

const nothing = (reason: string): Wanted => ({ status: null, reason, nextTransition: null, override: null });

/**
 * @param at milliseconds since the epoch
 * @param override one in force at that instant
 */
export function wantedAt(
  schedule: Schedule,
  at: number,
  override: Override | null,
  decide: Decide,
): Wanted & { readonly status: DesiredStatus } {
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

/** What a status means. */
export function readStatus({
  status,
  isTransient,
}: Pick<FlowLog, 'status' | 'isTransient'>): DesiredStatus | 'transient' | 'unknown' {
  if (status === 'Active' || status === 'Inactive') return status;
  return isTransient ? 'transient' : 'unknown';
}

/** The flow log of an entry; null when there is none, or not as the config says: then its tags are left alone too. */
export function meant(target: Target, observed: Observed): FlowLog | null {
  const found = find(target, observed);
  return 'code' in found ? null : found;
}

/** What to do about a flow log that should have a status. */
export function todoFor(target: Target, observed: Observed, wanted: DesiredStatus): Todo {
  const found = find(target, observed);
  if ('code' in found) return { kind: 'fail', failure: found };
  const status = readStatus(found);
  if (status === 'transient') return { kind: 'none', outcome: 'waiting' };
  if (status === 'unknown') return { kind: 'fail', failure: unknownStatus(found) };
  if (status === wanted) return { kind: 'none', outcome: 'unchanged' };
  return { kind: 'change', action: wanted === 'Active' ? 'activate' : 'deactivate' };
}

/** The flow log of an entry, or why it is left alone. */
function find({ entry, conflict }: Target, observed: Observed): FlowLog | Failure {
  if (conflict !== null) return conflict;
  if (observed instanceof CloudError) return failureOf(observed);
  if (observed === null) return notFound(entry);
  const { flowLogId, regionId, cenId } = observed;
  if (!isIn(observed, entry.regionId)) {
    const message = `${flowLogId} lies in ${regionId}, the config says ${entry.regionId}; correct regionId`;
    return failure('RegionMismatch', message);
  }
  if (entry.cenId !== null && cenId !== null && entry.cenId !== cenId) {
    const message = `${flowLogId} belongs to ${cenId}, the config says ${entry.cenId}; correct cenId, or leave it out`;
    return failure('CenMismatch', message);
  }
  if (observed.tags !== null) return observed;
  const message =
    `${productOf(entry)} listed the tags of ${flowLogId} in a shape that this version does not know. They may hold an ` +
    `override, so the flow log is left as it is; look at its tags in the ${productOf(entry)} console`;
  return failure('UnreadableTags', message);
}

/** `CEN` or `VPC`. */
export const productOf = ({ service }: Pick<FlowLogEntry, 'service'>): string => service.toUpperCase();

function notFound({ service, flowLogId, regionId, cenId, vpcId }: FlowLogEntry): Failure {
  const network = cenId ?? vpcId;
  const where = network === null ? regionId : `${regionId} and ${network}`;
  const key = service === 'cen' ? 'cenId' : 'vpcId';
  const message = `${productOf({ service })} lists no flow log ${flowLogId} in ${where}; correct flowLogId, regionId or ${key}, or remove the entry`;
  return failure('FlowLogNotFound', message);
}

/** @param listed accounts (null is the function's own) and regions whose listing has the flow log */
export function foundElsewhere(
  { service, flowLogId, regionId, account }: FlowLogEntry,
  listed: readonly { readonly account: string | null; readonly regionId: string }[],
): Failure {
  const accountName = (name: string | null) =>
    name === null ? "the function's own account" : `account ${name}`;
  const places = listed.map((place) =>
    place.account === account ? place.regionId : `${place.regionId} of ${accountName(place.account)}`,
  );
  const message = `${productOf({ service })} lists no flow log ${flowLogId} in ${regionId}; it is in ${places.join(' and ')}: correct the entry`;
  return failure('FlowLogNotFound', message);
}

const unknownStatus = ({ flowLogId, status }: FlowLog): Failure =>
  failure(
    'UnknownStatus',
    `${flowLogId} has the status "${status}", which this version does not know; it is left as it is`,
  );

const failure = (code: string, message: string): Failure => ({ code, message, requestId: null });
