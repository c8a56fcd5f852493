/** Why a flow log should be as it should be, in sentences. Pure. */
import { DateTime } from 'luxon';
import { formatPath } from '../config/issues.ts';
import type { DecidedBy, Decision, LocalDay } from '../schedule/decision.ts';
import { DAY_MS } from '../schedule/local-date.ts';
import { countsMakeUpDays } from '../schedule/occurrences.ts';
import { describeWindow } from '../schedule/reason.ts';
import type { Schedule } from '../schedule/types.ts';
import { formatDuration } from '../text.ts';
import { formatHours } from './hours.ts';
import { formatInstant } from './instant.ts';

export interface Explanation {
  /** Which window, exception or calendar day decides. */
  readonly now: string;
  /** What comes next, and when. */
  readonly next: string;
  /** Where in the config that is, e.g. `schedules.office-hours.windows[0]`. */
  readonly path: string;
}

/**
 * @param what the subject of the sentences, e.g. a flow log's ID
 * @param at the instant that was decided for, milliseconds since the epoch
 */
export function explain(what: string, schedule: Schedule, at: number, decision: Decision): Explanation {
  const { status, decidedBy, next } = decision;
  return {
    now: `${what} should be ${status} at ${bothClocks(at, schedule)}: ${because(decidedBy, schedule)}.`,
    next:
      next === null
        ? 'No change follows within three years.'
        : `It should become ${next.status} at ${bothClocks(next.at, schedule)}, in ${formatHours(next.at - at)}, ` +
          `when ${onceThat(next.decidedBy, next.at, decidedBy, schedule)}.`,
    path: formatPath(['schedules', schedule.name, ...pathOf(decidedBy)]),
  };
}

/** `Mon 2026-11-23 08:00 +08:00 Asia/Shanghai (00:00 UTC)`, with UTC's date where it is another. */
export function bothClocks(ms: number, { zone }: Schedule): string {
  const local = DateTime.fromMillis(ms, { zone: zone.name });
  const utc = DateTime.fromMillis(ms, { zone: 'UTC', locale: 'en' });
  const date = local.toISODate() === utc.toISODate() ? '' : 'ccc yyyy-MM-dd ';
  const seconds = utc.second === 0 ? '' : ':ss';
  return `${formatInstant(ms, zone.name)} ${zone.name} (${utc.toFormat(`${date}HH:mm${seconds}`)} UTC)`;
}

function because(decidedBy: DecidedBy, schedule: Schedule): string {
  const where = `schedule "${schedule.name}"`;
  switch (decidedBy.kind) {
    case 'window': {
      const { occurrence, lead } = decidedBy;
      // A weekday alone is another one's after a week.
      const dated = occurrence.end - occurrence.start > 6 * DAY_MS;
      const [start, end] = [occurrence.start, occurrence.end].map((ms) => shortly(ms, schedule, dated));
      const window = `${describeWindow(decidedBy.window)} of ${where}`;
      const opening = lead
        ? `${window} opens at ${start}, and the schedule asks for Active ${formatDuration(schedule.leadMs)} ahead`
        : `${window} is open, from ${start} to ${end}`;
      return `${opening}${sinceDay(decidedBy.day, schedule)}`;
    }
    case 'exception':
      return `${exceptionWords(decidedBy, schedule)} of ${where} wins over its windows`;
    case 'rest-day':
      return `${dayWords(decidedBy.day, schedule)}, and no window of ${where} is open`;
    case 'outside':
      return `${uncountedDay(decidedBy.day, schedule)}no window of ${where} is open`;
  }
}

/** A make-up workday on which nothing opens, since every window that goes by the calendar says `weekdays`. */
function uncountedDay(day: LocalDay | null, schedule: Schedule): string {
  if (day === null || !day.makeUp || schedule.windows.some(countsMakeUpDays)) return '';
  return `${dayWords(day, schedule)}, which weekdays leaves out, and `;
}

/** What begins or ends as the status changes. */
function onceThat(decidedBy: DecidedBy, at: number, before: DecidedBy, schedule: Schedule): string {
  const closes =
    before.kind === 'window' && before.occurrence.end === at
      ? `${describeWindow(before.window)} closes`
      : 'no window is open any more';
  switch (decidedBy.kind) {
    case 'window': {
      const { occurrence, lead } = decidedBy;
      const window = describeWindow(decidedBy.window);
      if (lead) return `${formatDuration(schedule.leadMs)} are left until ${window} opens`;
      const opens = occurrence.start === at ? 'opens' : 'is open and no exception is in its way any more';
      return `${window} ${opens}${sinceDay(decidedBy.day, schedule)}`;
    }
    case 'exception':
      return `${exceptionWords(decidedBy, schedule)} begins to decide`;
    case 'rest-day':
      return `${closes}${sinceDay(decidedBy.day, schedule)}`;
    case 'outside':
      return closes;
  }
}

function exceptionWords(
  { exception }: Extract<DecidedBy, { kind: 'exception' }>,
  schedule: Schedule,
): string {
  const { status, reason, from, to } = exception;
  const named = reason === null ? '' : ` ${JSON.stringify(reason)}`;
  return `the exception${named} (${status} from ${from} to ${to} ${schedule.zone.name})`;
}

/** Only of days that a calendar names: of the others a window's own words say enough. */
function sinceDay(day: LocalDay | null, schedule: Schedule): string {
  return day === null || day.label === null ? '' : `; ${dayWords(day, schedule)}`;
}

function dayWords({ date, label, workday, makeUp }: LocalDay, { calendar }: Schedule): string {
  const weekday = DateTime.fromISO(date, { zone: 'UTC', locale: 'en' }).toFormat('ccc yyyy-MM-dd');
  const kind = workday ? (makeUp ? 'make-up workday' : 'workday') : label === null ? 'rest day' : 'holiday';
  const named = label === null ? '' : ` (${label})`;
  const by = calendar === null ? '' : ` in calendar "${calendar.name}"`;
  return `${weekday} is a ${kind}${named}${by}`;
}

function shortly(ms: number, { zone }: Schedule, dated: boolean): string {
  const local = DateTime.fromMillis(ms, { zone: zone.name, locale: 'en' });
  return local.toFormat(`ccc ${dated ? 'yyyy-MM-dd ' : ''}${local.second === 0 ? 'HH:mm' : 'HH:mm:ss'}`);
}

function pathOf(decidedBy: DecidedBy): readonly (string | number)[] {
  switch (decidedBy.kind) {
    case 'window':
      return ['windows', decidedBy.index];
    case 'exception':
      return ['exceptions', decidedBy.index];
    case 'rest-day':
    case 'outside':
      return [];
  }
}
