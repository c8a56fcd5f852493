import { sentence } from '../config/issues.ts';
import type { Failure } from '../reconcile/plan.ts';
import { describeFailures, type FlowLogResult, type Report, type Summary } from '../reconcile/report.ts';
import type { Runtime } from '../runtime.ts';

/** Of a flow log. `observed` is what it was before the run, `status` what it was last seen to be. */
type ToldFlowLog = Omit<FlowLogResult, 'attempts' | 'settleMs'>;

/** What an invocation answers, as JSON. */
export interface Answer {
  readonly runId: string;
  readonly action: Report['action'];
  readonly dryRun: boolean;
  readonly ok: boolean;
  readonly at: string;
  readonly summary: Summary;
  readonly flowLogs: readonly ToldFlowLog[];
  readonly warnings: readonly string[];
  /** Why the run as a whole failed, or its results could not be recorded; left out otherwise. */
  readonly error?: Failure;
  readonly nodeVersion: string;
  readonly zoneData: Runtime['zoneData'];
}

export function toAnswer(report: Report, recordingFailure: Failure | null, runtime: Runtime): Answer {
  const error = report.error ?? recordingFailure;
  return {
    runId: report.runId,
    action: report.action,
    dryRun: report.dryRun,
    ok: report.ok && recordingFailure === null,
    at: report.at,
    summary: report.summary,
    flowLogs: report.flowLogs.map(({ attempts: _attempts, settleMs: _settleMs, ...told }) => told),
    warnings: report.warnings,
    ...(error === null ? {} : { error }),
    ...runtime,
  };
}

/**
 * Thrown to Function Compute after recording, when a timer's run failed for any flow log or as a whole, so that its
 * metrics, retries and failure destination see it. `name` is what Function Compute tells as `errorType`.
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
