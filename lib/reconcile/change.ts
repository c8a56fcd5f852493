/** One flow log that is being changed, and what each reading of it means. Pure but for the change itself. */
import type { CloudError } from './cloud-error.ts';
import { type Failure, failureOf, type Plan, productOf, readStatus } from './plan.ts';
import type { FlowLog } from './ports.ts';
import type { Action, Outcome, Warning } from './report.ts';
import type { Target } from './targets.ts';

/** What the last sending of a call came to. */
export type Sending =
  | { readonly kind: 'accepted'; readonly requestId: string | null }
  /** It had no effect. */
  | { readonly kind: 'refused'; readonly error: CloudError }
  /** Nobody knows whether it had an effect. */
  | { readonly kind: 'unanswered'; readonly error: CloudError };

/** Bringing a flow log to a status. Its ClientToken stays the same however often it is sent. */
export interface Intent {
  readonly plan: Plan;
  readonly action: 'activate' | 'deactivate';
  readonly clientToken: string;
  /** Monotonic milliseconds of the first sending. */
  readonly sentAt: number;
  /** Null while it was only throttled. */
  last: Sending | null;
  unanswered: number;
  /** How many readings showed that the override which it was decided by was cleared before its end. */
  cleared: number;
}

export interface Change {
  readonly target: Target;
  /** The last reading; null when the listing had no such flow log. */
  seen: FlowLog | null;
  /** By the last reading. */
  plan: Plan;
  /** `send`: to be sent when it is due and its reading is fresh. `settle`: to be read until it has settled. */
  phase: 'send' | 'settle';
  /** Null until something was sent. */
  intent: Intent | null;
  /** Whether it was read since it was sent last. */
  isRead: boolean;
  /** Monotonic milliseconds: when its last reading was asked for, not to be sent before, and settled by. */
  readAt: number;
  notBefore: number;
  deadline: number;
  attempts: number;
  throttled: number;
  /** Why it was throttled, or could not be read, when it was tried last. */
  unsent: CloudError | null;
  unread: CloudError | null;
}

/** What became of a change. */
export interface Settled {
  readonly wanted: Plan['wanted'];
  readonly action: Action;
  readonly outcome: Outcome;
  readonly error: Failure | null;
  /** The last status read; null when it was not read since a call that may have had an effect. */
  readonly status: string | null;
  readonly attempts: number;
  /** From the first sending to the reading that confirmed it. */
  readonly settleMs: number | null;
  readonly warning: Warning | null;
}

/** How often a call is sent whose effect stays unknown. */
const MAX_UNANSWERED = 3;
const READINGS_OF_A_CLEARED_OVERRIDE = 2;

/**
 * What a reading means.
 * @param waitsForOthers whether a change that somebody else makes is waited for before anything was sent
 * @param now monotonic milliseconds
 * @param at milliseconds since the epoch
 * @returns the phase it goes on with, or its end
 */
export function judge(
  change: Change,
  waitsForOthers: boolean,
  now: number,
  at: number,
): Change['phase'] | Settled {
  const { intent, plan, seen } = change;
  if (seen === null) return intent === null ? endOf(change, now) : 'settle';
  if (readStatus(seen) === 'transient') {
    return intent === null && !waitsForOthers ? endOf(change, now) : 'settle';
  }
  const isAsSent = intent !== null && seen.status === intent.plan.wanted.status;
  if (plan.step.kind === 'fail') {
    if (isAsSent) return confirmed(change, intent, now);
    const mayChange = intent?.last?.kind === 'accepted' || intent?.last?.kind === 'unanswered';
    return mayChange ? 'settle' : failed(change, plan.step.failure);
  }
  if (intent === null) return plan.step.kind === 'change' ? 'send' : endOf(change, now);
  if (isAsSent) {
    if (isOvertaken(plan, intent)) return 'send';
    if (!isCleared(plan, intent, at)) return confirmed(change, intent, now);
    intent.cleared += 1;
    return intent.cleared < READINGS_OF_A_CLEARED_OVERRIDE ? 'settle' : 'send';
  }
  switch (intent.last?.kind) {
    case undefined:
    case 'refused':
      return plan.step.kind === 'change' ? 'send' : endOf(change, now);
    case 'unanswered':
      return plan.step.kind === 'change' && intent.unanswered < MAX_UNANSWERED ? 'send' : 'settle';
    // A replica may show the old status long after.
    case 'accepted':
      return 'settle';
  }
}

/** Whether a call was sent that has not had its effect, which nobody wants any more. */
export const isUnwanted = ({ intent, plan }: Change): boolean =>
  intent !== null && plan.step.kind === 'none' && plan.step.outcome === 'unchanged';

/** What is known of a change when there is no more time for it. @param now monotonic milliseconds */
export function endOf(change: Change, now: number): Settled {
  const { intent, plan, seen, unread } = change;
  const isTransient = seen !== null && readStatus(seen) === 'transient';
  if (intent === null || intent.last === null) {
    if (plan.step.kind === 'fail') return failed(change, plan.step.failure);
    if (plan.step.kind === 'none') return ended(change, plan, plan.step.outcome, null);
    const hindrance = unread ?? change.unsent;
    return failed(change, hindrance === null ? outOfTime(change) : failureOf(hindrance));
  }
  const { last } = intent;
  if (isTransient && change.isRead) return ended(change, intent.plan, 'accepted', null);
  if (last.kind === 'refused') {
    // It had no effect, and by now nothing is to be done.
    if (plan.step.kind === 'none') return ended(change, plan, plan.step.outcome, null);
    return failed(change, failureOf(last.error));
  }
  // It is as wanted by now: another person undid it, or its window has ended. That is no failure of the cloud's.
  if (change.isRead && plan.step.kind === 'none') return undone(change, intent);
  if (last.kind === 'unanswered') return failed(change, failureOf(last.error));
  if (unread !== null) return doubtful(change, intent, `could not be read back: ${unread.message}`);
  if (seen === null) return failed(change, vanished(change, intent));
  if (plan.step.kind === 'fail') return failed(change, plan.step.failure);
  if (now < change.deadline)
    return doubtful(change, intent, `was still ${seen.status} when the run's time ended`);
  return failed(change, notChanged(change, intent, seen, last.requestId));
}

/** Whether it is to be undone for an override in force by which the intent was not decided. */
function isOvertaken({ wanted, step }: Plan, { plan }: Intent): boolean {
  const [now, before] = [wanted.override, plan.wanted.override];
  const isSame = now?.status === before?.status && now?.until === before?.until;
  return step.kind === 'change' && now !== null && !isSame;
}

/**
 * Whether the override that the intent was decided by is gone before its end. A replica may show the time before it
 * was set, so one such reading is not enough.
 */
function isCleared({ wanted, step }: Plan, { plan }: Intent, at: number): boolean {
  const before = plan.wanted.override;
  return step.kind === 'change' && wanted.override === null && before !== null && at < before.until;
}

function confirmed(change: Change, { plan, sentAt }: Intent, now: number): Settled {
  return { ...ended(change, plan, 'confirmed', null), settleMs: Math.round(now - sentAt) };
}

/** What was sent had no effect that lasted, and none is wanted: there is no change to tell. */
function undone(change: Change, intent: Intent): Settled {
  const { reason } = change.plan.wanted;
  const message = `${verb(intent)} was sent, but is not wanted any more, and had no effect that lasted (${reason})`;
  return { ...ended(change, change.plan, 'unchanged', null), warning: about(change, message) };
}

function doubtful(change: Change, intent: Intent, why: string): Settled {
  const warning = about(change, `${verb(intent)} was accepted, but ${why}`);
  return { ...ended(change, intent.plan, 'accepted', null), warning };
}

/** Its error takes the place of what was wanted. */
export const failed = (change: Change, error: Failure): Settled =>
  ended(change, change.intent?.plan ?? change.plan, 'failed', error);

function ended(change: Change, { wanted, step }: Plan, outcome: Outcome, error: Failure | null): Settled {
  const { intent, isRead, seen, attempts } = change;
  const planned = step.kind === 'change' ? step.action : 'none';
  return {
    wanted,
    // A refused call had no effect.
    action: outcome === 'unchanged' || outcome === 'waiting' ? 'none' : (intent?.action ?? planned),
    outcome,
    error,
    // A call that was throttled, or refused for good, had no effect.
    status: intent === null || intent.last === null || isRead ? (seen?.status ?? null) : null,
    attempts,
    settleMs: null,
    warning: null,
  };
}

const about = ({ target }: Change, message: string): Warning => ({
  subject: target.entry.flowLogId,
  message,
});

const verb = ({ action }: Pick<Intent, 'action'>) =>
  action === 'activate' ? 'ActiveFlowLog' : 'DeactiveFlowLog';

function outOfTime({ target }: Change): Failure {
  return {
    code: 'OutOfTime',
    message:
      `${target.entry.flowLogId}: the run's time ended before it could be changed; the next run takes it up. ` +
      "If this repeats, raise the function's timeout",
    requestId: null,
  };
}

function notChanged({ target }: Change, intent: Intent, seen: FlowLog, requestId: string | null): Failure {
  const product = productOf(target.entry);
  return {
    code: 'NotConfirmed',
    message:
      `${product} accepted ${verb(intent)} for ${seen.flowLogId}, but it is still ${seen.status} and did not change in time; ` +
      `the next run tries again. If it stays so, look at the flow log in the ${product} console`,
    requestId,
  };
}

function vanished({ target }: Change, intent: Intent): Failure {
  return {
    code: 'FlowLogNotFound',
    message: `${target.entry.flowLogId} was not listed any more after ${verb(intent)}; was it deleted meanwhile?`,
    requestId: null,
  };
}
