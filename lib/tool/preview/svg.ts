/** The preview drawn, as one SVG element that needs nothing else; the HTML page holds the same element. Pure. */
import { printable } from '../../text.ts';
import { wrap } from '../wrap.ts';
import { type Markup, markup } from './markup.ts';
import type { Preview, SchedulePreview } from './model.ts';
import {
  captureWords,
  grandTotal,
  noteWords,
  nowWords,
  rangeWords,
  scheduleTotal,
  settingWords,
  titleWords,
  windowWords,
} from './sentences.ts';
import { STYLE } from './style.ts';
import { type Drawing, hatches, legend, WIDTH, weeksDrawing } from './weeks-svg.ts';

const MARGIN = 24;
const FACT_COLUMNS = 165;
const TITLE_COLUMNS = 75;

/** The drawing as a document. */
export const previewSvg = (preview: Preview): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${drawing(preview).markup}\n`;

export function drawing(preview: Preview): Markup {
  const page = stack([
    lines('title', 26, [titleWords(preview)]),
    lines('fact', 20, [rangeWords(preview), ...noteWords(preview)]),
    gap(10),
    legend,
    lines('warning', 18, preview.warnings.map((warning) => `Warning: ${warning}`).flatMap(inLines)),
    ...preview.schedules.map((each) => section(each, preview)),
    gap(18),
    lines('fact', 18, inLines(grandTotal(preview))),
  ]);
  const [width, height] = [WIDTH + 2 * MARGIN, page.height + 2 * MARGIN];
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">
<title id="title">${titleWords(preview)}, ${rangeWords(preview)}</title>
<desc id="description">${describe(preview)}</desc>
<style>${{ markup: STYLE }}</style>
${hatches}
<rect class="page" width="${width}" height="${height}"/>
<g transform="translate(${MARGIN} ${MARGIN})">${page.markup}</g>
</svg>`;
}

/** What the drawing shows, for readers who cannot see it. */
function describe({ schedules, warnings }: Preview): string {
  const sentences = schedules.map(
    (each) =>
      `${each.schedule.name} (${settingWords(each)}): ${windowWords(each.schedule)}. ${nowWords(each)}. ` +
      `Active ${captureWords(each)}.`,
  );
  return [...sentences, ...warnings.map((warning) => `Warning: ${warning}.`)].join(' ');
}

function section(each: SchedulePreview, preview: Preview): Drawing {
  const { schedule } = each;
  return stack([
    gap(26),
    lines('name', 24, wrap(printable(schedule.name), TITLE_COLUMNS)),
    lines('fact', 18, [windowWords(schedule), settingWords(each), nowWords(each)].flatMap(inLines)),
    gap(8),
    stack(weeksDrawing(each, preview.now)),
    lines('fact', 18, inLines(scheduleTotal(each, preview))),
  ]);
}

const inLines = (text: string): readonly string[] => wrap(printable(text), FACT_COLUMNS);

function lines(look: string, height: number, texts: readonly string[]): Drawing {
  const drawn = texts.map(
    (text, index) => markup`<text class="${look}" y="${(index + 0.75) * height}">${text}</text>`,
  );
  return { markup: markup`${drawn}`, height: texts.length * height };
}

const gap = (height: number): Drawing => ({ markup: markup``, height });

/** One drawing below the other. */
function stack(drawings: readonly Drawing[]): Drawing {
  let height = 0;
  const drawn = drawings.map((each) => {
    const top = height;
    height += each.height;
    return markup`<g transform="translate(0 ${top})">${each.markup}</g>\n`;
  });
  return { markup: markup`${drawn}`, height };
}
