/** Milliseconds to wait before the next call of the account would pass; 0 when this one passes. */
export type RateLimit = (accountId: string) => number;

/** One token bucket per account. @param now monotonic milliseconds */
export function createRateLimit(callsPerSecond: number, burst: number, now: () => number): RateLimit {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (accountId) => {
    const at = now();
    const bucket = buckets.get(accountId) ?? { tokens: burst, at };
    const tokens = Math.min(burst, bucket.tokens + ((at - bucket.at) / 1000) * callsPerSecond);
    const passes = tokens >= 1;
    buckets.set(accountId, { tokens: passes ? tokens - 1 : tokens, at });
    return passes ? 0 : Math.ceil(((1 - tokens) / callsPerSecond) * 1000);
  };
}
