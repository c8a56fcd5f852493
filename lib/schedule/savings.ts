/** What a schedule saves against capturing around the clock. Pure. */
import { intervals } from './decide.ts';
import type { Interval } from './decision.ts';
import type { Schedule } from './types.ts';

/** What capturing costs, as the operator states it; nothing here is looked up or guessed. */
export interface Pricing {
  /** Code of three letters such as `CNY`. */
  readonly currency: string;
  readonly pricePerGB: number;
  /** GB that one flow log captures in an hour in which it is Active. */
  readonly gbPerActiveHour: number;
  /** Whether `gbPerActiveHour` was measured. */
  readonly basis: 'measured' | 'assumed';
}

/** Milliseconds captured and not captured; together the whole stretch looked at. */
export interface CaptureTime {
  readonly activeMs: number;
  readonly savedMs: number;
  readonly totalMs: number;
}

/** For one flow log on the schedule, but for `flowLogs`. */
export interface ScheduleSavings extends CaptureTime {
  readonly schedule: Schedule;
  /** How many flow logs are on the schedule. */
  readonly flowLogs: number;
  /** In the pricing's currency, not rounded; null without pricing. */
  readonly savedAmount: number | null;
}

/** For all flow logs together. */
export interface Savings extends CaptureTime {
  readonly flowLogs: number;
  readonly savedAmount: number | null;
  readonly schedules: readonly ScheduleSavings[];
}

/**
 * What flow logs save over [fromMs, toMs) if each is always as its schedule wants it. Exact, on days with clock
 * changes too. Each schedule is worked out once, however many flow logs are on it.
 *
 * @param flowLogs how many flow logs are on each schedule
 * @throws as {@link intervals} does.
 */
export function savings(
  flowLogs: ReadonlyMap<Schedule, number>,
  pricing: Pricing | null,
  fromMs: number,
  toMs: number,
): Savings {
  const schedules = [...flowLogs].map(([schedule, count]): ScheduleSavings => {
    const time = captureTime(intervals(schedule, fromMs, toMs));
    return { schedule, flowLogs: count, ...time, savedAmount: amount(time.savedMs, pricing) };
  });
  const overAll = (each: (one: ScheduleSavings) => number) =>
    schedules.reduce((sum, one) => sum + each(one) * one.flowLogs, 0);
  const savedMs = overAll((one) => one.savedMs);
  return {
    flowLogs: schedules.reduce((sum, one) => sum + one.flowLogs, 0),
    activeMs: overAll((one) => one.activeMs),
    savedMs,
    totalMs: overAll((one) => one.totalMs),
    savedAmount: amount(savedMs, pricing),
    schedules,
  };
}

/** @param stretches contiguous */
export function captureTime(stretches: readonly Interval[]): CaptureTime {
  let activeMs = 0;
  let totalMs = 0;
  for (const { from, to, status } of stretches) {
    totalMs += to - from;
    if (status === 'Active') activeMs += to - from;
  }
  return { activeMs, savedMs: totalMs - activeMs, totalMs };
}

/** How many of the given flow logs are on each schedule, in the order in which the schedules are first met. */
export function countBySchedule(
  entries: readonly { readonly schedule: Schedule }[],
): ReadonlyMap<Schedule, number> {
  const counts = new Map<Schedule, number>();
  for (const { schedule } of entries) counts.set(schedule, (counts.get(schedule) ?? 0) + 1);
  return counts;
}

function amount(ms: number, pricing: Pricing | null): number | null {
  return pricing === null ? null : (ms / 3_600_000) * pricing.gbPerActiveHour * pricing.pricePerGB;
}
