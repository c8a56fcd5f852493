/** One run: observe, plan, apply, settle, report. Level-triggered: it knows nothing of the run before. */
import type { Config } from '../config/config.ts';
import { coverageWarnings, decideAt } from '../schedule/decide.ts';
import { type Budget, createBudget } from './budget.ts';
import type { Command } from './command.ts';
import { type Group, type GroupContext, runGroup } from './group.ts';
import { resolveTargets, type Target } from './plan.ts';
import type { Clock, FlowLogs } from './ports.ts';
import { type Report, summarise } from './report.ts';

/** A command that `refuseCommand` has let pass, and the instant to decide for, milliseconds since the epoch. */
export type RunRequest = Command & { readonly at: number };

export interface RunDeps {
  /** The flow logs of an account by its name in the config; null is the function's own account. */
  readonly flowLogs: (account: string | null, budget: Budget) => FlowLogs;
  readonly apiCalls: () => number;
  readonly clock: Clock;
  /** End of the run in the clock's monotonic milliseconds; what comes after is for recording. */
  readonly endsAt: number;
  readonly newId: () => string;
}

/** Warn this long before a calendar's knowledge ends. */
const COVERAGE_LOOKAHEAD_MS = 30 * 86_400_000;

/** Never throws for what a cloud service answers: failures are in the report, each with the flow log it is about. */
export async function reconcile(config: Config, request: RunRequest, deps: RunDeps): Promise<Report> {
  const { at, ...command } = request;
  const startedAt = deps.clock.monotonic();
  const runId = deps.newId();
  const budget = createBudget(deps.clock, deps.endsAt);
  const targets = select(resolveTargets(config.flowLogs), command);
  const context: GroupContext = {
    config,
    command,
    at,
    decisionOf: decideAt(at),
    budget,
    monotonic: deps.clock.monotonic,
    newId: deps.newId,
  };

  const outcomes = await Promise.all(
    groupByListing(targets).map((group) => runGroup(group, deps.flowLogs(group.account, budget), context)),
  );

  const flowLogs = outcomes
    .flatMap((outcome) => [...outcome.results])
    .sort(([a], [b]) => a.entry.position - b.entry.position)
    .map(([, result]) => result);
  const summary = summarise(flowLogs);
  const schedules = new Set(targets.map(({ entry }) => entry.schedule));
  return {
    runId,
    action: command.action,
    dryRun: command.action === 'reconcile' && command.dryRun,
    ok: summary.failed === 0,
    at: new Date(at).toISOString(),
    summary,
    flowLogs,
    warnings: [
      ...[...schedules].flatMap((schedule) => coverageWarnings(schedule, at, at + COVERAGE_LOOKAHEAD_MS)),
      ...outcomes.flatMap((outcome) => outcome.warnings),
    ],
    error: null,
    apiCalls: deps.apiCalls(),
    durationMs: Math.round(deps.clock.monotonic() - startedAt),
  };
}

/** An override is about the flow logs that it names; every other command is about all of them. */
function select(targets: readonly Target[], command: Command): readonly Target[] {
  if (!('flowLogs' in command) || command.flowLogs === 'all') return targets;
  const wanted = new Set(command.flowLogs);
  return targets.filter(({ entry }) => wanted.has(entry.flowLogId));
}

/** One listing for each account and region; narrowed to a CEN where all entries of it name the same one. */
export function groupByListing(targets: readonly Target[]): readonly Group[] {
  const groups = new Map<string, [Target, ...Target[]]>();
  for (const target of targets) {
    const key = JSON.stringify([target.entry.account, target.entry.regionId]);
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [target]);
    else members.push(target);
  }
  return Array.from(groups.values(), (members) => {
    const { account, regionId, cenId } = members[0].entry;
    const sameCen = cenId !== null && members.every((member) => member.entry.cenId === cenId);
    return { account, scope: sameCen ? { regionId, cenId } : { regionId }, targets: members };
  });
}
