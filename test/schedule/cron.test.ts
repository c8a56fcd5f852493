import { Cron } from 'croner';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cronOccurrences } from '../../lib/schedule/cron.ts';
import { cronProblem, parseCron } from '../../lib/schedule/cron-expression.ts';
import type { Occurrence } from '../../lib/schedule/decision.ts';
import { intervals } from '../../lib/schedule/intervals.ts';
import type { CronWindow } from '../../lib/schedule/types.ts';
import { localTime, runtimeZone } from '../../lib/schedule/zone.ts';
import { DAY, MINUTE, OLD_TURNS, turns, ZONES } from './oracle.ts';
import { activeSpans, at, cronWindow, schedule, short } from './schedules.ts';

/** croner's own enumeration of [from, to). */
function enumerated(cron: string, timezone: string, from: number, to: number): number[] {
  const job = new Cron(cron, { timezone, mode: '5-part' });
  const found: number[] = [];
  let after = from - 1;
  while (after < to) {
    const runs = job.nextRuns(20, new Date(after)).map((run) => run.getTime());
    found.push(...runs);
    after = runs.length < 20 ? to : Math.max(...runs);
  }
  return found.filter((start) => start < to);
}

function starts(cron: string, zone: string, from: number, to: number): number[] {
  return found(cronWindow(cron, 1), zone, from, to, false)
    .map(({ start }) => start)
    .filter((start) => start >= from);
}

function found(window: CronWindow, zone: string, from: number, to: number, merged: boolean): Occurrence[] {
  const time = localTime(runtimeZone(zone), from - window.durationMs - 3 * DAY, to + 3 * DAY);
  return [...cronOccurrences(window, time, from, to, merged)];
}

const expression = fc
  .tuple(
    fc.constantFrom('0', '30', '59', '*/15', '5,35', '0-10/5', '*/20'),
    fc.constantFrom('*', '0', '1', '2', '3', '23', '*/3', '1-3', '0,2,14', '22-23'),
    fc.constantFrom('*', '*', '*', '1', 'L', '8-14', '*/2', '15W', 'LW'),
    fc.constantFrom('*', '*', '*', '3,10,11', 'APR-SEP'),
    fc.constantFrom('*', '*', '*', '1-5', 'SUN', '0,6', '7', 'FRI#2', 'SUNL'),
  )
  .map((fields) => fields.join(' '));

describe('cron windows open when croner says so', () => {
  it.each([
    ...ZONES.map(
      (zone) => [`${zone}, around each change of its clock from 2025 to 2027`, zone, turns(zone)] as const,
    ),
    ...OLD_TURNS.map(([zone, turn]) => [`${zone}, ${new Date(turn).toISOString()}`, zone, [turn]] as const),
  ])('%s', (_, zone, around) => {
    for (const turn of around) {
      fc.assert(
        fc.property(expression, fc.integer({ min: 0, max: 2 * DAY }), (cron, shift) => {
          const from = turn - shift;
          const to = from + 2 * DAY;
          expect(starts(cron, zone, from, to)).toEqual(enumerated(cron, zone, from, to));
        }),
        { numRuns: 8 },
      );
    }
  });

  it.each([
    '0 0 * * *',
    '30 2 * * *',
    '30 1 * * SUN',
    '0 12 L * *',
    '0 9 13 * FRI',
    '0 0 29 2 *',
    '0 0 30 2 *',
  ])('%s in New York, over four years', (cron) => {
    const [from, to] = [at('2025-01-01T05:00Z'), at('2029-01-01T05:00Z')];
    expect(starts(cron, 'America/New_York', from, to)).toEqual(
      enumerated(cron, 'America/New_York', from, to),
    );
  });

  it('over the date that Samoa skipped', () => {
    const [from, to] = [at('2011-12-28T00:00Z'), at('2012-01-02T00:00Z')];
    for (const cron of ['0 8 * * *', '0 */6 * * *', '0 8 30 12 *']) {
      expect(starts(cron, 'Pacific/Apia', from, to)).toEqual(enumerated(cron, 'Pacific/Apia', from, to));
    }
  });

  it('whatever the spaces between its fields', () => {
    const [from, to] = [at('2026-05-01T00:00Z'), at('2026-06-01T00:00Z')];
    expect(starts('  0  8 * *   1 ', 'UTC', from, to)).toEqual(starts('0 8 * * 1', 'UTC', from, to));
    expect(starts('  0  8 * *   * ', 'UTC', from, to)).toHaveLength(31);
  });

  it('includes a start at the first instant and excludes one at the last', () => {
    const [from, to] = [at('2026-05-01T10:00Z'), at('2026-05-01T12:00Z')];
    expect(starts('0 * * * *', 'UTC', from, to).map(short)).toEqual([
      '2026-05-01T10:00Z',
      '2026-05-01T11:00Z',
    ]);
    expect(starts('0 * * * *', 'UTC', from + 1, to).map(short)).toEqual(['2026-05-01T11:00Z']);
  });
});

describe('the duration of a cron window', () => {
  const day = (window: ReturnType<typeof cronWindow>, from: string, to: string): string[] =>
    activeSpans(intervals(schedule({ windows: [window] }), at(from), at(to)));

  it('is elapsed time, half-open', () => {
    expect(day(cronWindow('0 * * * *', 10), '2026-05-01T10:00Z', '2026-05-01T12:00Z')).toEqual([
      '2026-05-01T10:00Z/2026-05-01T10:10Z',
      '2026-05-01T11:00Z/2026-05-01T11:10Z',
    ]);
  });

  it('reaches into a range from a start before it', () => {
    expect(day(cronWindow('0 22 * * FRI', 3 * 1440), '2026-05-03T00:00Z', '2026-05-10T00:00Z')).toEqual([
      '2026-05-03T00:00Z/2026-05-04T22:00Z',
      '2026-05-08T22:00Z/2026-05-10T00:00Z',
    ]);
  });

  it('as long as the pause makes one stretch, longer too', () => {
    for (const minutes of [15, 20, 600]) {
      expect(day(cronWindow('*/15 8 * * *', minutes), '2026-05-01T00:00Z', '2026-05-02T00:00Z')).toEqual([
        `2026-05-01T08:00Z/${short(at('2026-05-01T08:45Z') + minutes * MINUTE)}`,
      ]);
    }
  });

  it('counts from a start that lies before a change of the clock, months ago', () => {
    const newYork = schedule({
      timezone: 'America/New_York',
      windows: [cronWindow('0 8 1 1 *', 240 * 1440)],
    });
    const spans = activeSpans(intervals(newYork, at('2026-08-01T00:00Z'), at('2026-09-30T00:00Z')));
    expect(spans).toEqual(['2026-08-01T00:00Z/2026-08-29T13:00Z']);
  });

  it('keeps to elapsed time when the clock is put back', () => {
    const newYork = schedule({ timezone: 'America/New_York', windows: [cronWindow('0 0 * * *', 120)] });
    expect(activeSpans(intervals(newYork, at('2026-11-01T00:00Z'), at('2026-11-02T00:00Z')))).toEqual([
      '2026-11-01T04:00Z/2026-11-01T06:00Z',
    ]);
  });
});

describe('occurrences that leave no gap', () => {
  /** [start, end) stretches in which at least one of the occurrences is open. */
  function stretches(occurrences: readonly Occurrence[]): Occurrence[] {
    const open: Occurrence[] = [];
    for (const { start, end } of occurrences) {
      const last = open.at(-1);
      if (last === undefined || last.end < start) open.push({ start, end });
      else open[open.length - 1] = { start: last.start, end: Math.max(last.end, end) };
    }
    return open;
  }

  it('come to the same stretches when they are merged, around changes of the clock too', () => {
    const minutes = fc.oneof(fc.constantFrom(1, 4, 5, 15, 20, 60), fc.integer({ min: 1, max: 4 * 1440 }));
    const zone = fc.constantFrom(
      ...ZONES.flatMap((name) => turns(name).map((turn) => [name, turn] as const)),
    );
    fc.assert(
      fc.property(
        expression,
        minutes,
        zone,
        fc.integer({ min: 0, max: 2 * DAY }),
        (cron, length, where, shift) => {
          const [name, turn] = where;
          const window = cronWindow(cron, length);
          const [from, to] = [turn - shift, turn - shift + 2 * DAY];
          const exact = found(window, name, from, to, false);
          const merged = found(window, name, from, to, true);
          const within = (occurrences: readonly Occurrence[]) =>
            stretches(occurrences)
              .map(({ start, end }) => [Math.max(start, from), Math.min(end, to)] as const)
              .filter(([start, end]) => start < end);
          expect(within(merged)).toEqual(within(exact));
          expect(merged.length).toBeLessThanOrEqual(exact.length);
          const ends = merged.map(({ end }) => end);
          expect(ends).toEqual([...ends].sort((a, b) => a - b));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('are one for each day, however many they are', () => {
    const [from, to] = [at('2026-05-01T00:00Z'), at('2026-05-11T00:00Z')];
    const window = cronWindow('* * * * *', 1);
    expect(found(window, 'UTC', from, to, false)).toHaveLength(10 * 1440 + 1);
    expect(found(window, 'UTC', from, to, true)).toEqual(
      Array.from({ length: 11 }, (_, day) => ({ start: from + (day - 1) * DAY, end: from + day * DAY })),
    );
  });

  it('are merged up to a gap', () => {
    const [from, to] = [at('2026-05-01T00:00Z'), at('2026-05-02T00:00Z')];
    const merged = found(cronWindow('0,15,31 8 * * *', 15), 'UTC', from, to, true);
    expect(merged.map(({ start, end }) => `${short(start)}/${short(end)}`)).toEqual([
      '2026-05-01T08:00Z/2026-05-01T08:30Z',
      '2026-05-01T08:31Z/2026-05-01T08:46Z',
    ]);
  });
});

describe('a window that was parsed once', () => {
  it('can be asked for several stretches at once, in any order', () => {
    const window = cronWindow('0 8 * * MON', 1);
    const time = localTime(runtimeZone('UTC'), at('2026-01-01T00:00Z'), at('2027-01-01T00:00Z'));
    const ask = (from: string, to: string) => cronOccurrences(window, time, at(from), at(to));
    const may = ask('2026-05-01T00:00Z', '2026-06-01T00:00Z');
    const march = ask('2026-03-01T00:00Z', '2026-04-01T00:00Z');
    const starts = [may.next(), march.next(), march.next(), may.next()].map(({ value }) =>
      value ? short(value.start) : '',
    );
    expect(starts).toEqual([
      '2026-05-04T08:00Z',
      '2026-03-02T08:00Z',
      '2026-03-09T08:00Z',
      '2026-05-11T08:00Z',
    ]);
  });
});

describe('a cron expression', () => {
  it.each([
    ['0 8 * * MON-FRI', null],
    ['  0  8 * *   1 ', null],
    ['0 8 * *', /five fields .* got 4 fields$/],
    ['0 0 8 * * *', /five fields .* got 6 fields$/],
    ['@daily', /five fields .* got one field$/],
    ['61 8 * * *', /five fields .*: .+/],
  ])('"%s" is told apart', (text, problem) => {
    if (problem === null) expect(cronProblem(text)).toBeNull();
    else expect(cronProblem(text)).toMatch(problem);
  });

  it('that is none cannot be parsed', () => {
    expect(() => parseCron('0 0 8 * * *')).toThrow(TypeError);
  });
});
