/** What the marks of the drawn preview mean; only those that are drawn. Pure. */
import { placements, skipped } from './day.ts';
import { element, type Markup } from './markup.ts';
import type { Day, Preview } from './model.ts';
import { BAR_HEIGHT, type Drawing, isHoliday, WIDTH } from './weeks-svg.ts';
import { columnsOf } from './words.ts';

interface Entry {
  readonly swatch: Markup | readonly Markup[];
  readonly text: string;
  readonly drawn: (day: Day) => boolean;
}

const SWATCH = 22;
const LINE = 24;
/** At the size of the legend's text. */
const COLUMN_WIDTH = 7;

/** @param ids prefix of the patterns that are defined beside it */
export function legendDrawing(preview: Preview, ids: string): Drawing {
  const days = preview.schedules.flatMap(({ weeks }) => weeks.flatMap((week) => week.days));
  const shown = days.filter((day) => day.shown !== null);
  const used = entries(ids).filter(({ drawn }) => shown.some(drawn));
  const markup: Markup[] = [];
  let x = 0;
  let y = 0;
  for (const { swatch, text } of used) {
    const width = SWATCH + 8 + columnsOf(text) * COLUMN_WIDTH + 22;
    if (x + width > WIDTH) {
      x = 0;
      y += LINE;
    }
    markup.push(
      element(
        'g',
        { transform: `translate(${x} ${y})` },
        swatch,
        element('text', { class: 'key', x: SWATCH + 8, y: 12 }, text),
      ),
    );
    x += width;
  }
  return { markup, height: y + LINE };
}

function entries(ids: string): readonly Entry[] {
  const hatched = (name: string) => `url(#${ids}swatch-${name})`;
  const box = (look: Readonly<Record<string, string>>, height: number, y = (BAR_HEIGHT - height) / 2) =>
    element('rect', { ...look, width: SWATCH, height, y });
  const half = BAR_HEIGHT / 2 - 1;
  const some = (test: (span: Day['spans'][number]) => boolean) => (day: Day) => day.spans.some(test);
  const byException = (status: string) =>
    some((span) => span.decidedBy.kind === 'exception' && span.status === status);
  return [
    { swatch: box({ class: 'on' }, BAR_HEIGHT), text: 'Active: capturing', drawn: () => true },
    { swatch: box({ class: 'off' }, 3), text: 'Inactive', drawn: () => true },
    {
      swatch: box({ class: 'lead' }, BAR_HEIGHT),
      text: 'Active ahead of a window',
      drawn: some(({ decidedBy }) => decidedBy.kind === 'window' && decidedBy.lead),
    },
    {
      swatch: box({ fill: hatched('exception') }, BAR_HEIGHT),
      text: 'Active by an exception',
      drawn: byException('Active'),
    },
    {
      swatch: box({ fill: hatched('exception') }, 5),
      text: 'Inactive by an exception',
      drawn: byException('Inactive'),
    },
    {
      swatch: box({ fill: hatched('gap') }, BAR_HEIGHT),
      text: 'skipped by the clock',
      drawn: ({ clock }) => skipped(clock) !== null,
    },
    {
      swatch: [box({ class: 'on' }, half, 0), box({ class: 'on' }, half, half + 2)],
      text: 'an hour that comes twice: first above, then below',
      drawn: ({ clock, shown }) =>
        shown !== null && placements(clock, shown).some(({ lane }) => lane !== 'only'),
    },
    {
      swatch: box({ class: 'day rest' }, BAR_HEIGHT),
      text: 'rest day',
      drawn: (day) => !day.workday && !isHoliday(day),
    },
    {
      swatch: box({ class: 'day feast' }, BAR_HEIGHT),
      text: 'holiday',
      drawn: isHoliday,
    },
    {
      swatch: box({ class: 'day is-today' }, BAR_HEIGHT - 2),
      text: 'today',
      drawn: ({ today }) => today,
    },
  ];
}
