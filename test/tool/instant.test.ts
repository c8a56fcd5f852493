import { describe, expect, it } from 'vitest';
import { formatInstant, isoArgument, parseInstant } from '../../lib/tool/instant.ts';

const SHANGHAI = 'Asia/Shanghai';

describe('an instant of a command line', () => {
  it.each([
    ['a date is its first instant in the zone', '2026-11-23', '2026-11-22T16:00:00Z'],
    ['a local time is in the zone', '2026-11-23T08:00', '2026-11-23T00:00:00Z'],
    ['an offset wins over the zone', '2026-11-23T08:00-05:00', '2026-11-23T13:00:00Z'],
    ['so does Z', '2026-11-23T08:00:30Z', '2026-11-23T08:00:30Z'],
  ])('%s', (_, text, instant) => {
    expect(parseInstant(text, SHANGHAI)).toBe(Date.parse(instant));
    expect(isoArgument(text)).toBe(text);
  });

  it.each(['', 'tomorrow', '2026-02-30', '2026-11-23T25:00', '1763856000000'])('%j is none', (text) => {
    expect(parseInstant(text, SHANGHAI)).toBeNull();
    expect(() => isoArgument(text)).toThrow('Expected an ISO date or time such as 2026-11-23');
  });

  it.each(['1970-01-02', '2999-01-01'])('%s is one that schedules are worked out for', (text) => {
    expect(isoArgument(text)).toBe(text);
  });

  it.each(['0001-01-01', '1970-01-01T23:59:59', '2999-01-01T00:00:01'])('%s is too early or late', (text) => {
    expect(() => isoArgument(text)).toThrow('Expected a time from 1970-01-02 to 2999-01-01.');
  });
});

describe('an instant as it is shown', () => {
  it.each([
    ['in its zone, with the offset', '2026-11-23T00:00:00Z', SHANGHAI, 'Mon 2026-11-23 08:00 +08:00'],
    [
      'on the day that it is there',
      '2026-11-23T00:00:00Z',
      'America/New_York',
      'Sun 2026-11-22 19:00 -05:00',
    ],
    [
      'with seconds only where there are any',
      '2026-11-23T00:00:05Z',
      'UTC',
      'Mon 2026-11-23 00:00:05 +00:00',
    ],
  ])('%s', (_, instant, zone, shown) => {
    expect(formatInstant(Date.parse(instant), zone)).toBe(shown);
  });
});
