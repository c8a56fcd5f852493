import { describe, expect, it } from 'vitest';
import { createBudget } from '../../lib/reconcile/budget.ts';
import { virtualClock } from '../support/virtual-clock.ts';

function start(ms: number) {
  const clock = virtualClock();
  const startedAt = clock.monotonic();
  return {
    clock,
    budget: createBudget(clock, startedAt + ms),
    passedMs: () => clock.monotonic() - startedAt,
  };
}

describe('a budget', () => {
  it('runs down to nothing, and no further', async () => {
    const { clock, budget } = start(1_000);
    expect(budget.remainingMs()).toBe(1_000);
    await clock.sleep(400);
    expect(budget.remainingMs()).toBe(600);
    await clock.sleep(5_000);
    expect(budget.remainingMs()).toBe(0);
  });

  it.each([
    [400, true, 400],
    [999, true, 999],
    [1_000, false, 1_000],
    [60_000, false, 1_000],
    [0, true, 0],
    [-5, true, 0],
  ])('of a second, waiting for %i ms leaves time: %s', async (ms, timeLeft, passed) => {
    const { budget, passedMs } = start(1_000);
    expect(await budget.sleep(ms)).toBe(timeLeft);
    expect(passedMs()).toBe(passed);
  });

  it.each([0, -5])('asks no clock to wait for %i ms', async (ms) => {
    const waits: number[] = [];
    const clock = { ...virtualClock(), sleep: async (each: number) => void waits.push(each) };
    await createBudget(clock, clock.monotonic() + 1_000).sleep(ms);
    expect(waits).toEqual([]);
  });

  it('that is over waits no more', async () => {
    const { budget, passedMs } = start(-500);
    expect(budget.remainingMs()).toBe(0);
    expect(await budget.sleep(100)).toBe(false);
    expect(passedMs()).toBe(0);
  });

  it.each([
    [300, 300],
    [60_000, 1_000],
  ])('has a part of %i ms that ends after %i ms', async (ms, ends) => {
    const { budget, passedMs } = start(1_000);
    const part = budget.within(ms);
    expect(part.remainingMs()).toBe(ends);
    expect(await part.sleep(60_000)).toBe(false);
    expect(passedMs()).toBe(ends);
    expect(budget.remainingMs()).toBe(1_000 - ends);
  });

  it('ends at once when it is interrupted, whatever it waits for then', async () => {
    let happened = false;
    let resolve = () => {};
    const promise = new Promise<void>((now) => {
      resolve = now;
    });
    const clock = { ...virtualClock(), sleep: () => new Promise<never>(() => {}) };
    const interrupt = { happened: () => happened, promise };
    const budget = createBudget(clock, clock.monotonic() + 60_000, interrupt);
    const part = budget.within(30_000);
    const waited = [budget.sleep(10_000), part.sleep(10_000)];
    expect([budget.remainingMs(), part.remainingMs()]).toEqual([60_000, 30_000]);
    happened = true;
    resolve();
    expect(await Promise.all(waited)).toEqual([false, false]);
    expect([budget.remainingMs(), part.remainingMs()]).toEqual([0, 0]);
  });
});
