/** Milliseconds to wait before the next call of the same key would pass; 0 when this one passes. */
export type RateLimit = (key: string) => number;

/** One token bucket per key. @param now monotonic milliseconds */
export function createRateLimit(callsPerSecond: number, burst: number, now: () => number): RateLimit {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (key) => {
    const at = now();
    const bucket = buckets.get(key) ?? { tokens: burst, at };
    const tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) / 1000) * callsPerSecond);
    const passes = tokens >= 1;
    buckets.set(key, { tokens: passes ? tokens - 1 : tokens, at });
    return passes ? 0 : Math.ceil(((1 - tokens) / callsPerSecond) * 1000);
  };
}
