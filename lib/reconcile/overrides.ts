/** Overrides of one listing's flow logs: set or cleared as a command asks, read and tidied up by every other run. */
import type { Config } from '../config/config.ts';
import { formatDuration } from '../config/values.ts';
import { CloudError } from './cloud-error.ts';
import { type Command, overrideEnd, tooLong } from './command.ts';
import { readOverrideTag, type TagReading } from './desire.ts';
import type { Group, GroupContext } from './group.ts';
import { formatOverride, OVERRIDE_TAG, type Override } from './override.ts';
import {
  confirmOverrideTags,
  isRemovable,
  removeExpiredTags,
  removeOverrideTags,
  type TagFailures,
  writeOverrideTags,
} from './override-tags.ts';
import { type Failure, failureOf, isMeant } from './plan.ts';
import type { CallLimits, FlowLog } from './ports.ts';
import type { Reading, Region } from './reading.ts';
import type { Warning } from './report.ts';
import type { Target } from './targets.ts';

export interface SettledOverrides {
  /** The group's listing, with what was read since. */
  readonly listed: Reading;
  /** By flow log ID, why its override could not be set or cleared. */
  readonly failures: ReadonlyMap<string, Failure>;
  /** A flow log as it is: a replica may still show the tag from before this run changed it. */
  readonly corrected: (flowLog: FlowLog) => FlowLog;
  readonly warnings: readonly Warning[];
  /** Removes what is left of overrides that ended, and returns a warning for each that could not be. */
  readonly tidyUp: () => Promise<readonly Warning[]>;
}

/** A tag of before that is read longer after the new one was read is no lagging replica: somebody put it back. */
const REPLICAS_LAG_MS = 3_000;

const NOTHING_LEFT = async (): Promise<readonly Warning[]> => [];

/** Sets or clears the overrides that this run is to, and reads the others. */
export function settleOverrides(
  group: Group,
  region: Region,
  context: GroupContext,
): Promise<SettledOverrides> {
  const { command } = context;
  const { flowLogs } = group;
  if (flowLogs instanceof CloudError) return Promise.resolve(lookAtOverrides(group, region, context));
  switch (command.action) {
    case 'override':
      return setOverrides(group, flowLogs, command, region, context);
    case 'clear-override':
      return clearOverrides(group, flowLogs, region, context);
    case 'reconcile':
    case 'status':
      return Promise.resolve(lookAtOverrides(group, region, context));
  }
}

/** A target whose flow log the config can mean. */
interface Found {
  readonly target: Target;
  readonly flowLog: FlowLog;
}

function findTargets({ targets, flowLogs }: Group): readonly Found[] {
  if (flowLogs instanceof CloudError) return [];
  return targets.flatMap((target) => {
    const flowLog = flowLogs.get(target.entry.flowLogId) ?? null;
    return isMeant(target, flowLog) ? [{ target, flowLog }] : [];
  });
}

type FlowLogsById = ReadonlyMap<string, FlowLog>;

async function setOverrides(
  group: Group,
  before: FlowLogsById,
  command: Extract<Command, { readonly action: 'override' }>,
  region: Region,
  context: GroupContext,
): Promise<SettledOverrides> {
  const { config, at, decide } = context;
  const { status, by, reason } = command;
  const wanted = new Map<string, Override>();
  const invalid = new Map<string, Failure>();
  for (const { target } of findTargets(group)) {
    const { flowLogId, schedule } = target.entry;
    const until = overrideEnd(command.end, at, decide(schedule, at).nextTransition);
    const problem =
      until === null
        ? 'its schedule never changes, so there is no next transition'
        : tooLong(until - at, config);
    if (until !== null && problem === null) wanted.set(flowLogId, { status, until, by, reason });
    else invalid.set(flowLogId, { code: 'InvalidOverride', message: `${problem}`, requestId: null });
  }
  const values = new Map(Array.from(wanted, ([id, override]) => [id, formatOverride(override, config.zone)]));
  const write = (limits: CallLimits) =>
    writeOverrideTags(values, region.scope.regionId, region.flowLogs, limits);
  const settled = await changeTags(before, wanted, values, write, region, context);
  return { ...settled, failures: new Map([...settled.failures, ...invalid]) };
}

async function clearOverrides(
  group: Group,
  before: FlowLogsById,
  region: Region,
  context: GroupContext,
): Promise<SettledOverrides> {
  const tagged = findTargets(group).flatMap(({ flowLog }) =>
    readOverrideTag(flowLog, context.at).kind === 'none' ? [] : [flowLog.flowLogId],
  );
  const wanted = new Map(tagged.map((flowLogId) => [flowLogId, null]));
  const remove = (limits: CallLimits) =>
    removeOverrideTags(tagged, region.scope.regionId, region.flowLogs, limits);
  return changeTags(before, wanted, new Map(), remove, region, context);
}

/** @param values of the tags that are to be, by flow log ID; none where they are to go */
async function changeTags(
  before: FlowLogsById,
  wanted: ReadonlyMap<string, Override | null>,
  values: ReadonlyMap<string, string>,
  write: (limits: CallLimits) => Promise<TagFailures>,
  region: Region,
  { budget }: GroupContext,
): Promise<SettledOverrides> {
  const { failures, seen } = await confirmOverrideTags(wanted, write, region, budget);
  const confirmedAt = budget.now();
  const tagBefore = (flowLogId: string) => before.get(flowLogId)?.tags?.[OVERRIDE_TAG];
  return {
    listed: new Map([...before, ...seen]),
    failures: new Map(Array.from(failures, ([flowLogId, error]) => [flowLogId, tagFailure(error)])),
    corrected: (flowLog) => {
      const { flowLogId, tags } = flowLog;
      const isConfirmed = wanted.has(flowLogId) && !failures.has(flowLogId);
      const isLate = budget.now() - confirmedAt > REPLICAS_LAG_MS;
      if (tags === null || !isConfirmed || isLate || tags[OVERRIDE_TAG] !== tagBefore(flowLogId))
        return flowLog;
      const { [OVERRIDE_TAG]: _, ...others } = tags;
      const value = values.get(flowLogId);
      return { ...flowLog, tags: value === undefined ? others : { ...others, [OVERRIDE_TAG]: value } };
    },
    warnings: [],
    tidyUp: NOTHING_LEFT,
  };
}

function tagFailure(error: CloudError): Failure {
  const failure = failureOf(error);
  if (error.effect === 'none') return failure;
  const doubt = 'its override may or may not have been changed; {"action": "status"} tells';
  return { ...failure, message: `${failure.message}; ${doubt}` };
}

function lookAtOverrides(group: Group, region: Region, context: GroupContext): SettledOverrides {
  const { at, config, budget, clockIsWrong } = context;
  const found = findTargets(group);
  const removable = found.filter(({ flowLog }) => isRemovable(flowLog, at));
  const tidyUp = async () => {
    // By a wrong clock an override that holds has ended.
    if (clockIsWrong()) return [];
    const ids = removable.map(({ flowLog }) => flowLog.flowLogId);
    const failures = await removeExpiredTags(ids, region, at, budget);
    return Array.from(failures, ([subject, { message }]) => ({
      subject,
      message: `its expired override could not be removed: ${message}`,
    }));
  };
  return {
    listed: group.flowLogs,
    failures: new Map(),
    corrected: (flowLog) => flowLog,
    warnings: found.flatMap(({ flowLog }) =>
      tagWarning(flowLog.flowLogId, readOverrideTag(flowLog, at), config, at),
    ),
    tidyUp: context.changesNothing || removable.length === 0 ? NOTHING_LEFT : tidyUp,
  };
}

function tagWarning(subject: string, reading: TagReading, config: Config, at: number): readonly Warning[] {
  const tag = `tag ${OVERRIDE_TAG}`;
  if (reading.kind === 'unreadable') {
    const form = 'Active until 2026-11-23T18:00:00+08:00; by=netops; reason=incident 42';
    const message = `${tag} holds "${reading.value}", which is no override, and is ignored; it should read like "${form}"`;
    return [{ subject, message }];
  }
  if (reading.kind === 'in-force' && tooLong(reading.override.until - at, config) !== null) {
    const longest = formatDuration(config.limits.maxOverrideMs);
    return [{ subject, message: `${tag} ends later than limits.maxOverride (${longest}) allows to set` }];
  }
  return [];
}
