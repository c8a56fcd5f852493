import type { CalendarDay, DesiredStatus, ScheduleException, Window } from './types.ts';

/** A stretch of instants, half-open: [start, end), milliseconds since the epoch. */
export interface Occurrence {
  readonly start: number;
  readonly end: number;
}

/** A local date and what the schedule's calendar says of it. */
export interface LocalDay extends CalendarDay {
  /** `YYYY-MM-DD` in the schedule's zone. */
  readonly date: string;
}

/** What decided about an instant. */
export type DecidedBy =
  | {
      readonly kind: 'window';
      /** Position in the schedule's `windows`. */
      readonly index: number;
      readonly window: Window;
      /** When this window is open this time, without lead time. */
      readonly occurrence: Occurrence;
      /** Whether the instant lies before the start, in the lead time. */
      readonly lead: boolean;
      /** The date on which the window starts, where it goes by the calendar. */
      readonly day: LocalDay | null;
    }
  | {
      readonly kind: 'exception';
      /** Position in the schedule's `exceptions`. */
      readonly index: number;
      readonly exception: ScheduleException;
    }
  /** Outside every window, on a rest day of a schedule that has a window for workdays or weekdays. */
  | { readonly kind: 'rest-day'; readonly day: LocalDay }
  /** `day` where a window of the schedule goes by the calendar. */
  | { readonly kind: 'outside'; readonly day: LocalDay | null };

/** A stretch [from, to) of instants, milliseconds since the epoch, with one status. */
export interface Interval {
  readonly from: number;
  readonly to: number;
  readonly status: DesiredStatus;
  readonly reason: string;
}

/** An interval that one and the same thing decides about. */
export interface Segment extends Interval {
  readonly decidedBy: DecidedBy;
}

/** The status that follows, and from when on. */
export interface NextStatus {
  readonly at: number;
  readonly status: DesiredStatus;
  readonly reason: string;
  readonly decidedBy: DecidedBy;
}

/** What a schedule wants at an instant. */
export interface Decision {
  readonly status: DesiredStatus;
  readonly reason: string;
  readonly decidedBy: DecidedBy;
  /** Instant at which the status changes next, milliseconds since the epoch; null when it never does. */
  readonly nextTransition: number | null;
  readonly next: NextStatus | null;
}
