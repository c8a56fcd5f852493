import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  describeOverride,
  formatOverride,
  type Override,
  parseInstantWithOffset,
  parseOverride,
} from '../../lib/reconcile/override.ts';
import { runtimeZone } from '../../lib/schedule/zone.ts';

const END = Date.parse('2026-11-23T10:00:00Z');
const BARE: Override = { status: 'Active', until: END, by: null, reason: null };

describe("an override's tag value", () => {
  it.each<[string, Partial<Override>]>([
    ['Active until 2026-11-23T18:00:00+08:00', {}],
    ['Inactive until 2026-11-23T18:00:00+08:00', { status: 'Inactive' }],
    ['Active until 2026-11-23T18:00:00+08:00; by=netops', { by: 'netops' }],
    ['Active until 2026-11-23T18:00:00+08:00; reason=incident 42', { reason: 'incident 42' }],
    [
      'Active until 2026-11-23T18:00:00+08:00; by=netops; reason=incident 42',
      { by: 'netops', reason: 'incident 42' },
    ],
    ['Active until 2026-11-23T18:00:00+08:00; by=网络组; reason=割接', { by: '网络组', reason: '割接' }],
    ['Active until 2026-11-23T18:00:00+08:00; reason=a; by=b; reason=c', { reason: 'a; by=b; reason=c' }],
  ])('is written and read as %s', (value, parts) => {
    expect(formatOverride({ ...BARE, ...parts }, runtimeZone('Asia/Shanghai'))).toBe(value);
    expect(parseOverride(value)).toEqual({ ...BARE, ...parts });
  });

  it('is read as it was written, whatever it says', () => {
    const line = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .map((text) => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '').trim())
      .filter((text) => text !== '');
    fc.assert(
      fc.property(
        fc.record({
          status: fc.constantFrom('Active', 'Inactive'),
          until: fc
            .integer({ min: Date.UTC(2026, 0) / 1000, max: Date.UTC(9999, 0) / 1000 })
            .map((seconds) => seconds * 1000),
          by: fc.option(
            line.map((text) => text.replaceAll(';', ',')),
            { nil: null },
          ),
          reason: fc.option(line, { nil: null }),
        }),
        fc.constantFrom('UTC', 'Asia/Shanghai', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Kiritimati'),
        (override, zone) => {
          expect(parseOverride(formatOverride(override, runtimeZone(zone)))).toEqual(override);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each<[string, Partial<Override>]>([
    ['active until 2026-11-23T18:00:00+08:00', {}],
    ['INACTIVE until 2026-11-23T18:00:00+08:00', { status: 'Inactive' }],
    ['aCTIVE until 2026-11-23T10:00:00Z', {}],
    ['Active until 2026-11-23t10:00:00z', {}],
    ['Active until 2026-11-23T18:00+0800', {}],
    ['Active until 2026-11-23T04:00:00-06:00', {}],
    ['  Active until 2026-11-23T10:00:00Z  ', {}],
    ['Active until 2026-11-23T10:00:00Z; by=; reason=', {}],
    ['Active until 2026-11-23T10:00:00Z; by= x ; reason= y ', { by: 'x', reason: 'y' }],
  ])('may be written by hand: %j', (value, parts) => {
    expect(parseOverride(value)).toEqual({ ...BARE, ...parts });
  });

  it.each([
    ['nothing', ''],
    ['garbage', 'on please'],
    ['another status', 'Modifying until 2026-11-23T10:00:00Z'],
    ['no until', 'Active'],
    ['no until, and a reason', 'Active; reason=incident 42'],
    ['an until that says nothing', 'Active until '],
    ['an end without an offset', 'Active until 2026-11-23T18:00:00'],
    ['an end in a named zone', 'Active until 2026-11-23T18:00:00[Asia/Shanghai]'],
    ['an offset that no place has', 'Active until 2026-11-23T18:00:00+99:99'],
    ['a date', 'Active until 2026-11-23'],
    ['a date that does not exist', 'Active until 2026-02-30T18:00:00Z'],
    ['a time that does not exist', 'Active until 2026-11-23T25:00:00Z'],
    ['a word for an end', 'Active until tomorrow'],
    ['the key of something else after the end', 'Active until 2026-11-23T10:00:00Z; team=x'],
    ['two lines', 'Active until 2026-11-23T10:00:00Z; reason=a\nb'],
    ['something before it', 'please Active until 2026-11-23T10:00:00Z'],
  ])('is unreadable with %s', (_what, value) => {
    expect(parseOverride(value)).toBeNull();
  });

  it('is read from no text that a person would not call an override', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 128 }), (text) => {
        expect(parseOverride(text)).toBeNull();
      }),
    );
  });
});

describe('an override in words', () => {
  it.each<[string, Partial<Override>]>([
    ['override until 2026-11-23T18:00:00+08:00', {}],
    ['override by netops until 2026-11-23T18:00:00+08:00', { by: 'netops' }],
    ['override until 2026-11-23T18:00:00+08:00: incident 42', { reason: 'incident 42' }],
    [
      'override by netops until 2026-11-23T18:00:00+08:00: incident 42',
      { by: 'netops', reason: 'incident 42' },
    ],
  ])('reads %s', (text, parts) => {
    expect(describeOverride({ ...BARE, ...parts }, runtimeZone('Asia/Shanghai'))).toBe(text);
  });
});

describe('an instant with its offset', () => {
  it.each([
    ['2026-11-23T18:00:00+08:00', END],
    ['2026-11-23T18:00:00.250+08:00', END + 250],
    ['2026-11-23T10:00Z', END],
    ['2026-11-23T24:00:00Z', Date.parse('2026-11-24T00:00:00Z')],
    ['2026-11-24T00:00:00+14:00', END],
  ])('is %s', (text, ms) => {
    expect(parseInstantWithOffset(text)).toBe(ms);
  });

  it.each(['', '2026-11-23T18:00:00', '2026-11-23Z', '23.11.2026T18:00:00Z', '2026-11-23T18:00:00+15:00'])(
    'is not %j',
    (text) => {
      expect(parseInstantWithOffset(text)).toBeNull();
    },
  );
});
