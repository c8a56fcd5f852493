/** The report as one SVG document that needs nothing else. Pure. */
import { printable } from '../../text.ts';
import type { Markup } from '../preview/markup.ts';
import { wrap } from '../wrap.ts';
import { calendarDrawing, type Drawing, legendDrawing, moneyBar, patterns, WIDTH } from './calendar-svg.ts';
import { type Drawn, drawnOf } from './drawings.ts';
import { element } from './element.ts';
import type { Report, Total } from './report.ts';
import { STYLE } from './style.ts';
import { headline, notWatchedWords, rangeName, summaryOf } from './words.ts';

const MARGIN = 24;
const IDS = 'r-';
const COLUMNS = 165;

export function reportSvg(report: Report): string {
  const drawn = drawnOf(report);
  const [first] = drawn;
  const page = stack([
    lines('title', 30, wrap(headline(report), 80)),
    lines(
      'fact',
      20,
      report.totals.flatMap((total) => wrap(summaryOf(total, report), COLUMNS)),
    ),
    gap(8),
    ...report.totals.flatMap(totalBar),
    gap(8),
    ...(first === undefined ? [] : [legendDrawing(first.calendar, IDS)]),
    ...drawn.map(section),
    notes('warning', 'To look at', [
      ...notWatchedWords(report).map((stretch) => `no run was recorded ${stretch}`),
      ...report.warnings,
    ]),
    notes('fact quiet', `How this is known (${rangeName(report)})`, report.basis),
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
    element('title', { id: `${IDS}title` }, headline(report)),
    element(
      'desc',
      { id: `${IDS}text` },
      [...report.totals.map((total) => summaryOf(total, report)), ...report.warnings].join(' '),
    ),
    element('style', {}, { markup: STYLE }),
    patterns(IDS),
    element('rect', { class: 'page', width, height }),
    element('g', { transform: `translate(${MARGIN} ${MARGIN})` }, page.markup),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${document.markup}\n`;
}

function totalBar({ amountWritten, amountSaved, amountSavedAtLeast }: Total): readonly Drawing[] {
  if (amountWritten === null || amountSaved === null) return [];
  const parts = { spent: amountWritten, saved: amountSaved, atLeast: amountSavedAtLeast ?? 0 };
  return [moneyBar(parts, IDS), gap(6)];
}

function section({ title, money, calendar }: Drawn): Drawing {
  return stack([
    gap(20),
    lines('name', 22, wrap(printable(title), 110)),
    calendarDrawing(calendar, IDS),
    lines(
      'fact strong',
      20,
      money.flatMap((line) => wrap(line, COLUMNS)),
    ),
  ]);
}

function notes(look: string, title: string, texts: readonly string[]): Drawing {
  if (texts.length === 0) return gap(0);
  const wrapped = texts.flatMap((text) => wrap(`– ${printable(text)}`, COLUMNS));
  return stack([gap(18), lines('fact strong', 20, [title]), lines(look, 18, wrapped)]);
}

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
    markup.push(element('g', { transform: `translate(0 ${y})` }, drawing.markup));
    y += drawing.height;
  }
  return { markup, height: y };
}
