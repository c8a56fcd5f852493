/** The weeks of one schedule drawn: a row a week, a column a day, a bar from 00:00 to 24:00 in each. Pure. */
import type { Occurrence } from '../../schedule/decision.ts';
import { DAY_MS } from '../../schedule/local-date.ts';
import { printable } from '../../text.ts';
import { describeChange, type Placement, placements, skipped } from './day.ts';
import { element, type Markup } from './markup.ts';
import type { Day, Label, SchedulePreview, Span, Week } from './model.ts';
import {
  activeTimes,
  columnsOf,
  dayWords,
  formatHours,
  formatShare,
  shortened,
  spanWords,
  todayWords,
  weekdayWords,
  weekWords,
  wrap,
} from './words.ts';

export const WIDTH = 1120;
const LEFT = 108;
const COLUMN = 130;
const CELL = 124;
const BAR_INSET = 2;
const BAR_WIDTH = CELL - 2 * BAR_INSET;
export const BAR_HEIGHT = 16;
/** Of what is Inactive: by the windows, and by an exception. */
const TRACK_HEIGHT = 3;
const EXCEPTION_TRACK_HEIGHT = 5;
/** Pixels a second: within a bar, x counts seconds after midnight. */
const SCALE = BAR_WIDTH / (DAY_MS / 1000);
const BAR_TOP = 20;
const LABEL_TOP = BAR_TOP + BAR_HEIGHT + 12;
const LINE = 12;
const LABEL_INSET = 5;
const LABEL_SIZE = 10;
const MOST_LABEL_LINES = 8;
const HEADER = 34;
/** The hours are told again after this many weeks. */
const WEEKS_PER_HEADER = 6;

export interface Drawing {
  readonly markup: readonly Markup[];
  readonly height: number;
}

/** @param ids prefix of the patterns, which {@link patterns} defines */
export function weeksDrawing(each: SchedulePreview, now: number, ids: string): Drawing {
  const markup: Markup[] = [];
  let y = 0;
  each.weeks.forEach((week, index) => {
    if (index % WEEKS_PER_HEADER === 0) {
      markup.push(header(week, y));
      y += HEADER;
    }
    const { markup: row, height } = weekRow(week, each, now, ids);
    markup.push(element('g', { transform: `translate(0 ${y})` }, row));
    y += height;
  });
  return { markup, height: y };
}

function header({ days }: Week, y: number): Markup {
  const columns = days.map((day, index) => {
    const x = LEFT + index * COLUMN + BAR_INSET;
    // The next day's 0 stands for 24.
    const hours = (index === 6 ? [0, 6, 12, 18, 24] : [0, 6, 12, 18]).map((hour) =>
      element('text', { class: 'hour', x: x + (hour / 24) * BAR_WIDTH, y: 27 }, String(hour)),
    );
    return [element('text', { class: 'strong', x, y: 13 }, weekdayWords(day)), hours];
  });
  return element('g', { transform: `translate(0 ${y})` }, columns);
}

function weekRow(week: Week, each: SchedulePreview, now: number, ids: string): Drawing {
  const cells = week.days.map((day) => ({ day, shown: day.shown, labels: labelLines(day, each, now) }));
  const lines = Math.max(...cells.map(({ labels }) => labels.length));
  const height = BAR_TOP + BAR_HEIGHT + 6 + (lines === 0 ? 0 : lines * LINE + 2);
  const { number, year, dates } = weekWords(week);
  const right = LEFT + 7 * COLUMN + 4;
  const markup = [
    element('text', { class: 'strong', x: 0, y: 14 }, `${number}, ${year}`),
    element('text', { class: 'quiet', x: 0, y: 29 }, dates),
    ...cells.flatMap(({ day, shown, labels }, index) =>
      shown === null
        ? []
        : [dayCell({ ...day, shown }, LEFT + index * COLUMN, height, labels, each, now, ids)],
    ),
    element('text', { class: 'strong', x: right, y: 14 }, formatHours(week.activeMs)),
    element('text', { class: 'quiet', x: right, y: 29 }, `${formatShare(week)} saved`),
  ];
  return { markup, height: height + 8 };
}

interface LabelLine {
  readonly kind: Label['kind'] | 'today';
  readonly text: string;
}

function labelLines(day: Day, { schedule }: SchedulePreview, now: number): readonly LabelLine[] {
  if (day.shown === null) return [];
  const labels = [
    ...(day.today ? [{ kind: 'today', text: todayWords(now, schedule), continued: false } as const] : []),
    ...day.labels,
  ];
  const lines = labels.flatMap(({ kind, text, continued }) =>
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
  let ems = 0;
  for (const character of text) {
    if (columnsOf(character) === 2) ems += 1;
    else if (/[mwMW@%—…]/.test(character)) ems += 0.95;
    else if (/[ iljtfrI.,:;'|!()[\]/-]/.test(character)) ems += 0.38;
    else if (/[A-Z<>=+&]/.test(character)) ems += 0.76;
    else ems += 0.62;
  }
  return ems * LABEL_SIZE;
}

type ShownDay = Day & { readonly shown: Occurrence };

function dayCell(
  day: ShownDay,
  x: number,
  height: number,
  labels: readonly LabelLine[],
  { schedule }: SchedulePreview,
  now: number,
  ids: string,
): Markup {
  const feast = isHoliday(day);
  const classes = ['day', feast ? 'feast' : day.workday ? '' : 'rest', day.today ? 'is-today' : ''];
  const date = day.today ? 'today' : feast || !day.workday ? 'quiet' : undefined;
  return element(
    'g',
    { transform: `translate(${x} 0)` },
    element('title', {}, dayTitle(day, schedule.zone.name)),
    element('rect', {
      class: classes.filter((each) => each !== '').join(' '),
      width: CELL,
      height,
      rx: 4,
    }),
    element('text', { class: date, x: 5, y: 14 }, dayWords(day)),
    element('text', { class: 'quiet end', x: CELL - 5, y: 14 }, formatHours(day.activeMs)),
    element(
      'g',
      { transform: `translate(${BAR_INSET} ${BAR_TOP}) scale(${SCALE} 1)` },
      bar(day, schedule.zone.name, now, ids),
    ),
    labels.map(({ kind, text }, index) =>
      element('text', { class: `label ${kind}`, x: LABEL_INSET, y: LABEL_TOP + index * LINE }, text),
    ),
  );
}

/** Whether the calendar names the day as a rest day, as far as it matters for the schedule. */
export function isHoliday({ labels }: Day): boolean {
  return labels.some(({ kind }) => kind === 'holiday');
}

/** What the whole day comes to, for a pointer that rests on it. */
function dayTitle(day: Day, zone: string): string {
  const times = activeTimes(day, zone);
  const told = times.length > 4 ? [...times.slice(0, 3), `… ${times.length} stretches`] : times;
  const what = told.length === 0 ? 'Inactive' : `Active ${told.join(', ')}`;
  const notes = day.labels.map(({ text }) => `; ${text}`).join('');
  return `${weekdayWords(day)} ${day.date}: ${what}; ${formatHours(day.activeMs)} of ${formatHours(day.totalMs)}${notes}`;
}

function bar(day: ShownDay, zone: string, now: number, ids: string): readonly Markup[] {
  const { shown, clock, spans } = day;
  const gap = skipped(clock);
  const lying = (stretch: Occurrence) => placements(clock, stretch);
  const [nowAt] = day.today ? lying({ start: now, end: now + 1 }) : [];
  return [
    ...[6, 12, 18].map((hour) => line('tick', hour * 3600, -2, BAR_HEIGHT + 2)),
    ...lying(shown).map((placed) => element('rect', { class: 'off', ...extent(placed, TRACK_HEIGHT) })),
    ...(gap === null
      ? []
      : [
          element(
            'rect',
            { fill: `url(#${ids}gap)`, ...extent({ from: gap.from, to: gap.to, lane: 'only' }, 'full') },
            element('title', {}, describeChange(gap.change)),
          ),
        ]),
    ...spans.flatMap((span) =>
      lying({ start: span.from, end: span.to }).flatMap((placed) => spanMark(span, placed, zone, ids)),
    ),
    ...(nowAt === undefined ? [] : [line('now', nowAt.from / 1000, -3, BAR_HEIGHT + 3)]),
  ];
}

function spanMark(span: Span, placed: Placement, zone: string, ids: string): readonly Markup[] {
  const title = element('title', {}, spanWords(span, zone));
  switch (span.decidedBy.kind) {
    case 'window':
      return [
        element('rect', { class: span.decidedBy.lead ? 'lead' : 'on', ...extent(placed, 'full') }, title),
      ];
    case 'exception': {
      const place = extent(placed, span.status === 'Active' ? 'full' : EXCEPTION_TRACK_HEIGHT);
      return [element('rect', { fill: `url(#${ids}exception)`, ...place }, title)];
    }
    case 'rest-day':
    case 'outside':
      return []; // the thin strip below shows it
  }
}

/** Active is told by height, not only by colour; of an hour that comes twice each pass has half of the height. */
function extent({ from, to, lane }: Placement, height: 'full' | number) {
  const room = lane === 'only' ? BAR_HEIGHT : BAR_HEIGHT / 2 - 1;
  const top = lane === 'second' ? BAR_HEIGHT - room : 0;
  const tall = height === 'full' ? room : height;
  return { x: from / 1000, y: top + (room - tall) / 2, width: (to - from) / 1000, height: tall };
}

function line(look: string, x: number, from: number, to: number): Markup {
  return element('line', {
    class: look,
    x1: x,
    x2: x,
    y1: from,
    y2: to,
    'vector-effect': 'non-scaling-stroke',
  });
}

/** The hatchings that {@link weeksDrawing} uses. @param ids prefix that makes their names unique in the document */
export function patterns(ids: string): Markup {
  // A bar is stretched sideways, what fills it is not to be.
  const hatch = (id: string, name: 'exception' | 'gap', scale: number) =>
    element(
      'pattern',
      {
        id: `${ids}${id}`,
        width: 6,
        height: 6,
        patternUnits: 'userSpaceOnUse',
        patternTransform: `scale(${scale} 1) rotate(45)`,
      },
      element('rect', { class: `${name}-base`, width: 6, height: 6 }),
      element('line', { class: `${name}-stripe`, y2: 6 }),
    );
  return element(
    'defs',
    {},
    hatch('exception', 'exception', 1 / SCALE),
    hatch('gap', 'gap', 1 / SCALE),
    hatch('swatch-exception', 'exception', 1),
    hatch('swatch-gap', 'gap', 1),
  );
}
