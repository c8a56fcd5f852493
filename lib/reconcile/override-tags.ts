/** Writing and removing override tags, as few calls as the API allows. */
import { OVERRIDE_TAG } from './override.ts';
import { CallError, type FlowLogs } from './ports.ts';

/** @see https://www.alibabacloud.com/help/en/cen/developer-reference/api-cbn-2017-09-12-tagresources */
const MAX_FLOW_LOGS_PER_CALL = 20;

/** Which flow logs a tag call failed for, and why. */
export type TagFailures = ReadonlyMap<string, CallError>;

/** @param values the tag's value by flow log ID; all flow logs lie in the region */
export async function writeOverrideTags(
  values: ReadonlyMap<string, string>,
  regionId: string,
  flowLogs: FlowLogs,
): Promise<TagFailures> {
  const byValue = new Map<string, string[]>();
  for (const [flowLogId, value] of values) byValue.set(value, [...(byValue.get(value) ?? []), flowLogId]);
  const failures = await Promise.all(
    [...byValue].map(([value, ids]) =>
      inBatches(ids, (batch) => flowLogs.tag(regionId, batch, OVERRIDE_TAG, value)),
    ),
  );
  return new Map(failures.flat());
}

export async function removeOverrideTags(
  flowLogIds: readonly string[],
  regionId: string,
  flowLogs: FlowLogs,
): Promise<TagFailures> {
  return new Map(await inBatches(flowLogIds, (batch) => flowLogs.untag(regionId, batch, OVERRIDE_TAG)));
}

async function inBatches(
  flowLogIds: readonly string[],
  call: (batch: readonly string[]) => Promise<void>,
): Promise<readonly (readonly [string, CallError])[]> {
  const batches: string[][] = [];
  for (let start = 0; start < flowLogIds.length; start += MAX_FLOW_LOGS_PER_CALL) {
    batches.push(flowLogIds.slice(start, start + MAX_FLOW_LOGS_PER_CALL));
  }
  return (await Promise.all(batches.map((batch) => callBatch(batch, call)))).flat();
}

/** A batch that is refused is tried one by one: one flow log's trouble is never another's. */
async function callBatch(
  batch: readonly string[],
  call: (batch: readonly string[]) => Promise<void>,
): Promise<readonly (readonly [string, CallError])[]> {
  try {
    await call(batch);
    return [];
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    if (batch.length === 1 || error.disposition !== 'fail') return batch.map((id) => [id, error] as const);
    return (await Promise.all(batch.map((id) => callBatch([id], call)))).flat();
  }
}
