/** What would have been written while nothing captured, by what was written while everything did. Pure. */
import type { Hour } from './hours.ts';
import { sum } from './stretch.ts';

/** How many of a Logstore's flow logs were Active throughout an hour. `part`: some, or for a part, or not known. */
export type HourState = 'all' | 'none' | 'part';

export interface MeasuredHour extends Hour {
  readonly state: HourState;
  /** Bytes; null when it is not known. */
  readonly written: number | null;
}

export interface EstimatedHour extends MeasuredHour {
  /** Bytes; null where nothing is to be estimated, or nothing can be. */
  readonly notWritten: number | null;
  readonly notWrittenAtLeast: number | null;
}

export type EstimatedFrom = 'hour-of-week' | 'all-active-hours';

/** The traffic of an hour of the week. */
export interface Expected {
  readonly mean: number;
  readonly atLeast: number;
  readonly from: EstimatedFrom;
}

/**
 * What each hour of the week brings when all flow logs capture: the mean of that hour of the week, else the mean of
 * all such hours with the quietest of them as the figure to rely on.
 * @returns null when no whole hour was measured with all flow logs Active
 */
export function expectations(hours: readonly MeasuredHour[]): ((hourOfWeek: number) => Expected) | null {
  const byHourOfWeek = new Map<number, number[]>();
  const all: number[] = [];
  for (const { hourOfWeek, whole, state, written } of hours) {
    if (!whole || state !== 'all' || written === null) continue;
    all.push(written);
    const same = byHourOfWeek.get(hourOfWeek);
    if (same === undefined) byHourOfWeek.set(hourOfWeek, [written]);
    else same.push(written);
  }
  if (all.length === 0) return null;
  const overall: Expected = { mean: meanOf(all), atLeast: Math.min(...all), from: 'all-active-hours' };
  const known = new Map(
    [...byHourOfWeek].map(([hourOfWeek, bytes]): [number, Expected] => {
      const mean = meanOf(bytes);
      return [hourOfWeek, { mean, atLeast: mean, from: 'hour-of-week' }];
    }),
  );
  return (hourOfWeek) => known.get(hourOfWeek) ?? overall;
}

const meanOf = (numbers: readonly number[]): number => sum(numbers) / numbers.length;

export interface NotWritten {
  /** Bytes over all hours; null when nothing can be said. */
  readonly bytes: number | null;
  readonly atLeast: number | null;
  readonly from: EstimatedFrom | null;
  readonly hours: readonly EstimatedHour[];
}

export function notWritten(hours: readonly MeasuredHour[]): NotWritten {
  const expect = expectations(hours);
  if (expect === null) {
    const nothing = { notWritten: null, notWrittenAtLeast: null };
    return { bytes: null, atLeast: null, from: null, hours: hours.map((hour) => ({ ...hour, ...nothing })) };
  }
  let from: EstimatedFrom = 'hour-of-week';
  const estimated = hours.map((hour): EstimatedHour => {
    if (!hour.whole || hour.state !== 'none') return { ...hour, notWritten: null, notWrittenAtLeast: null };
    const expected = expect(hour.hourOfWeek);
    if (expected.from === 'all-active-hours') from = 'all-active-hours';
    return { ...hour, notWritten: expected.mean, notWrittenAtLeast: expected.atLeast };
  });
  return {
    bytes: sum(estimated.map((hour) => hour.notWritten ?? 0)),
    atLeast: sum(estimated.map((hour) => hour.notWrittenAtLeast ?? 0)),
    from,
    hours: estimated,
  };
}
