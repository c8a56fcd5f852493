import { OUT_OF_STATUS, RUNS } from './queries.ts';

/** An alert rule, as SLS spells it. */
export interface AlertDefinition {
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly schedule: Readonly<Record<string, unknown>>;
  readonly configuration: Readonly<Record<string, unknown>>;
}

/** What the records lie in. */
export interface AlertTarget {
  readonly regionId: string;
  readonly project: string;
  readonly logstore: string;
}

/** Shortest and longest period of the timer that the alerts can watch: SLS looks back a day at most. */
export const PERIOD_LIMITS_MS = { min: 60_000, max: 8 * 3_600_000 } as const;

const DAY_MS = 86_400_000;
/** SLS's own levels: 2 report, 4 low, 6 medium, 8 high, 10 critical. */
const SEVERITY = { medium: 6, high: 8 } as const;

/**
 * The two alerts on the scheduler. Their names hold the Logstore's, so that two schedulers can share a project.
 * UNVERIFIED against a live account: the configuration as a whole. Its fields are those of AlertConfiguration in
 * `@alicloud/sls20201230`, its values those of "Data structure of an alert rule" in SLS's documentation and of the
 * alerts that the SLS team publishes (aliyun-sls/sls-doc).
 * @param periodMs how often the timer calls the function, within {@link PERIOD_LIMITS_MS}
 */
export function alertDefinitions(target: AlertTarget, periodMs: number): readonly AlertDefinition[] {
  return [schedulerHasNotRun(target, periodMs), flowLogOutOfStatus(target, periodMs)];
}

/**
 * No reconcile for three periods of the timer.
 * The query counts, so that it yields a row with 0 when nothing ran: a search without a result would yield none, and a
 * condition is only looked at for rows. `noDataFire` is on as well, for the case that SLS answers with no row at all
 * (no index yet, Logstore gone): silence must never look like health.
 */
function schedulerHasNotRun(target: AlertTarget, periodMs: number): AlertDefinition {
  return {
    name: `${target.logstore}-has-not-run`,
    displayName: 'Flow-log scheduler has not run',
    description: 'No reconcile was recorded for three periods of the timer.',
    schedule: checkEvery(periodMs),
    configuration: configuration({
      query: query(target, RUNS, 3 * periodMs),
      groupConfiguration: { type: 'no_group', fields: [] },
      condition: 'runs == 0',
      severity: SEVERITY.high,
      noDataFire: true,
      title: 'Flow-log scheduler has not run',
      text:
        `No reconcile was recorded in Logstore ${target.logstore} for ${span(3 * periodMs)}: flow logs stay as they ` +
        "are. Look at the function's timer, its last invocations, and its permission to write here.",
    }),
  };
}

/**
 * A flow log that failed, was accepted only, or was waiting in each of the last three runs: one alert for each.
 * It looks back over four periods, so that three runs are there although the newest is not indexed yet. No row is
 * the good case here, so `noDataFire` is off.
 */
function flowLogOutOfStatus(target: AlertTarget, periodMs: number): AlertDefinition {
  return {
    name: `${target.logstore}-out-of-status`,
    displayName: 'Flow log stays out of its desired status',
    description: 'A flow log was not brought into its desired status by three runs, one after another.',
    schedule: checkEvery(periodMs),
    configuration: configuration({
      query: query(target, OUT_OF_STATUS, Math.min(4 * periodMs, DAY_MS)),
      groupConfiguration: { type: 'custom', fields: ['flow_log', 'region', 'account'] },
      // Empty: every row fires.
      condition: '',
      severity: SEVERITY.medium,
      noDataFire: false,
      title: `Flow log ${cell('flow_log')} stays out of its desired status`,
      text:
        `Three runs wanted ${cell('flow_log')} in ${cell('region')} to be ${cell('desired')}; it was ` +
        `${cell('observed')}, outcome ${cell('outcome')}. Error: ${cell('error')}`,
    }),
  };
}

/** Checks as often as the timer fires, and every five minutes at least: an alert must not be as slow as a slow timer. */
function checkEvery(periodMs: number): AlertDefinition['schedule'] {
  return { type: 'FixedRate', interval: span(Math.min(Math.max(periodMs, 60_000), 300_000)) };
}

function query({ regionId, project, logstore }: AlertTarget, text: string, spanMs: number) {
  return {
    region: regionId,
    project,
    store: logstore,
    storeType: 'log',
    query: text,
    timeSpanType: 'Relative',
    start: `-${span(spanMs)}`,
    end: 'now',
    powerSqlMode: 'auto',
  };
}

interface Rule {
  readonly query: ReturnType<typeof query>;
  readonly groupConfiguration: { readonly type: string; readonly fields: readonly string[] };
  readonly condition: string;
  readonly severity: number;
  readonly noDataFire: boolean;
  readonly title: string;
  readonly text: string;
}

function configuration(rule: Rule): AlertDefinition['configuration'] {
  return {
    version: '2.0',
    type: 'default',
    // SLS's own dashboard of alerts that fired.
    dashboard: 'internal-alert-analysis',
    queryList: [rule.query],
    joinConfigurations: [],
    groupConfiguration: rule.groupConfiguration,
    severityConfigurations: [
      { severity: rule.severity, evalCondition: { condition: rule.condition, countCondition: '' } },
    ],
    threshold: 1,
    noDataFire: rule.noDataFire,
    noDataSeverity: rule.severity,
    sendResolved: true,
    autoAnnotation: true,
    labels: [{ key: 'app', value: 'flow-log-scheduler' }],
    annotations: [
      { key: 'title', value: rule.title },
      { key: 'desc', value: rule.text },
    ],
    // The account chooses who is alerted: SLS's built-in policies until somebody sets others, which then stay.
    policyConfiguration: {
      alertPolicyId: 'sls.builtin.dynamic',
      actionPolicyId: 'sls.builtin',
      repeatInterval: '1h',
    },
  };
}

/** Where SLS puts in a column of the row that fired. */
function cell(column: string): string {
  return `\${${column}}`;
}

/** A length as SLS writes it: whole minutes where they are, else seconds. */
function span(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds % 60 === 0 ? `${seconds / 60}m` : `${seconds}s`;
}
