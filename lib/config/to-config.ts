/** A checked document becomes the config that runs work with. All that a run needs of a config that was compiled. */
import { runtimeZoneData } from '../runtime.ts';
import { buildCalendars } from '../schedule/calendar.ts';
import type { ParseCron } from '../schedule/cron-expression.ts';
import type { Calendar, Schedule, Weekday, Window } from '../schedule/types.ts';
import { runtimeZone, type Zone } from '../schedule/zone.ts';
import type { Config, FlowLogEntry, Pricing, RecordTo, Selector } from './config.ts';
import type { ConfigFile, ScheduleFile } from './schema.ts';
import {
  exceptionEnd,
  exceptionStart,
  parseDuration,
  parseTimeOfDay,
  serviceOf,
  WEEKDAYS,
} from './values.ts';

/** Gives zones by IANA name. */
export interface ZoneSource {
  readonly zone: (name: string) => Zone;
  /** Version of the zone data, such as `2025c`. */
  readonly version: string;
}

const runtimeZones = (): ZoneSource => ({ zone: runtimeZone, version: runtimeZoneData() });

export function toRecordTo(file: ConfigFile['recordTo']): RecordTo {
  if (file === 'stdout') return { kind: 'stdout' };
  const { regionId, project, logstore, record } = file;
  return { kind: 'sls', regionId, project, logstore, recordAll: record === 'all' };
}

/**
 * @param file a document that the schema has checked
 * @param parseCron called for each cron window
 * @param zones where its zones come from; default: the runtime's own zone data
 */
export function toConfig(file: ConfigFile, parseCron: ParseCron, zones: ZoneSource = runtimeZones()): Config {
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
      toSchedule(name, schedule, zones.zone(schedule.timezone ?? file.timezone), calendars, parseCron),
    ]),
  );
  return {
    zone: zones.zone(file.timezone),
    zoneData: zones.version,
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
    pricing: toPricing(file.pricing),
  };
}

function toPricing(file: ConfigFile['pricing']): Pricing | null {
  return file === undefined ? null : { currency: file.currency, pricePerGB: file.pricePerGB };
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
      const { service = 'cen', regionId, cenId = null, transitRouterId = null } = entry.select;
      const { vpcId = null, resourceId = null, tags = {}, all = false } = entry.select;
      const narrowed = { cenId, transitRouterId, vpcId, resourceId, tags, all };
      selectors.push({ position, account, schedule, service, regionId, ...narrowed });
    } else {
      const { flowLogId, regionId, cenId = null, vpcId = null } = entry;
      const service = entry.service ?? serviceOf(flowLogId);
      // The schema has refused the ID.
      if (service === null) continue;
      // Written out, not spread: there may be thousands, and V8 gives what is added to a copy a shape of its own.
      flowLogs.push({ position, account, schedule, service, flowLogId, regionId, cenId, vpcId });
    }
  }
  return { flowLogs, selectors };
}

function toSchedule(
  name: string,
  file: ScheduleFile,
  zone: Zone,
  calendars: ReadonlyMap<string, Calendar>,
  parseCron: ParseCron,
): Schedule {
  return {
    name,
    zone,
    calendar: file.calendar === undefined ? null : (calendars.get(file.calendar) ?? null),
    windows: file.windows.map((window) => toWindow(window, parseCron)),
    exceptions: (file.exceptions ?? []).map(({ from, to, status, reason }) => ({
      from: exceptionStart(from),
      to: exceptionEnd(to),
      status,
      reason: reason ?? null,
    })),
    leadMs: file.lead === undefined ? 0 : milliseconds(file.lead),
  };
}

function toWindow(file: ScheduleFile['windows'][number], parseCron: ParseCron): Window {
  if ('cron' in file) {
    const { cron, duration } = file;
    return { kind: 'cron', cron, times: parseCron(cron), durationMs: milliseconds(duration) };
  }
  return {
    kind: 'days',
    days:
      typeof file.days === 'string'
        ? file.days
        : file.days.map((day) => (WEEKDAYS.indexOf(day) + 1) as Weekday),
    fromMinute: minute(file.from),
    toMinute: minute(file.to),
  };
}

// The schema has checked these texts.
const milliseconds = (text: string): number => parseDuration(text) ?? Number.NaN;
const minute = (text: string): number => parseTimeOfDay(text) ?? Number.NaN;
