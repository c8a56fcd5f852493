import pLimit from 'p-limit';
import type { Budget } from '../reconcile/budget.ts';

/** Runs so many at a time, in order. */
export type Slots = <Result>(call: () => Promise<Result>) => Promise<Result>;

export const createSlots = (concurrency: number): Slots => pLimit(concurrency);

/**
 * One per account and service: at most so many calls in flight, and one pause for all of them, since Alibaba Cloud
 * throttles an account at a service, and not a call.
 */
export interface Gate {
  /**
   * Runs a call when its turn has come and no pause is on.
   * @returns null without running it when `turn` ended first, or a pause lasts longer
   */
  pass<Result>(turn: Budget, call: () => Promise<Result>): Promise<Result | null>;
  /** Holds every call that has not started, for `ms` from now, and lets half as many go at a time then. */
  pause(ms: number): void;
  /** A call was not throttled: little by little as many go again as may. */
  goOn(): void;
  /** Milliseconds for which it still holds them. */
  pausedMs(): number;
}

/**
 * @param monotonic milliseconds
 * @param slots what the gates of an account share; a call that a pause holds has none
 */
export function createGate(
  concurrency: number,
  monotonic: () => number,
  slots: Slots = createSlots(concurrency),
): Gate {
  const limit = pLimit(concurrency);
  let pausedUntil = 0;
  let passed = 0;
  const pausedMs = () => Math.max(0, pausedUntil - monotonic());
  return {
    pass: (turn, call) =>
      limit(async () => {
        for (;;) {
          const outcome = await slots(async () => {
            const ms = pausedMs();
            return ms > 0 ? { ms } : { result: turn.remainingMs() === 0 ? null : await call() };
          });
          if ('result' in outcome) return outcome.result;
          if (outcome.ms >= turn.remainingMs() || !(await turn.sleep(outcome.ms))) return null;
        }
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
