import { describe, expect, it } from 'vitest';
import { CloudError } from '../../lib/reconcile/cloud-error.ts';
import type { Command } from '../../lib/reconcile/command.ts';
import type { ToggleEvent } from '../../lib/reconcile/work.ts';
import { CALL } from '../support/cloud-call.ts';
import { createInMemoryWorld } from '../support/in-memory-world.ts';
import { resultOf, run, type World, type WorldOptions, warningsOf } from '../support/world.ts';

const TAG = 'flow-log-scheduler:override';
const HELD = { [TAG]: 'Inactive until 2026-11-23T12:00:00Z; by=netops' };
const ids = (count: number) => Array.from({ length: count }, (_, index) => `flowlog-${index + 1}`);
const inactive = (count: number) => ids(count).map((flowLogId) => ({ flowLogId }));

/** A run during which something happens, and when each change was sent. */
async function runWhile(
  options: WorldOptions,
  happens: (world: World) => Promise<void>,
  { entries = ids(options.flowLogs?.length ?? 0), timeMs = 600_000, ...more }: RunMore = {},
) {
  const world = await createInMemoryWorld(options);
  const start = world.clock.monotonic();
  const events: (ToggleEvent & { readonly after: number })[] = [];
  const onToggle = (event: ToggleEvent) => events.push({ ...event, after: world.clock.monotonic() - start });
  const meanwhile = happens(world);
  const report = await run(world, entries, { ...more, timeMs, deps: { onToggle } });
  await meanwhile;
  const sent = events.filter(({ phase }) => phase === 'sent');
  return { world, report, events, sent };
}
interface RunMore {
  readonly entries?: Parameters<typeof run>[1];
  readonly timeMs?: number;
  readonly request?: object;
  readonly limits?: object;
}

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

  it('is not sent after the end of what it is for', async () => {
    const at = Date.parse('2026-11-23T19:59:58Z');
    const { report, events, world } = await runWhile(
      { flowLogs: inactive(40), callsPerSecond: 2 },
      async () => {},
      {
        entries: ids(40).map((flowLogId) => ({ flowLogId, schedule: 'office' })),
        request: { at },
      },
    );
    const late = events.filter(
      ({ action, phase, after }) => action === 'activate' && phase === 'sent' && after > 2_000,
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

describe('a change that was refused', () => {
  it('is left when an override wants what is there by now', async () => {
    const { world, report, events } = await runWhile({ flowLogs: inactive(1) }, async (present) =>
      present.setFaults(({ kind }) => {
        if (kind !== 'activate') return undefined;
        present.setTags('flowlog-1', HELD);
        return { kind: 'refused', code: 'LOCK_ERROR' };
      }),
    );
    expect(resultOf(report, 'flowlog-1')).toMatchObject({
      desired: 'Inactive',
      action: 'none',
      outcome: 'unchanged',
      attempts: 1,
      error: null,
      settleMs: null,
    });
    expect(world.toggles()).toHaveLength(1);
    expect(events.map(({ phase, outcome }) => [phase, outcome])).toEqual([
      ['sent', null],
      ['settled', 'unchanged'],
    ]);
  });

  /** Calls to activate go wrong so often with this. */
  async function runFailing(error: CloudError, times: number, options: WorldOptions) {
    const world = await createInMemoryWorld(options);
    const start = world.clock.monotonic();
    const at: number[] = [];
    const failing: World = {
      ...world,
      flowLogs: () => {
        const port = world.flowLogs();
        return {
          ...port,
          activate: (...call) => {
            at.push(world.clock.monotonic() - start);
            return at.length > times ? port.activate(...call) : Promise.reject(error);
          },
        };
      },
    };
    const report = await run(failing, ids(options.flowLogs?.length ?? 0), { timeMs: 60_000 });
    return { world, report, at };
  }

  it('since the account is to wait longer than the run lasts fails at once', async () => {
    const options = {
      ...CALL,
      code: 'Throttling.User',
      again: 'later',
      throttled: true,
      retryAfterMs: 59_500,
    } as const;
    const { report, at } = await runFailing(new CloudError('slow down', options), 1, {
      flowLogs: inactive(1),
    });
    expect(at).toEqual([0]);
    expect(resultOf(report, 'flowlog-1')).toMatchObject({
      action: 'activate',
      outcome: 'failed',
      attempts: 1,
      status: 'Inactive',
      error: { code: 'Throttling.User' },
    });
    expect(report.durationMs).toBe(0);
  });

  it('since the account is throttled is sent again, every five seconds in the end', async () => {
    const options = { ...CALL, code: 'Throttling.User', again: 'later', throttled: true } as const;
    const { report, at } = await runFailing(new CloudError('slow down', options), 8, {
      flowLogs: inactive(1),
    });
    const waits = at.slice(1).map((each, index) => each - (at[index] ?? 0));
    expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    expect(resultOf(report, 'flowlog-1')).toMatchObject({ outcome: 'confirmed', attempts: 9 });
  });

  it('by no answer of CEN keeps no other one of its transit router waiting', async () => {
    const error = new CloudError('nobody listens', { ...CALL, code: 'ECONNREFUSED', again: 'later' });
    const flowLogs = inactive(3).map((each) => ({ ...each, transitRouterId: 'tr-1' }));
    const { report, at } = await runFailing(error, 3, { flowLogs });
    expect(at).toEqual([0, 0, 0, 500, 500, 500]);
    expect(report.summary).toMatchObject({ confirmed: 3 });
  });
});

describe('a change that was accepted', () => {
  it('and was read once before it showed, and then no more, is accepted with a warning', async () => {
    const { report } = await runWhile(
      { flowLogs: inactive(1), replicaLagMs: [4_000] },
      async (present) =>
        present.setFaults(({ kind, count }) =>
          kind === 'list' && count > 2 ? { kind: 'refused', code: 'NoPermission' } : undefined,
        ),
      { limits: { settleTimeout: '10s' } },
    );
    expect(resultOf(report, 'flowlog-1')).toMatchObject({
      action: 'activate',
      outcome: 'accepted',
      status: 'Inactive',
      error: null,
      settleMs: null,
    });
    expect(warningsOf(report)).toEqual([
      'flowlog-1: ActiveFlowLog was accepted, but could not be read back: refused with NoPermission',
    ]);
  });

  it('and does not show in the time of the run, which is shorter than that to settle, is no failure', async () => {
    const { report } = await runWhile(
      { flowLogs: inactive(1) },
      async (present) =>
        present.setFaults(({ kind }) => (kind === 'activate' ? { kind: 'ignored' } : undefined)),
      { timeMs: 20_000, limits: { settleTimeout: '30s' } },
    );
    expect(resultOf(report, 'flowlog-1')).toMatchObject({ outcome: 'accepted', status: 'Inactive' });
    expect(warningsOf(report)).toEqual([
      "flowlog-1: ActiveFlowLog was accepted, but was still Inactive when the run's time ended",
    ]);
    // A last reading at the very end, for which half a second is kept.
    expect(report.durationMs).toBe(19_500);
  });

  it('and was never read since the time ended says so', async () => {
    const { report } = await runWhile({ flowLogs: inactive(1), latencyMs: 400 }, async () => {}, {
      timeMs: 1_100,
    });
    expect(resultOf(report, 'flowlog-1')).toMatchObject({ outcome: 'accepted', status: null, error: null });
    expect(warningsOf(report)).toEqual([
      'flowlog-1: ActiveFlowLog was accepted, but could not be read back: no answer',
    ]);
  });
});

describe('a call that was lost', () => {
  it('is not sent again against an override that was set meanwhile', async () => {
    const { world, report } = await runWhile(
      { flowLogs: inactive(1) },
      async (present) =>
        present.setFaults(({ kind }) => {
          if (kind !== 'activate') return undefined;
          present.setTags('flowlog-1', HELD);
          return { kind: 'lost-before' };
        }),
      { limits: { settleTimeout: '20s' } },
    );
    expect(world.toggles()).toHaveLength(1);
    expect(resultOf(report, 'flowlog-1')).toMatchObject({
      desired: 'Inactive',
      action: 'none',
      outcome: 'unchanged',
      status: 'Inactive',
      error: null,
      override: { by: 'netops' },
    });
    expect(warningsOf(report)).toEqual([
      expect.stringMatching(
        /^flowlog-1: ActiveFlowLog was sent, but is not wanted any more.*override by netops/,
      ),
    ]);
    // It may have an effect late, and is watched for ten seconds, not for all of settleTimeout.
    expect(report.durationMs).toBeLessThan(15_000);
  });

  it('and shows late is undone, with another token, for an override that was set meanwhile', async () => {
    const { world, report, events } = await runWhile({ flowLogs: inactive(1) }, async (present) => {
      present.setFaults(({ kind }) => {
        if (kind !== 'activate') return undefined;
        present.setTags('flowlog-1', HELD);
        return { kind: 'lost-after' };
      });
    });
    expect(world.statuses()).toEqual({ 'flowlog-1': 'Inactive' });
    expect(world.toggles().map(({ action }) => action)).toEqual(['activate', 'deactivate']);
    expect(new Set(world.toggles().map(({ clientToken }) => clientToken)).size).toBe(2);
    expect(resultOf(report, 'flowlog-1')).toMatchObject({
      observed: 'Inactive',
      desired: 'Inactive',
      action: 'deactivate',
      outcome: 'confirmed',
      attempts: 2,
    });
    expect(events.map(({ phase, action, outcome }) => [phase, action, outcome])).toEqual([
      ['sent', 'activate', null],
      ['settled', 'activate', 'confirmed'],
      ['sent', 'deactivate', null],
      ['settled', 'deactivate', 'confirmed'],
    ]);
  });
});

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

describe('a listing that takes longer than a reading is fresh', () => {
  it('does not keep changes from being sent', async () => {
    const { report, world } = await runWhile({ flowLogs: inactive(5), latencyMs: 2_500 }, async () => {});
    expect(report.summary).toMatchObject({ confirmed: 5, failed: 0 });
    expect(world.toggles()).toHaveLength(5);
    expect(report.durationMs).toBeLessThan(30_000);
  });
});

describe('a flow log whose change never shows', () => {
  it('does not keep those of its transit router waiting, which changes one at a time', async () => {
    const flowLogs = inactive(6).map((flowLog) => ({ ...flowLog, transitRouterId: 'tr-1' }));
    const { report } = await runWhile(
      { flowLogs, oneChangePerTransitRouter: true },
      async (present) =>
        present.setFaults(({ kind, flowLogId }) =>
          kind === 'activate' && flowLogId === 'flowlog-1' ? { kind: 'ignored' } : undefined,
        ),
      { limits: { settleTimeout: '60s' } },
    );
    expect(report.summary).toMatchObject({ confirmed: 5, failed: 1 });
    expect(resultOf(report, 'flowlog-1').error?.code).toBe('NotConfirmed');
  });

  it('does not make a passing failure of the service one of its transit router', async () => {
    const flowLogs = inactive(20).map((flowLog) => ({ ...flowLog, transitRouterId: 'tr-1' }));
    const { report } = await runWhile({ flowLogs, modifyingMs: 5_000 }, async (present) =>
      present.setFaults(({ kind, count }) =>
        kind === 'activate' && count <= 20 ? { kind: 'refused', code: 'ServiceUnavailable' } : undefined,
      ),
    );
    expect(report.summary).toMatchObject({ confirmed: 20 });
    expect(report.durationMs).toBeLessThan(20_000);
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

describe('replicas that lag', () => {
  it('make no change a failure that is one in the end', async () => {
    const world = await createInMemoryWorld({
      flowLogs: inactive(12),
      replicaLagMs: [0, 0, 6_000],
      modifyingMs: 4_000,
    });
    const report = await run(world, ids(12));
    expect(report).toMatchObject({ ok: true, summary: { confirmed: 12 } });
    expect(world.toggles()).toHaveLength(12);
  });

  it('do not make a call whose answer was lost a failed one', async () => {
    const world = await createInMemoryWorld({ flowLogs: inactive(1), replicaLagMs: [4_000] });
    world.setFaults(({ kind, count }) =>
      kind === 'activate' && count === 1 ? { kind: 'lost-after' } : undefined,
    );
    const report = await run(world, ids(1));
    expect(resultOf(report, 'flowlog-1')).toMatchObject({ outcome: 'confirmed', error: null });
    expect(new Set(world.toggles().map(({ clientToken }) => clientToken)).size).toBe(1);
  });
});

describe('flow logs of one transit router', () => {
  it.each([10, 30])('that changes one at a time all get their turn in one run: %i', async (count) => {
    const world = await createInMemoryWorld({
      flowLogs: inactive(count).map((each) => ({ ...each, transitRouterId: 'tr-1' })),
      oneChangePerTransitRouter: true,
      modifyingMs: 3_000,
    });
    const report = await run(world, ids(count), { timeMs: 300_000 });
    expect(report).toMatchObject({ ok: true, summary: { confirmed: count } });
    // All at first, then one after another, and never all again.
    expect(world.toggles().length).toBeLessThanOrEqual(2 * count);
  });

  it('of another one do not wait for them', async () => {
    const world = await createInMemoryWorld({
      flowLogs: [
        { flowLogId: 'a', transitRouterId: 'tr-1' },
        { flowLogId: 'b', transitRouterId: 'tr-1' },
        { flowLogId: 'c', transitRouterId: 'tr-2' },
        { flowLogId: 'd' },
      ],
      oneChangePerTransitRouter: true,
      modifyingMs: 20_000,
    });
    const report = await run(world, ['a', 'b', 'c', 'd']);
    expect(report.summary).toMatchObject({ confirmed: 4 });
    const [a, b, c, d] = report.flowLogs.map(({ settleMs }) => settleMs ?? 0);
    expect([a, c, d].every((ms) => ms !== undefined && ms < 26_000)).toBe(true);
    expect(b).toBeGreaterThan(40_000);
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
