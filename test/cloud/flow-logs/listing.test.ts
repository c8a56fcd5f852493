import { afterEach, describe, expect, it } from 'vitest';
import type { SendRequest } from '../../../lib/cloud/http/request.ts';
import { type Emulator, startEmulator } from '../../../lib/emulator/emulator.ts';
import { CloudError } from '../../../lib/reconcile/cloud-error.ts';
import { failureOf } from '../../support/failures.ts';
import {
  accountWith,
  flowLogsOf,
  flowLogsOver,
  IMPATIENT,
  manyFlowLogs,
} from '../../support/flow-logs-of.ts';
import { answerOf } from '../../support/made-up-service.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const HANGZHOU = { regionId: 'cn-hangzhou' };
const CEN = 'cen-7qthudw0ll6jmcexample';

let emulator: Emulator | undefined;
afterEach(async () => {
  await emulator?.close();
  emulator = undefined;
});

async function emulate(flowLogs: ReturnType<typeof manyFlowLogs>): Promise<Emulator> {
  emulator = await startEmulator({ accounts: [accountWith(flowLogs)] });
  return emulator;
}

const ids = (flowLogs: readonly { readonly flowLogId: string }[]) =>
  flowLogs.map(({ flowLogId }) => flowLogId);

describe('list', () => {
  it.each([
    [0, 1],
    [1, 1],
    [19, 1],
    [20, 1],
    [21, 2],
    [130, 7],
  ])('finds all of %i flow logs with %i requests', async (count, requests) => {
    const flowLogs = manyFlowLogs(count);
    const world = await emulate(flowLogs);
    expect(ids(await flowLogsOf(world).list(HANGZHOU))).toEqual(ids(flowLogs));
    expect(world.requests.map(({ action, params }) => ({ action, ...params }))).toEqual(
      Array.from({ length: requests }, (_, index) => ({
        action: 'DescribeFlowlogs',
        RegionId: 'cn-hangzhou',
        PageNumber: String(index + 1),
        PageSize: '20',
      })),
    );
  });

  it('tells each request to whoever counts them', async () => {
    const world = await emulate(manyFlowLogs(45));
    let calls = 0;
    await flowLogsOf(world, { onCall: () => (calls += 1) }).list(HANGZHOU);
    expect(calls).toBe(world.requests.length);
  });

  it('asks for pages of the size it is told', async () => {
    const world = await emulate(manyFlowLogs(5));
    expect(await flowLogsOf(world, { pageSize: 2 }).list(HANGZHOU)).toHaveLength(5);
    expect(world.requests.map(({ params }) => params.PageSize)).toEqual(['2', '2', '2']);
  });

  it('tells what CEN tells of a flow log', async () => {
    const world = await emulate(
      manyFlowLogs(1, {
        cenId: CEN,
        flowLogName: 'hangzhou-office',
        status: 'Modifying',
        intervalSeconds: 60,
        transitRouterId: 'tr-1',
        projectName: 'netops-audit',
        logStoreName: 'cen',
        tags: { env: 'dev' },
      }),
    );
    expect(await flowLogsOf(world).list(HANGZHOU)).toEqual([
      {
        flowLogId: 'flowlog-1',
        name: 'hangzhou-office',
        regionId: 'cn-hangzhou',
        cenId: CEN,
        status: 'Modifying',
        intervalSeconds: 60,
        transitRouterId: 'tr-1',
        isTransient: true,
        resourceId: null,
        logstore: { project: 'netops-audit', logstore: 'cen' },
        tags: { env: 'dev' },
        readAt: expect.any(Number),
      },
    ]);
  });

  it.each([
    ['a region', { regionId: 'cn-shanghai' }, ['c']],
    ['a CEN instance', { ...HANGZHOU, cenId: 'cen-2' }, ['b']],
    ['a flow log', { ...HANGZHOU, flowLogId: 'a' }, ['a']],
    ['a flow log of another region', { ...HANGZHOU, flowLogId: 'c' }, []],
  ])('is narrowed to %s', async (_name, scope, expected) => {
    const world = await emulate([
      { flowLogId: 'a', regionId: 'cn-hangzhou', cenId: 'cen-1' },
      { flowLogId: 'b', regionId: 'cn-hangzhou', cenId: 'cen-2' },
      { flowLogId: 'c', regionId: 'cn-shanghai', cenId: 'cen-1' },
    ]);
    expect(ids(await flowLogsOf(world).list(scope))).toEqual(expected);
  });
});

describe('a listing whose pages change while they are read', () => {
  it.each([
    ['one of the first page is deleted', 25, (world: Emulator) => world.removeFlowLog('flowlog-3')],
    ['one that is listed last is deleted', 25, (world: Emulator) => world.removeFlowLog('flowlog-25')],
    ['the second page is emptied', 21, (world: Emulator) => world.removeFlowLog('flowlog-1')],
    ['one is created', 25, (world: Emulator) => world.addFlowLog('1', { flowLogId: 'new', ...HANGZHOU })],
    [
      'one is created, for which a page more is needed',
      40,
      (world: Emulator) => world.addFlowLog('1', { flowLogId: 'new', ...HANGZHOU }),
    ],
  ])('is complete although %s', async (_name, count, change) => {
    const world = await emulate(manyFlowLogs(count));
    world.setFault(({ params, count: nth }) => {
      if (params.PageNumber === '2' && nth === 2) change(world);
      return undefined;
    });
    const doubts: string[] = [];
    const onDoubt = (warning: string) => doubts.push(warning);
    expect(ids(await flowLogsOf(world, { onDoubt }).list(HANGZHOU))).toEqual(ids(world.flowLogs()));
    expect(doubts).toEqual([]);
  });

  it('is read three times at most', async () => {
    const world = await emulate(manyFlowLogs(25));
    world.setFault(({ params, count }) => {
      if (params.PageNumber === '2') world.addFlowLog('1', { flowLogId: `new-${count}`, ...HANGZHOU });
      return undefined;
    });
    const doubts: string[] = [];
    const onDoubt = (warning: string) => doubts.push(warning);
    expect(await flowLogsOf(world, { onDoubt }).list(HANGZHOU)).toHaveLength(28);
    expect(world.requests).toHaveLength(6);
    expect(doubts).toEqual([expect.stringMatching(/^cn-hangzhou: .* 3 times .* may have been missed/)]);
  });
});

describe('a full last page', () => {
  const [own, all] = [['flowlog-5'], 'all'] as const;
  it.each([
    ['nothing in particular is looked for', 20, [], 1],
    ['what is looked for was found', 20, own, 1],
    ['another one is looked for', 20, ['flowlog-21'], 2],
    ['all are looked for', 40, all, 3],
    ['all are looked for, and the last page is not full', 39, all, 2],
  ] as const)('is followed by another or not when %s', async (_name, count, lookingFor, requests) => {
    const world = await emulate(manyFlowLogs(count));
    const doubts: string[] = [];
    const flowLogs = flowLogsOf(world, { onDoubt: (warning) => doubts.push(warning) });
    expect(await flowLogs.list(HANGZHOU, {}, lookingFor)).toHaveLength(count);
    expect([world.requests.length, doubts]).toEqual([requests, []]);
  });

  it('is followed by another until all are found, whatever the total says', async () => {
    const world = await emulate(manyFlowLogs(45));
    const lying: SendRequest = async (request) => {
      const { body } = await IMPATIENT(request);
      return answerOf({ ...JSON.parse(body.toString()), TotalCount: '20' });
    };
    const doubts: string[] = [];
    const endpoint = new URL(world.url);
    const flowLogs = flowLogsOver(lying, { endpoint, onDoubt: (warning) => doubts.push(warning) });
    expect(await flowLogs.list(HANGZHOU, {}, ['flowlog-45'])).toHaveLength(45);
    expect([world.requests.length, doubts]).toEqual([3, []]);
    expect(await flowLogs.list(HANGZHOU, {}, ['flowlog-21'])).toHaveLength(40);
    expect(await flowLogs.list(HANGZHOU)).toHaveLength(20);
  });
});

describe('what is listed', () => {
  it('is as old as the page that it came on', async () => {
    const world = await emulate(manyFlowLogs(45));
    const clock = virtualClock();
    const slow: SendRequest = async (request) => {
      await clock.sleep(700);
      return IMPATIENT(request);
    };
    const endpoint = new URL(world.url);
    const startedAt = clock.monotonic();
    const listed = await flowLogsOver(slow, { clock, endpoint }).list(HANGZHOU);
    const ages = listed.map(({ readAt }) => readAt - startedAt);
    expect([ages[0], ages[19], ages[20], ages[44]]).toEqual([0, 0, 700, 1_400]);
  });
});

/** A server that answers every request with the same. */
const always =
  (body: Readonly<Record<string, unknown>>): SendRequest =>
  async () =>
    answerOf({ RequestId: 'r-1', ...body });

describe('a server that ignores PageNumber', () => {
  it('is not asked for ever', async () => {
    let requests = 0;
    const page = { FlowLogs: { FlowLog: [{ FlowLogId: 'a' }, { FlowLogId: 'b' }] }, TotalCount: '130' };
    const listed = await flowLogsOver(always(page), { onCall: () => (requests += 1) }).list(HANGZHOU);
    expect(ids(listed)).toEqual(['a', 'b']);
    expect(requests).toBeLessThanOrEqual(6);
  });
});

describe('an answer', () => {
  it.each<[string, object]>([
    ['without FlowLogs', { TotalCount: '1' }],
    ['whose FlowLogs is null', { FlowLogs: null, TotalCount: '1' }],
    ['whose FlowLogs is a text', { FlowLogs: 'none', TotalCount: '1' }],
    ['whose FlowLogs is a list', { FlowLogs: [], TotalCount: '1' }],
    ['whose FlowLog is a text', { FlowLogs: { FlowLog: 'a' }, TotalCount: '0' }],
    ['whose FlowLog is one object', { FlowLogs: { FlowLog: { FlowLogId: 'a' } }, TotalCount: '1' }],
    ['without TotalCount', { FlowLogs: { FlowLog: [] } }],
    ['whose TotalCount is null', { FlowLogs: { FlowLog: [] }, TotalCount: null }],
    ['whose TotalCount is empty', { FlowLogs: { FlowLog: [] }, TotalCount: '' }],
    ['whose TotalCount is no number', { FlowLogs: { FlowLog: [] }, TotalCount: 'many' }],
    ['whose TotalCount is no whole number', { FlowLogs: { FlowLog: [] }, TotalCount: 1.5 }],
    ['with a flow log that is null', { FlowLogs: { FlowLog: [null] }, TotalCount: '1' }],
    ['with a flow log that is a text', { FlowLogs: { FlowLog: ['a'] }, TotalCount: '1' }],
    ['with a flow log without an ID', { FlowLogs: { FlowLog: [{ Status: 'Active' }] }, TotalCount: '1' }],
    ['with a flow log whose ID is a number', { FlowLogs: { FlowLog: [{ FlowLogId: 1 }] }, TotalCount: '1' }],
  ])('%s is unreadable, never an empty listing', async (_name, body) => {
    const error = await failureOf(CloudError, flowLogsOver(always({ ...body })).list(HANGZHOU));
    expect(error).toMatchObject({ code: 'UnreadableAnswer', requestId: 'r-1', effect: 'unknown' });
  });

  it.each<[string, object]>([
    ['no FlowLogs', {}],
    ['FlowLogs of null', { FlowLogs: null }],
    ['empty FlowLogs', { FlowLogs: {} }],
    ['a list for its FlowLogs', { FlowLogs: [] }],
  ])('with %s and a total of nothing is an empty listing', async (_name, body) => {
    let requests = 0;
    const call = always({ ...body, TotalCount: 0 });
    expect(await flowLogsOver(call, { onCall: () => (requests += 1) }).list(HANGZHOU)).toEqual([]);
    expect(requests).toBe(1);
  });

  it('of things that cannot be written as text is unreadable, or read as far as it goes', async () => {
    const odd = { toString: 1, valueOf: 1 };
    const of = (more: object) => flowLogsOver(always({ FlowLogs: { FlowLog: [] }, TotalCount: 0, ...more }));
    expect(await failureOf(CloudError, of({ TotalCount: odd }).list(HANGZHOU))).toMatchObject({
      code: 'UnreadableAnswer',
    });
    expect(await failureOf(CloudError, of({ Success: odd }).list(HANGZHOU))).toMatchObject({
      code: 'NotSuccessful',
    });
    const FlowLog = [{ FlowLogId: 'a', Interval: odd, Tags: [{ Key: 'env', Value: odd }] }];
    expect(await of({ FlowLogs: { FlowLog }, TotalCount: 1 }).list(HANGZHOU)).toMatchObject([
      { intervalSeconds: null, tags: { env: '' } },
    ]);
  });

  it('may have its counts as numbers, and flow logs with nothing but an ID', async () => {
    const body = { FlowLogs: { FlowLog: [{ FlowLogId: 'a', CenId: '', Interval: 'often' }] }, TotalCount: 1 };
    expect(await flowLogsOver(always(body)).list(HANGZHOU)).toEqual([
      {
        flowLogId: 'a',
        name: '',
        regionId: '',
        cenId: null,
        status: '',
        intervalSeconds: null,
        transitRouterId: null,
        isTransient: false,
        resourceId: null,
        logstore: null,
        tags: {},
        readAt: expect.any(Number),
      },
    ]);
  });

  it.each<[string, unknown]>([
    ['a text', 'env'],
    ['a map', { 'flow-log-scheduler:override': 'Active until 2026-11-25T00:00:00Z' }],
    ['another list', { Tags: [{ Key: 'env', Value: 'dev' }] }],
    ['a list in a list', { Tag: { Tag: [{ Key: 'env', Value: 'dev' }] } }],
    ['other names', { Tag: [{ key: 'env', value: 'dev' }] }],
    ['nothing in one of them', { Tag: [null, { Key: 'team', Value: 'netops' }] }],
    ['no key in one of them', { Tag: [{ Value: 'dev' }, { Key: 'team', Value: 'netops' }] }],
  ])('with tags that may hold an override is read without them, alone: %s', async (_name, Tags) => {
    const FlowLog = [{ FlowLogId: 'a', Tags }, { FlowLogId: 'b' }];
    const listed = await flowLogsOver(always({ FlowLogs: { FlowLog }, TotalCount: '2' })).list(HANGZHOU);
    expect(listed.map(({ flowLogId, tags }) => [flowLogId, tags])).toEqual([
      ['a', null],
      ['b', {}],
    ]);
  });

  it.each([
    ['nothing', null],
    ['a text', 'a'],
    ['one without an ID', { Status: 'Active' }],
    ['one whose ID is a number', { FlowLogId: 1 }],
  ])('with %s among its flow logs is read without it, with a warning', async (_name, odd) => {
    const doubts: string[] = [];
    let requests = 0;
    const body = { FlowLogs: { FlowLog: [{ FlowLogId: 'a' }, odd, odd] }, TotalCount: '3' };
    const options = { onDoubt: (warning: string) => doubts.push(warning), onCall: () => (requests += 1) };
    expect(ids(await flowLogsOver(always(body), options).list(HANGZHOU))).toEqual(['a']);
    expect(doubts).toEqual(['cn-hangzhou: 2 of the listed flow logs had no ID and were left out']);
    expect(requests).toBe(1);
  });

  it.each<[string, unknown, object]>([
    ['null', null, {}],
    ['nothing in it', {}, {}],
    ['one tag', { Tag: { Key: 'env', Value: 'dev' } }, { env: 'dev' }],
    ['a list alone', [{ Key: 'env', Value: 'dev' }], { env: 'dev' }],
    [
      "TagResources' names",
      { Tag: [{ TagKey: 'env', TagValue: 'dev' }, { TagKey: 'team' }] },
      { env: 'dev', team: '' },
    ],
    ['tags without a value', { Tag: [{ Key: 'env' }] }, { env: '' }],
    ['an empty text', '', {}],
    ['no list in it', { Tag: null }, {}],
    ['an empty text in it', { Tag: '' }, {}],
    ['nothing in its list', { Tag: {} }, {}],
    ['an empty list', { Tag: [] }, {}],
    ['an empty list alone', [], {}],
  ])('may have %s for its tags', async (_name, Tags, tags) => {
    const body = { FlowLogs: { FlowLog: [{ FlowLogId: 'a', Tags }] }, TotalCount: '1' };
    expect(await flowLogsOver(always(body)).list(HANGZHOU)).toMatchObject([{ tags }]);
  });
});
