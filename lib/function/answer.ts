import {
  describeFailures,
  type Failure,
  type FlowLogResult,
  type Report,
  type Summary,
  warningText,
} from '../reconcile/report.ts';
import type { Runtime } from '../runtime.ts';
import { sentence } from '../text.ts';
import type { Digests } from './digests.ts';

type AnsweredFlowLog = ReturnType<typeof toAnswered>;

/** What an invocation answers, as JSON. */
export interface Answer {
  readonly runId: string;
  readonly action: Report['action'];
  readonly dryRun: boolean;
  readonly ok: boolean;
  readonly at: string;
  readonly summary: Summary;
  readonly flowLogs: readonly AnsweredFlowLog[];
  readonly warnings: readonly string[];
  /** Why the run as a whole failed, or its results could not be recorded; left out otherwise. */
  readonly error?: Failure;
  readonly nodeVersion: string;
  readonly zoneData: Runtime['zoneData'];
  /** Of a `status`: what is deployed. */
  readonly digests?: Digests;
}

const iso = (instant: number): string => new Date(instant).toISOString();

export function toAnswer(report: Report, recordingFailure: Failure | null, runtime: Runtime): Answer {
  const { runId, action, dryRun, summary } = report;
  const error = report.error ?? recordingFailure;
  return {
    runId,
    action,
    dryRun,
    ok: report.ok && recordingFailure === null,
    at: iso(report.at),
    summary,
    flowLogs: report.flowLogs.map(toAnswered),
    warnings: report.warnings.map(warningText),
    ...(error === null ? {} : { error }),
    ...runtime,
  };
}

/** Instants are ISO text, UTC. */
function toAnswered(result: FlowLogResult) {
  const { flowLogId, regionId, cenId, account, schedule, observed, desired, reason } = result;
  const { action, outcome, status, override, nextTransition, error } = result;
  return {
    ...{ flowLogId, regionId, cenId, account, schedule, observed, desired, reason, action, outcome, status },
    override: override === null ? null : { ...override, until: iso(override.until) },
    nextTransition: nextTransition === null ? null : iso(nextTransition),
    error,
  };
}

/**
 * Thrown to Function Compute after recording, when a timer's run failed for any flow log or as a whole, so that its
 * metrics, retries and failure destination see it. `name` is what Function Compute shows as `errorType`.
 */
export class ReconcileFailed extends Error {
  override readonly name = 'ReconcileFailed';
}

/** Thrown to Function Compute when a timer's run did its work, but its results did not reach SLS. */
export class RecordingFailed extends Error {
  override readonly name = 'RecordingFailed';
}

/** @throws {ReconcileFailed | RecordingFailed} when anything went wrong */
export function throwIfFailed(report: Report, recordingFailure: Failure | null): void {
  const run = `run ${report.runId}`;
  const unrecorded = recordingFailure === null ? '' : recordingFailure.message;
  if (!report.ok) {
    const also = unrecorded === '' ? '' : `; and the results were not recorded: ${unrecorded}`;
    throw new ReconcileFailed(`${run}: ${describeFailures(report)}${also}`);
  }
  if (recordingFailure !== null) {
    const failure = sentence(`${recordingFailure.code}: ${unrecorded}`);
    const where = "Every record is in the function's own log, as a line of JSON";
    throw new RecordingFailed(`${run} did its work, but could not record it: ${failure} ${where}`);
  }
}
