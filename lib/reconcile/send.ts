/** Sending changes: as many at a time as have their turn while their readings are fresh. */
import { type Change, type Intent, isTransient, type Sending } from './change.ts';
import { CloudError } from './cloud-error.ts';
import type { CallLimits } from './ports.ts';
import { FIRST_READ_MS, LONGEST_WAIT_MS } from './reading.ts';
import { failureOf } from './report.ts';
import { failed } from './settle.ts';
import { actionOf, announce, inPhase, settle, type Work } from './work.ts';

/** What was read longer ago than this is read once more before a call is sent by it. */
export const FRESH_MS = 2_000;

/** How CEN refuses a change because another flow log of the same transit router is changing. */
const CHANGES_ONE_AT_A_TIME = /^IncorrectStatus\.TrFlowlog/i;

/** After a throttled call, when the account's own pause does not suffice. */
const THROTTLED_MS = 100;

export const isFresh = ({ budget }: Work, { readAt }: Change): boolean => budget.now() - readAt <= FRESH_MS;

export async function sendAll(work: Work, changes: readonly Change[]): Promise<void> {
  const { budget } = work;
  const sendings = await Promise.all(changes.map((change) => send(work, change)));
  const through = sendings.filter((gotThrough) => gotThrough).length;
  const isAll = through === changes.length;
  if (!isAll) work.slice = Math.max(1, Math.floor(Math.min(work.slice, through) / 2));
  else if (through >= work.slice) work.slice *= 2;
  const isNew = isAll && changes.some(({ intent }) => intent?.last?.kind === 'accepted');
  if (isNew) work.waitMs = FIRST_READ_MS;
  if (isNew || work.nextRead <= budget.now()) work.nextRead = budget.now() + work.waitMs;
}

/** One at a time of those that share a transit router which changes one at a time. */
export function inTurn(work: Work, changes: readonly Change[]): readonly Change[] {
  const busy = new Set(
    inPhase(work, 'settle').flatMap((change) => {
      const isUnderWay = change.intent !== null && change.intent.last?.kind !== 'refused';
      // One whose status does not move keeps no other waiting.
      return isUnderWay && (!change.isRead || isTransient(change)) ? [routerOf(change)] : [];
    }),
  );
  return changes.filter((change) => {
    const router = routerOf(change);
    if (router === '' || !work.serial.has(router)) return true;
    if (busy.has(router)) return false;
    busy.add(router);
    return true;
  });
}

/** Empty when it is not known. */
const routerOf = ({ flowLog }: Change): string => flowLog?.transitRouterId ?? '';

/** @returns whether it got through */
async function send(work: Work, change: Change): Promise<boolean> {
  const { region, budget, time } = work;
  const { entry } = change.target;
  const intent = change.intent ?? newIntent(work, change);
  let isAnnounced = change.intent === intent;
  const call = intent.action === 'activate' ? region.flowLogs.activate : region.flowLogs.deactivate;
  const ref = {
    flowLogId: entry.flowLogId,
    regionId: entry.regionId,
    cenId: entry.cenId ?? change.before.cenId,
  };
  const limits: CallLimits = {
    time,
    turn: time.within(turnMs(change, budget.now(), work.now())),
    onSend: () => {
      if (!isAnnounced) announce(work, change, intent, 'sent', null);
      isAnnounced = true;
    },
  };
  try {
    const { attempts, requestId } = await call(ref, intent.clientToken, limits);
    change.intent = intent;
    change.attempts += attempts;
    sent(work, change, intent, { kind: 'accepted', requestId });
    return true;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    change.attempts += error.attempts;
    if (error.attempts > 0) change.intent = intent;
    return notAccepted(work, change, intent, error);
  }
}

const newIntent = ({ newId, budget }: Work, { step }: Change): Intent => ({
  step,
  action: actionOf(step),
  clientToken: newId(),
  sentAt: budget.now(),
  last: null,
  unanswered: 0,
  cleared: 0,
});

/** For how long a call may wait for its turn: while its reading is fresh, and until what it is for is over. */
function turnMs({ step, readAt }: Change, monotonic: number, now: number): number {
  // It may go out in its last millisecond.
  const freshMs = readAt + FRESH_MS + 1 - monotonic;
  const { nextTransition } = step.wanted;
  return nextTransition === null ? freshMs : Math.min(freshMs, nextTransition - now);
}

/** @returns whether it got through */
function notAccepted(work: Work, change: Change, intent: Intent, error: CloudError): boolean {
  const { budget, time } = work;
  if (error.effect === 'unknown') {
    intent.unanswered += 1;
    if (intent.unanswered > 1) change.notBefore = budget.now() + LONGEST_WAIT_MS;
    sent(work, change, intent, { kind: 'unanswered', error });
    return true;
  }
  if (error.again === 'never') {
    settle(work, change, failed(change, failureOf(error)));
    return true;
  }
  if (!error.throttled) {
    if (CHANGES_ONE_AT_A_TIME.test(error.code)) work.serial.add(routerOf(change));
    sent(work, change, intent, { kind: 'refused', error });
    return true;
  }
  if (error.attempts === 0) {
    // It has to be read again, by a call that waits.
    change.readAt = Number.NEGATIVE_INFINITY;
    return false;
  }
  change.unsent = error;
  change.notBefore = budget.now() + Math.min(THROTTLED_MS * 2 ** change.throttled, LONGEST_WAIT_MS);
  change.throttled += 1;
  if ((error.retryAfterMs ?? 0) >= time.remainingMs()) settle(work, change, failed(change, failureOf(error)));
  return false;
}

function sent({ budget, settleTimeoutMs }: Work, change: Change, intent: Intent, last: Sending): void {
  const isFirst = intent.last === null;
  intent.last = last;
  change.phase = 'settle';
  change.isRead = false;
  change.readAt = Number.NEGATIVE_INFINITY;
  if (isFirst || last.kind === 'accepted') change.deadline = budget.now() + settleTimeoutMs;
}
