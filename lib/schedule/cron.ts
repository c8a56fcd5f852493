import type { CronTimes } from './cron-expression.ts';
import type { Occurrence } from './decision.ts';
import { DAY_MS, type DayNumber, dayOf, type LocalMs, MINUTE_MS } from './local-date.ts';
import type { CronWindow } from './types.ts';
import type { LocalTime } from './zone.ts';

/** What a window does on each matching date: it opens so long after midnight, for so long. */
interface Opening {
  readonly afterMs: number;
  readonly durationMs: number;
}

/**
 * When a cron window is open: ascending by start and by end, all that meet [fromMs, toMs), and perhaps one that ends
 * at fromMs. Starts are those that croner enumerates in that zone: where the clock jumps forward, a job at one fixed
 * time moves to the end of the gap, and other jobs skip the gap; where it is put back, a job at one fixed time runs in
 * the first pass only, and other jobs run in both.
 *
 * croner is asked for dates only, in UTC: the zone's clock comes from `time`, never from the runtime's zone data.
 *
 * Cost: some 50 µs a matching date, and next to nothing a start. Lazy: what is not pulled is not worked out.
 *
 * @param time the zone's local time, exact over [fromMs - 2 days - the duration, toMs + 2 days]
 * @param merged whether openings of a day that leave no gap between them are one: a window that opens each minute has
 *   half a million occurrences a year, and 366 merged ones
 */
export function* cronOccurrences(
  { times, durationMs }: CronWindow,
  time: LocalTime,
  fromMs: number,
  toMs: number,
  merged = false,
): Generator<Occurrence, void> {
  const { minutes, dates, isFixedTime } = times;
  const daily = minutes.map((minute) => ({ afterMs: minute * MINUTE_MS, durationMs }));
  const openings = merged ? merge(daily) : daily;
  const changing = changingDays(time);
  const firstDay = dayOf(time.toLocal(fromMs - durationMs)) - 2;
  const lastDay = dayOf(time.toLocal(toMs)) + 1;
  const matches = dateMatcher(dates, firstDay);
  for (let day = firstDay; day <= lastDay; day += 1) {
    if (!changing.has(day)) {
      if (!matches(day)) continue;
      const midnight = time.firstAtOrAfter(day * DAY_MS);
      for (const { afterMs, durationMs } of openings) {
        const start = midnight + afterMs;
        if (fromMs <= start + durationMs && start < toMs) yield { start, end: start + durationMs };
      }
      continue;
    }
    // A clock that is put back over midnight shows two dates in turn, so neighbouring dates are put in order together.
    const starts = new Set<number>();
    for (; changing.has(day); day += 1) {
      if (!matches(day)) continue;
      for (const { afterMs } of daily) {
        for (const start of startsOn(time, day * DAY_MS + afterMs, isFixedTime)) starts.add(start);
      }
    }
    day -= 1;
    for (const start of [...starts].sort((a, b) => a - b)) {
      if (fromMs <= start + durationMs && start < toMs) yield { start, end: start + durationMs };
    }
  }
}

/** Local dates on which the clock jumps or is put back, or whose digits it skips or shows again. */
function changingDays({ segments }: LocalTime): ReadonlySet<DayNumber> {
  const days = new Set<DayNumber>();
  for (const [index, { start, offsetMs }] of segments.entries()) {
    const before = segments[index - 1];
    if (before === undefined) continue;
    const shown = [start + before.offsetMs, start + offsetMs];
    for (let day = dayOf(Math.min(...shown)); day <= dayOf(Math.max(...shown)); day += 1) days.add(day);
  }
  return days;
}

/** The instants at which a job for a local time starts: one, two in an overlap, none on a date that is skipped whole. */
function startsOn(time: LocalTime, local: LocalMs, isFixedTime: boolean): readonly number[] {
  const shown = time.segments
    .map(({ start, end, offsetMs }) => ({ start, end, instant: local - offsetMs }))
    .filter(({ start, end, instant }) => start <= instant && instant < end)
    .map(({ instant }) => instant);
  if (!isFixedTime) return shown;
  const first = shown[0] ?? time.firstAtOrAfter(local);
  return dayOf(time.toLocal(first)) === dayOf(local) ? [first] : [];
}

/** @param openings ascending */
function merge(openings: readonly Opening[]): readonly Opening[] {
  const merged: Opening[] = [];
  for (const opening of openings) {
    const last = merged.at(-1);
    if (last === undefined || last.afterMs + last.durationMs < opening.afterMs) merged.push(opening);
    else
      merged[merged.length - 1] = {
        ...last,
        durationMs: opening.afterMs + opening.durationMs - last.afterMs,
      };
  }
  return merged;
}

/** For ascending days from firstDay on: whether croner starts anything on them. */
function dateMatcher(dates: CronTimes['dates'], firstDay: DayNumber): (day: DayNumber) => boolean {
  if (dates === null) return () => true;
  // croner looks strictly after the given instant.
  const found = dates.enumerate(new Date(firstDay * DAY_MS - 1))[Symbol.iterator]();
  const pull = (): DayNumber => {
    const next = found.next();
    return next.done ? Number.POSITIVE_INFINITY : dayOf(next.value.getTime());
  };
  let upcoming = pull();
  return (day) => {
    while (upcoming < day) upcoming = pull();
    return upcoming === day;
  };
}
