import type { Clock } from '../../lib/reconcile/ports.ts';

/**
 * A clock on which waiting takes no time. Whoever sleeps is woken in the order of the instants they asked for, and one
 * at a time: what a woken one does without sleeping happens before the next one wakes.
 * @param start wall clock to begin with, milliseconds since the epoch; the monotonic origin is another
 * @param isBusy while it is true nobody is woken, so time stands still
 */
export function virtualClock(
  start = Date.parse('2026-11-23T00:00:00Z'),
  isBusy: () => boolean = () => false,
): Clock {
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  let elapsed = 0;
  let ticking = false;

  function tick(): void {
    if (isBusy()) {
      setImmediate(tick);
      return;
    }
    const next = sleepers.shift();
    ticking = next !== undefined;
    if (next === undefined) return;
    elapsed = Math.max(elapsed, next.at);
    next.wake();
    setImmediate(tick);
  }

  return {
    now: () => Math.floor(start + elapsed),
    monotonic: () => 1_000 + elapsed,
    sleep: (ms) =>
      new Promise((wake) => {
        sleepers.push({ at: elapsed + ms, wake });
        sleepers.sort((a, b) => a.at - b.at);
        if (!ticking) setImmediate(tick);
        ticking = true;
      }),
  };
}
