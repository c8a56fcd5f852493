import type { CronTimes } from './cron-expression.ts';
import type { Zone } from './zone.ts';

/** What a flow log should be, or (with the transient statuses) is. Spelled as CEN spells it. */
export type DesiredStatus = 'Active' | 'Inactive';

/** ISO weekday: Monday is 1, Sunday is 7. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/**
 * Which local dates a window starts on. `weekdays` are those of Monday to Friday that are no holiday; `workdays` are
 * these and the make-up workdays on a weekend; `holidays` are the calendar's rest days, weekends included.
 */
export type Days = 'daily' | 'workdays' | 'weekdays' | 'holidays' | readonly Weekday[];

/** A window by wall clock: from and to are minutes after local midnight, 0..1440; `to` <= `from` ends on the next local date. */
export interface DaysWindow {
  readonly kind: 'days';
  readonly days: Days;
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** A window by cron: each occurrence of the five-field expression in the schedule's zone opens a window of `durationMs`. */
export interface CronWindow {
  readonly kind: 'cron';
  /** As it was written. */
  readonly cron: string;
  readonly times: CronTimes;
  readonly durationMs: number;
}

export type Window = DaysWindow | CronWindow;

/** A local wall-clock time without a zone, as ISO text `YYYY-MM-DDTHH:MM`. */
export type LocalDateTime = string;

/** Wins over the windows on [from, to), local times of the schedule's zone. A later exception wins over an earlier one. */
export interface ScheduleException {
  readonly from: LocalDateTime;
  readonly to: LocalDateTime;
  readonly status: DesiredStatus;
  readonly reason: string | null;
}

/**
 * Knows working and rest days by local date, and for which years.
 * The day's kind outside the covered years is Monday to Friday unless the calendar lists the date itself.
 */
export interface Calendar {
  readonly name: string;
  /** Whether the calendar really knows this year. */
  covers(year: number): boolean;
  /** @param date `YYYY-MM-DD` */
  day(date: string): CalendarDay;
}

export interface CalendarDay {
  readonly workday: boolean;
  /** A holiday's or make-up workday's name for people, e.g. `Spring Festival`; null on ordinary days. */
  readonly label: string | null;
  /** A workday on a weekend that makes up for a holiday. */
  readonly makeUp: boolean;
}

/** Everything that decides about an instant. Data only, but for the calendar. */
export interface Schedule {
  readonly name: string;
  readonly zone: Zone;
  readonly calendar: Calendar | null;
  readonly windows: readonly Window[];
  readonly exceptions: readonly ScheduleException[];
  /** How much earlier than its start each window asks for Active, in milliseconds. */
  readonly leadMs: number;
}
