import type { Clock } from './ports.ts';

/** The time a run may take. Waiting never goes past its end. */
export interface Budget {
  /** The clock's monotonic milliseconds. */
  now(): number;
  /** Milliseconds left, never negative. */
  remainingMs(): number;
  /** Waits for `ms`, or until the end; resolves to whether time is left. */
  sleep(ms: number): Promise<boolean>;
  /** The same clock with an end no later than this one's. */
  within(ms: number): Budget;
}

/** Ends a run early, such as Ctrl-C. */
export interface Interrupt {
  readonly happened: () => boolean;
  /** Resolves when it happens. */
  readonly promise: Promise<void>;
}

/**
 * @param endsAt in the clock's monotonic milliseconds
 * @param interrupt ends the budget at once
 */
export function createBudget(clock: Clock, endsAt: number, interrupt?: Interrupt): Budget {
  const remainingMs = () => (interrupt?.happened() ? 0 : Math.max(0, endsAt - clock.monotonic()));
  return {
    now: clock.monotonic,
    remainingMs,
    async sleep(ms) {
      const wait = Math.min(ms, remainingMs());
      if (wait > 0) await Promise.race([clock.sleep(wait), ...(interrupt ? [interrupt.promise] : [])]);
      return remainingMs() > 0;
    },
    within: (ms) => createBudget(clock, Math.min(endsAt, clock.monotonic() + ms), interrupt),
  };
}

/** What is kept free at the end of a run for recording: a quarter of it, ten seconds at most. */
export const reserveMs = (timeoutMs: number): number => Math.min(10_000, timeoutMs / 4);
