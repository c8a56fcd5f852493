import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_ATTEMPTS, retryDelayMs } from '../../lib/reconcile/retry.ts';

describe('retryDelayMs', () => {
  it.each([
    [1, 250, 500],
    [2, 500, 1_000],
    [3, 1_000, 2_000],
    [4, 2_000, 4_000],
    [5, 4_000, 8_000],
    [6, 4_000, 8_000],
    [7, 4_000, 8_000],
  ])('after attempt %i lies between %i and %i ms', (attempts, least, most) => {
    expect(retryDelayMs(attempts, null, 0)).toBe(least);
    expect(retryDelayMs(attempts, null, 1)).toBe(most);
    expect(retryDelayMs(attempts, null, 0.5)).toBe((least + most) / 2);
  });

  it('is never less than the service asks for, and else within its bounds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: MAX_ATTEMPTS - 1 }),
        fc.option(fc.integer({ min: 0, max: 100_000 })),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempts, retryAfterMs, random) => {
          const delay = retryDelayMs(attempts, retryAfterMs, random);
          expect(Number.isInteger(delay)).toBe(true);
          expect(delay).toBeGreaterThanOrEqual(Math.max(250, retryAfterMs ?? 0));
          expect(delay).toBeLessThanOrEqual(Math.max(8_000, retryAfterMs ?? 0));
        },
      ),
    );
  });
});
