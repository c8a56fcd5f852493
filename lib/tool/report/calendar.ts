/** The hours of a report as rows of days, for the drawings. Pure. */
import { DateTime } from 'luxon';
import { dateText } from '../../schedule/local-date.ts';
import type { EstimatedHour } from './estimate.ts';
import { groupBy } from './group-by.ts';
import type { LogstoreReport, Report } from './report.ts';
import { HOUR_MS, lengthOf, meet, type Stretch, sum } from './stretch.ts';

/** `part`: captured by some of the flow logs, or for a part of it. */
export type CellState = 'captured' | 'not-captured' | 'part' | 'unknown';

/** An hour of a day. Two lanes lie in one where the clock shows it twice. */
export interface Cell extends Stretch {
  readonly hour: number;
  /** Where it lies within the hour, 0 to 1. */
  readonly left: number;
  readonly width: number;
  readonly lane: number;
  readonly lanes: number;
  readonly state: CellState;
  /** Bytes; null when not known. */
  readonly written: number | null;
  readonly notWritten: number | null;
}

export interface CalendarDay extends Stretch {
  /** `Thu 1 Oct` */
  readonly name: string;
  readonly weekend: boolean;
  readonly cells: readonly Cell[];
  readonly written: number | null;
  readonly notWritten: number | null;
  /** The parts of the day without a run. */
  readonly notWatched: readonly Stretch[];
}

export interface Calendar {
  readonly days: readonly CalendarDay[];
  /** The most bytes of an hour, written or estimated. */
  readonly most: number;
}

/** @param logstores drawn as one */
export function calendarOf(logstores: readonly LogstoreReport[], report: Report): Calendar {
  const [first] = logstores;
  const ids = new Set(logstores.flatMap(({ flowLogs }) => flowLogs.map(({ flowLogId }) => flowLogId)));
  const unknown = report.flowLogs
    .filter(({ flowLogId }) => ids.has(flowLogId))
    .flatMap(({ spans }) => spans.filter(({ status }) => status === 'unknown'));
  const hours = (first?.hours ?? []).map((hour, index) => {
    const all = logstores.flatMap(({ hours: each }) => each[index] ?? []);
    const isUnknown = unknown.some((span) => meet(span, hour) !== null);
    return {
      ...hour,
      state: isUnknown ? ('unknown' as const) : stateOf(all),
      written: total(all.map(({ written }) => written)),
      notWritten: total(all.map(({ notWritten }) => notWritten)),
    };
  });
  const days = [...groupBy(hours, ({ day }) => day)].map(([day, group]): CalendarDay => {
    const start = Math.min(...group.map((hour) => hour.start));
    const end = Math.max(...group.map((hour) => hour.end));
    const date = DateTime.fromISO(dateText(day), { zone: 'UTC', locale: 'en' });
    return {
      start,
      end,
      name: date.toFormat('ccc d LLL'),
      weekend: date.weekday > 5,
      cells: [...groupBy(group, ({ hour }) => hour).values()].flatMap((same) =>
        same.map((hour, lane) => cellOf(hour, lane, same.length)),
      ),
      written: total(group.map(({ written }) => written)),
      notWritten: total(group.map(({ notWritten }) => notWritten)),
      notWatched: report.notWatched.flatMap((gap) => meet(gap, { start, end }) ?? []),
    };
  });
  const bytes = hours.flatMap(({ written, notWritten }) => [written ?? 0, notWritten ?? 0]);
  return { days, most: bytes.reduce((most, each) => Math.max(most, each), 0) };
}

type DrawnHour = Omit<EstimatedHour, 'state'> & { readonly state: CellState };

function cellOf(drawn: DrawnHour, lane: number, lanes: number): Cell {
  const { start, end, hour, intoHourMs, state, written, notWritten } = drawn;
  const [left, width] = [intoHourMs / HOUR_MS, lengthOf(drawn) / HOUR_MS];
  return { start, end, hour, left, width, lane, lanes, state, written, notWritten };
}

function stateOf(hours: readonly EstimatedHour[]): CellState {
  if (hours.every(({ state }) => state === 'all')) return 'captured';
  return hours.every(({ state }) => state === 'none') ? 'not-captured' : 'part';
}

function total(numbers: readonly (number | null)[]): number | null {
  const known = numbers.filter((each) => each !== null);
  return known.length === 0 ? null : sum(known);
}
