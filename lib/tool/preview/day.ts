/** A local day as a clock on the wall shows it, 00:00 to 24:00, on the days of a clock change too. Pure. */
import type { Occurrence } from '../../schedule/decision.ts';
import { DAY_MS, type DayNumber, MINUTE_MS } from '../../schedule/local-date.ts';
import type { LocalTime, OffsetSegment } from '../../schedule/zone.ts';

/** The clock is put forward or back; both readings are milliseconds after the midnight that begins the day. */
export interface ClockChange {
  /** What the clock shows as the change comes. */
  readonly before: number;
  /** What it shows from then on. */
  readonly after: number;
}

/** The instants of a local day, and how they lie on the clock. */
export interface DayClock extends Occurrence {
  /** Stretches with one offset, in order; their `offsetMs` leads to milliseconds after midnight. */
  readonly stretches: readonly OffsetSegment[];
  readonly change: ClockChange | null;
}

/**
 * Where a stretch of instants lies on a day's clock: milliseconds after midnight, 0 to 24 h.
 * Times that the clock shows twice are in a lane of their own for each pass.
 */
export interface Placement {
  readonly from: number;
  readonly to: number;
  readonly lane: 'only' | 'first' | 'second';
}

/** @param time exact from three days before the day to three days after it */
export function dayClock(day: DayNumber, time: LocalTime): DayClock {
  const midnight = day * DAY_MS;
  const start = time.firstAtOrAfter(midnight);
  const end = time.firstAtOrAfter(midnight + DAY_MS);
  const stretches = time.segments
    .map((segment) => ({
      start: Math.max(segment.start, start),
      end: Math.min(segment.end, end),
      offsetMs: segment.offsetMs - midnight,
    }))
    .filter((stretch) => stretch.start < stretch.end);
  return { start, end, stretches, change: clockChange(time, midnight, start, end) };
}

function clockChange(time: LocalTime, midnight: number, start: number, end: number): ClockChange | null {
  let earlier: OffsetSegment | null = null;
  for (const segment of time.segments) {
    if (earlier !== null && start <= segment.start && segment.start < end) {
      const showing = segment.start - midnight;
      return { before: showing + earlier.offsetMs, after: showing + segment.offsetMs };
    }
    earlier = segment;
  }
  return null;
}

/** Where the instants [fromMs, toMs) lie on the clock of a day; what lies outside of the day is left out. */
export function placements(
  { stretches, change }: DayClock,
  { start: fromMs, end: toMs }: Occurrence,
): readonly Placement[] {
  const twice = change !== null && change.after < change.before ? change : null;
  return stretches.flatMap(({ start, end, offsetMs }, index) => {
    const clamp = (ms: number) => Math.min(DAY_MS, Math.max(0, ms + offsetMs));
    const from = clamp(Math.max(start, fromMs));
    const to = clamp(Math.min(end, toMs));
    if (twice === null) return piece(from, to, 'only');
    const lane = index === 0 ? 'first' : 'second';
    return [
      ...piece(from, Math.min(to, twice.after), 'only'),
      ...piece(Math.max(from, twice.after), Math.min(to, twice.before), lane),
      ...piece(Math.max(from, twice.before), to, 'only'),
    ];
  });
}

function piece(from: number, to: number, lane: Placement['lane']): readonly Placement[] {
  return from < to ? [{ from, to, lane }] : [];
}

/** Times of a day's clock, in milliseconds after midnight, and the change that passes over them. */
export interface Skipped {
  readonly from: number;
  readonly to: number;
  readonly change: ClockChange;
}

/** The times that a day's clock never shows, since it is put forward over them; null on all other days. */
export function skipped({ change }: DayClock): Skipped | null {
  if (change === null || change.after <= change.before) return null;
  return { from: Math.max(0, change.before), to: Math.min(DAY_MS, change.after), change };
}

/** `clock +1 h 02:00`: by how much, and when by the clock as it was. */
export function describeChange({ before, after }: ClockChange): string {
  const minutes = Math.round(Math.abs(after - before) / MINUTE_MS);
  const much = minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
  // Where a whole day is left out, the clock showed a time of the day before that.
  return `clock ${after > before ? '+' : '-'}${much} ${clockTime(before < 0 ? before + DAY_MS : before)}`;
}

/** `HH:MM` for milliseconds after midnight, `24:00` at the end of the day; with seconds where there are any. */
export function clockTime(ms: number): string {
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0');
  const seconds = Math.floor(ms / 1000) % 60;
  const time = `${two(ms / 3_600_000)}:${two((ms / MINUTE_MS) % 60)}`;
  return seconds === 0 ? time : `${time}:${two(seconds)}`;
}
