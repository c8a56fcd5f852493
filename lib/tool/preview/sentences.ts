/** The sentences of every format of the preview. Pure. */
import { DateTime } from 'luxon';
import { describeWindow } from '../../schedule/reason.ts';
import type { Schedule, Window } from '../../schedule/types.ts';
import { formatDuration } from '../../text.ts';
import { formatHours } from '../hours.ts';
import { formatInstant } from '../instant.ts';
import type { ActiveTime, Day, Preview, SchedulePreview, Span, Week } from './model.ts';

const NUMBER = new Intl.NumberFormat('en');

/** The share of the hours that are not captured: `64.3 %`; 0 and 100 only when it is exactly that. */
export function formatShare({ activeMs, totalMs }: ActiveTime): string {
  if (totalMs === activeMs) return '0 %';
  const rounded = Math.round((1 - activeMs / totalMs) * 1000) / 10;
  return `${activeMs === 0 ? 100 : Math.min(99.9, Math.max(0.1, rounded))} %`;
}

export function countOf(count: number, what: string): string {
  return `${NUMBER.format(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** `60 h of 168 h, 64.3 % not captured` */
export function captureWords(time: ActiveTime): string {
  return `${formatHours(time.activeMs)} of ${formatHours(time.totalMs)}, ${formatShare(time)} not captured`;
}

type Range = Pick<Preview, 'from' | 'to' | 'now' | 'timezone'>;

const isPast = ({ to, now }: Range): boolean => to <= now;
const verb = (range: Range): string => (isPast(range) ? 'would have been' : 'will be');

export function titleWords(range: Range): string {
  return isPast(range)
    ? "When flow logs would have captured by today's config"
    : 'When flow logs will capture';
}

/** The range, in the config's zone. */
export function rangeWords({ from, to, timezone }: Range): string {
  return `${formatInstant(from, timezone)} to ${formatInstant(to, timezone)}`;
}

/** What a preview cannot know of the past; nothing for one of the future alone. */
export function noteWords({ from, now }: Range): readonly string[] {
  if (from >= now) return [];
  return ["What is past is shown by today's config; `npx flow-logs report` says what was really captured."];
}

/** `Asia/Shanghai, calendar china, 2 flow logs` */
export function settingWords({ schedule, flowLogs, selectors }: SchedulePreview): string {
  return [
    schedule.zone.name,
    ...(schedule.calendar === null ? [] : [`calendar ${schedule.calendar.name}`]),
    ...(schedule.leadMs === 0 ? [] : [`Active ${formatDuration(schedule.leadMs)} ahead of each window`]),
    ...(flowLogs > 0 || selectors === 0 ? [countOf(flowLogs, 'flow log')] : []),
    ...(selectors === 0 ? [] : ['what `select` picks (not counted here)']),
  ].join(', ');
}

/** `Active: Mon-Fri 08:00-20:00; cron "0 * * * *" for 10m` */
export function windowWords({ windows }: Schedule): string {
  if (windows.length === 0) return 'Active: never, but for exceptions';
  const each = windows.map((window) => describeWindow(window).replace(/^window /, '') + overnight(window));
  return `Active: ${each.join('; ')}`;
}

function overnight(window: Window): string {
  return window.kind === 'days' && window.toMinute <= window.fromMinute ? ' (the next day)' : '';
}

/** What the schedule wants now, why, and until when. */
export function nowWords({ decision, schedule }: SchedulePreview): string {
  const { status, reason, next } = decision;
  const until =
    next === null
      ? 'and does not change'
      : `then ${next.status} from ${formatInstant(next.at, schedule.zone.name)}`;
  return `Now ${status} (${reason}), ${until}`;
}

/** How long each flow log on the schedule is Active in the range. */
export function scheduleTotal(each: SchedulePreview, range: Range): string {
  return `Each flow log ${verb(range)} Active ${captureWords(each)}`;
}

/** How long all flow logs together are Active in the range. */
export function grandTotal({ inAll, ...range }: Preview): string {
  if (inAll.flowLogs === 0) return 'No flow log is listed for these schedules';
  return `${countOf(inAll.flowLogs, 'flow log')} in all ${verb(range)} Active ${captureWords(inAll)}`;
}

/** `16 Nov` */
export function dayWords({ date }: Day): string {
  return dateOf(date).toFormat('d LLL');
}

/** `Mon` */
export function weekdayWords({ date }: Day): string {
  return dateOf(date).toFormat('ccc');
}

/** The ISO week's number, year and dates, e.g. `Week 47` of `2026`, `16 - 22 Nov`. */
export function weekWords({ monday: date }: Week): {
  readonly number: string;
  readonly year: string;
  readonly dates: string;
} {
  const monday = dateOf(date);
  const sunday = monday.plus({ days: 6 });
  const from = monday.toFormat(monday.month === sunday.month ? 'd' : 'd LLL');
  return {
    number: `Week ${monday.weekNumber}`,
    year: `${monday.weekYear}`,
    dates: `${from} – ${sunday.toFormat('d LLL')}`,
  };
}

/** `today, now 14:05` in the schedule's zone. */
export function todayWords(now: number, { zone }: Schedule): string {
  return `today, now ${DateTime.fromMillis(now, { zone: zone.name }).toFormat('HH:mm')}`;
}

/** One stretch for a tooltip: its status, exactly from when to when, and why. */
export function spanWords({ status, whole, reason }: Span, zone: string): string {
  const length = formatHours(whole.end - whole.start);
  return `${status} ${formatInstant(whole.start, zone)} to ${formatInstant(whole.end, zone)} (${length}): ${reason}`;
}

/** The Active stretches of a day by the clock, neighbours put together; with offsets on days of a clock change. */
function activeTimes({ spans, clock }: Day, zone: string): readonly string[] {
  const stretches: { from: number; to: number }[] = [];
  for (const { from, to, status } of spans) {
    if (status !== 'Active') continue;
    const last = stretches.at(-1);
    if (last?.to === from) last.to = to;
    else stretches.push({ from, to });
  }
  const shown = (ms: number) => {
    const local = DateTime.fromMillis(ms, { zone });
    const seconds = local.second === 0 ? '' : ':ss';
    return local.toFormat(`HH:mm${seconds}${clock.change === null ? '' : ' ZZ'}`);
  };
  return stretches.map(({ from, to }) => `${shown(from)}–${to === clock.end ? '24:00' : shown(to)}`);
}

/** More stretches than this in a day are counted, not listed. */
const MOST_TIMES = 6;

/** When a day is Active: `08:00–12:00, 13:00–20:00`, or `never`. */
export function activeWords(day: Day, zone: string): string {
  const times = activeTimes(day, zone);
  if (times.length === 0) return 'never';
  if (times.length <= MOST_TIMES) return times.join(', ');
  return `${times.length} stretches, ${times[0]} to ${times.at(-1)}`;
}

const dateOf = (date: string): DateTime => DateTime.fromISO(date, { zone: 'UTC', locale: 'en' });
