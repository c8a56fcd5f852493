/** How every format of the preview puts things into words. Pure. */
import { DateTime } from 'luxon';
import { formatDuration } from '../../config/values.ts';
import { describeWindow } from '../../schedule/reason.ts';
import type { CaptureTime, Pricing, Savings } from '../../schedule/savings.ts';
import type { Schedule, Window } from '../../schedule/types.ts';
import { formatInstant } from '../instant.ts';
import type { Day, Preview, SchedulePreview, Span, Week } from './model.ts';

const HOUR_MS = 3_600_000;
const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 3 });
const MONEY = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** `12 h`, `12 h 30 min`, `10 min`, `1 min 30 s`; exact to the second. */
export function formatHours(ms: number): string {
  const hours = Math.floor(ms / HOUR_MS);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = Math.floor(ms / 1000) % 60;
  const parts = [
    ...(hours > 0 ? [`${NUMBER.format(hours)} h`] : []),
    ...(minutes > 0 ? [`${minutes} min`] : []),
    ...(seconds > 0 ? [`${seconds} s`] : []),
  ];
  return parts.length === 0 ? '0 h' : parts.join(' ');
}

/** `64.3 %`; 0 and 100 only when it is exactly that. */
export function formatShare({ savedMs, totalMs }: CaptureTime): string {
  if (totalMs === 0) return '0 %';
  const rounded = Math.round((savedMs / totalMs) * 1000) / 10;
  const most = savedMs === totalMs ? 100 : 99.9;
  const least = savedMs === 0 ? 0 : 0.1;
  return `${Math.min(most, Math.max(least, rounded))} %`;
}

export function formatAmount(amount: number, { currency }: Pricing): string {
  return `${MONEY.format(amount)} ${currency}`;
}

export function countOf(count: number, what: string): string {
  return `${NUMBER.format(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** `60 h of 168 h, 64.3 % saved` */
export function captureWords(time: CaptureTime): string {
  return `${formatHours(time.activeMs)} of ${formatHours(time.totalMs)}, ${formatShare(time)} saved`;
}

/** What is shown: from when to when, in the config's zone. */
export function rangeWords({ from, to, timezone }: Preview): string {
  return `${formatInstant(from, timezone)} to ${formatInstant(to, timezone)}`;
}

/** `Asia/Shanghai, calendar china, 2 flow logs` */
export function settingWords({ schedule, savings, selectors }: SchedulePreview): string {
  return [
    schedule.zone.name,
    ...(schedule.calendar === null ? [] : [`calendar ${schedule.calendar.name}`]),
    ...(schedule.leadMs === 0 ? [] : [`Active ${formatDuration(schedule.leadMs)} ahead of each window`]),
    ...(savings.flowLogs > 0 || selectors === 0 ? [countOf(savings.flowLogs, 'flow log')] : []),
    ...(selectors === 0 ? [] : ['what `select` picks (not counted here)']),
  ].join(', ');
}

/** `Active: Mon-Fri 08:00-20:00; cron "0 * * * *" for 10m` */
export function windowWords({ windows }: Schedule): string {
  if (windows.length === 0) return 'Active: never, but for exceptions';
  const told = windows.map((window) => describeWindow(window).replace(/^window /, '') + overnight(window));
  return `Active: ${told.join('; ')}`;
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

/** What one flow log, and all on the schedule together, capture and save over what is shown. */
export function scheduleTotals({ savings }: SchedulePreview, pricing: Pricing | null): readonly string[] {
  const { flowLogs, savedAmount, savedMs } = savings;
  const time = `Captured: ${captureWords(savings)} against always-on`;
  if (flowLogs === 0) return [time];
  const saved = (count: number) =>
    pricing === null || savedAmount === null
      ? formatHours(savedMs * count)
      : `${formatHours(savedMs * count)} or ${formatAmount(savedAmount * count, pricing)}`;
  const together = flowLogs === 1 ? '' : `; by all ${NUMBER.format(flowLogs)}: ${saved(flowLogs)}`;
  return [time, `Saved by one flow log: ${saved(1)}${together}`];
}

/** What all flow logs together capture and save, what that rests on, and what it leaves out. */
export function grandTotals({ savings, pricing }: Preview): readonly string[] {
  if (savings.flowLogs === 0) return ['No flow log is listed for these schedules'];
  const time = `${countOf(savings.flowLogs, 'flow log')} in all: ${captureWords(savings)} against always-on`;
  return [time, ...moneyWords(savings, pricing)];
}

function moneyWords({ savedAmount }: Savings, pricing: Pricing | null): readonly string[] {
  if (pricing === null || savedAmount === null) return [];
  const { basis, gbPerActiveHour, pricePerGB, currency } = pricing;
  const volume = `${NUMBER.format(gbPerActiveHour)} GB per active hour and flow log`;
  return [
    `Saved in all: ${formatAmount(savedAmount, pricing)}`,
    `That rests on: ${basis} ${volume} at ${NUMBER.format(pricePerGB)} ${currency}/GB`,
    'Still billed by SLS: writing, index and storage of what was captured, for as long as it is kept, and the ' +
      "Logstore's shards",
  ];
}

/** `16 Nov` */
export function dayWords({ date }: Day): string {
  return dateOf(date).toFormat('d LLL');
}

/** `Mon` */
export function weekdayWords({ date }: Day): string {
  return dateOf(date).toFormat('ccc');
}

/** The ISO week's number and what is in it, e.g. `Week 47` of `2026`, `16 - 22 Nov`. */
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
export function activeTimes({ spans, clock }: Day, zone: string): readonly string[] {
  const stretches: { from: number; to: number }[] = [];
  for (const { from, to, status } of spans) {
    if (status !== 'Active') continue;
    const last = stretches.at(-1);
    if (last?.to === from) last.to = to;
    else stretches.push({ from, to });
  }
  const told = (ms: number) => {
    const local = DateTime.fromMillis(ms, { zone });
    const seconds = local.second === 0 ? '' : ':ss';
    return local.toFormat(`HH:mm${seconds}${clock.change === null ? '' : ' ZZ'}`);
  };
  return stretches.map(({ from, to }) => `${told(from)}–${to === clock.end ? '24:00' : told(to)}`);
}

const dateOf = (date: string): DateTime => DateTime.fromISO(date, { zone: 'UTC', locale: 'en' });

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Columns of a text in a terminal; Chinese characters and the like take two. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : 1;
  return columns;
}

/** Breaks a text into lines of at most `width` as `measure` counts it, between words where it can. */
export function wrap(
  text: string,
  width: number,
  measure: (text: string) => number = columnsOf,
): readonly string[] {
  const lines: string[] = [];
  let line = '';
  const push = () => {
    if (line !== '') lines.push(line);
    line = '';
  };
  // A time and its offset stay together.
  for (const word of text.trim().split(/\s+(?![+-]\d\d:\d\d\b)/)) {
    if (line !== '' && measure(`${line} ${word}`) > width) push();
    if (line !== '') line += ' ';
    for (const character of word) {
      if (measure(line + character) > width) push();
      line += character;
    }
  }
  push();
  return lines;
}

/** The lines of a label; of one that the day before has too, the first two must do. */
export function shortened(lines: readonly string[], continued: boolean): readonly string[] {
  return continued && lines.length > 2 ? [...lines.slice(0, 1), `${lines[1]} …`] : lines;
}
