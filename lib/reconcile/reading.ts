/** Reading flow logs: what is listed, and why it could not be. */
import { CallError, type CallLimits, type FlowLog, type FlowLogScope, type FlowLogs } from './ports.ts';

/** What is behind the port for one account and region. */
export interface Region {
  readonly flowLogs: FlowLogs;
  /** What to list to find all flow logs of the run that lie in it. */
  readonly scope: FlowLogScope;
}

/** By flow log ID, or why there is no listing. */
export type Reading = ReadonlyMap<string, FlowLog> | CallError;

/** Lists once for all of these flow logs, and by its ID for a single one. */
export function readTogether(
  flowLogIds: readonly string[],
  region: Region,
  limits: CallLimits,
): Promise<Reading> {
  const [only, ...others] = flowLogIds;
  return only !== undefined && others.length === 0
    ? readAlone(only, region, limits)
    : caught(region.flowLogs.list(region.scope, limits, flowLogIds));
}

/** One call for each. A flow log that could not be read is in neither of the two. */
export async function readEach(
  flowLogIds: readonly string[],
  region: Region,
  limits: CallLimits,
): Promise<ReadonlyMap<string, Reading>> {
  const read = async (flowLogId: string) => [flowLogId, await readAlone(flowLogId, region, limits)] as const;
  return new Map(await Promise.all(flowLogIds.map(read)));
}

const readAlone = (flowLogId: string, { flowLogs, scope }: Region, limits: CallLimits): Promise<Reading> =>
  caught(flowLogs.list({ ...scope, flowLogId }, limits, [flowLogId]));

/** @throws what is no answer of a cloud service */
export async function caught(listing: Promise<ReadonlyMap<string, FlowLog>>): Promise<Reading> {
  try {
    return await listing;
  } catch (error) {
    if (error instanceof CallError) return error;
    throw error;
  }
}
