import { sentence } from '../config/issues.ts';
import type { Override } from '../reconcile/override.ts';
import type { Failure } from '../reconcile/plan.ts';
import {
  describeFailures,
  type FlowLogResult,
  type Report,
  type Summary,
  warningText,
} from '../reconcile/report.ts';
import type { Runtime } from '../runtime.ts';
import type { Digests } from './digests.ts';

/** A flow log in an answer. Instants are ISO text, UTC. */
interface AnsweredFlowLog
  extends Omit<
    FlowLogResult,
    'position' | 'service' | 'name' | 'attempts' | 'settleMs' | 'nextTransition' | 'override'
  > {
  readonly nextTransition: string | null;
  readonly override: (Omit<Override, 'until'> & { readonly until: string }) | null;
}

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

function toAnswered(result: FlowLogResult): AnsweredFlowLog {
  const { position: _, service: __, name: ___, attempts: ____, settleMs: _____, ...shown } = result;
  const { nextTransition, override } = result;
  return {
    ...shown,
    nextTransition: nextTransition === null ? null : iso(nextTransition),
    override: override === null ? null : { ...override, until: iso(override.until) },
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
