import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Emulator,
  type EmulatorFlowLog,
  type EmulatorOptions,
  startEmulator,
} from '../../lib/emulator/emulator.ts';
import { parseSeed } from '../../lib/emulator/seed.ts';
import { FLOW_LOG_ERRORS } from '../../lib/emulator/vpc/vpc-errors.ts';
import { DEFAULT_KEY, rpcClient, sendRaw, thrown } from '../support/emulator-clients.ts';

interface Capture {
  readonly operation: string;
  readonly sts: boolean;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly replied: object;
}

interface Body {
  readonly FlowLogs: {
    readonly FlowLog: readonly Readonly<Record<string, unknown> & { FlowLogId: string; Status: string }>[];
  };
  readonly TotalCount: string;
  readonly Enabled: boolean;
  readonly TagResources: { readonly TagResource: readonly object[] };
}

const ID = 'fl-m5e8vhz2t21sel1nq1234';
const VPC = 'vpc-bp1nwd16gvo1wgs12345';
const TARGET = { FlowLogId: ID, RegionId: 'cn-hangzhou' };

/** As the replies of the captures show it. */
const CAPTURED: EmulatorFlowLog = {
  ...{ flowLogId: ID, regionId: 'cn-hangzhou', flowLogName: 'web-vpc', logStoreName: 'vpc-flowlogs' },
  ...{ resourceId: VPC, tags: { env: 'prod' } },
};

const captures = JSON.parse(
  readFileSync(new URL('../wire/vpc.json', import.meta.url), 'utf8'),
) as readonly Capture[];

let emulator: Emulator;
afterEach(() => emulator.close());

async function start(flowLogs: readonly EmulatorFlowLog[] = [CAPTURED], options: EmulatorOptions = {}) {
  emulator = await startEmulator({
    accounts: [{ accountId: '1', accessKeys: [DEFAULT_KEY], flowLogs }],
    ...options,
  });
  return rpcClient<Body>(emulator, '2016-04-28');
}

describe("the official client's requests", () => {
  test.each(captures.map((capture) => [capture.operation, capture.url, capture.sts, capture] as const))(
    '%s %s (STS: %s) get the answer that was given to them',
    async (operation, url, sts, capture) => {
      const tagging = operation === 'tagResources';
      emulator = await startEmulator({
        wallNow: () => Date.parse(capture.headers['x-acs-date'] ?? ''),
        accounts: [
          {
            accountId: '1',
            accessKeys: [
              {
                accessKeyId: 'example-access-key-id',
                accessKeySecret: 'example-access-key-secret',
                ...(sts && { securityToken: 'example-security-token' }),
              },
            ],
            flowLogs: [
              { ...CAPTURED, status: operation === 'activeFlowLog' ? 'Inactive' : 'Active' },
              ...(tagging ? [{ flowLogId: 'fl-2', regionId: 'cn-hangzhou' }] : []),
            ],
          },
        ],
      });
      const { method, headers, body, replied } = capture;
      const answer = await sendRaw(emulator, { method, path: url, headers, body });
      // The reply to the narrowed listing was made up to be empty; this one has the flow log that it asks for.
      const narrowed = url.includes('VpcId=') && {
        FlowLogs: { FlowLog: [expect.objectContaining({ FlowLogId: ID })] },
        ...{ TotalCount: '1', PageSize: '20' },
      };
      expect(JSON.parse(answer.body)).toEqual({ ...replied, ...narrowed, RequestId: expect.any(String) });
      expect(answer.status).toBe(200);
    },
  );
});

describe('a toggle', () => {
  test.each([
    ['ActiveFlowLog', 'Inactive', 'Activating', 'Active'],
    ['DeactiveFlowLog', 'Active', 'Deactivating', 'Inactive'],
  ])('%s: from %s by %s to %s', async (action, from, by, to) => {
    let now = Date.parse('2026-11-23T00:00:00Z');
    const call = await start([{ ...CAPTURED, status: from }], {
      clock: { now: () => now },
      modifyingMs: 20_000,
    });
    const { body } = await call(action, TARGET);
    expect(body).toEqual({ Success: 'true', RequestId: expect.any(String) });
    const status = async () =>
      (await call('DescribeFlowLogs', { RegionId: 'cn-hangzhou' })).body.FlowLogs.FlowLog[0]?.Status;
    expect(await status()).toBe(by);
    expect(await thrown(call('ActiveFlowLog', TARGET))).toMatchObject({ code: 'InvalidStatus' });
    expect(await thrown(call('DeactiveFlowLog', TARGET))).toMatchObject({ code: 'InvalidStatus' });
    now += 20_000;
    expect(await status()).toBe(to);
  });

  test('with the ClientToken of an earlier one is a second one: VPC knows no ClientToken', async () => {
    const call = await start([{ ...CAPTURED, status: 'Inactive' }], { modifyingMs: 0 });
    await call('ActiveFlowLog', { ...TARGET, ClientToken: 'token-1' });
    emulator.setStatus(ID, 'Inactive');
    await call('ActiveFlowLog', { ...TARGET, ClientToken: 'token-1' });
    expect(emulator.flowLog(ID).status).toBe('Active');
  });

  test.each([
    ['without region', { FlowLogId: ID }, {}, 'MissingParameter'],
    ['in another region', { ...TARGET, RegionId: 'cn-beijing' }, {}, 'InvalidInstanceId.NotFound'],
    ["of CEN's flow log", { ...TARGET, FlowLogId: 'flowlog-1' }, {}, 'InvalidInstanceId.NotFound'],
    ['that is redundant', TARGET, { status: 'Active' }, 'InvalidStatus'],
    [
      'of a flow log locked for unpaid bills',
      TARGET,
      { businessStatus: 'FinancialLocked' },
      'IncorrectBusinessStatus.FlowLog',
    ],
  ])('%s is refused', async (_what, query, flowLog, code) => {
    const call = await start([
      { ...CAPTURED, status: 'Inactive', ...flowLog },
      { flowLogId: 'flowlog-1', regionId: 'cn-hangzhou', status: 'Inactive' },
    ]);
    const before = emulator.flowLogs();
    expect(await thrown(call('ActiveFlowLog', query))).toMatchObject({ code, statusCode: 400 });
    expect(emulator.flowLogs()).toEqual(before);
  });

  test('of a VPC flow log by CEN is refused, and CEN does not list it', async () => {
    await start([{ ...CAPTURED, status: 'Inactive' }]);
    const cen = rpcClient<Body>(emulator, '2017-09-12');
    expect(await thrown(cen('ActiveFlowLog', TARGET))).toMatchObject({ code: 'InvalidFlowlogId.NotFound' });
    expect((await cen('DescribeFlowlogs', {})).body.TotalCount).toBe('0');
  });

  test.each([
    ...Object.keys(FLOW_LOG_ERRORS),
    ...['TaskConflict', 'LastTokenProcessing', 'OperationConflict', 'SystemBusy'],
  ])('can be refused by a fault: %s', async (code) => {
    const call = await start([{ ...CAPTURED, status: 'Inactive' }], {
      fault: ({ service, action }) =>
        service === 'Vpc' && action === 'ActiveFlowLog' ? { kind: 'error', code } : undefined,
    });
    expect(await thrown(call('ActiveFlowLog', TARGET))).toMatchObject({ code });
    expect(emulator.flowLog(ID).status).toBe('Inactive');
  });

  test('can fail with ServiceUnavailable', async () => {
    const call = await start([], { fault: () => ({ kind: 'error', code: 'ServiceUnavailable' }) });
    expect(await thrown(call('ActiveFlowLog', TARGET))).toMatchObject({ statusCode: 503 });
  });
});

describe('a listing', () => {
  const many = Array.from({ length: 53 }, (_, index) => ({
    flowLogId: `fl-${index}`,
    regionId: index < 52 ? 'cn-hangzhou' : 'cn-beijing',
    resourceId: index < 4 ? VPC : `vsw-${index}`,
    resourceType: index < 4 ? 'VPC' : 'VSwitch',
    vpcId: index < 6 ? VPC : 'vpc-other',
    trafficType: index < 8 ? 'Drop' : 'All',
    status: index < 3 ? 'Inactive' : 'Active',
    tags: index < 2 ? { env: 'prod' } : {},
  }));

  test('shows every flow log of the region on exactly one page, 50 at most', async () => {
    const call = await start(many);
    const page = async (PageNumber: string) =>
      (await call('DescribeFlowLogs', { RegionId: 'cn-hangzhou', PageNumber, PageSize: '50' })).body;
    const found = [...(await page('1')).FlowLogs.FlowLog, ...(await page('2')).FlowLogs.FlowLog];
    expect(found.map(({ FlowLogId }) => FlowLogId)).toEqual(many.slice(0, 52).map((log) => log.flowLogId));
    const query = { RegionId: 'cn-hangzhou', PageSize: '51' };
    expect(await thrown(call('DescribeFlowLogs', query))).toMatchObject({ code: 'InvalidParameter' });
  });

  test('needs its region', async () => {
    const call = await start(many);
    expect(await thrown(call('DescribeFlowLogs', {}))).toMatchObject({ code: 'MissingParameter' });
  });

  test.each([
    [{}, 52],
    [{ FlowLogId: 'fl-7' }, 1],
    [{ FlowLogId: 'fl-52' }, 0],
    [{ VpcId: VPC }, 6],
    [{ ResourceId: VPC }, 4],
    [{ ResourceType: 'VPC' }, 4],
    [{ TrafficType: 'Drop' }, 8],
    [{ Status: 'Inactive' }, 3],
    [{ 'Tags.1.Key': 'env', 'Tags.1.Value': 'prod' }, 2],
    [{ 'Tags.1.Key': 'env', 'Tags.1.Value': 'dev' }, 0],
  ])('narrowed to %j has %i', async (query, count) => {
    const call = await start(many);
    const { body } = await call('DescribeFlowLogs', { RegionId: 'cn-hangzhou', ...query });
    expect(body.TotalCount).toBe(String(count));
  });

  test('does not say which VPC the flow log of a VSwitch belongs to', async () => {
    const call = await start(many);
    const { body } = await call('DescribeFlowLogs', { RegionId: 'cn-hangzhou', VpcId: VPC });
    const items = body.FlowLogs.FlowLog;
    expect(items).toHaveLength(6);
    expect(JSON.stringify(items.at(-1))).not.toContain(VPC);
    expect(items.at(-1)).toMatchObject({ ResourceId: 'vsw-5', AggregationInterval: 10 });
  });
});

test('tags are set, listed and removed', async () => {
  const call = await start([CAPTURED, { flowLogId: 'flowlog-1', regionId: 'cn-hangzhou' }]);
  const target = { RegionId: 'cn-hangzhou', ResourceType: 'FLOWLOG', 'ResourceId.1': ID };
  await call('TagResources', { ...target, 'Tag.1.Key': 'k', 'Tag.1.Value': 'v' });
  expect(emulator.flowLog(ID).tags).toEqual({ env: 'prod', k: 'v' });
  const { body } = await call('ListTagResources', target);
  expect(body.TagResources.TagResource).toContainEqual({
    ...{ ResourceId: ID, ResourceType: 'FLOWLOG', TagKey: 'k', TagValue: 'v' },
  });
  await call('UnTagResources', { ...target, 'TagKey.1': 'k' });
  expect(emulator.flowLog(ID).tags).toEqual({ env: 'prod' });
  expect(await thrown(call('UntagResources', { ...target, 'TagKey.1': 'env' }))).toMatchObject({
    code: 'InvalidAction.NotFound',
  });
  const cen = { ...target, 'ResourceId.1': 'flowlog-1', 'Tag.1.Key': 'k', 'Tag.1.Value': 'v' };
  expect(await thrown(call('TagResources', cen))).toMatchObject({ code: 'InvalidResourceId.NotFound' });
});

test('the flow-log service may not have been opened', async () => {
  const call = await start([], {
    accounts: [{ accountId: '1', accessKeys: [DEFAULT_KEY], flowLogService: false }],
  });
  const { body } = await call('GetFlowLogServiceStatus', { RegionId: 'cn-hangzhou' });
  expect(body).toMatchObject({ Enabled: false, Success: true });
});

test('the rate limit counts the calls of each product by itself', async () => {
  const call = await start(undefined, { rateLimit: { callsPerSecond: 0.001, burst: 1 } });
  const query = { RegionId: 'cn-hangzhou' };
  await call('DescribeFlowLogs', query);
  expect(await thrown(call('DescribeFlowLogs', query))).toMatchObject({ code: 'Throttling.User' });
  await rpcClient<Body>(emulator, '2017-09-12')('DescribeFlowlogs', query);
});

test('a seed describes VPC flow logs', () => {
  const seed = (more: string) =>
    `accounts: [{ accountId: "1", accessKeys: [{ accessKeyId: a, accessKeySecret: b }], flowLogService: false,
       flowLogs: [{ flowLogId: fl-1, regionId: r, service: vpc, vpcId: vpc-1, ${more} }] }]`;
  const right = 'resourceId: vsw-1, resourceType: VSwitch, trafficType: Drop, status: Activating';
  expect(parseSeed(seed(right)).accounts[0]).toMatchObject({
    flowLogService: false,
    flowLogs: [{ resourceType: 'VSwitch', status: 'Activating' }],
  });
  expect(() => parseSeed(seed('resourceType: Subnet'))).toThrow('must be VPC, VSwitch or NetworkInterface');
});
