/** Which stretch a report is about. Pure. */
import { DateTime } from 'luxon';
import { parseInstant } from '../instant.ts';
import { DAY_MS, type Stretch } from './stretch.ts';

export interface RangeOptions {
  /** `YYYY-MM` */
  readonly month?: string;
  /** ISO */
  readonly from?: string;
  /** ISO; not included */
  readonly to?: string;
}

/** Why the options name no range. */
export interface NoRange {
  readonly problem: string;
}

const LONGEST_DAYS = 366;

/**
 * Default: last month. What has not ended yet ends now; what lies in the future altogether stays as it is.
 * @param zone of the config, for months and for instants without a zone of their own
 */
export function rangeOf({ month, from, to }: RangeOptions, zone: string, now: number): Stretch | NoRange {
  if (month !== undefined && (from !== undefined || to !== undefined)) {
    return { problem: '--month and --from or --to contradict each other; give one of them' };
  }
  if (from === undefined && to === undefined) {
    const start = month === undefined ? lastMonth(now, zone) : DateTime.fromISO(`${month}-01`, { zone });
    return untilNow({ start: start.toMillis(), end: start.plus({ months: 1 }).toMillis() }, now);
  }
  if (from === undefined) return { problem: '--to needs --from' };
  const start = parseInstant(from, zone) ?? Number.NaN;
  const end = to === undefined ? Math.max(now, start + DAY_MS) : (parseInstant(to, zone) ?? Number.NaN);
  if (end <= start) return { problem: '--to must be later than --from' };
  if (end - start > LONGEST_DAYS * DAY_MS) {
    return { problem: `--from and --to must lie ${LONGEST_DAYS} days apart at most` };
  }
  return untilNow({ start, end }, now);
}

const lastMonth = (now: number, zone: string): DateTime =>
  DateTime.fromMillis(now, { zone }).startOf('month').minus({ months: 1 });

/** To the second, as records and metrics are. */
const untilNow = ({ start, end }: Stretch, now: number): Stretch =>
  start < now && now <= end
    ? { start, end: Math.max(start + 1000, Math.floor(now / 1000) * 1000) }
    : { start, end };

/** The last days until the last whole hour. */
export function lastDays(days: number, zone: string, now: number): Stretch {
  const end = DateTime.fromMillis(now, { zone }).startOf('hour');
  return { start: end.minus({ days }).toMillis(), end: end.toMillis() };
}
