import { type AlertDefinition, type AlertTarget, alertDefinitions } from './alerts.ts';
import { type DashboardDefinition, dashboardDefinition } from './dashboard.ts';
import { FUNCTION_LOG_INDEX, LOG_INDEX, type LogIndex } from './log-index.ts';
import {
  FUNCTION_LOGSTORE,
  functionLogstoreDefinition,
  type LogstoreDefinition,
  logstoreDefinition,
} from './logstore.ts';

/** Everything that SLS needs for one scheduler, as it is sent. */
export interface Definitions {
  readonly regionId: string;
  readonly project: string;
  readonly logstore: LogstoreDefinition;
  readonly index: LogIndex;
  readonly dashboard: DashboardDefinition;
  readonly alerts: readonly AlertDefinition[];
  /** For what the function prints. Function Compute wants its Logstore before it creates the function. */
  readonly functionLog: LogDefinition;
}

export interface LogDefinition {
  readonly logstore: LogstoreDefinition;
  readonly index: LogIndex;
}

/** Pure: asks nobody. @param periodMs how often the timer calls the function */
export function definitionsFor(target: AlertTarget, periodMs: number): Definitions {
  const { regionId, project, logstore } = target;
  return {
    regionId,
    project,
    logstore: logstoreDefinition(logstore),
    index: LOG_INDEX,
    dashboard: dashboardDefinition(project, logstore, periodMs),
    alerts: alertDefinitions(target, periodMs),
    functionLog: functionLogDefinition(FUNCTION_LOGSTORE),
  };
}

/** What Function Compute wants to be there before it creates the function. */
export const functionLogDefinition = (logstoreName: string): LogDefinition => ({
  logstore: functionLogstoreDefinition(logstoreName),
  index: FUNCTION_LOG_INDEX,
});
