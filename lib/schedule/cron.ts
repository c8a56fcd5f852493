import { Cron, CronPattern } from 'croner';
import { cronProblem } from './cron-problem.ts';
import type { Occurrence } from './decision.ts';
import { DAY_MS, type DayNumber, dayOf, MINUTE_MS } from './local-date.ts';
import type { CronWindow } from './types.ts';
import type { LocalTime } from './zone.ts';

const MODE = '5-part';

/** Midnight of each date; croner takes a while to say so. */
const EVERY_DATE = '0 0 * * *';

/** What a window does on each matching date: it opens so long after midnight, for so long. */
interface Opening {
  readonly afterMs: number;
  readonly durationMs: number;
}

/**
 * When a cron window is open: ascending by start and by end, all that meet [fromMs, toMs), and perhaps one that ends
 * at fromMs. Starts are exactly those that croner enumerates, on the days of a change of offset too (a job at one
 * fixed time moves to the end of a spring gap and runs once in an autumn overlap; others skip the gap and run in both
 * passes).
 *
 * Cost: croner is asked for the matching dates and for the days of a transition only; on all other days the starts
 * are the same minutes after midnight. So some 50 µs a matching date, and next to nothing a start. Lazy: what is not
 * pulled is not worked out.
 *
 * @param zone IANA name
 * @param time the zone's local time, exact over [fromMs - 2 days - the duration, toMs + 2 days]
 * @param merged whether openings of a day that leave no gap between them are one: a window that opens each minute has
 *   half a million occurrences a year, and 366 merged ones
 * @throws TypeError for an expression that is not five valid fields.
 */
export function* cronOccurrences(
  { cron, durationMs }: CronWindow,
  zone: string,
  time: LocalTime,
  fromMs: number,
  toMs: number,
  merged = false,
): Generator<Occurrence, void> {
  const { minutesOfDay, dates } = splitExpression(cron);
  const daily = minutesOfDay.map((minute) => ({ afterMs: minute * MINUTE_MS, durationMs }));
  const openings = merged ? merge(daily) : daily;
  const job = new Cron(cron, { timezone: zone, mode: MODE });
  const firstDay = dayOf(time.toLocal(fromMs - durationMs)) - 1;
  const lastDay = dayOf(time.toLocal(toMs)) + 1;
  const matches = dateMatcher(dates, firstDay);
  for (let day = firstDay; day <= lastDay; day += 1) {
    const start = time.firstAtOrAfter(day * DAY_MS);
    const end = time.firstAtOrAfter((day + 1) * DAY_MS);
    // Shorter, longer or empty: the offset changes on this date.
    const turns = end - start !== DAY_MS;
    const found = turns
      ? occurrencesFrom(runs(job, start, end), durationMs)
      : matches(day)
        ? openings.map((opening) => occurrence(start + opening.afterMs, opening.durationMs))
        : [];
    for (const each of found) if (fromMs <= each.end && each.start < toMs) yield each;
  }
}

const occurrence = (start: number, durationMs: number): Occurrence => ({ start, end: start + durationMs });

function* occurrencesFrom(starts: Iterable<number>, durationMs: number): Generator<Occurrence, void> {
  for (const start of starts) yield occurrence(start, durationMs);
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

function splitExpression(expression: string): { minutesOfDay: readonly number[]; dates: string } {
  const problem = cronProblem(expression);
  if (problem !== null) throw new TypeError(`cron expression "${expression}": ${problem}`);
  const { hour, minute } = new CronPattern(expression, undefined, { mode: MODE });
  const listed = (marks: readonly number[]): readonly number[] =>
    marks.flatMap((mark, value) => (mark ? [value] : []));
  return {
    minutesOfDay: listed(hour).flatMap((h) => listed(minute).map((m) => h * 60 + m)),
    dates: expression.trim().split(/\s+/).with(0, '0').with(1, '0').join(' '),
  };
}

/** Tells for ascending days from firstDay on whether croner starts anything on them. */
function dateMatcher(dates: string, firstDay: DayNumber): (day: DayNumber) => boolean {
  if (dates === EVERY_DATE) return () => true;
  const job = new Cron(dates, { timezone: 'UTC', mode: MODE });
  const found = runs(job, firstDay * DAY_MS, Number.POSITIVE_INFINITY);
  const pull = (): DayNumber => {
    const next = found.next();
    return next.done ? Number.POSITIVE_INFINITY : dayOf(next.value);
  };
  let upcoming = pull();
  return (day) => {
    while (upcoming < day) upcoming = pull();
    return upcoming === day;
  };
}

/** croner's starts in [fromMs, toMs). */
function* runs(job: Cron, fromMs: number, toMs: number): Generator<number, void> {
  // croner looks strictly after the given instant.
  for (const run of job.enumerate(new Date(fromMs - 1))) {
    if (run.getTime() >= toMs) return;
    yield run.getTime();
  }
}
