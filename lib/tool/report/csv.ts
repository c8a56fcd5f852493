/** The report as one table for spreadsheets (RFC 4180): a row for each flow log, Logstore and total. Pure. */
import { printable } from '../../text.ts';
import { reportJson } from './json.ts';
import type { Report } from './report.ts';

const COLUMNS = [
  'row',
  'from',
  'to',
  'flowLogId',
  'service',
  'name',
  'regionId',
  'account',
  'project',
  'logstore',
  'activeSeconds',
  'inactiveSeconds',
  'unknownSeconds',
  'changes',
  'failed',
  'bytesWritten',
  'bytesNotWritten',
  'bytesNotWrittenAtLeast',
  'estimatedFrom',
  'pricePerGB',
  'currency',
  'extractionFee',
  'amountWritten',
  'amountSaved',
  'amountSavedAtLeast',
] as const;

type Row = Readonly<Partial<Record<(typeof COLUMNS)[number], string | number | null>>>;

export function reportCsv(report: Report): string {
  const { from, to, flowLogs, logstores, totals } = reportJson(report);
  const rows: readonly Row[] = [
    ...flowLogs.map(({ logstore, ...each }) => ({ row: 'flow log', ...each, ...logstore })),
    ...logstores.map(({ flowLogIds, ...each }) => ({
      row: 'logstore',
      flowLogId: flowLogIds.join(' '),
      ...each,
    })),
    ...totals.map((each) => ({ row: 'total', ...each })),
  ];
  const lines = rows.map((row) => COLUMNS.map((column) => cell({ from, to, ...row }[column])));
  return [COLUMNS, ...lines].map((line) => `${line.join(',')}\r\n`).join('');
}

/** Empty for what is not known. A text that a spreadsheet would calculate begins with an apostrophe. */
function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = printable(value).replace(/^(?=[=+\-@])/, "'");
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
