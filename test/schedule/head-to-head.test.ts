/** The cases in which schedulers of other resources are known to go wrong. */
import { describe, expect, it } from 'vitest';
import { decide } from '../../lib/schedule/decide.ts';
import { intervals } from '../../lib/schedule/intervals.ts';
import type { DesiredStatus, Schedule } from '../../lib/schedule/types.ts';
import { DAY, MINUTE } from './oracle.ts';
import { activeSpans, at, daysWindow, schedule, short } from './schedules.ts';

/** The status that a level-triggered scheduler leaves behind after each tick; it acts only where they differ. */
function ticks(
  tested: Schedule,
  instants: readonly number[],
  initial: DesiredStatus,
): [string, DesiredStatus][] {
  let observed = initial;
  const changes: [string, DesiredStatus][] = [];
  for (const instant of instants) {
    const { status } = decide(tested, instant);
    if (status === observed) continue;
    observed = status;
    changes.push([short(instant), status]);
  }
  return changes;
}

const every = (minutes: number, from: string, to: string): number[] =>
  Array.from({ length: (at(to) - at(from)) / (minutes * MINUTE) }, (_, i) => at(from) + i * minutes * MINUTE);

describe('one entry, Friday 22:00 to 06:00', () => {
  const night = schedule({ windows: [daysWindow([5], '22:00', '06:00')] });

  it('is Active from Friday 22:00 to Saturday 06:00 and at no other time of the week', () => {
    expect(activeSpans(intervals(night, at('2026-11-16T00:00Z'), at('2026-11-23T00:00Z')))).toEqual([
      '2026-11-20T22:00Z/2026-11-21T06:00Z',
    ]);
  });

  it.each([
    ['Friday 00:00', '2026-11-20T00:00Z', 'Inactive'],
    ['Friday 05:59', '2026-11-20T05:59Z', 'Inactive'],
    ['Friday 21:59:59.999', '2026-11-20T21:59:59.999Z', 'Inactive'],
    ['Friday 22:00', '2026-11-20T22:00Z', 'Active'],
    ['Saturday 00:00', '2026-11-21T00:00Z', 'Active'],
    ['Saturday 05:59:59.999', '2026-11-21T05:59:59.999Z', 'Active'],
    ['Saturday 06:00', '2026-11-21T06:00Z', 'Inactive'],
    ['Saturday 22:00', '2026-11-21T22:00Z', 'Inactive'],
  ])('at %s', (_, instant, status) => {
    expect(decide(night, at(instant)).status).toBe(status);
  });
});

describe('the days of daylight saving in New York', () => {
  const onMinutes = (from: string, to: string, start: string, end: string): number =>
    intervals(
      schedule({ timezone: 'America/New_York', windows: [daysWindow('daily', start, end)] }),
      at(from),
      at(to),
    )
      .filter(({ status }) => status === 'Active')
      .reduce((sum, interval) => sum + (interval.to - interval.from) / MINUTE, 0);

  it.each([
    ['00:00', '24:00', 23 * 60, 25 * 60],
    ['00:00', '08:00', 7 * 60, 9 * 60],
    ['01:30', '02:30', 30, 2 * 60],
    ['02:15', '02:45', 0, 30],
    ['02:30', '03:30', 30, 60],
    ['01:00', '02:00', 60, 2 * 60],
    ['08:00', '20:00', 12 * 60, 12 * 60],
  ])('%s to %s: %d minutes on the short day, %d on the long one', (start, end, short, long) => {
    expect(onMinutes('2026-03-08T00:00-05:00', '2026-03-09T00:00-04:00', start, end)).toBe(short);
    expect(onMinutes('2026-11-01T00:00-04:00', '2026-11-02T00:00-05:00', start, end)).toBe(long);
  });

  it('a window over midnight keeps its wall clock on both', () => {
    const night = schedule({ timezone: 'America/New_York', windows: [daysWindow([6], '22:00', '06:00')] });
    const spans = (date: string): string[] =>
      activeSpans(intervals(night, at(`${date}T12:00Z`), at(`${date}T12:00Z`) + DAY));
    expect(spans('2026-03-07')).toEqual(['2026-03-08T03:00Z/2026-03-08T10:00Z']);
    expect(spans('2026-10-31')).toEqual(['2026-11-01T02:00Z/2026-11-01T11:00Z']);
  });
});

describe('ticks every five minutes', () => {
  it('heal a stop at 23:59 at the next one', () => {
    const late = schedule({ windows: [daysWindow('daily', '08:00', '23:59')] });
    expect(decide(late, at('2026-05-06T00:00Z')).status).toBe('Inactive');
    expect(ticks(late, every(5, '2026-05-05T07:00Z', '2026-05-06T07:00Z'), 'Inactive')).toEqual([
      ['2026-05-05T08:00Z', 'Active'],
      ['2026-05-06T00:00Z', 'Inactive'],
    ]);
  });

  const office = schedule({ windows: [daysWindow('daily', '08:00', '20:00')] });

  it('heal a missed one at the next one', () => {
    const dropped = new Set([at('2026-05-05T08:00Z'), at('2026-05-05T20:00Z'), at('2026-05-05T20:05Z')]);
    const kept = every(5, '2026-05-05T00:00Z', '2026-05-06T00:00Z').filter((tick) => !dropped.has(tick));
    expect(ticks(office, kept, 'Inactive')).toEqual([
      ['2026-05-05T08:05Z', 'Active'],
      ['2026-05-05T20:10Z', 'Inactive'],
    ]);
  });

  it('that are late, repeated or out of order decide the same', () => {
    const instants = every(5, '2026-05-05T00:00Z', '2026-05-06T00:00Z');
    const inOrder = new Map(instants.map((tick) => [tick, decide(office, tick)]));
    for (const tick of [...instants].reverse()) expect(decide(office, tick)).toEqual(inOrder.get(tick));
  });
});
