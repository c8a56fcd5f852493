import { afterEach, describe, expect, it } from 'vitest';
import type { Command } from '../../lib/reconcile/command.ts';
import type { FlowLogs } from '../../lib/reconcile/ports.ts';
import { type RunRequest, reconcile } from '../../lib/reconcile/reconcile.ts';
import { ANNOUNCED } from '../../lib/schedule/china-announced.ts';
import { virtualClock } from '../support/virtual-clock.ts';
import {
  configFor,
  resultOf,
  run,
  WORLDS,
  type World,
  type WorldCall,
  type WorldOptions,
  warningsOf,
} from '../support/world.ts';

const SHANGHAI = 'cn-shanghai';
const TAG = 'flow-log-scheduler:override';
const hold = {
  action: 'override',
  status: 'Active',
  end: { kind: 'for', ms: 3_600_000 },
  by: null,
  reason: null,
} as const;
const holdFor = (...flowLogs: readonly string[]): Command => ({ ...hold, flowLogs });

/** `a` is listed by its ID; those of Shanghai are selected by their region. */
const keys = {
  flowLogs: [
    { select: { regionId: SHANGHAI }, schedule: 'on' },
    { flowLogId: 'a', service: 'cen', regionId: 'cn-hangzhou', schedule: 'on' },
  ],
};
const flowLogs = [
  { flowLogId: 'a' },
  { flowLogId: 'of-others' },
  { flowLogId: 's1', regionId: SHANGHAI },
  { flowLogId: 's2', regionId: SHANGHAI },
];
const AS_FOUND = { a: 'Inactive', 'of-others': 'Inactive', s1: 'Inactive', s2: 'Inactive' };

/** Which flow logs a run is about, the same whatever is behind the port. */
describe.each(WORLDS)('a run %s', (_name, createWorld) => {
  let world: World | undefined;
  afterEach(async () => {
    await world?.close();
    world = undefined;
  });
  const create = async (options: WorldOptions = { flowLogs }) => {
    world = await createWorld(options);
    return world;
  };

  describe('with a selector', () => {
    it('is about what it selects too, in the order of the config', async () => {
      const present = await create();
      const report = await run(present, [], { keys });
      expect(report.flowLogs.map(({ flowLogId, outcome }) => [flowLogId, outcome])).toEqual([
        ['s1', 'confirmed'],
        ['s2', 'confirmed'],
        ['a', 'confirmed'],
      ]);
      expect(report).toMatchObject({ ok: true, error: null, dryRun: false });
      expect(report.statuses).toEqual({ active: 3, inactive: 0 });
      expect(present.statuses()).toEqual({
        a: 'Active',
        'of-others': 'Inactive',
        s1: 'Active',
        s2: 'Active',
      });
    });

    it('touches nothing when more are selected than limits allow, and says so', async () => {
      const present = await create();
      const report = await run(present, [], { keys, limits: { maxFlowLogs: 2 } });
      expect(report).toMatchObject({
        ok: false,
        flowLogs: [],
        statuses: null,
        error: {
          code: 'TooManyFlowLogs',
          message: expect.stringMatching(
            /^3 flow logs are selected, limits\.maxFlowLogs is 2, so nothing was touched; narrow the selectors/,
          ),
        },
      });
      expect(present.statuses()).toEqual(AS_FOUND);
    });

    it('counts what it does not override too', async () => {
      const present = await create();
      const report = await run(present, [], { keys, limits: { maxFlowLogs: 2 }, request: holdFor('s2') });
      expect(report.error?.code).toBe('TooManyFlowLogs');
      expect(present.tagCalls()).toEqual([]);
    });

    it('may select exactly as many as limits allow', async () => {
      const report = await run(await create(), [], { keys, limits: { maxFlowLogs: 3 } });
      expect(report).toMatchObject({ ok: true, summary: { confirmed: 3 } });
    });

    it('overrides those alone that are named', async () => {
      const present = await create();
      const report = await run(present, [], { keys, request: holdFor('s2') });
      expect(report.flowLogs.map(({ flowLogId }) => flowLogId)).toEqual(['s2']);
      expect(report).toMatchObject({ ok: true, action: 'override', dryRun: false, statuses: null });
      expect(present.statuses()).toEqual({ ...AS_FOUND, s2: 'Active' });
    });

    it('touches nothing when one is named that nothing selects', async () => {
      const present = await create();
      const report = await run(present, [], { keys, request: holdFor('s2', 'ghost') });
      expect(report).toMatchObject({
        ok: false,
        flowLogs: [],
        statuses: null,
        error: { code: 'InvalidEvent', requestId: null },
      });
      expect(report.error?.message).toMatch(/the config has no flow log "ghost"\. Nothing was touched$/);
      expect([present.statuses(), present.tagCalls()]).toEqual([AS_FOUND, []]);
    });

    it('whose region cannot be listed goes on with the others, and says which is not known', async () => {
      const present = await create();
      present.setFaults(({ regionId, kind }) =>
        kind === 'list' && regionId === SHANGHAI ? { kind: 'refused', code: 'NoPermission' } : undefined,
      );
      const report = await run(present, [], { keys, request: holdFor('a', 's1') });
      expect(report.flowLogs.map(({ flowLogId, outcome }) => [flowLogId, outcome])).toEqual([
        ['a', 'confirmed'],
      ]);
      expect(report).toMatchObject({ ok: false, summary: { failed: 0 }, error: { code: 'NoPermission' } });
      expect(report.error?.message).toMatch(
        /^flowLogs\[0\]: the flow logs of cn-shanghai could not be listed.*; flowLogIds: .*no flow log "s1"/,
      );
    });

    it('tells of every region that cannot be listed', async () => {
      const present = await create();
      present.setFaults(({ kind }) =>
        kind === 'list' ? { kind: 'refused', code: 'NoPermission' } : undefined,
      );
      const both = [...keys.flowLogs, { select: { regionId: 'cn-beijing' }, schedule: 'on' }];
      const report = await run(present, [], { keys: { flowLogs: both } });
      const told = (region: string) =>
        `the flow logs of ${region} could not be listed, so none is selected: `;
      const [first = '', second = '', ...others] = report.error?.message.split('; flowLogs') ?? [];
      expect(first).toContain(`flowLogs[0]: ${told(SHANGHAI)}`);
      expect(second).toContain(`[2]: ${told('cn-beijing')}`);
      expect(others).toEqual([]);
      expect(second).toMatch(/so none is selected: [^;]+$/);
    });
  });

  describe('that overrides flow logs by what they have in common', () => {
    const ANY = { regionId: null, schedule: null, account: null, tags: {} };
    const holdBy = (filter: object): Command => ({ ...hold, flowLogs: { ...ANY, ...filter } });
    const PROD = { env: 'prod' };
    const tagged = [
      { flowLogId: 'a', tags: PROD },
      { flowLogId: 'b', tags: { env: 'dev' } },
      { flowLogId: 's1', regionId: SHANGHAI, tags: PROD },
    ];
    const entries = ['a', 'b', { flowLogId: 's1', regionId: SHANGHAI, schedule: 'off' as const }];
    const OFF = { a: 'Inactive', b: 'Inactive', s1: 'Inactive' };

    it.each<[string, object, readonly string[]]>([
      ['a region', { regionId: SHANGHAI }, ['s1']],
      ['a schedule', { schedule: 'on' }, ['a', 'b']],
      ['a tag', { tags: PROD }, ['a', 's1']],
      ['a tag and a region', { tags: PROD, regionId: 'cn-hangzhou' }, ['a']],
      ['several tags', { tags: { ...PROD, team: 'x' } }, []],
    ])('takes those with %s', async (_, filter, expected) => {
      const present = await create({ flowLogs: tagged });
      const report = await run(present, entries, { request: holdBy(filter) });
      expect(report.flowLogs.map(({ flowLogId }) => flowLogId)).toEqual(expected);
      expect(report.ok).toBe(expected.length > 0);
      expect(present.statuses()).toEqual({
        ...OFF,
        ...Object.fromEntries(expected.map((flowLogId) => [flowLogId, 'Active'])),
      });
      expect(
        present
          .tagCalls()
          .flatMap(({ flowLogIds }) => flowLogIds)
          .sort(),
      ).toEqual(expected);
    });

    it('touches nothing when none is so, and says so', async () => {
      const present = await create({ flowLogs: tagged });
      const report = await run(present, entries, { request: holdBy({ tags: { env: 'test' } }) });
      expect(report.error).toMatchObject({
        code: 'InvalidEvent',
        message: 'select: no flow log of the config has all of this. Nothing was touched',
      });
      expect(report.statuses).toBeNull();
    });

    it('takes what select entries pick, too', async () => {
      const present = await create({ flowLogs: tagged });
      const report = await run(present, [], { keys, request: holdBy({ tags: PROD }) });
      expect(report.flowLogs.map(({ flowLogId }) => flowLogId)).toEqual(['s1', 'a']);
      const none = await run(present, [], {
        keys,
        request: holdBy({ regionId: SHANGHAI, tags: { env: 'dev' } }),
      });
      expect(none).toMatchObject({ ok: false, flowLogs: [], error: { code: 'InvalidEvent' } });
    });

    it('leaves a region alone whose tags cannot be read, says so, and does the others', async () => {
      const present = await create({ flowLogs: tagged });
      present.setFaults(({ regionId, kind }) =>
        kind === 'list' && regionId === SHANGHAI ? { kind: 'refused', code: 'NoPermission' } : undefined,
      );
      const report = await run(present, entries, { request: holdBy({ tags: PROD }) });
      expect(report).toMatchObject({ ok: false, error: { code: 'NoPermission' } });
      expect(report.error?.message).toMatch(
        /^select\.tags: the flow logs of cn-shanghai could not be listed, so none is selected: /,
      );
      expect(present.statuses()).toEqual({ ...OFF, a: 'Active' });
    });

    it('again extends, and says what it takes the place of', async () => {
      const present = await create({ flowLogs: tagged });
      const [first] = (await run(present, entries, { request: holdBy({ schedule: 'on' }) })).flowLogs;
      expect(first?.reason).not.toContain('(was');
      const longer = { ...holdBy({ schedule: 'on' }), end: { kind: 'for', ms: 2 * 3_600_000 } } as const;
      const [again] = (await run(present, entries, { request: longer as Command })).flowLogs;
      expect(again?.reason).toMatch(/^override until \S+ \(was Active until \S+\)$/);
      expect(again?.override?.until).toBeGreaterThan(first?.override?.until ?? Number.NaN);
    });
  });

  it('says which flow logs of the listed regions are in no entry', async () => {
    const report = await run(await create(), ['a']);
    expect(report.notInConfig.map(({ flowLog }) => flowLog.flowLogId)).toEqual(['of-others']);
  });

  it('without a selector lists and overrides those alone that are named', async () => {
    const present = await create();
    const entries = ['a', { flowLogId: 's1', regionId: SHANGHAI }];
    const listed = new Set<string>();
    present.setFaults(({ kind, regionId }) => {
      if (kind === 'list') listed.add(regionId);
      return undefined;
    });
    const report = await run(present, entries, { request: holdFor('a') });
    expect(report.flowLogs.map(({ flowLogId }) => flowLogId)).toEqual(['a']);
    expect(report).toMatchObject({ ok: true, statuses: null, warnings: [], notInConfig: [] });
    expect(present.statuses()).toEqual({ ...AS_FOUND, a: 'Active' });
    expect([...listed]).toEqual(['cn-hangzhou']);
    expect(present.tagCalls().map(({ flowLogIds }) => flowLogIds)).toEqual([['a']]);
  });

  it('leaves a flow log that is listed twice alone, with what is said twice as the reason', async () => {
    const present = await create();
    const report = await run(present, [{ flowLogId: 'a', schedule: 'office' }, 'a']);
    expect(resultOf(report, 'a')).toMatchObject({
      desired: null,
      reason: expect.stringMatching(/^a is listed 2 times/),
      nextTransition: null,
      error: { code: 'ListedTwice' },
    });
    expect(present.toggles()).toEqual([]);
  });

  const OVERRIDING = [
    ['set', holdFor('a'), {}],
    [
      'cleared',
      { action: 'clear-override', flowLogs: ['a'] } as const,
      { [TAG]: 'Active until 2026-11-23T09:00:00Z' },
    ],
  ] as const;
  const tagging = ({ kind }: WorldCall) => kind === 'tag' || kind === 'untag';

  it.each(OVERRIDING)('whose override was %s without an answer is read back', async (what, request, tags) => {
    const present = await create({ flowLogs: [{ flowLogId: 'a', tags }] });
    present.setFaults((call) => (tagging(call) ? { kind: 'lost-after' } : undefined));
    const report = await run(present, [{ flowLogId: 'a', schedule: 'off' }], { request });
    expect(resultOf(report, 'a')).toMatchObject({
      error: null,
      desired: what === 'set' ? 'Active' : 'Inactive',
    });
  });

  it.each(OVERRIDING)(
    'whose override may or may not have been %s says so, when it cannot be read',
    async (_, request, tags) => {
      const present = await create({ flowLogs: [{ flowLogId: 'a', tags }] });
      present.setFaults((call) => {
        if (tagging(call)) return { kind: 'lost-after' };
        return call.kind === 'list' && call.count > 1 ? { kind: 'refused', code: 'NoPermission' } : undefined;
      });
      const report = await run(present, [{ flowLogId: 'a', schedule: 'off' }], { request });
      expect(resultOf(report, 'a').error).toMatchObject({
        code: 'ECONNRESET',
        message: expect.stringMatching(
          /; its override may or may not have been changed; \{"action": "status"\} tells$/,
        ),
      });
    },
  );

  it.each(OVERRIDING)('whose override was told to be %s, and is not, fails', async (what, request, tags) => {
    const present = await create({ flowLogs: [{ flowLogId: 'a', tags }] });
    present.setFaults((call) => (tagging(call) ? { kind: 'ignored' } : undefined));
    const report = await run(present, [{ flowLogId: 'a', schedule: 'off' }], { request });
    const told =
      what === 'set'
        ? `there is no tag ${TAG} now`
        : `tag ${TAG} holds "Active until 2026-11-23T09:00:00Z" now`;
    expect(resultOf(report, 'a')).toMatchObject({
      desired: what === 'set' ? 'Inactive' : 'Active',
      error: {
        code: 'OverrideNotConfirmed',
        message: `CEN accepted ${what === 'set' ? 'the override' : 'to clear the override'} of a, but ${told}; try again`,
      },
    });
    expect(present.toggles()).toEqual([]);
  });

  it.each(OVERRIDING)('whose override was %s, but cannot be read back, fails', async (_, request, tags) => {
    const present = await create({ flowLogs: [{ flowLogId: 'a', tags }] });
    present.setFaults(({ kind, count }) =>
      kind === 'list' && count > 1 ? { kind: 'refused', code: 'NoPermission' } : undefined,
    );
    const report = await run(present, [{ flowLogId: 'a', schedule: 'off' }], { request });
    expect(resultOf(report, 'a').error).toMatchObject({
      code: 'NoPermission',
      message: expect.stringMatching(/^CEN accepted .*the override of a, but reading back failed: /),
    });
    expect(present.toggles()).toEqual([]);
  });

  it('does not wait long for the override of another one that does not show', async () => {
    const present = await create({ flowLogs: [{ flowLogId: 'a' }, { flowLogId: 'b' }] });
    const entries = [
      { flowLogId: 'a', schedule: 'off' },
      { flowLogId: 'b', schedule: 'off' },
    ] as const;
    const world: World = {
      ...present,
      flowLogs: () => {
        const port = present.flowLogs();
        return {
          ...port,
          tag: (region, ids, ...tag) =>
            port.tag(
              region,
              ids.filter((id) => id !== 'b'),
              ...tag,
            ),
        };
      },
    };
    const report = await run(world, entries, { request: holdFor('a', 'b') });
    expect(resultOf(report, 'a')).toMatchObject({ outcome: 'confirmed', error: null });
    expect(resultOf(report, 'b').error?.code).toBe('OverrideNotConfirmed');
    expect(report.durationMs).toBeLessThan(25_000);
    const short = await run(world, entries, { request: holdFor('a', 'b'), timeMs: 8_000 });
    expect(resultOf(short, 'a')).toMatchObject({ outcome: 'unchanged', error: null });
    expect(short.durationMs).toBeLessThan(4_000);
  });

  it('that is deleted while its override is set is told to be gone', async () => {
    const present = await create({ flowLogs: [{ flowLogId: 'a' }, { flowLogId: 'b' }] });
    present.setFaults((call) => {
      if (call.kind === 'list' && call.count === 2) present.remove('b');
      return undefined;
    });
    const report = await run(present, [{ flowLogId: 'a', schedule: 'off' }, 'b'], {
      request: holdFor('a', 'b'),
    });
    expect(resultOf(report, 'a')).toMatchObject({ outcome: 'confirmed', error: null });
    expect(resultOf(report, 'b').error).toMatchObject({
      code: 'FlowLogNotFound',
      message: 'CEN accepted the override of b, but it is not listed any more; was it deleted meanwhile?',
    });
    expect(report.durationMs).toBeLessThan(25_000);
  });

  it('whose override was refused is not waited for', async () => {
    const present = await create({ flowLogs: [{ flowLogId: 'a' }] });
    present.setFaults(({ kind }) => (kind === 'tag' ? { kind: 'refused', code: 'NoPermission' } : undefined));
    const report = await run(present, [{ flowLogId: 'a', schedule: 'off' }], { request: holdFor('a') });
    expect(resultOf(report, 'a').error?.code).toBe('NoPermission');
    expect(present.listings()).toBe(1);
  });

  it('whose override holds another end than was asked for is not confirmed', async () => {
    const present = await create({ flowLogs: [{ flowLogId: 'a' }] });
    const world: World = {
      ...present,
      flowLogs: () => {
        const port = present.flowLogs();
        const other = 'Active until 2026-11-23T00:30:00Z';
        return {
          ...port,
          tag: (region, ids, key, _value, limits) => port.tag(region, ids, key, other, limits),
        };
      },
    };
    const report = await run(world, [{ flowLogId: 'a', schedule: 'off' }], { request: holdFor('a') });
    expect(resultOf(report, 'a').error).toMatchObject({ code: 'OverrideNotConfirmed', requestId: null });
    expect(present.toggles()).toEqual([]);
  });

  it('that is missing from one listing only is waited for', async () => {
    const present = await create({ flowLogs: [{ flowLogId: 'a' }] });
    let listings = 0;
    const world: World = {
      ...present,
      flowLogs: () => {
        const port = present.flowLogs();
        const list = async (...scope: Parameters<typeof port.list>) => {
          listings += 1;
          return listings === 2 ? new Map() : port.list(...scope);
        };
        return { ...port, list };
      },
    };
    const report = await run(world, [{ flowLogId: 'a', schedule: 'off' }], { request: holdFor('a') });
    expect(resultOf(report, 'a')).toMatchObject({ outcome: 'confirmed', error: null });
  });

  it('whose override could not be read in time says so', async () => {
    const present = await create({ flowLogs: [{ flowLogId: 'a' }] });
    const world: World = {
      ...present,
      flowLogs: () => {
        const port = present.flowLogs();
        const tag = async (...tagging: Parameters<typeof port.tag>) => {
          await port.tag(...tagging);
          await present.clock.sleep(9_000);
        };
        return { ...port, tag };
      },
    };
    const request = holdFor('a');
    const report = await run(world, [{ flowLogId: 'a', schedule: 'off' }], { request, timeMs: 8_000 });
    expect(resultOf(report, 'a').error).toMatchObject({
      code: 'OverrideNotConfirmed',
      message:
        "CEN accepted the override of a, but the run's time ended before it could be read back; try again",
    });
  });

  it('whose override is read once in the shortest of runs', async () => {
    const present = await create({ flowLogs: [{ flowLogId: 'a' }] });
    const request = holdFor('a');
    const report = await run(present, [{ flowLogId: 'a', schedule: 'off' }], { request, timeMs: 900 });
    expect(present.tags()).toMatchObject({ a: { [TAG]: expect.any(String) } });
    expect(resultOf(report, 'a').error).toBeNull();
  });

  it('whose override shows late is waited for', async () => {
    const present = await create({ flowLogs: [{ flowLogId: 'a' }] });
    let lists = 0;
    present.setFaults(({ kind }) => {
      if (kind === 'list') lists += 1;
      return kind === 'list' && lists > 1 && lists < 5
        ? { kind: 'refused', code: 'ServiceUnavailable' }
        : undefined;
    });
    const report = await run(present, [{ flowLogId: 'a', schedule: 'off' }], { request: holdFor('a') });
    expect(resultOf(report, 'a')).toMatchObject({ outcome: 'confirmed', error: null });
  });

  it('whose override was set by two people otherwise tells the one who lost', async () => {
    const present = await create({ flowLogs: [{ flowLogId: 'a' }] });
    const entries = [{ flowLogId: 'a', schedule: 'off' }] as const;
    const [own, other] = await Promise.all([
      run(present, entries, { request: holdFor('a') }),
      run(present, entries, { request: { ...hold, flowLogs: ['a'], status: 'Inactive' } }),
    ]);
    const codes = [own, other].map((report) => resultOf(report, 'a').error?.code);
    expect(codes.filter((code) => code === 'OverrideNotConfirmed')).toHaveLength(1);
  });

  it('whose override was refused is in no doubt', async () => {
    const present = await create();
    present.setFaults(({ kind }) => (kind === 'tag' ? { kind: 'refused', code: 'NoPermission' } : undefined));
    const report = await run(present, ['a'], { request: holdFor('a') });
    expect(resultOf(report, 'a').error?.message).not.toContain('may or may not');
  });

  it('that cannot replace an override writes none', async () => {
    const tags = { [TAG]: 'Active until 2026-11-23T09:00:00Z' };
    const present = await create({ flowLogs: [{ flowLogId: 'a', status: 'Active', tags }] });
    const request = { ...holdFor('a'), end: { kind: 'next-transition' } } as Command;
    const report = await run(present, [{ flowLogId: 'a', schedule: 'off' }], { request });
    expect(resultOf(report, 'a')).toMatchObject({
      error: { code: 'InvalidOverride' },
      override: { until: Date.parse('2026-11-23T09:00:00Z') },
    });
    expect(present.tagCalls()).toEqual([]);
  });

  it('that clears an override that has ended removes it, and warns of nothing', async () => {
    const tags = { [TAG]: 'Active until 2026-11-22T09:00:00Z' };
    const present = await create({ flowLogs: [{ flowLogId: 'a', tags }] });
    const report = await run(present, [{ flowLogId: 'a', schedule: 'off' }], {
      request: { action: 'clear-override', flowLogs: 'all' },
    });
    expect(report).toMatchObject({ ok: true, warnings: [] });
    expect(present.tags()).toEqual({ a: {} });
  });

  it('warns 30 days before the knowledge of a calendar ends, and not before', async () => {
    const present = await create();
    const end = Date.UTC(Math.max(...Object.keys(ANNOUNCED).map(Number)) + 1, 0, 1);
    const schedules = {
      on: { calendar: 'china', windows: [{ days: 'workdays', from: '08:00', to: '20:00' }] },
    };
    const warningsAt = async (at: number) =>
      warningsOf(
        await run(present, ['a'], { keys: { schedules }, request: { at, dryRun: true } as RunRequest }),
      );
    const DAY = 86_400_000;
    expect(await warningsAt(end - 31 * DAY)).toEqual([]);
    expect(await warningsAt(end - 29 * DAY)).toEqual([expect.stringMatching(/china/)]);
  });
});

describe('a region', () => {
  const times = { now: () => 0, monotonic: () => 1_000, sleep: async () => {} };
  const rest = { apiCalls: () => 0, clock: times, endsAt: 11_000, newId: () => 'run' };
  const flowLogOf = (flowLogId: string, regionId: string) => ({
    ...{ flowLogId, name: '', regionId, cenId: 'cen-1', status: 'Inactive', intervalSeconds: null },
    ...{
      transitRouterId: null,
      isTransient: false,
      resourceId: null,
      logstore: null,
      tags: {},
      readAt: 1_000,
    },
  });
  const never = async () => {
    throw new Error('not asked for');
  };

  it('that is listed goes on before another one is', async () => {
    let release = () => {};
    const activated = new Promise<void>((resolve) => {
      release = resolve;
    });
    const list = async ({ regionId }: { readonly regionId: string }) => {
      if (regionId === SHANGHAI) await activated;
      return new Map([[regionId, flowLogOf(regionId, regionId)]]);
    };
    const activate = async ({ regionId }: { readonly regionId: string }) => {
      if (regionId === 'cn-hangzhou') release();
      return { requestId: null, attempts: 1 };
    };
    const entries = [SHANGHAI, 'cn-hangzhou'].map((regionId) => ({ flowLogId: regionId, regionId }));
    const flowLogs = () => ({ list, activate, deactivate: never, tag: never, untag: never });
    const request = { action: 'reconcile', dryRun: false, at: 0 } as const;
    const config = configFor(entries, { settleTimeout: '1s' });
    const clock = virtualClock();
    const report = await reconcile(config, request, {
      ...rest,
      clock,
      endsAt: clock.monotonic() + 10_000,
      flowLogs,
    });
    expect(report.flowLogs.map(({ action }) => action)).toEqual(['activate', 'activate']);
  });

  it('is not said to be looked at for a trial when the status is asked for', async () => {
    const flowLogs = () => ({
      ...{ list: async () => new Map(), activate: never, deactivate: never, tag: never, untag: never },
    });
    const report = await reconcile(configFor(['a']), { action: 'status', at: 0 }, { ...rest, flowLogs });
    expect(report.dryRun).toBe(false);
  });
});

describe('listing', () => {
  /** The time that each thing that lists or changes is given. */
  async function timesOf(file: object): Promise<readonly number[]> {
    const times: number[] = [];
    await reconcile(
      configFor([], {}, file),
      { action: 'reconcile', dryRun: true, at: 0 },
      {
        flowLogs: () => {
          const never = async () => {
            throw new Error('not asked for');
          };
          const list: FlowLogs['list'] = async (_scope, { time }) => {
            times.push(time.remainingMs());
            return new Map();
          };
          return { list, activate: never, deactivate: never, tag: never, untag: never };
        },
        apiCalls: () => 0,
        clock: { now: () => 0, monotonic: () => 1_000, sleep: async () => {} },
        endsAt: 11_000,
        newId: () => 'run',
      },
    );
    return times;
  }

  it('may take all of the time when nothing waits for it', async () => {
    expect(await timesOf({ flowLogs: keys.flowLogs.slice(1) })).toEqual([10_000]);
  });

  it('may take half of the time when every region waits for it', async () => {
    expect(await timesOf(keys)).toEqual([5_000, 5_000]);
  });
});
