import { afterEach, describe, expect, it } from 'vitest';
import { createBudget } from '../../lib/reconcile/budget.ts';
import { CloudError } from '../../lib/reconcile/cloud-error.ts';
import type { Command } from '../../lib/reconcile/command.ts';
import type { RunToggle } from '../../lib/reconcile/reconcile.ts';
import { CALL } from '../support/cloud-call.ts';
import { createInMemoryWorld } from '../support/in-memory-world.ts';
import {
  type Entry,
  resultOf,
  run,
  WORLDS,
  type World,
  type WorldOptions,
  warningsOf,
} from '../support/world.ts';

const TAG = 'flow-log-scheduler:override';
const HOUR = 3_600_000;
const PAST = 'Active until 2026-11-22T00:00:00Z';

const override = {
  action: 'override',
  status: 'Active',
  end: { kind: 'for', ms: HOUR },
  flowLogs: 'all',
  by: null,
  reason: null,
} as const satisfies Command;
const off = (flowLogId: string, more: Partial<Entry> = {}): Entry => ({
  flowLogId,
  schedule: 'off',
  ...more,
});
const numbered = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, index) => ({ flowLogId: `flowlog-${index + 1}`, ...more }));

/** The state of the world, the same whatever is behind the port. */
describe.each(WORLDS)('two overrides at the same time %s', (_name, createWorld) => {
  let world: World | undefined;
  afterEach(async () => {
    await world?.close();
    world = undefined;
  });
  const create = async (options: WorldOptions) => {
    world = await createWorld(options);
    return world;
  };

  it('leave one of them on each flow log, and it holds', async () => {
    const present = await create({ flowLogs: numbered(6), latencyMs: 20, concurrency: 2 });
    const entries = numbered(6).map(({ flowLogId }) => off(flowLogId));
    await Promise.all([
      run(present, entries, { request: { ...override, by: 'one' } }),
      run(present, entries, { request: { ...override, by: 'two' } }),
    ]);
    for (const tags of Object.values(present.tags())) {
      expect(Object.keys(tags)).toEqual([TAG]);
      expect(tags[TAG]).toMatch(/^Active until 2026-11-23T01:00:00Z; by=(one|two)$/);
    }
    const next = await run(present, entries);
    expect(next).toMatchObject({ ok: true, warnings: [] });
    expect(new Set(Object.values(present.statuses()))).toEqual(new Set(['Active']));
  });

  it('that contradict each other leave the one in force whose tag is there', async () => {
    const present = await create({ flowLogs: numbered(3), latencyMs: 20 });
    const entries = numbered(3).map(({ flowLogId }) => off(flowLogId));
    await Promise.all([
      run(present, entries, { request: override }),
      run(present, entries, { request: { ...override, status: 'Inactive' } }),
    ]);
    await present.clock.sleep(60_000);
    const report = await run(present, entries);
    expect(report.ok).toBe(true);
    for (const [flowLogId, tags] of Object.entries(present.tags())) {
      const [status] = `${tags[TAG]}`.split(' ');
      expect(['Active', 'Inactive']).toContain(status);
      expect(present.statuses()[flowLogId]).toBe(status);
    }
  });
});

describe('a run whose listing had to wait for another region', () => {
  const SHANGHAI = 'cn-shanghai';
  const keys = {
    flowLogs: [
      { flowLogId: 'a', service: 'cen', regionId: 'cn-hangzhou', schedule: 'off' },
      { select: { regionId: SHANGHAI }, schedule: 'off' },
    ],
  };
  const flowLogs = [
    { flowLogId: 'a', status: 'Active' },
    { flowLogId: 's', regionId: SHANGHAI },
  ];

  /** Shanghai takes so long to list; meanwhile something happens to `a`. */
  async function slowShanghai(ms: number, meanwhile: (world: World) => Promise<unknown>) {
    const world = await createInMemoryWorld({ flowLogs });
    let listed = false;
    const slow: World = {
      ...world,
      flowLogs: () => {
        const port = world.flowLogs();
        return {
          ...port,
          list: async (...listing) => {
            if (listing[0].regionId === SHANGHAI && !listed) {
              listed = true;
              await world.clock.sleep(ms);
              await meanwhile(world);
            }
            return port.list(...listing);
          },
        };
      },
    };
    return { world, report: await run(slow, [], { keys }) };
  }
  const setOverride = (world: World) =>
    world.flowLogs().tag('cn-hangzhou', ['a'], TAG, 'Active until 2026-11-23T12:00:00Z; by=netops', {
      time: createBudget(world.clock, Number.POSITIVE_INFINITY),
    });

  it('looks once more, and heeds an override that was set meanwhile', async () => {
    const { world, report } = await slowShanghai(4_000, setOverride);
    expect(report).toMatchObject({ ok: true, summary: { unchanged: 2 } });
    expect(world.statuses().a).toBe('Active');
    expect(world.listings()).toBe(3);
  });

  it('does not look again for a moment, nor where it was refused', async () => {
    const [brief, long] = [
      await slowShanghai(2_000, async () => {}),
      await slowShanghai(2_001, async () => {}),
    ];
    expect(long.world.listings() - brief.world.listings()).toBe(1);
    const refused = await slowShanghai(4_000, async (each) =>
      each.setFaults(({ kind }) => (kind === 'list' ? { kind: 'refused', code: 'NoPermission' } : undefined)),
    );
    expect(refused.report).toMatchObject({ ok: false });
    expect(refused.world.toggles()).toEqual([]);
    expect(refused.world.listings()).toBe(3);
  });
});

describe('setting overrides, of which one is never answered', () => {
  /** Every call about `hung` waits until its time is over; nothing comes of it. */
  async function breakGlass(count: number) {
    const world = await createInMemoryWorld({ flowLogs: [...numbered(count), { flowLogId: 'hung' }] });
    const hanging: World = {
      ...world,
      flowLogs: () => {
        const port = world.flowLogs();
        return {
          ...port,
          tag: async (region, ids, key, value, limits) => {
            if (!ids.includes('hung')) return port.tag(region, ids, key, value, limits);
            await limits.time.sleep(Number.POSITIVE_INFINITY);
            throw new CloudError('no answer', {
              ...CALL,
              code: 'RequestTimeout',
              effect: 'unknown',
              again: 'later',
            });
          },
        };
      },
    };
    const startedAt = world.clock.now();
    const sent = new Map<string, number>();
    const onToggle = ({ phase, flowLogId, at }: RunToggle) => {
      if (phase === 'sent') sent.set(flowLogId, at - startedAt);
    };
    const entries = [...numbered(count).map(({ flowLogId }) => off(flowLogId)), off('hung')];
    const report = await run(hanging, entries, { request: override, deps: { onToggle } });
    return { world, report, sent };
  }

  it.each([
    [20, 'of another call', 1_000],
    [19, 'of the same call', 6_000],
  ])('switches %i flow logs %s on at once', async (count, _whose, withinMs) => {
    const { world, report, sent } = await breakGlass(count);
    expect(report.summary).toMatchObject({ confirmed: count, failed: 1 });
    expect(resultOf(report, 'hung')).toMatchObject({
      status: 'Inactive',
      error: { code: 'RequestTimeout', message: expect.stringContaining('may or may not') },
    });
    expect(sent.size).toBe(count);
    expect(Math.max(...sent.values())).toBeLessThanOrEqual(withinMs);
    expect(world.statuses()).toMatchObject({ 'flowlog-1': 'Active', hung: 'Inactive' });
  });
});

describe('the call that sets an override', () => {
  it.each([
    ['sixteen seconds of a long run', 600_000, 16_000],
    ['a quarter of a short one', 8_000, 2_000],
  ])('has %s', async (_what, timeMs, ms) => {
    const world = await createInMemoryWorld({ flowLogs: [{ flowLogId: 'a' }] });
    const times: number[] = [];
    const timed: World = {
      ...world,
      flowLogs: () => {
        const port = world.flowLogs();
        return {
          ...port,
          tag: (region, ids, key, value, limits) => {
            times.push(limits.time.remainingMs());
            return port.tag(region, ids, key, value, limits);
          },
        };
      },
    };
    await run(timed, [off('a')], { request: override, timeMs });
    expect(times).toEqual([ms]);
  });
});

describe('setting overrides, of which one is answered late', () => {
  it('goes on with it as soon as a listing for others shows it', async () => {
    const world = await createInMemoryWorld({ flowLogs: [...numbered(20), { flowLogId: 'late' }] });
    const slow: World = {
      ...world,
      flowLogs: () => {
        const port = world.flowLogs();
        return {
          ...port,
          tag: async (region, ids, key, value, limits) => {
            await port.tag(region, ids, key, value, limits);
            if (!ids.includes('late')) return;
            await limits.time.sleep(Number.POSITIVE_INFINITY);
            throw new CloudError('no answer', { ...CALL, code: 'RequestTimeout', effect: 'unknown' });
          },
        };
      },
    };
    const startedAt = world.clock.now();
    const sent: number[] = [];
    const onToggle = ({ phase, flowLogId, at }: RunToggle) => {
      if (phase === 'sent' && flowLogId === 'late') sent.push(at - startedAt);
    };
    const entries = [...numbered(20), { flowLogId: 'late' }].map(({ flowLogId }) => off(flowLogId));
    const report = await run(slow, entries, { request: override, deps: { onToggle } });
    expect(report).toMatchObject({ ok: true, summary: { confirmed: 21 } });
    expect(sent).toEqual([500]);
  });
});

describe('removing overrides that ended', () => {
  it('keeps no flow log from being changed while it hangs', async () => {
    const world = await createInMemoryWorld({
      flowLogs: [{ flowLogId: 'a', status: 'Active', tags: { [TAG]: PAST } }, { flowLogId: 'b' }],
    });
    const hanging: World = {
      ...world,
      flowLogs: () => ({
        ...world.flowLogs(),
        untag: async (_region, _ids, _key, { time }) => {
          await time.sleep(Number.POSITIVE_INFINITY);
          throw new CloudError('no answer', {
            ...CALL,
            code: 'RequestTimeout',
            effect: 'unknown',
            again: 'later',
          });
        },
      }),
    };
    const report = await run(hanging, [off('a'), 'b'], { timeMs: 50_000 });
    expect(report).toMatchObject({ ok: true, summary: { confirmed: 2 } });
    expect(warningsOf(report)).toEqual(['a: its expired override could not be removed: no answer']);
    expect(world.statuses()).toEqual({ a: 'Inactive', b: 'Active' });
    expect(report.durationMs).toBeLessThanOrEqual(50_000);
  });

  it('leaves an override that was set since the run listed its flow logs', async () => {
    const world = await createInMemoryWorld({
      flowLogs: ['a', 'b'].map((flowLogId) => ({ flowLogId, tags: { [TAG]: PAST } })),
    });
    const fresh = 'Active until 2026-11-23T12:00:00Z; by=netops';
    let listings = 0;
    const busy: World = {
      ...world,
      flowLogs: () => {
        const port = world.flowLogs();
        return {
          ...port,
          list: async (...listing) => {
            const seen = await port.list(...listing);
            listings += 1;
            if (listings === 1) await port.tag('cn-hangzhou', ['a'], TAG, fresh, listing[1]);
            return seen;
          },
        };
      },
    };
    expect(await run(busy, [off('a'), off('b')])).toMatchObject({ ok: true, warnings: [] });
    expect(world.tags()).toEqual({ a: { [TAG]: fresh }, b: {} });
  });

  it('removes nothing that cannot be read once more, and nothing of what has gone', async () => {
    const world = await createInMemoryWorld({
      flowLogs: ['a', 'b'].map((flowLogId) => ({ flowLogId, tags: { [TAG]: PAST } })),
    });
    world.setFaults(({ kind, count }) =>
      kind === 'list' && count === 2 ? { kind: 'refused', code: 'NoPermission' } : undefined,
    );
    const report = await run(world, [off('a'), off('b')]);
    expect(report).toMatchObject({ ok: true, summary: { unchanged: 2 } });
    expect(warningsOf(report)).toEqual([
      expect.stringMatching(/^a: its expired override could not be removed: /),
      expect.stringMatching(/^b: its expired override could not be removed: /),
    ]);
    world.setFaults(({ kind, count }) => {
      if (kind === 'list' && count === 4) world.remove('b');
      return undefined;
    });
    expect(await run(world, [off('a'), off('b')])).toMatchObject({ ok: true, warnings: [] });
    expect(world.tagCalls().map(({ flowLogIds }) => flowLogIds)).toEqual([['a']]);
  });

  it('throws what is no answer of a cloud service', async () => {
    const world = await createInMemoryWorld({
      flowLogs: [{ flowLogId: 'a', tags: { [TAG]: PAST } }],
    });
    const mistake = new TypeError('undefined is not a function');
    const broken: World = {
      ...world,
      flowLogs: () => ({ ...world.flowLogs(), untag: () => Promise.reject(mistake) }),
    };
    await expect(run(broken, ['a'])).rejects.toBe(mistake);
  });
});
