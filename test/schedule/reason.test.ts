import { describe, expect, it } from 'vitest';
import { china } from '../../lib/schedule/calendar.ts';
import { decide } from '../../lib/schedule/decide.ts';
import { intervals, segments } from '../../lib/schedule/intervals.ts';
import { describeWindow } from '../../lib/schedule/reason.ts';
import type { Window } from '../../lib/schedule/types.ts';
import { at, cronWindow, daysWindow, exception, schedule } from './schedules.ts';

describe('a window in words', () => {
  it.each<[Window, string]>([
    [daysWindow([1, 2, 3, 4, 5], '08:00', '20:00'), 'window Mon-Fri 08:00-20:00'],
    [daysWindow([5], '22:00', '06:05'), 'window Fri 22:00-06:05'],
    [daysWindow([7, 6], '00:00', '24:00'), 'window Sat,Sun 00:00-24:00'],
    [daysWindow([1, 3, 4, 5, 7], '09:30', '10:00'), 'window Mon,Wed-Fri,Sun 09:30-10:00'],
    [daysWindow('daily', '08:00', '20:00'), 'window daily 08:00-20:00'],
    [daysWindow('workdays', '08:00', '20:00'), 'window workdays 08:00-20:00'],
    [daysWindow('holidays', '08:00', '20:00'), 'window holidays 08:00-20:00'],
    [cronWindow('0 * * * *', 10), 'window cron "0 * * * *" for 10m'],
    [cronWindow('0 * * * *', 1.5), 'window cron "0 * * * *" for 1m30s'],
    [cronWindow('0 8 * * *', 120), 'window cron "0 8 * * *" for 2h'],
    [cronWindow('0 8 * * *', 1440), 'window cron "0 8 * * *" for 1d'],
  ])('%j', (window, words) => {
    expect(describeWindow(window)).toBe(words);
  });
});

const office = schedule({
  timezone: 'Asia/Shanghai',
  calendar: china,
  windows: [daysWindow('workdays', '08:00', '20:00'), daysWindow([6], '07:00', '12:00')],
  exceptions: [
    exception('2026-12-28T00:00', '2027-01-01T00:00', 'Active', 'quarter close'),
    exception('2026-12-31T18:00', '2027-01-04T08:00', 'Inactive'),
  ],
  leadMs: 300_000,
});

describe('what decides', () => {
  const words = 'window workdays 08:00-20:00 (Asia/Shanghai)';
  it.each([
    ['an open window', '2026-09-30T08:00', 'Active', words],
    ['the first listed of two open windows', '2026-10-10T11:59', 'Active', words],
    [
      'an open window rather than one in lead time',
      '2026-10-10T07:57',
      'Active',
      'window Sat 07:00-12:00 (Asia/Shanghai)',
    ],
    ['lead time', '2026-09-30T07:55', 'Active', `lead time of ${words}`],
    ['no window', '2026-09-30T07:54', 'Inactive', 'outside every window'],
    ['no window, on a make-up workday', '2026-10-10T21:00', 'Inactive', 'outside every window'],
    ['a holiday', '2026-10-01T08:00', 'Inactive', 'holiday: National Day'],
    ['a holiday from midnight', '2026-10-01T00:00', 'Inactive', 'holiday: National Day'],
    ['a rest day', '2026-10-11T08:00', 'Inactive', 'rest day'],
    ['an exception with a reason', '2026-12-30T03:00', 'Active', 'exception: quarter close'],
    [
      'the later of two exceptions',
      '2026-12-31T18:00',
      'Inactive',
      'exception 2026-12-31T18:00 to 2027-01-04T08:00',
    ],
  ] as const)('%s', (_, local, status, reason) => {
    expect(decide(office, at(`${local}+08:00`))).toMatchObject({ status, reason });
  });

  it('is told with the occurrence of the window and the date it starts on', () => {
    expect(decide(office, at('2026-10-10T15:00+08:00')).decidedBy).toEqual({
      kind: 'window',
      index: 0,
      window: office.windows[0],
      occurrence: { start: at('2026-10-10T08:00+08:00'), end: at('2026-10-10T20:00+08:00') },
      lead: false,
      day: { date: '2026-10-10', workday: true, label: 'National Day', makeUp: true },
    });
  });

  it('is told with the occurrence that follows, in lead time', () => {
    expect(decide(office, at('2026-09-30T07:57+08:00')).decidedBy).toMatchObject({
      kind: 'window',
      occurrence: { start: at('2026-09-30T08:00+08:00') },
      lead: true,
    });
  });

  it('is told with the position of the exception', () => {
    expect(decide(office, at('2027-01-01T00:00+08:00')).decidedBy).toEqual({
      kind: 'exception',
      index: 1,
      exception: office.exceptions[1],
    });
  });

  it('is told with the local date where the schedule goes by workdays or holidays', () => {
    expect(decide(office, at('2026-10-10T21:00+08:00')).decidedBy).toEqual({
      kind: 'outside',
      day: { date: '2026-10-10', workday: true, label: 'National Day', makeUp: true },
    });
    expect(decide(schedule({}), at('2026-10-10T21:00+08:00')).decidedBy).toEqual({
      kind: 'outside',
      day: null,
    });
  });

  it('is being outside, not a rest day, for windows on holidays only', () => {
    const holidays = schedule({ calendar: china, windows: [daysWindow('holidays', '08:00', '20:00')] });
    expect(decide(holidays, at('2026-10-01T21:00Z')).reason).toBe('outside every window');
  });
});

describe('intervals and segments', () => {
  it('intervals join the reasons of what decides within them, each once', () => {
    const found = intervals(office, at('2026-09-30T12:00+08:00'), at('2026-10-08T12:00+08:00'));
    const workdays = 'window workdays 08:00-20:00 (Asia/Shanghai)';
    const saturday = 'window Sat 07:00-12:00 (Asia/Shanghai)';
    expect(found.map(({ status, reason }) => [status, reason])).toEqual([
      ['Active', workdays],
      ['Inactive', 'outside every window; holiday: National Day'],
      ['Active', `lead time of ${saturday}; ${saturday}`],
      ['Inactive', 'holiday: National Day; outside every window'],
      ['Active', `lead time of ${workdays}; ${workdays}`],
    ]);
  });

  it('segments are cut where another occurrence, exception or date decides', () => {
    const found = segments(office, at('2026-10-09T19:00+08:00'), at('2026-10-11T01:00+08:00'));
    expect(found.map((s) => [new Date(s.from + 28_800_000).toISOString().slice(8, 16), s.reason])).toEqual([
      ['09T19:00', 'window workdays 08:00-20:00 (Asia/Shanghai)'],
      ['09T20:00', 'outside every window'],
      ['10T00:00', 'outside every window'],
      ['10T06:55', 'lead time of window Sat 07:00-12:00 (Asia/Shanghai)'],
      ['10T07:00', 'window Sat 07:00-12:00 (Asia/Shanghai)'],
      ['10T08:00', 'window workdays 08:00-20:00 (Asia/Shanghai)'],
      ['10T20:00', 'outside every window'],
      ['11T00:00', 'rest day'],
    ]);
  });
});
