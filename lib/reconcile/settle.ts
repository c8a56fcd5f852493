/**
 * What a reading of a flow log that is being changed means: whether it is sent, read again, or settled, and as what
 * (`confirmed`, `accepted`, `unchanged`, `waiting`, `failed`). Pure but for the change itself.
 */
import { type Change, type Intent, isTransient } from './change.ts';
import { productOf, type Step } from './plan.ts';
import type { FlowLog } from './ports.ts';
import { type Failure, type FlowLogResult, failureOf, type Outcome } from './report.ts';
import type { Target } from './targets.ts';

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
): 'send' | 'settle' | FlowLogResult {
  const { intent, step, flowLog } = change;
  if (flowLog === null) return intent === null ? endOf(change, now) : 'settle';
  if (isTransient(change)) return intent === null && !waitsForOthers ? endOf(change, now) : 'settle';
  // What was only throttled was never taken, so somebody else did that.
  const isAsSent = intent !== null && intent.last !== null && flowLog.status === intent.step.wanted.status;
  if (step.todo.kind === 'fail') {
    if (isAsSent) return confirmed(change, intent, now);
    const mayChange = intent?.last?.kind === 'accepted' || intent?.last?.kind === 'unanswered';
    return mayChange ? 'settle' : failed(change, step.todo.failure);
  }
  if (intent === null) return step.todo.kind === 'change' ? 'send' : endOf(change, now);
  if (isAsSent) {
    // An override in force by which it was not decided: what was sent is to be undone.
    if (step.todo.kind === 'change' && step.wanted.override !== null) return 'send';
    if (!isCleared(step, intent, at)) return confirmed(change, intent, now);
    intent.cleared += 1;
    return intent.cleared < READINGS_OF_A_CLEARED_OVERRIDE ? 'settle' : 'send';
  }
  switch (intent.last?.kind) {
    case undefined:
    case 'refused':
      return step.todo.kind === 'change' ? 'send' : endOf(change, now);
    case 'unanswered':
      return step.todo.kind === 'change' && intent.unanswered < MAX_UNANSWERED ? 'send' : 'settle';
    // A replica may show the old status long after.
    case 'accepted':
      return 'settle';
  }
}

/** What is known of a change when there is no more time for it. @param now monotonic milliseconds */
export function endOf(change: Change, now: number): FlowLogResult {
  const { intent, step, flowLog, unread } = change;
  const { todo } = step;
  if (intent === null || intent.last === null) {
    if (todo.kind === 'fail') return failed(change, todo.failure);
    if (todo.kind === 'none') return ended(change, step, todo.outcome);
    const hindrance = unread ?? change.unsent;
    return failed(change, hindrance === null ? outOfTime(change) : failureOf(hindrance));
  }
  const { last } = intent;
  if (isTransient(change) && change.isRead && mayBeOurs(intent))
    return ended(change, intent.step, 'accepted');
  if (last.kind === 'refused') {
    // It had no effect, and by now nothing is to be done.
    return todo.kind === 'none' ? ended(change, step, todo.outcome) : failed(change, failureOf(last.error));
  }
  // It is as wanted by now: another person undid it, or its window has ended. That is no failure of the cloud's.
  if (change.isRead && todo.kind === 'none') {
    const doubt = `${verb(intent)} was sent, but is not wanted any more, and had no effect that lasted (${step.wanted.reason})`;
    return { ...ended(change, step, 'unchanged'), doubt };
  }
  if (last.kind === 'unanswered') return failed(change, failureOf(last.error));
  if (unread !== null) return doubtful(change, intent, `could not be read back: ${unread.message}`);
  if (flowLog === null) return failed(change, vanished(change, intent));
  if (todo.kind === 'fail') return failed(change, todo.failure);
  if (now < change.deadline)
    return doubtful(change, intent, `was still ${flowLog.status} when the run's time ended`);
  return failed(change, notChanged(change, intent, flowLog, last.requestId));
}

/** Whether a call had an effect, or may have had one: an error of the service's own says that it had none, but might. */
const mayBeOurs = ({ last, unanswered }: Intent): boolean =>
  last?.kind !== 'refused' || unanswered > 0 || (last.error.httpStatus ?? 0) >= 500;

/**
 * Whether the override that the intent was decided by is gone before its end. A replica may show the time before it
 * was set, so one such reading is not enough.
 */
function isCleared({ todo }: Step, { step }: Intent, at: number): boolean {
  const before = step.wanted.override;
  return todo.kind === 'change' && before !== null && at < before.until;
}

const confirmed = (change: Change, { step, sentAt }: Intent, now: number): FlowLogResult => ({
  ...ended(change, step, 'confirmed'),
  settleMs: Math.round(now - sentAt),
});

const doubtful = (change: Change, intent: Intent, why: string): FlowLogResult => ({
  ...ended(change, intent.step, 'accepted'),
  doubt: `${verb(intent)} was accepted, but ${why}`,
});

/** Its error takes the place of what was wanted. */
export const failed = (change: Change, error: Failure): FlowLogResult =>
  ended(change, change.intent?.step ?? change.step, 'failed', error);

function ended(
  change: Change,
  step: Step,
  outcome: Outcome,
  error: FlowLogResult['error'] = null,
): FlowLogResult {
  const { intent, isRead, flowLog, attempts } = change;
  const planned = step.todo.kind === 'change' ? step.todo.action : 'none';
  return resultOf(change.target, change.before, step, {
    // A refused call had no effect.
    action: outcome === 'unchanged' || outcome === 'waiting' ? 'none' : (intent?.action ?? planned),
    outcome,
    error,
    // A call that was throttled, or refused for good, had no effect.
    status: intent === null || intent.last === null || isRead ? (flowLog?.status ?? null) : null,
    attempts,
  });
}

/** The result of a flow log about which nothing was done. @param before as it was read; null when it was not */
export function untouched(target: Target, before: FlowLog | null, step: Step): FlowLogResult {
  const { todo } = step;
  return resultOf(target, before, step, {
    action: todo.kind === 'change' ? todo.action : 'none',
    outcome: todo.kind === 'fail' ? 'failed' : todo.kind === 'none' ? todo.outcome : 'planned',
    error: todo.kind === 'fail' ? todo.failure : null,
    status: before?.status ?? null,
    attempts: 0,
  });
}

/** The result of one whose override could not be changed: its status is left as it is. */
export const notTagged = ({ target, before, flowLog, step }: Change, error: Failure): FlowLogResult =>
  resultOf(target, before, step, {
    ...{ action: 'none', outcome: 'failed', error, attempts: 0 },
    status: flowLog?.status ?? null,
  });

function resultOf(
  { entry }: Target,
  before: FlowLog | null,
  { wanted }: Step,
  done: Pick<FlowLogResult, 'action' | 'outcome' | 'error' | 'status' | 'attempts'>,
): FlowLogResult {
  // Written out: V8 gives each object that is spread and then added to a shape of its own, a third of a large run's heap.
  return {
    position: entry.position,
    service: entry.service,
    flowLogId: entry.flowLogId,
    name: before?.name ?? '',
    regionId: entry.regionId,
    cenId: entry.cenId ?? before?.cenId ?? null,
    account: entry.account,
    schedule: entry.schedule.name,
    observed: before?.status ?? null,
    desired: wanted.status,
    status: done.status,
    reason: wanted.reason,
    nextTransition: wanted.nextTransition,
    override: wanted.override,
    attempts: done.attempts,
    settleMs: null,
    action: done.action,
    outcome: done.outcome,
    error: done.error,
    doubt: null,
  };
}

const verb = ({ action }: Pick<Intent, 'action'>): string =>
  action === 'activate' ? 'ActiveFlowLog' : 'DeactiveFlowLog';

const outOfTime = ({ target }: Change): Failure => ({
  code: 'OutOfTime',
  message:
    `${target.entry.flowLogId}: the run's time ended before it could be changed; the next run takes it up. ` +
    "If this repeats, raise the function's timeout",
  requestId: null,
});

const notChanged = (
  { target }: Change,
  intent: Intent,
  flowLog: FlowLog,
  requestId: string | null,
): Failure => ({
  code: 'NotConfirmed',
  message:
    `${productOf(target.entry)} accepted ${verb(intent)} for ${flowLog.flowLogId}, but it is still ${flowLog.status} and did not change in time; ` +
    `the next run tries again. If it stays so, look at the flow log in the ${productOf(target.entry)} console`,
  requestId,
});

const vanished = ({ target }: Change, intent: Intent): Failure => ({
  code: 'FlowLogNotFound',
  message: `${target.entry.flowLogId} was not listed any more after ${verb(intent)}; was it deleted meanwhile?`,
  requestId: null,
});
