/**
 * Apply and settle: the calls that change flow logs, each decided anew when it had to wait, and reading back until each
 * is known to have changed.
 */
import type { Budget } from './budget.ts';
import {
  type Change,
  endOf,
  failed,
  type Intent,
  isUnwanted,
  judge,
  type Sending,
  type Settled,
} from './change.ts';
import { CloudError } from './cloud-error.ts';
import { cenOf, failureOf, type Plan, readStatus } from './plan.ts';
import type { CallLimits, FlowLog } from './ports.ts';
import { FIRST_READ_MS, LONGEST_WAIT_MS, type Reading, type Region, readTogether } from './reading.ts';
import type { Outcome } from './report.ts';
import type { Target } from './targets.ts';

export type { Settled } from './change.ts';

/** A change that is on its way: before it goes out, and when it is known what came of it. */
export interface ToggleEvent {
  readonly phase: 'sent' | 'settled';
  readonly flowLogId: string;
  readonly action: 'activate' | 'deactivate';
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Null when it is sent. */
  readonly outcome: Outcome | null;
}

/** A flow log as it was read, and what is to be done about it by that. */
export interface Planned {
  readonly target: Target;
  readonly seen: FlowLog | null;
  readonly plan: Plan;
}

export interface ApplyDeps {
  /** Decides for now. */
  readonly plan: (target: Target, seen: FlowLog | null) => Plan;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly budget: Budget;
  readonly settleTimeoutMs: number;
  /** What listing everything took the last time, milliseconds, and how many calls it takes. */
  readonly listingMs: number;
  readonly pages: number;
  /** Whether flow logs that somebody else is changing are waited for. */
  readonly waitsForOthers: boolean;
  readonly newId: () => string;
  readonly onToggle: (event: ToggleEvent) => void;
}

/** What was read longer ago than this is read once more before a call is sent by it. */
const FRESH_MS = 2_000;

/** How CEN refuses a change because another flow log of the same transit router is changing. */
const CHANGES_ONE_AT_A_TIME = /^IncorrectStatus\.TrFlowlog/i;

/** For how long a call whose effect nobody wants any more may still have one. */
const UNWANTED_MS = 10_000;

/** How many are read by their IDs at most, so that the first is still fresh when the last was read. */
const MOST_ALONE = 20;

/** After a throttled call, when the account's own pause does not suffice. */
const THROTTLED_MS = 100;

/** How much longer than a listing takes is sent before the next one. */
const SENDING_SHARE = 4;

/** Kept for one listing at the end. */
const LAST_LISTING_SHARE = 0.25;
const LAST_LISTING_MS = 500;

/**
 * Brings flow logs to what is wanted of them: sends in slices while the reading that decided is fresh, reads back (one
 * listing a round for all of them), and decides again from what it reads, until each is settled or time runs out.
 * Never throws for what a cloud service answers.
 * @returns by target; none for those that nothing is to be done about
 */
export async function applyChanges(
  planned: readonly Planned[],
  region: Region,
  deps: ApplyDeps,
): Promise<ReadonlyMap<Target, Settled>> {
  const { budget, settleTimeoutMs } = deps;
  const open = new Map<string, Change>();
  for (const each of planned) {
    const change = newChange(each, deps.waitsForOthers);
    if (change !== null) open.set(each.target.entry.flowLogId, change);
  }
  const settled = new Map<Target, Settled>();
  const kept = Math.max(LAST_LISTING_MS, 1.5 * deps.listingMs);
  const time = budget.within(
    budget.remainingMs() - Math.min(budget.remainingMs() * LAST_LISTING_SHARE, kept),
  );

  /** Transit routers that change one flow log at a time, as their refusals say. */
  const serial = new Set<string>();
  let listingMs = deps.listingMs;
  let waitMs = FIRST_READ_MS;
  let nextRead = budget.now() + FIRST_READ_MS;
  /** How many are read and sent at a time; all of them until one's turn does not come in time. */
  let slice = Number.POSITIVE_INFINITY;

  const inPhase = (phase: Change['phase']) => [...open.values()].filter((change) => change.phase === phase);

  function settle(change: Change, result: Settled): void {
    open.delete(change.target.entry.flowLogId);
    settled.set(change.target, result);
    if (change.intent === null || change.attempts === 0) return;
    announce(change, change.intent, 'settled', result.outcome);
    if (result.outcome !== 'confirmed') return;
    // Those that were refused because this one was changing have their turn now.
    for (const other of open.values()) {
      if (other.intent?.last?.kind === 'refused') other.deadline = budget.now() + settleTimeoutMs;
    }
  }

  function announce(
    change: Change,
    { action }: Intent,
    phase: ToggleEvent['phase'],
    outcome: Outcome | null,
  ) {
    deps.onToggle({ phase, flowLogId: change.target.entry.flowLogId, action, at: deps.now(), outcome });
  }

  const isFresh = ({ readAt }: Change) => budget.now() - readAt <= FRESH_MS;

  function goOn(change: Change): void {
    const verdict = judge(change, deps.waitsForOthers, budget.now(), deps.now());
    if (typeof verdict === 'object') {
      settle(change, verdict);
      return;
    }
    change.phase = verdict;
    if (verdict === 'settle') {
      const ms = isUnwanted(change) ? Math.min(UNWANTED_MS, settleTimeoutMs) : settleTimeoutMs;
      change.deadline = Math.min(change.deadline, budget.now() + ms);
    } else if (change.intent !== null && change.intent.action !== actionOf(change.plan)) {
      // What was sent had its effect and is to be undone: another intent, with another token.
      announce(change, change.intent, 'settled', 'confirmed');
      change.intent = null;
      change.deadline = Number.POSITIVE_INFINITY;
    }
  }

  /**
   * @param seen null when it was not listed
   * @param isAlone whether it was read for itself: such a reading is new however long it took
   */
  function take(change: Change, seen: FlowLog | null, isAlone: boolean): void {
    change.seen = seen;
    change.readAt = isAlone || seen === null ? budget.now() : seen.readAt;
    change.isRead = true;
    change.unread = null;
    change.plan = deps.plan(change.target, seen);
    goOn(change);
  }

  function notRead(change: Change, error: CloudError): void {
    change.unread = error;
    if (change.phase === 'settle') return;
    change.notBefore = budget.now() + LONGEST_WAIT_MS;
    if (error.again === 'never') settle(change, failed(change, failureOf(error)));
  }

  async function readBack(changes: readonly Change[], within: Budget): Promise<void> {
    const startedAt = budget.now();
    const listed = await readTogether(idsOf(changes), region, { time: within });
    if (changes.length > 1) listingMs = budget.now() - startedAt;
    if (changes.length === 1) takeAll(listed, changes, true);
    else takeAll(listed, [...open.values()], false);
    const isSending = inPhase('send').length > 0;
    const atLeastMs = isSending ? SENDING_SHARE * listingMs : Math.min(listingMs, LONGEST_WAIT_MS);
    nextRead = budget.now() + Math.max(nextWait(), atLeastMs);
  }

  function nextWait(): number {
    waitMs = Math.min(waitMs * 1.5, LONGEST_WAIT_MS);
    return waitMs;
  }

  function takeAll(listed: Reading, changes: readonly Change[], isAlone: boolean): void {
    for (const change of changes) {
      if (listed instanceof CloudError) notRead(change, listed);
      else take(change, listed.get(change.target.entry.flowLogId) ?? null, isAlone);
    }
  }

  /** Before they are sent: each by its ID where that is less than a listing, or a listing takes too long to be fresh. */
  async function readAgain(changes: readonly Change[]): Promise<void> {
    if (changes.length > deps.pages && listingMs <= FRESH_MS / 2) return readBack(changes, time);
    const few = changes.slice(0, MOST_ALONE);
    await Promise.all(
      few.map(async (change) =>
        takeAll(await readTogether(idsOf([change]), region, { time }), [change], true),
      ),
    );
    const fresh = few.filter(isFresh).length;
    if (fresh < few.length) slice = Math.max(1, Math.floor(fresh / 2));
  }

  async function send(change: Change): Promise<boolean> {
    const { target, seen } = change;
    const intent = change.intent ?? newIntent(change.plan, deps.newId(), budget.now());
    let isAnnounced = change.intent === intent;
    const call = intent.action === 'activate' ? region.flowLogs.activate : region.flowLogs.deactivate;
    const ref = {
      flowLogId: target.entry.flowLogId,
      regionId: target.entry.regionId,
      cenId: cenOf(target.entry, seen),
    };
    const limits: CallLimits = {
      time,
      turn: time.within(turnMs(change, budget.now(), deps.now())),
      onSend: () => {
        if (!isAnnounced) announce(change, intent, 'sent', null);
        isAnnounced = true;
      },
    };
    try {
      const accepted = await call(ref, intent.clientToken, limits);
      change.intent = intent;
      change.attempts += accepted.attempts;
      sent(change, intent, { kind: 'accepted', requestId: accepted.requestId });
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      change.attempts += error.attempts;
      if (error.attempts > 0) change.intent = intent;
      return notAccepted(change, intent, error);
    }
    return true;
  }

  /** @returns whether it got through */
  function notAccepted(change: Change, intent: Intent, error: CloudError): boolean {
    if (error.effect === 'unknown') {
      intent.unanswered += 1;
      if (intent.unanswered > 1) change.notBefore = budget.now() + LONGEST_WAIT_MS;
      sent(change, intent, { kind: 'unanswered', error });
      return true;
    }
    if (error.again === 'never') {
      settle(change, failed(change, failureOf(error)));
      return true;
    }
    if (!error.throttled) {
      if (CHANGES_ONE_AT_A_TIME.test(error.code)) serial.add(routerOf(change));
      sent(change, intent, { kind: 'refused', error });
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
    if ((error.retryAfterMs ?? 0) >= time.remainingMs()) settle(change, failed(change, failureOf(error)));
    return false;
  }

  function sent(change: Change, intent: Intent, last: Sending): void {
    const isFirst = intent.last === null;
    intent.last = last;
    change.phase = 'settle';
    change.isRead = false;
    change.readAt = Number.NEGATIVE_INFINITY;
    if (isFirst || last.kind === 'accepted') change.deadline = budget.now() + settleTimeoutMs;
  }

  async function sendAll(changes: readonly Change[]): Promise<void> {
    const through = (await Promise.all(changes.map(send))).filter((gotThrough) => gotThrough).length;
    const isAll = through === changes.length;
    if (!isAll) slice = Math.max(1, Math.floor(Math.min(slice, through) / 2));
    else if (through >= slice) slice *= 2;
    const wasAccepted = changes.some(({ intent }) => intent?.last?.kind === 'accepted');
    const isNew = isAll && wasAccepted;
    if (isNew) waitMs = FIRST_READ_MS;
    if (isNew || nextRead <= budget.now()) nextRead = budget.now() + waitMs;
  }

  /** One at a time of those that share a transit router which changes one at a time. */
  function inTurn(changes: readonly Change[]): readonly Change[] {
    const busy = new Set(
      inPhase('settle').flatMap((change) => {
        const isUnderWay = change.intent !== null && change.intent.last?.kind !== 'refused';
        // One whose status does not move keeps no other waiting.
        return isUnderWay && (!change.isRead || isChanging(change)) ? [routerOf(change)] : [];
      }),
    );
    return changes.filter((change) => {
      const router = routerOf(change);
      if (router === '' || !serial.has(router)) return true;
      if (busy.has(router)) return false;
      busy.add(router);
      return true;
    });
  }

  while (open.size > 0 && time.remainingMs() > 0) {
    const now = budget.now();
    for (const change of inPhase('send')) {
      if (change.deadline <= now) settle(change, endOf(change, budget.now()));
      else if (isOver(change, deps.now())) {
        change.plan = deps.plan(change.target, change.seen);
        goOn(change);
      }
    }
    const toSend = inPhase('send');
    const due = inTurn(toSend.filter(({ notBefore }) => notBefore <= now));
    const fresh = due.filter(isFresh);
    if (fresh.length > 0) {
      await sendAll(fresh);
      continue;
    }
    const settling = inPhase('settle');
    const readAt = Math.min(nextRead, ...settling.map(({ deadline }) => deadline));
    if (settling.length > 0 && now >= readAt) {
      await readBack(settling, time);
      for (const change of inPhase('settle'))
        if (change.deadline <= now) settle(change, endOf(change, budget.now()));
      continue;
    }
    if (due.length > 0) {
      await readAgain(due.slice(0, slice));
      continue;
    }
    const later = toSend.map(({ notBefore }) => notBefore).filter((at) => at > now);
    const wakeAt = Math.min(...later, ...(settling.length > 0 ? [readAt] : []));
    if (!(await time.sleep(wakeAt - now))) break;
  }
  const left = inPhase('settle');
  if (left.length > 0) await readBack(left, budget);
  for (const change of [...open.values()]) settle(change, endOf(change, budget.now()));
  return settled;
}

/** Null for a flow log that nothing is to be done about. */
function newChange({ target, seen, plan }: Planned, waitsForOthers: boolean): Change | null {
  const { step } = plan;
  const isWaiting = step.kind === 'none' && step.outcome === 'waiting' && waitsForOthers;
  if (seen === null || (step.kind !== 'change' && !isWaiting)) return null;
  return {
    target,
    seen,
    plan,
    phase: isWaiting ? 'settle' : 'send',
    intent: null,
    isRead: false,
    readAt: seen.readAt,
    notBefore: Number.NEGATIVE_INFINITY,
    deadline: Number.POSITIVE_INFINITY,
    attempts: 0,
    throttled: 0,
    unsent: null,
    unread: null,
  };
}

const newIntent = (plan: Plan, clientToken: string, sentAt: number): Intent => ({
  plan,
  action: actionOf(plan),
  clientToken,
  sentAt,
  last: null,
  unanswered: 0,
  cleared: 0,
});

const actionOf = ({ wanted }: Plan): Intent['action'] =>
  wanted.status === 'Active' ? 'activate' : 'deactivate';

const isOver = ({ plan }: Change, now: number): boolean =>
  plan.wanted.nextTransition !== null && now >= plan.wanted.nextTransition;

/** For how long a call may wait for its turn: while its reading is fresh, and until what it is for is over. */
function turnMs({ plan, readAt }: Change, monotonic: number, now: number): number {
  // It may go out in its last millisecond.
  const freshMs = readAt + FRESH_MS + 1 - monotonic;
  const { nextTransition } = plan.wanted;
  return nextTransition === null ? freshMs : Math.min(freshMs, nextTransition - now);
}

const isChanging = ({ seen }: Change): boolean => seen !== null && readStatus(seen) === 'transient';

/** Empty when it is not known. */
const routerOf = ({ seen }: Change): string => seen?.transitRouterId ?? '';

const idsOf = (changes: readonly Change[]): readonly string[] =>
  changes.map(({ target }) => target.entry.flowLogId);
