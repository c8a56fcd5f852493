import type { Clock } from '../../reconcile/ports.ts';

/** A clock on which waiting takes no time. */
export interface SimulatedClock extends Clock {
  /** Moves on to an instant, milliseconds since the epoch; never back. */
  moveTo(ms: number): void;
}

/** @param startMs milliseconds since the epoch */
export function createSimulatedClock(startMs: number): SimulatedClock {
  let now = startMs;
  return {
    now: () => now,
    monotonic: () => now,
    sleep: async (ms) => {
      now += ms;
    },
    moveTo: (ms) => {
      now = Math.max(now, ms);
    },
  };
}
