import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countBySchedule, type Pricing, savings } from '../../lib/schedule/savings.ts';
import { at, daysWindow, schedule } from './schedules.ts';

const HOUR = 3_600_000;
const PRICING: Pricing = { currency: 'CNY', pricePerGB: 0.4, gbPerActiveHour: 2.5, basis: 'assumed' };

const nights = schedule({ timezone: 'America/New_York', windows: [daysWindow('daily', '22:00', '06:00')] });
const always = schedule({ windows: [daysWindow('daily', '00:00', '24:00')] });

describe('savings', () => {
  it('are the hours that are not captured, for one flow log and for all', () => {
    const [from, to] = [at('2026-06-01T00:00-04:00'), at('2026-06-08T00:00-04:00')];
    expect(
      savings(
        new Map([
          [nights, 3],
          [always, 2],
        ]),
        null,
        from,
        to,
      ),
    ).toEqual({
      flowLogs: 5,
      activeMs: (3 * 56 + 2 * 168) * HOUR,
      savedMs: 3 * 112 * HOUR,
      totalMs: 5 * 168 * HOUR,
      savedAmount: null,
      schedules: [
        {
          schedule: nights,
          flowLogs: 3,
          activeMs: 56 * HOUR,
          savedMs: 112 * HOUR,
          totalMs: 168 * HOUR,
          savedAmount: null,
        },
        {
          schedule: always,
          flowLogs: 2,
          activeMs: 168 * HOUR,
          savedMs: 0,
          totalMs: 168 * HOUR,
          savedAmount: null,
        },
      ],
    });
  });

  it.each([
    ['longer', '2026-11-01T00:00-04:00', '2026-11-02T00:00-05:00', 25, 9],
    ['shorter', '2026-03-08T00:00-05:00', '2026-03-09T00:00-04:00', 23, 7],
  ])('are exact on a day that is %s', (_, from, to, hours, active) => {
    expect(savings(new Map([[nights, 1]]), null, at(from), at(to))).toMatchObject({
      totalMs: hours * HOUR,
      activeMs: active * HOUR,
      savedMs: (hours - active) * HOUR,
    });
  });

  it('are worth what is stated, and nothing is rounded', () => {
    const [from, to] = [at('2026-06-01T00:00-04:00'), at('2026-06-01T08:20-04:00')];
    const { savedAmount, schedules } = savings(new Map([[nights, 3]]), PRICING, from, to);
    // 2 h 20 min at 2.5 GB an hour and 0.4 CNY a GB.
    expect(schedules[0]?.savedAmount).toBeCloseTo(7 / 3, 12);
    expect(savedAmount).toBeCloseTo(7, 12);
  });

  it('are nothing for no flow log', () => {
    expect(savings(new Map([[nights, 0]]), PRICING, 0, HOUR)).toMatchObject({
      flowLogs: 0,
      totalMs: 0,
      savedAmount: 0,
    });
    expect(savings(new Map(), PRICING, 0, HOUR)).toMatchObject({ flowLogs: 0, savedMs: 0, schedules: [] });
  });

  it('and what is captured are together all of the time', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 50_000 }),
        fc.integer({ min: 1, max: 50_000 }),
        fc.nat({ max: 9 }),
        (start, length, count) => {
          const from = at('2026-01-01T00:00Z') + start * 60_000;
          const saved = savings(new Map([[nights, count]]), null, from, from + length * 60_000);
          expect(saved.activeMs + saved.savedMs).toBe(saved.totalMs);
          expect(saved.totalMs).toBe(count * length * 60_000);
        },
      ),
    );
  });
});

describe('flow logs', () => {
  it('are counted by the schedule that they are on, not by its name', () => {
    const other = { ...nights };
    const counts = countBySchedule([nights, always, nights, other].map((each) => ({ schedule: each })));
    expect([...counts]).toEqual([
      [nights, 2],
      [always, 1],
      [other, 1],
    ]);
  });
});
