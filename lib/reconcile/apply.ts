/** Apply and settle: sends changes, each decided anew when it had to wait, and reads back until each has settled. */
import type { Budget } from './budget.ts';
import { type Change, isBeingTagged } from './change.ts';
import { CloudError } from './cloud-error.ts';
import type { FlowLog } from './ports.ts';
import { LONGEST_WAIT_MS, type Reading, readTogether } from './reading.ts';
import { type FlowLogResult, failureOf } from './report.ts';
import { FRESH_MS, inTurn, isFresh, sendAll } from './send.ts';
import { endOf, failed } from './settle.ts';
import { asConfirmed, endOfTagging, isConfirmed, startTagging } from './tagging.ts';
import type { Target } from './targets.ts';
import { type ApplyDeps, createWork, goOn, inPhase, nextWait, settle, type Work } from './work.ts';

/** How many are read by their IDs at most, so that the first is still fresh when the last was read. */
const MOST_ALONE = 20;

/** How much longer than a listing takes is sent before the next one. */
const SENDING_SHARE = 4;

/** How often it is looked whether tag calls that are under way have ended. */
const LOOK_AT_TAGS_MS = 100;

/**
 * Brings flow logs to what is wanted of them: tags those whose override changes, sends in slices while the reading that
 * decided is fresh, reads back (one listing a round for all of them), and decides again from what it reads, until each
 * is settled or time runs out. Never throws for what a cloud service answers.
 */
export async function applyChanges(
  changes: readonly Change[],
  deps: ApplyDeps,
): Promise<ReadonlyMap<Target, FlowLogResult>> {
  const work = createWork(changes, deps);
  await Promise.all([startTagging(work), untilSettled(work)]);
  // Once more with the time that was kept for it.
  const awaited = [...work.open.values()].filter(isAwaited);
  if (awaited.length > 0 && work.budget.remainingMs() > 0) await readBack(work, awaited, work.budget);
  for (const change of [...work.open.values()]) settle(work, change, ending(work, change));
  return work.results;
}

/** Until all are settled or time is short. */
async function untilSettled(work: Work): Promise<void> {
  const { budget, time, open } = work;
  while (open.size > 0 && time.remainingMs() > 0) {
    const now = budget.now();
    decideAgain(work, now);
    const toSend = inPhase(work, 'send');
    const due = inTurn(
      work,
      toSend.filter(({ notBefore }) => notBefore <= now),
    );
    const fresh = due.filter((change) => isFresh(work, change));
    if (fresh.length > 0) {
      await sendAll(work, fresh);
      continue;
    }
    const awaited = [...open.values()].filter(isAwaited);
    const readAt = Math.min(work.nextRead, ...awaited.map(({ deadline }) => deadline));
    if (awaited.length > 0 && now >= readAt) {
      await readBack(work, awaited, time);
      for (const change of [...open.values()].filter(isAwaited)) {
        if (change.deadline <= now) settle(work, change, ending(work, change));
      }
      continue;
    }
    if (due.length > 0) {
      await readAgain(work, due.slice(0, work.slice));
      continue;
    }
    const wakeAt = Math.min(
      ...toSend.map(({ notBefore }) => notBefore).filter((at) => at > now),
      ...(awaited.length > 0 ? [readAt] : []),
      ...([...open.values()].some(isUnderWay) ? [now + LOOK_AT_TAGS_MS] : []),
    );
    if (!(await time.sleep(wakeAt - now))) return;
  }
}

/** Whether its tag call has not ended. */
const isUnderWay = (change: Change): boolean => isBeingTagged(change) && change.tagging.sent === 'under-way';

/** Whether what was sent is to be read back. */
const isAwaited = (change: Change): boolean => change.phase !== 'send' && !isUnderWay(change);

const ending = ({ budget }: Work, change: Change): FlowLogResult =>
  isBeingTagged(change) ? endOfTagging(change) : endOf(change, budget.now());

/** Without a new reading: about those that waited until their transition came, or too long. */
function decideAgain(work: Work, now: number): void {
  for (const change of inPhase(work, 'send')) {
    const { nextTransition } = change.step.wanted;
    if (change.deadline <= now) settle(work, change, ending(work, change));
    else if (nextTransition !== null && work.now() >= nextTransition) {
      plan(work, change);
      goOn(work, change);
    }
  }
}

function plan(work: Work, change: Change): void {
  const { target, flowLog } = change;
  change.step = work.plan(target, flowLog === null ? null : asConfirmed(change, flowLog, work.budget.now()));
}

async function readBack(work: Work, changes: readonly Change[], within: Budget): Promise<void> {
  const { budget, region, open } = work;
  const startedAt = budget.now();
  const listed = await readTogether(idsOf(changes), region, { time: within });
  if (changes.length === 1) takeAll(work, listed, changes, true);
  else {
    work.listingMs = budget.now() - startedAt;
    takeAll(work, listed, [...open.values()], false);
  }
  const isSending = inPhase(work, 'send').length > 0;
  const atLeastMs = isSending ? SENDING_SHARE * work.listingMs : Math.min(work.listingMs, LONGEST_WAIT_MS);
  work.nextRead = budget.now() + Math.max(nextWait(work), atLeastMs);
}

/** Before they are sent: each by its ID where that is less than a listing, or a listing takes too long to be fresh. */
async function readAgain(work: Work, changes: readonly Change[]): Promise<void> {
  const { region, time } = work;
  if (changes.length > work.pages && work.listingMs <= FRESH_MS / 2) return readBack(work, changes, time);
  const few = changes.slice(0, MOST_ALONE);
  await Promise.all(
    few.map(async (change) =>
      takeAll(work, await readTogether(idsOf([change]), region, { time }), [change], true),
    ),
  );
  const fresh = few.filter((change) => isFresh(work, change)).length;
  if (fresh < few.length) work.slice = Math.max(1, Math.floor(fresh / 2));
}

/** @param isAlone whether it was read for itself: then it counts as new however long it took */
function takeAll(work: Work, listed: Reading, changes: readonly Change[], isAlone: boolean): void {
  for (const change of changes) {
    if (listed instanceof CloudError) notRead(work, change, listed);
    else take(work, change, listed.get(change.target.entry.flowLogId) ?? null, isAlone);
  }
}

/** @param flowLog null when it was not listed */
function take(work: Work, change: Change, flowLog: FlowLog | null, isAlone: boolean): void {
  const now = work.budget.now();
  change.flowLog = flowLog;
  change.readAt = isAlone || flowLog === null ? now : flowLog.readAt;
  change.isRead = true;
  change.unread = null;
  plan(work, change);
  if (!isBeingTagged(change) || isConfirmed(change, now)) goOn(work, change);
}

function notRead(work: Work, change: Change, error: CloudError): void {
  change.unread = error;
  if (change.phase !== 'send') return;
  change.notBefore = work.budget.now() + LONGEST_WAIT_MS;
  if (error.again === 'never') settle(work, change, failed(change, failureOf(error)));
}

const idsOf = (changes: readonly Change[]): readonly string[] =>
  changes.map(({ target }) => target.entry.flowLogId);
