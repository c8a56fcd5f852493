/** Tables for people: columns that line up, without lines drawn. Pure. */
import { stripVTControlCharacters } from 'node:util';
import type { Terminal } from './io.ts';
import { columnsOf, wrap } from './wrap.ts';

/** Columns of the terminal; null where no person watches: each row is one line then, which `grep` finds whole. */
export type Width = number | null;

export const widthOf = ({ isTerminal, columns }: Pick<Terminal, 'isTerminal' | 'columns'>): Width =>
  isTerminal ? columns : null;

type Row = readonly string[];

const GAP = 2;

/**
 * A table that fits the terminal. Columns that have no room beside the others follow on a further line of each row,
 * indented; a text that is longer than a line is wrapped, and written once, below, when several rows share it.
 */
export function table(head: Row, rows: readonly Row[], width: Width): string {
  const widest = widestOf([head, ...rows]);
  const natural = widest.reduce((sum, each) => sum + each, GAP * (head.length - 1));
  if (width === null || natural <= width) return draw([head, ...rows], oneLine(widest));
  const { rows: short, notes } = withNotes(rows, width);
  const places = fold(widestOf([head, ...short]), width);
  const below = notes.flatMap((note, index) => {
    const mark = `${markOf(index)} `;
    const indent = ' '.repeat(mark.length);
    return wrap(note, width - mark.length).map((line, at) => `${at === 0 ? mark : indent}${line}\n`);
  });
  return `${draw([head, ...short], places)}${below.join('')}`;
}

/** Where a column stands: on which line of each row, and from which column of the terminal to which. */
interface Place {
  readonly line: number;
  readonly start: number;
  readonly width: number;
}

function oneLine(widest: readonly number[]): readonly Place[] {
  let start = 0;
  return widest.map((width) => {
    const place = { line: 0, start, width };
    start += width + GAP;
    return place;
  });
}

/** The columns in their order, each where it has room. */
function fold(widest: readonly number[], total: number): readonly Place[] {
  let line = 0;
  let start = 0;
  return widest.map((wanted, index) => {
    const room = total - start;
    const isLongerThanALine = wanted > total - GAP && (index === 0 || room >= total / 2);
    if (wanted > room && !isLongerThanALine) {
      line += 1;
      start = GAP;
    }
    const place = { line, start, width: Math.max(1, Math.min(wanted, total - start)) };
    start += place.width + GAP;
    return place;
  });
}

function draw(rows: readonly Row[], places: readonly Place[]): string {
  const lines = rows.flatMap((row) => {
    const cells = places.map(({ width }, index) => inLines(row[index] ?? '', width));
    const last = places.at(-1)?.line ?? 0;
    const [first = '', ...further] = Array.from({ length: last + 1 }, (_, line) =>
      drawLine(cells, places, line),
    ).flat();
    return [first, ...further.filter((line) => line.trim() !== '')];
  });
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function drawLine(
  cells: readonly (readonly string[])[],
  places: readonly Place[],
  line: number,
): readonly string[] {
  const here = places.flatMap((place, index) =>
    place.line === line ? [{ ...place, lines: cells[index] ?? [] }] : [],
  );
  const height = Math.max(1, ...here.map(({ lines }) => lines.length));
  return Array.from({ length: height }, (_, at) =>
    here.reduce((text, { start, lines }) => `${padded(text, start)}${lines[at] ?? ''}`, ''),
  );
}

const inLines = (text: string, width: number): readonly string[] =>
  shownWidth(text) <= width ? [text] : wrap(text, width);

const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - shownWidth(text)));

const shownWidth = (text: string): number => columnsOf(stripVTControlCharacters(text));

const widestOf = (rows: readonly Row[]): readonly number[] =>
  (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => shownWidth(row[index] ?? ''))));

/** The rows with a mark for each text of more than a line that is in several of them, and these texts. */
function withNotes(rows: readonly Row[], width: number) {
  const counts = new Map<string, number>();
  for (const text of rows.flat()) {
    if (shownWidth(text) > width - GAP) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const notes = [...counts].filter(([, count]) => count > 1).map(([text]) => text);
  const mark = (text: string) => (notes.includes(text) ? markOf(notes.indexOf(text)) : text);
  return { rows: rows.map((row) => row.map(mark)), notes };
}

const markOf = (index: number): string => `(${index + 1})`;
