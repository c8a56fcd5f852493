/** What each schedule would have written and cost, by the measured traffic of the hours of the week. Pure. */
import { intervals } from '../../schedule/intervals.ts';
import type { Schedule } from '../../schedule/types.ts';
import { extractionFeeFor, GB } from './charge.ts';
import { type EstimatedFrom, type EstimatedHour, type Expected, expectations } from './estimate.ts';
import type { LogstoreReport, Report } from './report.ts';
import { HOUR_MS, lengthOf, meet, type Stretch, sum } from './stretch.ts';

/** What a stretch of capture brings; null for what is not known. */
export interface Volume {
  readonly activeMs: number;
  readonly bytes: number | null;
  readonly bytesAtLeast: number | null;
  readonly amount: number | null;
  readonly amountAtLeast: number | null;
}

export interface ScheduleCost extends Volume {
  readonly schedule: string;
  /** Whether a flow log of the Logstore is on it now. */
  readonly current: boolean;
  /** Whether hours that were never measured had to be estimated by all others. */
  readonly estimatedFrom: EstimatedFrom | null;
}

export interface LogstoreWhatIf {
  readonly logstore: LogstoreReport;
  readonly alwaysOn: Volume;
  /** Cheapest first. */
  readonly schedules: readonly ScheduleCost[];
}

/**
 * Each schedule laid over the days of a report, all flow logs of a Logstore on it.
 * @param report of the days that were measured
 */
export function whatIf(report: Report, schedules: readonly Schedule[]): readonly LogstoreWhatIf[] {
  const { start, end } = report.range;
  const active = schedules.map((schedule) => ({
    schedule: schedule.name,
    stretches: intervals(schedule, start, end)
      .filter(({ status }) => status === 'Active')
      .map(({ from, to }) => ({ start: from, end: to })),
  }));
  return report.logstores.map((logstore) => {
    const expect = expectations(logstore.hours);
    const current = new Set(logstore.flowLogs.map(({ schedule }) => schedule));
    const costs = active.map(({ schedule, stretches }): ScheduleCost => {
      const parts = expect === null ? [] : partsOf(logstore.hours, stretches, expect);
      return {
        schedule,
        current: current.has(schedule),
        estimatedFrom: expect === null ? null : worstOf(parts),
        ...volumeOf(sum(stretches.map(lengthOf)), expect === null ? null : parts, logstore),
      };
    });
    const whole = expect === null ? null : partsOf(logstore.hours, [report.range], expect);
    return {
      logstore,
      alwaysOn: volumeOf(lengthOf(report.range), whole, logstore),
      schedules: costs.sort((one, other) => rank(one) - rank(other) || one.activeMs - other.activeMs),
    };
  });
}

const rank = ({ bytes, activeMs }: Volume): number => bytes ?? activeMs;

interface Part {
  readonly share: number;
  readonly expected: Expected;
}

/** The hours that are captured wholly or for a share, with what they bring. Both lists are ascending. */
function partsOf(
  hours: readonly EstimatedHour[],
  stretches: readonly Stretch[],
  expect: (hourOfWeek: number) => Expected,
): readonly Part[] {
  const parts: Part[] = [];
  let first = 0;
  for (const hour of hours) {
    while ((stretches[first]?.end ?? Number.POSITIVE_INFINITY) <= hour.start) first += 1;
    let ms = 0;
    for (let index = first; ; index += 1) {
      const stretch = stretches[index];
      if (stretch === undefined || stretch.start >= hour.end) break;
      const common = meet(stretch, hour);
      if (common !== null) ms += lengthOf(common);
    }
    if (ms > 0) parts.push({ share: ms / HOUR_MS, expected: expect(hour.hourOfWeek) });
  }
  return parts;
}

const worstOf = (parts: readonly Part[]): EstimatedFrom =>
  parts.some(({ expected }) => expected.from === 'all-active-hours') ? 'all-active-hours' : 'hour-of-week';

function volumeOf(
  activeMs: number,
  parts: readonly Part[] | null,
  { pricePerGB, extractionFee }: LogstoreReport,
): Volume {
  const total = (figure: 'mean' | 'atLeast') =>
    parts === null ? null : sum(parts.map(({ share, expected }) => share * expected[figure]));
  const amountOf = (bytes: number | null) => {
    if (bytes === null || pricePerGB === null) return null;
    const fee = extractionFee === null ? 0 : extractionFeeFor(bytes / GB);
    return (bytes / GB) * pricePerGB + fee;
  };
  const [bytes, bytesAtLeast] = [total('mean'), total('atLeast')];
  return { activeMs, bytes, bytesAtLeast, amount: amountOf(bytes), amountAtLeast: amountOf(bytesAtLeast) };
}
