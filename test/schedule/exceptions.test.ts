import { describe, expect, it } from 'vitest';
import { decide } from '../../lib/schedule/decide.ts';
import { intervals, segments } from '../../lib/schedule/intervals.ts';
import type { ScheduleException } from '../../lib/schedule/types.ts';
import { activeSpans, at, daysWindow, exception, schedule } from './schedules.ts';

const office = daysWindow('daily', '08:00', '20:00');

function spans(exceptions: readonly ScheduleException[], timezone = 'UTC', date = '2026-05-05'): string[] {
  const from = at(`${date}T00:00Z`);
  return activeSpans(
    intervals(schedule({ timezone, windows: [office], exceptions }), from, from + 86_400_000),
  );
}

describe('exceptions win over windows by the instant', () => {
  it.each([
    [
      'Inactive cuts a piece out',
      [exception('2026-05-05T10:00', '2026-05-05T11:00', 'Inactive')],
      ['08:00/10:00', '11:00/20:00'],
    ],
    [
      'Active adds a piece',
      [exception('2026-05-05T21:00', '2026-05-05T22:00', 'Active')],
      ['08:00/20:00', '21:00/22:00'],
    ],
    [
      'Active joins the window that it touches',
      [exception('2026-05-05T20:00', '2026-05-05T22:00', 'Active')],
      ['08:00/22:00'],
    ],
    [
      'a later one wins over an earlier one',
      [
        exception('2026-05-05T00:00', '2026-05-06T00:00', 'Inactive'),
        exception('2026-05-05T10:00', '2026-05-05T11:00', 'Active'),
      ],
      ['10:00/11:00'],
    ],
    [
      'an earlier one does not win over a later one',
      [
        exception('2026-05-05T10:00', '2026-05-05T11:00', 'Active'),
        exception('2026-05-05T00:00', '2026-05-06T00:00', 'Inactive'),
      ],
      [],
    ],
    [
      'one that ends before it begins does nothing',
      [exception('2026-05-05T11:00', '2026-05-05T10:00', 'Inactive')],
      ['08:00/20:00'],
    ],
    [
      'one long before does nothing',
      [exception('1999-05-05T00:00', '2000-05-05T00:00', 'Inactive')],
      ['08:00/20:00'],
    ],
    [
      'one long after does nothing',
      [exception('2099-05-05T00:00', '2100-05-05T00:00', 'Inactive')],
      ['08:00/20:00'],
    ],
    ['one of a century rules', [exception('2000-01-01T00:00', '2100-01-01T00:00', 'Inactive')], []],
  ] as const)('%s', (_, exceptions, expected) => {
    expect(spans(exceptions)).toEqual(
      expected.map((span) =>
        span
          .split('/')
          .map((clock) => `2026-05-05T${clock}Z`)
          .join('/'),
      ),
    );
  });

  it('take the gap and the overlap of the clock as windows do', () => {
    const newYork = (exceptions: readonly ScheduleException[], date: string): string[] =>
      activeSpans(
        intervals(
          schedule({ timezone: 'America/New_York', exceptions }),
          at(`${date}T00:00Z`),
          at(`${date}T23:00Z`),
        ),
      );
    expect(newYork([exception('2026-03-08T02:30', '2026-03-08T04:00', 'Active')], '2026-03-08')).toEqual([
      '2026-03-08T07:00Z/2026-03-08T08:00Z',
    ]);
    expect(newYork([exception('2026-03-08T02:10', '2026-03-08T02:50', 'Active')], '2026-03-08')).toEqual([]);
    expect(newYork([exception('2026-11-01T01:15', '2026-11-01T01:45', 'Active')], '2026-11-01')).toEqual([
      '2026-11-01T05:15Z/2026-11-01T06:45Z',
    ]);
  });

  it('are not moved by lead time, and win over it', () => {
    const led = schedule({
      windows: [office],
      exceptions: [exception('2026-05-05T07:58', '2026-05-05T08:30', 'Inactive')],
      leadMs: 300_000,
    });
    const found = intervals(led, at('2026-05-05T00:00Z'), at('2026-05-05T12:00Z'));
    expect(activeSpans(found)).toEqual([
      '2026-05-05T07:55Z/2026-05-05T07:58Z',
      '2026-05-05T08:30Z/2026-05-05T12:00Z',
    ]);
  });

  it('that are no local date-times are refused', () => {
    const broken = schedule({ exceptions: [exception('soon', '2026-05-06T00:00', 'Active')] });
    expect(() => decide(broken, at('2026-05-05T00:00Z'))).toThrow(RangeError);
  });
});

describe('two exceptions that follow each other with the same status', () => {
  it('are told apart', () => {
    const exceptions = [
      exception('2026-05-05T10:00', '2026-05-05T11:00', 'Inactive', 'audit'),
      exception('2026-05-05T11:00', '2026-05-05T12:00', 'Inactive', 'move'),
    ];
    const tested = schedule({ windows: [office], exceptions });
    const found = segments(tested, at('2026-05-05T10:00Z'), at('2026-05-05T12:00Z'));
    expect(found.map(({ from, reason }) => [from, reason])).toEqual([
      [at('2026-05-05T10:00Z'), expect.stringContaining('audit')],
      [at('2026-05-05T11:00Z'), expect.stringContaining('move')],
    ]);
  });
});
