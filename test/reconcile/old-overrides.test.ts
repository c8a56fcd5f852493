import { describe, expect, it } from 'vitest';
import type { Command } from '../../lib/reconcile/command.ts';
import { createInMemoryWorld } from '../support/in-memory-world.ts';
import { HELD, ids, inactive, runWhile, TAG } from '../support/run-while.ts';
import { resultOf, run, type World, warningsOf } from '../support/world.ts';

describe('what another person undid', () => {
  it('is not blamed on CEN', async () => {
    const { report } = await runWhile(
      { flowLogs: inactive(1) },
      async (present) =>
        present.setFaults(({ kind }) => {
          if (kind !== 'activate') return undefined;
          present.setTags('flowlog-1', HELD);
          return { kind: 'undone', afterMs: 1_000 };
        }),
      { limits: { settleTimeout: '20s' } },
    );
    expect(resultOf(report, 'flowlog-1')).toMatchObject({
      observed: 'Inactive',
      desired: 'Inactive',
      action: 'none',
      outcome: 'unchanged',
      error: null,
    });
  });
});

describe('an override that is cleared', () => {
  const ACTIVE = { [TAG]: 'Active until 2026-11-23T12:00:00Z; by=netops' };
  const clearedAfter = (ms: number) =>
    runWhile(
      { flowLogs: [{ flowLogId: 'flowlog-1', tags: ACTIVE }], modifyingMs: 1_500 },
      async (present) => {
        await present.clock.sleep(ms);
        present.setTags('flowlog-1', {});
      },
      { entries: [{ flowLogId: 'flowlog-1', schedule: 'off' }] },
    );

  it('while a change for it is under way has that change undone, after a second look', async () => {
    const { world, report, events } = await clearedAfter(600);
    expect(world.statuses()).toEqual({ 'flowlog-1': 'Inactive' });
    expect(resultOf(report, 'flowlog-1')).toMatchObject({ action: 'deactivate', outcome: 'confirmed' });
    expect(events.map(({ phase, action, outcome }) => [phase, action, outcome])).toEqual([
      ['sent', 'activate', null],
      ['settled', 'activate', 'confirmed'],
      ['sent', 'deactivate', null],
      ['settled', 'deactivate', 'confirmed'],
    ]);
  });

  it('for one reading of a lagging replica only undoes nothing', async () => {
    const { world, report } = await runWhile(
      { flowLogs: [{ flowLogId: 'flowlog-1', tags: ACTIVE }], modifyingMs: 0 },
      async (present) =>
        present.setFaults(({ kind, count }) => {
          if (kind === 'list') present.setTags('flowlog-1', count === 2 ? {} : ACTIVE);
          return undefined;
        }),
      { entries: [{ flowLogId: 'flowlog-1', schedule: 'off' }] },
    );
    expect(world.toggles()).toHaveLength(1);
    expect(resultOf(report, 'flowlog-1')).toMatchObject({ outcome: 'confirmed', status: 'Active' });
  });
});

describe('an override', () => {
  const hold = {
    action: 'override',
    status: 'Active',
    end: { kind: 'for', ms: 3_600_000 },
    flowLogs: 'all',
    by: null,
    reason: null,
  } as const satisfies Command;

  it.each([
    ['set', hold, { [TAG]: 'Inactive until 2026-11-23T00:10:00Z' }, 'Inactive', 'Active', 'off'],
    [
      'cleared',
      { action: 'clear-override', flowLogs: 'all' } as const,
      { [TAG]: 'Active until 2026-11-23T12:00:00Z' },
      'Active',
      'Inactive',
      'off',
    ],
  ] as const)(
    'that is %s goes by the listing that confirmed it',
    async (_, request, tags, other, wanted, schedule) => {
      // At first it is as wanted; a tick that ran meanwhile brings it to what the tag from before asked for.
      const world = await createInMemoryWorld({ flowLogs: [{ flowLogId: 'a', status: wanted, tags }] });
      world.setFaults(({ kind, count }) => {
        if (kind === 'tag' || kind === 'untag') world.setStatus('a', other);
        if (kind === 'list' && count === 3) world.setTags('a', { ...world.tags().a });
        return undefined;
      });
      const report = await run(world, [{ flowLogId: 'a', schedule }], { request });
      expect(resultOf(report, 'a')).toMatchObject({ desired: wanted, outcome: 'confirmed', status: wanted });
      expect(world.statuses()).toEqual({ a: wanted });
    },
  );

  it('that was confirmed is kept to when a replica shows the tag from before', async () => {
    // The readings of before the tag, with the tag, and of an older replica.
    const world = await createInMemoryWorld({
      flowLogs: [{ flowLogId: 'a' }],
      replicaLagMs: [0, 0, 3_000, 3_000, 0],
    });
    world.setFaults(({ kind, count }) =>
      kind === 'activate' && count === 1 ? { kind: 'refused', code: 'LOCK_ERROR' } : undefined,
    );
    const report = await run(world, [{ flowLogId: 'a', schedule: 'off' }], { request: hold });
    expect(resultOf(report, 'a')).toMatchObject({ desired: 'Active', outcome: 'confirmed', attempts: 2 });
  });
});

describe('clearing an override', () => {
  it('calls nothing but the listing where there is none to clear', async () => {
    const world = await createInMemoryWorld({
      flowLogs: [
        { flowLogId: 'a', status: 'Active' },
        { flowLogId: 'b', status: 'Active' },
      ],
    });
    const report = await run(world, ['a', 'b'], { request: { action: 'clear-override', flowLogs: 'all' } });
    expect(report.summary).toMatchObject({ unchanged: 2 });
    expect([world.listings(), world.tagCalls(), world.toggles()]).toEqual([1, [], []]);
  });

  it('is kept to when a replica shows the tag from before', async () => {
    const tags = { env: 'dev', [TAG]: 'Active until 2026-11-23T12:00:00Z' };
    const world = await createInMemoryWorld({
      flowLogs: [{ flowLogId: 'a', status: 'Active', tags }],
      replicaLagMs: [0, 0, 3_000, 3_000, 0],
    });
    world.setFaults(({ kind, count }) =>
      kind === 'deactivate' && count === 1 ? { kind: 'refused', code: 'LOCK_ERROR' } : undefined,
    );
    const report = await run(world, [{ flowLogId: 'a', schedule: 'off' }], {
      request: { action: 'clear-override', flowLogs: 'all' },
    });
    expect(resultOf(report, 'a')).toMatchObject({
      desired: 'Inactive',
      outcome: 'confirmed',
      attempts: 2,
      override: null,
    });
    expect(world.tags()).toEqual({ a: { env: 'dev' } });
  });
});

describe('a machine whose clock is wrong', () => {
  const ended = { flowLogId: 'a', tags: { [TAG]: 'Active until 2026-11-22T00:00:00Z' } };
  const off = [{ flowLogId: 'a', schedule: 'off' }] as const;

  it.each([
    [60_001, '1m ahead of'],
    [-60_001, '1m behind'],
    [600_000, '10m ahead of'],
  ])('by %i ms says so, and removes no override', async (skewMs, told) => {
    const world = await createInMemoryWorld({ flowLogs: [ended] });
    const report = await run(world, off, { deps: { clockSkewMs: () => skewMs } });
    expect(warningsOf(report)).toEqual([
      `this machine's clock is ${told} the Date of Alibaba Cloud's answers; schedules are decided by it, so set it ` +
        'right. Overrides that ended by it were not removed',
    ]);
    expect(world.tags()).toEqual({ a: ended.tags });
  });

  it.each([60_000, -60_000, null])('by %s ms is trusted', async (skewMs) => {
    const world = await createInMemoryWorld({ flowLogs: [ended] });
    const report = await run(world, off, { deps: { clockSkewMs: () => skewMs } });
    expect([warningsOf(report), world.tags()]).toEqual([[], { a: {} }]);
  });
});

describe('an override that ended', () => {
  it.each([
    [30 * 60_000 - 1, true],
    [30 * 60_000, false],
  ])('%i ms ago is ignored, and kept: %s', async (agoMs, isKept) => {
    const world = await createInMemoryWorld({
      flowLogs: [{ flowLogId: 'a', tags: { [TAG]: 'Active until 2026-11-23T10:00:00Z' } }],
    });
    const at = Date.parse('2026-11-23T10:00:00Z') + agoMs;
    const report = await run(world, [{ flowLogId: 'a', schedule: 'off' }], { request: { at } });
    expect(report).toMatchObject({ ok: true, summary: { unchanged: 1 }, warnings: [] });
    expect(TAG in (world.tags().a ?? {})).toBe(isKept);
  });
});

describe('a flow log whose tags cannot be read', () => {
  it('is left alone, and fails alone', async () => {
    const world = await createInMemoryWorld({ flowLogs: inactive(2) });
    const odd: World = {
      ...world,
      flowLogs: () => {
        const port = world.flowLogs();
        return {
          ...port,
          list: async (...listing) =>
            new Map(
              Array.from(await port.list(...listing), ([id, each]) => [
                id,
                id === 'flowlog-1' ? { ...each, tags: null } : each,
              ]),
            ),
        };
      },
    };
    for (const request of [{}, { action: 'clear-override', flowLogs: 'all' }] as const) {
      const report = await run(odd, ids(2), { request });
      expect(resultOf(report, 'flowlog-1')).toMatchObject({
        action: 'none',
        outcome: 'failed',
        error: {
          code: 'UnreadableTags',
          message: expect.stringMatching(/tags of flowlog-1 .* left as it is; look at its tags/),
        },
      });
      expect(resultOf(report, 'flowlog-2').error).toBe(null);
    }
    expect(world.statuses()).toEqual({ 'flowlog-1': 'Inactive', 'flowlog-2': 'Active' });
    expect(world.tagCalls()).toEqual([]);
  });
});
