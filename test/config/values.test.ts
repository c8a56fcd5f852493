import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  exceptionEnd,
  exceptionStart,
  isBefore,
  isDate,
  isLocalDateTime,
  isZone,
  nextDate,
  parseDuration,
  parseTimeOfDay,
} from '../../lib/config/values.ts';
import { formatDuration } from '../../lib/text.ts';

describe('parseDuration', () => {
  it.each([
    ['90s', 90_000],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['1h30m', 5_400_000],
    ['1d2h3m4s', 93_784_000],
    ['0h1s', 1_000],
    ['007m', 420_000],
  ])('reads %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    ['nothing', ''],
    ['no unit', '10'],
    ['a negative length', '-10m'],
    ['zero', '0s'],
    ['zero in several units', '0d0h0m0s'],
    ['a fraction', '1.5h'],
    ['units in another order', '30m1h'],
    ['a unit twice', '1h1h'],
    ['spaces', '1h 30m'],
    ['an upper-case unit', '10M'],
    ['an unknown unit', '1w'],
    ['more than a number can count', '99999999999999d'],
  ])('is null for %s', (_, text) => {
    expect(parseDuration(text)).toBeNull();
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [999, '0s'],
    [1_999, '1s'],
    [60_000, '1m'],
    [5_400_000, '1h30m'],
    [604_800_000, '7d'],
    [93_784_000, '1d2h3m4s'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('writes every positive number of whole seconds as parseDuration reads it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 12 }), (seconds) => {
        expect(parseDuration(formatDuration(seconds * 1000))).toBe(seconds * 1000);
      }),
    );
  });

  it('drops parts of a second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 9 }), fc.integer({ min: 0, max: 999 }), (seconds, rest) => {
        expect(formatDuration(seconds * 1000 + rest)).toBe(formatDuration(seconds * 1000));
      }),
    );
  });
});

describe('parseTimeOfDay', () => {
  it.each([
    ['00:00', 0],
    ['08:30', 510],
    ['23:59', 1439],
    ['24:00', 1440],
  ])('reads %s', (text, minute) => {
    expect(parseTimeOfDay(text)).toBe(minute);
  });

  it.each(['', '8:00', '08:0', '08:60', '24:01', '25:00', '08:00:00', ' 08:00', '08-00', '-1:00'])(
    'is null for "%s"',
    (text) => {
      expect(parseTimeOfDay(text)).toBeNull();
    },
  );
});

describe('isDate', () => {
  it.each(['2026-12-24', '2024-02-29', '2000-02-29', '1970-01-01', '9999-12-31'])('takes %s', (text) => {
    expect(isDate(text)).toBe(true);
  });

  it.each([
    ['2026-02-29', 'a leap day of no leap year'],
    ['1900-02-29', 'a leap day of a century'],
    ['2026-04-31', 'the 31st of a short month'],
    ['2026-13-01', 'a thirteenth month'],
    ['2026-00-10', 'no month'],
    ['2026-01-00', 'no day'],
    ['2026-1-1', 'digits left out'],
    ['26-01-01', 'a short year'],
    ['2026-12-24T00:00', 'a time'],
    ['', 'nothing'],
  ])('refuses %s: %s', (text) => {
    expect(isDate(text)).toBe(false);
  });
});

describe('isLocalDateTime', () => {
  it.each(['2026-12-31T18:00', '2024-02-29T00:00', '2026-12-31T23:59'])('takes %s', (text) => {
    expect(isLocalDateTime(text)).toBe(true);
  });

  it.each([
    '2026-12-31',
    '2026-12-31T',
    '2026-12-31T24:00',
    '2026-12-31T25:00',
    '2026-02-30T08:00',
    '2026-12-31T18:00:00',
    '2026-12-31T18:00Z',
    '2026-12-31 18:00',
    '2026-12-31t18:00',
    '',
  ])('refuses "%s"', (text) => {
    expect(isLocalDateTime(text)).toBe(false);
  });
});

describe('the ends of an exception', () => {
  it('include both dates whole', () => {
    expect([exceptionStart('2026-12-28'), exceptionEnd('2026-12-31')]).toEqual([
      '2026-12-28T00:00',
      '2027-01-01T00:00',
    ]);
  });

  it('are date-times as they are written', () => {
    expect([exceptionStart('2026-12-31T18:00'), exceptionEnd('2027-01-04T08:00')]).toEqual([
      '2026-12-31T18:00',
      '2027-01-04T08:00',
    ]);
  });

  it('lie in order whatever date follows whatever other, the last one that can be written included', () => {
    const date = fc
      .date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((value) => value.toISOString().slice(0, 10));
    fc.assert(
      fc.property(date, date, (a, b) => {
        const [first = '', last = ''] = [a, b].sort();
        expect(isBefore(exceptionStart(first), exceptionEnd(last))).toBe(true);
        expect(isBefore(exceptionEnd(last), exceptionStart(first))).toBe(false);
      }),
      { examples: [['9999-12-31', '9999-12-31']] },
    );
  });
});

describe('nextDate', () => {
  it.each([
    ['2026-11-23', '2026-11-24'],
    ['2026-12-31', '2027-01-01'],
    ['2024-02-28', '2024-02-29'],
    ['2026-02-28', '2026-03-01'],
    ['9999-12-31', '+010000-01-01'],
  ])('after %s is %s', (date, next) => {
    expect(nextDate(date)).toBe(next);
  });
});

describe('isZone', () => {
  it.each(['Asia/Shanghai', 'America/New_York', 'America/Argentina/Buenos_Aires', 'UTC'])(
    'takes %s',
    (name) => {
      expect(isZone(name)).toBe(true);
    },
  );

  it.each(['', 'Asia/Shangai', '+08:00', '-05:00', 'Asia/', 'local', 'CST6'])('refuses "%s"', (name) => {
    expect(isZone(name)).toBe(false);
  });
});
