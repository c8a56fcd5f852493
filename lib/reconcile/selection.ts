/** Which flow logs of the config a command is about. Pure. */
import type { Config, FlowLogEntry } from '../config/config.ts';
import { didYouMean, show } from '../text.ts';
import { CloudError } from './cloud-error.ts';
import type { Failure, Warning } from './report.ts';
import { keyOfListing, type Listing, listingKey, type Target } from './targets.ts';

/** All of the config, those with these IDs, or those to which all of a filter applies. */
export type Selection = 'all' | readonly string[] | Filter;

/** Null, or no tag, where anything will do. */
export interface Filter {
  readonly regionId: string | null;
  readonly schedule: string | null;
  /** Name in the config. */
  readonly account: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

const isIds = (selection: Selection): selection is readonly string[] => Array.isArray(selection);

/** Whether only the flow logs themselves say if they are meant. */
export const asksForTags = (selection: Selection): boolean =>
  selection !== 'all' && !isIds(selection) && Object.keys(selection.tags).length > 0;

/** Whether an entry's flow log is meant, as far as the config says. */
export function mayBeMeant(
  selection: Selection,
  entry: Pick<FlowLogEntry, 'regionId' | 'account' | 'schedule'> & { readonly flowLogId?: string },
): boolean {
  if (selection === 'all') return true;
  if (isIds(selection)) return selection.some((flowLogId) => flowLogId === entry.flowLogId);
  const { regionId, schedule, account } = selection;
  return (
    (regionId === null || regionId === entry.regionId) &&
    (schedule === null || schedule === entry.schedule.name) &&
    (account === null || account === entry.account)
  );
}

/** What is wrong with a selection, as far as the config says; null for nothing. */
export function selectionProblem(selection: Selection, config: Config): string | null {
  if (selection === 'all') return null;
  const { flowLogs, selectors } = config;
  // What a selector finds is known only when the run has listed it: see `pickTargets`.
  if (isIds(selection)) {
    return selectors.length > 0 ? null : unknownFlowLog(selection, distinct(flowLogs.map(idOf)));
  }
  const entries = [...flowLogs, ...selectors];
  const known = {
    regionId: distinct(entries.map(({ regionId }) => regionId)),
    schedule: [...config.schedules.keys()],
    account: [...config.accounts.keys()],
  } as const;
  for (const field of ['regionId', 'schedule', 'account'] as const) {
    const wanted = selection[field];
    if (wanted === null || known[field].includes(wanted)) continue;
    const hint = didYouMean(wanted, known[field]);
    return `select.${field}: no entry of the config has ${show(wanted)}${hint}`;
  }
  return entries.some((entry) => mayBeMeant(selection, entry)) ? null : NONE;
}

const NONE = 'select: no flow log of the config has all of this';

/** The error for the first unknown ID; null when all are known. */
function unknownFlowLog(flowLogIds: readonly string[], known: readonly string[]): string | null {
  const all = new Set(known);
  const unknown = flowLogIds.find((flowLogId) => !all.has(flowLogId));
  if (unknown === undefined) return null;
  return `flowLogIds: the config has no flow log ${show(unknown)}${didYouMean(unknown, known)}`;
}

export interface Picked {
  readonly targets: readonly Target[];
  /** What is wrong with the selection, now that the flow logs are known; null for nothing. */
  readonly problem: string | null;
  /** Of regions in which the tags could not be read. */
  readonly failures: readonly Failure[];
  readonly warnings: readonly Warning[];
}

/** @param listings all of them where there are selectors, or {@link asksForTags} */
export function pickTargets(
  targets: readonly Target[],
  selection: Selection,
  listings: readonly Listing[],
): Picked {
  const picked = targets.filter(({ entry }) => mayBeMeant(selection, entry));
  const fine = { targets: picked, problem: null, failures: [], warnings: [] };
  if (selection === 'all') return fine;
  if (isIds(selection)) {
    const known = targets.map(({ entry }) => entry.flowLogId);
    return { ...fine, problem: unknownFlowLog(selection, known) };
  }
  const tagged = asksForTags(selection) ? byTags(picked, selection.tags, listings) : fine;
  return { ...tagged, problem: tagged.targets.length === 0 ? NONE : null };
}

function byTags(
  candidates: readonly Target[],
  tags: Filter['tags'],
  listings: readonly Listing[],
): Omit<Picked, 'problem'> {
  const targets: Target[] = [];
  const warnings: Warning[] = [];
  const failures = new Map<string, Failure>();
  const found = new Map(listings.map((listing) => [keyOfListing(listing), listing.flowLogs]));
  for (const target of candidates) {
    const { flowLogId, regionId } = target.entry;
    const key = listingKey(target.entry);
    const listed = found.get(key);
    if (listed instanceof CloudError) {
      const message = `select.tags: the flow logs of ${regionId} could not be listed, so none is selected: ${listed.message}`;
      failures.set(key, { code: listed.code, message, requestId: listed.requestId });
      continue;
    }
    const flowLog = listed?.get(flowLogId);
    if (flowLog?.tags === null) {
      const message =
        'its tags could not be read, so nobody knows whether it is selected; it was left as it is';
      warnings.push({ subject: flowLogId, message });
    } else if (Object.entries(tags).every(([key, value]) => flowLog?.tags?.[key] === value)) {
      targets.push(target);
    }
  }
  return { targets, failures: [...failures.values()], warnings };
}

const idOf = ({ flowLogId }: FlowLogEntry): string => flowLogId;
const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)];
