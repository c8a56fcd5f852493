/** One run: observe, plan, apply, settle, report. Level-triggered: it knows nothing of the run before. */
import type { Config, FlowLogEntry } from '../config/config.ts';
import { sentence } from '../config/issues.ts';
import { coverageWarnings, decisions } from '../schedule/decide.ts';
import { type Budget, createBudget, type Interrupt } from './budget.ts';
import { type Command, type Selection, unknownFlowLog } from './command.ts';
import { type GroupContext, type GroupOutcome, runGroup } from './group.ts';
import type { Failure } from './plan.ts';
import { CallError, type Clock, type FlowLogs } from './ports.ts';
import { type Report, summarise } from './report.ts';
import { standing } from './standing.ts';
import {
  type Listing,
  type ListingScope,
  listingKey,
  listingScopes,
  resolveTargets,
  type Target,
} from './targets.ts';

/** A command that `refuseCommand` has let pass, and the instant to decide for, milliseconds since the epoch. */
export type RunRequest = Command & { readonly at: number };

export interface RunDeps {
  /** The flow logs of an account by its name in the config; null is the function's own account. */
  readonly flowLogs: (account: string | null, budget: Budget) => FlowLogs;
  readonly apiCalls: () => number;
  readonly clock: Clock;
  /** End of the run in the clock's monotonic milliseconds; what comes after is for recording. */
  readonly endsAt: number;
  readonly interrupt?: Interrupt | undefined;
  readonly newId: () => string;
}

/** Warn this long before a calendar's knowledge ends. */
const COVERAGE_LOOKAHEAD_MS = 30 * 86_400_000;

/** Of the time that is left, what listing may take before anything is decided by it. */
const LISTING_SHARE = 0.5;

/** Never throws for what a cloud service answers: failures are in the report, each with the flow log it is about. */
export async function reconcile(config: Config, request: RunRequest, deps: RunDeps): Promise<Report> {
  const { at, ...command } = request;
  const { selectors } = config;
  const startedAt = deps.clock.monotonic();
  const runId = deps.newId();
  const budget = createBudget(deps.clock, deps.endsAt, deps.interrupt);
  const selection = 'flowLogs' in command ? command.flowLogs : 'all';

  // With selectors every listing is needed before anything may be touched: what they select has to be counted, and
  // the same flow log may be named by two. One slow region must then not take the time of all the others.
  const listingBudget = selectors.length === 0 ? budget : budget.within(budget.remainingMs() * LISTING_SHARE);
  const entries = selectors.length === 0 ? pick(config.flowLogs, selection) : config.flowLogs;
  const listings = listingScopes([...entries, ...selectors]).map((scope) =>
    list(scope, deps.flowLogs(scope.account, listingBudget), deps.clock),
  );
  const listed = selectors.length === 0 ? [] : await Promise.all(listings);
  const { targets, failures, warnings } = resolveTargets(entries, selectors, listed);

  const unselected = findUnselected(targets, selection, config);
  const refusal = refuse(targets, failures, unselected, config);
  const outcomes =
    refusal === null
      ? await runGroups(listings, pickTargets(targets, selection), deps, {
          config,
          command,
          at,
          decide: decisions(),
          budget,
          monotonic: deps.clock.monotonic,
          newId: deps.newId,
        })
      : [];

  const results = new Map(outcomes.flatMap((outcome) => [...outcome.results]));
  const flowLogs = targets.flatMap((target) => results.get(target) ?? []);
  const summary = summarise(flowLogs);
  const error = refusal ?? combine(failures, unselected);
  const schedules = new Set(targets.map(({ entry }) => entry.schedule));
  return {
    runId,
    action: command.action,
    dryRun: command.action === 'reconcile' && command.dryRun,
    ok: summary.failed === 0 && error === null,
    at: new Date(at).toISOString(),
    summary,
    flowLogs,
    warnings: [
      ...warnings,
      ...[...schedules].flatMap((schedule) => coverageWarnings(schedule, at, at + COVERAGE_LOOKAHEAD_MS)),
      ...outcomes.flatMap((outcome) => outcome.warnings),
    ],
    error,
    apiCalls: deps.apiCalls(),
    durationMs: Math.round(deps.clock.monotonic() - startedAt),
    standing: refusal === null && selection === 'all' ? standing(flowLogs, config, at) : null,
  };
}

/** A listing that had to wait for others this long is not decided by any more. */
const STALE_AFTER_MS = 2_000;

/**
 * Each listing's flow logs go on as soon as they are listed: none waits for another account or region, but where there
 * are selectors. What is old by then is listed again.
 */
function runGroups(
  listings: readonly Promise<Listing & { readonly listedAt: number }>[],
  targets: readonly Target[],
  deps: RunDeps,
  context: GroupContext,
): Promise<readonly GroupOutcome[]> {
  const byListing = new Map<string, Target[]>();
  for (const target of targets) {
    const key = listingKey(target.entry);
    const members = byListing.get(key);
    if (members === undefined) byListing.set(key, [target]);
    else members.push(target);
  }
  return Promise.all(
    listings.map(async (pending) => {
      const listed = await pending;
      const { account, scope } = listed;
      const portOf = (budget: Budget) => deps.flowLogs(account, budget);
      const members = byListing.get(listingKey({ account, regionId: scope.regionId })) ?? [];
      const isOld = deps.clock.monotonic() - listed.listedAt > STALE_AFTER_MS;
      const stale = isOld && members.length > 0 && !(listed.flowLogs instanceof CallError);
      const listing = stale ? await list(listed, portOf(context.budget), deps.clock) : listed;
      return runGroup({ ...listing, targets: members }, portOf, context);
    }),
  );
}

/** @returns with the instant at which it was read, in the clock's monotonic milliseconds */
async function list(
  { account, scope }: ListingScope,
  flowLogs: FlowLogs,
  clock: Clock,
): Promise<Listing & { readonly listedAt: number }> {
  const listing = (found: Listing['flowLogs']) => ({
    account,
    scope,
    flowLogs: found,
    listedAt: clock.monotonic(),
  });
  try {
    const found = await flowLogs.list(scope);
    return listing(new Map(found.map((flowLog) => [flowLog.flowLogId, flowLog])));
  } catch (error) {
    if (error instanceof CallError) return listing(error);
    throw error;
  }
}

/** An override is about the flow logs that it names; every other command is about all of them. */
function pick(entries: readonly FlowLogEntry[], selection: Selection): readonly FlowLogEntry[] {
  return selection === 'all' ? entries : entries.filter(({ flowLogId }) => selection.includes(flowLogId));
}

function pickTargets(targets: readonly Target[], selection: Selection): readonly Target[] {
  return selection === 'all' ? targets : targets.filter(({ entry }) => selection.includes(entry.flowLogId));
}

/** What a command names that is not there, now that it is known what the selectors select; null for nothing. */
function findUnselected(
  targets: readonly Target[],
  selection: Selection,
  { selectors }: Config,
): string | null {
  if (selection === 'all' || selectors.length === 0) return null;
  return unknownFlowLog(
    selection,
    targets.map(({ entry }) => entry.flowLogId),
  );
}

/** Why nothing may be touched at all. */
function refuse(
  targets: readonly Target[],
  failures: readonly Failure[],
  unselected: string | null,
  { limits }: Config,
): Failure | null {
  if (targets.length > limits.maxFlowLogs) {
    const message =
      `${targets.length} flow logs are selected, limits.maxFlowLogs is ${limits.maxFlowLogs}, so nothing was ` +
      'touched; narrow the selectors, or raise the limit';
    return { code: 'TooManyFlowLogs', message, requestId: null };
  }
  // It may lie in a region that could not be listed, and no region's failure keeps the others waiting.
  if (unselected === null || failures.length > 0) return null;
  return { code: 'InvalidEvent', message: `${sentence(unselected)} Nothing was touched`, requestId: null };
}

/** Of regions that could not be listed, and of a flow log that may lie in one of them. */
function combine(failures: readonly Failure[], unselected: string | null): Failure | null {
  const [first] = failures;
  if (first === undefined) return null;
  const messages = failures.map(({ message }) => message);
  return { ...first, message: [...messages, ...(unselected === null ? [] : [unselected])].join('; ') };
}
