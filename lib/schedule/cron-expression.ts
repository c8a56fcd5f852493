/** Reads cron expressions, by croner. Loading this loads croner, which takes a while: types are all that a run needs. */
import { Cron, CronPattern } from 'croner';

const MODE = '5-part';

/** Midnight of each date; croner takes a while to say so. */
const EVERY_DATE = '0 0 * * *';

/** When an expression starts something: at these times of each date that matches it. */
export interface CronTimes extends TimesOfDay {
  /** Runs at midnight UTC of each date that matches; null when every date does. */
  readonly dates: Cron | null;
}

export type ParseCron = (expression: string) => CronTimes;

/** @throws TypeError for an expression that is not five valid fields */
export function parseCron(expression: string): CronTimes {
  const problem = cronProblem(expression);
  if (problem !== null) throw new TypeError(`cron expression "${expression}": ${problem}`);
  const dates = expression.trim().split(/\s+/).with(0, '0').with(1, '0').join(' ');
  return {
    ...timesOfDay(expression),
    // `timezone: 'UTC'` would load the runtime's zone data.
    dates: dates === EVERY_DATE ? null : new Cron(dates, { utcOffset: 0, mode: MODE }),
  };
}

export interface TimesOfDay {
  /** After midnight, ascending. */
  readonly minutes: readonly number[];
  /** Whether the expression names one time of day, not a list, range or step. */
  readonly isFixedTime: boolean;
}

/** When a valid expression starts something on each date that matches it. */
export function timesOfDay(expression: string): TimesOfDay {
  const { hour, minute, isFixedTime } = new CronPattern(expression, undefined, { mode: MODE });
  const listed = (marks: readonly number[]): readonly number[] =>
    marks.flatMap((mark, value) => (mark ? [value] : []));
  return { minutes: listed(hour).flatMap((h) => listed(minute).map((m) => h * 60 + m)), isFixedTime };
}

/** Whether no date from an instant on (milliseconds since the epoch) matches a valid expression, e.g. 30 February. */
export const neverOpens = (expression: string, fromMs: number): boolean =>
  new Cron(expression, { timezone: 'UTC', mode: MODE }).nextRun(new Date(fromMs)) === null;

/** Why a text is no cron expression of five fields, with the accepted form; null when it is one. */
export function cronProblem(expression: string): string | null {
  const form = 'five fields (minute hour day-of-month month day-of-week) such as "0 8 * * MON-FRI"';
  const fields = expression.trim().split(/\s+/).length;
  if (fields !== 5) return `expected ${form}, got ${fields === 1 ? 'one field' : `${fields} fields`}`;
  try {
    new CronPattern(expression, undefined, { mode: MODE });
    return null;
  } catch (error) {
    return `expected ${form}: ${(error as Error).message.replace(/^CronPattern: /, '')}`;
  }
}
