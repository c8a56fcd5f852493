/** The preview as one SVG document that needs nothing else. Pure. */
import { printable } from '../../text.ts';
import { legendDrawing } from './legend-svg.ts';
import { type Child, element, type Markup, render, trusted } from './markup.ts';
import type { Preview, SchedulePreview } from './model.ts';
import { STYLE } from './style.ts';
import { type Drawing, patterns, WIDTH, weeksDrawing } from './weeks-svg.ts';
import {
  captureWords,
  grandTotals,
  nowWords,
  rangeWords,
  scheduleTotals,
  settingWords,
  windowWords,
  wrap,
} from './words.ts';

const MARGIN = 24;
const IDS = 'p-';
const FACT_COLUMNS = 165;
const TITLE_COLUMNS = 75;

export function previewSvg(preview: Preview): string {
  const page = stack([
    lines('title', 26, ['When flow logs capture']),
    lines('fact', 20, [rangeWords(preview)]),
    gap(10),
    legendDrawing(preview, IDS),
    lines('warning', 18, preview.warnings.map((warning) => `Warning: ${warning}`).flatMap(fact)),
    ...preview.schedules.map((each) => section(each, preview)),
    gap(6),
    lines('fact', 18, grandTotals(preview).flatMap(fact)),
  ]);
  const [width, height] = [WIDTH + 2 * MARGIN, page.height + 2 * MARGIN];
  const document = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': `${IDS}title ${IDS}text`,
    },
    element('title', { id: `${IDS}title` }, `When flow logs capture, ${rangeWords(preview)}`),
    element('desc', { id: `${IDS}text` }, describe(preview)),
    element('style', {}, trusted(STYLE)),
    patterns(IDS),
    element('rect', { class: 'page', width, height }),
    element('g', { transform: `translate(${MARGIN} ${MARGIN})` }, page.markup),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${render(document)}\n`;
}

/** What the drawing shows, for those who do not see it. */
function describe(preview: Preview): string {
  const schedules = preview.schedules.map(
    (each) =>
      `${each.schedule.name} (${settingWords(each)}): ${windowWords(each.schedule)}. ${nowWords(each)}. ` +
      `Captured: ${captureWords(each.savings)}.`,
  );
  return [...schedules, ...preview.warnings.map((warning) => `Warning: ${warning}.`)].join(' ');
}

function section(each: SchedulePreview, preview: Preview): Drawing {
  const { schedule } = each;
  return stack([
    gap(26),
    lines('name', 24, wrap(printable(schedule.name), TITLE_COLUMNS)),
    lines('fact', 18, [windowWords(schedule), settingWords(each), nowWords(each)].flatMap(fact)),
    gap(8),
    weeksDrawing(each, preview.now, IDS),
    lines('fact', 18, scheduleTotals(each, preview.pricing).flatMap(fact)),
  ]);
}

const fact = (text: string): readonly string[] => wrap(printable(text), FACT_COLUMNS);

function lines(look: string, height: number, texts: readonly string[]): Drawing {
  return {
    markup: texts.map((text, index) =>
      element('text', { class: look, y: index * height + height * 0.75 }, text),
    ),
    height: texts.length * height,
  };
}

const gap = (height: number): Drawing => ({ markup: [], height });

/** One drawing below the other. */
function stack(drawings: readonly Drawing[]): Drawing {
  const markup: Markup[] = [];
  let y = 0;
  for (const drawing of drawings) {
    const children: readonly Child[] = drawing.markup;
    markup.push(element('g', { transform: `translate(0 ${y})` }, children));
    y += drawing.height;
  }
  return { markup, height: y };
}
