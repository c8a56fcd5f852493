import { describe, expect, it } from 'vitest';
import { createInMemoryWorld } from '../support/in-memory-world.ts';
import { HELD, ids, inactive, runWhile } from '../support/run-while.ts';
import { resultOf, run, type World } from '../support/world.ts';

describe('a change that has to wait for its turn', () => {
  it('is not sent when an override was set meanwhile', async () => {
    const held = ids(200).slice(150, 170);
    const { world, report, sent } = await runWhile(
      { flowLogs: inactive(200), callsPerSecond: 20 },
      async (present) => {
        await present.clock.sleep(2_500);
        for (const flowLogId of held) present.setTags(flowLogId, HELD);
      },
    );
    // It may have been read two seconds before.
    const against = sent.filter(
      ({ flowLogId, action, after }) => held.includes(flowLogId) && action === 'activate' && after > 4_500,
    );
    expect(against).toEqual([]);
    expect(report).toMatchObject({ ok: true, summary: { failed: 0, waiting: 0, accepted: 0 } });
    expect(held.map((flowLogId) => world.statuses()[flowLogId])).toEqual(held.map(() => 'Inactive'));
    expect(report.summary.unchanged).toBeGreaterThan(15);
    expect(resultOf(report, 'flowlog-160')).toMatchObject({
      desired: 'Inactive',
      action: 'none',
      attempts: 0,
      override: { by: 'netops' },
    });
    // What waits is read once more each, at most, besides what is read back.
    expect(world.listings()).toBeLessThan(200);
  });

  it('all get it in the end at five calls a second', async () => {
    const { report, world } = await runWhile(
      { flowLogs: inactive(150), callsPerSecond: 5, latencyMs: 50 },
      async () => {},
    );
    expect(report.summary).toMatchObject({ confirmed: 150, failed: 0 });
    // Reading each once more and changing it takes a minute.
    expect(report.durationMs).toBeLessThan(80_000);
    expect(world.toggles()).toHaveLength(150);
    expect(report.flowLogs.reduce((sum, { attempts }) => sum + attempts, 0)).toBeLessThan(450);
  });

  it('is told to be out of time when it is not sent, and what was sent is read back', async () => {
    const { report } = await runWhile({ flowLogs: inactive(150), callsPerSecond: 5 }, async () => {}, {
      timeMs: 30_000,
    });
    const { confirmed, accepted, failed } = report.summary;
    expect(confirmed + accepted).toBeGreaterThan(30);
    expect(confirmed + accepted + failed).toBe(150);
    const codes = new Set(report.flowLogs.flatMap(({ error }) => (error === null ? [] : [error.code])));
    // By whether it was throttled itself when it was tried last.
    expect(codes).toEqual(new Set(['OutOfTime', 'Throttling.User']));
    expect(report.flowLogs.filter(({ status }) => status === null)).toEqual([]);
    expect(report.durationMs).toBeLessThanOrEqual(30_000);
  });

  it.each([1_000, 2_000])('is not sent after the end of what it is for, %i ms away', async (ms) => {
    const at = Date.parse('2026-11-23T20:00:00Z') - ms;
    const { report, events, world } = await runWhile(
      { flowLogs: inactive(40), callsPerSecond: 2 },
      async () => {},
      {
        entries: ids(40).map((flowLogId) => ({ flowLogId, schedule: 'office' })),
        request: { at },
      },
    );
    const late = events.filter(
      ({ action, phase, after }) => action === 'activate' && phase === 'sent' && after > ms,
    );
    expect(late).toEqual([]);
    const arrived = world.toggles().map(({ flowLogId }) => flowLogId);
    const unsent = report.flowLogs.filter(({ flowLogId }) => !arrived.includes(flowLogId));
    expect(unsent.length).toBeGreaterThan(30);
    for (const each of unsent) {
      expect(each).toMatchObject({
        desired: 'Inactive',
        action: 'none',
        outcome: 'unchanged',
        status: 'Inactive',
      });
    }
  });

  it('is sent without another reading when two seconds have not passed', async () => {
    const slow = { flowLogs: inactive(2), latencyMs: 1_000, concurrency: 1 };
    const { sent, world } = await runWhile(slow, async () => {});
    // The listing takes a second, the first change the next: it is two seconds old then.
    expect(sent.map(({ after }) => after)).toEqual([1_000, 2_000]);
    expect(world.toggles().map(({ flowLogId }) => flowLogId)).toEqual(['flowlog-1', 'flowlog-2']);
  });

  it('is read once more, by its ID, when more than two seconds have passed', async () => {
    const listed: [number, string | null][] = [];
    const slow = { flowLogs: inactive(2), latencyMs: 1_001, concurrency: 1 };
    const { sent } = await runWhile(slow, async (world) =>
      world.setFaults(({ kind, flowLogId }) => {
        if (kind === 'list') listed.push([Math.round(world.clock.monotonic() - 1_000), flowLogId]);
        return undefined;
      }),
    );
    expect(sent.map(({ after }) => after)).toEqual([1_001, 3_003]);
    expect(listed.slice(0, 2)).toEqual([
      [1_001, null],
      [3_003, 'flowlog-2'],
    ]);
  });
});

describe('flow logs whose listing had to wait for another region', () => {
  it.each([
    [3, ['cn-hangzhou', null]],
    [1, ['cn-hangzhou', 'flowlog-1']],
  ] as const)('are read once more with one call: %i', async (count, again) => {
    const world = await createInMemoryWorld({
      flowLogs: [...inactive(count), { flowLogId: 's', regionId: 'cn-shanghai', status: 'Active' }],
    });
    const listed: (readonly [string, string | null, number])[] = [];
    world.setFaults(({ kind, regionId, flowLogId }) => {
      if (kind === 'list') listed.push([regionId, flowLogId, world.toggles().length]);
      return undefined;
    });
    const slow: World = {
      ...world,
      flowLogs: () => {
        const port = world.flowLogs();
        return {
          ...port,
          list: async (...listing) => {
            if (listing[0].regionId === 'cn-shanghai') await world.clock.sleep(4_000);
            return port.list(...listing);
          },
        };
      },
    };
    const flowLogs = [
      ...ids(count).map((flowLogId) => ({ flowLogId, regionId: 'cn-hangzhou', schedule: 'on' })),
      { select: { regionId: 'cn-shanghai' }, schedule: 'on' },
    ];
    const report = await run(slow, [], { keys: { flowLogs } });
    expect(report.summary).toMatchObject({ confirmed: count, unchanged: 1 });
    // Before anything is sent.
    expect(listed.filter(([, , sent]) => sent === 0)).toEqual([
      ['cn-hangzhou', null, 0],
      ['cn-shanghai', null, 0],
      [...again, 0],
    ]);
  });
});

describe('a flow log that is read once more before its change is sent', () => {
  const slow = { flowLogs: inactive(2), latencyMs: 1_001, concurrency: 1 };

  it('and is gone fails', async () => {
    const { report } = await runWhile(slow, async (world) => {
      await world.clock.sleep(1_500);
      world.remove('flowlog-2');
    });
    expect(resultOf(report, 'flowlog-1').outcome).toBe('confirmed');
    expect(resultOf(report, 'flowlog-2')).toMatchObject({
      outcome: 'failed',
      attempts: 0,
      status: null,
      error: { code: 'FlowLogNotFound', message: expect.stringContaining('lists no flow log flowlog-2') },
    });
  });

  it('and is being changed by somebody else waits', async () => {
    const { report, world } = await runWhile(slow, async (present) => {
      await present.clock.sleep(1_500);
      present.beginChange('flowlog-2', 60_000, 'Active');
    });
    expect(resultOf(report, 'flowlog-2')).toMatchObject({
      observed: 'Inactive',
      outcome: 'waiting',
      action: 'none',
      status: 'Modifying',
      attempts: 0,
    });
    expect(world.toggles()).toHaveLength(1);
  });

  it('and cannot be read fails, and is not changed', async () => {
    const { report, world } = await runWhile(slow, async (present) =>
      present.setFaults(({ kind, flowLogId }) =>
        kind === 'list' && flowLogId === 'flowlog-2' ? { kind: 'refused', code: 'NoPermission' } : undefined,
      ),
    );
    expect(resultOf(report, 'flowlog-2')).toMatchObject({
      action: 'activate',
      outcome: 'failed',
      attempts: 0,
      error: { code: 'NoPermission' },
    });
    expect(world.toggles().map(({ flowLogId }) => flowLogId)).toEqual(['flowlog-1']);
  });

  it('and cannot be read for a while is read again after five seconds', async () => {
    const { report, sent } = await runWhile(slow, async (present) =>
      present.setFaults(({ kind, flowLogId, count }) =>
        kind === 'list' && flowLogId === 'flowlog-2' && count < 4
          ? { kind: 'refused', code: 'InternalError' }
          : undefined,
      ),
    );
    expect(report).toMatchObject({ ok: true, summary: { confirmed: 2 } });
    expect(sent[1]?.after).toBeGreaterThan(3_003 + 5_000);
  });

  it('and cannot be read until the end fails with what kept it from being read', async () => {
    const { report } = await runWhile(
      slow,
      async (present) =>
        present.setFaults(({ kind, flowLogId }) =>
          kind === 'list' && flowLogId === 'flowlog-2'
            ? { kind: 'refused', code: 'InternalError' }
            : undefined,
        ),
      { timeMs: 30_000 },
    );
    expect(resultOf(report, 'flowlog-2')).toMatchObject({
      outcome: 'failed',
      attempts: 0,
      error: { code: 'InternalError' },
    });
  });
});

describe('a listing that takes longer than a reading is fresh', () => {
  it('does not keep changes from being sent', async () => {
    const { report, world } = await runWhile({ flowLogs: inactive(5), latencyMs: 2_500 }, async () => {});
    expect(report.summary).toMatchObject({ confirmed: 5, failed: 0 });
    expect(world.toggles()).toHaveLength(5);
    expect(report.durationMs).toBeLessThan(30_000);
  });
});

describe('what was sent and had its effect', () => {
  it('is confirmed, though its tags cannot be read any more', async () => {
    const { report } = await runWhile({ flowLogs: inactive(1) }, async (present) =>
      present.setFaults(({ kind, count }) => {
        if (kind === 'list' && count === 2) present.setStatus('flowlog-1', 'Enabling');
        if (kind === 'list' && count === 4) present.setStatus('flowlog-1', 'Active');
        return undefined;
      }),
    );
    // A status of an unknown name on the way is no end either.
    expect(resultOf(report, 'flowlog-1')).toMatchObject({
      outcome: 'confirmed',
      status: 'Active',
      error: null,
    });
  });
});

describe('a flow log that a select entry picked', () => {
  const keys = {
    flowLogs: [
      { select: { regionId: 'cn-hangzhou', tags: { env: 'dev' } }, schedule: 'on' },
      { select: { regionId: 'cn-hangzhou', tags: { team: 'net' } }, schedule: 'on' },
    ],
  };
  const BOTH = { env: 'dev', team: 'net' };

  /** The first call is refused since something is changing; meanwhile somebody changes the tags. */
  async function retagged(tags: Readonly<Record<string, string>>) {
    const world = await createInMemoryWorld({ flowLogs: [{ flowLogId: 'a', tags: BOTH }] });
    world.setFaults(({ kind, count }) => {
      if (kind !== 'activate' || count > 1) return undefined;
      world.setTags('a', tags);
      return { kind: 'refused', code: 'IncorrectStatus.flowlog' };
    });
    return { world, report: await run(world, [], { keys }) };
  }

  it('and that none picks any more when it is read again is left as it is', async () => {
    const { world, report } = await retagged({ env: 'prod' });
    expect(world.toggles()).toHaveLength(1);
    expect(world.statuses()).toEqual({ a: 'Inactive' });
    expect(report.ok).toBe(true);
    expect(resultOf(report, 'a')).toMatchObject({
      ...{ action: 'none', outcome: 'unchanged', desired: null, status: 'Inactive', nextTransition: null },
      reason: 'no select entry of the config picks it any more',
    });
  });

  it('and that another one of the same schedule still picks is changed', async () => {
    const { world, report } = await retagged({ team: 'net' });
    expect(world.statuses()).toEqual({ a: 'Active' });
    expect(resultOf(report, 'a')).toMatchObject({ outcome: 'confirmed', desired: 'Active' });
  });
});
