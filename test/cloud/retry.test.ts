import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWorthRepeating, PATIENT, retryDelayMs } from '../../lib/cloud/retry.ts';
import { CloudError, type CloudFailure } from '../../lib/reconcile/cloud-error.ts';
import { CALL } from '../support/cloud-call.ts';

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
    expect(retryDelayMs(attempts, null, PATIENT, 0)).toBe(least);
    expect(retryDelayMs(attempts, null, PATIENT, 1)).toBe(most);
    expect(retryDelayMs(attempts, null, PATIENT, 0.5)).toBe((least + most) / 2);
  });

  it('is never less than the service asks for, and else within the bounds of its policy', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.option(fc.integer({ min: 0, max: 100_000 })),
        fc.integer({ min: 2, max: 1_000 }),
        fc.integer({ min: 1_000, max: 10_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempts, retryAfterMs, firstDelayMs, maxDelayMs, random) => {
          const policy = { ...PATIENT, firstDelayMs, maxDelayMs };
          const delay = retryDelayMs(attempts, retryAfterMs, policy, random);
          expect(Number.isInteger(delay)).toBe(true);
          expect(delay).toBeGreaterThanOrEqual(Math.max(Math.round(firstDelayMs / 2), retryAfterMs ?? 0));
          expect(delay).toBeLessThanOrEqual(Math.max(maxDelayMs, retryAfterMs ?? 0));
        },
      ),
    );
  });
});

const THROTTLED = { again: 'later', throttled: true } as const;
const REFUSED = { again: 'later' } as const;
const UNKNOWN = { effect: 'unknown', again: 'later', httpStatus: 502 } as const;
const STRANGE = { effect: 'unknown', again: 'later', httpStatus: 200 } as const;

describe('a call', () => {
  type Row = readonly [
    string,
    Partial<CloudFailure>,
    { isRepeatable?: boolean; throttledOnly?: boolean },
    boolean,
  ];
  it.each<Row>([
    ['throttled', THROTTLED, {}, true],
    ['refused for a while', REFUSED, {}, true],
    ['refused for good', {}, {}, false],
    ['of unknown effect that reads', UNKNOWN, { isRepeatable: true }, true],
    ['of unknown effect that changes something', UNKNOWN, {}, false],
    ['that had enough attempts', { ...THROTTLED, attempts: PATIENT.attempts }, {}, false],
    ['with an odd success', { ...STRANGE, attempts: 2 }, { isRepeatable: true }, true],
    ['with a third odd success', { ...STRANGE, attempts: 3 }, { isRepeatable: true }, false],
    [
      'with a third answer that is too large',
      { ...UNKNOWN, code: 'AnswerTooLarge', attempts: 3 },
      { isRepeatable: true },
      false,
    ],
    ['throttled, where nothing else is repeated', THROTTLED, { throttledOnly: true }, true],
    ['refused, where only throttled ones are repeated', REFUSED, { throttledOnly: true }, false],
  ])('%s', (_, known, { isRepeatable = false, throttledOnly = false }, expected) => {
    const error = new CloudError('m', { ...CALL, code: 'X', ...known });
    expect(isWorthRepeating(error, { ...PATIENT, throttledOnly }, isRepeatable)).toBe(expected);
  });
});
