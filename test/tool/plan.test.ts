import { describe, expect, it } from 'vitest';
import { cellsOf, hasColours } from '../support/columns.ts';
import { commandLine } from '../support/command-line.ts';
import { configOnDisk } from '../support/config-on-disk.ts';
import { emulatedCloud, signWith } from '../support/emulated-cloud.ts';

/** Flow logs of the emulator's default seed: 1 is Active, 2 is not. */
const CONFIG = configOnDisk(`timezone: Asia/Shanghai
recordTo: { regionId: cn-hangzhou, project: ops-audit, logstore: flow-log-scheduler }
schedules:
  office-hours:
    windows: [{ days: [Mon, Tue, Wed, Thu, Fri], from: "08:00", to: "20:00" }]
    exceptions: [{ from: 2026-11-28, to: 2026-11-28, status: Active, reason: 季度结账，全天 }]
flowLogs:
  - { flowLogId: flowlog-m5evbtbptexample1, regionId: cn-hangzhou, schedule: office-hours }
  - { flowLogId: flowlog-m5evbtbptexample2, regionId: cn-shanghai, schedule: office-hours }
`);
const IN_TWO_REGIONS = configOnDisk(`timezone: UTC
recordTo: stdout
schedules: { never: { windows: [] } }
flowLogs:
  - { flowLogId: flowlog-m5evbtbptexample1, regionId: cn-hangzhou, schedule: never }
  - { flowLogId: flowlog-gone, regionId: cn-shanghai, schedule: never }
`);

const LISTED_TWICE = configOnDisk(`timezone: UTC
recordTo: stdout
schedules: { never: { windows: [] } }
flowLogs:
  - { flowLogId: flowlog-m5evbtbptexample1, regionId: cn-hangzhou, schedule: never }
  - { flowLogId: flowlog-m5evbtbptexample1, regionId: cn-hangzhou, schedule: never }
`);

/** The seed has three flow logs in this region. */
const TOO_MANY = configOnDisk(`timezone: UTC
recordTo: stdout
schedules: { never: { windows: [] } }
flowLogs: [{ select: { regionId: cn-hangzhou }, schedule: never }]
limits: { maxFlowLogs: 2 }
`);

const plan = (at: string, ...more: readonly string[]) => ['plan', '--config', CONFIG, '--at', at, ...more];
const MONDAY_MORNING = '2026-11-23T09:00';

describe('plan', () => {
  it('prints what a run would do at that instant, in columns, and only reads', async () => {
    const { run, actions, emulator } = await emulatedCloud();
    const before = emulator.flowLogs();
    const { status, out, err } = await run(...plan(MONDAY_MORNING));
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const [tableText = '', others, counts] = out.split('\n\n');
    expect(others).toMatch(/^3 flow logs of these regions are in no entry of the config; /);
    const next = 'Mon 2026-11-23 20:00 +08:00';
    const why = 'window Mon-Fri 08:00-20:00 (Asia/Shanghai)';
    expect(cellsOf(tableText)).toEqual([
      [
        'flowlog-m5evbtbptexample1',
        'hangzhou-office',
        'cn-hangzhou',
        'office-hours',
        'Active',
        'Active',
        'none',
        'unchanged',
      ].concat(next, why),
      [
        'flowlog-m5evbtbptexample2',
        'shanghai-sampling',
        'cn-shanghai',
        'office-hours',
        'Inactive',
        'Active',
        'activate',
        'planned',
      ].concat(next, why),
    ]);
    expect(counts).toBe('2 flow logs: 1 unchanged, 1 planned\n');
    expect(new Set(actions())).toEqual(new Set(['DescribeFlowlogs']));
    expect(emulator.flowLogs()).toEqual(before);
    expect(hasColours(out)).toBe(false);
  });

  it.each([
    ["2026-11-23T21:00, in the config's zone", '2026-11-23T21:00', ['Inactive', 'Inactive']],
    ['2026-11-23T21:00 in UTC, a Tuesday morning in Shanghai', '2026-11-24T01:00Z', ['Active', 'Active']],
    ['a Saturday by its date', '2026-11-21', ['Inactive', 'Inactive']],
    ['the day of an exception', '2026-11-28', ['Active', 'Active']],
  ])('--at %s', async (_, at, desired) => {
    const { run } = await emulatedCloud();
    const { status, out } = await run(...plan(at, '--json'));
    expect(status).toBe(0);
    const answer = JSON.parse(out) as { readonly flowLogs: readonly { readonly desired: string }[] };
    expect(answer.flowLogs.map((each) => each.desired)).toEqual(desired);
  });

  it('keeps its columns under words that are two columns wide each', async () => {
    const { run } = await emulatedCloud();
    const { out } = await run(...plan('2026-11-28T12:00'));
    expect(cellsOf(out.split('\n\n')[0] ?? '').map((row) => row.at(-1))).toEqual([
      expect.stringContaining('季度结账，全天'),
      expect.stringContaining('季度结账，全天'),
    ]);
  });

  it('--json prints the answer alone', async () => {
    const { run } = await emulatedCloud();
    const { status, out, err } = await run(...plan(MONDAY_MORNING, '--json'));
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({
      action: 'reconcile',
      dryRun: true,
      ok: true,
      at: '2026-11-23T01:00:00.000Z',
      summary: { total: 2, unchanged: 1, planned: 1, failed: 0 },
      flowLogs: [{ action: 'none' }, { action: 'activate', outcome: 'planned' }],
    });
  });

  it('without --at is about now', async () => {
    const { run } = await emulatedCloud();
    const before = Date.now();
    const { out } = await run('plan', '--config', CONFIG, '--json');
    expect(Date.parse(JSON.parse(out).at)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(JSON.parse(out).at)).toBeLessThanOrEqual(Date.now());
  });

  it('is a no, status 1, when a flow log is not there; the others are told all the same', async () => {
    const { run } = await emulatedCloud();
    const { status, out } = await run('plan', '--config', IN_TWO_REGIONS);
    expect(status).toBe(1);
    expect(out).toMatch(
      /flowlog-m5evbtbptexample1 +hangzhou-office +cn-hangzhou +never +Active +Inactive +deactivate +planned +never /,
    );
    expect(out).toMatch(/\nflowlog-gone: \w+: /);
    expect(out).toMatch(/\n2 flow logs: 1 planned, 1 failed\n$/);
  });

  it('knows no next change of a flow log that is listed twice', async () => {
    const { run } = await emulatedCloud();
    const { status, out } = await run('plan', '--config', LISTED_TWICE);
    expect(status).toBe(1);
    expect(out).toMatch(/ \? +none +failed +\?$/m);
  });

  it('is a no when CEN refuses, told once for all flow logs that it concerns', async () => {
    const { run, emulator } = await emulatedCloud();
    emulator.setFault(() => ({ kind: 'error', code: 'Forbidden.RAM' }));
    const { status, out } = await run(...plan(MONDAY_MORNING));
    expect(status).toBe(1);
    expect(out).toMatch(
      /^flowlog-m5evbtbptexample1, flowlog-m5evbtbptexample2: Forbidden\.RAM: .*\(request [\w-]+, [\w-]+\)$/m,
    );
    expect(out).toContain('2 flow logs: 2 failed');
  });

  it('is a no when more is selected than may be touched', async () => {
    const { run } = await emulatedCloud();
    const { status, out, err } = await run('plan', '--config', TOO_MANY);
    expect({ status, err }).toEqual({ status: 1, err: '' });
    expect(out).toMatch(
      /^error: TooManyFlowLogs: 3 flow logs are selected, limits\.maxFlowLogs is 2, [^\n]*\n$/,
    );
  });

  it('is a no without credentials, and says so', async () => {
    const { env, actions } = await emulatedCloud();
    signWith('', '');
    const { status, out } = await commandLine(plan(MONDAY_MORNING), env);
    expect(status).toBe(1);
    expect(out).toMatch(/flowlog-m5evbtbptexample1, flowlog-m5evbtbptexample2: \w*Credential\w*: /i);
    expect(actions()).toEqual([]);
  });

  it.each(['CBN_ENDPOINT', 'SLS_ENDPOINT', 'STS_ENDPOINT'])(
    'refuses %s in clear, and sends nothing',
    async (name) => {
      const { env, actions } = await emulatedCloud();
      const { status, out, err } = await commandLine(plan(MONDAY_MORNING), {
        ...env,
        [name]: 'http://example.com',
      });
      expect({ status, out }).toEqual({ status: 2, out: '' });
      expect(err).toContain(`error: ${name} is plain http to example.com, which is not a loopback host`);
      expect(actions()).toEqual([]);
    },
  );
});
