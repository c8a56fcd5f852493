import { describe, expect, it } from 'vitest';
import { buildCalendars, china, mondayToFriday } from '../../lib/schedule/calendar.ts';
import { decide } from '../../lib/schedule/decide.ts';
import { intervals } from '../../lib/schedule/intervals.ts';
import { activeSpans, at, daysWindow, schedule } from './schedules.ts';

/**
 * The State Council's notices, typed out: first and last day off, and make-up workdays.
 * 2025: 国办发明电〔2024〕12号; 2026: gov.cn/zhengce/zhengceku/202511/content_7047091.htm
 */
const NOTICES = [
  {
    year: 2025,
    daysOff: 28,
    holidays: [
      ["New Year's Day", '2025-01-01', '2025-01-01'],
      ['Spring Festival', '2025-01-28', '2025-02-04'],
      ['Tomb-sweeping Day', '2025-04-04', '2025-04-06'],
      ['Labour Day', '2025-05-01', '2025-05-05'],
      ['Dragon Boat Festival', '2025-05-31', '2025-06-02'],
      ['National Day', '2025-10-01', '2025-10-08'],
    ],
    makeUps: ['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11'],
  },
  {
    year: 2026,
    daysOff: 33,
    holidays: [
      ["New Year's Day", '2026-01-01', '2026-01-03'],
      ['Spring Festival', '2026-02-15', '2026-02-23'],
      ['Tomb-sweeping Day', '2026-04-04', '2026-04-06'],
      ['Labour Day', '2026-05-01', '2026-05-05'],
      ['Dragon Boat Festival', '2026-06-19', '2026-06-21'],
      ['Mid-autumn Festival', '2026-09-25', '2026-09-27'],
      ['National Day', '2026-10-01', '2026-10-07'],
    ],
    makeUps: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
  },
] as const;

function datesBetween(first: string, last: string): string[] {
  const found: string[] = [];
  for (let t = Date.parse(first); t <= Date.parse(last); t += 86_400_000) {
    found.push(new Date(t).toISOString().slice(0, 10));
  }
  return found;
}

const isWeekend = (date: string): boolean => [0, 6].includes(new Date(date).getUTCDay());

describe('calendar china', () => {
  it.each(NOTICES)('knows each day of $year as announced', ({ year, daysOff, holidays, makeUps }) => {
    const off = new Set(holidays.flatMap(([, first, last]) => datesBetween(first, last)));
    const made = new Set<string>(makeUps);
    expect(off.size).toBe(daysOff);
    for (const date of datesBetween(`${year}-01-01`, `${year}-12-31`)) {
      const { workday, makeUp, label } = china.day(date);
      const workdayExpected = made.has(date) || (!off.has(date) && !isWeekend(date));
      expect({ date, workday, makeUp, named: label !== null }).toEqual({
        date,
        workday: workdayExpected,
        makeUp: made.has(date),
        named: made.has(date) || off.has(date),
      });
    }
  });

  it('names holidays and make-up workdays in English', () => {
    for (const [name, first] of NOTICES[1].holidays) expect(china.day(first).label).toBe(name);
    expect(china.day('2026-10-10')).toEqual({ workday: true, label: 'National Day', makeUp: true });
    expect(china.day('2026-10-12')).toEqual({ workday: true, label: null, makeUp: false });
    expect(china.day('2026-10-11')).toEqual({ workday: false, label: null, makeUp: false });
  });

  it('covers 2004 to 2026, and no other year', () => {
    const years = Array.from({ length: 200 }, (_, index) => 1900 + index).filter((year) =>
      china.covers(year),
    );
    expect([years.length, years[0], years.at(-1)]).toEqual([23, 2004, 2026]);
  });

  it('is Monday to Friday outside the years that it covers', () => {
    for (const date of [
      ...datesBetween('2003-12-01', '2003-12-31'),
      ...datesBetween('2027-01-01', '2027-12-31'),
    ]) {
      expect(china.day(date)).toEqual({ workday: !isWeekend(date), label: null, makeUp: false });
    }
  });

  it('opens a window for workdays on make-up Saturdays and shuts it in the holidays', () => {
    const office = schedule({
      timezone: 'Asia/Shanghai',
      calendar: china,
      windows: [daysWindow('workdays', '08:00', '20:00')],
    });
    const found = intervals(office, at('2026-09-30T00:00+08:00'), at('2026-10-12T00:00+08:00'));
    expect(activeSpans(found)).toEqual(
      ['2026-09-30', '2026-10-08', '2026-10-09', '2026-10-10'].map((date) => `${date}T00:00Z/${date}T12:00Z`),
    );
  });

  it('keeps a window for weekdays shut in the holidays, and on make-up Saturdays too', () => {
    const office = schedule({
      timezone: 'Asia/Shanghai',
      calendar: china,
      windows: [daysWindow('weekdays', '08:00', '20:00')],
    });
    const found = intervals(office, at('2026-09-30T00:00+08:00'), at('2026-10-13T00:00+08:00'));
    expect(activeSpans(found)).toEqual(
      ['2026-09-30', '2026-10-08', '2026-10-09', '2026-10-12'].map((date) => `${date}T00:00Z/${date}T12:00Z`),
    );
    const reasonAt = (iso: string) => decide(office, at(iso)).reason;
    expect(reasonAt('2026-10-01T10:00+08:00')).toBe('holiday: National Day');
    expect(reasonAt('2026-10-09T10:00+08:00')).toBe('window weekdays 08:00-20:00 (Asia/Shanghai)');
    expect(reasonAt('2026-10-10T10:00+08:00')).toBe('outside every window');
    expect(reasonAt('2026-10-11T10:00+08:00')).toBe('rest day');
  });

  it('goes by the date in the zone of the schedule', () => {
    const holidays = schedule({
      timezone: 'America/New_York',
      calendar: china,
      windows: [daysWindow('holidays', '00:00', '24:00')],
    });
    const found = intervals(holidays, at('2026-09-30T00:00Z'), at('2026-10-09T00:00Z'));
    expect(activeSpans(found)).toEqual(['2026-10-01T04:00Z/2026-10-08T04:00Z']);
  });
});

describe('calendars of one’s own', () => {
  const calendars = buildCalendars({
    // Listed before its base on purpose.
    lab: { extends: 'plant', holidays: [], workdays: ['2026-12-24'] },
    plant: {
      extends: 'china',
      holidays: ['2026-12-24', '2026-10-10'],
      workdays: ['2026-12-26', '2026-10-01'],
    },
    bare: { extends: null, holidays: ['2026-12-25'], workdays: ['2027-01-02'] },
  });
  const day = (calendar: string, date: string) => calendars.get(calendar)?.day(date);
  const covered = (calendar: string) =>
    [2003, 2004, 2026, 2027, 2028].filter((year) => calendars.get(calendar)?.covers(year));

  it('come with the built-in ones', () => {
    expect([...calendars.keys()].sort()).toEqual(['bare', 'china', 'lab', 'plant']);
    expect(calendars.get('china')).toBe(china);
  });

  it.each([
    ['own holiday', 'plant', '2026-12-24', { workday: false, label: 'plant calendar', makeUp: false }],
    [
      'own holiday over the base’s make-up workday',
      'plant',
      '2026-10-10',
      { workday: false, label: 'plant calendar', makeUp: false },
    ],
    [
      'own workday on a Saturday',
      'plant',
      '2026-12-26',
      { workday: true, label: 'plant calendar', makeUp: true },
    ],
    [
      'own workday over the base’s holiday',
      'plant',
      '2026-10-01',
      { workday: true, label: 'plant calendar', makeUp: false },
    ],
    ['the base’s holiday', 'plant', '2026-10-02', { workday: false, label: 'National Day', makeUp: false }],
    [
      'own workday over the base’s own holiday',
      'lab',
      '2026-12-24',
      { workday: true, label: 'lab calendar', makeUp: false },
    ],
    [
      'own workday of the base',
      'lab',
      '2026-12-26',
      { workday: true, label: 'plant calendar', makeUp: true },
    ],
    ['no base: own holiday', 'bare', '2026-12-25', { workday: false, label: 'bare calendar', makeUp: false }],
    ['no base: Monday to Friday', 'bare', '2026-10-01', { workday: true, label: null, makeUp: false }],
  ] as const)('%s', (_, calendar, date, expected) => {
    expect(day(calendar, date)).toEqual(expected);
  });

  it('cover the years of their base, or else those that their dates name', () => {
    expect(covered('plant')).toEqual([2004, 2026]);
    expect(covered('lab')).toEqual([2004, 2026]);
    expect(covered('bare')).toEqual([2026, 2027]);
  });

  it('treat a date in both lists as a workday', () => {
    const both = buildCalendars({ b: { extends: null, holidays: ['2026-05-05'], workdays: ['2026-05-05'] } });
    expect(both.get('b')?.day('2026-05-05').workday).toBe(true);
  });

  it.each([
    ['an unknown base', { a: { extends: 'chna', holidays: [], workdays: [] } }, '"a" extends "chna"'],
    [
      'a circle',
      { a: { extends: 'b', holidays: [], workdays: [] }, b: { extends: 'a', holidays: [], workdays: [] } },
      '"a" extends "b", "b" extends "a"',
    ],
    [
      'the name of a built-in one',
      { china: { extends: null, holidays: [], workdays: [] } },
      '"china" is built in',
    ],
  ])('are refused with %s', (_, definitions, message) => {
    expect(() => buildCalendars(definitions)).toThrow(message);
  });
});

describe('Monday to Friday', () => {
  it('is known for ever', () => {
    expect([1970, 2027, 9000].every((year) => mondayToFriday.covers(year))).toBe(true);
  });

  it('decides when a schedule has no calendar', () => {
    for (const days of ['workdays', 'weekdays'] as const) {
      const office = schedule({ windows: [daysWindow(days, '08:00', '20:00')] });
      expect(decide(office, at('2026-10-01T10:00Z')).status).toBe('Active');
      expect(decide(office, at('2026-10-10T10:00Z')).status).toBe('Inactive');
    }
  });
});
