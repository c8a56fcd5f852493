/** The flow logs that one listing covers, from observing them to what became of each. */
import type { Config } from '../config/config.ts';
import { applyChanges, type Settled, type ToggleEvent } from './apply.ts';
import type { Budget } from './budget.ts';
import { CloudError } from './cloud-error.ts';
import type { Command } from './command.ts';
import type { Decide } from './desire.ts';
import { settleOverrides } from './overrides.ts';
import { cenOf, type Plan, planFor } from './plan.ts';
import type { FlowLog, FlowLogs } from './ports.ts';
import type { FlowLogResult, Warning } from './report.ts';
import type { Listing, Target } from './targets.ts';

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
  readonly results: ReadonlyMap<Target, FlowLogResult>;
  readonly warnings: readonly Warning[];
}

/** Never throws for what a cloud service answers. */
export async function runGroup(
  group: Group,
  flowLogs: FlowLogs,
  context: GroupContext,
): Promise<GroupOutcome> {
  const region = { flowLogs, scope: group.scope };
  const { listed, failures, corrected, warnings, tidyUp } = await settleOverrides(group, region, context);

  const plan = (target: Target, observed: FlowLog | CloudError | null, at: number): Plan => {
    const isRead = observed !== null && !(observed instanceof CloudError);
    const planned = planFor(target, isRead ? corrected(observed) : observed, at, context.decide);
    const failure = failures.get(target.entry.flowLogId);
    return failure === undefined ? planned : { ...planned, step: { kind: 'fail', failure } };
  };
  const planned = group.targets.map((target) => {
    const { flowLogId } = target.entry;
    const seen = listed instanceof CloudError ? null : (listed.get(flowLogId) ?? null);
    return { target, seen, plan: plan(target, listed instanceof CloudError ? listed : seen, context.at) };
  });

  const settled = context.changesNothing
    ? new Map<Target, Settled>()
    : await applyChanges(planned, region, {
        plan: (target, seen) => plan(target, seen, context.now()),
        now: context.now,
        budget: context.budget,
        settleTimeoutMs: context.config.limits.settleTimeoutMs,
        listingMs: group.listingMs,
        pages: listed instanceof CloudError ? 0 : Math.ceil(listed.size / FLOW_LOGS_PER_PAGE),
        // A person waits for what was asked for; a tick comes again.
        waitsForOthers: 'flowLogs' in context.command,
        newId: context.newId,
        onToggle: context.onToggle,
      });
  const leftovers = await tidyUp();

  const observed = group.flowLogs;
  const results = planned.map(({ target, seen, plan: first }) => {
    const before = observed instanceof CloudError ? null : (observed.get(target.entry.flowLogId) ?? null);
    return [target, toResult(target, before, seen, first, settled.get(target) ?? null)] as const;
  });
  const doubts = [...settled.values()].flatMap(({ warning }) => (warning === null ? [] : [warning]));
  return { results: new Map(results), warnings: [...warnings, ...doubts, ...leftovers] };
}

/** What a listing of so many costs a call for, or less; one by its ID costs one, too. */
const FLOW_LOGS_PER_PAGE = 20;

/** @param before as the run found it @param seen as it was read when its first plan was made */
function toResult(
  { entry, conflict }: Target,
  before: FlowLog | null,
  seen: FlowLog | null,
  first: Plan,
  settled: Settled | null,
): FlowLogResult {
  const wanted = settled?.wanted ?? first.wanted;
  const { override, nextTransition } = wanted;
  const { action, outcome, error } = concluded(first, settled);
  // Written out: V8 gives each object that is spread and then added to a shape of its own, a third of a large run's heap.
  return {
    position: entry.position,
    flowLogId: entry.flowLogId,
    service: entry.service,
    name: (seen ?? before)?.name ?? '',
    regionId: entry.regionId,
    cenId: cenOf(entry, seen),
    account: entry.account,
    schedule: entry.schedule.name,
    observed: before?.status ?? null,
    desired: conflict === null ? wanted.status : null,
    status: settled === null ? (seen?.status ?? null) : settled.status,
    reason: conflict === null ? wanted.reason : conflict.message,
    nextTransition: conflict === null ? nextTransition : null,
    override,
    attempts: settled?.attempts ?? 0,
    settleMs: settled?.settleMs ?? null,
    action,
    outcome,
    error,
  };
}

function concluded(
  { step }: Plan,
  settled: Settled | null,
): Pick<FlowLogResult, 'action' | 'outcome' | 'error'> {
  if (settled !== null) return settled;
  switch (step.kind) {
    case 'fail':
      return { action: 'none', outcome: 'failed', error: step.failure };
    case 'none':
      return { action: 'none', outcome: step.outcome, error: null };
    case 'change':
      return { action: step.action, outcome: 'planned', error: null };
  }
}
