import type { Clock } from '../reconcile/ports.ts';

/** The process's real clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  // Not `performance`, which a cold start would have to load first.
  monotonic: () => {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1e3 + nanoseconds / 1e6;
  },
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
