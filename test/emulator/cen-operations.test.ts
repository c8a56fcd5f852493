import { afterEach, describe, expect, test } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../lib/emulator/emulator.ts';
import { type CenClient, openApiClient, openApiCoreClient, thrown } from '../support/emulator-clients.ts';

const CEN = 'cen-7qthudw0ll6jmcexample';
const ACTIVE = { FlowLogId: 'flowlog-m5evbtbptexample1', RegionId: 'cn-hangzhou', CenId: CEN };
const INACTIVE = { FlowLogId: 'flowlog-m5evbtbptexample2', RegionId: 'cn-shanghai' };

let emulator: Emulator;
async function start(options: EmulatorOptions = {}): Promise<CenClient> {
  emulator = await startEmulator(options);
  return openApiClient(emulator);
}
afterEach(() => emulator.close());

function manualClock(at = Date.parse('2026-11-23T00:00:00Z')) {
  let instant = at;
  return {
    now: () => instant,
    advance: (ms: number) => {
      instant += ms;
    },
  };
}

const CLIENTS = [
  ['@alicloud/openapi-client', openApiClient],
  ['@alicloud/openapi-core', openApiCoreClient],
] as const;

describe.each(CLIENTS)('%s', (_name, createClient) => {
  test('enables a flow log: Modifying first, then Active', async () => {
    const clock = manualClock();
    await start({ clock, modifyingMs: 20_000 });
    const call = createClient(emulator);
    const { body } = await call('ActiveFlowLog', INACTIVE);
    expect(body).toEqual({ Success: 'true', RequestId: expect.stringMatching(/^[0-9A-F-]{36}$/) });
    expect(emulator.flowLog(INACTIVE.FlowLogId).status).toBe('Modifying');
    clock.advance(19_999);
    const changing = await call('DescribeFlowlogs', INACTIVE);
    expect(changing.body.FlowLogs?.FlowLog[0]?.Status).toBe('Modifying');
    clock.advance(1);
    const changed = await call('DescribeFlowlogs', INACTIVE);
    expect(changed.body.FlowLogs?.FlowLog[0]?.Status).toBe('Active');
  });

  test('disables a flow log', async () => {
    await start({ modifyingMs: 0 });
    await createClient(emulator)('DeactiveFlowLog', ACTIVE);
    expect(emulator.flowLog(ACTIVE.FlowLogId).status).toBe('Inactive');
  });

  test('lists flow logs, filtered by several tags', async () => {
    await start();
    const { body } = await createClient(emulator)('DescribeFlowlogs', {
      RegionId: 'cn-hangzhou',
      'Tag.1.Key': 'env',
      'Tag.1.Value': 'prod',
      'Tag.2.Key': 'team',
    });
    expect(body).toMatchObject({ PageNumber: '1', PageSize: '20', TotalCount: '1', Success: 'true' });
    expect(body.FlowLogs?.FlowLog).toMatchObject([{ FlowLogId: ACTIVE.FlowLogId, Interval: 600 }]);
  });

  test('sets and removes a tag with characters that must be encoded', async () => {
    await start();
    const call = createClient(emulator);
    const value = "Active until 2026-11-23T18:00:00+08:00; by=o'net*ops(1)!; reason=割接 & more/42%";
    const target = { RegionId: 'cn-hangzhou', 'ResourceId.1': ACTIVE.FlowLogId, ResourceType: 'Flowlog' };
    const tagged = await call('TagResources', {
      ...target,
      'Tag.1.Key': 'flow-log-scheduler:override',
      'Tag.1.Value': value,
    });
    expect(tagged.body).toEqual({ RequestId: expect.any(String) });
    expect(emulator.flowLog(ACTIVE.FlowLogId).tags).toEqual({
      env: 'prod',
      team: 'netops',
      'flow-log-scheduler:override': value,
    });
    await call('UntagResources', { ...target, 'TagKey.1': 'flow-log-scheduler:override' });
    expect(emulator.flowLog(ACTIVE.FlowLogId).tags).toEqual({ env: 'prod', team: 'netops' });
  });

  test('shows a refusal with its code and status', async () => {
    await start();
    const error = await thrown(
      createClient(emulator)('ActiveFlowLog', { ...INACTIVE, FlowLogId: 'flowlog-none' }),
    );
    expect(error).toMatchObject({ code: 'InvalidFlowlogId.NotFound', statusCode: 400 });
    expect(error.message).toContain('does not exist or does not match the cen Id');
  });
});

test('parameters may come in a form body', async () => {
  await start({ modifyingMs: 0 });
  const call = openApiClient(emulator, undefined, { form: true });
  await call('ActiveFlowLog', { ...INACTIVE, ClientToken: 'a b+c' });
  expect(emulator.flowLog(INACTIVE.FlowLogId).status).toBe('Active');
  expect(emulator.requests.at(-1)?.params).toEqual({ ...INACTIVE, ClientToken: 'a b+c' });
});

describe('DescribeFlowlogs', () => {
  const many: EmulatorOptions = {
    accounts: [
      {
        accountId: '1',
        accessKeys: [
          { accessKeyId: 'emulator-access-key-id', accessKeySecret: 'emulator-access-key-secret' },
        ],
        flowLogs: Array.from({ length: 53 }, (_, index) => ({
          flowLogId: `flowlog-${index}`,
          regionId: index < 52 ? 'cn-hangzhou' : 'cn-beijing',
          cenId: index % 2 ? 'cen-odd' : 'cen-even',
          status: index < 3 ? 'Inactive' : 'Active',
          intervalSeconds: index < 5 ? 60 : 600,
          flowLogName: `name-${index}`,
          projectName: index < 7 ? 'p1' : 'p2',
          logStoreName: index < 9 ? 'l1' : 'l2',
          transitRouterId: index < 11 ? 'tr-1' : 'tr-2',
          transitRouterAttachmentId: index < 13 ? 'tr-attach-1' : '',
        })),
      },
    ],
  };

  test('every flow log is on exactly one page', async () => {
    const call = await start(many);
    const seen: string[] = [];
    for (const PageNumber of ['1', '2', '3', '4']) {
      const { body } = await call('DescribeFlowlogs', { RegionId: 'cn-hangzhou', PageNumber });
      expect(body).toMatchObject({ PageNumber, PageSize: '20', TotalCount: '52' });
      seen.push(...(body.FlowLogs?.FlowLog ?? []).map((flowLog) => flowLog.FlowLogId));
    }
    expect(seen).toEqual(Array.from({ length: 52 }, (_, index) => `flowlog-${index}`));
  });

  test.each([
    [{}, 53],
    [{ RegionId: 'cn-beijing' }, 1],
    [{ CenId: 'cen-odd' }, 26],
    [{ FlowLogId: 'flowlog-7' }, 1],
    [{ FlowLogId: 'flowlog-7', CenId: 'cen-even' }, 0],
    [{ Status: 'Inactive' }, 3],
    [{ Interval: '60' }, 5],
    [{ FlowLogName: 'name-52' }, 1],
    [{ ProjectName: 'p1' }, 7],
    [{ LogStoreName: 'l1' }, 9],
    [{ TransitRouterId: 'tr-1' }, 11],
    [{ TransitRouterAttachmentId: 'tr-attach-1' }, 13],
    [{ 'Tag.1.Key': 'env' }, 0],
  ])('%j selects %i', async (query, count) => {
    const call = await start(many);
    const { body } = await call('DescribeFlowlogs', { ...query, PageSize: '1' });
    expect(body.TotalCount).toBe(String(count));
    expect(body.FlowLogs?.FlowLog).toHaveLength(Math.min(count, 1));
  });

  test.each([
    ['PageSize', '1', true],
    ['PageSize', '50', true],
    ['PageSize', '0', false],
    ['PageSize', '51', false],
    ['PageSize', '1.5', false],
    ['PageSize', '-1', false],
    ['PageSize', 'x', false],
    ['PageNumber', '1', true],
    ['PageNumber', '999', true],
    ['PageNumber', '0', false],
  ])('%s %s is accepted: %s', async (name, value, accepted) => {
    const call = await start(many);
    const answer = call('DescribeFlowlogs', { [name]: value });
    if (accepted) expect((await answer).body).toMatchObject({ [name]: value, TotalCount: '53' });
    else expect(await thrown(answer)).toMatchObject({ code: 'InvalidParameter', statusCode: 400 });
  });

  test('more than 20 tags are refused', async () => {
    const call = await start(many);
    const tags = Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`Tag.${n + 1}.Key`, `k${n}`]));
    expect(await thrown(call('DescribeFlowlogs', tags))).toMatchObject({ code: 'InvalidParameter' });
  });
});

describe('ActiveFlowLog and DeactiveFlowLog refuse', () => {
  test.each([
    ['ActiveFlowLog', { RegionId: 'cn-shanghai' }, 'MissingParameter'],
    ['ActiveFlowLog', { FlowLogId: INACTIVE.FlowLogId }, 'MissingParameter'],
    ['ActiveFlowLog', { ...INACTIVE, RegionId: 'cn-hangzhou' }, 'InvalidFlowlogId.NotFound'],
    ['ActiveFlowLog', { ...INACTIVE, CenId: 'cen-other' }, 'InvalidFlowlogId.NotFound'],
    ['ActiveFlowLog', ACTIVE, 'IncorrectStatus.flowlog'],
    ['DeactiveFlowLog', INACTIVE, 'IncorrectStatus.flowlog'],
    ['ActiveFlowLog', { ...INACTIVE, ClientToken: '令牌' }, 'InvalidParameter'],
    ['ActiveFlowLog', { ...INACTIVE, ClientToken: 'x'.repeat(65) }, 'InvalidParameter'],
  ])('%s %j with %s', async (action, query, code) => {
    const call = await start();
    const before = emulator.flowLogs();
    expect(await thrown(call(action, query))).toMatchObject({ code, statusCode: 400 });
    expect(emulator.flowLogs()).toEqual(before);
    expect(emulator.requests.at(-1)?.outcome).toEqual({ kind: 'answered', status: 400, code });
  });

  test.each(['Modifying', 'Creating', 'Deleting'])('a flow log that is %s', async (status) => {
    const call = await start();
    emulator.setStatus(ACTIVE.FlowLogId, status);
    for (const action of ['ActiveFlowLog', 'DeactiveFlowLog']) {
      expect(await thrown(call(action, ACTIVE))).toMatchObject({ code: 'IncorrectStatus.flowlog' });
    }
    expect(emulator.flowLog(ACTIVE.FlowLogId).status).toBe(status);
  });
});

describe('ClientToken', () => {
  test('of a repeated request brings the first answer and no second effect', async () => {
    const call = await start({ modifyingMs: 0 });
    const request = { ...INACTIVE, ClientToken: 'token-1' };
    const first = await call('ActiveFlowLog', request);
    emulator.setStatus(INACTIVE.FlowLogId, 'Inactive');
    const second = await call('ActiveFlowLog', request);
    expect(second.body).toEqual(first.body);
    expect(emulator.flowLog(INACTIVE.FlowLogId).status).toBe('Inactive');
  });

  test.each([
    ['ActiveFlowLog', { ...INACTIVE, CenId: CEN }],
    ['DeactiveFlowLog', INACTIVE],
  ])('of another request is refused (%s %j)', async (action, query) => {
    const call = await start({ modifyingMs: 0 });
    await call('ActiveFlowLog', { ...INACTIVE, ClientToken: 'token-1' });
    const error = await thrown(call(action, { ...query, ClientToken: 'token-1' }));
    expect(error).toMatchObject({ code: 'IdempotentParameterMismatch', statusCode: 400 });
    expect(emulator.flowLog(INACTIVE.FlowLogId).status).toBe('Active');
  });

  test('of a refused request can be used again', async () => {
    const call = await start({ modifyingMs: 0 });
    const request = { ...INACTIVE, ClientToken: 'token-1' };
    emulator.setStatus(INACTIVE.FlowLogId, 'Creating', { afterMs: 0, becomes: 'Active' });
    expect(await thrown(call('ActiveFlowLog', request))).toMatchObject({ code: 'IncorrectStatus.flowlog' });
    emulator.setStatus(INACTIVE.FlowLogId, 'Inactive');
    await call('ActiveFlowLog', request);
    expect(emulator.flowLog(INACTIVE.FlowLogId).status).toBe('Active');
  });
});

describe('TagResources and UntagResources', () => {
  const TARGET = { RegionId: 'cn-hangzhou', ResourceType: 'flowlog', 'ResourceId.1': ACTIVE.FlowLogId };
  const tags = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, n) => [
        [`Tag.${n + 1}.Key`, `k${n}`],
        [`Tag.${n + 1}.Value`, 'v'],
      ]).flat(),
    );
  const ids = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`ResourceId.${n + 1}`, ACTIVE.FlowLogId]));
  const keys = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`TagKey.${n + 1}`, `k${n}`]));
  const TAG = { 'Tag.1.Key': 'k', 'Tag.1.Value': 'v' };

  test.each([
    ['RegionId missing', 'TagResources', { ...TARGET, ...TAG, RegionId: '' }, 'MissingParameter'],
    [
      'no resource',
      'TagResources',
      { ...TAG, RegionId: 'cn-hangzhou', ResourceType: 'Flowlog' },
      'MissingParameter',
    ],
    ['no resource type', 'TagResources', { ...TARGET, ...TAG, ResourceType: '' }, 'MissingParameter'],
    ['no tag', 'TagResources', TARGET, 'MissingParameter'],
    ['no key', 'UntagResources', TARGET, 'MissingParameter'],
    ['another resource type', 'TagResources', { ...TARGET, ...TAG, ResourceType: 'Cen' }, 'InvalidParameter'],
    ['21 resources', 'TagResources', { ...TARGET, ...TAG, ...ids(21) }, 'InvalidParameter'],
    ['21 tags', 'TagResources', { ...TARGET, ...tags(21) }, 'InvalidParameter'],
    ['21 tags in all', 'TagResources', { ...TARGET, ...tags(19) }, 'QuotaExceeded.TagNum'],
    ['a long key', 'TagResources', { ...TARGET, 'Tag.1.Key': 'k'.repeat(65) }, 'InvalidParameter'],
    [
      'a long value',
      'TagResources',
      { ...TARGET, ...TAG, 'Tag.1.Value': 'v'.repeat(129) },
      'InvalidParameter',
    ],
    ['prefix acs:', 'TagResources', { ...TARGET, 'Tag.1.Key': 'acs:x' }, 'InvalidParameter'],
    ['prefix aliyun', 'TagResources', { ...TARGET, 'Tag.1.Key': 'Aliyun' }, 'InvalidParameter'],
    ['a URL', 'TagResources', { ...TARGET, ...TAG, 'Tag.1.Value': 'see https://x' }, 'InvalidParameter'],
    ['a key twice', 'TagResources', { ...TARGET, ...TAG, 'Tag.2.Key': 'k' }, 'InvalidParameter'],
    [
      'another region',
      'TagResources',
      { ...TARGET, ...TAG, RegionId: 'cn-shanghai' },
      'InvalidResourceId.NotFound',
    ],
    [
      'one of two unknown',
      'TagResources',
      { ...TARGET, ...TAG, 'ResourceId.2': 'none' },
      'InvalidResourceId.NotFound',
    ],
    ['21 keys', 'UntagResources', { ...TARGET, ...keys(21) }, 'InvalidParameter'],
  ])('%s: %s refuses and changes nothing', async (_what, action, query, code) => {
    const call = await start();
    const before = emulator.flowLogs();
    expect(await thrown(call(action, query))).toMatchObject({ code });
    expect(emulator.flowLogs()).toEqual(before);
  });

  test('a key of 64 and a value of 128 characters, and 20 tags in all, are fine', async () => {
    const call = await start();
    await call('TagResources', { ...TARGET, ...tags(18) });
    expect(Object.keys(emulator.flowLog(ACTIVE.FlowLogId).tags)).toHaveLength(20);
    const longest = { 'Tag.1.Key': 'k'.repeat(64), 'Tag.1.Value': 'v'.repeat(128) };
    await call('TagResources', { ...TARGET, 'ResourceId.1': 'flowlog-m5evbtbptexample3', ...longest });
    expect(emulator.flowLog('flowlog-m5evbtbptexample3').tags['k'.repeat(64)]).toBe('v'.repeat(128));
    // Characters are counted, not UTF-16 units.
    const signs = { 'Tag.1.Key': 'signs', 'Tag.1.Value': '🚨'.repeat(128) };
    await call('TagResources', { ...TARGET, 'ResourceId.1': 'flowlog-m5evbtbptexample3', ...signs });
    expect(emulator.flowLog('flowlog-m5evbtbptexample3').tags.signs).toBe(signs['Tag.1.Value']);
  });

  test('All=true removes every tag', async () => {
    const call = await start();
    await call('UntagResources', { ...TARGET, All: 'true' });
    expect(emulator.flowLog(ACTIVE.FlowLogId).tags).toEqual({});
  });
});

test('an unknown action is refused', async () => {
  const call = await start();
  expect(await thrown(call('DeleteFlowlog', ACTIVE))).toMatchObject({
    code: 'InvalidAction.NotFound',
    statusCode: 404,
  });
});
