import { Cron, CronPattern } from 'croner';

export interface TimesOfDay {
  /** After midnight, ascending. */
  readonly minutes: readonly number[];
  /** Whether the expression names one time of day, not a list, range or step. */
  readonly isFixedTime: boolean;
}

/** When a valid expression starts something on each date that matches it. */
export function timesOfDay(expression: string): TimesOfDay {
  const { hour, minute, isFixedTime } = new CronPattern(expression, undefined, { mode: '5-part' });
  const listed = (marks: readonly number[]): readonly number[] =>
    marks.flatMap((mark, value) => (mark ? [value] : []));
  return { minutes: listed(hour).flatMap((h) => listed(minute).map((m) => h * 60 + m)), isFixedTime };
}

/** Whether no date from an instant on (milliseconds since the epoch) matches a valid expression, e.g. 30 February. */
export const neverOpens = (expression: string, fromMs: number): boolean =>
  new Cron(expression, { timezone: 'UTC', mode: '5-part' }).nextRun(new Date(fromMs)) === null;

/** Why a text is no cron expression of five fields, with the accepted form; null when it is one. */
export function cronProblem(expression: string): string | null {
  const form = 'five fields (minute hour day-of-month month day-of-week) such as "0 8 * * MON-FRI"';
  const fields = expression.trim().split(/\s+/).length;
  if (fields !== 5) return `expected ${form}, got ${fields === 1 ? 'one field' : `${fields} fields`}`;
  try {
    new CronPattern(expression, undefined, { mode: '5-part' });
    return null;
  } catch (error) {
    return `expected ${form}: ${(error as Error).message.replace(/^CronPattern: /, '')}`;
  }
}
