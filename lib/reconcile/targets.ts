/** Which flow logs a run is about, and what to list to find them. Pure. */
import type { FlowLogEntry, FlowLogService, Selector } from '../config/config.ts';
import { CloudError } from './cloud-error.ts';
import type { FlowLog, FlowLogScope, LookingFor } from './ports.ts';
import type { Failure, Unlisted, Warning } from './report.ts';

/** A flow log that the run is about. */
export interface Target {
  readonly entry: FlowLogEntry;
  /** Those that picked it; empty when the config lists it by its ID. */
  readonly selectors: readonly Selector[];
  /** Set when the config says two things about this flow log; it is left as it is. */
  readonly conflict: Failure | null;
}

/** What one listing covers. */
export interface ListingScope {
  /** Name of the account in the config; null is the function's own. */
  readonly account: string | null;
  readonly service: FlowLogService;
  readonly scope: FlowLogScope;
}

/** A listing, and what it is for. */
export interface WantedListing extends ListingScope {
  readonly wanted: LookingFor;
}

export interface Listing extends ListingScope {
  /** By ID; an error when it could not be read. */
  readonly flowLogs: ReadonlyMap<string, FlowLog> | CloudError;
}

export interface Resolution {
  /** One per flow log, in the order of the config. */
  readonly targets: readonly Target[];
  /** Selectors whose flow logs are not known, since their region could not be listed. */
  readonly failures: readonly Failure[];
  /** Selectors that select nothing, which is allowed, but seldom meant. */
  readonly warnings: readonly Warning[];
}

type Entry = FlowLogEntry | Selector;

/** Entries with the same key are found by the same listing. */
export const listingKey = ({ account, service, regionId, vpcId }: Entry): string =>
  JSON.stringify([account, service, regionId, vpcId]);

/** {@link listingKey} of the entries that a listing finds. */
export const keyOfListing = ({ account, service, scope }: ListingScope): string =>
  JSON.stringify([account, service, scope.regionId, scope.vpcId ?? null]);

/**
 * One listing for each account, service and region; narrowed to a CEN where all entries of it name the same one. Entries
 * with a VPC have one of their own for each, since flow logs do not name their VPC.
 */
export function listingScopes(entries: readonly Entry[]): readonly WantedListing[] {
  return Array.from(groupBy(entries, listingKey), (group) => {
    const [{ account, service, regionId, cenId, vpcId }, ...others] = group;
    const sameCen = cenId !== null && others.every((other) => other.cenId === cenId);
    const ids = group.flatMap((entry) => ('flowLogId' in entry ? [entry.flowLogId] : []));
    return {
      account,
      service,
      scope: { regionId, ...(sameCen ? { cenId } : {}), ...(vpcId === null ? {} : { vpcId }) },
      // Nobody knows how many a selector selects.
      wanted: ids.length < group.length ? 'all' : ids,
    };
  });
}

/**
 * @param listings of every selector's account and region; those of explicit entries are not needed
 */
export function resolveTargets(
  flowLogs: readonly FlowLogEntry[],
  selectors: readonly Selector[],
  listings: readonly Listing[],
): Resolution {
  const explicit = groupBy(flowLogs, ({ flowLogId }) => flowLogId).map(
    (mentions): Target => ({
      entry: mentions[0],
      selectors: [],
      conflict: mentions.length > 1 ? listedTwice(mentions) : null,
    }),
  );
  const listed = new Set(flowLogs.map(({ flowLogId }) => flowLogId));
  const byKey = new Map(listings.map((listing) => [keyOfListing(listing), listing.flowLogs]));
  const failures: Failure[] = [];
  const warnings: Warning[] = [];
  const selected = selectors.flatMap((selector) => {
    const found = byKey.get(listingKey(selector));
    if (found === undefined) return [];
    if (found instanceof CloudError) {
      failures.push(notListed(selector, found));
      return [];
    }
    const matching = [...found.values()].filter((flowLog) => matches(selector, flowLog));
    if (matching.length === 0) {
      warnings.push({
        subject: `flowLogs[${selector.position}]`,
        message: `selects no flow log of ${selector.regionId}`,
      });
    }
    for (const flowLog of found.values()) {
      if (!listed.has(flowLog.flowLogId) && isDoubtful(selector, flowLog)) {
        warnings.push({
          subject: flowLog.flowLogId,
          message: `${UNREADABLE_TAGS}flowLogs[${selector.position}]`,
        });
      }
    }
    return matching
      .filter((flowLog) => !listed.has(flowLog.flowLogId))
      .map((flowLog) => ({ selector, flowLog }));
  });
  const chosen = groupBy(selected, ({ flowLog }) => flowLog.flowLogId).map((mentions): Target => {
    const [{ selector, flowLog }] = mentions;
    const selectors = mentions.map((mention) => mention.selector);
    const isConflict = selectors.some(({ schedule }) => schedule !== selector.schedule);
    return {
      entry: toEntry(selector, flowLog),
      selectors,
      conflict: isConflict ? selectedTwice(flowLog.flowLogId, selectors) : null,
    };
  });
  return {
    targets: [...explicit, ...chosen].sort((a, b) => a.entry.position - b.entry.position),
    failures,
    warnings,
  };
}

/** Whether a flow log that was selected still is; one that the config lists by its ID always is. */
export const isSelected = ({ selectors }: Target, flowLog: FlowLog): boolean =>
  selectors.length === 0 || selectors.some((selector) => matches(selector, flowLog));

/** Whether a flow log lies in the region that it was listed for, which is asked for and might not be heeded. */
export const isIn = ({ regionId }: FlowLog, asked: string): boolean => regionId === '' || regionId === asked;

/** The flow logs that were listed and are no target, each once. */
export function notInConfig(targets: readonly Target[], listings: readonly Listing[]): readonly Unlisted[] {
  const known = new Set(targets.map(({ entry }) => entry.flowLogId));
  return listings.flatMap(({ account, flowLogs }) => {
    const listed = flowLogs instanceof CloudError ? [] : [...flowLogs.values()];
    const others = listed.filter(({ flowLogId }) => !known.has(flowLogId));
    for (const { flowLogId } of others) known.add(flowLogId);
    return others.map((flowLog) => ({ account, flowLog }));
  });
}

function matches(selector: Selector, flowLog: FlowLog): boolean {
  const { cenId, transitRouterId, resourceId, tags } = flowLog;
  return (
    isIn(flowLog, selector.regionId) &&
    (selector.cenId === null || selector.cenId === cenId) &&
    (selector.transitRouterId === null || selector.transitRouterId === transitRouterId) &&
    (selector.resourceId === null || selector.resourceId === resourceId) &&
    Object.entries(selector.tags).every(([key, value]) => tags?.[key] === value)
  );
}

/** Whether all applies but the tags, which could not be read. */
const isDoubtful = (selector: Selector, flowLog: FlowLog): boolean =>
  flowLog.tags === null && !matches(selector, flowLog) && matches({ ...selector, tags: {} }, flowLog);

const UNREADABLE_TAGS =
  'its tags could not be read, so it was left as it is; they decide whether it is selected by ';

function toEntry(
  { position, account, schedule, service, regionId, vpcId }: Selector,
  { flowLogId, cenId }: FlowLog,
): FlowLogEntry {
  return { position, account, schedule, service, flowLogId, regionId, cenId, vpcId };
}

type NonEmpty<Each> = readonly [Each, ...Each[]];

function listedTwice(mentions: NonEmpty<FlowLogEntry>): Failure {
  return {
    code: 'ListedTwice',
    message:
      `${mentions[0].flowLogId} is listed ${mentions.length} times (schedules ${schedulesOf(mentions)}), ` +
      'so it is left as it is; keep one entry',
    requestId: null,
  };
}

function selectedTwice(flowLogId: string, selectors: readonly Selector[]): Failure {
  const positions = selectors.map(({ position }) => `flowLogs[${position}]`).join(' and ');
  return {
    code: 'SelectedTwice',
    message:
      `${flowLogId} is selected by ${positions} with different schedules (${schedulesOf(selectors)}), ` +
      'so it is left as it is; narrow a selector, or list the flow log by its ID',
    requestId: null,
  };
}

function notListed({ position, regionId }: Selector, error: CloudError): Failure {
  return {
    code: error.code,
    message: `flowLogs[${position}]: the flow logs of ${regionId} could not be listed, so none is selected: ${error.message}`,
    requestId: error.requestId,
  };
}

const schedulesOf = (mentions: readonly Entry[]): string =>
  mentions.map((mention) => `"${mention.schedule.name}"`).join(', ');

function groupBy<Each>(items: readonly Each[], keyOf: (item: Each) => string): readonly NonEmpty<Each>[] {
  const groups = new Map<string, [Each, ...Each[]]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
