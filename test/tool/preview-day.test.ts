import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Interval } from '../../lib/schedule/decision.ts';
import { DAY_MS, dayNumber } from '../../lib/schedule/local-date.ts';
import { localTime, runtimeZone } from '../../lib/schedule/zone.ts';
import { clockTime, dayClock, describeChange, placements, skipped } from '../../lib/tool/preview/day.ts';
import { preview } from '../../lib/tool/preview/model.ts';
import { cronWindow, daysWindow, exception, schedule } from '../schedule/schedules.ts';

const HOUR = 3_600_000;

function dayIn(zone: string, date: string) {
  const number = dayNumber(date);
  return dayClock(number, localTime(runtimeZone(zone), (number - 3) * DAY_MS, (number + 3) * DAY_MS));
}

const activeIn = (stretches: readonly Interval[]) =>
  stretches.reduce((sum, { from, to, status }) => sum + (status === 'Active' ? to - from : 0), 0);

describe('a day on the clock', () => {
  it.each([
    ['an ordinary one', 'America/New_York', '2026-03-07', 24, null],
    ['one on which the clock is put forward', 'America/New_York', '2026-03-08', 23, 'clock +1 h 02:00'],
    ['one on which the clock is put back', 'America/New_York', '2026-11-01', 25, 'clock -1 h 02:00'],
    ['one that begins at 01:00', 'Asia/Beirut', '2026-03-29', 23, 'clock +1 h 00:00'],
    ['one with 23:00 to 24:00 twice', 'Asia/Beirut', '2026-10-24', 25, 'clock -1 h 24:00'],
    ['one with half an hour twice', 'Australia/Lord_Howe', '2026-04-05', 24.5, 'clock -30 min 02:00'],
    ['one that is left out', 'Pacific/Apia', '2011-12-30', 0, null],
    ['the one after a day that is left out', 'Pacific/Apia', '2011-12-31', 24, 'clock +24 h 00:00'],
  ])('has its length and its change: %s', (_, zone, date, hours, change) => {
    const day = dayIn(zone, date);
    expect((day.end - day.start) / HOUR).toBe(hours);
    expect(day.change === null ? null : describeChange(day.change)).toBe(change);
  });

  it('never shows the times that are skipped', () => {
    expect(skipped(dayIn('America/New_York', '2026-03-08'))).toMatchObject({ from: 2 * HOUR, to: 3 * HOUR });
    expect(skipped(dayIn('Asia/Beirut', '2026-03-29'))).toMatchObject({ from: 0, to: HOUR });
    expect(skipped(dayIn('America/New_York', '2026-11-01'))).toBeNull();
    expect(skipped(dayIn('America/New_York', '2026-11-02'))).toBeNull();
  });

  it('shows an hour that comes twice in two lanes', () => {
    const day = dayIn('America/New_York', '2026-11-01');
    expect(placements(day, day)).toEqual([
      { from: 0, to: HOUR, lane: 'only' },
      { from: HOUR, to: 2 * HOUR, lane: 'first' },
      { from: HOUR, to: 2 * HOUR, lane: 'second' },
      { from: 2 * HOUR, to: DAY_MS, lane: 'only' },
    ]);
  });

  it('leaves out what is not of the day', () => {
    const day = dayIn('UTC', '2026-11-01');
    expect(placements(day, { start: day.start - HOUR, end: day.start + HOUR })).toEqual([
      { from: 0, to: HOUR, lane: 'only' },
    ]);
    expect(placements(day, { start: day.end, end: day.end + HOUR })).toEqual([]);
  });

  it.each([
    [0, '00:00'],
    [90 * 60_000, '01:30'],
    [90 * 60_000 + 5_000, '01:30:05'],
    [DAY_MS, '24:00'],
  ])('tells %i ms after midnight as %s', (ms, text) => {
    expect(clockTime(ms)).toBe(text);
  });
});

describe('the weeks of a preview', () => {
  const example = schedule({
    timezone: 'America/New_York',
    windows: [daysWindow('daily', '22:00', '02:30'), cronWindow('0 * * * *', 10)],
    exceptions: [exception('2026-03-08T01:00', '2026-03-08T04:00', 'Active')],
    leadMs: 60_000,
  });
  const zones = ['America/New_York', 'Asia/Beirut', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Pacific/Apia'];
  const stretch = fc
    .tuple(
      fc.constantFrom(...zones),
      fc.integer({ min: 0, max: 730 * 24 * 60 }),
      fc.integer({ min: 1, max: 60_000 }),
    )
    .map(([timezone, start, minutes]) => {
      const from = Date.UTC(2025, 0, 1) + start * 60_000;
      return { timezone, from, to: from + minutes * 60_000 };
    });

  it('hold every instant of the range once, and add up to the intervals', () => {
    fc.assert(
      fc.property(stretch, ({ timezone, from, to }) => {
        const { schedules } = preview({
          schedules: [{ ...example, zone: runtimeZone(timezone) }],
          flowLogs: [],
          selectors: [],
          from,
          to,
          now: from,
          timezone,
          warnings: [],
        });
        for (const { weeks, intervals, activeMs, totalMs } of schedules) {
          const days = weeks.flatMap((week) => week.days);
          const spans = days.flatMap((day) => day.spans);
          let at = from;
          for (const span of spans) {
            expect(span.from).toBe(at);
            at = span.to;
          }
          expect(at).toBe(to);
          expect(activeIn(spans)).toBe(activeMs);
          expect(activeIn(intervals)).toBe(activeMs);
          expect(totalMs).toBe(to - from);
          expect(days.filter((day) => day.today)).toHaveLength(1);
          for (const day of days) {
            const lengths = day.spans.flatMap((span) =>
              placements(day.clock, { start: span.from, end: span.to }).map(
                (placed) => placed.to - placed.from,
              ),
            );
            expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(day.totalMs);
          }
        }
      }),
      { numRuns: 15 },
    );
  });

  it('begin with the right date after a clock was put back over midnight', () => {
    const [shown] = preview({
      schedules: [{ ...example, zone: runtimeZone('America/St_Johns') }],
      flowLogs: [],
      selectors: [],
      // 2006-10-29 00:01 NDT became 2006-10-28 23:01 NST: at 23:30 NST it is the 29th already.
      from: Date.parse('2006-10-29T03:00:00Z'),
      to: Date.parse('2006-10-29T12:00:00Z'),
      now: 0,
      timezone: 'UTC',
      warnings: [],
    }).schedules;
    const days = shown?.weeks.flatMap((week) => week.days).filter((day) => day.shown !== null);
    expect(days?.map(({ date, totalMs }) => [date, totalMs / HOUR])).toEqual([['2006-10-29', 9]]);
  });
});
