import { describe, expect, it } from 'vitest';
import { extractionFeeFor, extractionFees, GB, priceOf } from '../../../lib/tool/report/charge.ts';
import { LIST_PRICES } from '../../../lib/tool/report/list-prices.ts';

describe('the price of a raw GB', () => {
  it.each([
    ['cn-hangzhou', 'ChargeByDataIngest', 0.4, 'CNY'],
    ['cn-hangzhou', 'ChargeByFunction', 0.386, 'CNY'],
    ['cn-shanghai-finance-1', 'ChargeByDataIngest', 0.76, 'CNY'],
    ['eu-central-1', 'ChargeByFunction', 0.0965, 'USD'],
    ['cn-hongkong', 'ChargeByFunction', 0.0965, 'USD'],
  ] as const)('in %s with %s is %f %s, with its date and source', (regionId, mode, perGB, currency) => {
    const price = priceOf(regionId, mode, null);
    expect(price).toMatchObject({
      known: true,
      currency,
      basis: expect.stringMatching(/as of \d{4}-\d\d .*Service/),
    });
    expect(price.known && price.perGB).toBeCloseTo(perGB, 10);
  });

  it('is the config’s where it has one, whatever the charging mode', () => {
    expect(priceOf('cn-hangzhou', null, { currency: 'EUR', pricePerGB: 0.1 })).toMatchObject({
      known: true,
      perGB: 0.1,
      currency: 'EUR',
      basis: expect.stringContaining('config'),
    });
  });

  it.each([
    ['cn-hangzhou', null, /charging mode/],
    ['eu-central-1', 'ChargeByDataIngest', /no list price .* set pricing/],
  ] as const)('in %s with %s is not known, and says why', (regionId, mode, reason) => {
    expect(priceOf(regionId, mode, null)).toEqual({ known: false, reason: expect.stringMatching(reason) });
  });

  it('has one list price for each area and mode, each with a date and a source', () => {
    const kinds = LIST_PRICES.map(({ area, mode }) => `${area} ${mode}`);
    expect(new Set(kinds).size).toBe(kinds.length);
    for (const { asOf, source, currency } of LIST_PRICES) {
      expect(asOf).toMatch(/^20\d\d-(0[1-9]|1[0-2])$/);
      expect(source).not.toBe('');
      expect(currency).toMatch(/^[A-Z]{3}$/);
    }
  });
});

describe("VPC's extraction fee", () => {
  it.each([
    [0, 0],
    [5, 0],
    [6, 0.37],
    [10_240, 10_235 * 0.37],
    [10_241, 10_235 * 0.37 + 0.185],
    [30_720, 10_235 * 0.37 + 20_480 * 0.185],
    [51_201, 10_235 * 0.37 + 20_480 * 0.185 + 20_480 * 0.074 + 0.037],
  ])('of %i GB a month is %f USD', (gb, fee) => {
    expect(extractionFeeFor(gb)).toBeCloseTo(fee, 9);
  });

  it('counts tiers together within a month and region, and shares them by what was written', () => {
    const extracted = (key: string, together: string, written: number, notWritten: number) => ({
      ...{ key, together },
      ...{ written: written * GB, notWritten: notWritten * GB, notWrittenAtLeast: notWritten * GB },
    });
    const fees = extractionFees([
      extracted('a', 'october', 30, 10),
      extracted('b', 'october', 10, 30),
      extracted('a', 'november', 5, 1),
    ]);
    const october = 35 * 0.37;
    expect(fees.get('a')?.written).toBeCloseTo(october * 0.75, 9);
    expect(fees.get('b')?.written).toBeCloseTo(october * 0.25, 9);
    expect(fees.get('a')?.saved).toBeCloseTo(40 * 0.37 * 0.25 + 0.37, 9);
    expect(fees.get('b')?.savedAtLeast).toBeCloseTo(40 * 0.37 * 0.75, 9);
  });
});
