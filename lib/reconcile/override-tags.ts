/** The calls that write and remove override tags, as few as the API allows, and what is left of overrides that ended. */
import type { Config } from '../config/config.ts';
import { formatDuration } from '../text.ts';
import type { Budget } from './budget.ts';
import { CloudError } from './cloud-error.ts';
import { tooLong } from './command.ts';
import { OVERRIDE_TAG, readOverrideTag } from './override.ts';
import type { CallLimits, FlowLog } from './ports.ts';
import { type Region, readTogether } from './reading.ts';
import type { Warning } from './report.ts';

/** @see https://www.alibabacloud.com/help/en/cen/developer-reference/api-cbn-2017-09-12-tagresources */
const MAX_FLOW_LOGS_PER_CALL = 20;

/** Called once for each flow log: null when the call was accepted. */
export type TagsEnded = (flowLogIds: readonly string[], error: CloudError | null) => void;

type TagCall = (batch: readonly string[], limits: CallLimits) => Promise<void>;

/** @param values of the tag by flow log ID; undefined to remove it */
export async function changeOverrideTags(
  values: ReadonlyMap<string, string | undefined>,
  { flowLogs, scope: { regionId } }: Region,
  limits: CallLimits,
  ended: TagsEnded,
): Promise<void> {
  const byValue = new Map<string | undefined, string[]>();
  for (const [flowLogId, value] of values) byValue.set(value, [...(byValue.get(value) ?? []), flowLogId]);
  await Promise.all(
    [...byValue].flatMap(([value, ids]) => {
      const call: TagCall = (batch, each) =>
        value === undefined
          ? flowLogs.untag(regionId, batch, OVERRIDE_TAG, each)
          : flowLogs.tag(regionId, batch, OVERRIDE_TAG, value, each);
      return batchesOf(ids).map((batch) => callBatch(batch, limits, call, ended));
    }),
  );
}

const batchesOf = (ids: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(ids.length / MAX_FLOW_LOGS_PER_CALL) }, (_, index) =>
    ids.slice(index * MAX_FLOW_LOGS_PER_CALL, (index + 1) * MAX_FLOW_LOGS_PER_CALL),
  );

/** Of several flow logs together; most of the time is for trying each alone. */
const ATTEMPTS_TOGETHER = 2;
const TOGETHER_WITHIN_MS = 5_000;

/** What fails together is tried one by one: one flow log's trouble is never another's. */
async function callBatch(
  batch: readonly string[],
  limits: CallLimits,
  call: TagCall,
  ended: TagsEnded,
): Promise<void> {
  if (batch.length === 1) return ended(batch, await tryCall(batch, limits, call));
  const { time, attempts = ATTEMPTS_TOGETHER } = limits;
  const together = {
    ...limits,
    time: time.within(Math.min(TOGETHER_WITHIN_MS, time.remainingMs() / 2)),
    attempts: Math.min(attempts, ATTEMPTS_TOGETHER),
  };
  const error = await tryCall(batch, together, call);
  if (error === null) return ended(batch, null);
  // An account that is throttled has no time for twenty calls instead of one.
  if (error.throttled || error.attempts === 0) {
    return ended(batch, await tryCall(batch, limits, call));
  }
  await Promise.all(
    batch.map(async (flowLogId) => {
      const own = await tryCall([flowLogId], limits, call);
      ended([flowLogId], own?.attempts === 0 ? error : own);
    }),
  );
}

async function tryCall(
  batch: readonly string[],
  limits: CallLimits,
  call: TagCall,
): Promise<CloudError | null> {
  try {
    await call(batch, limits);
    return null;
  } catch (error) {
    if (error instanceof CloudError) return error;
    throw error;
  }
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
 * @returns a warning for each that could not be removed
 */
export async function removeExpiredTags(
  flowLogIds: readonly string[],
  region: Region,
  at: number,
  time: Budget,
): Promise<readonly Warning[]> {
  const warnings: Warning[] = [];
  const warn: TagsEnded = (ids, error) => {
    if (error === null) return;
    const message = `its expired override could not be removed: ${error.message}`;
    warnings.push(...ids.map((subject) => ({ subject, message })));
  };
  const listed = await readTogether(flowLogIds, region, { time });
  if (listed instanceof CloudError) warn(flowLogIds, listed);
  else {
    const expired = flowLogIds.flatMap((flowLogId) => {
      const flowLog = listed.get(flowLogId);
      return flowLog !== undefined && isRemovable(flowLog, at) ? [[flowLogId, undefined] as const] : [];
    });
    const limits = { time, attempts: 1, turn: time.within(REMOVED_WITHIN_MS) };
    await changeOverrideTags(new Map(expired), region, limits, warn);
  }
  return warnings;
}

/** What a person should know about the override tag of a flow log. @param at milliseconds since the epoch */
export function tagWarnings(flowLog: FlowLog, config: Config, at: number): readonly Warning[] {
  const reading = readOverrideTag(flowLog, at);
  const about = (message: string) => [
    { subject: flowLog.flowLogId, message: `tag ${OVERRIDE_TAG} ${message}` },
  ];
  if (reading.kind === 'unreadable') {
    const form = 'Active until 2026-11-23T18:00:00+08:00; by=netops; reason=incident 42';
    return about(
      `holds "${reading.value}", which is no override, and is ignored; it should read like "${form}"`,
    );
  }
  if (reading.kind === 'in-force' && tooLong(reading.override.until - at, config) !== null) {
    const longest = formatDuration(config.limits.maxOverrideMs);
    return about(`ends later than limits.maxOverride (${longest}) allows to set`);
  }
  return [];
}
