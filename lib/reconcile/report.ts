/** What a run found and did, as data: the answer's and the records' common source. Pure. */
import type { FlowLogService } from '../config/config.ts';
import type { DesiredStatus } from '../schedule/types.ts';
import type { CloudError } from './cloud-error.ts';
import type { Command } from './command.ts';
import type { Override } from './override.ts';
import type { FlowLog } from './ports.ts';

export const ACTIONS = ['activate', 'deactivate', 'none'] as const;
export type Action = (typeof ACTIONS)[number];

export const OUTCOMES = ['unchanged', 'confirmed', 'accepted', 'waiting', 'planned', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Why something could not be done, for people. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly requestId: string | null;
}

export const failureOf = ({ code, message, requestId }: CloudError): Failure => ({
  code,
  message,
  requestId,
});

/** Something doubtful that failed nothing. */
export interface Warning {
  /** A flow log's ID, or the path of a config entry; null for the run as a whole. */
  readonly subject: string | null;
  readonly message: string;
}

export const warningText = ({ subject, message }: Warning): string =>
  subject === null ? message : `${subject}: ${message}`;

/** What became of one flow log. Instants are milliseconds since the epoch. */
export interface FlowLogResult {
  /** Position in the config's list, from 0, of the entry that names or selects it. */
  readonly position: number;
  readonly service: FlowLogService;
  readonly flowLogId: string;
  /** Empty when it has none, or could not be read. */
  readonly name: string;
  readonly regionId: string;
  readonly cenId: string | null;
  readonly account: string | null;
  readonly schedule: string;
  /** The status before anything was called; null when it could not be read. */
  readonly observed: string | null;
  readonly desired: string | null;
  /** The last status read in this run, so whether it captures now; null when that is not known. */
  readonly status: string | null;
  readonly reason: string;
  readonly action: Action;
  readonly outcome: Outcome;
  /** When the desired status changes next; null when it never does. */
  readonly nextTransition: number | null;
  readonly error: Failure | null;
  /** The one in force. */
  readonly override: Override | null;
  /** How often the change was sent. */
  readonly attempts: number;
  /** Milliseconds from the first sending until it was read back. */
  readonly settleMs: number | null;
  /** What is not certain about it, for people; null for nothing. */
  readonly doubt: string | null;
}

export type Summary = Readonly<Record<'total' | Outcome, number>>;

/** A flow log that is in no entry of the config, and the account that it is in. */
export interface Unlisted {
  readonly account: string | null;
  readonly flowLog: FlowLog;
}

export interface Report {
  readonly runId: string;
  /** `none` when the run could not begin. */
  readonly action: Command['action'] | 'none';
  readonly dryRun: boolean;
  /** False when anything failed. */
  readonly ok: boolean;
  /** The instant that the run decided for, milliseconds since the epoch. */
  readonly at: number;
  readonly summary: Summary;
  readonly flowLogs: readonly FlowLogResult[];
  /** What was found besides, in the accounts and regions that the config names. */
  readonly notInConfig: readonly Unlisted[];
  readonly warnings: readonly Warning[];
  /** Why the run as a whole could not do its work; null when only single flow logs failed, or none. */
  readonly error: Failure | null;
  readonly apiCalls: number;
  readonly durationMs: number;
  /** Null when the run could not begin, or was about some of the flow logs only. */
  readonly statuses: StatusCounts | null;
}

/** How many flow logs are on and off; one that is changing, or could not be read, is neither. */
export interface StatusCounts {
  readonly active: number;
  readonly inactive: number;
}

/** By the last status read in the run. */
export function countStatuses(flowLogs: readonly FlowLogResult[]): StatusCounts {
  const count = (status: DesiredStatus) => flowLogs.filter((each) => each.status === status).length;
  return { active: count('Active'), inactive: count('Inactive') };
}

export function summarise(flowLogs: readonly FlowLogResult[]): Summary {
  const count = (outcome: Outcome) => flowLogs.filter((each) => each.outcome === outcome).length;
  const counts = OUTCOMES.map((outcome) => [outcome, count(outcome)]);
  return { total: flowLogs.length, ...Object.fromEntries(counts) };
}

/** One line for a person: which flow logs failed and why, the first few in full. */
export function describeFailures(report: Report): string {
  const run = report.error === null ? [] : [`${report.error.code}: ${report.error.message}`];
  const failed = report.flowLogs.filter((each) => each.outcome === 'failed');
  if (failed.length === 0) return run.join();
  const shown = failed
    .slice(0, 5)
    .map((each) => `${each.flowLogId}: ${each.error?.code}: ${each.error?.message}`);
  const more = failed.length > shown.length ? `; and ${failed.length - shown.length} more` : '';
  const single = `${failed.length} of ${report.flowLogs.length} flow logs failed: ${shown.join('; ')}${more}`;
  return [...run, single].join('; ');
}
