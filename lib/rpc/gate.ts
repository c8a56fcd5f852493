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
  /** Holds every call of the account that has not started, for `ms` from now. */
  pause(ms: number): void;
  /** Milliseconds for which it still holds them. */
  pausedMs(): number;
}

/** @param monotonic milliseconds */
export function createGate(concurrency: number, monotonic: () => number): Gate {
  const limit = pLimit(concurrency);
  let pausedUntil = 0;
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
    },
    pausedMs,
  };
}
