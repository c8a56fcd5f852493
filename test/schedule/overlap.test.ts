import { describe, expect, it } from 'vitest';
import { overlaps } from '../../lib/schedule/overlap.ts';
import { at, cronWindow, daysWindow, schedule, short } from './schedules.ts';

const FROM = at('2026-11-23T00:00Z'); // a Monday
const TO = at('2026-12-07T00:00Z');

const overlapsOf = (...windows: Parameters<typeof schedule>[0]['windows'] & object) =>
  overlaps(schedule({ windows }), FROM, TO).map(
    ({ first, second, both }) => `${first}+${second} ${short(both.start)}/${short(both.end)}`,
  );

describe('overlaps', () => {
  it.each([
    ['none of one window', [daysWindow('daily', '08:00', '20:00')], []],
    [
      'none of windows that touch',
      [daysWindow('daily', '08:00', '12:00'), daysWindow('daily', '12:00', '20:00')],
      [],
    ],
    [
      'the first one of each pair',
      [
        daysWindow('daily', '08:00', '12:00'),
        daysWindow([3], '11:00', '13:00'),
        daysWindow([4, 5], '07:00', '09:00'),
      ],
      ['0+1 2026-11-25T11:00Z/2026-11-25T12:00Z', '0+2 2026-11-26T08:00Z/2026-11-26T09:00Z'],
    ],
    [
      'one that begins before the range',
      [daysWindow([7], '22:00', '06:00'), daysWindow([1], '00:00', '01:00')],
      ['0+1 2026-11-23T00:00Z/2026-11-23T01:00Z'],
    ],
    [
      'a long cron window from before the range',
      [cronWindow('0 0 * * SUN', 2 * 24 * 60), daysWindow([1], '08:00', '09:00')],
      ['0+1 2026-11-23T08:00Z/2026-11-23T09:00Z'],
    ],
    ['none after the range', [cronWindow('0 12 8 12 *', 60), daysWindow('daily', '12:00', '13:00')], []],
  ])('are found: %s', (_, windows, found) => {
    expect(overlapsOf(...windows)).toEqual(found);
  });

  it('name the window that the later one overlaps', () => {
    const windows = [daysWindow('daily', '08:00', '12:00'), daysWindow('daily', '11:00', '13:00')];
    expect(overlaps(schedule({ windows }), FROM, TO)[0]?.firstWindow).toBe(windows[0]);
  });
});
