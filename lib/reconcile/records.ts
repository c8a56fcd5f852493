/** The records of a run, as SLS keeps them: flat, and every value a string. Pure. */

import type { Runtime } from '../runtime.ts';
import type { LogRecord } from './ports.ts';
import type { FlowLogResult, Report } from './report.ts';

const SCHEMA_VERSION = '1';

/** Who asked for the run, and how. */
export interface Origin {
  readonly trigger: 'timer' | 'manual' | 'local';
  /** The function invocation's request ID; empty outside Function Compute. */
  readonly requestId: string;
  readonly triggerName: string;
  /** When the timer says it fired, as it says it; empty when no timer did. */
  readonly triggerTime: string;
  /** What the run was made with. */
  readonly runtime: Runtime;
}

/**
 * The heartbeat first, then a record for each flow log that was more than looked at.
 * @param recordAll whether unchanged flow logs get a record too
 */
export function toRecords(report: Report, origin: Origin, recordAll: boolean): readonly LogRecord[] {
  const common = {
    schemaVersion: SCHEMA_VERSION,
    runId: report.runId,
    requestId: origin.requestId,
    trigger: origin.trigger,
    at: report.at,
    dryRun: String(report.dryRun),
  };
  const flowLogs = report.flowLogs.filter(
    (each) => recordAll || each.outcome !== 'unchanged' || each.override !== null,
  );
  return [
    { kind: 'run', ...common, ...runFields(report, origin) },
    ...flowLogs.map((each) => ({ kind: 'flow-log', ...common, ...flowLogFields(each) })),
  ];
}

function runFields(report: Report, origin: Origin): LogRecord {
  const triggered = Date.parse(origin.triggerTime);
  const counts = Object.entries(report.summary).map(([name, count]) => [name, String(count)]);
  return {
    ok: String(report.ok),
    action: report.action,
    triggerName: origin.triggerName,
    triggerTime: origin.triggerTime,
    lagMs: Number.isNaN(triggered) ? '' : String(Date.parse(report.at) - triggered),
    durationMs: String(report.durationMs),
    apiCalls: String(report.apiCalls),
    ...(Object.fromEntries(counts) as LogRecord),
    activeFlowLogs: String(report.statuses?.active ?? ''),
    inactiveFlowLogs: String(report.statuses?.inactive ?? ''),
    nodeVersion: origin.runtime.nodeVersion,
    zoneData: origin.runtime.zoneData.config,
    runtimeZoneData: origin.runtime.zoneData.runtime,
    warnings: report.warnings.join('\n'),
    errorCode: report.error?.code ?? '',
    errorMessage: report.error?.message ?? '',
  };
}

function flowLogFields(result: FlowLogResult): LogRecord {
  return {
    flowLogId: result.flowLogId,
    cenId: result.cenId ?? '',
    flowLogRegionId: result.regionId,
    account: result.account ?? '',
    schedule: result.schedule,
    observed: result.observed ?? '',
    desired: result.desired ?? '',
    reason: result.reason,
    action: result.action,
    outcome: result.outcome,
    attempts: String(result.attempts),
    overrideUntil: result.override?.until ?? '',
    overrideBy: result.override?.by ?? '',
    settleMs: result.settleMs === null ? '' : String(result.settleMs),
    nextTransition: result.nextTransition ?? '',
    errorCode: result.error?.code ?? '',
    errorMessage: result.error?.message ?? '',
    errorRequestId: result.error?.requestId ?? '',
  };
}
