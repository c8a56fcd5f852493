/** Writing and removing override tags, in as few calls as the API allows, and reading them back. */
import type { Budget } from './budget.ts';
import { CloudError } from './cloud-error.ts';
import { readOverrideTag } from './desire.ts';
import { OVERRIDE_TAG, type Override, parseOverride } from './override.ts';
import type { CallLimits, FlowLog, FlowLogs } from './ports.ts';
import { FIRST_READ_MS, LONGEST_WAIT_MS, type Region, readTogether } from './reading.ts';

/** @see https://www.alibabacloud.com/help/en/cen/developer-reference/api-cbn-2017-09-12-tagresources */
const MAX_FLOW_LOGS_PER_CALL = 20;

/** Which flow logs a tag call failed for, and why. */
export type TagFailures = ReadonlyMap<string, CloudError>;

/** @param values the tag's value by flow log ID; all flow logs lie in the region */
export async function writeOverrideTags(
  values: ReadonlyMap<string, string>,
  regionId: string,
  flowLogs: FlowLogs,
  limits: CallLimits,
): Promise<TagFailures> {
  const byValue = new Map<string, string[]>();
  for (const [flowLogId, value] of values) byValue.set(value, [...(byValue.get(value) ?? []), flowLogId]);
  const failures = await Promise.all(
    [...byValue].map(([value, ids]) =>
      inBatches(ids, limits, (batch, each) => flowLogs.tag(regionId, batch, OVERRIDE_TAG, value, each)),
    ),
  );
  return new Map(failures.flat());
}

export async function removeOverrideTags(
  flowLogIds: readonly string[],
  regionId: string,
  flowLogs: FlowLogs,
  limits: CallLimits,
): Promise<TagFailures> {
  const untag = (batch: readonly string[], each: CallLimits) =>
    flowLogs.untag(regionId, batch, OVERRIDE_TAG, each);
  return new Map(await inBatches(flowLogIds, limits, untag));
}

/** An override is extended at its end, if ever, and a replica may show the old end for a while. */
const REMOVED_AFTER_MS = 30 * 60_000;
/** A tag cannot be removed on condition that it has a value, so it is read right before. */
const REMOVED_WITHIN_MS = 2_000;

/** Whether an override ended so long ago that its tag may go. @param at milliseconds since the epoch */
export function isRemovable(flowLog: FlowLog, at: number): boolean {
  const reading = readOverrideTag(flowLog, at);
  return reading.kind === 'expired' && at >= reading.override.until + REMOVED_AFTER_MS;
}

/**
 * Removes what is left of overrides that ended, after reading them once more: one that was set since stays.
 * @param flowLogIds with a removable override in the run's listing
 * @param at milliseconds since the epoch
 */
export async function removeExpiredTags(
  flowLogIds: readonly string[],
  region: Region,
  at: number,
  time: Budget,
): Promise<TagFailures> {
  const listed = await readTogether(flowLogIds, region, { time });
  if (listed instanceof CloudError) return new Map(flowLogIds.map((flowLogId) => [flowLogId, listed]));
  const expired = flowLogIds.filter((flowLogId) => {
    const flowLog = listed.get(flowLogId);
    return flowLog !== undefined && isRemovable(flowLog, at);
  });
  const limits = { time, attempts: 1, turn: time.within(REMOVED_WITHIN_MS) };
  return removeOverrideTags(expired, region.scope.regionId, region.flowLogs, limits);
}

/** A tag call that hangs must take neither the time of reading back the others, nor keep them waiting for long. */
const WRITTEN_WITHIN_SHARE = 0.25;
const WRITTEN_WITHIN_MS = 16_000;

/** How long a tag may take to show. Every flow log of the listing waits for it, so it is a part of the time only. */
const SHOWS_WITHIN_MS = 15_000;
const SHOWS_WITHIN_SHARE = 0.25;
/** It is read once at least. */
const SHOWS_NOT_BEFORE_MS = 1_000;

export interface ConfirmedTags {
  /** Those that are left after reading. */
  readonly failures: TagFailures;
  /** The last reading of each flow log that was read, by ID. */
  readonly seen: ReadonlyMap<string, FlowLog>;
}

/**
 * Writes or removes override tags and reads back what that came to, since the next run goes by nothing else. What
 * failed, but may have had an effect all the same, is settled by reading too.
 * @param wanted by flow log ID the override that its tag should hold; null for none
 * @param write resolves to the calls that failed
 */
export async function confirmOverrideTags(
  wanted: ReadonlyMap<string, Override | null>,
  write: (limits: CallLimits) => Promise<TagFailures>,
  region: Region,
  budget: Budget,
): Promise<ConfirmedTags> {
  const failures = await write({
    time: budget.within(Math.min(WRITTEN_WITHIN_MS, budget.remainingMs() * WRITTEN_WITHIN_SHARE)),
  });
  const share = Math.min(SHOWS_WITHIN_MS, budget.remainingMs() * SHOWS_WITHIN_SHARE);
  const time = budget.within(Math.max(SHOWS_NOT_BEFORE_MS, share));
  const isSettled = (flowLogId: string) => failures.get(flowLogId)?.effect === 'none';
  const pending = new Map([...wanted].filter(([flowLogId]) => !isSettled(flowLogId)));
  const seen = new Map<string, FlowLog>();
  // Pending ones that the last listing did not have.
  const missing = new Set<string>();
  let unread: CloudError | null = null;
  for (let waitMs = FIRST_READ_MS; pending.size > 0; waitMs = Math.min(waitMs * 1.5, LONGEST_WAIT_MS)) {
    if (!(await time.sleep(waitMs))) break;
    const listed = await readTogether([...pending.keys()], region, { time });
    unread = listed instanceof CloudError ? listed : null;
    if (listed instanceof CloudError) continue;
    for (const [flowLogId, flowLog] of listed) seen.set(flowLogId, flowLog);
    missing.clear();
    for (const [flowLogId, override] of [...pending]) {
      const flowLog = listed.get(flowLogId);
      if (flowLog === undefined) missing.add(flowLogId);
      else if (holds(flowLog.tags?.[OVERRIDE_TAG], override)) pending.delete(flowLogId);
    }
  }
  const left = Array.from(pending, ([flowLogId, override]) => {
    const accepted = `Alibaba Cloud accepted ${override === null ? 'to clear the override' : 'the override'} of ${flowLogId}`;
    const flowLog = missing.has(flowLogId) ? null : seen.get(flowLogId);
    return [flowLogId, failures.get(flowLogId) ?? notConfirmed(accepted, flowLog, unread)] as const;
  });
  return {
    failures: new Map([...[...failures].filter(([flowLogId]) => isSettled(flowLogId)), ...left]),
    seen,
  };
}

/** Whoever set it may be named otherwise, where two people want the same. */
function holds(value: string | undefined, wanted: Override | null): boolean {
  if (wanted === null) return value === undefined;
  const held = value === undefined ? null : parseOverride(value);
  return held?.status === wanted.status && held.until === wanted.until;
}

const TAGGING = { service: 'CEN', operation: 'TagResources' } as const;

/** @param seen undefined when nothing was read, null when it is not listed any more */
function notConfirmed(
  accepted: string,
  seen: FlowLog | null | undefined,
  unread: CloudError | null,
): CloudError {
  if (unread !== null) {
    const { code, requestId, message } = unread;
    const problem = `${accepted}, but reading back failed: ${message}; try again`;
    return new CloudError(problem, { ...TAGGING, code, requestId });
  }
  const [code, problem] = problemOf(seen);
  return new CloudError(`${accepted}, but ${problem}`, { ...TAGGING, code });
}

function problemOf(seen: FlowLog | null | undefined): readonly [code: string, problem: string] {
  if (seen === undefined) {
    return ['OverrideNotConfirmed', "the run's time ended before it could be read back; try again"];
  }
  if (seen === null) return ['FlowLogNotFound', 'it is not listed any more; was it deleted meanwhile?'];
  const value = seen.tags?.[OVERRIDE_TAG];
  const held =
    value === undefined ? `there is no tag ${OVERRIDE_TAG}` : `tag ${OVERRIDE_TAG} holds "${value}"`;
  return ['OverrideNotConfirmed', `${held} now; try again`];
}

type TagCall = (batch: readonly string[], limits: CallLimits) => Promise<void>;
type Failed = readonly (readonly [string, CloudError])[];

async function inBatches(flowLogIds: readonly string[], limits: CallLimits, call: TagCall): Promise<Failed> {
  const batches: string[][] = [];
  for (let start = 0; start < flowLogIds.length; start += MAX_FLOW_LOGS_PER_CALL) {
    batches.push(flowLogIds.slice(start, start + MAX_FLOW_LOGS_PER_CALL));
  }
  return (await Promise.all(batches.map((batch) => callBatch(batch, limits, call)))).flat();
}

/** Of several flow logs together; half of the time is for trying each alone. */
const ATTEMPTS_TOGETHER = 2;

/** What fails together is tried one by one: one flow log's trouble is never another's. */
async function callBatch(batch: readonly string[], limits: CallLimits, call: TagCall): Promise<Failed> {
  if (batch.length === 1) return tryCall(batch, limits, call);
  const { time, attempts = ATTEMPTS_TOGETHER } = limits;
  const together = {
    ...limits,
    time: time.within(time.remainingMs() / 2),
    attempts: Math.min(attempts, ATTEMPTS_TOGETHER),
  };
  const failed = await tryCall(batch, together, call);
  const [, error] = failed[0] ?? [];
  if (error === undefined) return [];
  // An account that is throttled has no time for twenty calls instead of one.
  if (error.throttled) return tryCall(batch, limits, call);
  const alone = await Promise.all(batch.map((flowLogId) => tryCall([flowLogId], limits, call)));
  return alone.flat().map(([flowLogId, own]) => [flowLogId, own.attempts === 0 ? error : own] as const);
}

async function tryCall(batch: readonly string[], limits: CallLimits, call: TagCall): Promise<Failed> {
  try {
    await call(batch, limits);
    return [];
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return batch.map((flowLogId) => [flowLogId, error] as const);
  }
}
