import { describe, expect, it } from 'vitest';
import type { Config } from '../../../lib/config/config.ts';
import { MAX_POLICY_CHARS, operatorPoliciesFor, policiesFor } from '../../../lib/tool/policy/policy.ts';
import { configFile, configOf } from '../../support/config.ts';

const ROLE = 'acs:ram::1111111111111111:role/flow-log-scheduler';
const RETAIL = 'acs:ram::2222222222222222:role/retail-flow-logs';
const PLANT = 'acs:ram::3333333333333333:role/plant-flow-logs';
const LOGSTORE = { regionId: 'cn-hangzhou', project: 'ops-audit', logstore: 'flow-log-scheduler' };
const CHANGES = ['cen:ActiveFlowLog', 'cen:DeactiveFlowLog'];
const TAGS = ['cen:TagResources', 'cen:UntagResources'];

const listed = (flowLogId: string, regionId: string, account?: string) => ({
  flowLogId,
  regionId,
  schedule: 'office-hours',
  ...(account === undefined ? {} : { account }),
});
const selected = (regionId: string, account?: string) => ({
  select: { regionId },
  schedule: 'office-hours',
  ...(account === undefined ? {} : { account }),
});

const REPRESENTATIVE = configOf(
  configFile({
    recordTo: LOGSTORE,
    accounts: { retail: { roleArn: RETAIL }, plant: { roleArn: PLANT, externalId: 'shared-word' } },
    flowLogs: [
      listed('flowlog-1', 'cn-hangzhou'),
      listed('flowlog-2', 'cn-shanghai'),
      listed('flowlog-3', 'cn-beijing'),
      selected('cn-beijing'),
      listed('flowlog-4', 'cn-hangzhou', 'retail'),
      selected('eu-central-1', 'plant'),
    ],
  }),
);

const allow = (Action: readonly string[], Resource: readonly string[]) => ({
  Effect: 'Allow',
  Action,
  Resource,
});
const trust = (statement: object) => ({
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }],
});

describe('the policies of a config', () => {
  const [own, retail, plant, ...more] = policiesFor(REPRESENTATIVE, ROLE);

  it('are one entry per account, the own one first', () => {
    expect([own, retail, plant, ...more].map((each) => [each?.account, each?.role])).toEqual([
      [null, ROLE],
      ['retail', RETAIL],
      ['plant', PLANT],
    ]);
  });

  it('let the function list, change, record, and assume the roles of the others', () => {
    expect(own?.policies).toEqual([
      {
        Version: '1',
        Statement: [
          allow(
            ['cen:DescribeFlowlogs'],
            [
              'acs:cbn:cn-hangzhou:1111111111111111:flowlog/*',
              'acs:cbn:cn-shanghai:1111111111111111:flowlog/*',
              'acs:cbn:cn-beijing:1111111111111111:flowlog/*',
            ],
          ),
          // A selector may find any flow log of its region, flowlog-3 included.
          allow(CHANGES, [
            'acs:cbn:cn-beijing:1111111111111111:flowlog/*',
            'acs:cbn:cn-hangzhou:1111111111111111:flowlog/flowlog-1',
            'acs:cbn:cn-shanghai:1111111111111111:flowlog/flowlog-2',
          ]),
          allow(TAGS, ['*']),
          allow(
            ['log:PostLogStoreLogs'],
            ['acs:log:cn-hangzhou:1111111111111111:project/ops-audit/logstore/flow-log-scheduler'],
          ),
          allow(['sts:AssumeRole'], [RETAIL, PLANT]),
        ],
      },
    ]);
  });

  it("let another account's role do no more than its own flow logs need", () => {
    expect(retail?.policies).toEqual([
      {
        Version: '1',
        Statement: [
          allow(['cen:DescribeFlowlogs'], ['acs:cbn:cn-hangzhou:2222222222222222:flowlog/*']),
          allow(CHANGES, ['acs:cbn:cn-hangzhou:2222222222222222:flowlog/flowlog-4']),
          allow(TAGS, ['*']),
        ],
      },
    ]);
    expect(plant?.policies).toEqual([
      {
        Version: '1',
        Statement: [
          allow(['cen:DescribeFlowlogs'], ['acs:cbn:eu-central-1:3333333333333333:flowlog/*']),
          allow(CHANGES, ['acs:cbn:eu-central-1:3333333333333333:flowlog/*']),
          allow(TAGS, ['*']),
        ],
      },
    ]);
  });

  it('name the operations and flow logs of VPC apart from those of CEN', () => {
    const mixed = configOf(
      configFile({
        flowLogs: [
          listed('fl-1', 'cn-hangzhou'),
          listed('flowlog-1', 'cn-hangzhou'),
          {
            select: { service: 'vpc', regionId: 'cn-beijing', vpcId: 'vpc-1' },
            schedule: 'office-hours',
          },
        ],
      }),
    );
    const [{ policies = [] } = {}] = policiesFor(mixed, ROLE);
    expect(policies.flatMap(({ Statement }) => Statement)).toEqual([
      allow(['cen:DescribeFlowlogs'], ['acs:cbn:cn-hangzhou:1111111111111111:flowlog/*']),
      allow(CHANGES, ['acs:cbn:cn-hangzhou:1111111111111111:flowlog/flowlog-1']),
      allow(TAGS, ['*']),
      allow(
        ['vpc:DescribeFlowLogs'],
        ['acs:vpc:cn-hangzhou:1111111111111111:flowlog/*', 'acs:vpc:cn-beijing:1111111111111111:flowlog/*'],
      ),
      allow(
        ['vpc:ActiveFlowLog', 'vpc:DeactiveFlowLog'],
        [
          'acs:vpc:cn-beijing:1111111111111111:flowlog/*',
          'acs:vpc:cn-hangzhou:1111111111111111:flowlog/fl-1',
        ],
      ),
      allow(['vpc:TagResources', 'vpc:UnTagResources'], ['*']),
    ]);
  });

  it('trust Function Compute with the own role, and the own role with the others', () => {
    expect(own?.trustPolicy).toEqual(trust({ Principal: { Service: ['fc.aliyuncs.com'] } }));
    expect(retail?.trustPolicy).toEqual(trust({ Principal: { RAM: [ROLE] } }));
    expect(plant?.trustPolicy).toEqual(
      trust({
        Principal: { RAM: [ROLE] },
        Condition: { StringEquals: { 'sts:ExternalId': 'shared-word' } },
      }),
    );
  });

  it('name every action, and each with the service that its resources belong to', () => {
    const statements = [own, retail, plant].flatMap((each) =>
      (each?.policies ?? []).flatMap(({ Statement }) => Statement),
    );
    const pairs = statements.flatMap(({ Action, Resource = [] }) =>
      Action.flatMap((action) => Resource.map((resource) => `${action} on ${resource}`)),
    );
    expect(pairs.length).toBeGreaterThan(0);
    for (const pair of pairs) {
      expect(pair).toMatch(
        /^((cen:(Describe|Active|Deactive)\w+ on acs:cbn:|log:\w+ on acs:log:|sts:AssumeRole on acs:ram::)[^*]*(flowlog\/\*)?|cen:(Tag|Untag)Resources on \*)$/,
      );
    }
  });
});

describe('the role of the function', () => {
  it('that is not known leaves its account open, and its place in trust policies to be filled in', () => {
    const [own, retail] = policiesFor(REPRESENTATIVE, null);
    expect(own).toMatchObject({ account: null, role: null });
    expect(JSON.stringify(own?.policies)).toContain('"acs:cbn:cn-hangzhou:*:flowlog/flowlog-1"');
    expect(JSON.stringify(own?.policies)).toContain('"acs:log:cn-hangzhou:*:project/ops-audit/');
    expect(retail?.trustPolicy.Statement[0]?.Principal).toEqual({
      RAM: ['ARN-OF-THE-ROLE-OF-THE-FUNCTION'],
    });
    expect(JSON.stringify(retail?.policies)).toContain(
      '"acs:cbn:cn-hangzhou:2222222222222222:flowlog/flowlog-4"',
    );
  });
});

describe('what is not needed is not allowed', () => {
  const actionsOf = (config: Config) =>
    policiesFor(config, ROLE)[0]?.policies.flatMap(({ Statement }) => Statement.flatMap((s) => s.Action));

  it.each([
    ['a Logstore', LOGSTORE, ['cen:DescribeFlowlogs', ...CHANGES, ...TAGS, 'log:PostLogStoreLogs']],
    ['standard output alone', 'stdout', ['cen:DescribeFlowlogs', ...CHANGES, ...TAGS]],
  ])('recording to %s', (_, recordTo, actions) => {
    expect(actionsOf(configOf(configFile({ recordTo })))).toEqual(actions);
  });

  it('of CEN, where all flow logs belong to other accounts', () => {
    const accounts = { retail: { roleArn: RETAIL } };
    const flowLogs = [listed('flowlog-1', 'cn-hangzhou', 'retail')];
    expect(actionsOf(configOf(configFile({ accounts, flowLogs })))).toEqual(['sts:AssumeRole']);
  });

  it('at all to an account without flow logs', () => {
    const config = configOf(configFile({ accounts: { retail: { roleArn: RETAIL } } }));
    expect(policiesFor(config, ROLE)[1]).toMatchObject({ account: 'retail', policies: [] });
  });
});

describe('a flow log ID that no document can hold', () => {
  it('stands alone', () => {
    const long = `flowlog-${'f'.repeat(MAX_POLICY_CHARS)}`;
    const flowLogs = [listed('flowlog-1', 'cn-hangzhou'), listed(long, 'cn-hangzhou')];
    const [own] = policiesFor(configOf(configFile({ flowLogs })), ROLE);
    const resources = own?.policies.map(({ Statement }) => Statement.at(-1)?.Resource);
    expect(resources).toEqual([
      ['acs:cbn:cn-hangzhou:1111111111111111:flowlog/flowlog-1'],
      [`acs:cbn:cn-hangzhou:1111111111111111:flowlog/${long}`],
      ['*'],
    ]);
  });
});

describe('what whoever runs report and what-if needs', () => {
  const [own, retail, plant] = operatorPoliciesFor(REPRESENTATIVE, ROLE);
  const measuring = allow(['cms:QueryMetricList', 'log:GetLogStoreMeteringMode'], ['*']);

  it('is to list flow logs, to read records, metrics and charging modes, and to change nothing', () => {
    expect(own).toEqual({
      account: null,
      role: null,
      policies: [
        {
          Version: '1',
          Statement: [
            allow(
              ['cen:DescribeFlowlogs'],
              ['cn-hangzhou', 'cn-shanghai', 'cn-beijing'].map(
                (regionId) => `acs:cbn:${regionId}:1111111111111111:flowlog/*`,
              ),
            ),
            allow(
              ['log:GetLogStoreLogs'],
              ['acs:log:cn-hangzhou:1111111111111111:project/ops-audit/logstore/flow-log-scheduler'],
            ),
            measuring,
            allow(['sts:AssumeRole'], [RETAIL, PLANT]),
          ],
        },
      ],
    });
  });

  it('is needed by the roles of other accounts there', () => {
    expect([retail?.role, plant?.role]).toEqual([RETAIL, PLANT]);
    expect(retail?.policies[0]?.Statement).toEqual([
      allow(['cen:DescribeFlowlogs'], ['acs:cbn:cn-hangzhou:2222222222222222:flowlog/*']),
      measuring,
    ]);
  });
});
