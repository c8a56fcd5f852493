import { ANNOUNCED } from './china-announced.ts';
import { dayNumber, weekdayOf } from './local-date.ts';
import type { Calendar, CalendarDay } from './types.ts';

/** A calendar of one's own: dates as `YYYY-MM-DD`. A date in both lists is a workday. */
export interface CalendarDefinition {
  /** Name of the calendar that decides about all other dates; null for Monday to Friday. */
  readonly extends: string | null;
  readonly holidays: readonly string[];
  readonly workdays: readonly string[];
}

const isWeekend = (date: string): boolean => weekdayOf(dayNumber(date)) > 5;

/** Monday to Friday, known for ever: what `workdays` means without a calendar. */
export const mondayToFriday: Calendar = {
  name: 'Monday to Friday',
  covers: () => true,
  day: ordinaryDay,
};

/**
 * China's statutory holidays and make-up workdays, as the State Council announces them. Covers the years that were
 * announced when this was built (2004 to 2026 now); Monday to Friday outside.
 */
export const china: Calendar = {
  name: 'china',
  covers: (year) => ANNOUNCED[year] !== undefined,
  day: (date) => announcedDay(date) ?? ordinaryDay(date),
};

/**
 * The built-in calendars and one for each definition, by name. A calendar that extends another covers the years of
 * its base; one that does not covers the years that its own dates name. Own dates win over the base.
 *
 * @throws Error for a name that is built in, an unknown name in `extends`, or calendars that extend each other in
 *   a circle.
 */
export function buildCalendars(
  definitions: Readonly<Record<string, CalendarDefinition>>,
): ReadonlyMap<string, Calendar> {
  const built = new Map<string, Calendar>([[china.name, china]]);
  const pending = new Map(Object.entries(definitions));
  if (pending.has(china.name)) throw new Error(`calendar "${china.name}" is built in`);
  while (pending.size > 0) {
    const before = pending.size;
    for (const [name, definition] of pending) {
      const base = definition.extends === null ? null : built.get(definition.extends);
      if (base === undefined) continue;
      built.set(name, ownCalendar(name, definition, base));
      pending.delete(name);
    }
    if (pending.size === before) throw unresolved(pending);
  }
  return built;
}

function unresolved(pending: ReadonlyMap<string, CalendarDefinition>): Error {
  const list = [...pending]
    .map(([name, definition]) => `"${name}" extends "${definition.extends}"`)
    .join(', ');
  return new Error(`calendars extend an unknown calendar or each other: ${list}`);
}

function ownCalendar(name: string, definition: CalendarDefinition, base: Calendar | null): Calendar {
  const workdays = new Set(definition.workdays);
  const holidays = new Set(definition.holidays);
  const years = new Set([...workdays, ...holidays].map((date) => Number(date.slice(0, 4))));
  const label = `${name} calendar`;
  return {
    name,
    covers: (year) => (base === null ? years.has(year) : base.covers(year)),
    day(date) {
      if (workdays.has(date)) return { workday: true, label, makeUp: isWeekend(date) };
      if (holidays.has(date)) return { workday: false, label, makeUp: false };
      return (base ?? mondayToFriday).day(date);
    },
  };
}

function ordinaryDay(date: string): CalendarDay {
  return { workday: !isWeekend(date), label: null, makeUp: false };
}

/** By year; built at the first question about a year. */
const announcedDays = new Map<number, ReadonlyMap<string, CalendarDay>>();

/** @returns null for a date that the announcements do not name. */
function announcedDay(date: string): CalendarDay | null {
  const year = Number(date.slice(0, 4));
  let days = announcedDays.get(year);
  if (days === undefined) {
    days = new Map(
      (ANNOUNCED[year] ?? []).flatMap(([label, workday, dates]) =>
        dates
          .split(' ')
          .map((monthDay) => [`${year}-${monthDay}`, { workday, label, makeUp: workday }] as const),
      ),
    );
    announcedDays.set(year, days);
  }
  return days.get(date) ?? null;
}
