/** What a Logstore received, by CloudMonitor. Pure. */
import type { TrafficPoint } from '../../cloud/cms/logstore-traffic.ts';
import type { Hour } from './hours.ts';
import { DAY_MS, type Stretch, sum } from './stretch.ts';

/** Both may be the raw size: sources contradict each other. */
export const METRICS = ['LogInflow', 'NetFlow'] as const;
export type Metric = (typeof METRICS)[number];

/** CloudMonitor keeps periods of 300 s and longer for so long. */
export const KEPT_MS = 91 * DAY_MS;

/** Seconds. The longest that CloudMonitor has, and no longer than any zone's offset from whole hours. */
export const METRIC_PERIOD_S = 900;
const PERIOD_MS = METRIC_PERIOD_S * 1000;

export type DataPoint = TrafficPoint;

export type Measured = Readonly<Record<Metric, readonly DataPoint[] | null>>;

export interface Traffic {
  /** The metric with the larger sum. */
  readonly metric: Metric;
  /** Whether the other one could be read too. */
  readonly compared: boolean;
  /** Of the range, ascending. */
  readonly points: readonly DataPoint[];
  /** From when on CloudMonitor still knows, milliseconds since the epoch. */
  readonly knownFrom: number;
}

/** @returns null when neither metric could be read */
export function trafficOf(measured: Measured, range: Stretch, now: number): Traffic | null {
  const knownFrom = Math.max(range.start, now - KEPT_MS);
  const read = METRICS.flatMap((metric) => {
    const points = measured[metric];
    return points === null ? [] : [{ metric, points: within(points, range) }];
  });
  const [largest] = read.sort((one, other) => bytesOf(other.points) - bytesOf(one.points));
  if (largest === undefined) return null;
  return { ...largest, compared: read.length === METRICS.length, knownFrom };
}

const within = (points: readonly DataPoint[], { start, end }: Stretch): readonly DataPoint[] =>
  points.filter(({ at }) => start <= at && at < end).sort((one, other) => one.at - other.at);

export const bytesOf = (points: readonly DataPoint[]): number => sum(points.map(({ bytes }) => bytes));

/** The bytes of each hour; a missing data point is zero, and what CloudMonitor no longer keeps is null. */
export function bytesByHour(
  { points, knownFrom }: Traffic,
  hours: readonly Hour[],
): readonly (number | null)[] {
  let next = 0;
  return hours.map(({ start, end }) => {
    let bytes = 0;
    for (let point = points[next]; point !== undefined && point.at < end; point = points[next]) {
      bytes += point.bytes;
      next += 1;
    }
    return start < knownFrom ? null : bytes;
  });
}

/** A Logstore that received something although none of its flow logs was Active. */
export interface Leak {
  readonly bytes: number;
  /** When it began, milliseconds since the epoch. */
  readonly first: number;
}

/**
 * What came in stretches in which every flow log was Inactive, later than `graceMs` after they began.
 * @param inactive such stretches
 * @param graceMs what was captured before may arrive for so long
 */
export function leakOf({ points }: Traffic, inactive: readonly Stretch[], graceMs: number): Leak | null {
  const late = points.filter(
    ({ at, bytes }) =>
      bytes > 0 && inactive.some(({ start, end }) => start + graceMs <= at && at + PERIOD_MS <= end),
  );
  const [first] = late;
  return first === undefined ? null : { bytes: bytesOf(late), first: first.at };
}
