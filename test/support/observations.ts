import type { DeployedFunction } from '../../lib/cloud/fc/deployed-function.ts';
import { CloudError } from '../../lib/reconcile/cloud-error.ts';
import type { FlowLog } from '../../lib/reconcile/ports.ts';
import type { Runtime } from '../../lib/runtime.ts';
import type { Asked } from '../../lib/tool/doctor/asked.ts';
import type { Line } from '../../lib/tool/doctor/line.ts';
import type {
  FunctionSeen,
  LogstoreSeen,
  MeasureSeen,
  Observations,
  Probes,
  StatusSeen,
} from '../../lib/tool/doctor/observations.ts';
import { LOG_INDEX } from '../../lib/tool/provision/definitions/log-index.ts';
import { CALL } from './cloud-call.ts';
import { configFile, configOf } from './config.ts';

export const OWN = '1234567890123456';

/** What a listing of CEN's flow logs has besides. */
export const OF_CEN = { service: 'cen', vpcId: null, isOpen: null } as const;

export const found = <Value>(value: Value): Asked<Value> => ({ ok: true, value });

/** @param httpStatus 0 for no answer */
export const refused = (code: string, httpStatus = 400, problem = 'told why'): Asked<never> => ({
  ok: false,
  trouble: new CloudError(`${code}: ${problem}`, {
    ...CALL,
    code,
    httpStatus: httpStatus || null,
    requestId: 'R-1',
  }),
});

export const flowLog = (more: Partial<FlowLog> = {}): FlowLog => ({
  flowLogId: 'flowlog-1',
  name: '',
  regionId: 'cn-hangzhou',
  cenId: 'cen-1',
  status: 'Active',
  isTransient: ['Modifying', 'Creating', 'Deleting'].includes(more.status ?? ''),
  resourceId: null,
  intervalSeconds: 600,
  transitRouterId: null,
  logstore: null,
  tags: {},
  readAt: 0,
  ...more,
});

export const DEPLOYED: DeployedFunction = {
  functionArn: `acs:fc:cn-hangzhou:${OWN}:functions/scheduler`,
  runtime: 'nodejs20',
  handler: 'index.handler',
  timeoutSeconds: 180,
  role: `acs:ram::${OWN}:role/scheduler`,
  environment: { FLOW_LOGS_CONFIG: 'flow-logs.yaml' },
  internetAccess: true,
  log: { project: 'p', logstore: 'l' },
  state: 'Active',
  lastUpdateStatus: 'Successful',
  settings: {},
};

export const timer = (cronExpression: string, more: object = {}) => ({
  name: 'tick',
  type: 'timer',
  config: JSON.stringify({ enable: true, cronExpression, payload: '', ...more }),
});

export const functionSeen = (
  deployed: Partial<DeployedFunction> = {},
  more: Partial<FunctionSeen> = {},
): FunctionSeen => ({
  name: 'scheduler',
  regionId: 'cn-hangzhou',
  deployed: found({ ...DEPLOYED, ...deployed }),
  triggers: found([timer('@every 5m')]),
  asyncRetries: found({ maxAttempts: 0, maxAgeSeconds: 300, onFailure: null }),
  status: statusSeen(),
  logstore: found({ ttl: 30 }),
  ...more,
});

/** What the function answers to a status, with these versions of zone data. */
export const statusSeen = (zoneData: Partial<Runtime['zoneData']> = {}, nodeVersion = 'v20.10.0') =>
  found<StatusSeen>({
    errorType: null,
    runtime: { nodeVersion, zoneData: { config: '2025c', runtime: '2023c', ...zoneData } },
  });

export const logstoreSeen = (more: Partial<LogstoreSeen> = {}): LogstoreSeen => ({
  logstore: found({ ttl: 180, mode: 'standard', shardCount: 1 }),
  index: found({ ...LOG_INDEX }),
  missingLogstore: refused('LogStoreNotExist', 404),
  missingProject: refused('ProjectNotExist', 404),
  ...more,
});

export const measureSeen = (more: Partial<MeasureSeen> = {}): MeasureSeen => ({
  runs: found({ stretchMs: 15 * 60_000, all: 12, byTimer: 3 }),
  logstore: {
    ...{ name: 'net/flowlogs', regionId: 'cn-hangzhou' },
    bytes: found(2 ** 30),
    meteringMode: found('ChargeByDataIngest'),
  },
  ...more,
});

export const probes = (more: Partial<Probes> = {}): Probes => ({
  regionId: 'cn-hangzhou',
  withoutRegion: found({ total: '1', regionIds: ['cn-hangzhou'] }),
  pageSizes: [
    { asked: 50, answer: found('50') },
    { asked: 100, answer: refused('InvalidParameter') },
  ],
  tagged: found(['Flowlog']),
  ...more,
});

/** An answer of DescribeFlowlogs with these flow logs, as CEN spells them. */
export const answer = (...items: readonly object[]) => ({
  TotalCount: String(items.length),
  FlowLogs: { FlowLog: items },
});

export const ITEM = { CenId: 'cen-1', Interval: 600, Status: 'Active', Tags: { Tag: [] } };

export const RECORD_TO = { regionId: 'cn-hangzhou', project: 'ops-audit', logstore: 'audit' };

/** The config with these keys replaced. */
export const seenConfig = (keys: Readonly<Record<string, unknown>> = {}): Observations['config'] => ({
  file: 'flow-logs.yaml',
  config: configOf(configFile({ recordTo: RECORD_TO, ...keys })),
  issues: [],
  warnings: [],
});

/** One flow log in a region of the own account, and everything as it should be. */
export function observations(more: Partial<Observations> = {}): Observations {
  return {
    at: Date.parse('2026-11-23T00:00:00Z'),
    zoneData: '2025c',
    config: seenConfig(),
    credentials: found({ source: null }),
    accounts: [own()],
    endpoints: [],
    exchanges: [],
    answers: [answer(ITEM)],
    probes: probes(),
    logstore: logstoreSeen(),
    measure: measureSeen(),
    function: functionSeen(),
    ...more,
  };
}

/** Function Compute is an emulator on this machine. */
export const ON_LOOPBACK: Observations['endpoints'][number] = {
  service: 'Function Compute',
  origin: 'http://127.0.0.1:8081',
  variable: 'FC_ENDPOINT',
  isOverridden: true,
  reached: found({ status: 200, elapsedMs: 1 }),
};

/** The own account with these flow logs in cn-hangzhou. */
export const own = (...flowLogs: readonly FlowLog[]): Observations['accounts'][number] => {
  const listed = flowLogs.length === 0 ? [flowLog()] : flowLogs;
  return {
    account: null,
    role: null,
    identity: found({ accountId: OWN, arn: `acs:ram::${OWN}:root` }),
    listings: [
      {
        ...OF_CEN,
        regionId: 'cn-hangzhou',
        flowLogs: found(new Map(listed.map((each) => [each.flowLogId, each]))),
      },
    ],
  };
};

/** `warn: what was found → what to do`. */
export const told = ({ status, found, toDo }: Line): string =>
  `${status}: ${found}${toDo === null ? '' : ` → ${toDo}`}`;
