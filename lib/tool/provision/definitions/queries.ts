/**
 * The queries of the dashboard and of the alerts: a search, `|`, and SQL over what it found.
 * Fields of the records are in double quotes, which keeps their capitals; the names that a query gives are not.
 * SLS may hold a record twice, so runs are counted by `runId`.
 * @see records.ts for the fields; log-index.ts for their types
 */

const RECONCILES = 'kind: run and action: reconcile and dryRun: false';
const CHANGES = 'kind: "flow-log" and dryRun: false';
const BOTH = '(kind: run or kind: "flow-log") and dryRun: false';
const TIME = "date_format(from_unixtime(__time__), '%Y-%m-%d %H:%i:%s')";

/** One line, as SLS wants it. */
const sql = (search: string, statement: string): string =>
  `${search} | ${statement.trim().replace(/\s*\n\s*/g, ' ')}`;

/** The newest runs that may have changed something. */
const newestRuns = (count: number): string => `
  (select "runId" from log where "kind" = 'run' and "action" = 'reconcile' order by __time__ desc limit ${count})`;

/** One row, also when nothing was found: then `runs` is 0. */
export const RUNS = sql(RECONCILES, 'select count(*) as runs from log');

/**
 * A row for each flow log that each of the last three runs left out of its desired status.
 * A flow log that needed nothing has no record, so its records alone do not show which runs came one after another;
 * the runs' own records do. Two schedulers that record to one Logstore would disturb each other here.
 */
export const OUT_OF_STATUS = sql(
  BOTH,
  `select f."flowLogId" as flow_log, f."flowLogRegionId" as region, f."account" as account,
     max_by(f."desired", f.t) as desired, max_by(f."observed", f.t) as observed,
     max_by(f."outcome", f.t) as outcome, max_by(f."errorMessage", f.t) as error
   from (
     select "runId", "flowLogId", "flowLogRegionId", "account", "desired", "observed", "outcome", "errorMessage",
       __time__ as t
     from log where "kind" = 'flow-log' and "outcome" in ('failed', 'accepted', 'waiting')
   ) f join ${newestRuns(3)} r on f."runId" = r."runId"
   group by f."flowLogId", f."flowLogRegionId", f."account"
   having count(distinct f."runId") = 3
   limit 1000`,
);

export const LAST_RUN = sql(
  RECONCILES,
  `select ${TIME} as run_at, "ok" as ok, "trigger" as started_by, "lagMs" as lag_ms, "durationMs" as duration_ms,
     "total" as flow_logs, "failed" as failed, "errorCode" as error
   from log order by __time__ desc limit 1`,
);

export const STATUSES = sql(
  RECONCILES,
  `select ${TIME} as run_at, "activeFlowLogs" as active, "inactiveFlowLogs" as inactive
   from log order by __time__ desc limit 1`,
);

export const LAG = sql(
  RECONCILES,
  `select __time__ - __time__ % 3600 as time, max("lagMs") as lag_ms, max("durationMs") as duration_ms
   from log group by time order by time limit 1000`,
);

export const OUTCOMES = sql(
  RECONCILES,
  `select time, sum(confirmed) as confirmed, sum(accepted) as accepted, sum(failed) as failed
   from (
     select distinct "runId", __time__ - __time__ % 3600 as time, "confirmed" as confirmed, "accepted" as accepted,
       "failed" as failed
     from log
   )
   group by time order by time limit 1000`,
);

/** 1 from when a flow log was made Active, 0 from when it was made Inactive. */
export const CAPTURE_TIMELINE = sql(
  `${CHANGES} and (outcome: confirmed or outcome: accepted)`,
  `select __time__ as time, "flowLogId" as flow_log, case when "action" = 'activate' then 1 else 0 end as capturing
   from log where "action" in ('activate', 'deactivate') order by time limit 10000`,
);

export const RECENT_CHANGES = sql(
  CHANGES,
  `select ${TIME} as changed_at, "flowLogId" as flow_log, "flowLogRegionId" as region, "account" as account,
     "schedule" as schedule, "action" as action, "outcome" as outcome, "reason" as reason, "errorMessage" as error
   from log where "action" in ('activate', 'deactivate') or "outcome" in ('failed', 'waiting')
   order by __time__ desc limit 200`,
);

/** As the last run saw them: a flow log with an override is recorded in every run. */
export const OVERRIDES_IN_FORCE = sql(
  BOTH,
  `select f."flowLogId" as flow_log, f."desired" as status, f."overrideUntil" as until, f."overrideBy" as set_by,
     f."reason" as reason
   from (
     select "runId", "flowLogId", "desired", "overrideUntil", "overrideBy", "reason"
     from log where "kind" = 'flow-log' and "overrideUntil" <> ''
   ) f join ${newestRuns(1)} r on f."runId" = r."runId"
   order by until limit 1000`,
);

/**
 * Flow-log hours by the statuses that each run counted, from the first run of the time range to the last: what a run
 * counted holds until the next one. Right for any range, for flow logs that changed nothing in it and for those that
 * left the config. A stretch without a run for three timer periods is counted apart, since nobody looked then.
 * Two schedulers that record to one Logstore would disturb each other here.
 * @param periodMs how often the timer calls the function
 */
export const captureHours = (periodMs: number): string => {
  const watched = `gap < ${Math.round((3 * periodMs) / 1000)}`;
  const flowLogHours = (count: string) =>
    `round(sum(case when ${watched} then ${count} * gap else 0 end) / 3.6e3, 1)`;
  return sql(
    RECONCILES,
    `select ${flowLogHours('active')} as active_hours, ${flowLogHours('inactive')} as inactive_hours,
       ${flowLogHours('(flow_logs - active - inactive)')} as unknown_hours,
       round(sum(case when ${watched} then 0 else gap end) / 3.6e3, 1) as hours_not_watched, count(distinct run) as runs
     from (
       select "runId" as run, "activeFlowLogs" as active, "inactiveFlowLogs" as inactive, "total" as flow_logs,
         lead(__time__, 1, __time__) over (order by __time__) - __time__ as gap
       from log where "activeFlowLogs" is not null
     )
     limit 1`,
  );
};
