import { describe, expect, it } from 'vitest';
import { intervals } from '../../lib/schedule/intervals.ts';
import type { DaysWindow } from '../../lib/schedule/types.ts';
import { activeSpans, at, daysWindow, schedule } from './schedules.ts';

const DAY = 86_400_000;

/** Active stretches of one window over the local dates [from, to), in UTC. */
function spans(timezone: string, window: DaysWindow, from: string, to: string, leadMs = 0): string[] {
  return activeSpans(intervals(schedule({ timezone, windows: [window], leadMs }), at(from), at(to)));
}

describe('a window on ordinary days', () => {
  it.each([
    [
      'opens at from and closes at to',
      daysWindow('daily', '08:00', '20:00'),
      ['2026-05-05T08:00Z/2026-05-05T20:00Z'],
    ],
    ['ends at 24:00', daysWindow('daily', '20:00', '24:00'), ['2026-05-05T20:00Z/2026-05-06T00:00Z']],
    ['lasts the whole day', daysWindow('daily', '00:00', '24:00'), ['2026-05-05T00:00Z/2026-05-06T00:00Z']],
    ['begins at midnight', daysWindow('daily', '00:00', '06:00'), ['2026-05-05T00:00Z/2026-05-05T06:00Z']],
    ['lasts one minute', daysWindow('daily', '23:59', '24:00'), ['2026-05-05T23:59Z/2026-05-06T00:00Z']],
    [
      'ends on the next date when to is before from',
      daysWindow('daily', '22:00', '06:00'),
      ['2026-05-05T00:00Z/2026-05-05T06:00Z', '2026-05-05T22:00Z/2026-05-06T00:00Z'],
    ],
    [
      'ends on the next date at 00:00',
      daysWindow([2], '22:00', '00:00'),
      ['2026-05-05T22:00Z/2026-05-06T00:00Z'],
    ],
    ['is named by the date it starts on: not on Monday', daysWindow([1], '08:00', '20:00'), []],
    [
      'is named by the date it starts on: still open from Monday',
      daysWindow([1], '22:00', '06:00'),
      ['2026-05-05T00:00Z/2026-05-05T06:00Z'],
    ],
    ['opens on a workday', daysWindow('workdays', '08:00', '20:00'), ['2026-05-05T08:00Z/2026-05-05T20:00Z']],
    ['stays shut on a workday when it is for holidays', daysWindow('holidays', '08:00', '20:00'), []],
  ] as const)('%s', (_, window, expected) => {
    expect(spans('UTC', window, '2026-05-05T00:00Z', '2026-05-06T00:00Z')).toEqual(expected);
  });

  it('without a calendar is for holidays on Saturday and Sunday', () => {
    expect(
      spans('UTC', daysWindow('holidays', '08:00', '20:00'), '2026-05-04T00:00Z', '2026-05-11T00:00Z'),
    ).toEqual(['2026-05-09T08:00Z/2026-05-09T20:00Z', '2026-05-10T08:00Z/2026-05-10T20:00Z']);
  });
});

/** Name, zone, local date, from, to; and UTC times of start and end, on the UTC date or on the one before or after. */
type Row = [string, string, string, string, string, string, string, (-1 | 0 | 1)?];

describe('a window on the date of a change of the clock', () => {
  it.each<Row>([
    // New York, spring: 02:00 EST -> 03:00 EDT at 07:00Z on 2026-03-08
    [
      'start in the gap moves to its end',
      'America/New_York',
      '2026-03-08',
      '02:30',
      '05:00',
      '07:00Z',
      '09:00Z',
    ],
    [
      'start at the gap moves to its end',
      'America/New_York',
      '2026-03-08',
      '02:00',
      '05:00',
      '07:00Z',
      '09:00Z',
    ],
    ['start at the end of the gap', 'America/New_York', '2026-03-08', '03:00', '05:00', '07:00Z', '09:00Z'],
    ['end in the gap is its start', 'America/New_York', '2026-03-08', '01:00', '02:30', '06:00Z', '07:00Z'],
    [
      'end at the end of the gap is its start',
      'America/New_York',
      '2026-03-08',
      '01:00',
      '03:00',
      '06:00Z',
      '07:00Z',
    ],
    ['around the gap', 'America/New_York', '2026-03-08', '01:59', '03:01', '06:59Z', '07:01Z'],
    // New York, autumn: 02:00 EDT -> 01:00 EST at 06:00Z on 2026-11-01
    [
      'end in the overlap takes the second pass',
      'America/New_York',
      '2026-11-01',
      '00:00',
      '01:30',
      '04:00Z',
      '06:30Z',
    ],
    [
      'start in the overlap takes the first pass',
      'America/New_York',
      '2026-11-01',
      '01:30',
      '03:00',
      '05:30Z',
      '08:00Z',
    ],
    [
      'within the overlap lasts from the first pass to the second',
      'America/New_York',
      '2026-11-01',
      '01:15',
      '01:45',
      '05:15Z',
      '06:45Z',
    ],
    [
      'end at the start of the overlap',
      'America/New_York',
      '2026-11-01',
      '00:00',
      '01:00',
      '04:00Z',
      '05:00Z',
    ],
    [
      'start at the end of the overlap',
      'America/New_York',
      '2026-11-01',
      '02:00',
      '03:00',
      '07:00Z',
      '08:00Z',
    ],
    // Lord Howe: half an hour at 02:00, 15:30Z on 2026-10-03 and 15:00Z on 2026-04-04
    [
      'start in a gap of half an hour',
      'Australia/Lord_Howe',
      '2026-10-04',
      '02:15',
      '03:00',
      '15:30Z',
      '16:00Z',
      -1,
    ],
    [
      'end in an overlap of half an hour',
      'Australia/Lord_Howe',
      '2026-04-05',
      '01:00',
      '01:45',
      '14:00Z',
      '15:15Z',
      -1,
    ],
    // Havana: midnight -> 01:00 at 05:00Z on 2026-03-08, 01:00 -> midnight at 05:00Z on 2026-11-01
    [
      'start at a midnight that does not exist',
      'America/Havana',
      '2026-03-08',
      '00:00',
      '02:00',
      '05:00Z',
      '06:00Z',
    ],
    ['a midnight that comes twice', 'America/Havana', '2026-11-01', '00:00', '01:00', '04:00Z', '06:00Z'],
    // Santiago: 24:00 -> 23:00 at 03:00Z on 2026-04-05
    [
      'end at a midnight that comes after the second pass',
      'America/Santiago',
      '2026-04-04',
      '22:00',
      '24:00',
      '01:00Z',
      '04:00Z',
      1,
    ],
  ])('%s', (_, zone, date, from, to, start, end, shift = 0) => {
    const noon = at(`${date}T12:00Z`);
    const utcDate = new Date(noon + shift * DAY).toISOString().slice(0, 10);
    const [weekday] = ([7, 1, 2, 3, 4, 5, 6] as const).slice(new Date(noon).getUTCDay());
    const window = daysWindow([weekday ?? 7], from, to);
    const found = intervals(schedule({ timezone: zone, windows: [window] }), noon - 2 * DAY, noon + 2 * DAY);
    expect(activeSpans(found)).toEqual([`${utcDate}T${start}/${utcDate}T${end}`]);
  });

  it('does not occur when it lies wholly in the gap', () => {
    expect(
      spans(
        'America/New_York',
        daysWindow('daily', '02:10', '02:50'),
        '2026-03-07T05:00Z',
        '2026-03-10T04:00Z',
      ),
    ).toEqual(['2026-03-07T07:10Z/2026-03-07T07:50Z', '2026-03-09T06:10Z/2026-03-09T06:50Z']);
  });

  it('does not occur in lead time either when it lies wholly in the gap', () => {
    expect(
      spans(
        'America/New_York',
        daysWindow([7], '02:10', '02:50'),
        '2026-03-07T05:00Z',
        '2026-03-10T04:00Z',
        600_000,
      ),
    ).toEqual([]);
  });

  it('does not occur on the date that Samoa skipped', () => {
    // Friday 2011-12-30 did not exist: Thursday ended at 10:00Z, and Saturday began.
    expect(
      spans('Pacific/Apia', daysWindow('daily', '08:00', '20:00'), '2011-12-29T10:00Z', '2011-12-31T10:00Z'),
    ).toEqual(['2011-12-29T18:00Z/2011-12-30T06:00Z', '2011-12-30T18:00Z/2011-12-31T06:00Z']);
  });

  it('never flaps where the clock is put back over midnight', () => {
    // St John's, 2010-11-07: at 00:01 back to 23:01 of the date before.
    expect(
      spans('America/St_Johns', daysWindow([7], '00:00', '08:00'), '2010-11-06T12:00Z', '2010-11-08T00:00Z'),
    ).toEqual(['2010-11-07T02:30Z/2010-11-07T11:30Z']);
  });
});

describe('lead time', () => {
  it.each([
    ['moves the start', daysWindow('daily', '08:00', '20:00'), ['2026-05-05T07:55Z/2026-05-05T20:00Z']],
    [
      'reaches into the date before',
      daysWindow([3], '00:00', '06:00'),
      ['2026-05-05T23:55Z/2026-05-06T00:00Z'],
    ],
    [
      'joins a window to the one before',
      daysWindow('daily', '20:02', '20:00'),
      ['2026-05-05T00:00Z/2026-05-06T00:00Z'],
    ],
  ] as const)('%s', (_, window, expected) => {
    expect(spans('UTC', window, '2026-05-05T00:00Z', '2026-05-06T00:00Z', 300_000)).toEqual(expected);
  });

  it('may be longer than a day', () => {
    const friday = daysWindow([5], '08:00', '20:00');
    expect(spans('UTC', friday, '2026-05-04T00:00Z', '2026-05-11T00:00Z', 3 * DAY)).toEqual([
      '2026-05-05T08:00Z/2026-05-08T20:00Z',
    ]);
    expect(spans('UTC', friday, '2026-05-04T00:00Z', '2026-05-05T12:00Z', 3 * DAY)).toEqual([
      '2026-05-05T08:00Z/2026-05-05T12:00Z',
    ]);
  });
});
