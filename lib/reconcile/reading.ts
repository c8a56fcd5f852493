/** Reading flow logs: what is listed, and why it could not be. */
import { CloudError } from './cloud-error.ts';
import type { CallLimits, FlowLog, FlowLogScope, FlowLogs } from './ports.ts';

/** What is behind the port for one account and region. */
export interface Region {
  readonly flowLogs: FlowLogs;
  /** What to list to find all flow logs of the run that lie in it. */
  readonly scope: FlowLogScope;
}

/** From a call to the first reading, and the longest between two: also between the sendings of what was refused. */
export const FIRST_READ_MS = 500;
export const LONGEST_WAIT_MS = 5_000;

/** By flow log ID, or why there is no listing. */
export type Reading = ReadonlyMap<string, FlowLog> | CloudError;

/** Lists once for all of these flow logs, and by its ID for a single one. */
export function readTogether(
  flowLogIds: readonly string[],
  region: Region,
  limits: CallLimits,
): Promise<Reading> {
  const [only, ...others] = flowLogIds;
  const isAlone = only !== undefined && others.length === 0;
  const scope = isAlone ? { ...region.scope, flowLogId: only } : region.scope;
  return caught(region.flowLogs.list(scope, limits, flowLogIds));
}

/** @throws what is no answer of a cloud service */
export async function caught(listing: Promise<ReadonlyMap<string, FlowLog>>): Promise<Reading> {
  try {
    return await listing;
  } catch (error) {
    if (error instanceof CloudError) return error;
    throw error;
  }
}
