/** Whether and when a call that did not succeed is sent again. Pure. */
import type { CloudError } from '../reconcile/cloud-error.ts';

export interface RetryPolicy {
  /** How often a request is sent in all. */
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** How long one answer is waited for, milliseconds. */
  readonly timeoutMs: number;
  /** Nothing but throttled calls is sent again. */
  readonly throttledOnly?: boolean;
}

/** For calls without which a run cannot go on. */
export const PATIENT: RetryPolicy = {
  attempts: 8,
  firstDelayMs: 500,
  maxDelayMs: 8_000,
  timeoutMs: 10_000,
};

/** Unreadable 2xx and 3xx answers are asked for this often; more rarely helps. */
const MAX_STRANGE = 3;

/** @param isRepeatable whether the operation leaves the same state behind however often it is sent */
export function isWorthRepeating(error: CloudError, policy: RetryPolicy, isRepeatable: boolean): boolean {
  const { attempts, again, effect, throttled, httpStatus, code } = error;
  if (attempts >= policy.attempts || again === 'never') return false;
  if (policy.throttledOnly) return throttled;
  if (effect === 'none') return true;
  const isStrange = code === 'AnswerTooLarge' || (httpStatus !== null && httpStatus < 400);
  return isRepeatable && !(isStrange && attempts >= MAX_STRANGE);
}

/**
 * Doubles up to a limit, the upper half of it random, and is never less than the service asked for.
 * @param attempts made so far, from 1
 * @param random from 0 to 1
 */
export function retryDelayMs(
  attempts: number,
  retryAfterMs: number | null,
  { firstDelayMs, maxDelayMs }: RetryPolicy,
  random: number,
): number {
  const backoff = Math.min(maxDelayMs, firstDelayMs * 2 ** (attempts - 1));
  return Math.round(Math.max(backoff * (0.5 + random / 2), retryAfterMs ?? 0));
}
