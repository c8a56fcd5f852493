import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCalendars, china } from '../../lib/schedule/calendar.ts';
import { decide } from '../../lib/schedule/decide.ts';
import { intervals, segments } from '../../lib/schedule/intervals.ts';
import type { Calendar, Schedule, Weekday, Window } from '../../lib/schedule/types.ts';
import { runtimeZone } from '../../lib/schedule/zone.ts';
import { DAY, MINUTE, ZONES } from './oracle.ts';
import { at, cronWindow, daysWindow, exception, schedule, short } from './schedules.ts';

const plant = buildCalendars({
  plant: { extends: 'china', holidays: ['2026-12-24'], workdays: ['2026-12-26'] },
}).get('plant') as Calendar;

const window: fc.Arbitrary<Window> = fc.oneof(
  fc.record({
    kind: fc.constant('days' as const),
    days: fc.oneof(
      fc.constantFrom('daily' as const, 'workdays' as const, 'holidays' as const),
      fc.uniqueArray(fc.constantFrom<Weekday>(1, 2, 3, 4, 5, 6, 7), { minLength: 1 }),
    ),
    fromMinute: fc.integer({ min: 0, max: 1439 }),
    toMinute: fc.integer({ min: 0, max: 1440 }),
  }),
  fc
    .tuple(
      fc.constantFrom('0 * * * *', '*/20 9-17 * * 1-5', '30 2 * * *', '0 0 1 * *', '0 12 * * SUN#1'),
      fc.oneof(fc.integer({ min: 1, max: 7_200_000 }), fc.integer({ min: 1, max: 3 * DAY })),
    )
    .map(([cron, durationMs]) => ({ ...cronWindow(cron, 1), durationMs })),
);

const local = fc
  .integer({ min: Date.UTC(2026, 0, 1) / MINUTE, max: Date.UTC(2027, 2, 1) / MINUTE })
  .map((minute) => new Date(minute * MINUTE).toISOString().slice(0, 16));

const anySchedule: fc.Arbitrary<Schedule> = fc.record({
  name: fc.constant('any'),
  zone: fc.constantFrom(...ZONES).map(runtimeZone),
  calendar: fc.constantFrom(null, china, plant),
  windows: fc.array(window, { maxLength: 3 }),
  exceptions: fc.array(
    fc.record({
      from: local,
      to: local,
      status: fc.constantFrom('Active' as const, 'Inactive' as const),
      reason: fc.constantFrom(null, 'incident'),
    }),
    { maxLength: 2 },
  ),
  leadMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 10 * 60_000 })),
});

const instant = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 2, 1) });

describe('for any schedule', () => {
  it('intervals are contiguous over the range and alternate', () => {
    fc.assert(
      fc.property(anySchedule, instant, fc.integer({ min: 1, max: 40 * DAY }), (tested, from, length) => {
        const found = intervals(tested, from, from + length);
        expect(found[0]?.from).toBe(from);
        expect(found.at(-1)?.to).toBe(from + length);
        for (const [index, { from: start, to, status }] of found.entries()) {
          expect(start).toBeLessThan(to);
          const next = found[index + 1];
          if (next !== undefined) expect([next.from, next.status === status]).toEqual([to, false]);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('segments cut the same range more finely, and neighbours differ in what decides', () => {
    fc.assert(
      fc.property(anySchedule, instant, (tested, from) => {
        const to = from + 10 * DAY;
        const found = segments(tested, from, to);
        expect([found[0]?.from, found.at(-1)?.to]).toEqual([from, to]);
        for (const [index, segment] of found.entries()) {
          const next = found[index + 1];
          if (next === undefined) continue;
          expect(next.from).toBe(segment.to);
          expect(next.decidedBy).not.toEqual(segment.decidedBy);
        }
        const boundaries = new Set(found.map((segment) => segment.from));
        for (const interval of intervals(tested, from, to)) expect(boundaries).toContain(interval.from);
      }),
      { numRuns: 100 },
    );
  });

  it('a decision is what the intervals and segments say at that instant, whatever their range', () => {
    fc.assert(
      fc.property(
        anySchedule,
        instant,
        fc.integer({ min: 0, max: 5 * DAY }),
        fc.integer({ min: 1, max: 5 * DAY }),
        (tested, now, before, after) => {
          const [from, to] = [now - before, now + after];
          const decision = decide(tested, now);
          const interval = intervals(tested, from, to).find((i) => i.from <= now && now < i.to);
          const segment = segments(tested, from, to).find((s) => s.from <= now && now < s.to);
          expect(segment?.decidedBy).toEqual(decision.decidedBy);
          expect([interval?.status, segment?.status]).toEqual([decision.status, decision.status]);
          expect(segment?.reason).toBe(decision.reason);
          const change = interval === undefined || interval.to === to ? null : interval.to;
          if (change !== null) expect(decision.nextTransition).toBe(change);
          else expect(decision.nextTransition ?? to).toBeGreaterThanOrEqual(to);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('the next transition is the first instant of the other status', () => {
    fc.assert(
      fc.property(anySchedule, instant, (tested, now) => {
        const { status, nextTransition, next } = decide(tested, now);
        expect(next?.at ?? null).toBe(nextTransition);
        if (nextTransition === null) return;
        const then = decide(tested, nextTransition);
        expect(then).toMatchObject({
          status: next?.status,
          reason: next?.reason,
          decidedBy: next?.decidedBy,
        });
        expect(then.status).not.toBe(status);
        expect(decide(tested, nextTransition - 1).status).toBe(status);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the next transition', () => {
  it.each([
    ['within minutes', { windows: [daysWindow('daily', '08:00', '20:00')] }, '2026-05-05T08:00Z'],
    ['after days', { windows: [daysWindow([2], '00:00', '06:00')] }, '2026-05-12T00:00Z'],
    ['after months', { windows: [cronWindow('0 0 1 8 *', 10)] }, '2026-08-01T00:00Z'],
    ['after years', { windows: [cronWindow('0 0 29 2 *', 10)] }, '2028-02-29T00:00Z'],
    [
      'by an exception',
      { exceptions: [exception('2026-06-01T00:00', '2026-06-02T00:00', 'Active')] },
      '2026-06-01T00:00Z',
    ],
    [
      'in lead time',
      { windows: [daysWindow('daily', '08:00', '20:00')], leadMs: 300_000 },
      '2026-05-05T07:55Z',
    ],
  ] as const)('%s', (_, parts, expected) => {
    expect(short(decide(schedule(parts), at('2026-05-05T07:30Z')).nextTransition ?? 0)).toBe(expected);
  });

  it.each([
    ['nothing ever opens', {}, 'Inactive'],
    ['nothing ever closes', { windows: [daysWindow('daily', '00:00', '24:00')] }, 'Active'],
    ['cron windows follow without a pause', { windows: [cronWindow('*/30 * * * *', 30)] }, 'Active'],
    ['the cron expression names no date', { windows: [cronWindow('0 0 30 2 *', 10)] }, 'Inactive'],
  ] as const)('never comes when %s', (_, parts, status) => {
    const decision = decide(schedule(parts), at('2026-05-05T07:30Z'));
    expect(decision).toMatchObject({ status, nextTransition: null, next: null });
  });

  it('does not stop at a change of reason only', () => {
    const office = schedule({
      windows: [daysWindow('daily', '08:00', '12:00'), daysWindow('daily', '12:00', '20:00')],
      leadMs: 60_000,
    });
    expect(short(decide(office, at('2026-05-05T09:00Z')).nextTransition ?? 0)).toBe('2026-05-05T20:00Z');
  });
});

describe('a window that opens each minute', () => {
  const each = schedule({ windows: [cronWindow('* * * * *', 1)] });

  it('is told with the minute that is open, and as open for ever', () => {
    const now = at('2026-05-05T09:00Z') + 30_000;
    expect(decide(each, now)).toMatchObject({
      status: 'Active',
      decidedBy: { occurrence: { start: now - 30_000, end: now + 30_000 } },
      nextTransition: null,
    });
  });

  it('gives way to an exception years ahead, whose words are the exact ones', () => {
    const exceptions = [exception('2028-06-01T00:00', '2028-06-02T00:00', 'Inactive', 'audit')];
    const decision = decide({ ...each, exceptions }, at('2026-05-05T09:00Z'));
    expect(decision.next).toMatchObject({
      at: at('2028-06-01T00:00Z'),
      decidedBy: { kind: 'exception', index: 0 },
      reason: expect.stringContaining('audit'),
    });
  });
});

describe('near the end of what schedules are worked out for', () => {
  const END = Date.UTC(3000, 0, 1);
  const daily = schedule({ windows: [daysWindow('daily', '08:00', '20:00')] });

  it('a decision looks as far ahead as it can', () => {
    expect(decide(daily, END - 20 * 3_600_000).nextTransition).toBe(END - 16 * 3_600_000);
    expect(decide(daily, END - 1)).toMatchObject({ status: 'Inactive', nextTransition: null });
  });

  it('and not beyond', () => {
    expect(() => decide(daily, END)).toThrow(RangeError);
  });
});

describe('a range', () => {
  it.each([
    ['of nothing', 0, 0],
    ['backwards', DAY, 0],
    ['before 1970', -1, DAY],
    ['after 3000', 0, Date.UTC(3001, 0, 1)],
    ['from no number', Number.NaN, DAY],
    ['without end', 0, Number.POSITIVE_INFINITY],
    ['of fractions', 0.5, DAY],
  ])('%s is refused', (_, from, to) => {
    const message = `not a range .*: ${from} to ${to}$`;
    expect(() => intervals(schedule({}), from, to)).toThrow(new RegExp(message));
    expect(() => segments(schedule({}), from, to)).toThrow(RangeError);
  });

  it('may end where schedules end', () => {
    const end = Date.UTC(3000, 0, 1);
    expect(intervals(schedule({}), end - 1, end)).toHaveLength(1);
    expect(() => intervals(schedule({}), end - 1, end + 1)).toThrow(RangeError);
  });

  it('may be ten years', () => {
    const office = schedule({
      timezone: 'America/New_York',
      calendar: china,
      windows: [daysWindow('workdays', '08:00', '20:00'), daysWindow([5], '22:00', '06:00')],
      leadMs: 300_000,
    });
    const found = intervals(office, Date.UTC(2020, 0, 1), Date.UTC(2030, 0, 1));
    expect(found.length).toBeGreaterThan(5_000);
  });
});
