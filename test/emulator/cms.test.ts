import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { bytesPerHour } from '../../lib/emulator/cms/traffic.ts';
import {
  type Emulator,
  type EmulatorFlowLog,
  type EmulatorOptions,
  startEmulator,
} from '../../lib/emulator/emulator.ts';
import { DEFAULT_KEY, rpcClient, sendRaw, thrown } from '../support/emulator-clients.ts';

interface Body {
  readonly Code: string;
  readonly Success: boolean;
  readonly Period: string;
  readonly Datapoints: string;
  readonly NextToken?: string;
}

interface Datapoint {
  readonly timestamp: number;
  readonly userId: string;
  readonly project: string;
  readonly logstore: string;
  readonly Sum: number;
}

interface Capture {
  readonly url: string;
  readonly sts: boolean;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-11-23T12:00:00Z');
const A: EmulatorFlowLog = { flowLogId: 'flowlog-a', regionId: 'cn-hangzhou' };
const B: EmulatorFlowLog = { flowLogId: 'fl-b', regionId: 'cn-hangzhou', logStoreName: 'vpc-flowlogs' };
const QUERY = {
  Namespace: 'acs_sls_dashboard',
  MetricName: 'LogInflow',
  Period: '900',
  Dimensions: JSON.stringify([{ project: 'net-flowlogs', logstore: 'flowlogs' }]),
  StartTime: String(NOW - 2 * HOUR),
  EndTime: String(NOW),
};

let emulator: Emulator;
let now: number;
afterEach(() => emulator.close());

async function start(flowLogs: readonly EmulatorFlowLog[], options: EmulatorOptions = {}) {
  now = NOW;
  emulator = await startEmulator({
    accounts: [{ accountId: '1', accessKeys: [DEFAULT_KEY], flowLogs }],
    clock: { now: () => now },
    modifyingMs: 0,
    ...options,
  });
  return rpcClient<Body>(emulator, '2019-01-01');
}

const points = (body: Body): readonly Datapoint[] => JSON.parse(body.Datapoints);

describe("the official client's requests", () => {
  const captures = JSON.parse(
    readFileSync(new URL('../wire/cms.json', import.meta.url), 'utf8'),
  ) as readonly Capture[];

  test.each(captures.map((capture) => [capture.url, capture.sts, capture] as const))(
    '%s (STS: %s) are understood',
    async (url, sts, capture) => {
      emulator = await startEmulator({
        wallNow: () => Date.parse(capture.headers['x-acs-date'] ?? ''),
        clock: { now: () => Date.parse('2025-11-27T01:00:00Z') },
        accounts: [
          {
            accountId: '1234567890123456',
            accessKeys: [
              {
                accessKeyId: 'example-access-key-id',
                accessKeySecret: 'example-access-key-secret',
                ...(sts && { securityToken: 'example-security-token' }),
              },
            ],
            flowLogs: [A],
          },
        ],
      });
      const { method, headers, body } = capture;
      const answer = await sendRaw(emulator, { method, path: url, headers, body });
      if (url.includes('NextToken=')) {
        expect(JSON.parse(answer.body)).toMatchObject({ Code: 'InvalidParameter' });
        return;
      }
      const parsed = JSON.parse(answer.body) as Body;
      expect(parsed).toMatchObject({ Code: '200', Success: true, Period: '900' });
      expect(points(parsed)).toHaveLength(96);
      expect(points(parsed)[0]).toEqual({
        timestamp: 1764116100000,
        userId: '1234567890123456',
        project: 'net-flowlogs',
        logstore: 'flowlogs',
        Sum: expect.any(Number),
      });
    },
  );
});

test('the periods are those whose start is after StartTime and not after EndTime, and that have ended', async () => {
  const call = await start([A]);
  const timestamps = async (query: object) =>
    points((await call('DescribeMetricList', { ...QUERY, ...query })).body).map(({ timestamp }) => timestamp);
  const expected = Array.from({ length: 7 }, (_, index) => NOW - 2 * HOUR + (index + 1) * 900_000);
  expect(await timestamps({})).toEqual(expected);
  expect(await timestamps({ StartTime: String(NOW - 2 * HOUR - 1) })).toEqual([NOW - 2 * HOUR, ...expected]);
  expect(await timestamps({ EndTime: String(NOW - HOUR) })).toEqual(expected.slice(0, 4));
  expect(await timestamps({ StartTime: '2026-11-23T10:00:00Z', EndTime: '2026-11-23T11:00:00Z' })).toEqual(
    expected.slice(0, 4),
  );
});

test('a flow log writes while it is Active, by the hour of the week', async () => {
  const call = await start([A]);
  now = NOW + 20 * 60_000;
  emulator.setStatus('flowlog-a', 'Inactive');
  now = NOW + 50 * 60_000;
  emulator.setStatus('flowlog-a', 'Activating', { afterMs: 5 * 60_000, becomes: 'Active' });
  now = NOW + 2 * HOUR;
  const query = { ...QUERY, StartTime: String(NOW - 1), EndTime: String(NOW + HOUR), Period: '300' };
  const minutes = points((await call('DescribeMetricList', query)).body).map(
    ({ timestamp, Sum }) => [(timestamp - NOW) / 60_000, Sum] as const,
  );
  const five = (at: number) => Math.round(bytesPerHour('flowlog-a', at) / 12);
  expect(minutes).toEqual([
    ...[0, 5, 10, 15].map((minute) => [minute, five(NOW)]),
    [55, five(NOW)],
    [60, five(NOW + HOUR)],
  ]);
  const quarters = points((await call('DescribeMetricList', { ...query, Period: '900' })).body);
  expect(quarters.map(({ timestamp }) => (timestamp - NOW) / 60_000)).toEqual([0, 15, 45, 60]);
  expect(quarters[1]?.Sum).toBe(Math.round(bytesPerHour('flowlog-a', NOW) / 12));
});

test('toggles by the API count, and a flow log that is gone has a past', async () => {
  const call = await start([A]);
  const cen = rpcClient<object>(emulator, '2017-09-12');
  await cen('DeactiveFlowLog', { FlowLogId: 'flowlog-a', RegionId: 'cn-hangzhou' });
  now = NOW + HOUR;
  await cen('ActiveFlowLog', { FlowLogId: 'flowlog-a', RegionId: 'cn-hangzhou' });
  now = NOW + 2 * HOUR;
  emulator.removeFlowLog('flowlog-a');
  now = NOW + 3 * HOUR;
  const query = { ...QUERY, StartTime: String(NOW - 1), EndTime: String(NOW + 3 * HOUR) };
  const found = points((await call('DescribeMetricList', query)).body);
  expect(found.map(({ timestamp }) => timestamp)).toEqual(
    [0, 1, 2, 3].map((quarter) => NOW + HOUR + quarter * 900_000),
  );
});

test('Logstores are told apart, and a shared one has the sum', async () => {
  const call = await start([A, { ...A, flowLogId: 'flowlog-c' }, B]);
  const at = { StartTime: String(NOW - HOUR - 1), EndTime: String(NOW - HOUR) };
  const { body } = await call('DescribeMetricList', { ...QUERY, ...at });
  const quarter = (id: string) => bytesPerHour(id, NOW - HOUR) / 4;
  expect(points(body)).toMatchObject([
    { logstore: 'flowlogs', Sum: Math.round(quarter('flowlog-a') + quarter('flowlog-c')) },
  ]);
  const both = JSON.stringify([
    { project: 'net-flowlogs', logstore: 'flowlogs' },
    { project: 'net-flowlogs', logstore: 'vpc-flowlogs' },
  ]);
  const second = await call('DescribeMetricList', { ...QUERY, ...at, Dimensions: both });
  expect(points(second.body).map(({ logstore }) => logstore)).toEqual(['flowlogs', 'vpc-flowlogs']);
  const whole = await call('DescribeMetricList', {
    ...QUERY,
    ...at,
    Dimensions: '{"project":"net-flowlogs"}',
  });
  expect(points(whole.body)).toEqual(points(second.body));
});

test('of another account there is nothing', async () => {
  const other = { accessKeyId: 'other', accessKeySecret: 'other' };
  await start([], {
    accounts: [
      { accountId: '1', accessKeys: [DEFAULT_KEY], flowLogs: [A] },
      { accountId: '2', accessKeys: [other] },
    ],
  });
  const { body } = await rpcClient<Body>(emulator, '2019-01-01', other)('DescribeMetricList', QUERY);
  expect(points(body)).toEqual([]);
});

test.each(['LogInflow', 'NetFlow'] as const)(
  '%s can be the raw size, the other one is smaller',
  async (raw) => {
    const call = await start([A], { rawMetric: raw });
    const sum = async (MetricName: string) =>
      points((await call('DescribeMetricList', { ...QUERY, MetricName })).body)[0]?.Sum ?? 0;
    const other = raw === 'LogInflow' ? 'NetFlow' : 'LogInflow';
    expect(await sum(raw)).toBe(Math.round(bytesPerHour('flowlog-a', NOW - 2 * HOUR) / 4));
    expect((await sum(other)) / (await sum(raw))).toBeCloseTo(0.15, 3);
  },
);

test('more than Length data points come in pages', async () => {
  const call = await start([A]);
  const query = { ...QUERY, StartTime: String(NOW - DAY - 1), EndTime: String(NOW - 1) };
  const whole = points((await call('DescribeMetricList', query)).body);
  expect(whole).toHaveLength(96);
  const pages: Datapoint[][] = [];
  let token: string | undefined = '';
  while (token !== undefined) {
    const next: { readonly body: Body } = await call('DescribeMetricList', {
      ...query,
      Length: '40',
      NextToken: token,
    });
    pages.push([...points(next.body)]);
    token = next.body.NextToken;
  }
  expect(pages.map((page) => page.length)).toEqual([40, 40, 16]);
  expect(pages.flat()).toEqual(whole);
});

test.each([
  ['60', 31],
  ['300', 91],
  ['900', 91],
])('periods of %s s are kept for %i days', async (Period, days) => {
  const call = await start([A]);
  const at = (start: number) => ({ Period, StartTime: String(start - 1), EndTime: String(start + HOUR) });
  const oldest = NOW - days * DAY;
  const kept = points((await call('DescribeMetricList', { ...QUERY, ...at(oldest) })).body);
  expect(kept[0]?.timestamp).toBe(oldest);
  const gone = points((await call('DescribeMetricList', { ...QUERY, ...at(oldest - 2 * HOUR) })).body);
  expect(gone).toEqual([]);
});

test.each([
  ['another namespace', { Namespace: 'acs_ecs_dashboard' }, 'ResourceNotFound'],
  ['another metric', { MetricName: 'RawInflow' }, 'ResourceNotFound'],
  ['no metric', { MetricName: '' }, 'MissingParameter'],
  ['another period', { Period: '3600' }, 'InvalidParameter'],
  ['no start', { StartTime: '' }, 'MissingParameter'],
  ['a start in seconds', { StartTime: '1764115200' }, 'InvalidParameter'],
  ['a start in words', { StartTime: 'yesterday' }, 'InvalidParameter'],
  ['a range without length', { StartTime: QUERY.EndTime }, 'InvalidParameter'],
  ['a long page', { Length: '1441' }, 'InvalidParameter'],
  ['broken dimensions', { Dimensions: '[{' }, 'InvalidParameter'],
  ['dimensions of no meaning', { Dimensions: '[1]' }, 'InvalidParameter'],
  ['many instances', { Dimensions: JSON.stringify(Array(51).fill({ project: 'p' })) }, 'InvalidParameter'],
  ['a token of its own', { NextToken: 'abcd1233' }, 'InvalidParameter'],
])('%s is refused', async (_what, query, code) => {
  const call = await start([A]);
  expect(await thrown(call('DescribeMetricList', { ...QUERY, ...query }))).toMatchObject({ code });
});

describe('the traffic', () => {
  const monday = Date.parse('2026-11-23T00:00:00+08:00');

  test('is the same every week, and not the same for every flow log', () => {
    const week = (id: string, from: number) =>
      Array.from({ length: 168 }, (_, hour) => bytesPerHour(id, from + hour * HOUR));
    expect(week('a', monday)).toEqual(week('a', monday + 7 * DAY));
    expect(week('a', monday)).not.toEqual(week('b', monday));
    expect(Math.min(...week('a', monday))).toBeGreaterThan(0);
  });

  test('is least at night and at weekends', () => {
    const day = (days: number, hour: number) => bytesPerHour('a', monday + days * DAY + hour * HOUR);
    expect(day(0, 4) * 5).toBeLessThan(day(0, 11));
    expect(day(4, 11)).toBeGreaterThan(2 * day(5, 11));
    expect(day(7, 11)).toBe(day(0, 11));
  });
});
