/** Apply and settle: the calls that change flow logs, and reading back until each is known to have changed. */
import type { DesiredStatus } from '../schedule/types.ts';
import type { Budget } from './budget.ts';
import { type Failure, failureOf, readStatus, unknownStatus } from './plan.ts';
import {
  type Accepted,
  CallError,
  type FlowLog,
  type FlowLogRef,
  type FlowLogScope,
  type FlowLogs,
} from './ports.ts';
import { readBacks } from './read-back.ts';

/** One intent: bring this flow log to this status. Its ClientToken stays the same however often it is sent. */
export interface Change {
  readonly ref: FlowLogRef;
  readonly desired: DesiredStatus;
  readonly clientToken: string;
}

export interface ChangeResult {
  readonly outcome: 'confirmed' | 'accepted' | 'failed';
  readonly failure: Failure | null;
  /** The last status read; null when it was not read since the call. */
  readonly status: string | null;
  /** How often the call was sent. */
  readonly attempts: number;
  /** From the first sending to the reading that settled it; null when nothing settled it. */
  readonly settleMs: number | null;
}

export interface ChangeDeps {
  readonly flowLogs: FlowLogs;
  readonly budget: Budget;
  readonly monotonic: () => number;
  readonly settleTimeoutMs: number;
}

/** A call of unknown outcome is read back before it is sent again, and sent this often at most. */
const MAX_SENDS = 3;

interface Pending {
  readonly change: Change;
  readonly sentAt: number;
  attempts: number;
  sends: number;
  /** Null when CEN accepted the last call, otherwise why its effect is unknown. */
  doubt: CallError | null;
  requestId: string | null;
  /** The last reading; null before the first, and when the listing had no such flow log. */
  seen: FlowLog | null;
  read: boolean;
  sawTransient: boolean;
}

/**
 * Sends every change, then reads back (one listing a round for all of them) until each is settled or time runs out.
 * Never throws: each change has its own result.
 * @param scope what to list to read these flow logs; all changes lie in it
 */
export async function applyChanges(
  changes: readonly Change[],
  scope: FlowLogScope,
  deps: ChangeDeps,
): Promise<ReadonlyMap<string, ChangeResult>> {
  const results = new Map<string, ChangeResult>();
  const pending = new Map<string, Pending>();

  const settle = (each: Pending, outcome: ChangeResult['outcome'], failure: Failure | null) => {
    pending.delete(each.change.ref.flowLogId);
    const settleMs = outcome === 'confirmed' ? Math.round(deps.monotonic() - each.sentAt) : null;
    results.set(each.change.ref.flowLogId, {
      outcome,
      failure,
      status: each.seen?.status ?? null,
      attempts: each.attempts,
      settleMs,
    });
  };
  const submit = async (each: Pending) => {
    const failure = await send(each, deps);
    if (failure !== null) settle(each, 'failed', failure);
  };

  for (const change of changes) pending.set(change.ref.flowLogId, newPending(change, deps.monotonic()));
  await Promise.all([...pending.values()].map(submit));

  const time = deps.budget.within(deps.settleTimeoutMs);
  let unread: CallError | null = null;
  for await (const listed of readBacks(pending, scope, deps.flowLogs, time)) {
    unread = listed instanceof CallError ? listed : null;
    if (listed instanceof CallError) continue;
    const again: Pending[] = [];
    for (const each of [...pending.values()]) {
      const verdict = judge(each, listed.get(each.change.ref.flowLogId) ?? null);
      if (verdict === 'send-again') again.push(each);
      else if (verdict !== 'wait') settle(each, verdict.outcome, verdict.failure);
    }
    await Promise.all(again.map(submit));
  }

  for (const each of [...pending.values()]) {
    const failure = unsettled(each, unread);
    settle(each, failure === null ? 'accepted' : 'failed', failure);
  }
  return results;
}

function newPending(change: Change, sentAt: number): Pending {
  return {
    change,
    sentAt,
    attempts: 0,
    sends: 0,
    doubt: null,
    requestId: null,
    seen: null,
    read: false,
    sawTransient: false,
  };
}

/** Sends the call once (the port retries what is harmless). Returns a failure only when that settles it. */
async function send(each: Pending, deps: ChangeDeps): Promise<Failure | null> {
  const { change } = each;
  each.sends += 1;
  const call = change.desired === 'Active' ? deps.flowLogs.activate : deps.flowLogs.deactivate;
  let accepted: Accepted;
  try {
    accepted = await call(change.ref, change.clientToken);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    each.attempts += error.attempts;
    each.doubt = error;
    return error.disposition === 'read-back' ? null : failureOf(error);
  }
  each.attempts += accepted.attempts;
  each.requestId = accepted.requestId;
  each.doubt = null;
  each.sawTransient = false;
  return null;
}

type Verdict =
  | 'wait'
  | 'send-again'
  | { readonly outcome: 'confirmed' | 'failed'; readonly failure: Failure | null };

function judge(each: Pending, seen: FlowLog | null): Verdict {
  const { change, doubt } = each;
  each.seen = seen;
  each.read = true;
  if (seen === null) return 'wait';
  const status = readStatus(seen.status);
  if (status === 'transient') {
    each.sawTransient = true;
    return 'wait';
  }
  if (status === 'unknown') return { outcome: 'failed', failure: unknownStatus(seen) };
  if (status === change.desired) return { outcome: 'confirmed', failure: null };
  if (doubt !== null) {
    return each.sends < MAX_SENDS ? 'send-again' : { outcome: 'failed', failure: failureOf(doubt) };
  }
  // Right after an accepted call CEN may still tell the old status; after a change was under way it does not.
  return each.sawTransient ? { outcome: 'failed', failure: notChanged(each, seen, 'and went back') } : 'wait';
}

/** Null when the call was accepted and nothing read since speaks against it. */
function unsettled(each: Pending, unread: CallError | null): Failure | null {
  const { change, doubt, seen } = each;
  if (seen !== null && readStatus(seen.status) === 'transient') return null;
  if (doubt !== null) return failureOf(doubt);
  if (seen !== null) return notChanged(each, seen, 'and did not change in time');
  if (each.read) return vanished(change);
  if (unread === null) return null;
  return {
    code: unread.code,
    message: `${verb(change)} was accepted for ${change.ref.flowLogId}, but reading back failed: ${unread.message}`,
    requestId: unread.requestId,
  };
}

const verb = (change: Change) => (change.desired === 'Active' ? 'ActiveFlowLog' : 'DeactiveFlowLog');

function notChanged(each: Pending, seen: FlowLog, how: string): Failure {
  return {
    code: 'NotConfirmed',
    message:
      `CEN accepted ${verb(each.change)} for ${each.change.ref.flowLogId}, but it is still ${seen.status} ${how}; ` +
      'the next run tries again. If it stays so, look at the flow log in the CEN console',
    requestId: each.requestId,
  };
}

function vanished(change: Change): Failure {
  return {
    code: 'FlowLogNotFound',
    message: `${change.ref.flowLogId} was not listed any more after ${verb(change)}; was it deleted meanwhile?`,
    requestId: null,
  };
}
