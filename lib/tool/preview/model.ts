/** What every format of the preview shows: schedules over a stretch of time, as weeks of local days. Pure. */
import type { FlowLogEntry, Selector } from '../../config/config.ts';
import { decide } from '../../schedule/decide.ts';
import type { Decision, Interval, LocalDay, Occurrence, Segment } from '../../schedule/decision.ts';
import { intervals, segments } from '../../schedule/intervals.ts';
import { DAY_MS, type DayNumber, dateText, dayOf, weekdayOf } from '../../schedule/local-date.ts';
import { countsMakeUpDays, localDay, usesCalendar } from '../../schedule/occurrences.ts';
import type { Schedule, Weekday } from '../../schedule/types.ts';
import { type LocalTime, localTime } from '../../schedule/zone.ts';
import { type DayClock, dayClock, describeChange } from './day.ts';

export interface PreviewRequest {
  readonly schedules: readonly Schedule[];
  /** The flow logs that the scheduler keeps on a schedule. */
  readonly flowLogs: readonly FlowLogEntry[];
  /** Entries that select flow logs; only the cloud knows which. */
  readonly selectors: readonly Selector[];
  /** The range that is shown, half-open, milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly now: number;
  /** The zone in which to write `from` and `to`. */
  readonly timezone: string;
  readonly warnings: readonly string[];
}

/** Milliseconds of some stretch of time, and how many of them are Active. */
export interface ActiveTime {
  readonly activeMs: number;
  readonly totalMs: number;
}

export interface Preview extends Omit<PreviewRequest, 'schedules' | 'flowLogs' | 'selectors'> {
  readonly schedules: readonly SchedulePreview[];
  /** Over [from, to), summed over all flow logs on these schedules. */
  readonly inAll: ActiveTime & { readonly flowLogs: number };
}

/** Times are those of one flow log. */
export interface SchedulePreview extends ActiveTime {
  readonly schedule: Schedule;
  /** What it wants now. */
  readonly decision: Decision;
  /** Contiguous over [from, to), alternating. */
  readonly intervals: readonly Interval[];
  /** How many flow logs are on it by their ID. */
  readonly flowLogs: number;
  /** How many `select` entries put others on it. */
  readonly selectors: number;
  readonly weeks: readonly Week[];
}

/** Monday to Sunday in the schedule's zone; days outside the range have `shown` null. */
export interface Week extends ActiveTime {
  /** Its date, `YYYY-MM-DD`. */
  readonly monday: string;
  readonly days: readonly Day[];
}

/** A local date. Times and spans are of the part that is shown. */
export interface Day extends ActiveTime {
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly weekday: Weekday;
  readonly clock: DayClock;
  /** The part of the day within [from, to); null when there is none. */
  readonly shown: Occurrence | null;
  readonly today: boolean;
  /** Whether it is a workday by the schedule's calendar, else Monday to Friday. */
  readonly workday: boolean;
  readonly spans: readonly Span[];
  readonly labels: readonly Label[];
}

/** A stretch of one day with one status for one reason; `decidedBy` is what decides at its beginning. */
export interface Span extends Segment {
  /** The stretch that this is the day's part of. */
  readonly whole: Occurrence;
}

/** What is remarkable about a day. */
export interface Label {
  readonly kind: 'holiday' | 'make-up' | 'workday' | 'exception' | 'clock';
  readonly text: string;
  /** Whether the day before is shown with the same label. */
  readonly continued: boolean;
}

/** @throws RangeError when [from, to) is empty or not between 1970 and 3000 */
export function preview({ schedules, flowLogs, selectors, ...request }: PreviewRequest): Preview {
  const { from, to, now } = request;
  const previews = schedules.map((schedule): SchedulePreview => {
    const stretches = intervals(schedule, from, to);
    const isOnIt = (entry: { readonly schedule: Schedule }) => entry.schedule === schedule;
    return {
      schedule,
      decision: decide(schedule, now),
      intervals: stretches,
      flowLogs: flowLogs.filter(isOnIt).length,
      selectors: selectors.filter(isOnIt).length,
      weeks: weeksOf(schedule, from, to, now),
      ...activeTime(stretches),
    };
  });
  const overAll = (value: (each: SchedulePreview) => number) =>
    previews.reduce((sum, each) => sum + value(each) * each.flowLogs, 0);
  const inAll = {
    flowLogs: overAll(() => 1),
    activeMs: overAll(({ activeMs }) => activeMs),
    totalMs: overAll(({ totalMs }) => totalMs),
  };
  return { ...request, inAll, schedules: previews };
}

/** @param stretches that do not overlap */
function activeTime(stretches: readonly Interval[]): ActiveTime {
  let [activeMs, totalMs] = [0, 0];
  for (const { from, to, status } of stretches) {
    totalMs += to - from;
    if (status === 'Active') activeMs += to - from;
  }
  return { activeMs, totalMs };
}

function weeksOf(schedule: Schedule, from: number, to: number, now: number): readonly Week[] {
  const time = localTime(schedule.zone, from - 14 * DAY_MS, to + 14 * DAY_MS);
  const first = firstDay(time, from);
  const spans = spansOf(schedule, from, to);
  const weeks: Week[] = [];
  let yesterday: readonly Label[] = [];
  for (let monday = first + 1 - weekdayOf(first); ; monday += 7) {
    const days = Array.from({ length: 7 }, (_, index) => {
      const day = dayOfSchedule(
        { number: monday + index, yesterday },
        schedule,
        time,
        { start: from, end: to },
        spans,
        now,
      );
      yesterday = day.labels;
      return day;
    });
    if (days.every(({ shown }) => shown === null)) return weeks;
    weeks.push({ monday: dateText(monday), days, ...activeTime(days.flatMap((day) => day.spans)) });
  }
}

/** The local date that an instant lies on, as {@link dayClock} counts them. */
function firstDay(time: LocalTime, instantMs: number): DayNumber {
  // After a clock was put back over midnight, it may show the date before.
  const showing = dayOf(time.toLocal(instantMs));
  return time.firstAtOrAfter((showing + 1) * DAY_MS) <= instantMs ? showing + 1 : showing;
}

function dayOfSchedule(
  { number, yesterday }: { readonly number: DayNumber; readonly yesterday: readonly Label[] },
  schedule: Schedule,
  time: LocalTime,
  range: Occurrence,
  spansOfRange: readonly Span[],
  now: number,
): Day {
  const clock = dayClock(number, time);
  const shown = meet(clock, range);
  const day = localDay(schedule.calendar, number);
  const spans = shown === null ? [] : within(spansOfRange, shown);
  return {
    date: day.date,
    weekday: weekdayOf(number),
    clock,
    shown,
    today: clock.start <= now && now < clock.end,
    workday: day.workday,
    spans,
    labels: shown === null ? [] : labelsOf(day, spans, clock, schedule, yesterday),
    ...activeTime(spans),
  };
}

function labelsOf(
  day: LocalDay,
  spans: readonly Span[],
  { change }: DayClock,
  schedule: Schedule,
  yesterday: readonly Label[],
): readonly Label[] {
  const exceptions = spans.flatMap(({ decidedBy, status }) =>
    decidedBy.kind === 'exception' ? [`exception: ${decidedBy.exception.reason ?? status}`] : [],
  );
  const labels: readonly Omit<Label, 'continued'>[] = [
    ...calendarLabels(day, schedule),
    ...[...new Set(exceptions)].map((text) => ({ kind: 'exception', text }) as const),
    ...(change === null ? [] : [{ kind: 'clock', text: describeChange(change) } as const]),
  ];
  return labels.map((label) => ({ ...label, continued: yesterday.some(({ text }) => text === label.text) }));
}

function calendarLabels(day: LocalDay, { windows }: Schedule): readonly Omit<Label, 'continued'>[] {
  // A holiday changes nothing for a schedule that does not go by its calendar.
  if (day.label === null || !windows.some(usesCalendar)) return [];
  if (!day.workday) return [{ kind: 'holiday', text: `holiday: ${day.label}` }];
  if (day.makeUp && !windows.some(countsMakeUpDays)) {
    return [{ kind: 'make-up', text: `make-up workday, not a weekday: ${day.label}` }];
  }
  if (day.makeUp) return [{ kind: 'make-up', text: `make-up workday: ${day.label}` }];
  return [{ kind: 'workday', text: `workday: ${day.label}` }];
}

/** Segments that look the same put together: occurrences of one window that touch, and neighbouring days. */
function spansOf(schedule: Schedule, from: number, to: number): readonly Span[] {
  const spans: Span[] = [];
  for (const segment of segments(schedule, from, to)) {
    const last = spans.at(-1);
    if (last !== undefined && last.status === segment.status && last.reason === segment.reason) {
      spans[spans.length - 1] = { ...last, to: segment.to, whole: { ...last.whole, end: segment.to } };
    } else {
      spans.push({ ...segment, whole: { start: segment.from, end: segment.to } });
    }
  }
  return spans;
}

/** The parts of ascending spans that lie in a stretch, found by halving: a preview of years has many days. */
function within(spans: readonly Span[], { start, end }: Occurrence): readonly Span[] {
  let first = 0;
  for (let after = spans.length; first < after; ) {
    const middle = Math.floor((first + after) / 2);
    if ((spans[middle]?.to ?? end) <= start) first = middle + 1;
    else after = middle;
  }
  const found: Span[] = [];
  for (let index = first; ; index += 1) {
    const span = spans[index];
    if (span === undefined || span.from >= end) return found;
    found.push({ ...span, from: Math.max(span.from, start), to: Math.min(span.to, end) });
  }
}

function meet(one: Occurrence, other: Occurrence): Occurrence | null {
  const start = Math.max(one.start, other.start);
  const end = Math.min(one.end, other.end);
  return start < end ? { start, end } : null;
}
