import * as v from 'valibot';
import { LineCounter, parseDocument } from 'yaml';
import type { EmulatorAccount, EmulatorLogstore } from './types.ts';

/** What an emulator starts with. */
export interface Seed {
  readonly accounts: readonly EmulatorAccount[];
  readonly logstores: readonly EmulatorLogstore[];
}

/** A seed cannot be used; `issues` names everything that is wrong with it, each with its path. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
  readonly issues: readonly string[];

  constructor(issues: readonly string[]) {
    super(`the seed is invalid:\n${issues.map((issue) => `  ${issue}`).join('\n')}`);
    this.issues = issues;
  }
}

/** The seed used when none is given: one account with flow logs in two regions, their Logstores, and that of the records. */
export const DEFAULT_SEED: Seed = {
  accounts: [
    {
      accountId: '1234567890123456',
      accessKeys: [{ accessKeyId: 'emulator-access-key-id', accessKeySecret: 'emulator-access-key-secret' }],
      flowLogs: [
        {
          flowLogId: 'flowlog-m5evbtbptexample1',
          regionId: 'cn-hangzhou',
          cenId: 'cen-7qthudw0ll6jmcexample',
          flowLogName: 'hangzhou-office',
          transitRouterId: 'tr-bp1example1',
          tags: { env: 'prod', team: 'netops' },
        },
        {
          flowLogId: 'flowlog-m5evbtbptexample2',
          regionId: 'cn-shanghai',
          cenId: 'cen-7qthudw0ll6jmcexample',
          flowLogName: 'shanghai-sampling',
          projectName: 'net-flowlogs-shanghai',
          intervalSeconds: 60,
          transitRouterId: 'tr-uf6example1',
          status: 'Inactive',
          tags: { env: 'prod' },
        },
        {
          flowLogId: 'flowlog-m5evbtbptexample3',
          regionId: 'cn-hangzhou',
          cenId: 'cen-7qthudw0ll6jmcexample',
          flowLogName: 'hangzhou-dev',
          transitRouterId: 'tr-bp1example1',
          tags: { env: 'dev' },
        },
        {
          flowLogId: 'flowlog-m5evbtbptexample4',
          regionId: 'cn-hangzhou',
          cenId: 'cen-0xyz7a1pgqkexample2',
          flowLogName: 'hangzhou-night-batch',
          transitRouterId: 'tr-bp1example2',
          status: 'Inactive',
          tags: { env: 'dev' },
        },
        {
          flowLogId: 'flowlog-m5evbtbptexample5',
          regionId: 'cn-shanghai',
          cenId: 'cen-0xyz7a1pgqkexample2',
          flowLogName: 'shanghai-office',
          projectName: 'net-flowlogs-shanghai',
          transitRouterId: 'tr-uf6example2',
          status: 'Inactive',
        },
        {
          flowLogId: 'fl-m5e8vhz2t21sel1nq1234',
          regionId: 'cn-hangzhou',
          flowLogName: 'hangzhou-web',
          resourceId: 'vpc-bp1nwd16gvo1wgsexample',
          logStoreName: 'vpc-flowlogs',
          tags: { env: 'prod' },
        },
      ],
    },
  ],
  logstores: [
    { project: 'ops-audit', logstore: 'flow-log-scheduler', regionId: 'cn-hangzhou' },
    { project: 'net-flowlogs', logstore: 'flowlogs', regionId: 'cn-hangzhou' },
    { project: 'net-flowlogs', logstore: 'vpc-flowlogs', regionId: 'cn-hangzhou' },
    { project: 'net-flowlogs-shanghai', logstore: 'flowlogs', regionId: 'cn-shanghai' },
  ],
};

// Every message is given here: valibot's own ones quote the value, which could be a secret.
const TEXT = 'must be text (put it in quotes)';
const LIST = 'must be a list';
const MAPPING = 'must be a mapping';

const text = v.pipe(v.string(TEXT), v.nonEmpty('must not be empty'));

/** @see DescribeFlowlogs and DescribeFlowLogs, Status; all but the first two last as long as the emulator runs */
const STATUSES = [
  'Active',
  'Inactive',
  'Creating',
  'Modifying',
  'Deleting',
  'Activating',
  'Deactivating',
] as const;

const flowLog = v.strictObject(
  {
    flowLogId: text,
    regionId: text,
    service: v.exactOptional(v.picklist(['cen', 'vpc'], 'must be cen or vpc')),
    cenId: v.exactOptional(text),
    status: v.exactOptional(
      v.picklist(
        STATUSES,
        'must be Active, Inactive, Creating, Modifying, Deleting, Activating or Deactivating',
      ),
    ),
    flowLogName: v.exactOptional(text),
    description: v.exactOptional(v.string(TEXT)),
    intervalSeconds: v.exactOptional(v.picklist([60, 300, 600], 'must be 60, 300 or 600')),
    projectName: v.exactOptional(text),
    logStoreName: v.exactOptional(text),
    transitRouterId: v.exactOptional(text),
    transitRouterAttachmentId: v.exactOptional(text),
    vpcId: v.exactOptional(text),
    resourceId: v.exactOptional(text),
    resourceType: v.exactOptional(
      v.picklist(['VPC', 'VSwitch', 'NetworkInterface'], 'must be VPC, VSwitch or NetworkInterface'),
    ),
    trafficType: v.exactOptional(v.picklist(['All', 'Allow', 'Drop'], 'must be All, Allow or Drop')),
    businessStatus: v.exactOptional(text),
    creationTime: v.exactOptional(text),
    tags: v.exactOptional(v.record(text, v.string(TEXT), MAPPING)),
  },
  MAPPING,
);

const accessKey = v.strictObject(
  {
    accessKeyId: text,
    accessKeySecret: text,
    securityToken: v.exactOptional(text),
    expiresAt: v.exactOptional(
      v.pipe(
        text,
        v.isoTimestamp('must be an instant such as 2026-11-23T00:00:00Z'),
        v.transform((iso) => Date.parse(iso)),
      ),
    ),
  },
  MAPPING,
);

const SESSION = 'must be a number of seconds from 3600 to 43200';

const role = v.strictObject(
  {
    name: text,
    trusts: v.array(text, LIST),
    services: v.exactOptional(v.array(text, LIST)),
    externalId: v.exactOptional(text),
    maxSessionSeconds: v.exactOptional(
      v.pipe(v.number(SESSION), v.integer(SESSION), v.minValue(3600, SESSION), v.maxValue(43_200, SESSION)),
    ),
  },
  MAPPING,
);

const account = v.strictObject(
  {
    accountId: text,
    roles: v.exactOptional(v.array(role, LIST)),
    accessKeys: v.pipe(v.array(accessKey, LIST), v.nonEmpty('must hold an access key')),
    flowLogs: v.exactOptional(v.array(flowLog, LIST)),
    flowLogService: v.exactOptional(v.boolean('must be true or false')),
  },
  MAPPING,
);

const logstore = v.strictObject(
  {
    project: text,
    logstore: text,
    regionId: text,
    accountId: v.exactOptional(text),
    meteringMode: v.exactOptional(
      v.picklist(
        ['ChargeByFunction', 'ChargeByDataIngest'],
        'must be ChargeByFunction or ChargeByDataIngest',
      ),
    ),
  },
  MAPPING,
);

const seed = v.strictObject(
  { accounts: v.array(account, LIST), logstores: v.exactOptional(v.array(logstore, LIST), []) },
  MAPPING,
);

/**
 * Reads a seed from YAML or JSON text. `expiresAt` of an access key is an ISO 8601 instant there.
 * @throws {SeedError} with every issue at once
 */
export function parseSeed(source: string): Seed {
  const result = v.safeParse(seed, parseYaml(source));
  if (!result.success) throw new SeedError(result.issues.map(describe));
  const issues = contradictions(result.output);
  if (issues.length > 0) throw new SeedError(issues);
  return result.output;
}

function parseYaml(source: string): unknown {
  const lines = new LineCounter();
  // Pretty errors quote the lines, which could hold a secret.
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new SeedError(
      document.errors.map(({ pos, message }) => {
        const { line, col } = lines.linePos(pos[0]);
        return `line ${line}, column ${col}: ${message}`;
      }),
    );
  }
  try {
    return document.toJS();
  } catch (error) {
    // An alias without its anchor, or one that grows without end.
    throw new SeedError([error instanceof Error ? error.message : String(error)]);
  }
}

function describe(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue)?.replace(/\.(\d+)(?=\.|$)/g, '[$1]') ?? 'seed';
  if (issue.type === 'strict_object' && issue.expected === 'never') return `${path}: unknown key`;
  if (issue.received === 'undefined') return `${path}: is missing`;
  return `${path}: ${issue.message}`;
}

function contradictions({ accounts, logstores }: Seed): readonly string[] {
  const keys = accounts.flatMap((account) => account.accessKeys.map((key) => key.accessKeyId));
  const flowLogs = accounts.flatMap((account) => (account.flowLogs ?? []).map((log) => log.flowLogId));
  const ids = accounts.map((account) => account.accountId);
  const regions = new Map(logstores.map(({ project, regionId }) => [project, regionId]));
  return [
    ...repeated(ids).map((id) => `account ${id} is there twice`),
    ...repeated(keys).map((id) => `access key ${id} is there twice`),
    ...repeated(flowLogs).map((id) => `flow log ${id} is there twice`),
    ...accounts.flatMap(({ accountId, roles = [] }) =>
      // RAM ignores case in role names.
      repeated(roles.map(({ name }) => name.toLowerCase())).map(
        (name) => `role ${name} of account ${accountId} is there twice`,
      ),
    ),
    ...repeated(logstores.map(({ project, logstore }) => `${project}/${logstore}`)).map(
      (name) => `Logstore ${name} is there twice`,
    ),
    ...logstores
      .filter(({ project, regionId }) => regions.get(project) !== regionId)
      .map(({ project }) => `project ${project} is in two regions`),
    ...logstores
      .flatMap(({ accountId }) => accountId ?? [])
      .filter((accountId) => !ids.includes(accountId))
      .map((accountId) => `a Logstore belongs to account ${accountId}, which is not there`),
  ];
}

function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
