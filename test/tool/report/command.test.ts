import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { bytesPerHour } from '../../../lib/emulator/cms/traffic.ts';
import { type Emulator, startEmulator } from '../../../lib/emulator/emulator.ts';
import { createHandler } from '../../../lib/function/handler.ts';
import { commandLine } from '../../support/command-line.ts';

const ZONE = 'Asia/Shanghai';
const at = (local: string): number => DateTime.fromISO(local, { zone: ZONE }).toMillis();
const START = at('2026-11-02T00:00'); // a Monday
const END = at('2026-11-12T00:00');
const TICK = 30 * 60_000;
const HOUR = 3_600_000;
const KEY = { accessKeyId: 'report-key-id', accessKeySecret: 'report-key-secret' };
const NOW = at('2026-11-12T01:00');

const CONFIG = `
timezone: ${ZONE}
recordTo: { regionId: cn-hangzhou, project: ops-audit, logstore: flow-log-scheduler }
schedules:
  office-hours: { windows: [{ days: [Mon, Tue, Wed, Thu, Fri], from: "08:00", to: "20:00" }] }
  always: { windows: [{ days: daily, from: "00:00", to: "24:00" }] }
flowLogs:
  - { flowLogId: flowlog-office, regionId: cn-hangzhou, schedule: office-hours }
  - { flowLogId: flowlog-always, regionId: cn-shanghai, schedule: always }
  - { flowLogId: flowlog-nowhere, regionId: cn-shanghai, schedule: always }
`;

let emulator: Emulator;
let file: string;
let directory: string;
let env: Readonly<Record<string, string>>;

/** Nine days of the real scheduler, as its timer would have it, and one that it did not see. */
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: START });
  emulator = await startEmulator({
    clock: { now: () => Date.now() },
    wallNow: () => Date.now(),
    modifyingMs: 2_000,
    accounts: [
      {
        accountId: '1234567890123456',
        accessKeys: [KEY],
        flowLogs: [
          {
            flowLogId: 'flowlog-office',
            regionId: 'cn-hangzhou',
            flowLogName: 'office',
            projectName: 'net-a',
            logStoreName: 'flowlogs',
          },
          {
            flowLogId: 'flowlog-always',
            regionId: 'cn-shanghai',
            projectName: 'net-b',
            logStoreName: 'flowlogs',
          },
        ],
      },
    ],
    logstores: [
      { project: 'ops-audit', logstore: 'flow-log-scheduler', regionId: 'cn-hangzhou' },
      { project: 'net-a', logstore: 'flowlogs', regionId: 'cn-hangzhou' },
      { project: 'net-b', logstore: 'flowlogs', regionId: 'cn-shanghai', meteringMode: 'ChargeByFunction' },
    ],
  });
  directory = mkdtempSync(join(tmpdir(), 'report-'));
  file = join(directory, 'flow-logs.yaml');
  writeFileSync(file, CONFIG);
  env = Object.fromEntries(
    ['CBN', 'SLS', 'STS', 'RAM', 'CMS'].map((name) => [`${name}_ENDPOINT`, emulator.url]),
  );
  stubKey();
  const provisioned = await commandLine(['provision', '--config', file, '--only', 'sls'], env);
  expect(provisioned.status, provisioned.err).toBe(0);
  const clock = {
    now: () => Date.now(),
    monotonic: () => Date.now(),
    sleep: async (ms: number) => {
      vi.setSystemTime(Date.now() + ms);
    },
  };
  let runs = 0;
  const handler = createHandler({
    env: { CBN_ENDPOINT: emulator.url, SLS_ENDPOINT: emulator.url },
    codeDirectory: directory,
    clock,
    newId: () => `run-${runs++}`,
    print: () => {},
  });
  for (let tick = START; tick < END; tick += TICK) {
    if (tick >= at('2026-11-07T02:00') && tick < at('2026-11-07T06:00')) continue;
    vi.setSystemTime(Math.max(tick, Date.now()));
    const event = { triggerTime: new Date(tick).toISOString(), triggerName: 'tick', payload: '' };
    const context = {
      requestId: 'r',
      credentials: KEY,
      function: { name: 'flow-log-scheduler', timeout: 120 },
    };
    // flowlog-nowhere fails in each run.
    await handler(Buffer.from(JSON.stringify(event)), context).catch(() => {});
  }
  vi.unstubAllEnvs();
  vi.useRealTimers();
}, 120_000);

afterAll(async () => {
  await emulator.close();
  rmSync(directory, { recursive: true });
});

function stubKey(): void {
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_ID', KEY.accessKeyId);
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', KEY.accessKeySecret);
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  stubKey();
  emulator.setFault(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

const run = (...args: readonly string[]) => commandLine([...args, '--config', file, '--period', '30m'], env);

async function json(...args: readonly string[]) {
  const ran = await run('report', '--json', ...args);
  expect(ran.status, ran.err).toBe(0);
  return JSON.parse(ran.out);
}

const RANGE = ['--from', '2026-11-02', '--to', '2026-11-12'] as const;

describe('report', () => {
  it('tells what was captured, written and saved, from what is in the cloud', async () => {
    const report = await json(...RANGE);
    const [office, always, nowhere] = report.flowLogs;
    // Eight workdays; each change is recorded at the instant that its run decided for.
    expect(office).toMatchObject({
      name: 'office',
      service: 'cen',
      changes: 17,
      failed: 0,
      unknownSeconds: 0,
    });
    expect(office.activeSeconds).toBe(8 * 12 * 3600);
    expect(always).toMatchObject({ activeSeconds: 240 * 3600, changes: 0 });
    expect(nowhere).toMatchObject({ unknownSeconds: 240 * 3600, logstore: null });
    expect(nowhere.failed).toBe(10 * 48 - 8);
    const written = truth('flowlog-office');
    const [a, b] = report.logstores;
    expect(a).toMatchObject({
      project: 'net-a',
      flowLogIds: ['flowlog-office'],
      currency: 'CNY',
      pricePerGB: 0.4,
    });
    expect(Math.abs(a.bytesWritten - written)).toBeLessThan(written * 0.002);
    expect(a.bytesNotWritten).toBeGreaterThan(a.bytesNotWrittenAtLeast);
    expect(a.estimatedFrom).toBe('all-active-hours');
    expect(b).toMatchObject({ project: 'net-b', bytesNotWritten: 0, estimatedFrom: 'hour-of-week' });
    expect(b.pricePerGB).toBeCloseTo(0.386, 9);
    expect(report.notWatched).toEqual([{ from: '2026-11-06T17:30:00.000Z', to: '2026-11-06T22:00:00.000Z' }]);
    expect(report.warnings.join('\n')).toMatch(/flowlog-nowhere is in the config but is not listed now/);
  });

  it('takes what came before the range and after it for what the flow log was in it', async () => {
    const weekend = await json('--from', '2026-11-07', '--to', '2026-11-08');
    expect(weekend.flowLogs[0]).toMatchObject({ activeSeconds: 0, inactiveSeconds: 86_400, changes: 0 });
    const before = await json('--from', '2026-10-30', '--to', '2026-10-31');
    // Both were created Active: the first run found the office's so, and switched it off.
    expect(before.flowLogs[0]).toMatchObject({ activeSeconds: 86_400 });
    expect(before.notWatched).toEqual([{ from: '2026-10-29T16:00:00.000Z', to: '2026-10-30T16:00:00.000Z' }]);
  });

  it('says the running month until now, and last month by default', async () => {
    expect(await json('--month', '2026-11')).toMatchObject({
      from: '2026-10-31T16:00:00.000Z',
      to: new Date(NOW).toISOString(),
    });
    expect(await json()).toMatchObject({ from: '2026-09-30T16:00:00.000Z', to: '2026-10-31T16:00:00.000Z' });
  });

  it('reports on a range in the future that nothing is known of it', async () => {
    const report = await json('--month', '2027-01');
    expect(report.flowLogs.map((each: { unknownSeconds: number }) => each.unknownSeconds)).toEqual(
      Array(3).fill(31 * 86_400),
    );
    expect(report.logstores[0]).toMatchObject({ bytesWritten: null, amountSaved: null });
    expect(report.notWatched).toEqual([]);
    expect(report.warnings.join('\n')).toMatch(/lies in the future/);
  });

  it.each([
    [
      'CloudMonitor refuses',
      'DescribeMetricList',
      'NoPermission',
      /CloudMonitor's LogInflow could not be read: NoPermission: .*cms:QueryMetricList/,
    ],
    [
      'the charging mode is refused',
      'GetLogStoreMeteringMode',
      'Unauthorized',
      /the charging mode could not be read: Unauthorized/,
    ],
    [
      'the records are refused',
      'GetLogs',
      'Unauthorized',
      /flow-log-scheduler of project ops-audit could not be read, so when flow logs captured is not known: Unauthorized: .*log:GetLogStoreLogs/,
    ],
    [
      'the listing is refused',
      'DescribeFlowlogs',
      'NoPermission',
      /flow logs in cn-hangzhou could not be listed: NoPermission/,
    ],
  ])('reports what is known when %s', async (_, refused, code, warning) => {
    emulator.setFault(({ action }) => (action === refused ? { kind: 'error', code } : undefined));
    const report = await json(...RANGE);
    expect(report.warnings.join('\n')).toMatch(warning);
    expect(report.flowLogs).toHaveLength(3);
    const [office] = report.flowLogs;
    expect(office.activeSeconds + office.inactiveSeconds + office.unknownSeconds).toBe(240 * 3600);
    if (refused === 'GetLogs') {
      expect(office.unknownSeconds).toBe(240 * 3600);
      expect(report.notWatched).toEqual([]);
      expect(report.basis.join('\n')).not.toMatch(/Captured: by/);
    }
    if (refused === 'DescribeMetricList') expect(report.logstores[0].bytesWritten).toBeNull();
    if (refused === 'GetLogStoreMeteringMode') expect(report.totals[0].currency).toBeNull();
  });

  it('reads page by page, by search, and never with SQL', async () => {
    const first = emulator.requests.length;
    await json(...RANGE);
    const asked = emulator.requests.slice(first).map(({ action }) => action);
    expect(asked.filter((action) => action === 'GetLogs').length).toBeGreaterThan(20);
    expect(new Set(asked)).toEqual(
      new Set(['GetLogs', 'DescribeFlowlogs', 'DescribeMetricList', 'GetLogStoreMeteringMode']),
    );
  });

  it('goes by the price in the config, without asking for the charging mode', async () => {
    const priced = join(directory, 'priced.yaml');
    writeFileSync(priced, `${CONFIG}pricing: { currency: EUR, pricePerGB: 0.1 }\n`);
    const ran = await commandLine(['report', '--json', ...RANGE, '--config', priced], env);
    expect(JSON.parse(ran.out).totals).toEqual([expect.objectContaining({ currency: 'EUR' })]);
  });

  it.each([
    ['html', /^<!doctype html>/],
    ['svg', /^<\?xml/],
    ['csv', /^row,from,to/],
    ['text', /^About .* CNY saved from/],
  ])('writes %s to a file', async (format, begins) => {
    const out = join(directory, `report.${format}`);
    const ran = await run('report', ...RANGE, '--format', format, '--out', out);
    expect(ran.status).toBe(0);
    expect(ran.out).toMatch(/^.*: About .* CNY saved/);
    expect(ran.err).toMatch(/warning: flowlog-nowhere/);
    expect(readFileSync(out, 'utf8')).toMatch(begins);
  });

  it.each([
    [['--month', '2026-13'], /such as 2026-10/],
    [['--month', '2026-10', '--from', '2026-10-01'], /contradict/],
    [['--to', '2026-10-01'], /needs --from/],
    [['--from', '2026-10-02', '--to', '2026-10-01'], /later than --from/],
    [['--from', '2024-01-01', '--to', '2026-10-01'], /366 days/],
    [['--period', 'often'], /such as 90s/],
    [['--json', '--format', 'csv'], /contradict/],
  ])('refuses %j as wrong usage', async (args, message) => {
    const ran = await commandLine(['report', '--config', file, ...args], env);
    expect(ran).toMatchObject({ status: 2, err: expect.stringMatching(message) });
  });

  it('says that stdout keeps no records', async () => {
    const printed = join(directory, 'stdout.yaml');
    writeFileSync(printed, CONFIG.replace(/recordTo: .*/, 'recordTo: stdout'));
    const ran = await commandLine(['report', '--json', ...RANGE, '--config', printed], env);
    const report = JSON.parse(ran.out);
    expect(report.warnings.join('\n')).toMatch(/recordTo is stdout, so no records are kept/);
    expect(report.flowLogs[0].unknownSeconds).toBe(240 * 3600);
    expect(report.logstores[0].bytesWritten).toBeGreaterThan(0);
  });
});

describe('what-if', () => {
  it('lays each schedule over the measured hours, cheapest first', async () => {
    const ran = await run('what-if', '--days', '9', '--json');
    expect(ran.status, ran.err).toBe(0);
    const { logstores } = JSON.parse(ran.out);
    const always = logstores.find(({ project }: { project: string }) => project === 'net-b');
    expect(
      always.schedules.map((each: { schedule: string; current: boolean }) => [each.schedule, each.current]),
    ).toEqual([
      ['office-hours', false],
      ['always', true],
    ]);
    const [office, all] = always.schedules;
    expect(office.activeSeconds).toBe(7 * 12 * 3600);
    expect(office.bytes).toBeLessThan(all.bytes);
    expect(all.bytes).toBeCloseTo(always.alwaysOn.bytes, 0);
    expect(office.amount).toBeCloseTo((office.bytes / 2 ** 30) * 0.386, 6);
  });

  it('knows the schedules of the config only', async () => {
    expect(await run('what-if', '--schedule', 'ofice-hours')).toMatchObject({
      status: 1,
      err: expect.stringContaining('did you mean "office-hours"?'),
    });
    expect(await run('what-if', '--days', '92')).toMatchObject({ status: 2 });
  });
});

/** Bytes of the office's hours, eight days long. */
function truth(flowLogId: string): number {
  let bytes = 0;
  for (let hour = START; hour < END; hour += HOUR) {
    const { weekday, hour: showing } = DateTime.fromMillis(hour, { zone: ZONE });
    if (weekday < 6 && showing >= 8 && showing < 20) bytes += bytesPerHour(flowLogId, hour);
  }
  return bytes;
}
