import { describe, expect, it } from 'vitest';
import { CloudError } from '../../lib/reconcile/cloud-error.ts';
import { CALL } from '../support/cloud-call.ts';
import { resultOf, run, WORLDS } from '../support/world.ts';

/** When CEN is asked, and what is made of statuses that lag, the same whatever is behind the port. */
describe.each(WORLDS)('a change %s', (_name, createWorld) => {
  it('is read back after half a second, and then less and less often, every five seconds in the end', async () => {
    const world = await createWorld({ flowLogs: [{ flowLogId: 'a' }], modifyingMs: 25_000 });
    const at: number[] = [];
    world.setFaults(({ kind }) => {
      if (kind === 'list') at.push(world.clock.monotonic());
      return undefined;
    });
    const report = await run(world, ['a']);
    const waits = at.slice(1).map((each, index) => each - (at[index] ?? 0));
    expect(waits).toEqual([500, 750, 1_125, 1_687.5, 2_531.25, 3_796.875, 5_000, 5_000, 5_000]);
    expect(resultOf(report, 'a').settleMs).toBe(Math.round(waits.reduce((sum, wait) => sum + wait)));
    await world.close();
  });

  it('is confirmed when CEN tells the old status at first', async () => {
    const world = await createWorld({ flowLogs: [{ flowLogId: 'a' }] });
    world.setFaults(({ kind, count }) => {
      // The first listing observes, the second reads back what has not begun yet.
      if (kind === 'list' && count === 3) world.beginChange('a', 1_000, 'Active');
      return kind === 'activate' ? { kind: 'ignored' } : undefined;
    });
    const report = await run(world, ['a']);
    expect(resultOf(report, 'a')).toMatchObject({ outcome: 'confirmed', attempts: 1 });
    await world.close();
  });

  it('that is sent again after it went back may lag again', async () => {
    const world = await createWorld({ flowLogs: [{ flowLogId: 'a' }] });
    const seen: (string | undefined)[] = [];
    world.setFaults(({ kind, count }) => {
      if (kind === 'list') {
        if (count === 5) world.beginChange('a', 1_000, 'Active');
        seen.push(world.statuses().a);
        return undefined;
      }
      if (count > 1) return { kind: 'ignored' };
      world.beginChange('a', 600, 'Inactive');
      return { kind: 'lost-before' };
    });
    const report = await run(world, ['a']);
    expect(resultOf(report, 'a')).toMatchObject({ outcome: 'confirmed', attempts: 2 });
    // Under way and back, sent again, not begun yet, begun.
    expect(seen.slice(0, 5)).toEqual(['Inactive', 'Modifying', 'Inactive', 'Inactive', 'Modifying']);
    await world.close();
  });

  it('that is not confirmed says what happens next, and what to look at', async () => {
    const world = await createWorld({ flowLogs: [{ flowLogId: 'a' }] });
    world.setFaults(({ kind }) => (kind === 'activate' ? { kind: 'ignored' } : undefined));
    const report = await run(world, ['a'], { limits: { settleTimeout: '5s' } });
    expect(resultOf(report, 'a').error?.message).toMatch(
      /the next run tries again\. If it stays so, look at the flow log in the CEN console$/,
    );
    await world.close();
  });

  it('of a flow log of another CEN instance is refused with what to correct', async () => {
    const world = await createWorld({ flowLogs: [{ flowLogId: 'a', cenId: 'cen-1' }, { flowLogId: 'b' }] });
    const report = await run(world, [{ flowLogId: 'a', cenId: 'cen-2' }, 'b']);
    expect(resultOf(report, 'a').error?.message).toBe(
      'a belongs to cen-1, the config says cen-2; correct cenId, or leave it out',
    );
    await world.close();
  });
});

describe('an error of a call', () => {
  it('keeps all that is known', () => {
    const known = {
      ...CALL,
      code: 'X',
      effect: 'unknown',
      again: 'later',
      throttled: true,
      requestId: 'r',
      httpStatus: 503,
      retryAfterMs: 7,
    } as const;
    const error = new CloudError('what', { ...known, attempts: 4, advice: 'do this' });
    expect(error).toMatchObject({ ...known, name: 'CloudError', problem: 'what', attempts: 4 });
    expect(error.message).toBe('what (do this)');
    const changed = error.with({ attempts: 5, advice: '' });
    expect(changed).toMatchObject({ ...known, message: 'what', attempts: 5 });
  });

  it('says so where something is not', () => {
    const error = new CloudError('what', { ...CALL, code: 'X' });
    expect(error).toMatchObject({ message: 'what', effect: 'none', again: 'never', throttled: false });
    expect(error).toMatchObject({ requestId: null, httpStatus: null, retryAfterMs: null, attempts: 1 });
  });
});
