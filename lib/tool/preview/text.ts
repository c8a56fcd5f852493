/** The preview for a terminal: a row for each day, a character for half an hour or an hour. Pure. */

import type { Colors } from 'picocolors/types.js';
import { DAY_MS } from '../../schedule/local-date.ts';
import { printable } from '../../text.ts';
import { formatHours } from '../hours.ts';
import { columnsOf, shortened, wrap } from '../wrap.ts';
import { placements, skipped } from './day.ts';
import type { Day, Label, Preview, SchedulePreview, Week } from './model.ts';
import {
  dayWords,
  formatShare,
  grandTotal,
  noteWords,
  nowWords,
  rangeWords,
  scheduleTotal,
  settingWords,
  titleWords,
  todayWords,
  weekdayWords,
  weekWords,
  windowWords,
} from './sentences.ts';

export interface TextOptions {
  /** Columns of the terminal; the picture needs 72. */
  readonly columns: number;
  readonly paint: Colors;
}

const ACTIVE = '█';
const PARTLY = '▒';
const INACTIVE = '·';
const SKIPPED = '/';
const NOT_SHOWN = ' ';

/** `> Mon 16 Nov  ` */
const MARGIN = 14;
/** From here on a character is half an hour, and labels still have room. */
const WIDE_COLUMNS = 96;
const LONGEST_LINE = 120;

interface Layout extends TextOptions {
  /** Characters of a day. */
  readonly cells: number;
}

export function previewText(preview: Preview, options: TextOptions): string {
  const cells = options.columns >= WIDE_COLUMNS ? 48 : 24;
  const layout = { ...options, columns: Math.min(options.columns, LONGEST_LINE), cells };
  const { paint } = layout;
  return [
    ...wrapped(`${titleWords(preview)}, ${rangeWords(preview)}`, layout).map(paint.bold),
    ...noteWords(preview).flatMap((note) => wrapped(note, layout)),
    ...legend(preview, layout),
    ...preview.warnings.flatMap((warning) => wrapped(`warning: ${warning}`, layout)).map(paint.yellow),
    '',
    ...preview.schedules.map((each) => scheduleText(each, preview, layout)),
    ...wrapped(grandTotal(preview), layout),
    '',
  ].join('\n');
}

function legend(preview: Preview, layout: Layout): readonly string[] {
  const { green, dim, cyan } = layout.paint;
  const days = preview.schedules.flatMap(({ weeks }) => weeks.flatMap((week) => week.days));
  const drawn = new Set(days.flatMap((day) => marks(day, layout.cells)));
  const entries = [
    `${green(ACTIVE)} Active`,
    ...(drawn.has(PARTLY) ? [`${green(PARTLY)} Active for a part of it`] : []),
    `${dim(INACTIVE)} Inactive`,
    ...(drawn.has(SKIPPED) ? [`${cyan(SKIPPED)} skipped by the clock`] : []),
  ];
  const unit = layout.cells === 48 ? 'half an hour' : 'an hour';
  return [entries.join('   '), `A character is ${unit}; days are those of each schedule's own zone.`];
}

function scheduleText(each: SchedulePreview, preview: Preview, layout: Layout): string {
  const { bold, underline } = layout.paint;
  const { schedule, weeks } = each;
  const facts = [settingWords(each), windowWords(schedule), nowWords(each)];
  return [
    bold(underline(schedule.name)),
    ...facts.flatMap((line) => wrapped(line, layout, '  ')),
    '',
    ...weeks.flatMap((week) => [...weekText(week, each, preview.now, layout), '']),
    ...wrapped(scheduleTotal(each, preview), layout, '  '),
    '',
  ].join('\n');
}

function weekText(week: Week, each: SchedulePreview, now: number, layout: Layout): readonly string[] {
  const { bold } = layout.paint;
  const { number, year } = weekWords(week);
  const head = `${number}, ${year}`.padEnd(MARGIN) + hourScale(layout.cells);
  const hoursWidth = Math.max(...each.weeks.flatMap(({ days }) => days.map(hoursOf)).map(columnsOf));
  return [
    `${bold(head)}  ${formatHours(week.activeMs)}, ${formatShare(week)} not captured`,
    ...week.days
      .filter(({ shown }) => shown !== null)
      .flatMap((day) => dayText(day, each, now, hoursWidth, layout)),
  ];
}

/** `00    03    06 …`, the digits of each hour from where its time begins. */
function hourScale(cells: number): string {
  const every = Array.from({ length: 9 }, (_, index) => String(index * 3).padStart(2, '0'));
  return every
    .map((hour) => hour.padEnd(cells / 8))
    .join('')
    .trimEnd();
}

const hoursOf = (day: Day): string => formatHours(day.activeMs);

function dayText(
  day: Day,
  { schedule }: SchedulePreview,
  now: number,
  hoursWidth: number,
  layout: Layout,
): readonly string[] {
  const { paint, cells, columns } = layout;
  const date = `${day.today ? '>' : ' '} ${weekdayWords(day)} ${dayWords(day).padStart(6)}`.padEnd(MARGIN);
  const row = `${day.today ? paint.bold(date) : date}${bar(day, layout)}  ${hoursOf(day).padStart(hoursWidth)}`;
  const before = MARGIN + cells + 2 + hoursWidth + 2;
  const room = Math.max(16, columns - before);
  const lines = [
    ...(day.today ? wrap(todayWords(now, schedule), room).map(paint.bold) : []),
    ...day.labels.flatMap(({ kind, text, continued }) => {
      const whole = wrap(printable(text), room);
      const isLong = continued && whole.length > 2;
      // The sign for what is left out needs its room too.
      const shown = isLong ? shortened(wrap(printable(text), room - 2), true) : whole;
      return shown.map(colourOf(kind, layout));
    }),
  ];
  const [first, ...more] = lines;
  if (first === undefined) return [row];
  return [`${row}  ${first}`, ...more.map((line) => `${' '.repeat(before)}${line}`)];
}

function colourOf(kind: Label['kind'], { paint }: Layout): (text: string) => string {
  switch (kind) {
    case 'holiday':
    case 'workday':
    case 'make-up':
      return paint.magenta;
    case 'exception':
      return paint.yellow;
    case 'clock':
      return paint.cyan;
  }
}

function bar(day: Day, { cells, paint }: Layout): string {
  return marks(day, cells)
    .join('')
    .replace(/[█▒]+/g, paint.green)
    .replace(/·+/g, paint.dim)
    .replace(/\/+/g, paint.cyan);
}

/** A character for each cell of the day. */
function marks(day: Day, cells: number): readonly string[] {
  const shownMs = msPerCell(day, day.spans, cells);
  const active = day.spans.filter(({ status }) => status === 'Active');
  const activeMs = msPerCell(day, active, cells);
  const gap = skipped(day.clock);
  return shownMs.map((total, index) => {
    const at = (index * DAY_MS) / cells;
    if (total === 0) return gap !== null && gap.from <= at && at < gap.to ? SKIPPED : NOT_SHOWN;
    const on = activeMs[index];
    return on === 0 ? INACTIVE : on === total ? ACTIVE : PARTLY;
  });
}

/** How many milliseconds of each cell of the clock the spans take; an hour that comes twice counts twice. */
function msPerCell(
  day: Day,
  spans: readonly { from: number; to: number }[],
  cells: number,
): readonly number[] {
  const size = DAY_MS / cells;
  const lying = spans.flatMap(({ from, to }) => placements(day.clock, { start: from, end: to }));
  return Array.from({ length: cells }, (_, cell) =>
    lying.reduce(
      (sum, { from, to }) => sum + Math.max(0, Math.min(to, (cell + 1) * size) - Math.max(from, cell * size)),
      0,
    ),
  );
}

function wrapped(text: string, { columns }: Layout, indent = ''): readonly string[] {
  return wrap(printable(text), columns - indent.length).map((line) => indent + line);
}
