import type { Clock } from '../../../lib/reconcile/ports.ts';

export interface SimulatedClock extends Clock {
  /** How long each sleep was. */
  readonly slept: readonly number[];
  advance(ms: number): void;
}

/** A clock that stands still but for sleeping and `advance`. Its monotonic origin differs from its wall clock. */
export function simulatedClock(start: number): SimulatedClock {
  const slept: number[] = [];
  let elapsed = 0;
  return {
    slept,
    now: () => start + elapsed,
    monotonic: () => 1_000 + elapsed,
    sleep: async (ms) => {
      slept.push(ms);
      elapsed += ms;
    },
    advance: (ms) => {
      elapsed += ms;
    },
  };
}
