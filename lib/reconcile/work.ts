/** The changes of one listing's flow logs while they are on their way, and what they have in common. */
import type { Budget } from './budget.ts';
import { type Change, type Intent, isUnwanted } from './change.ts';
import type { Step } from './plan.ts';
import type { FlowLog } from './ports.ts';
import { FIRST_READ_MS, LONGEST_WAIT_MS, type Region } from './reading.ts';
import type { Action, FlowLogResult, Outcome } from './report.ts';
import { judge } from './settle.ts';
import type { Target } from './targets.ts';

/** A change that is on its way: before it goes out, and when it is known what came of it. */
export interface ToggleEvent {
  readonly phase: 'sent' | 'settled';
  readonly flowLogId: string;
  readonly action: Exclude<Action, 'none'>;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Null when it is sent. */
  readonly outcome: Outcome | null;
}

export interface ApplyDeps {
  readonly region: Region;
  /** Decides for now. */
  readonly plan: (target: Target, flowLog: FlowLog | null) => Step;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Of the run. */
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

export interface Work extends Omit<ApplyDeps, 'listingMs'> {
  /** The run's time but for one listing at the end. */
  readonly time: Budget;
  /** By flow log ID, those that are not settled yet. */
  readonly open: Map<string, Change>;
  readonly results: Map<Target, FlowLogResult>;
  /** Transit routers that change one flow log at a time, as their refusals say. */
  readonly serial: Set<string>;
  listingMs: number;
  /** Between the last two readings; and when the next one is due, in monotonic milliseconds. */
  waitMs: number;
  nextRead: number;
  /** How many are read and sent at a time; all of them until one's turn does not come in time. */
  slice: number;
}

/** For how long a call whose effect nobody wants any more may still have one. */
const UNWANTED_MS = 10_000;

/** Kept for one listing at the end. */
const LAST_LISTING_SHARE = 0.25;
const LAST_LISTING_MS = 500;

export function createWork(changes: readonly Change[], deps: ApplyDeps): Work {
  const { budget, listingMs } = deps;
  const leftMs = budget.remainingMs();
  const keptMs = Math.min(leftMs * LAST_LISTING_SHARE, Math.max(LAST_LISTING_MS, 1.5 * listingMs));
  return {
    ...deps,
    time: budget.within(leftMs - keptMs),
    open: new Map(changes.map((change) => [change.target.entry.flowLogId, change])),
    results: new Map(),
    serial: new Set(),
    waitMs: FIRST_READ_MS,
    nextRead: budget.now() + FIRST_READ_MS,
    slice: Number.POSITIVE_INFINITY,
  };
}

export const inPhase = ({ open }: Work, phase: Change['phase']): readonly Change[] =>
  [...open.values()].filter((change) => change.phase === phase);

/** The longest wait for the next reading, which grows from reading to reading. */
export function nextWait(work: Work): number {
  work.waitMs = Math.min(work.waitMs * 1.5, LONGEST_WAIT_MS);
  return work.waitMs;
}

export function announce(
  { now, onToggle }: Work,
  { target }: Change,
  { action }: Intent,
  phase: ToggleEvent['phase'],
  outcome: Outcome | null,
): void {
  onToggle({ phase, flowLogId: target.entry.flowLogId, action, at: now(), outcome });
}

export function settle(work: Work, change: Change, result: FlowLogResult): void {
  const { budget, open, settleTimeoutMs } = work;
  open.delete(change.target.entry.flowLogId);
  work.results.set(change.target, result);
  if (change.intent === null || change.attempts === 0) return;
  announce(work, change, change.intent, 'settled', result.outcome);
  if (result.outcome !== 'confirmed') return;
  // Those that were refused because this one was changing have their turn now.
  for (const other of open.values()) {
    if (other.intent?.last?.kind === 'refused') other.deadline = budget.now() + settleTimeoutMs;
  }
}

/** Goes on by the change's last reading. */
export function goOn(work: Work, change: Change): void {
  const { budget, settleTimeoutMs } = work;
  const verdict = judge(change, work.waitsForOthers, budget.now(), work.now());
  if (typeof verdict === 'object') {
    settle(work, change, verdict);
    return;
  }
  change.phase = verdict;
  if (verdict === 'settle') {
    const ms = isUnwanted(change) ? Math.min(UNWANTED_MS, settleTimeoutMs) : settleTimeoutMs;
    change.deadline = Math.min(change.deadline, budget.now() + ms);
  } else if (change.intent !== null && change.intent.action !== actionOf(change.step)) {
    // What was sent had its effect and is to be undone: another intent, with another token.
    announce(work, change, change.intent, 'settled', 'confirmed');
    change.intent = null;
    change.deadline = Number.POSITIVE_INFINITY;
  }
}

/** What brings a flow log to the status that is wanted. */
export const actionOf = ({ wanted }: Step): Intent['action'] =>
  wanted.status === 'Active' ? 'activate' : 'deactivate';
