import { afterEach, describe, expect, it } from 'vitest';
import {
  isKnownZone,
  knowClocks,
  localTime,
  NO_CLOCKS,
  offsetSegments,
  useKnownClocks,
} from '../../lib/schedule/zone.ts';
import { clock, DAY, MINUTE, turns, ZONES } from './oracle.ts';
import { at, short } from './schedules.ts';

const YEARS = [Date.UTC(2025, 0, 1), Date.UTC(2028, 0, 1)] as const;

describe('the offsets of a zone', () => {
  it.each(ZONES)('%s: change exactly when the clock jumps', (zone) => {
    const read = clock(zone);
    const found = localTime(zone, ...YEARS)
      .segments.slice(1)
      .map(({ start }) => start);
    const jumps = turns(zone).filter((minute) => read(minute) - read(minute - MINUTE) !== MINUTE);
    expect(found).toEqual(jumps);
    for (const start of found) expect(read(start) - read(start - 1000)).not.toBe(1000);
  });

  it('are contiguous and reach from ever to ever', () => {
    const { segments } = localTime('Africa/Casablanca', ...YEARS);
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
    expect(() => localTime('Asia/Shangri-La', ...YEARS)).toThrow('unknown time zone "Asia/Shangri-La"');
  });
});

describe('local times of New York', () => {
  const newYork = localTime('America/New_York', ...YEARS);
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

describe('clocks that are worked out ahead', () => {
  afterEach(() => useKnownClocks(NO_CLOCKS, DATA));
  const [from, to] = YEARS;
  const DATA = '2026a';
  const written = (zones: readonly string[]) =>
    JSON.parse(JSON.stringify(knowClocks(zones, from, to, DATA))) as ReturnType<typeof knowClocks>;

  it.each(ZONES)('%s: say what the zone data says, for every part of their time', (zone) => {
    const parts = turns(zone).flatMap((turn) =>
      [-DAY, -1, 0, 1, DAY].flatMap((shift) => [
        [from, turn + shift] as const,
        [turn + shift, to] as const,
        [turn + shift, turn + shift + 1] as const,
        [turn + shift - 40 * DAY, turn + shift] as const,
      ]),
    );
    const within = [...parts, [from, to] as const].filter(([start, end]) => from <= start && end <= to);
    const told = within.map(([start, end]) => localTime(zone, start, end).segments);
    useKnownClocks(written([zone]), DATA);
    expect(isKnownZone(zone)).toBe(true);
    expect(within.map(([start, end]) => localTime(zone, start, end).segments)).toEqual(told);
  });

  /** New York as it never was, so that it shows who answers. */
  const madeUp = (more: object = {}) => ({
    ...written(['America/New_York']),
    zones: { 'America/New_York': [[from, 7] as const] },
    ...more,
  });
  const offsetAt = (start: number, end: number, zone = 'America/New_York') =>
    localTime(zone, start, end).segments[0]?.offsetMs;

  it('are asked instead of the zone data, within their time', () => {
    useKnownClocks(madeUp(), DATA);
    expect(offsetAt(from, to)).toBe(7);
    expect([offsetAt(from - 1, to), offsetAt(from, to + 1)]).not.toContain(7);
  });

  it('are not asked for another zone, nor for what every object has', () => {
    useKnownClocks(madeUp(), DATA);
    expect(isKnownZone('Asia/Shanghai')).toBe(false);
    expect(isKnownZone('constructor')).toBe(false);
    expect(offsetAt(from, to, 'Asia/Shanghai')).toBe(8 * 3_600_000);
  });

  it('are not asked when they come from other zone data, or are taken away', () => {
    useKnownClocks(madeUp({ dataVersion: '1999z' }), DATA);
    expect(isKnownZone('America/New_York')).toBe(false);
    expect(offsetAt(from, to)).not.toBe(7);
    useKnownClocks(madeUp({ dataVersion: '1999z' }), '1999z');
    expect(offsetAt(from, to)).toBe(7);
    useKnownClocks(NO_CLOCKS, DATA);
    expect(offsetAt(from, to)).not.toBe(7);
  });

  it('name the zone data that they come from', () => {
    expect(written([])).toEqual({ dataVersion: DATA, fromMs: from, toMs: to, zones: {} });
  });
});
