import { describe, expect, it } from 'vitest';
import { china } from '../../lib/schedule/calendar.ts';
import { coverageWarnings } from '../../lib/schedule/decide.ts';
import type { Schedule } from '../../lib/schedule/types.ts';
import { at, cronWindow, daysWindow, schedule } from './schedules.ts';

const office = daysWindow('workdays', '08:00', '20:00');
const warning = (years: string): string[] => [
  `calendar "china" does not know ${years}: workdays fall back to Monday to Friday`,
];

function warnings(from: string, to: string, parts: Partial<Schedule> = {}): readonly string[] {
  const tested = schedule({ timezone: 'Asia/Shanghai', calendar: china, windows: [office], ...parts });
  return coverageWarnings(tested, at(from), at(to));
}

describe('coverage warnings', () => {
  it.each([
    ['within the covered years', '2026-01-01T00:00+08:00', '2027-01-01T00:00+08:00', []],
    [
      'one millisecond into the next year',
      '2026-01-01T00:00+08:00',
      '2027-01-01T00:00:00.001+08:00',
      warning('2027'),
    ],
    ['the local date counts, not the one in UTC', '2026-12-31T17:00Z', '2026-12-31T18:00Z', warning('2027')],
    ['one year after', '2027-05-01T00:00Z', '2027-06-01T00:00Z', warning('2027')],
    ['several years', '2026-05-01T00:00Z', '2029-06-01T00:00Z', warning('2027 to 2029')],
    ['before and after', '2003-05-01T00:00Z', '2028-06-01T00:00Z', warning('2003, 2027 to 2028')],
  ])('%s', (_, from, to, expected) => {
    expect(warnings(from, to)).toEqual(expected);
  });

  it('tell of the date that a window in lead time starts on', () => {
    expect(warnings('2026-12-31T23:00+08:00', '2026-12-31T23:58+08:00', { leadMs: 300_000 })).toEqual(
      warning('2027'),
    );
  });

  it.each([
    ['has no calendar', { calendar: null }],
    [
      'goes by weekdays only',
      { windows: [daysWindow([1, 2], '08:00', '20:00'), daysWindow('daily', '08:00', '20:00')] },
    ],
    ['goes by cron only', { windows: [cronWindow('0 * * * *', 10)] }],
  ])('are not given for a schedule that %s', (_, parts) => {
    expect(warnings('2027-05-01T00:00Z', '2027-06-01T00:00Z', parts)).toEqual([]);
  });

  it('say what a window for weekdays does in those years', () => {
    const weekdays = daysWindow('weekdays', '08:00', '20:00');
    const inMay = (windows: Schedule['windows']) =>
      warnings('2027-05-01T00:00Z', '2027-06-01T00:00Z', { windows });
    expect(inMay([weekdays])).toEqual(['calendar "china" does not know 2027: weekdays count holidays too']);
    expect(inMay([weekdays, office])).toEqual([`${warning('2027')}, weekdays count holidays too`]);
  });

  it('are given for a window for holidays too', () => {
    const windows = [daysWindow('holidays', '08:00', '20:00')];
    expect(warnings('2027-05-01T00:00Z', '2027-06-01T00:00Z', { windows })).toEqual(warning('2027'));
  });
});
