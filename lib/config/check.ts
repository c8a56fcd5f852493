/** A document, however it was written, becomes a config, or every issue of it. */
import { safeParse } from 'valibot';
import { buildCalendars } from '../schedule/calendar.ts';
import type { Calendar, Schedule, Window } from '../schedule/types.ts';
import type { Config, FlowLogEntry, RecordTo, Selector } from './config.ts';
import { checkCronWindows } from './cron-windows.ts';
import { flattenIssues, formatIssue, type Issue, type RawIssue } from './issues.ts';
import { plainDataIssues } from './plain-data.ts';
import { checkReferences } from './references.ts';
import { ConfigFile, RecordTo as RecordToFile, type ScheduleFile, weekdayNumber } from './schema.ts';
import { exceptionEnd, exceptionStart, parseDuration, parseTimeOfDay } from './values.ts';

export type CheckedDocument =
  | { readonly ok: true; readonly config: Config }
  | {
      readonly ok: false;
      readonly issues: readonly Issue[];
      /** Where the failure can be recorded; null when that could not be read either. */
      readonly recordTo: RecordTo | null;
    };

/**
 * @param raw the document as plain data
 * @param locate writes out where an issue is
 */
export function checkDocument(raw: unknown, locate: (issue: RawIssue) => Issue): CheckedDocument {
  const parsed = safeParse(ConfigFile, raw);
  const issues = [
    ...flattenIssues(parsed.issues ?? []),
    ...plainDataIssues(raw),
    ...checkReferences(raw),
    ...checkCronWindows(raw),
  ];
  if (!parsed.success || issues.length > 0) {
    return { ok: false, issues: inFileOrder(issues.map(locate)), recordTo: readRecordTo(raw) };
  }
  return { ok: true, config: toConfig(parsed.output) };
}

/** All issues as one text, for an error that a person reads. */
export function describeIssues(issues: readonly Issue[]): string {
  return issues.map(formatIssue).join('\n');
}

export function inFileOrder(issues: readonly Issue[]): readonly Issue[] {
  return [...issues].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
}

function readRecordTo(raw: unknown): RecordTo | null {
  const recordTo = typeof raw === 'object' && raw !== null && 'recordTo' in raw ? raw.recordTo : undefined;
  const parsed = safeParse(RecordToFile, recordTo);
  return parsed.success ? toRecordTo(parsed.output) : null;
}

function toRecordTo(file: ConfigFile['recordTo']): RecordTo {
  if (file === 'stdout') return { kind: 'stdout' };
  const { regionId, project, logstore, record } = file;
  return { kind: 'sls', regionId, project, logstore, recordAll: record === 'all' };
}

function toConfig(file: ConfigFile): Config {
  const calendars = buildCalendars(
    Object.fromEntries(
      Object.entries(file.calendars ?? {}).map(([name, calendar]) => [
        name,
        {
          extends: calendar.extends ?? null,
          holidays: calendar.holidays ?? [],
          workdays: calendar.workdays ?? [],
        },
      ]),
    ),
  );
  const schedules = new Map(
    Object.entries(file.schedules).map(([name, schedule]) => [
      name,
      toSchedule(name, schedule, file.timezone, calendars),
    ]),
  );
  return {
    timezone: file.timezone,
    recordTo: toRecordTo(file.recordTo),
    schedules,
    ...toEntries(file, schedules),
    accounts: new Map(
      Object.entries(file.accounts ?? {}).map(([name, { roleArn, externalId = null }]) => [
        name,
        { roleArn, externalId },
      ]),
    ),
    limits: {
      concurrency: file.limits.concurrency,
      settleTimeoutMs: milliseconds(file.limits.settleTimeout),
      maxFlowLogs: file.limits.maxFlowLogs,
      maxOverrideMs: milliseconds(file.limits.maxOverride),
    },
    pricing: file.pricing ?? null,
  };
}

function toEntries(
  file: ConfigFile,
  schedules: ReadonlyMap<string, Schedule>,
): Pick<Config, 'flowLogs' | 'selectors'> {
  const flowLogs: FlowLogEntry[] = [];
  const selectors: Selector[] = [];
  for (const [position, entry] of file.flowLogs.entries()) {
    const schedule = schedules.get(entry.schedule);
    if (schedule === undefined) continue;
    const account = entry.account ?? null;
    if ('select' in entry) {
      const { regionId, cenId = null, transitRouterId = null, tags = {}, all = false } = entry.select;
      selectors.push({ position, account, schedule, regionId, cenId, transitRouterId, tags, all });
    } else {
      const { flowLogId, regionId, cenId = null } = entry;
      // Written out, not spread: there may be thousands, and V8 gives what is added to a copy a shape of its own.
      flowLogs.push({ position, account, schedule, flowLogId, regionId, cenId });
    }
  }
  return { flowLogs, selectors };
}

function toSchedule(
  name: string,
  file: ScheduleFile,
  timezone: string,
  calendars: ReadonlyMap<string, Calendar>,
): Schedule {
  return {
    name,
    timezone: file.timezone ?? timezone,
    calendar: file.calendar === undefined ? null : (calendars.get(file.calendar) ?? null),
    windows: file.windows.map(toWindow),
    exceptions: (file.exceptions ?? []).map(({ from, to, status, reason }) => ({
      from: exceptionStart(from),
      to: exceptionEnd(to),
      status,
      reason: reason ?? null,
    })),
    leadMs: file.lead === undefined ? 0 : milliseconds(file.lead),
  };
}

function toWindow(file: ScheduleFile['windows'][number]): Window {
  if ('cron' in file) return { kind: 'cron', cron: file.cron, durationMs: milliseconds(file.duration) };
  return {
    kind: 'days',
    days: typeof file.days === 'string' ? file.days : file.days.map(weekdayNumber),
    fromMinute: minute(file.from),
    toMinute: minute(file.to),
  };
}

// The schema has checked these texts.
const milliseconds = (text: string): number => parseDuration(text) ?? Number.NaN;
const minute = (text: string): number => parseTimeOfDay(text) ?? Number.NaN;
