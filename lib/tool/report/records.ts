/** What the scheduler recorded in SLS, read back. Pure. */
import type { LogRecord } from '../../reconcile/ports.ts';

export type Status = 'Active' | 'Inactive';
export type Service = 'cen' | 'vpc';

/** One record of kind `flow-log`: what a run read and did. */
export interface Reading {
  readonly flowLogId: string;
  readonly regionId: string;
  readonly account: string | null;
  readonly name: string | null;
  readonly service: Service;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The status that the run read before it did anything; null when it was neither Active nor Inactive. */
  readonly observed: Status | null;
  readonly effect: Effect;
  /** Until when the run said that its desired status stays; null when it did not say. */
  readonly wantedUntil: number | null;
  /** Whether the run failed for this flow log. */
  readonly failed: boolean;
}

/** What a run did to a flow log: an edge to a status, a failed call whose effect nobody knows, or nothing. */
export type Effect =
  | { readonly kind: 'edge'; readonly to: Status | null }
  | { readonly kind: 'failed-call' }
  | { readonly kind: 'none' };

/** Whether the run could not read the status, or read that it was changing, and did nothing. */
export const saysNothing = ({ observed, effect }: Reading): boolean =>
  observed === null && effect.kind === 'none';

export interface Recorded {
  /** Ascending; without dry runs and without repeated lines. */
  readonly readings: readonly Reading[];
  /** Instants of all runs, ascending. */
  readonly runs: readonly number[];
  /** Those of the runs that looked at every flow log and would have recorded a change. */
  readonly watches: readonly number[];
  readonly warnings: readonly string[];
}

export const NOTHING_RECORDED: Recorded = { readings: [], runs: [], watches: [], warnings: [] };

/** The version that this code writes. Older records lack fields, but mean the same by those that they have. */
const SCHEMA_VERSION = 1;

/** @param lines records as GetLogs answers with them, in any order */
export function readRecords(lines: readonly LogRecord[]): Recorded {
  const readings = new Map<string, Reading>();
  const runs = new Set<number>();
  const watches = new Set<number>();
  let unreadable = 0;
  let newer = 0;
  for (const line of lines) {
    const at = instantOf(line);
    const known = line.kind === 'run' || (line.kind === 'flow-log' && (line.flowLogId ?? '') !== '');
    if (!known || at === null) {
      unreadable += 1;
      continue;
    }
    if (Number(line.schemaVersion) > SCHEMA_VERSION) newer += 1;
    if (line.kind === 'run') {
      runs.add(at);
      if (isWatch(line)) watches.add(at);
    } else if (line.dryRun !== 'true') {
      readings.set(identity(line), toReading(line, at));
    }
  }
  return {
    readings: [...readings.values()].sort((one, other) => one.at - other.at),
    runs: ascending(runs),
    watches: ascending(watches),
    warnings: [
      ...(unreadable === 0
        ? []
        : [`${linesOf(unreadable)} of the Logstore could not be read as a record and left out`]),
      ...(newer === 0
        ? []
        : [
            `${linesOf(newer)} come from a newer version of the scheduler; what this version knows of them was used`,
          ]),
    ],
  };
}

const linesOf = (count: number): string => `${count} line${count === 1 ? '' : 's'}`;
const ascending = (instants: ReadonlySet<number>): readonly number[] =>
  [...instants].sort((one, other) => one - other);

/** `at` is exact; `__time__` is SLS's own, in seconds. */
function instantOf({ at, __time__ }: LogRecord): number | null {
  const exact = Date.parse(at ?? '');
  if (!Number.isNaN(exact)) return exact;
  const seconds = Number(__time__ || Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : null;
}

/** PutLogs may write a line twice. */
const identity = ({ runId, flowLogId, at, action, outcome }: LogRecord): string =>
  JSON.stringify([runId, flowLogId, at, action, outcome]);

const isWatch = ({ action = 'reconcile', dryRun, errorCode = '' }: LogRecord): boolean =>
  action === 'reconcile' && dryRun !== 'true' && errorCode === '';

function toReading(line: LogRecord, at: number): Reading {
  const { flowLogId = '', flowLogRegionId = '', account = '', flowLogName = '' } = line;
  return {
    flowLogId,
    regionId: flowLogRegionId,
    account: account === '' ? null : account,
    name: flowLogName === '' ? null : flowLogName,
    service: line.service === 'vpc' || line.service === 'cen' ? line.service : serviceOf(flowLogId),
    at,
    observed: statusOf(line.observed),
    effect: effectOf(line),
    wantedUntil: laterThan(at, Date.parse(line.nextTransition ?? '')),
    failed: line.outcome === 'failed',
  };
}

const laterThan = (at: number, instant: number): number | null => (instant > at ? instant : null);

/** By the form of its ID: `flowlog-…` is CEN's, `fl-…` VPC's. */
export const serviceOf = (flowLogId: string): Service => (flowLogId.startsWith('fl-') ? 'vpc' : 'cen');

export const statusOf = (text: string | undefined): Status | null =>
  text === 'Active' || text === 'Inactive' ? text : null;

function effectOf({ action, outcome, desired }: LogRecord): Effect {
  if (action !== 'activate' && action !== 'deactivate') return { kind: 'none' };
  switch (outcome) {
    case 'confirmed':
    case 'accepted':
      return { kind: 'edge', to: statusOf(desired) };
    case 'failed':
      return { kind: 'failed-call' };
    default:
      return { kind: 'none' };
  }
}
