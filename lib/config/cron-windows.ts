/** Cron windows of a document: whether each can be understood, and whether a run can afford them all. */
import { listAt, objectAt } from '../json.ts';
import { cronProblem, timesOfDay } from '../schedule/cron-expression.ts';
import type { PathKey, RawIssue } from './issues.ts';
import { parseDuration } from './values.ts';

/**
 * A decision looks at every opening that is still open, and where the status does not change for long, at every
 * opening of three years in the light of every window of its schedule. At these limits the costliest config takes a
 * run about a second of CPU; without them minutes.
 */
const MAX_WINDOWS = 100;
const MAX_OPEN_AT_ONCE = 100;
const MAX_WORK = 5_000;

/** What a window costs besides, whose dates are looked for one by one over years: as much as so many openings. */
const SEARCH_WORK = 250;

const DAY_MINUTES = 1_440;

interface CronWindow {
  readonly keys: readonly PathKey[];
  readonly cron: string;
  /** Null where the schema refuses the duration. */
  readonly durationMinutes: number | null;
}

/** Works on the document as written, valid or not, so that these issues come together with all others. */
export function checkCronWindows(document: unknown): RawIssue[] {
  const schedules = Object.entries(objectAt(objectAt(document).schedules)).map(([name, schedule]) => {
    const list = listAt(objectAt(schedule).windows);
    return {
      windows: list.length,
      cron: cronWindowsIn(list, ['schedules', name, 'windows']),
      leadMinutes: minutesOf(objectAt(schedule).lead) ?? 0,
    };
  });
  const windows = schedules.flatMap(({ cron }) => cron);
  const issues = windows.flatMap(({ keys, cron }): RawIssue[] => {
    const message = cronProblem(cron);
    return message === null ? [] : [{ keys: [...keys, 'cron'], message }];
  });
  if (issues.length > 0) return issues;
  const work = schedules.reduce((sum, { windows, cron, leadMinutes }) => {
    const searches = cron.filter((window) => searchesDates(window, leadMinutes)).length;
    return sum + startsIn(cron) * windows + searches * SEARCH_WORK;
  }, 0);
  return [...windows.flatMap(tooManyAtOnce), ...tooMuchInAll(windows.length, work)];
}

const startsIn = (windows: readonly CronWindow[]): number =>
  windows.reduce((sum, { cron }) => sum + timesOfDay(cron).minutes.length, 0);

/** Not where only weekdays are named and a window closes within a day: then the status changes within a week or so. */
function searchesDates({ cron, durationMinutes }: CronWindow, leadMinutes: number): boolean {
  const [dayOfMonth, month, dayOfWeek] = cron.trim().split(/\s+/).slice(2);
  if (dayOfMonth !== '*' || month !== '*') return true;
  return dayOfWeek !== '*' && (durationMinutes ?? 0) + leadMinutes >= DAY_MINUTES;
}

function tooMuchInAll(windows: number, work: number): RawIssue[] {
  const remedy = 'let fewer windows open less often, for longer, or use days, from and to';
  const messages = [
    ...(windows > MAX_WINDOWS
      ? [`have ${windows} cron windows in all, ${MAX_WINDOWS} at most; ${remedy}`]
      : []),
    ...(work > MAX_WORK
      ? [
          'have too many openings by cron for a run to look at: openings a day, times windows, and ' +
            `${SEARCH_WORK} for each window that names dates, are ${work} over all schedules, ${MAX_WORK} at most; ${remedy}`,
        ]
      : []),
  ];
  return messages.map((message) => ({ keys: ['schedules'], message }));
}

function tooManyAtOnce({ keys, cron, durationMinutes }: CronWindow): RawIssue[] {
  if (durationMinutes === null) return [];
  const starts = timesOfDay(cron).minutes;
  const gaps = starts.map((start, index) => (starts[index + 1] ?? DAY_MINUTES + (starts[0] ?? 0)) - start);
  const openAtOnce = Math.min(
    Math.ceil(durationMinutes / Math.min(...gaps)),
    starts.length * Math.ceil(durationMinutes / DAY_MINUTES),
  );
  if (openAtOnce <= MAX_OPEN_AT_ONCE) return [];
  const message =
    `opens again before it closes: up to ${openAtOnce} openings at once, ${MAX_OPEN_AT_ONCE} at most; ` +
    'shorten the duration, or use days: daily, from: "00:00", to: "24:00"';
  return [{ keys: [...keys, 'duration'], message }];
}

function cronWindowsIn(windows: readonly unknown[], keys: readonly PathKey[]): readonly CronWindow[] {
  return windows.flatMap((window, index) => {
    const cron = objectAt(window).cron;
    if (typeof cron !== 'string' || cron.trim() === '') return []; // The schema refuses it.
    return [{ keys: [...keys, index], cron, durationMinutes: minutesOf(objectAt(window).duration) }];
  });
}

function minutesOf(duration: unknown): number | null {
  const ms = typeof duration === 'string' ? parseDuration(duration) : null;
  return ms === null ? null : ms / 60_000;
}
