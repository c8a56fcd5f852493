import { afterEach, describe, expect, it } from 'vitest';
import { resultOf, run, WORLDS, type World, type WorldOptions } from '../support/world.ts';

const ids = Array.from({ length: 10 }, (_, index) => `flowlog-${index}`);
const flowLogs = ids.map((flowLogId) => ({ flowLogId }));

/** A run never goes past its end, and tells what it knows, the same whatever is behind the port. */
describe.each(WORLDS)('a run whose time ends %s', (_name, createWorld) => {
  let world: World | undefined;
  afterEach(async () => {
    await world?.close();
    world = undefined;
  });

  async function runFor(timeMs: number, options: WorldOptions) {
    world = await createWorld({ flowLogs, ...options });
    const before = world.clock.monotonic();
    const report = await run(world, ids, { timeMs });
    expect(world.clock.monotonic() - before).toBeLessThanOrEqual(timeMs);
    expect(report.durationMs).toBe(world.clock.monotonic() - before);
    expect(report.summary.total).toBe(10);
    return { report, world };
  }

  it('before it began sends nothing', async () => {
    const { report, world: present } = await runFor(0, {});
    expect(report).toMatchObject({ ok: false, summary: { failed: 10 } });
    expect(resultOf(report, 'flowlog-0')).toMatchObject({
      observed: null,
      desired: 'Active',
      action: 'none',
      attempts: 0,
      error: { code: 'OutOfTime' },
    });
    expect(present.listings() + present.toggles().length).toBe(0);
  });

  it('while it observes changes nothing', async () => {
    const { report, world: present } = await runFor(2_000, { latencyMs: 5_000 });
    expect(report.flowLogs.map(({ outcome, error }) => [outcome, error?.code])).toEqual(
      ids.map(() => ['failed', 'RequestTimeout']),
    );
    expect(present.toggles()).toEqual([]);
  });

  it('while it applies tells which calls were never sent, and reads back those that were', async () => {
    // The listing takes 0.2 s, and so does every toggle. The last half second is kept for a listing.
    const { report, world: present } = await runFor(1_400, { latencyMs: 200, concurrency: 1 });
    const sent = present.toggles().map(({ flowLogId }) => flowLogId);
    expect(sent).toHaveLength(4);
    for (const { flowLogId, outcome, error, attempts, status } of report.flowLogs) {
      const told = [outcome, error?.code, attempts, status];
      if (sent.includes(flowLogId)) expect(told).toEqual(['accepted', undefined, 1, 'Modifying']);
      else if (flowLogId === 'flowlog-4') expect(told).toEqual(['failed', 'RequestTimeout', 1, 'Inactive']);
      else expect(told).toEqual(['failed', 'OutOfTime', 0, 'Inactive']);
    }
    expect(report.summary).toMatchObject({ accepted: 4, failed: 6 });
  });

  it('while it settles tells what was accepted', async () => {
    const { report, world: present } = await runFor(3_000, { modifyingMs: 60_000 });
    expect(report).toMatchObject({ ok: true, summary: { accepted: 10, failed: 0 } });
    expect(new Set(Object.values(present.statuses()))).toEqual(new Set(['Modifying']));
    expect(present.toggles()).toHaveLength(10);
  });

  it('before a lost call could be sent again tells why it is in doubt', async () => {
    world = await createWorld({ flowLogs: [{ flowLogId: 'a' }] });
    world.setFaults(({ kind }) => (kind === 'activate' ? { kind: 'lost-before' } : undefined));
    const report = await run(world, ['a'], { timeMs: 400 });
    expect(resultOf(report, 'a')).toMatchObject({
      action: 'activate',
      outcome: 'failed',
      attempts: 1,
      settleMs: null,
      error: { code: 'ECONNRESET' },
    });
    expect(world.listings()).toBe(2);
  });
});
