/** What a check came to, for people and as data. Pure. */
import { oneLine } from '../../text.ts';

/**
 * `ok`: as it should be. `warn`: works, but is worth a look. `fail`: will not work. `skip`: could not be looked at.
 * `saw`: an observation about something that is assumed.
 */
export type LineStatus = 'ok' | 'warn' | 'fail' | 'skip' | 'saw';

export const LINE_STATUSES: readonly LineStatus[] = ['ok', 'warn', 'fail', 'skip', 'saw'];

export interface Line {
  readonly status: LineStatus;
  /** What was checked, the same word in every run: `credentials`, `flow-log`, … */
  readonly check: string;
  /** Which one of them: a flow log, an account, a region; null when there is only one. */
  readonly subject: string | null;
  /** One line. */
  readonly found: string;
  /** What to do; null for `ok`, and for `saw` when it is as assumed. */
  readonly toDo: string | null;
}

/** What is checked. */
export type About = Pick<Line, 'check' | 'subject'>;

export const about = (check: string, subject: string | null = null): About => ({ check, subject });

export const ok = (about: About, found: string): Line => line('ok', about, found, null);

export const warn = (about: About, found: string, toDo: string): Line => line('warn', about, found, toDo);

export const fail = (about: About, found: string, toDo: string): Line => line('fail', about, found, toDo);

export const skip = (about: About, found: string, toDo: string): Line => line('skip', about, found, toDo);

export const saw = (about: About, found: string, toDo: string | null): Line =>
  line('saw', about, found, toDo);

/** `1 flow log`, `2 flow logs`. */
export const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

function line(status: LineStatus, { check, subject }: About, found: string, toDo: string | null): Line {
  return {
    status,
    check,
    subject: subject === null ? null : oneLine(subject),
    found: oneLine(found),
    toDo: toDo === null ? null : oneLine(toDo),
  };
}
