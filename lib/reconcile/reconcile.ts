/** One run: observe, plan, apply, settle, report. Level-triggered: it knows nothing of the run before. */
import type { Config } from '../config/config.ts';
import { coverageWarnings, decide } from '../schedule/decide.ts';
import { formatDuration, sentence } from '../text.ts';
import { type Budget, createBudget, type Interrupt } from './budget.ts';
import { CloudError } from './cloud-error.ts';
import type { Command } from './command.ts';
import { type GroupContext, type GroupOutcome, runGroup } from './group.ts';
import { foundElsewhere, remembering } from './plan.ts';
import type { Clock, FlowLogs } from './ports.ts';
import { caught } from './reading.ts';
import { countStatuses, type Failure, type Report, summarise, type Warning } from './report.ts';
import { asksForTags, mayBeMeant, pickTargets } from './selection.ts';
import {
  keyOfListing,
  type Listing,
  type ListingScope,
  listingKey,
  listingScopes,
  notInConfig,
  resolveTargets,
  type Target,
  type WantedListing,
} from './targets.ts';
import type { ToggleEvent } from './work.ts';

/** A command that `refuseCommand` has let pass, and the instant to decide for, milliseconds since the epoch. */
export type RunRequest = Command & { readonly at: number };

export interface RunDeps {
  /** The flow logs of the account, service and region that a listing covers. */
  readonly flowLogs: (listing: ListingScope) => FlowLogs;
  readonly apiCalls: () => number;
  readonly clock: Clock;
  /** End of the run in the clock's monotonic milliseconds; what comes after is for recording. */
  readonly endsAt: number;
  readonly interrupt?: Interrupt | undefined;
  readonly newId: () => string;
  /**
   * How far this machine's clock is ahead of the `Date` of the answers so far, in milliseconds, where it differs most;
   * null when no answer had one.
   */
  readonly clockSkewMs?: () => number | null;
  /** Called when a change is sent, and when it has settled. */
  readonly onToggle?: (event: RunToggle) => void;
}

export type RunToggle = ToggleEvent & { readonly runId: string };

/** Warn this long before a calendar's knowledge ends. */
const COVERAGE_LOOKAHEAD_MS = 30 * 86_400_000;

/** A clock that is off by more decides by another minute than everybody else's. */
const MAX_SKEW_MS = 60_000;

/** Of the time that is left, what listing may take before anything is decided by it. */
const LISTING_SHARE = 0.5;

/** Never throws for what a cloud service answers: failures are in the report, each with the flow log it is about. */
export async function reconcile(config: Config, request: RunRequest, deps: RunDeps): Promise<Report> {
  const { at, ...command } = request;
  const skewMs = () => deps.clockSkewMs?.() ?? null;
  const changesNothing = command.action === 'status' || (command.action === 'reconcile' && command.dryRun);
  const { selectors } = config;
  const startedAt = deps.clock.monotonic();
  const runId = deps.newId();
  const budget = createBudget(deps.clock, deps.endsAt, deps.interrupt);
  const selection = 'flowLogs' in command ? command.flowLogs : 'all';

  // With selectors every listing is needed before anything may be touched: what they select has to be counted, and
  // the same flow log may be named by two. One slow region must then not take the time of all the others.
  const needsAll = selectors.length > 0 || asksForTags(selection);
  const listingBudget = needsAll ? budget.within(budget.remainingMs() * LISTING_SHARE) : budget;
  const entries =
    selectors.length === 0
      ? config.flowLogs.filter((entry) => mayBeMeant(selection, entry))
      : config.flowLogs;
  const listings = listingScopes([...entries, ...selectors]).map((scope) =>
    list(scope, deps.flowLogs(scope), listingBudget),
  );
  const listed = needsAll ? await Promise.all(listings) : [];
  const { targets, ...resolved } = resolveTargets(entries, selectors, listed);
  const picked = pickTargets(targets, selection, listed);
  const failures = [...resolved.failures, ...picked.failures];

  const refusal = refuse(targets, failures, picked.problem, config);
  const outcomes =
    refusal === null
      ? await runGroups(listings, picked.targets, deps, {
          config,
          command,
          changesNothing,
          at,
          now: () => at + Math.floor(deps.clock.monotonic() - startedAt),
          decide: remembering(decide),
          budget,
          newId: deps.newId,
          clockIsWrong: () => isFar(skewMs()),
          onToggle: (event) => deps.onToggle?.({ ...event, runId }),
        })
      : [];

  const results = new Map(outcomes.flatMap((outcome) => outcome.results));
  const all = await Promise.all(listings);
  const flowLogs = targets.flatMap((target) => {
    const result = results.get(target);
    if (result?.error?.code !== 'FlowLogNotFound' || result.observed !== null) return result ?? [];
    const places = whereListed(result.flowLogId, all);
    return places.length === 0 ? result : { ...result, error: foundElsewhere(target.entry, places) };
  });
  const summary = summarise(flowLogs);
  const error = refusal ?? combine(failures, picked.problem);
  const schedules = new Set(targets.map(({ entry }) => entry.schedule));
  return {
    runId,
    action: command.action,
    dryRun: command.action === 'reconcile' && command.dryRun,
    ok: summary.failed === 0 && error === null,
    at,
    summary,
    flowLogs,
    // Of what was listed for some flow logs only nothing is said.
    notInConfig: selection === 'all' ? notInConfig(targets, all) : [],
    warnings: [
      ...resolved.warnings,
      ...picked.warnings,
      ...[...schedules]
        .flatMap((schedule) => coverageWarnings(schedule, at, at + COVERAGE_LOOKAHEAD_MS))
        .map(aboutTheRun),
      ...outcomes.flatMap((outcome) => outcome.warnings),
      ...clockWarning(skewMs()),
    ],
    error,
    apiCalls: deps.apiCalls(),
    durationMs: Math.round(deps.clock.monotonic() - startedAt),
    statuses: refusal === null && selection === 'all' ? countStatuses(flowLogs) : null,
  };
}

/** A listing, and what it cost. */
type Timed = Listing & { readonly listingMs: number };

/**
 * Each listing's flow logs go on as soon as they are listed: none waits for another account or region, but where there
 * are selectors.
 */
function runGroups(
  listings: readonly Promise<Timed>[],
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
      const listing = await pending;
      const members = byListing.get(keyOfListing(listing)) ?? [];
      return runGroup({ ...listing, targets: members }, deps.flowLogs(listing), context);
    }),
  );
}

async function list({ wanted, ...listing }: WantedListing, flowLogs: FlowLogs, time: Budget): Promise<Timed> {
  const startedAt = time.now();
  const found = await caught(flowLogs.list(listing.scope, { time }, wanted));
  return { ...listing, flowLogs: found, listingMs: time.now() - startedAt };
}

/** The accounts and regions whose listings have a flow log. */
const whereListed = (flowLogId: string, listings: readonly Listing[]) =>
  listings
    .filter(({ flowLogs }) => !(flowLogs instanceof CloudError) && flowLogs.has(flowLogId))
    .map(({ account, scope }) => ({ account, regionId: scope.regionId }));

const isFar = (skewMs: number | null): boolean => skewMs !== null && Math.abs(skewMs) > MAX_SKEW_MS;

const aboutTheRun = (message: string): Warning => ({ subject: null, message });

function clockWarning(skewMs: number | null): readonly Warning[] {
  if (skewMs === null || !isFar(skewMs)) return [];
  const direction = skewMs > 0 ? 'ahead of' : 'behind';
  const message =
    `this machine's clock is ${formatDuration(Math.round(Math.abs(skewMs) / 1000) * 1000)} ${direction} the Date of Alibaba Cloud's ` +
    'answers; schedules are decided by it, so set it right. Overrides that ended by it were not removed';
  return [aboutTheRun(message)];
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
