/** The flow logs that one listing covers, from observing them to what became of each. */
import type { Config } from '../config/config.ts';
import { applyChanges } from './apply.ts';
import type { Budget } from './budget.ts';
import type { Change, Tagging } from './change.ts';
import { CloudError } from './cloud-error.ts';
import type { Command } from './command.ts';
import { describeReplaced } from './override.ts';
import { isRemovable, removeExpiredTags, tagWarnings } from './override-tags.ts';
import { type Decide, meant, planStep, type Step } from './plan.ts';
import type { FlowLog, FlowLogs } from './ports.ts';
import type { FlowLogResult, Warning } from './report.ts';
import { untouched } from './settle.ts';
import { taggingFor } from './tagging.ts';
import type { Listing, Target } from './targets.ts';
import type { ToggleEvent } from './work.ts';

/** What one listing found, and the flow logs of it that the run is about. */
export interface Group extends Listing {
  readonly targets: readonly Target[];
  /** How long it took to list them, milliseconds. */
  readonly listingMs: number;
}

/** What all groups of a run share. */
export interface GroupContext {
  readonly config: Config;
  readonly command: Command;
  /** A run that only looks. */
  readonly changesNothing: boolean;
  /** The instant to decide for, milliseconds since the epoch. */
  readonly at: number;
  /** That instant, moved on with the clock: for what is decided again. */
  readonly now: () => number;
  readonly decide: Decide;
  readonly budget: Budget;
  readonly newId: () => string;
  /** Whether an answer's Date was far from this machine's clock. */
  readonly clockIsWrong: () => boolean;
  readonly onToggle: (event: ToggleEvent) => void;
}

export interface GroupOutcome {
  readonly results: readonly (readonly [Target, FlowLogResult])[];
  readonly warnings: readonly Warning[];
}

/** What a listing of so many costs a call for; one by its ID costs one, too. */
const FLOW_LOGS_PER_PAGE = 20;

/** Never throws for what a cloud service answers. */
export async function runGroup(
  { targets, scope, flowLogs: listed, listingMs }: Group,
  flowLogs: FlowLogs,
  context: GroupContext,
): Promise<GroupOutcome> {
  const { config, command, changesNothing, at, now, decide, budget, newId, onToggle } = context;
  const region = { flowLogs, scope };
  // A person waits for what was asked for; a tick comes again.
  const waitsForOthers = 'flowLogs' in command;
  const before = new Map<Target, FlowLog>();
  const steps = new Map<Target, Step>();
  const changes: Change[] = [];
  const warnings: Warning[] = [];
  const removable: string[] = [];
  for (const target of targets) {
    const observed = listed instanceof CloudError ? listed : (listed.get(target.entry.flowLogId) ?? null);
    const planned = planStep(target, observed, at, decide);
    steps.set(target, planned);
    if (observed === null || observed instanceof CloudError) continue;
    before.set(target, observed);
    const flowLog = meant(target, observed);
    const tagging = flowLog === null ? null : taggingFor(target, flowLog, command, at, config, decide);
    const isImpossible = tagging !== null && 'code' in tagging;
    const step = isImpossible ? { ...planned, todo: { kind: 'fail', failure: tagging } as const } : planned;
    steps.set(target, step);
    const change = newChange(target, observed, step, isImpossible ? null : tagging, waitsForOthers);
    if (change !== null && !changesNothing) changes.push(change);
    if (flowLog === null || waitsForOthers) continue;
    warnings.push(...tagWarnings(flowLog, config, at));
    if (isRemovable(flowLog, at)) removable.push(flowLog.flowLogId);
  }

  const changed = await applyChanges(changes, {
    region,
    plan: (target, flowLog) => planStep(target, flowLog, now(), decide),
    now,
    budget,
    settleTimeoutMs: config.limits.settleTimeoutMs,
    listingMs,
    pages: listed instanceof CloudError ? 0 : Math.ceil(listed.size / FLOW_LOGS_PER_PAGE),
    waitsForOthers,
    newId,
    onToggle,
  });
  // By a wrong clock an override that holds has ended.
  const isTidyingUp = removable.length > 0 && !changesNothing && !context.clockIsWrong();
  const leftovers = isTidyingUp ? await removeExpiredTags(removable, region, at, budget) : [];

  const results = Array.from(steps, ([target, step]) => {
    const flowLog = before.get(target) ?? null;
    const result = changed.get(target) ?? untouched(target, flowLog, step);
    const isSet = command.action === 'override' && flowLog !== null && result.override !== null;
    const replaced = isSet ? describeReplaced(flowLog, at, config.zone) : '';
    const said = replaced === '' ? result : { ...result, reason: `${result.reason}${replaced}` };
    return [target, said] as const;
  });
  const doubts = results.flatMap(([, { flowLogId, doubt }]) =>
    doubt === null ? [] : [{ subject: flowLogId, message: doubt }],
  );
  return { results, warnings: [...warnings, ...doubts, ...leftovers] };
}

/** Null for a flow log that nothing is to be done about. */
function newChange(
  target: Target,
  flowLog: FlowLog,
  step: Step,
  tagging: Tagging | null,
  waitsForOthers: boolean,
): Change | null {
  const isWaiting = step.todo.kind === 'none' && step.todo.outcome === 'waiting' && waitsForOthers;
  if (tagging === null && step.todo.kind !== 'change' && !isWaiting) return null;
  return {
    target,
    before: flowLog,
    flowLog,
    step,
    phase: tagging !== null ? 'tag' : isWaiting ? 'settle' : 'send',
    tagging,
    intent: null,
    isRead: false,
    readAt: flowLog.readAt,
    notBefore: Number.NEGATIVE_INFINITY,
    deadline: Number.POSITIVE_INFINITY,
    attempts: 0,
    throttled: 0,
    unsent: null,
    unread: null,
  };
}
