/** The RAM policies that a config needs, and no more. Pure. */
import type { Config, FlowLogEntry, FlowLogService, Role, Selector } from '../../config/config.ts';

/** What a role may do. @see https://www.alibabacloud.com/help/en/ram/user-guide/policy-structure-and-syntax */
export interface PolicyDocument {
  readonly Version: '1';
  readonly Statement: readonly Statement[];
}

export interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** Who may assume a role. */
export interface TrustPolicy {
  readonly Version: '1';
  readonly Statement: readonly {
    readonly Effect: 'Allow';
    readonly Action: 'sts:AssumeRole';
    readonly Principal: { readonly Service: readonly string[] } | { readonly RAM: readonly string[] };
    readonly Condition?: { readonly StringEquals: Readonly<Record<string, string>> };
  }[];
}

/** What one account's role needs. */
export interface AccountPolicies {
  /** Name in the config; null is the account of the function. */
  readonly account: string | null;
  /** ARN of the role, as far as it is known. */
  readonly role: string | null;
  /** Who may assume the role. */
  readonly trustPolicy: TrustPolicy;
  /** What it may do: more than one where one would be longer than RAM accepts. All are attached to the role. */
  readonly policies: readonly PolicyDocument[];
}

/** In trust policies, where the function's role is not known. */
export const UNKNOWN_ROLE = 'ARN-OF-THE-ROLE-OF-THE-FUNCTION';

/** @see https://www.alibabacloud.com/help/en/resource-management/api-createpolicy */
export const MAX_POLICY_CHARS = 6_144;

/**
 * One entry per account, the function's own first.
 *
 * Resource ARNs of CEN have the service code `cbn`, its actions the prefix `cen`. The API pages of DescribeFlowlogs,
 * ActiveFlowLog and DeactiveFlowLog scope them to flow logs; that of TagResources has no scope but `*`, and that of
 * UntagResources scopes it to CEN instances alone. VPC's pages scope listing and enabling to flow logs too; for disabling and
 * tagging, the same form as CEN's is taken, UNVERIFIED.
 *
 * @param functionRole ARN of the function's role; null leaves the account in ARNs open (`*`)
 * @see https://www.alibabacloud.com/help/en/cen/developer-reference/api-cbn-2017-09-12-describeflowlogs
 * @see https://www.alibabacloud.com/help/en/cen/developer-reference/api-cbn-2017-09-12-tagresources
 * @see https://www.alibabacloud.com/help/en/vpc/developer-reference/api-vpc-2016-04-28-activeflowlog
 */
export function policiesFor(
  config: Config,
  functionRole: string | null,
): readonly [own: AccountPolicies, ...others: AccountPolicies[]] {
  const own: AccountPolicies = {
    account: null,
    role: functionRole,
    trustPolicy: trust({ Principal: { Service: ['fc.aliyuncs.com'] } }),
    policies: split([
      ...flowLogStatements(config, null, accountOf(functionRole)),
      ...logstoreStatements(config, 'log:PostLogStoreLogs', accountOf(functionRole)),
      ...assumeStatements(config),
    ]),
  };
  const others = [...config.accounts].map(([account, role]) => ({
    account,
    role: role.roleArn,
    trustPolicy: trustOf(role, functionRole),
    policies: split(flowLogStatements(config, account, accountOf(role.roleArn))),
  }));
  return [own, ...others];
}

/** What one account's person needs to read. */
export type OperatorPolicies = Pick<AccountPolicies, 'account' | 'role' | 'policies'>;

/**
 * What whoever runs `report`, `what-if` and `records` needs; the function needs none of it but the listing. In other accounts
 * it is needed by the role that the config names. Charging modes and metrics are documented without a narrower resource than `*`.
 *
 * @param functionRole as for {@link policiesFor}
 * @see https://www.alibabacloud.com/help/en/cms/developer-reference/api-cms-2019-01-01-describemetriclist
 */
export function operatorPoliciesFor(
  config: Config,
  functionRole: string | null,
): readonly OperatorPolicies[] {
  const accountId = accountOf(functionRole);
  const own: OperatorPolicies = {
    account: null,
    role: null,
    policies: split([
      ...listStatements(config, null, accountId),
      ...logstoreStatements(config, 'log:GetLogStoreLogs', accountId),
      MEASURING,
      ...assumeStatements(config),
    ]),
  };
  const others = [...config.accounts].map(([account, { roleArn }]) => ({
    account,
    role: roleArn,
    policies: split([...listStatements(config, account, accountOf(roleArn)), MEASURING]),
  }));
  return [own, ...others];
}

/** The account ID in an ARN such as `acs:ram::1234567890123456:role/name`; `*` when there is none. */
function accountOf(arn: string | null): string {
  return arn?.split(':')[3] || '*';
}

/** What RAM calls the operations of a product, and the service code in the ARNs of its flow logs. */
interface FlowLogPermissions {
  readonly arnCode: string;
  readonly list: string;
  readonly change: readonly string[];
  /** For overrides, and to remove them when they have ended. */
  readonly tag: readonly string[];
}

const PERMISSIONS: Readonly<Record<FlowLogService, FlowLogPermissions>> = {
  cen: {
    arnCode: 'cbn',
    list: 'cen:DescribeFlowlogs',
    change: ['cen:ActiveFlowLog', 'cen:DeactiveFlowLog'],
    tag: ['cen:TagResources', 'cen:UntagResources'],
  },
  vpc: {
    arnCode: 'vpc',
    list: 'vpc:DescribeFlowLogs',
    change: ['vpc:ActiveFlowLog', 'vpc:DeactiveFlowLog'],
    tag: ['vpc:TagResources', 'vpc:UnTagResources'],
  },
};

/** The ARN of a flow log; `*` is any. */
export const flowLogArn = (
  service: FlowLogService,
  regionId: string,
  accountId: string,
  flowLogId: string,
): string => `acs:${PERMISSIONS[service].arnCode}:${regionId}:${accountId}:flowlog/${flowLogId}`;

function flowLogStatements(config: Config, account: string | null, accountId: string): readonly Statement[] {
  return parts(config, account, accountId).flatMap(({ service, flowLogs, selectors, arn, list }) => {
    const { change, tag } = PERMISSIONS[service];
    return [list, allow(change, changedResources(flowLogs, selectors, arn)), allow(tag, ['*'])];
  });
}

const listStatements = (config: Config, account: string | null, accountId: string): readonly Statement[] =>
  parts(config, account, accountId).map(({ list }) => list);

/** An account's entries of each service that it has any of. */
function parts(config: Config, account: string | null, accountId: string) {
  return (['cen', 'vpc'] as const).flatMap((service) => {
    const isMeant = (entry: Pick<FlowLogEntry, 'account' | 'service'>) =>
      entry.account === account && entry.service === service;
    const flowLogs = config.flowLogs.filter(isMeant);
    const selectors = config.selectors.filter(isMeant);
    const regions = unique([...flowLogs, ...selectors].map(({ regionId }) => regionId));
    if (regions.length === 0) return [];
    const { list: action } = PERMISSIONS[service];
    const arn = (regionId: string, flowLogId: string) => flowLogArn(service, regionId, accountId, flowLogId);
    const everyOne = regions.map((regionId) => arn(regionId, '*'));
    return [{ service, flowLogs, selectors, arn, list: allow([action], everyOne) }];
  });
}

/** Each flow log; the whole region where a selector may find any in it. */
function changedResources(
  flowLogs: readonly FlowLogEntry[],
  selectors: readonly Selector[],
  arn: (regionId: string, flowLogId: string) => string,
): readonly string[] {
  const whole = unique(selectors.map(({ regionId }) => regionId));
  const single = flowLogs.filter(({ regionId }) => !whole.includes(regionId));
  return unique([
    ...whole.map((regionId) => arn(regionId, '*')),
    ...single.map(({ regionId, flowLogId }) => arn(regionId, flowLogId)),
  ]);
}

/** On the Logstore of the records. */
function logstoreStatements({ recordTo }: Config, action: string, accountId: string): readonly Statement[] {
  if (recordTo.kind === 'stdout') return [];
  const { regionId, project, logstore } = recordTo;
  return [allow([action], [`acs:log:${regionId}:${accountId}:project/${project}/logstore/${logstore}`])];
}

function assumeStatements({ accounts }: Config): readonly Statement[] {
  const roles = unique([...accounts.values()].map(({ roleArn }) => roleArn));
  return roles.length === 0 ? [] : [allow(['sts:AssumeRole'], roles)];
}

function trustOf({ externalId }: Role, functionRole: string | null): TrustPolicy {
  return trust({
    Principal: { RAM: [functionRole ?? UNKNOWN_ROLE] },
    ...(externalId === null ? {} : { Condition: { StringEquals: { 'sts:ExternalId': externalId } } }),
  });
}

/** On no narrower resource. */
const MEASURING: Statement = {
  Effect: 'Allow',
  Action: ['cms:QueryMetricList', 'log:GetLogStoreMeteringMode'],
  Resource: ['*'],
};

const trust = (who: Pick<TrustPolicy['Statement'][number], 'Principal' | 'Condition'>): TrustPolicy => ({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...who }],
});

const allow = (Action: readonly string[], Resource: readonly string[]): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
});

const document = (statements: readonly Statement[]): PolicyDocument => ({
  Version: '1',
  Statement: statements,
});

/**
 * As few documents as hold all statements, each within RAM's limit, indented as it is printed; a statement's resources
 * may be spread. A resource that is too long by itself stands alone.
 */
function split(statements: readonly Statement[]): readonly PolicyDocument[] {
  const documents: Statement[][] = [];
  const fits = (candidate: readonly Statement[]) =>
    JSON.stringify(document(candidate), null, 2).length <= MAX_POLICY_CHARS;
  for (const { Action, Resource } of statements) {
    let rest = Resource;
    while (rest.length > 0) {
      const current = documents.at(-1) ?? [];
      if (documents.length === 0) documents.push(current);
      const fitting = mostThatFit(rest.length, (count) =>
        fits([...current, allow(Action, rest.slice(0, count))]),
      );
      const room = current.length === 0 ? Math.max(fitting, 1) : fitting;
      if (room > 0) current.push(allow(Action, rest.slice(0, room)));
      else documents.push([]);
      rest = rest.slice(room);
    }
  }
  return documents.map(document);
}

/** The largest count from 0 to `most` that fits; what fits with more fits with less. */
function mostThatFit(most: number, fits: (count: number) => boolean): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];
