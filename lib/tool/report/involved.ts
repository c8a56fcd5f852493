/** Which flow logs and Logstores a report is about. Pure. */
import { groupBy } from './group-by.ts';
import { type Reading, type Service, type Status, serviceOf } from './records.ts';

export interface LogstoreName {
  readonly project: string;
  readonly logstore: string;
}

/** A flow log as a listing describes it now. */
export interface FlowLogNow {
  readonly flowLogId: string;
  readonly service: Service;
  readonly regionId: string;
  readonly account: string | null;
  readonly name: string | null;
  /** Null while it is changing. */
  readonly status: Status | null;
  /** Its capture interval. */
  readonly intervalSeconds: number | null;
  readonly logstore: LogstoreName | null;
}

/** A flow log that the config is about, by ID or by a `select`. */
export interface ConfiguredFlowLog {
  readonly flowLogId: string;
  readonly service: Service;
  readonly regionId: string;
  readonly account: string | null;
  /** Name of its schedule. */
  readonly schedule: string;
}

export interface InvolvedFlowLog extends Omit<FlowLogNow, 'status'> {
  /** What it is now; null when that is not known. */
  readonly now: Status | null;
  /** Null for one that left the config, or was never in it. */
  readonly schedule: string | null;
  /** Whether it is listed now. */
  readonly listed: boolean;
}

export interface InvolvedLogstore extends LogstoreName {
  readonly key: string;
  readonly regionId: string;
  readonly account: string | null;
  /** All that write to it, those too that the scheduler has nothing to do with. */
  readonly flowLogs: readonly InvolvedFlowLog[];
}

export interface Involved {
  /** Those of the config in its order, then those that were recorded and left it. */
  readonly flowLogs: readonly InvolvedFlowLog[];
  /** In the order of the flow logs. */
  readonly logstores: readonly InvolvedLogstore[];
}

export const logstoreKey = ({ project, logstore }: LogstoreName): string => `${project}/${logstore}`;

/** @param readings of the range and before it; what was recorded for the first time later is no part of the report */
export function involved(
  configured: readonly ConfiguredFlowLog[],
  listed: readonly FlowLogNow[],
  readings: readonly Reading[],
): Involved {
  const nowById = new Map(listed.map((each) => [each.flowLogId, each]));
  const ours = new Map<string, InvolvedFlowLog>();
  for (const each of configured) {
    ours.set(each.flowLogId, describe({ name: null, ...each }, each.schedule, nowById.get(each.flowLogId)));
  }
  for (const each of readings) {
    if (!ours.has(each.flowLogId))
      ours.set(each.flowLogId, describe(each, null, nowById.get(each.flowLogId)));
  }
  const flowLogs = [...ours.values()];
  const strangers = listed
    .filter(({ flowLogId }) => !ours.has(flowLogId))
    .map((each) => describe(each, null, each));
  return { flowLogs, logstores: logstoresOf(flowLogs, strangers) };
}

type Described = Pick<FlowLogNow, 'flowLogId' | 'regionId' | 'account' | 'name'> & {
  readonly service?: Service;
};

function describe(
  recorded: Described,
  schedule: string | null,
  now: FlowLogNow | undefined,
): InvolvedFlowLog {
  const { flowLogId, regionId, account, name, service = serviceOf(flowLogId) } = recorded;
  return {
    flowLogId,
    service: now?.service ?? service,
    regionId: now?.regionId ?? regionId,
    account: now === undefined ? account : now.account,
    name: now?.name ?? name,
    now: now?.status ?? null,
    intervalSeconds: now?.intervalSeconds ?? null,
    logstore: now?.logstore ?? null,
    schedule,
    listed: now !== undefined,
  };
}

function logstoresOf(
  ours: readonly InvolvedFlowLog[],
  strangers: readonly InvolvedFlowLog[],
): readonly InvolvedLogstore[] {
  const byKey = groupBy([...ours, ...strangers], ({ logstore }) =>
    logstore === null ? '' : logstoreKey(logstore),
  );
  const keys = new Set(ours.flatMap(({ logstore }) => (logstore === null ? [] : [logstoreKey(logstore)])));
  return [...keys].flatMap((key) => {
    const flowLogs = byKey.get(key) ?? [];
    const [first] = flowLogs;
    if (first === undefined || first.logstore === null) return [];
    const { regionId, account, logstore } = first;
    return [{ key, regionId, account, ...logstore, flowLogs }];
  });
}
