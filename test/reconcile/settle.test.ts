import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  resultOf,
  run,
  WORLDS,
  type World,
  type WorldFault,
  type WorldOptions,
  warningsOf,
} from '../support/world.ts';

const LOST: readonly [string, WorldFault][] = [
  ['the connection broke', { kind: 'lost-before' }],
  ['the service had an internal error', { kind: 'refused', code: 'InternalError' }],
  ['the service said no without a reason', { kind: 'not-successful' }],
];

/** Changing flow logs and reading back, the same whatever is behind the port. */
describe.each(WORLDS)('a change %s', (_name, createWorld) => {
  let world: World;
  beforeEach(() => create({ flowLogs: [{ flowLogId: 'a' }] }));
  afterEach(() => world.close());

  async function create(options: WorldOptions): Promise<void> {
    await world?.close();
    world = await createWorld(options);
  }

  /** The first toggles go wrong in this way. */
  function fail(fault: WorldFault, times = 1): void {
    world.setFaults(({ kind, count }) => (kind !== 'list' && count <= times ? fault : undefined));
  }

  it('is confirmed when it is read back', async () => {
    const report = await run(world, ['a']);
    expect(resultOf(report, 'a')).toMatchObject({
      observed: 'Inactive',
      desired: 'Active',
      action: 'activate',
      outcome: 'confirmed',
      status: 'Active',
      error: null,
      attempts: 1,
    });
    expect(report).toMatchObject({ ok: true, summary: { total: 1, confirmed: 1 } });
    expect(world.statuses()).toEqual({ a: 'Active' });
    // Changing takes two seconds, and readings are at most five apart.
    expect(resultOf(report, 'a').settleMs).toBeGreaterThanOrEqual(2_000);
    expect(resultOf(report, 'a').settleMs).toBeLessThan(7_000);
  });

  it('names the CEN instance that the listing told, when the config names none', async () => {
    await run(world, ['a']);
    expect(world.toggles()).toEqual([
      { action: 'activate', flowLogId: 'a', cenId: 'cen-1', clientToken: expect.stringMatching(/./) },
    ]);
  });

  it('goes the other way too', async () => {
    await create({ flowLogs: [{ flowLogId: 'a', status: 'Active' }] });
    const report = await run(world, [{ flowLogId: 'a', schedule: 'off' }]);
    expect(resultOf(report, 'a')).toMatchObject({
      action: 'deactivate',
      outcome: 'confirmed',
      status: 'Inactive',
    });
    expect(world.statuses()).toEqual({ a: 'Inactive' });
  });

  it('that is not over when the time to settle is, is accepted', async () => {
    await create({ flowLogs: [{ flowLogId: 'a' }], modifyingMs: Number.POSITIVE_INFINITY });
    const before = world.clock.monotonic();
    const report = await run(world, ['a'], { limits: { settleTimeout: '30s' } });
    expect(resultOf(report, 'a')).toMatchObject({
      outcome: 'accepted',
      status: 'Modifying',
      error: null,
      settleMs: null,
    });
    expect(report).toMatchObject({ ok: true, summary: { accepted: 1, failed: 0 } });
    expect(world.clock.monotonic() - before).toBe(30_000);
    expect(world.toggles()).toHaveLength(1);
  });

  it('that CEN accepted and never made is a failure', async () => {
    fail({ kind: 'ignored' });
    const report = await run(world, ['a'], { limits: { settleTimeout: '30s' } });
    expect(resultOf(report, 'a')).toMatchObject({
      outcome: 'failed',
      status: 'Inactive',
      error: {
        code: 'NotConfirmed',
        message: expect.stringMatching(
          /ActiveFlowLog for a, but it is still Inactive and did not change in time/,
        ),
        requestId: expect.any(String),
      },
    });
    expect(report.ok).toBe(false);
    expect(world.toggles()).toHaveLength(1);
  });

  it('that goes back is a failure when the time to settle ends', async () => {
    await create({ flowLogs: [{ flowLogId: 'a', status: 'Active' }] });
    fail({ kind: 'undone', afterMs: 3_000 });
    const before = world.clock.monotonic();
    const report = await run(world, [{ flowLogId: 'a', schedule: 'off' }]);
    expect(resultOf(report, 'a')).toMatchObject({
      outcome: 'failed',
      status: 'Active',
      settleMs: null,
      error: {
        code: 'NotConfirmed',
        message: expect.stringMatching(/DeactiveFlowLog for a, but it is still Active and did not change/),
      },
    });
    expect(world.toggles()).toHaveLength(1);
    expect(world.clock.monotonic() - before).toBe(120_000);
  });

  it('whose answer was lost after it took effect is confirmed without another call', async () => {
    fail({ kind: 'lost-after' });
    const report = await run(world, ['a']);
    expect(resultOf(report, 'a')).toMatchObject({ outcome: 'confirmed', attempts: 1, error: null });
    expect(world.toggles()).toHaveLength(1);
  });

  it.each(LOST)(
    'that was lost before it took effect is sent again, with its token: %s',
    async (_why, fault) => {
      fail(fault);
      const report = await run(world, ['a']);
      expect(resultOf(report, 'a')).toMatchObject({ outcome: 'confirmed', attempts: 2, error: null });
      expect(world.toggles()).toHaveLength(2);
      expect(new Set(world.toggles().map(({ clientToken }) => clientToken)).size).toBe(1);
      expect(world.statuses()).toEqual({ a: 'Active' });
    },
  );

  it.each([
    ['ECONNRESET', { kind: 'lost-before' }],
    ['NotSuccessful', { kind: 'not-successful' }],
  ] as const)(
    'that is never answered is sent three times, and is a failure at the end: %s',
    async (code, fault) => {
      fail(fault, Number.POSITIVE_INFINITY);
      const before = world.clock.monotonic();
      const report = await run(world, ['a'], { limits: { settleTimeout: '30s' } });
      expect(resultOf(report, 'a')).toMatchObject({
        action: 'activate',
        outcome: 'failed',
        attempts: 3,
        status: 'Inactive',
        error: { code },
      });
      expect(world.toggles()).toHaveLength(3);
      expect(world.clock.monotonic() - before).toBe(30_000);
    },
  );

  it.each(['InternalError', 'IncorrectStatus.flowlog', 'RuleExist', 'LOCK_ERROR', 'Operation.Blocking'])(
    'that is refused for now is sent again and again, every five seconds in the end: %s',
    async (code) => {
      const at: number[] = [];
      world.setFaults(({ kind }) => {
        if (kind !== 'activate') return undefined;
        at.push(world.clock.monotonic());
        return { kind: 'refused', code };
      });
      const report = await run(world, ['a'], { limits: { settleTimeout: '30s' } });
      expect(resultOf(report, 'a')).toMatchObject({ outcome: 'failed', status: 'Inactive', error: { code } });
      expect(at.slice(1).map((each, index) => each - (at[index] ?? 0))).toEqual([
        500, 750, 1_125, 1_687.5, 2_531.25, 3_796.875, 5_000, 5_000, 5_000,
      ]);
      expect(new Set(world.toggles().map(({ clientToken }) => clientToken)).size).toBe(1);
      expect(resultOf(report, 'a').attempts).toBe(10);
    },
  );

  it('that another run is making already is confirmed without a second call of ours', async () => {
    world.setFaults(({ kind }) => {
      if (kind === 'activate') world.beginChange('a', 2_000, 'Active');
      return undefined;
    });
    const report = await run(world, ['a']);
    expect(resultOf(report, 'a')).toMatchObject({ outcome: 'confirmed', attempts: 1, error: null });
    expect(world.toggles()).toHaveLength(1);
  });

  it('is made after another one to the contrary has ended', async () => {
    world.setFaults(({ kind, count }) => {
      if (kind === 'activate' && count === 1) world.beginChange('a', 2_000, 'Inactive');
      return undefined;
    });
    const report = await run(world, ['a']);
    expect(resultOf(report, 'a')).toMatchObject({ outcome: 'confirmed', attempts: 2 });
    expect(world.statuses()).toEqual({ a: 'Active' });
  });

  it('that is refused because another one is still changing the flow log when time runs out is waiting', async () => {
    world.setFaults(({ kind }) => {
      if (kind === 'activate') world.beginChange('a', 600_000, 'Active');
      return undefined;
    });
    const report = await run(world, ['a'], { limits: { settleTimeout: '20s' } });
    expect(resultOf(report, 'a')).toMatchObject({ outcome: 'waiting', action: 'none', status: 'Modifying' });
  });

  it.each(['NoPermission', 'InvalidFlowlogId.NotFound', 'OperationUnsupported.action'])(
    'that is refused for good is a failure at once, with the request ID: %s',
    async (code) => {
      fail({ kind: 'refused', code });
      const report = await run(world, ['a']);
      expect(resultOf(report, 'a')).toMatchObject({
        action: 'activate',
        outcome: 'failed',
        attempts: 1,
        error: { code, requestId: expect.any(String) },
      });
      expect(world.listings()).toBe(1);
    },
  );

  it('never stops another one', async () => {
    await create({ flowLogs: ['a', 'b', 'c', 'd'].map((flowLogId) => ({ flowLogId })) });
    world.setFaults(({ kind, flowLogId }) => {
      if (kind === 'list') return undefined;
      if (flowLogId === 'a') return { kind: 'refused', code: 'NoPermission' };
      if (flowLogId === 'b') return { kind: 'not-successful' };
      return flowLogId === 'c' ? { kind: 'ignored' } : undefined;
    });
    const report = await run(world, ['a', 'b', 'c', 'd'], { limits: { settleTimeout: '60s' } });
    expect(report.flowLogs.map(({ flowLogId, outcome, error }) => [flowLogId, outcome, error?.code])).toEqual(
      [
        ['a', 'failed', 'NoPermission'],
        ['b', 'failed', 'NotSuccessful'],
        ['c', 'failed', 'NotConfirmed'],
        ['d', 'confirmed', undefined],
      ],
    );
    expect(report).toMatchObject({ ok: false, summary: { total: 4, confirmed: 1, failed: 3 } });
  });

  it('of a flow log that is deleted meanwhile is a failure', async () => {
    world.setFaults(({ kind, count }) => {
      if (kind === 'list' && count === 2) world.remove('a');
      return undefined;
    });
    const report = await run(world, ['a'], { limits: { settleTimeout: '10s' } });
    expect(resultOf(report, 'a')).toMatchObject({
      outcome: 'failed',
      error: { code: 'FlowLogNotFound', message: expect.stringContaining('was it deleted meanwhile?') },
    });
  });

  it('to a status never heard of is a failure, once the time to settle has ended', async () => {
    world.setFaults(({ kind, count }) => {
      if (kind === 'list' && count === 2) world.setStatus('a', 'Frozen');
      return undefined;
    });
    const report = await run(world, ['a'], { limits: { settleTimeout: '3s' } });
    expect(resultOf(report, 'a')).toMatchObject({ outcome: 'failed', error: { code: 'UnknownStatus' } });
    expect(world.toggles()).toHaveLength(1);
  });

  it('is confirmed although reading back was refused for a while', async () => {
    world.setFaults(({ kind, count }) =>
      kind === 'list' && count > 1 && count < 4 ? { kind: 'refused', code: 'NoPermission' } : undefined,
    );
    const report = await run(world, ['a']);
    expect(resultOf(report, 'a')).toMatchObject({ outcome: 'confirmed' });
  });

  it('that was accepted and can never be read back is accepted, with a warning', async () => {
    world.setFaults(({ kind, count }) =>
      kind === 'list' && count > 1 ? { kind: 'refused', code: 'NoPermission' } : undefined,
    );
    const report = await run(world, ['a'], { limits: { settleTimeout: '10s' } });
    expect(resultOf(report, 'a')).toMatchObject({ outcome: 'accepted', status: null, error: null });
    expect(warningsOf(report)).toEqual([
      expect.stringMatching(/^a: ActiveFlowLog was accepted, but could not be read back: ./),
    ]);
    expect(report.ok).toBe(true);
    expect(world.toggles()).toHaveLength(1);
  });

  it('that is the only one left is read back alone', async () => {
    await create({
      flowLogs: [{ flowLogId: 'a' }, { flowLogId: 'b' }, { flowLogId: 'c', status: 'Active' }],
    });
    const listed: (string | null)[] = [];
    world.setFaults(({ kind, flowLogId }) => {
      if (kind === 'list') listed.push(flowLogId);
      if (kind === 'activate' && flowLogId === 'a') world.beginChange('a', 60_000, 'Active');
      return undefined;
    });
    const report = await run(world, ['a', 'b', 'c']);
    expect(report.summary).toMatchObject({ confirmed: 2, unchanged: 1 });
    const alone = listed.indexOf('a');
    expect(alone).toBeGreaterThan(1);
    expect(listed).toEqual(listed.map((_, index) => (index < alone ? null : 'a')));
  });

  it('is read back with one listing a round, however many there are', async () => {
    const flowLogs = Array.from({ length: 15 }, (_, index) => ({ flowLogId: `flowlog-${index}` }));
    await create({ flowLogs, modifyingMs: 100 });
    const report = await run(
      world,
      flowLogs.map(({ flowLogId }) => flowLogId),
    );
    expect(report.summary).toMatchObject({ confirmed: 15, failed: 0 });
    expect(world.listings()).toBe(2);
    expect(world.toggles()).toHaveLength(15);
  });
});
