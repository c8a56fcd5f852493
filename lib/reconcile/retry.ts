/** How often a call that certainly had no effect is sent in all. */
export const MAX_ATTEMPTS = 8;

const BASE_MS = 500;
const CAP_MS = 8_000;

/**
 * Doubles from half a second to eight, the upper half of it random, and never less than the service asked for.
 * @param attempts made so far, from 1
 * @param random from 0 to 1
 */
export function retryDelayMs(attempts: number, retryAfterMs: number | null, random: number): number {
  const backoff = Math.min(CAP_MS, BASE_MS * 2 ** (attempts - 1));
  const jittered = backoff * (0.5 + random / 2);
  return Math.round(Math.max(jittered, retryAfterMs ?? 0));
}
