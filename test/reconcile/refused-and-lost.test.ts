import { describe, expect, it } from 'vitest';
import { CloudError } from '../../lib/reconcile/cloud-error.ts';
import { CALL } from '../support/cloud-call.ts';
import { createInMemoryWorld } from '../support/in-memory-world.ts';
import { HELD, ids, inactive, runWhile } from '../support/run-while.ts';
import { resultOf, run, type World, type WorldOptions, warningsOf } from '../support/world.ts';

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

describe('a change that is read back', () => {
  it('does not wait for another one that is to be sent much later', async () => {
    const { report } = await runWhile({ flowLogs: inactive(2), modifyingMs: 3_000 }, async (world) => {
      world.setFaults(({ kind, flowLogId }) =>
        kind === 'activate' && flowLogId === 'flowlog-2'
          ? { kind: 'refused', code: 'Throttling.User' }
          : undefined,
      );
      await world.clock.sleep(20_000);
      world.setFaults(undefined);
    });
    expect(report.summary).toMatchObject({ confirmed: 2 });
    expect(resultOf(report, 'flowlog-1').settleMs).toBeLessThan(6_000);
  });
});

describe('a call that goes out twice, with other credentials the second time', () => {
  it('is announced once', async () => {
    const { events } = await runWhile({ flowLogs: inactive(1) }, async () => {}, {
      deps: (world) => {
        const flowLogs = world.flowLogs();
        const activate: typeof flowLogs.activate = (ref, token, limits) => {
          limits.onSend?.();
          return flowLogs.activate(ref, token, limits);
        };
        return { flowLogs: () => ({ ...flowLogs, activate }) };
      },
    });
    expect(events.map(({ phase }) => phase)).toEqual(['sent', 'settled']);
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
