import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../lib/schedule/decide.ts';
import { intervals } from '../../lib/schedule/intervals.ts';
import type { Calendar, Schedule, Weekday } from '../../lib/schedule/types.ts';
import { activeMinutes, clock, DAY, MINUTE, OLD_TURNS, strip, turns, ZONES } from './oracle.ts';
import { schedule } from './schedules.ts';

const minute = fc.oneof(
  fc.integer({ min: 0, max: 1439 }),
  // where clocks are changed
  fc.constantFrom(0, 1, 59, 60, 61, 90, 119, 120, 121, 150, 165, 180, 181, 225, 1380, 1410, 1439),
);
const days = fc.oneof(
  fc.constantFrom('daily' as const, 'workdays' as const, 'weekdays' as const, 'holidays' as const),
  fc.uniqueArray(fc.constantFrom<Weekday>(1, 2, 3, 4, 5, 6, 7), { minLength: 1 }),
);
const window = fc
  .record({
    kind: fc.constant('days' as const),
    days,
    fromMinute: minute,
    toMinute: fc.oneof(minute, fc.constant(1440)),
  })
  .filter(({ fromMinute, toMinute }) => fromMinute !== toMinute);

/** Exceptions that begin within two days of a local time, some of them the wrong way round. */
const exceptionsAround = (local: number) =>
  fc.array(
    fc
      .record({
        offset: fc.oneof(fc.integer({ min: -2880, max: 2880 }), fc.integer({ min: -181, max: 181 })),
        length: fc.oneof(fc.integer({ min: -60, max: 2880 }), fc.integer({ min: 1, max: 181 })),
        status: fc.constantFrom('Active' as const, 'Inactive' as const),
      })
      .map(({ offset, length, status }) => {
        const text = (ms: number): string => new Date(ms).toISOString().slice(0, 16);
        const from = local + offset * MINUTE;
        return { from: text(from), to: text(from + length * MINUTE), status, reason: null };
      }),
    { maxLength: 3 },
  );

/** A calendar that turns some of the dates around a local time into workdays or rest days; null for none. */
const calendarAround = (local: number) =>
  fc.option(
    fc
      .dictionary(
        fc
          .integer({ min: -4, max: 4 })
          .map((days) => new Date(local + days * DAY).toISOString().slice(0, 10)),
        fc.boolean(),
      )
      .map((turned): Calendar => {
        const known = new Map(Object.entries(turned));
        return {
          name: 'turned',
          covers: () => true,
          day(date) {
            const weekend = [0, 6].includes(new Date(date).getUTCDay());
            const workday = known.get(date) ?? !weekend;
            return { workday, label: null, makeUp: workday && weekend };
          },
        };
      }),
  );

function minutesOf(tested: Schedule, from: number, to: number): Uint8Array {
  const active = new Uint8Array((to - from) / MINUTE);
  for (const interval of intervals(tested, from, to)) {
    if (interval.status === 'Active') {
      active.fill(1, (interval.from - from) / MINUTE, (interval.to - from) / MINUTE);
    }
  }
  return active;
}

describe('day windows, exceptions and lead time are as a walk over the minutes finds them', () => {
  it.each([
    ...ZONES.map(
      (zone) => [`${zone}, around each change of its clock from 2025 to 2027`, zone, turns(zone)] as const,
    ),
    ...OLD_TURNS.map(([zone, turn]) => [`${zone}, ${new Date(turn).toISOString()}`, zone, [turn]] as const),
  ])('%s', (_, zone, around) => {
    for (const turn of around) {
      const walked = strip(zone, turn - 3 * DAY, turn + 3 * DAY);
      const [from, to] = [turn - DAY, turn + DAY];
      const inner = [(from - walked.from) / MINUTE, (to - walked.from) / MINUTE] as const;
      fc.assert(
        fc.property(
          fc.array(window, { minLength: 1, maxLength: 3 }),
          exceptionsAround(clock(zone)(turn)),
          calendarAround(clock(zone)(turn)),
          fc.constantFrom(0, 0, 5, 61, 300),
          fc.array(fc.integer({ min: from, max: to - 1 }), { maxLength: 3 }),
          (windows, exceptions, calendar, leadMinutes, instants) => {
            const tested = schedule({
              timezone: zone,
              calendar,
              windows,
              exceptions,
              leadMs: leadMinutes * MINUTE,
            });
            const expected = activeMinutes(tested, walked).subarray(...inner);
            expect(Buffer.compare(minutesOf(tested, from, to), expected)).toBe(0);
            for (const instant of instants) {
              const wanted = expected[Math.floor((instant - from) / MINUTE)] === 1 ? 'Active' : 'Inactive';
              expect(decide(tested, instant).status).toBe(wanted);
            }
          },
        ),
        { numRuns: 20 },
      );
    }
  });
});
