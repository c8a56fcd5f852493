import pLimit from 'p-limit';
import type { Budget } from '../reconcile/budget.ts';

/**
 * One per account: at most so many calls in flight, and one pause for all of them, since Alibaba Cloud throttles
 * an account and not a call.
 */
export interface Gate {
  /**
   * Runs a call when its turn has come and no pause is on.
   * @param atOnce not when it would have to wait
   * @returns null without running it when the budget ended first, or when it would have had to wait and must not
   */
  pass<Result>(budget: Budget, call: () => Promise<Result>, atOnce?: boolean): Promise<Result | null>;
  /** Holds every call of the account that has not started, for `ms` from now. */
  pause(ms: number): void;
}

/** @param monotonic milliseconds */
export function createGate(concurrency: number, monotonic: () => number): Gate {
  const limit = pLimit(concurrency);
  let pausedUntil = 0;
  return {
    pass: async (budget, call, atOnce = false) => {
      const waits = limit.activeCount + limit.pendingCount >= concurrency || pausedUntil > monotonic();
      if (atOnce && waits) return null;
      return limit(async () => {
        for (let ms = pausedUntil - monotonic(); ms > 0; ms = pausedUntil - monotonic()) {
          if (ms >= budget.remainingMs() || !(await budget.sleep(ms))) return null;
        }
        return budget.remainingMs() === 0 ? null : await call();
      });
    },
    pause: (ms) => {
      pausedUntil = Math.max(pausedUntil, monotonic() + ms);
    },
  };
}
