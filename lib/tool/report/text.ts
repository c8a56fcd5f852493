/** The report for a terminal. Pure. */
import { printable } from '../../text.ts';
import { coloursFor } from '../colours.ts';
import type { Terminal } from '../io.ts';
import { table, type Width, widthOf } from '../table.ts';
import { wrap } from '../wrap.ts';
import type { Report } from './report.ts';
import {
  gigabytes,
  headline,
  hours,
  money,
  notWatchedWords,
  priceOfGB,
  rangeName,
  summaryOf,
} from './words.ts';

type Paint = ReturnType<typeof coloursFor>;

/** How the text is laid out. */
export interface Layout {
  readonly paint: Paint;
  /** Of sentences. */
  readonly columns: number;
  /** Of tables. */
  readonly width: Width;
}

export const layoutOf = (io: Pick<Terminal, 'columns' | 'isTerminal' | 'env'>): Layout => ({
  paint: coloursFor(io),
  columns: io.columns,
  width: widthOf(io),
});

export function reportText(report: Report, layout: Layout): string {
  const { paint, columns, width } = layout;
  const { totals, basis, warnings, zone } = report;
  return [
    paint.bold(`${headline(report)}\n`),
    ...totals.flatMap((total) => wrap(summaryOf(total, report), columns).map((line) => `${line}\n`)),
    `\n${flowLogTable(report, width)}`,
    report.logstores.length === 0 ? '' : `\n${logstoreTable(report, width)}`,
    notWatchedList(report, layout),
    listOf(paint.yellow('To look at'), warnings, columns),
    listOf(paint.bold(`How this is known (${rangeName(report)}, ${zone.name})`), basis, columns),
  ].join('');
}

export const notWatchedList = (report: Report, { paint, columns }: Layout): string =>
  listOf(paint.yellow('Not watched (no run was recorded)'), notWatchedWords(report), columns);

/** A title and its lines, wrapped; nothing without lines. */
export function listOf(title: string, lines: readonly string[], columns: number): string {
  if (lines.length === 0) return '';
  const wrapped = lines.flatMap((line) =>
    wrap(printable(line), columns - 2).map((part, index) => `${index === 0 ? '- ' : '  '}${part}\n`),
  );
  return `\n${title}\n${wrapped.join('')}`;
}

function flowLogTable({ flowLogs }: Report, width: Width): string {
  const named = flowLogs.some(({ name }) => name !== null);
  const inAccounts = flowLogs.some(({ account }) => account !== null);
  const head = [
    'FLOW LOG',
    ...(named ? ['NAME'] : []),
    ...(inAccounts ? ['ACCOUNT'] : []),
    'REGION',
    ...['ACTIVE', 'INACTIVE', 'UNKNOWN', 'CHANGES', 'FAILED', 'LOGSTORE'],
  ];
  const rows = flowLogs.map((each) => [
    each.flowLogId,
    ...(named ? [each.name ?? ''] : []),
    ...(inAccounts ? [each.account ?? '-'] : []),
    each.regionId,
    ...[hours(each.activeMs), hours(each.inactiveMs), hours(each.unknownMs)],
    ...[String(each.changes), String(each.failed)],
    each.logstore === null ? 'unknown' : `${each.logstore.project}/${each.logstore.logstore}`,
  ]);
  return table(
    head,
    rows.map((row) => row.map(printable)),
    width,
  );
}

function logstoreTable({ logstores }: Report, width: Width): string {
  const rows = logstores.map((each) => [
    each.key,
    gigabytes(each.bytesWritten),
    gigabytes(each.bytesNotWritten),
    gigabytes(each.bytesNotWrittenAtLeast),
    priceOfGB(each),
    money(each.amountWritten, each.currency),
    money(each.amountSaved, each.currency),
    money(each.amountSavedAtLeast, each.currency),
  ]);
  const head = ['LOGSTORE', 'WRITTEN', 'NOT WRITTEN', 'CAUTIOUS', 'A GB', 'SPENT', 'SAVED', 'CAUTIOUS'];
  return table(
    head,
    rows.map((row) => row.map(printable)),
    width,
  );
}
