import { DateTime, IANAZone } from 'luxon';
import { describe, expect, it } from 'vitest';
import {
  localTime,
  offsetSegments,
  runtimeZone,
  tabulate,
  toIso,
  type Zone,
} from '../../lib/schedule/zone.ts';
import { clock, DAY, MINUTE, turns, ZONES } from './oracle.ts';
import { at, short } from './schedules.ts';

const YEARS = [Date.UTC(2025, 0, 1), Date.UTC(2028, 0, 1)] as const;

describe('the offsets of a zone', () => {
  it.each(ZONES)('%s: change exactly when the clock jumps', (zone) => {
    const read = clock(zone);
    const found = localTime(runtimeZone(zone), ...YEARS)
      .segments.slice(1)
      .map(({ start }) => start);
    const jumps = turns(zone).filter((minute) => read(minute) - read(minute - MINUTE) !== MINUTE);
    expect(found).toEqual(jumps);
    for (const start of found) expect(read(start) - read(start - 1000)).not.toBe(1000);
  });

  it('are contiguous and reach from ever to ever', () => {
    const { segments } = localTime(runtimeZone('Africa/Casablanca'), ...YEARS);
    expect(segments[0]?.start).toBe(Number.NEGATIVE_INFINITY);
    expect(segments.at(-1)?.end).toBe(Number.POSITIVE_INFINITY);
    expect(segments.slice(1).map(({ start }) => start)).toEqual(segments.slice(0, -1).map(({ end }) => end));
  });

  it('change to the millisecond, twice between two samples too', () => {
    const offsetAt = (t: number): number => (t < 12_345_678 ? 0 : t < 23_456_789 ? 3_600_000 : 7_200_000);
    expect(offsetSegments(offsetAt, 0, 10 * DAY)).toEqual([
      { start: Number.NEGATIVE_INFINITY, end: 12_345_678, offsetMs: 0 },
      { start: 12_345_678, end: 23_456_789, offsetMs: 3_600_000 },
      { start: 23_456_789, end: Number.POSITIVE_INFINITY, offsetMs: 7_200_000 },
    ]);
  });

  it('of a zone that nobody knows are refused', () => {
    expect(() => localTime(runtimeZone('Asia/Shangri-La'), ...YEARS)).toThrow(
      'unknown time zone "Asia/Shangri-La"',
    );
  });
});

describe('local times of New York', () => {
  const newYork = localTime(runtimeZone('America/New_York'), ...YEARS);
  it.each([
    ['an ordinary time', '2026-05-05T12:00', '2026-05-05T16:00Z', '2026-05-05T16:00Z'],
    ['before the gap', '2026-03-08T01:59', '2026-03-08T06:59Z', '2026-03-08T06:59Z'],
    ['start of the gap', '2026-03-08T02:00', '2026-03-08T07:00Z', '2026-03-08T07:00Z'],
    ['in the gap', '2026-03-08T02:30', '2026-03-08T07:00Z', '2026-03-08T07:00Z'],
    ['end of the gap', '2026-03-08T03:00', '2026-03-08T07:00Z', '2026-03-08T07:00Z'],
    ['after the gap', '2026-03-08T03:01', '2026-03-08T07:01Z', '2026-03-08T07:01Z'],
    // Nothing before 01:00 is shown again: the second pass begins at 01:00 itself.
    ['start of the overlap', '2026-11-01T01:00', '2026-11-01T05:00Z', '2026-11-01T05:00Z'],
    ['in the overlap', '2026-11-01T01:30', '2026-11-01T05:30Z', '2026-11-01T06:30Z'],
    ['end of the overlap', '2026-11-01T02:00', '2026-11-01T07:00Z', '2026-11-01T07:00Z'],
  ])('%s', (_, local, first, end) => {
    const digits = Date.parse(`${local}Z`);
    expect([newYork.firstAtOrAfter(digits), newYork.endBefore(digits)].map(short)).toEqual([first, end]);
  });

  it('are what the clock shows', () => {
    expect(short(newYork.toLocal(at('2026-03-08T06:59Z')))).toBe('2026-03-08T01:59Z');
    expect(short(newYork.toLocal(at('2026-03-08T07:00Z')))).toBe('2026-03-08T03:00Z');
  });
});

describe('a zone with a table', () => {
  const [from, to] = YEARS;
  const written = (zone: string): Zone =>
    JSON.parse(JSON.stringify(tabulate(runtimeZone(zone), from, to))) as Zone;

  it.each(ZONES)('%s: says what the zone data says, for every part of its time', (zone) => {
    const parts = turns(zone).flatMap((turn) =>
      [-DAY, -1, 0, 1, DAY].flatMap((shift) => [
        [from, turn + shift] as const,
        [turn + shift, to] as const,
        [turn + shift, turn + shift + 1] as const,
        [turn + shift - 40 * DAY, turn + shift] as const,
      ]),
    );
    const within = [...parts, [from, to] as const].filter(([start, end]) => from <= start && end <= to);
    const segmentsOf = (by: Zone) => within.map(([start, end]) => localTime(by, start, end).segments);
    expect(segmentsOf(written(zone))).toEqual(segmentsOf(runtimeZone(zone)));
  });

  /** New York as it never was, so that it shows who answers. */
  const madeUp: Zone = {
    ...written('America/New_York'),
    table: { fromMs: from, toMs: to, offsets: [[from, 7]] },
  };
  const offsetIn = (start: number, end: number) => localTime(madeUp, start, end).segments[0]?.offsetMs;

  it('goes by the table as far as it reaches, and by the zone data of the runtime beyond', () => {
    expect(offsetIn(from, to)).toBe(7);
    expect([offsetIn(from - 1, to), offsetIn(from, to + 1)]).toEqual([-5 * 3_600_000, -5 * 3_600_000]);
  });
});

describe('an instant as text', () => {
  const instant = at('2026-11-01T05:30:00.120Z');
  it.each([
    ['America/New_York', '2026-11-01T01:30:00.120-04:00'],
    ['Asia/Kathmandu', '2026-11-01T11:15:00.120+05:45'],
    ['UTC', '2026-11-01T05:30:00.120Z'],
    ['Africa/Abidjan', '2026-11-01T05:30:00.120+00:00'],
    ['Pacific/Marquesas', '2026-10-31T20:00:00.120-09:30'],
  ])('shows the clock of %s', (zone, text) => {
    expect(toIso(runtimeZone(zone), instant)).toBe(text);
    expect(DateTime.fromISO(text).toMillis()).toBe(instant);
  });
});

describe('the offsets of the runtime', () => {
  it('are those that luxon finds, to the second', () => {
    for (const [zone, instant] of [
      ['Africa/Monrovia', Date.UTC(1971, 0, 1)],
      ['Asia/Kolkata', Date.UTC(2026, 0, 1)],
      ['America/St_Johns', Date.UTC(2026, 6, 1)],
      ['Etc/GMT+8', Date.UTC(2026, 6, 1)],
    ] as const) {
      const offset = localTime(runtimeZone(zone), instant, instant).segments[0]?.offsetMs;
      expect(offset).toBe(IANAZone.create(zone).offset(instant) * 60_000);
    }
  });
});
