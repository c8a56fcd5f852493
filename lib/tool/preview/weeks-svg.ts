/** The weeks of one schedule drawn: a row a week, a column a day, a bar from 00:00 to 24:00 in each. Pure. */

import type { Occurrence } from '../../schedule/decision.ts';
import { DAY_MS } from '../../schedule/local-date.ts';
import { printable } from '../../text.ts';
import { formatHours } from '../hours.ts';
import { columnsOf, shortened, wrap } from '../wrap.ts';
import { describeChange, type Placement, placements, skipped } from './day.ts';
import { type Markup, markup } from './markup.ts';
import type { Day, Label, SchedulePreview, Span, Week } from './model.ts';
import {
  activeWords,
  dayWords,
  formatShare,
  spanWords,
  todayWords,
  weekdayWords,
  weekWords,
} from './sentences.ts';

/** What is drawn from y = 0 down to its height, in pixels. */
export interface Drawing {
  readonly markup: Markup;
  readonly height: number;
}

export const WIDTH = 1120;
const LEFT = 108;
const COLUMN = 130;
const RIGHT = LEFT + 7 * COLUMN + 4;
const CELL = 124;
const BAR_INSET = 2;
const BAR_WIDTH = CELL - 2 * BAR_INSET;
const BAR_HEIGHT = 16;
/** Heights of what is Inactive: by the windows, and by an exception. */
const OFF_HEIGHT = 3;
const EXCEPTION_OFF_HEIGHT = 5;
/** Pixels a second: within a bar, x counts seconds after midnight. */
const SCALE = BAR_WIDTH / (DAY_MS / 1000);
const BAR_TOP = 20;
const LABEL_TOP = BAR_TOP + BAR_HEIGHT + 12;
const LABEL_LINE = 12;
const LABEL_INSET = 5;
const LABEL_SIZE = 10;
const MOST_LABEL_LINES = 8;
/** The weekdays and hours are repeated after this many weeks. */
const WEEKS_PER_HEADER = 6;

export function weeksDrawing(each: SchedulePreview, now: number): readonly Drawing[] {
  return each.weeks.flatMap((week, index) => [
    ...(index % WEEKS_PER_HEADER === 0 ? [header(week)] : []),
    weekRow(week, each, now),
  ]);
}

function header({ days }: Week): Drawing {
  const columns = days.map((day, index) => {
    const x = LEFT + index * COLUMN + BAR_INSET;
    // The next day's 0 stands for 24.
    const hours = (index === 6 ? [0, 6, 12, 18, 24] : [0, 6, 12, 18]).map(
      (hour) => markup`<text class="hour" x="${x + (hour / 24) * BAR_WIDTH}" y="27">${hour}</text>`,
    );
    return markup`<text class="strong" x="${x}" y="13">${weekdayWords(day)}</text>${hours}`;
  });
  return { markup: markup`${columns}`, height: 34 };
}

function weekRow(week: Week, each: SchedulePreview, now: number): Drawing {
  const cells = week.days.map((day) => ({ day, labels: labelLines(day, each, now) }));
  const lines = Math.max(...cells.map(({ labels }) => labels.length));
  const height = BAR_TOP + BAR_HEIGHT + 6 + (lines === 0 ? 0 : lines * LABEL_LINE + 2);
  const { number, year, dates } = weekWords(week);
  const drawn = cells.map(({ day, labels }, index) => {
    if (day.shown === null) return [];
    const cell = dayCell({ ...day, shown: day.shown }, height, labels, each.schedule.zone.name, now);
    return markup`<g transform="translate(${LEFT + index * COLUMN} 0)">${cell}</g>`;
  });
  const row = markup`<text class="strong" x="0" y="14">${number}, ${year}</text>
<text class="quiet" x="0" y="29">${dates}</text>
${drawn}
<text class="strong" x="${RIGHT}" y="14">${formatHours(week.activeMs)}</text>
<text class="quiet" x="${RIGHT}" y="29">${formatShare(week)} not captured</text>`;
  return { markup: row, height: height + 8 };
}

interface LabelLine {
  readonly kind: Label['kind'] | 'today';
  readonly text: string;
}

function labelLines(day: Day, { schedule }: SchedulePreview, now: number): readonly LabelLine[] {
  if (day.shown === null) return [];
  const today = { kind: 'today', text: todayWords(now, schedule), continued: false } as const;
  const lines = [...(day.today ? [today] : []), ...day.labels].flatMap(({ kind, text, continued }) =>
    shortened(wrap(printable(text), CELL - 2 * LABEL_INSET, labelWidth), continued).map((line) => ({
      kind,
      text: line,
    })),
  );
  if (lines.length <= MOST_LABEL_LINES) return lines;
  return [...lines.slice(0, MOST_LABEL_LINES - 1), { kind: 'clock', text: '…' }];
}

/** About the widest that a sans-serif font makes a label, in pixels. */
function labelWidth(text: string): number {
  const ems = Array.from(text, (character) => {
    if (columnsOf(character) === 2 || /[mwMW@%—…]/.test(character)) return 1;
    if (/[ iljtfrI.,:;'|!()[\]/-]/.test(character)) return 0.38;
    return /[A-Z<>=+&]/.test(character) ? 0.76 : 0.62;
  });
  return LABEL_SIZE * ems.reduce((sum, each) => sum + each, 0);
}

type ShownDay = Day & { readonly shown: Occurrence };

function dayCell(
  day: ShownDay,
  height: number,
  labels: readonly LabelLine[],
  zone: string,
  now: number,
): Markup {
  // Whether the calendar names the day as a rest day, as far as that matters for the schedule.
  const holiday = day.labels.some(({ kind }) => kind === 'holiday');
  const look = ['day', holiday ? 'feast' : day.workday ? '' : 'rest', day.today ? 'is-today' : ''];
  const date = day.today ? 'today' : holiday || !day.workday ? 'quiet' : 'date';
  return markup`<title>${dayTitle(day, zone)}</title>
<rect class="${look.filter((each) => each !== '').join(' ')}" width="${CELL}" height="${height}" rx="4"/>
<text class="${date}" x="5" y="14">${dayWords(day)}</text>
<text class="quiet end" x="${CELL - 5}" y="14">${formatHours(day.activeMs)}</text>
<g transform="translate(${BAR_INSET} ${BAR_TOP}) scale(${SCALE} 1)">${bar(day, zone, now)}</g>
${labels.map(
  ({ kind, text }, index) =>
    markup`<text class="label ${kind}" x="${LABEL_INSET}" y="${LABEL_TOP + index * LABEL_LINE}">${text}</text>`,
)}`;
}

/** The whole day in words, for a pointer that rests on it. */
function dayTitle(day: Day, zone: string): string {
  const notes = day.labels.map(({ text }) => `; ${text}`).join('');
  const hours = `${formatHours(day.activeMs)} of ${formatHours(day.totalMs)}`;
  return `${weekdayWords(day)} ${day.date}: Active ${activeWords(day, zone)}; ${hours}${notes}`;
}

function bar(day: ShownDay, zone: string, now: number): Markup {
  const { shown, clock, spans } = day;
  const gap = skipped(clock);
  const placed = (stretch: Occurrence) => placements(clock, stretch);
  const [nowAt] = day.today ? placed({ start: now, end: now + 1 }) : [];
  return markup`${[6, 12, 18].map((hour) => upright('tick', hour * 3600, 2))}
${placed(shown).map((place) => mark('off', OFF_HEIGHT, place))}
${gap === null ? [] : mark('gap', BAR_HEIGHT, { ...gap, lane: 'only' }, describeChange(gap.change))}
${spans.flatMap((span) =>
  placed({ start: span.from, end: span.to }).map((place) => spanMark(span, place, spanWords(span, zone))),
)}
${nowAt === undefined ? [] : upright('now', nowAt.from / 1000, 3)}`;
}

function spanMark({ decidedBy, status }: Span, place: Placement, title: string): Markup {
  switch (decidedBy.kind) {
    case 'window':
      return mark(decidedBy.lead ? 'lead' : 'on', BAR_HEIGHT, place, title);
    case 'exception':
      return mark('exception', status === 'Active' ? BAR_HEIGHT : EXCEPTION_OFF_HEIGHT, place, title);
    case 'rest-day':
    case 'outside':
      return markup``; // the thin strip below shows it
  }
}

/** Height shows what is Active, not only colour; of an hour that comes twice each pass has half of the height. */
function mark(look: string, height: number, { from, to, lane }: Placement, title = ''): Markup {
  const room = lane === 'only' ? BAR_HEIGHT : BAR_HEIGHT / 2 - 1;
  const tall = Math.min(height, room);
  const top = (lane === 'second' ? BAR_HEIGHT - room : 0) + (room - tall) / 2;
  const tooltip = title === '' ? [] : markup`<title>${title}</title>`;
  return markup`<rect class="${look}" x="${from / 1000}" y="${top}" width="${(to - from) / 1000}" height="${tall}">${tooltip}</rect>`;
}

const upright = (look: string, x: number, beyond: number): Markup =>
  markup`<line class="${look}" x1="${x}" x2="${x}" y1="${-beyond}" y2="${BAR_HEIGHT + beyond}"/>`;

/** A bar is stretched sideways; what fills it must not be. */
const hatch = (name: string): Markup =>
  markup`<pattern id="${name}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="scale(${1 / SCALE} 1) rotate(45)">
<rect class="${name}-base" width="6" height="6"/><line class="${name}-stripe" y2="6"/></pattern>`;

/** What fills exceptions, and times that a clock skips. */
export const hatches: Markup = markup`<defs>${hatch('exception')}${hatch('gap')}</defs>`;

const SWATCH = 22;
const swatch: Placement = { from: 0, to: (SWATCH / SCALE) * 1000, lane: 'only' };

const LEGEND: readonly (readonly [Markup, string])[] = [
  [mark('on', BAR_HEIGHT, swatch), 'Active'],
  [mark('off', OFF_HEIGHT, swatch), 'Inactive'],
  [mark('lead', BAR_HEIGHT, swatch), 'Active ahead of a window'],
  [mark('exception', BAR_HEIGHT, swatch), 'Active by an exception'],
  [mark('exception', EXCEPTION_OFF_HEIGHT, swatch), 'Inactive by an exception'],
  [mark('day rest', BAR_HEIGHT, swatch), 'rest day'],
  [mark('day feast', BAR_HEIGHT, swatch), 'holiday'],
  [mark('day is-today', BAR_HEIGHT, swatch), 'today'],
  [mark('gap', BAR_HEIGHT, swatch), 'skipped by the clock'],
  [
    markup`${(['first', 'second'] as const).map((lane) => mark('on', BAR_HEIGHT, { ...swatch, lane }))}`,
    'hour that comes twice',
  ],
];
const LEGEND_COLUMNS = 5;
const LEGEND_LINE = 24;

/** What the marks mean: the same for every preview. */
export const legend: Drawing = {
  markup: markup`${LEGEND.map(([sample, text], index) => {
    const x = (index % LEGEND_COLUMNS) * (WIDTH / LEGEND_COLUMNS);
    const y = Math.floor(index / LEGEND_COLUMNS) * LEGEND_LINE;
    return markup`<g transform="translate(${x} ${y})"><g transform="scale(${SCALE} 1)">${sample}</g><text class="key" x="${SWATCH + 8}" y="12">${text}</text></g>`;
  })}`,
  height: Math.ceil(LEGEND.length / LEGEND_COLUMNS) * LEGEND_LINE,
};
