import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { cellsOf } from '../support/columns.ts';
import { commandLine } from '../support/command-line.ts';
import { configOnDisk } from '../support/config-on-disk.ts';
import { emulatedCloud } from '../support/emulated-cloud.ts';

/** flowlog-…1 is Active and should never be, flowlog-…2 is not and should always be. */
const CONFIG = configOnDisk();
const [ONE, TWO] = ['flowlog-m5evbtbptexample1', 'flowlog-m5evbtbptexample2'];
const TAG = 'flow-log-scheduler:override';

/** Everything of a region, which the listing of that region finds. */
const SELECTING = configOnDisk(`timezone: UTC
recordTo: stdout
schedules: { never: { windows: [] } }
flowLogs:
  - { select: { regionId: cn-hangzhou }, schedule: never }
  - { select: { regionId: cn-shanghai }, schedule: never }
`);

/** The seed has three flow logs in this region. */
const TOO_MANY = configOnDisk(`timezone: UTC
recordTo: stdout
schedules: { never: { windows: [] } }
flowLogs: [{ select: { regionId: cn-hangzhou }, schedule: never }]
limits: { maxFlowLogs: 2 }
`);

const set = (...more: readonly string[]) => ['override', 'set', '--config', CONFIG, ...more];
const clear = (...more: readonly string[]) => ['override', 'clear', '--config', CONFIG, ...more];
const LIST = ['override', 'list', '--config', CONFIG];

const user = vi.hoisted(() => ({ name: (): string => 'netops' }));
vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  userInfo: () => ({ username: user.name() }),
}));

describe('an override', () => {
  it('is set, listed and cleared', async () => {
    vi.useFakeTimers({ now: Date.parse('2026-11-23T00:00:00Z'), toFake: ['Date'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { run, emulator } = await emulatedCloud({ modifyingMs: 0 });
    const holding = ['--status', 'Active', '--until', '2026-11-23T18:00:00+08:00'];
    const given = await run(...set(...holding, '--flow-log', ONE, '--by', '张三', '--reason', 'incident 42'));
    expect(given).toMatchObject({ status: 0, err: '' });
    expect(given.out).toContain('override by 张三 until 2026-11-23T18:00:00+08:00: incident 42');
    expect(emulator.flowLog(ONE)).toMatchObject({
      status: 'Active',
      tags: { [TAG]: 'Active until 2026-11-23T18:00:00+08:00; by=张三; reason=incident 42' },
    });

    const listed = await run(...LIST);
    expect(listed).toMatchObject({ status: 0, err: '' });
    expect(cellsOf(listed.out)).toEqual([
      [ONE, 'hangzhou-office', 'cn-hangzhou', 'Active', 'Mon 2026-11-23 18:00 +08:00', '张三', 'incident 42'],
    ]);
    expect(cellsOf((await run(...LIST, '--region', 'cn-hangzhou')).out)).toHaveLength(1);
    const elsewhere = await run(...LIST, '--region', 'cn-shanghai');
    expect(elsewhere).toMatchObject({ status: 0, out: 'no override is in force\n' });
    const nowhere = await run(...LIST, '--region', 'cn-hangzou');
    expect(nowhere).toMatchObject({ status: 2, err: expect.stringContaining('cn-hangzhou') });
    const json = await run(...LIST, '--json');
    expect(JSON.parse(json.out)).toEqual({
      overrides: [
        {
          flowLogId: ONE,
          regionId: 'cn-hangzhou',
          status: 'Active',
          until: '2026-11-23T10:00:00.000Z',
          by: '张三',
          reason: 'incident 42',
        },
      ],
      warnings: [],
    });

    const cleared = await run(...clear('--flow-log', ONE));
    expect(cleared).toMatchObject({ status: 0, err: '' });
    expect(emulator.flowLog(ONE).status).toBe('Inactive');
    expect(emulator.flowLog(ONE).tags).not.toHaveProperty(TAG);
    expect(await run(...LIST)).toEqual({ status: 0, out: 'no override is in force\n', err: '' });
  });

  it('concerns the flow logs that are named, and no other', async () => {
    const { run, emulator } = await emulatedCloud();
    const { out } = await run(...set('--status', 'Active', '--for', '2h', '--flow-log', TWO));
    expect(out).toContain('1 flow log: 1 confirmed\n');
    expect(emulator.flowLog(TWO).tags).toHaveProperty([TAG]);
    expect(emulator.flowLog(ONE).tags).not.toHaveProperty([TAG]);
  });

  it('can be of all, or of several; it tells who set it', async () => {
    const { run, emulator } = await emulatedCloud();
    expect((await run(...set('--status', 'Active', '--for', '2h', '--all'))).status).toBe(0);
    for (const flowLogId of [ONE, TWO]) {
      expect(emulator.flowLog(flowLogId).tags[TAG]).toMatch(/^Active until .*; by=netops$/);
    }
    expect((await run(...clear('--flow-log', ONE, TWO))).status).toBe(0);
    for (const flowLogId of [ONE, TWO]) expect(emulator.flowLog(flowLogId).tags).not.toHaveProperty([TAG]);
  });

  it.each([
    ['--region', ['cn-shanghai'], [TWO]],
    ['--schedule', ['never'], [ONE]],
    ['--tag', ['env=prod'], [ONE, TWO]],
    ['--tag', ['env=prod', 'team=netops'], [ONE]],
  ])('can be of those with %s %j', async (option, values, expected) => {
    const { run, emulator } = await emulatedCloud();
    const held = () =>
      emulator.flowLogs().flatMap(({ flowLogId, tags }) => (Object.hasOwn(tags, TAG) ? flowLogId : []));
    const given = await run(...set('--status', 'Active', '--for', '2h', option, ...values));
    expect(given).toMatchObject({ status: 0, err: '' });
    expect(held().sort()).toEqual(expected);
    expect((await run(...clear(option, ...values))).status).toBe(0);
    expect(held()).toEqual([]);
  });

  it('set again extends, and says so', async () => {
    const { run, emulator } = await emulatedCloud();
    await run(...set('--status', 'Active', '--for', '2h', '--flow-log', ONE));
    const { out } = await run(...set('--status', 'Active', '--for', '4h', '--flow-log', ONE));
    const [before = '', after = ''] = [out, emulator.flowLog(ONE).tags[TAG] ?? ''].map(
      (text) => /until (\S+?)(?: |;|$)/.exec(text)?.[1],
    );
    expect(after).toBe(before);
    expect(out).toMatch(/override by netops until \S+ \(was Active until \S+\)/);
  });

  it('needs no user with a name, as in a container', async () => {
    const { run, emulator } = await emulatedCloud();
    const nameless = vi.spyOn(user, 'name').mockImplementation(() => {
      throw new Error('uv_os_get_passwd returned ENOENT');
    });
    try {
      expect((await run(...set('--status', 'Active', '--for', '2h', '--all'))).status).toBe(0);
      expect(nameless).toHaveBeenCalled();
      expect(emulator.flowLog(ONE).tags[TAG]).toMatch(/^Active until \S+$/);
    } finally {
      nameless.mockRestore();
    }
  });

  it.each([
    ['2026-11-23T18:00', '2026-11-23T18:00:00+08:00'],
    ['2026-11-24', '2026-11-24T00:00:00+08:00'],
    ['2026-11-23T10:00Z', '2026-11-23T18:00:00+08:00'],
  ])("takes an end without an offset in the config's zone, as --at does: %s", async (until, end) => {
    vi.useFakeTimers({ now: Date.parse('2026-11-23T00:00:00Z'), toFake: ['Date'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { run, emulator } = await emulatedCloud({ modifyingMs: 0 });
    const given = await run(...set('--status', 'Active', '--until', until, '--flow-log', ONE));
    expect(given).toMatchObject({ status: 0, err: '' });
    expect(emulator.flowLog(ONE).tags[TAG]).toBe(`Active until ${end}; by=netops`);
  });

  it('--json prints the answer alone', async () => {
    const { run } = await emulatedCloud();
    const { out } = await run(...set('--status', 'Inactive', '--for', '2h', '--flow-log', ONE, '--json'));
    expect(JSON.parse(out)).toMatchObject({
      action: 'override',
      ok: true,
      flowLogs: [{ flowLogId: ONE, desired: 'Inactive', outcome: 'confirmed', override: { by: 'netops' } }],
    });
  });
});

describe('wrong usage is told, status 2, and nothing is sent', () => {
  const HOLD = ['--status', 'Active'];
  it.each([
    [set(...HOLD, '--all'), 'say how long: one of --for LENGTH and --until INSTANT'],
    [set(...HOLD, '--all', '--for', '2h', '--until', 'next-transition'), 'say how long: '],
    [set(...HOLD, '--for', '2h'), 'say which: --flow-log ID..., or --all, or any of --region, '],
    [
      set(...HOLD, '--for', '2h', '--all', '--flow-log', ONE),
      'say which: --flow-log ID..., or --all, or any of --region, ',
    ],
    [clear(), 'say which: --flow-log ID..., or --all, or any of --region, '],
    [set(...HOLD, '--for', '2h', '--all', '--region', 'cn-hangzhou'), 'say which: '],
    [set(...HOLD, '--for', '2h', '--tag', 'env'), 'Expected KEY=VALUE such as env=prod.'],
    [set(...HOLD, '--for', '2h', '--schedule', 'nevr'), 'has "nevr"; did you mean "never"?'],
    [set(...HOLD, '--for', 'soon', '--all'), 'for: '],
    [
      set(...HOLD, '--until', '2026-11-23 6 pm', '--all'),
      'Expected next-transition, or an ISO date or time such as',
    ],
    [set(...HOLD, '--until', '2020-01-01T00:00:00Z', '--all'), 'until: lies in the past'],
    [set(...HOLD, '--for', '8d', '--all'), 'the override would be longer than limits.maxOverride, 7d'],
    [
      set(...HOLD, '--for', '2h', '--flow-log', 'flowlog-m5evbtbptexample8'),
      'the config has no flow log "flowlog-m5evbtbptexample8"; did you mean "flowlog-m5evbtbptexample1"?',
    ],
    [clear('--flow-log', 'other'), 'the config has no flow log "other"'],
    [set(...HOLD, '--for', '2h', '--all', '--reason', 'x'.repeat(100)), 'by and reason: too long by '],
  ])('%j', async (args, message) => {
    const { run, actions } = await emulatedCloud();
    const { status, out, err } = await run(...args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(/^error: /);
    expect(err).toContain(message);
    expect(actions()).toEqual([]);
  });

  it.each([set(...HOLD, '--for', '2h', '--all'), clear('--all'), LIST])(
    'an endpoint in clear: %s %s',
    async (...args) => {
      const { env, actions } = await emulatedCloud();
      const { status, err } = await commandLine(args, { ...env, CBN_ENDPOINT: 'http://example.com' });
      expect(status).toBe(2);
      expect(err).toContain('CBN_ENDPOINT is plain http to example.com');
      expect(actions()).toEqual([]);
    },
  );
});

describe('override list', () => {
  it('tells what it could not read, and is a no then', async () => {
    const { run, emulator } = await emulatedCloud();
    emulator.setFault(({ params }) =>
      params.RegionId === 'cn-hangzhou' ? { kind: 'error', code: 'Forbidden.RAM' } : undefined,
    );
    const { status, out, err } = await run(...LIST);
    expect({ status, out }).toEqual({
      status: 1,
      out: 'no override was found, but not every flow log could be read\n',
    });
    expect(err).toMatch(new RegExp(`^${ONE}: Forbidden\\.RAM: .*\\n$`));
  });

  it('says once what went wrong alike for several flow logs', async () => {
    const { run, emulator } = await emulatedCloud();
    emulator.setFault(() => ({ kind: 'error', code: 'InternalError', httpStatus: 400 }));
    const { status, err } = await run(...LIST);
    expect(status).toBe(1);
    expect(err).toMatch(new RegExp(`^${ONE}, ${TWO}: InternalError: .* \\(request [\\w-]+, [\\w-]+\\)\\n$`));
  });

  it('tells a selector that could not be read, and is a no then', async () => {
    const { run, emulator } = await emulatedCloud();
    emulator.setFault(({ params }) =>
      params.RegionId === 'cn-hangzhou' ? { kind: 'error', code: 'Forbidden.RAM' } : undefined,
    );
    const { status, out, err } = await run('override', 'list', '--config', SELECTING, '--json');
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ overrides: [] });
    expect(err).toMatch(/^error: \S+: .*Forbidden\.RAM|^error: Forbidden\.RAM: /m);
  });

  it('is a no when nothing was read, since more is selected than may be', async () => {
    const { run } = await emulatedCloud();
    const { status, out, err } = await run('override', 'list', '--config', TOO_MANY);
    expect({ status, out }).toEqual({
      status: 1,
      out: 'no override was found, but not every flow log could be read\n',
    });
    expect(err).toMatch(/^error: TooManyFlowLogs: 3 flow logs are selected/);
  });

  it('warns of a tag that it cannot read', async () => {
    const flowLog = { flowLogId: ONE, regionId: 'cn-hangzhou', tags: { [TAG]: 'until tomorrow' } };
    const other = { flowLogId: TWO, regionId: 'cn-shanghai' };
    const key = { accessKeyId: 'emulator-access-key-id', accessKeySecret: 'emulator-access-key-secret' };
    const { run } = await emulatedCloud({
      accounts: [{ accountId: '1', accessKeys: [key], flowLogs: [flowLog, other] }],
    });
    const { status, out } = await run(...LIST);
    expect(status).toBe(0);
    expect(out).toMatch(/^no override is in force\nwarning: .*flowlog-m5evbtbptexample1/);
  });
});
