/** Writing and removing override tags, as few calls as the API allows, and reading them back. */
import type { Budget } from './budget.ts';
import { readOverrideTag } from './desire.ts';
import { OVERRIDE_TAG, type Override, parseOverride } from './override.ts';
import { CallError, type FlowLog, type FlowLogScope, type FlowLogs } from './ports.ts';
import { readBack, readBacks } from './read-back.ts';

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
  once = false,
): Promise<TagFailures> {
  return new Map(await inBatches(flowLogIds, (batch) => flowLogs.untag(regionId, batch, OVERRIDE_TAG, once)));
}

/**
 * Removes what is left of overrides that ended. CEN cannot remove a tag on condition that it has a value, so they are
 * read once more right before: an override that somebody set since the run's listing stays.
 * @param flowLogIds with an expired override in the run's listing
 * @param at milliseconds since the epoch
 */
export async function removeExpiredTags(
  flowLogIds: readonly string[],
  scope: FlowLogScope,
  at: number,
  flowLogs: FlowLogs,
): Promise<TagFailures> {
  const listed = await readBack(flowLogIds, scope, flowLogs);
  if (listed instanceof CallError) return new Map(flowLogIds.map((flowLogId) => [flowLogId, listed]));
  const expired = flowLogIds.filter((flowLogId) => {
    const flowLog = listed.get(flowLogId);
    return flowLog !== undefined && readOverrideTag(flowLog, at).kind === 'expired';
  });
  return removeOverrideTags(expired, scope.regionId, flowLogs, true);
}

/** One tag call that hangs must not take the time of reading back the others. */
const WRITTEN_WITHIN_SHARE = 0.25;

/** How long a tag may take to show. Every flow log of the listing waits for it, so it is a part of the time only. */
const SHOWS_WITHIN_MS = 15_000;
const SHOWS_WITHIN_SHARE = 0.25;
/** It is read once at least. */
const SHOWS_NOT_BEFORE_MS = 1_000;

/**
 * Writes or removes override tags and reads back what that came to, since the next run goes by nothing else. What
 * failed, but may have had an effect all the same, is settled by reading too.
 * @param wanted by flow log ID the override that its tag should tell; null for none
 * @param write tells whose calls failed
 * @returns the failures that are left
 */
export async function confirmOverrideTags(
  wanted: ReadonlyMap<string, Override | null>,
  write: (flowLogs: FlowLogs) => Promise<TagFailures>,
  scope: FlowLogScope,
  portOf: (budget: Budget) => FlowLogs,
  budget: Budget,
): Promise<TagFailures> {
  const failures = await write(portOf(budget.within(budget.remainingMs() * WRITTEN_WITHIN_SHARE)));
  const share = Math.min(SHOWS_WITHIN_MS, budget.remainingMs() * SHOWS_WITHIN_SHARE);
  const time = budget.within(Math.max(SHOWS_NOT_BEFORE_MS, share));
  const pending = new Map(
    [...wanted].filter(
      ([flowLogId]) => (failures.get(flowLogId)?.disposition ?? 'read-back') === 'read-back',
    ),
  );
  // By flow log ID as it was last listed; null when it was not.
  const seen = new Map<string, FlowLog | null>();
  let unread: CallError | null = null;
  for await (const listed of readBacks(pending, scope, portOf(time), time)) {
    unread = listed instanceof CallError ? listed : null;
    if (listed instanceof CallError) continue;
    for (const [flowLogId, override] of [...pending]) {
      const flowLog = listed.get(flowLogId) ?? null;
      seen.set(flowLogId, flowLog);
      if (flowLog !== null && tells(flowLog.tags[OVERRIDE_TAG], override)) pending.delete(flowLogId);
    }
  }
  return new Map([
    ...[...failures].filter(([, { disposition }]) => disposition !== 'read-back'),
    ...Array.from(pending, ([flowLogId, override]) => {
      const accepted = `CEN accepted ${override === null ? 'to clear the override' : 'the override'} of ${flowLogId}`;
      const failure = notConfirmed(accepted, seen.get(flowLogId), unread);
      return [flowLogId, failures.get(flowLogId) ?? failure] as const;
    }),
  ]);
}

/** Whoever set it may be named otherwise, where two people want the same. */
function tells(value: string | undefined, wanted: Override | null): boolean {
  if (wanted === null) return value === undefined;
  const told = value === undefined ? null : parseOverride(value);
  return told?.status === wanted.status && told.until === wanted.until;
}

/** @param seen undefined when nothing was read */
function notConfirmed(
  accepted: string,
  seen: FlowLog | null | undefined,
  unread: CallError | null,
): CallError {
  if (unread !== null) {
    const { code, requestId, message } = unread;
    const problem = `${accepted}, but reading back failed: ${message}; try again`;
    return new CallError(problem, { code, requestId, disposition: 'fail' });
  }
  const [code, problem] = problemOf(seen);
  return new CallError(`${accepted}, but ${problem}`, { code, disposition: 'fail' });
}

function problemOf(seen: FlowLog | null | undefined): readonly [code: string, problem: string] {
  if (seen === undefined) {
    return ['OverrideNotConfirmed', "the run's time ended before it could be read back; try again"];
  }
  if (seen === null) return ['FlowLogNotFound', 'it is not listed any more; was it deleted meanwhile?'];
  const value = seen.tags[OVERRIDE_TAG];
  const told =
    value === undefined ? `there is no tag ${OVERRIDE_TAG}` : `tag ${OVERRIDE_TAG} holds "${value}"`;
  return ['OverrideNotConfirmed', `${told} now; try again`];
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
