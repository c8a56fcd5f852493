/** How every format of the report puts figures into words. Pure. */
import { DateTime } from 'luxon';
import { formatInstant } from '../instant.ts';
import { GB } from './charge.ts';
import type { LogstoreReport, Report, Total } from './report.ts';
import { HOUR_MS, lengthOf, type Stretch, sum } from './stretch.ts';

const MONEY = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const COARSE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const FINE = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const TENTHS = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export const UNKNOWN = 'unknown';

/** `1,358 GB`, `1.23 GB`, `< 0.01 GB`, `0 GB` */
export function gigabytes(bytes: number | null): string {
  if (bytes === null) return UNKNOWN;
  const gb = bytes / GB;
  if (gb === 0) return '0 GB';
  if (gb < 0.01) return '< 0.01 GB';
  return `${(gb < 100 ? FINE : COARSE).format(gb)} GB`;
}

/** `1,234.56 CNY` */
export function money(amount: number | null, currency: string | null): string {
  if (amount === null || currency === null) return UNKNOWN;
  return amount > 0 && amount < 0.005 ? `< 0.01 ${currency}` : `${MONEY.format(amount)} ${currency}`;
}

/** `0.4 CNY` */
export const priceOfGB = ({
  pricePerGB,
  currency,
}: Pick<LogstoreReport, 'pricePerGB' | 'currency'>): string =>
  pricePerGB === null ? UNKNOWN : `${Number(pricePerGB.toFixed(4))} ${currency}`;

/** `240.0 h` */
export const hours = (ms: number): string => `${TENTHS.format(ms / HOUR_MS)} h`;

export const countOf = (count: number, what: string): string =>
  `${COARSE.format(count)} ${what}${count === 1 ? '' : 's'}`;

type Ranged = Pick<Report, 'range' | 'zone'>;

const startOf = ({ range, zone }: Ranged): DateTime =>
  DateTime.fromMillis(range.start, { zone: zone.name, locale: 'en' });

/** Whether the range is a whole calendar month of the zone. */
function isMonth(ranged: Ranged): boolean {
  const start = startOf(ranged);
  return start.equals(start.startOf('month')) && start.plus({ months: 1 }).toMillis() === ranged.range.end;
}

/** `October 2026` for a whole calendar month, else from when to when. */
export function rangeName(ranged: Ranged): string {
  if (isMonth(ranged)) return startOf(ranged).toFormat('LLLL yyyy');
  const { range, zone } = ranged;
  return `${formatInstant(range.start, zone.name)} to ${formatInstant(range.end, zone.name)}`;
}

/** What was saved, and by how much the estimate may be too high, in one sentence that stands alone. */
export function headline(report: Report): string {
  const range = rangeName(report);
  const amounts = (part: 'amountSaved' | 'amountSavedAtLeast') =>
    report.totals
      .flatMap((total) => (total[part] === null ? [] : [money(total[part], total.currency)]))
      .join(' and ');
  const [saved, atLeast] = [amounts('amountSaved'), amounts('amountSavedAtLeast')];
  const when = isMonth(report) ? `in ${range}` : `from ${range}`;
  if (saved === '') return `What was saved ${when} is not known`;
  return `About ${saved} saved ${when}${atLeast === saved ? '' : `, ${atLeast} by a cautious estimate`}`;
}

/** What the headline leaves out: what was spent, and the share that was saved. */
export function summaryOf(total: Total, { logstores }: Pick<Report, 'logstores'>): string {
  const { currency, amountSaved, amountWritten } = total;
  if (currency === null) {
    const written =
      total.bytesWritten === null ? 'It is not known how much was' : `${gigabytes(total.bytesWritten)} were`;
    return `${written} written to Logstores without a known price.`;
  }
  if (total.bytesWritten === null) return `What was written and saved in ${currency} is not known.`;
  const spent = `Spent ${money(amountWritten, currency)} on ${gigabytes(total.bytesWritten)}.`;
  if (amountSaved === null || amountWritten === null) return `${spent} What was saved is not known.`;
  const all = logstores.filter((each) => each.currency === currency);
  const known = all.filter((each) => each.amountWritten !== null && each.amountSaved !== null);
  if (known.length < all.length) {
    return `${spent} What was saved is known for ${known.length} of ${countOf(all.length, 'Logstore')} only.`;
  }
  const always = amountWritten + amountSaved;
  const share = always === 0 ? 0 : Math.round((amountSaved / always) * 100);
  const guessed = all.some(({ estimatedFrom }) => estimatedFrom === 'all-active-hours');
  const doubt = guessed
    ? ' Where nights are quieter than the quietest captured hour, less was saved than either figure says.'
    : '';
  return `${spent} Capturing around the clock would have cost about ${money(always, currency)}: about ${share} % saved.${doubt}`;
}

/** Hours of all flow logs together. */
export function captureTotals({ flowLogs }: Report): {
  readonly activeMs: number;
  readonly inactiveMs: number;
  readonly unknownMs: number;
} {
  return {
    activeMs: sum(flowLogs.map(({ activeMs }) => activeMs)),
    inactiveMs: sum(flowLogs.map(({ inactiveMs }) => inactiveMs)),
    unknownMs: sum(flowLogs.map(({ unknownMs }) => unknownMs)),
  };
}

/** `Thu 2026-10-01 00:00 +08:00 to Thu 2026-10-01 06:00 +08:00 (6.0 h)` */
export const stretchWords = (stretch: Stretch, zone: string): string =>
  `${formatInstant(stretch.start, zone)} to ${formatInstant(stretch.end, zone)} (${hours(lengthOf(stretch))})`;

/** More than this many are counted, not listed. */
const MOST_GAPS = 10;

/** Stretches without a run, each a line. */
export function notWatchedWords({ notWatched, zone }: Report): readonly string[] {
  const shown = notWatched.slice(0, MOST_GAPS).map((gap) => stretchWords(gap, zone.name));
  const more = notWatched.length - shown.length;
  return more === 0 ? shown : [...shown, `and ${countOf(more, 'more stretch')}`];
}
