/** Warnings about what a config says, but probably does not mean. Nothing here keeps a config from working. Pure. */
import { DateTime } from 'luxon';
import type { Config, FlowLogEntry, Selector } from '../../config/config.ts';
import type { RawIssue } from '../../config/issues.ts';
import { UNUSED_PRICING } from '../../config/schema.ts';
import { serviceOf } from '../../config/values.ts';
import { surprisingSign } from '../../config/zone-names.ts';
import { neverOpens } from '../../schedule/cron-expression.ts';
import { DAY_MS, MINUTE_MS, parseLocal } from '../../schedule/local-date.ts';
import { usesCalendar } from '../../schedule/occurrences.ts';
import { overlaps } from '../../schedule/overlap.ts';
import { describeWindow } from '../../schedule/reason.ts';
import type { Schedule, ScheduleException, Window } from '../../schedule/types.ts';
import { localTime } from '../../schedule/zone.ts';
import { didYouMean, formatDuration } from '../../text.ts';

/** The timer's period in `s.yaml`. */
export const DEFAULT_TIMER_PERIOD_MS = 5 * MINUTE_MS;

/** CEN gathers traffic over 600 s or 60 s (`Interval`) into an entry; 600 s unless the flow log says 60. */
const DEFAULT_CAPTURE_INTERVAL_MS = 600_000;

/** A year and what a moving holiday may add. */
const OVERLAP_LOOKAHEAD_MS = 400 * DAY_MS;

/**
 * Every warning of a config that validated.
 *
 * @param now milliseconds since the epoch; what ended before is past, and overlaps are looked for from here on
 * @param timerPeriodMs how often a run comes
 */
export function lint(
  config: Config,
  now: number,
  timerPeriodMs: number = DEFAULT_TIMER_PERIOD_MS,
): readonly RawIssue[] {
  return [
    ...surprisingZone(config.zone.name),
    ...[...config.schedules].flatMap(([name, schedule]) => {
      const within = ({ keys, message }: RawIssue) => ({ keys: ['schedules', name, ...keys], message });
      return [
        ...unused(schedule, [...config.flowLogs, ...config.selectors]),
        ...idleCalendar(schedule),
        ...missingCalendar(schedule),
        ...(schedule.zone.name === config.zone.name ? [] : surprisingZone(schedule.zone.name)),
        ...schedule.windows.flatMap((window, index) => neverOpening(window, index, now)),
        ...schedule.windows.flatMap((window, index) => shortWindow(window, index, timerPeriodMs)),
        ...overlappingWindows(schedule, now),
        ...schedule.exceptions.flatMap((exception, index) => pastException(exception, index, schedule, now)),
      ].map(within);
    }),
    ...repeatedFlowLogs(config.flowLogs),
    ...wholeRegions(config.selectors),
    ...foreignIds(config.flowLogs),
    ...unknownRegions(config),
  ];
}

/**
 * Regions that Alibaba Cloud's pages and endpoint lists name. Perhaps not all: what is missing costs a warning only.
 * @see https://www.alibabacloud.com/help/en/cen/developer-reference/api-cbn-2017-09-12-endpoint
 */
export const REGIONS =
  'cn-qingdao cn-beijing cn-zhangjiakou cn-huhehaote cn-wulanchabu cn-hangzhou cn-shanghai cn-nanjing cn-fuzhou ' +
  'cn-shenzhen cn-heyuan cn-guangzhou cn-chengdu cn-hongkong cn-wuhan-lr cn-zhengzhou-jva cn-zhongwei ' +
  'cn-hangzhou-finance cn-shanghai-finance-1 cn-shenzhen-finance-1 cn-beijing-finance-1 cn-north-2-gov-1 ' +
  'cn-heyuan-acdr-1 ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 ' +
  'ap-southeast-6 ap-southeast-7 ap-southeast-8 ap-south-1 us-east-1 us-west-1 us-southeast-1 na-south-1 sa-east-1 ' +
  'eu-west-1 eu-west-2 eu-central-1 me-east-1 me-central-1';

function unknownRegions({ recordTo, flowLogs, selectors }: Config): readonly RawIssue[] {
  const known = REGIONS.split(' ');
  const named = [
    ...(recordTo.kind === 'sls' ? [{ keys: ['recordTo', 'regionId'], regionId: recordTo.regionId }] : []),
    ...flowLogs.map(({ position, regionId }) => ({ keys: ['flowLogs', position, 'regionId'], regionId })),
    ...selectors.map(({ position, regionId }) => ({
      keys: ['flowLogs', position, 'select', 'regionId'],
      regionId,
    })),
  ];
  return named.flatMap(({ keys, regionId }) => {
    if (known.includes(regionId)) return [];
    return [
      { keys, message: `${regionId} is no region that this version knows${didYouMean(regionId, known)}` },
    ];
  });
}

/** Flow logs that are listed more than once: a warning at each further mention. */
export function repeatedFlowLogs(flowLogs: readonly FlowLogEntry[]): readonly RawIssue[] {
  const first = new Map<string, number>();
  return flowLogs.flatMap(({ flowLogId, position }) => {
    const earlier = first.get(flowLogId);
    if (earlier === undefined) {
      first.set(flowLogId, position);
      return [];
    }
    const message = `${flowLogId} is listed at flowLogs[${earlier}] too: every run leaves it as it is and fails for it; remove one of the two`;
    return [{ keys: ['flowLogs', position], message }];
  });
}

/** Keys of `pricing` that an older version needed for a forecast. */
export function unusedPricing({
  pricing = {},
}: {
  readonly pricing?: object | undefined;
}): readonly RawIssue[] {
  const message = 'is not used any more: `npx flow-logs report` measures what was written; remove it';
  return UNUSED_PRICING.filter((key) => key in pricing).map((key) => ({ keys: ['pricing', key], message }));
}

function wholeRegions(selectors: readonly Selector[]): readonly RawIssue[] {
  return selectors.flatMap(({ position, service, regionId, tags, all, ...selector }) => {
    const { cenId, transitRouterId, vpcId, resourceId } = selector;
    const narrowing = [cenId, transitRouterId, vpcId, resourceId].some((id) => id !== null);
    if (all || narrowing || Object.keys(tags).length > 0) return [];
    const [kind, ids] =
      service === 'vpc' ? ['VPC flow log', 'vpcId or resourceId'] : ['flow log', 'cenId or transitRouterId'];
    const message = `selects every ${kind} of ${regionId}; say all: true beside regionId if that is meant, or narrow it down with tags, ${ids}`;
    return [{ keys: ['flowLogs', position, 'select'], message }];
  });
}

function foreignIds(flowLogs: readonly FlowLogEntry[]): readonly RawIssue[] {
  return flowLogs.flatMap(({ flowLogId, position, service }) => {
    const byId = serviceOf(flowLogId);
    if (byId === null || byId === service) return [];
    const message = `${flowLogId} has an ID as those of ${byId.toUpperCase()}, and service is ${service}; correct one of the two`;
    return [{ keys: ['flowLogs', position, 'service'], message }];
  });
}

function unused(schedule: Schedule, entries: readonly Pick<FlowLogEntry, 'schedule'>[]): readonly RawIssue[] {
  if (entries.some((entry) => entry.schedule === schedule)) return [];
  return [{ keys: [], message: 'no flow log is on this schedule' }];
}

function surprisingZone(timezone: string): readonly RawIssue[] {
  const message = surprisingSign(timezone);
  return message === null ? [] : [{ keys: ['timezone'], message }];
}

function idleCalendar({ calendar, windows }: Schedule): readonly RawIssue[] {
  if (calendar === null || windows.some(usesCalendar)) return [];
  const message = `calendar ${calendar.name} has no effect: no window says workdays, weekdays or holidays; use days: weekdays`;
  return [{ keys: ['calendar'], message }];
}

/** What `days` means without a calendar, which is seldom what its word says. */
const WITHOUT_CALENDAR: Readonly<Record<string, { readonly meaning: string; readonly list: string }>> = {
  workdays: { meaning: 'Monday to Friday, holidays included', list: '[Mon, Tue, Wed, Thu, Fri]' },
  weekdays: { meaning: 'Monday to Friday, holidays included', list: '[Mon, Tue, Wed, Thu, Fri]' },
  holidays: { meaning: 'Saturday and Sunday, no other holiday', list: '[Sat, Sun]' },
};

function missingCalendar({ calendar, windows }: Schedule): readonly RawIssue[] {
  if (calendar !== null) return [];
  return windows.flatMap((window, index) => {
    const days = window.kind === 'days' && typeof window.days === 'string' ? window.days : '';
    const without = WITHOUT_CALENDAR[days];
    if (without === undefined) return [];
    const message = `without a calendar ${days} means ${without.meaning}; add calendar: china (or your own) to the schedule, or write days: ${without.list}`;
    return [{ keys: ['windows', index, 'days'], message }];
  });
}

function neverOpening(window: Window, index: number, now: number): readonly RawIssue[] {
  if (window.kind !== 'cron' || !neverOpens(window.cron, now)) return [];
  const message = `never opens: no date matches "${window.cron}"; correct its day or month, or remove the window`;
  return [{ keys: ['windows', index, 'cron'], message }];
}

function shortWindow(window: Window, index: number, timerPeriodMs: number): readonly RawIssue[] {
  const length = lengthOf(window);
  const keys = ['windows', index];
  const short = `is ${formatDuration(length)} long, shorter than`;
  const missed = `${short} the timer's period (${formatDuration(timerPeriodMs)}), so that a run may never see it open`;
  const empty =
    length < 60_000
      ? `${short} either capture interval of a flow log (600 s or 60 s), so that it may capture nothing`
      : `${short} a flow log's capture interval (600 s by default), so that it may capture nothing; ` +
        'make it longer, or give its flow logs an Interval of 60';
  return [
    ...(length < timerPeriodMs ? [{ keys, message: missed }] : []),
    ...(length < DEFAULT_CAPTURE_INTERVAL_MS ? [{ keys, message: empty }] : []),
  ];
}

/** By the clock; a window over a clock change is longer or shorter that day. */
export function lengthOf(window: Window): number {
  if (window.kind === 'cron') return window.durationMs;
  const minutes = window.toMinute - window.fromMinute;
  return (minutes > 0 ? minutes : minutes + 1440) * MINUTE_MS;
}

function overlappingWindows(schedule: Schedule, now: number): readonly RawIssue[] {
  return overlaps(schedule, now, now + OVERLAP_LOOKAHEAD_MS).map(({ first, second, firstWindow, both }) => {
    const from = local(both.start, schedule).toFormat('ccc yyyy-MM-dd HH:mm');
    const to = local(both.end, schedule).toFormat('HH:mm');
    const message = `overlaps windows[${first}] (${describeWindow(firstWindow)}), next on ${from}-${to} ${schedule.zone.name}; merge the two, or move one`;
    return { keys: ['windows', second], message };
  });
}

function pastException(
  { to }: ScheduleException,
  index: number,
  { zone }: Schedule,
  now: number,
): readonly RawIssue[] {
  const end = parseLocal(to);
  const endedAt = localTime(zone, end - 2 * DAY_MS, end + 2 * DAY_MS).endBefore(end);
  if (now < endedAt) return [];
  const message = `has ended (${to} ${zone.name}) and decides nothing any more; it can be removed`;
  return [{ keys: ['exceptions', index], message }];
}

const local = (ms: number, { zone }: Schedule): DateTime =>
  DateTime.fromMillis(ms, { zone: zone.name, locale: 'en' });
