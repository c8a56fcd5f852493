/** The hours of a report drawn: a row a day, a cell an hour, captured or not, its GB as shade. Pure. */
import type { Markup } from '../preview/markup.ts';
import type { Calendar, CalendarDay, Cell } from './calendar.ts';
import { element } from './element.ts';
import { HOUR_MS, lengthOf, meet } from './stretch.ts';
import { gigabytes } from './words.ts';

export const WIDTH = 1120;
const LEFT = 92;
const COLUMN = 32;
const CELL = 30;
const ROW = 19;
const HEIGHT = 15;
const HEADER = 22;
const RIGHT = LEFT + 24 * COLUMN;
const WRITTEN = RIGHT + 110;
const NOT_WRITTEN = RIGHT + 240;

export interface Drawing {
  readonly markup: readonly Markup[];
  readonly height: number;
}

/** @param ids prefix of the patterns, which {@link patterns} defines */
export function calendarDrawing({ days, most }: Calendar, ids: string): Drawing {
  const rows = days.map((day, index) =>
    element('g', { transform: `translate(0 ${HEADER + index * ROW})` }, dayRow(day, most, ids)),
  );
  return { markup: [header(), ...rows], height: HEADER + days.length * ROW + 4 };
}

function header(): Markup {
  const hours = Array.from({ length: 9 }, (_, index) => index * 3).map((hour) =>
    element('text', { class: 'quiet middle', x: LEFT + hour * COLUMN, y: 14 }, String(hour)),
  );
  return element(
    'g',
    {},
    hours,
    element('text', { class: 'quiet end', x: WRITTEN, y: 14 }, 'written'),
    element('text', { class: 'quiet end', x: NOT_WRITTEN, y: 14 }, 'not written'),
  );
}

function dayRow(day: CalendarDay, most: number, ids: string): readonly Markup[] {
  return [
    element('text', { class: day.weekend ? 'quiet' : undefined, y: 12 }, day.name),
    ...day.cells.map((cell) => cellMark(cell, day, most, ids)),
    ...day.notWatched.flatMap((gap) => day.cells.flatMap((cell) => gapMark(cell, gap))),
    element('text', { class: 'end spent-text', x: WRITTEN, y: 12 }, gigabytes(day.written)),
    element('text', { class: 'end saved-text', x: NOT_WRITTEN, y: 12 }, estimateOf(day.notWritten)),
  ];
}

const estimateOf = (bytes: number | null): string => (bytes === null ? '' : `about ${gigabytes(bytes)}`);

function cellMark(cell: Cell, day: CalendarDay, most: number, ids: string): Markup {
  const place = placeOf(cell);
  return element(
    'g',
    {},
    element('title', {}, `${day.name} ${String(cell.hour).padStart(2, '0')}:00: ${wordsOf(cell)}`),
    ...shadesOf(cell, place, most, ids),
  );
}

function placeOf({ hour, left, width, lane, lanes }: Cell) {
  const height = HEIGHT / lanes;
  return {
    x: LEFT + hour * COLUMN + left * CELL,
    y: lane * height,
    width: width * CELL,
    height: lanes === 1 ? height : height - 1,
  };
}

type Place = ReturnType<typeof placeOf>;

function shadesOf(cell: Cell, place: Place, most: number, ids: string): readonly Markup[] {
  const shade = (bytes: number | null) =>
    bytes === null || most === 0 ? 0 : Number((0.12 + 0.88 * (bytes / most)).toFixed(3));
  const idle = element('rect', { class: 'idle', ...place });
  const captured = shade(cell.written === 0 ? null : cell.written);
  switch (cell.state) {
    case 'captured':
      return [idle, element('rect', { class: 'spent', opacity: Math.max(captured, 0.12), ...place })];
    case 'not-captured':
      return [
        idle,
        ...(cell.notWritten === null
          ? []
          : [element('rect', { fill: `url(#${ids}saved)`, opacity: shade(cell.notWritten), ...place })]),
      ];
    case 'part': {
      const { x, y, width, height } = place;
      const d = `M${x} ${y}V${y + height}H${x + width}Z`;
      const rest = `M${x} ${y}H${x + width}V${y + height}Z`;
      return [
        idle,
        element('path', { class: 'spent', opacity: Math.max(captured, 0.12), d }),
        // Of Logstores drawn together, those that received nothing then.
        ...(cell.notWritten === null
          ? []
          : [element('path', { fill: `url(#${ids}saved)`, opacity: shade(cell.notWritten), d: rest })]),
      ];
    }
    case 'unknown':
      return [element('rect', { fill: `url(#${ids}unknown)`, ...place })];
  }
}

function wordsOf({ state, written, notWritten }: Cell): string {
  switch (state) {
    case 'captured':
      return `captured, ${gigabytes(written)} written`;
    case 'not-captured':
      return notWritten === null
        ? 'not captured; what was not written is not known'
        : `not captured, about ${gigabytes(notWritten)} not written (estimate)`;
    case 'part':
      return `captured for a part or by some, ${gigabytes(written)} written${notWritten === null ? '' : `, about ${gigabytes(notWritten)} not`}`;
    case 'unknown':
      return `not known whether it captured, ${gigabytes(written)} written`;
  }
}

function gapMark(cell: Cell, gap: { readonly start: number; readonly end: number }): readonly Markup[] {
  const common = meet(cell, gap);
  if (common === null) return [];
  const from = LEFT + (cell.hour + cell.left + (common.start - cell.start) / HOUR_MS) * COLUMN;
  const to = from + (lengthOf(common) / HOUR_MS) * COLUMN;
  return [
    element(
      'line',
      { class: 'gap', x1: from, x2: to, y1: HEIGHT + 1.5, y2: HEIGHT + 1.5 },
      element('title', {}, 'not watched: no run was recorded'),
    ),
  ];
}

/** What the marks mean. */
export function legendDrawing({ most }: Calendar, ids: string): Drawing {
  const items: readonly (readonly [string, readonly Markup[], number])[] = [
    [
      most === 0 ? 'captured' : `captured, 0 to ${gigabytes(most)} an hour`,
      [0.12, 0.4, 0.7, 1].map((opacity, index) => {
        return element('rect', { class: 'spent', opacity, x: index * 14, width: 14, height: 12 });
      }),
      56,
    ],
    [
      'not captured, as it would have been (estimate)',
      [0.15, 0.5, 1].flatMap((opacity, index) => {
        const place = { x: index * 14, width: 14, height: 12 };
        return [
          element('rect', { class: 'idle', ...place }),
          element('rect', { fill: `url(#${ids}saved)`, opacity, ...place }),
        ];
      }),
      42,
    ],
    [
      'a part, or some',
      [
        element('rect', { class: 'idle', width: 26, height: 12 }),
        element('path', { class: 'spent', opacity: 0.7, d: 'M0 0V12H26Z' }),
      ],
      26,
    ],
    ['not known', [element('rect', { fill: `url(#${ids}unknown)`, width: 26, height: 12 })], 26],
    ['no run recorded', [element('line', { class: 'gap', x1: 0, x2: 26, y1: 10, y2: 10 })], 26],
  ];
  let x = 0;
  const markup = items.map(([text, marks, width]) => {
    const item = element(
      'g',
      { transform: `translate(${x} 4)` },
      marks,
      element('text', { class: 'key', x: width + 6, y: 10.5 }, text),
    );
    x += width + 22 + text.length * 6.1;
    return item;
  });
  return { markup, height: 24 };
}

/** One currency's money as a bar: spent, saved by the cautious estimate, and the rest of what was saved by the estimate. */
export function moneyBar(
  parts: { readonly spent: number; readonly atLeast: number; readonly saved: number },
  ids: string,
): Drawing {
  const all = parts.spent + parts.saved;
  const width = (amount: number) => (all === 0 ? 0 : (amount / all) * WIDTH);
  const bar = (look: Readonly<Record<string, string | number>>, from: number, length: number) =>
    element('rect', { ...look, x: width(from), width: width(length), height: 26 });
  return {
    markup: [
      bar({ class: 'spent' }, 0, parts.spent),
      bar({ class: 'saved' }, parts.spent, parts.atLeast),
      bar({ class: 'idle' }, parts.spent + parts.atLeast, parts.saved - parts.atLeast),
      bar({ fill: `url(#${ids}saved)` }, parts.spent + parts.atLeast, parts.saved - parts.atLeast),
    ],
    height: 26,
  };
}

/** The hatchings that the drawings use. @param ids prefix that makes their names unique in the document */
export function patterns(ids: string): Markup {
  const hatch = (id: string, size: number, ...children: readonly Markup[]) =>
    element(
      'pattern',
      {
        id: `${ids}${id}`,
        width: size,
        height: size,
        patternUnits: 'userSpaceOnUse',
        patternTransform: 'rotate(45)',
      },
      children,
    );
  return element(
    'defs',
    {},
    hatch('saved', 5, element('line', { class: 'saved-stripe', y2: 5 })),
    hatch(
      'unknown',
      6,
      element('rect', { class: 'unknown-base', width: 6, height: 6 }),
      element('line', { class: 'unknown-stripe', y2: 6 }),
    ),
  );
}
