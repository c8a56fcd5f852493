/** What was recorded in SLS, for a person. Pure. */
import type { LogRecord } from '../../reconcile/ports.ts';
import { didYouMean, printable } from '../../text.ts';
import { formatInstant } from '../instant.ts';
import { table, type Width } from '../table.ts';

/** Which records are asked for. */
export interface Filter {
  /** Null for all of them, and the runs. */
  readonly flowLogId: string | null;
  readonly failed: boolean;
}

/**
 * The search of SLS that finds them, the runs that only looked, and perhaps others. Without parentheses: Alibaba Cloud's
 * clients do not agree on how they are signed.
 */
export function searchFor({ flowLogId, failed }: Filter): string {
  if (flowLogId === null) return failed ? 'outcome: failed or ok: false' : '*';
  return `flowLogId: "${flowLogId}"${failed ? ' and outcome: failed' : ''} or action: status`;
}

/**
 * Those that are asked for among what a search found, newest first, without what SLS adds to them.
 * @param found in any order; SLS finds words, so another flow log may be among them
 */
export function recordsIn(found: readonly LogRecord[], { flowLogId, failed }: Filter): readonly LogRecord[] {
  const records = found
    .filter((record) => flowLogId === null || record.flowLogId === flowLogId)
    .filter(({ outcome, ok }) => !failed || outcome === 'failed' || ok === 'false');
  return records
    .map((record) => Object.fromEntries(Object.entries(record).filter(([name]) => !name.startsWith('__'))))
    .sort((a, b) => instantOf(b) - instantOf(a));
}

/** IDs of the runs that only looked: `status`. */
export const looksIn = (found: readonly LogRecord[]): ReadonlySet<string> =>
  new Set(
    found.flatMap(({ kind, action, runId = '' }) => (kind === 'run' && action === 'status' ? [runId] : [])),
  );

const instantOf = ({ at: text = '' }: LogRecord): number => Date.parse(text) || 0;

export interface Shown {
  /** Of the search, milliseconds since the epoch. */
  readonly from: number;
  /** Newest first. */
  readonly records: readonly LogRecord[];
  /** IDs of the runs that only looked, which are left out. */
  readonly looks: ReadonlySet<string>;
  readonly filter: Filter;
  /** IANA name of the zone to show instants in. */
  readonly zone: string;
  /** IDs of the flow logs that the config names. */
  readonly known: readonly string[];
  readonly width: Width;
}

/** A line for each flow log that a run had something to say about, and each run that failed as a whole. */
export function viewRecords({ from, records: all, looks, filter, zone, known, width }: Shown): string {
  const records = all.filter(({ runId = '' }) => !looks.has(runId));
  const rows = records.filter((record) => record.kind === 'flow-log' || isFailedRun(record));
  const runs = records.filter(({ kind }) => kind === 'run');
  const columns = COLUMNS.filter(
    ({ head, cell }) => ALWAYS.has(head) || rows.some((row) => cell(row, zone) !== ''),
  );
  const drawn = table(
    columns.map(({ head }) => head),
    rows.map((row) => columns.map(({ cell }) => printable(cell(row, zone)))),
    width,
  );
  const since = `since ${formatInstant(from, zone)}`;
  const none = filter.flowLogId !== null || filter.failed ? nothing(filter, since, known) : null;
  return `${rows.length === 0 ? '' : `${drawn}\n`}${summary(rows.length, runs, none, since, zone)}\n`;
}

/** Why a filter finds nothing: other records may well be there. */
function nothing({ flowLogId, failed }: Filter, since: string, known: readonly string[]): string {
  if (flowLogId === null) return `no failure was recorded ${since}`;
  const hint = known.includes(flowLogId) ? '' : didYouMean(flowLogId, known);
  return `no ${failed ? 'failure' : 'record'} of ${flowLogId} ${since}${hint}`;
}

/** @param none what to say instead of "0 records"; null when nothing is left out */
function summary(
  rows: number,
  runs: readonly LogRecord[],
  none: string | null,
  since: string,
  zone: string,
): string {
  if (none !== null) return rows === 0 ? none : `${count(rows, 'record')} ${since}`;
  const [last] = runs;
  if (last === undefined)
    return `no run was recorded ${since}: look at the trigger, and at the function's own log`;
  const failed = runs.filter(({ ok }) => ok === 'false').length;
  return (
    `${count(runs.length, 'run')} ${since}, ${failed} failed, the last ${at(last, zone)}; ` +
    (rows === 0 ? 'nothing was changed' : `${count(rows, 'line')} above`)
  );
}

/** One that failed for some flow logs only has a record for each. */
const isFailedRun = ({ kind, errorCode = '' }: LogRecord): boolean => kind === 'run' && errorCode !== '';

interface Column {
  readonly head: string;
  readonly cell: (record: LogRecord, zone: string) => string;
}

const COLUMNS: readonly Column[] = [
  { head: 'AT', cell: at },
  { head: 'FLOW LOG', cell: ({ kind, flowLogId = '' }) => (kind === 'run' ? '(the run)' : flowLogId) },
  { head: 'NAME', cell: ({ flowLogName = '' }) => flowLogName },
  { head: 'ACCOUNT', cell: ({ account = '' }) => account },
  { head: 'REGION', cell: ({ flowLogRegionId = '' }) => flowLogRegionId },
  { head: 'OBSERVED', cell: ({ observed = '' }) => observed },
  { head: 'DESIRED', cell: ({ desired = '' }) => desired },
  { head: 'ACTION', cell: ({ action = '' }) => action },
  { head: 'OUTCOME', cell: ({ kind, outcome = '' }) => (kind === 'run' ? 'failed' : outcome) },
  { head: 'BY', cell: ({ trigger = '', dryRun }) => (dryRun === 'true' ? `${trigger}, dry run` : trigger) },
  { head: 'WHY', cell: why },
  { head: 'REQUEST', cell: ({ errorRequestId = '' }) => errorRequestId },
];

/** Those that are there however little is in them. */
const ALWAYS: ReadonlySet<string> = new Set(['AT', 'FLOW LOG', 'OUTCOME']);

function at({ at: text = '' }: LogRecord, zone: string): string {
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? text : formatInstant(instant, zone);
}

function why({ errorCode = '', errorMessage = '', reason = '' }: LogRecord): string {
  return errorCode === '' ? reason : `${errorCode}: ${errorMessage}`;
}

const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`;
