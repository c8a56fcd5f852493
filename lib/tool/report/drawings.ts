/** What the drawn formats show, in order. Pure. */
import { type Calendar, calendarOf } from './calendar.ts';
import type { LogstoreReport, Report } from './report.ts';
import { gigabytes, money } from './words.ts';

/** More Logstores than this are in the tables only: a browser has to show their hours one by one. */
const MOST = 24;

export interface Drawn {
  readonly title: string;
  /** What it came to, under the drawing. */
  readonly money: readonly string[];
  readonly calendar: Calendar;
}

/** All Logstores together where there are several, then each, those with the most bytes first. */
export function drawnOf(report: Report): readonly Drawn[] {
  const logstores = [...report.logstores].sort((one, other) => volumeOf(other) - volumeOf(one));
  const each = logstores.slice(0, MOST).map((logstore): Drawn => {
    const ids = logstore.flowLogs.map(({ flowLogId, name }) =>
      name === null ? flowLogId : `${name} (${flowLogId})`,
    );
    return {
      title: `${logstore.key}, ${logstore.regionId}: ${ids.join(', ')}`,
      money: [moneyWords(logstore)],
      calendar: calendarOf([logstore], report),
    };
  });
  if (logstores.length < 2) return each;
  const all = report.totals.map((total) => moneyWords(total));
  return [{ title: 'All Logstores together', money: all, calendar: calendarOf(logstores, report) }, ...each];
}

const volumeOf = ({ bytesWritten, bytesNotWritten }: LogstoreReport): number =>
  (bytesWritten ?? 0) + (bytesNotWritten ?? 0);

type Figures = Pick<
  LogstoreReport,
  'bytesWritten' | 'bytesNotWritten' | 'amountWritten' | 'amountSaved' | 'amountSavedAtLeast' | 'currency'
>;

function moneyWords({ currency, ...each }: Figures): string {
  const written = `Written ${gigabytes(each.bytesWritten)}: ${money(each.amountWritten, currency)}.`;
  const saved = `Not written ${each.bytesNotWritten === null ? '' : 'about '}${gigabytes(each.bytesNotWritten)}: ${money(each.amountSaved, currency)} saved`;
  const atLeast =
    each.amountSavedAtLeast === null ? '' : `, cautiously ${money(each.amountSavedAtLeast, currency)}`;
  return `${written} ${saved}${atLeast}.`;
}
