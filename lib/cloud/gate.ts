import pLimit from 'p-limit';
import type { Budget } from '../reconcile/budget.ts';

/**
 * One per account: at most so many calls in flight, and one pause for all of them, since Alibaba Cloud throttles
 * an account and not a call.
 */
export interface Gate {
  /**
   * Runs a call when its turn has come and no pause is on.
   * @returns null without running it when `turn` ended first, or a pause lasts longer
   */
  pass<Result>(turn: Budget, call: () => Promise<Result>): Promise<Result | null>;
  /** Holds every call of the account that has not started, for `ms` from now, and lets half as many go at a time then. */
  pause(ms: number): void;
  /** A call was not throttled: little by little as many go again as may. */
  goOn(): void;
  /** Milliseconds for which it still holds them. */
  pausedMs(): number;
}

/** @param monotonic milliseconds */
export function createGate(concurrency: number, monotonic: () => number): Gate {
  const limit = pLimit(concurrency);
  let pausedUntil = 0;
  let passed = 0;
  const pausedMs = () => Math.max(0, pausedUntil - monotonic());
  return {
    pass: (turn, call) =>
      limit(async () => {
        for (let ms = pausedMs(); ms > 0; ms = pausedMs()) {
          if (ms >= turn.remainingMs() || !(await turn.sleep(ms))) return null;
        }
        return turn.remainingMs() === 0 ? null : await call();
      }),
    pause: (ms) => {
      pausedUntil = Math.max(pausedUntil, monotonic() + ms);
      limit.concurrency = Math.max(1, Math.floor(limit.concurrency / 2));
      passed = 0;
    },
    goOn: () => {
      passed += 1;
      if (passed < limit.concurrency || limit.concurrency === concurrency) return;
      limit.concurrency += 1;
      passed = 0;
    },
    pausedMs,
  };
}
