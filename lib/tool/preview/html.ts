/** The preview as one HTML page that needs nothing else: no script, no font, no style from elsewhere. Pure. */
import { formatInstant } from '../instant.ts';
import { legendDrawing } from './legend-svg.ts';
import { type Child, element, type Markup, render, trusted } from './markup.ts';
import type { Day, Preview, SchedulePreview } from './model.ts';
import { PAGE_STYLE, STYLE } from './style.ts';
import { type Drawing, patterns, WIDTH, weeksDrawing } from './weeks-svg.ts';
import {
  activeTimes,
  captureWords,
  dayWords,
  formatAmount,
  formatHours,
  formatShare,
  grandTotals,
  nowWords,
  rangeWords,
  scheduleTotals,
  settingWords,
  weekdayWords,
  weekWords,
  windowWords,
} from './words.ts';

const TITLE = 'When flow logs capture';
/** More stretches than this in a day are counted, not listed. */
const MOST_TIMES = 6;

export function previewHtml(preview: Preview): string {
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('title', {}, TITLE),
    element('style', {}, trusted(STYLE + PAGE_STYLE)),
  );
  const body = element(
    'body',
    {},
    element(
      'header',
      {},
      element('h1', {}, TITLE),
      element('p', { class: 'range' }, rangeWords(preview)),
      element(
        'p',
        { class: 'range' },
        `As of ${formatInstant(preview.now, preview.timezone)}; days are those of each schedule's own zone.`,
      ),
      legend(preview),
      warnings(preview.warnings),
      overview(preview),
    ),
    element(
      'main',
      {},
      preview.schedules.map((each, index) => section(each, index, preview)),
    ),
    element(
      'footer',
      {},
      grandTotals(preview).map((line) => element('p', {}, line)),
    ),
  );
  return `<!doctype html>\n${render(element('html', { lang: 'en' }, head, body))}\n`;
}

function legend(preview: Preview): Markup {
  const ids = 'legend-';
  const { markup, height } = legendDrawing(preview, ids);
  return element('div', { class: 'legend' }, svg('What the marks mean', null, ids, { markup, height }));
}

function svg(title: string, description: string | null, ids: string, { markup, height }: Drawing): Markup {
  const named = description === null ? `${ids}title` : `${ids}title ${ids}text`;
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      // A little room for outlines at the edges.
      viewBox: `-1 -2 ${WIDTH + 2} ${height + 4}`,
      role: 'img',
      'aria-labelledby': named,
    },
    element('title', { id: `${ids}title` }, title),
    description === null ? [] : element('desc', { id: `${ids}text` }, description),
    patterns(ids),
    markup,
  );
}

function warnings(texts: readonly string[]): Child {
  if (texts.length === 0) return [];
  return element(
    'div',
    { class: 'warnings', role: 'note' },
    element('strong', {}, texts.length === 1 ? 'Warning' : `${texts.length} warnings`),
    element(
      'ul',
      {},
      texts.map((text) => element('li', {}, text)),
    ),
  );
}

function overview({ schedules, pricing }: Preview): Markup {
  const cell = (text: string) => element('td', { class: 'number' }, text);
  const rows = schedules.map(({ schedule, decision, savings }, index) => {
    const { next } = decision;
    const amount = savings.savedAmount;
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, element('a', { href: `#s${index}` }, schedule.name)),
      element('td', {}, decision.status),
      element('td', { class: 'when' }, next === null ? 'none' : formatInstant(next.at, schedule.zone.name)),
      cell(formatHours(savings.activeMs)),
      cell(formatShare(savings)),
      cell(String(savings.flowLogs)),
      pricing === null || amount === null ? [] : cell(formatAmount(amount * savings.flowLogs, pricing)),
    );
  });
  const heading = (text: string, number = false) =>
    element('th', { scope: 'col', class: number ? 'number' : undefined }, text);
  return element(
    'div',
    { class: 'scroll' },
    element(
      'table',
      {},
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          heading('Schedule'),
          heading('Now'),
          heading('Next change'),
          heading('Captured', true),
          heading('Saved', true),
          heading('Flow logs', true),
          pricing === null ? [] : heading('Money saved', true),
        ),
      ),
      element('tbody', {}, rows),
    ),
  );
}

function section(each: SchedulePreview, index: number, preview: Preview): Markup {
  const { schedule } = each;
  const ids = `s${index}-`;
  const description = `${windowWords(schedule)}. Captured: ${captureWords(each.savings)}. Each day as text is in the table below.`;
  return element(
    'section',
    { id: `s${index}`, 'aria-labelledby': `${ids}name` },
    element('h2', { id: `${ids}name` }, schedule.name),
    element('p', { class: 'answer' }, windowWords(schedule)),
    element('p', { class: 'facts' }, settingWords(each)),
    element('p', { class: 'facts' }, nowWords(each)),
    element(
      'figure',
      {},
      svg(`Weeks of ${schedule.name}`, description, ids, weeksDrawing(each, preview.now, ids)),
      element(
        'figcaption',
        {},
        scheduleTotals(each, preview.pricing).map((line) => element('div', {}, line)),
      ),
    ),
    element('details', {}, element('summary', {}, 'Each day as text'), dayTable(each)),
  );
}

function dayTable({ schedule, weeks }: SchedulePreview): Markup {
  const heading = (text: string) => element('th', { scope: 'col' }, text);
  const rows = weeks.flatMap((week) => {
    const { number, year } = weekWords(week);
    const days = week.days.filter(({ shown }) => shown !== null);
    return days.map((day) =>
      element(
        'tr',
        {},
        element('td', { class: 'when' }, `${number}, ${year}`),
        element(
          'th',
          { scope: 'row' },
          `${weekdayWords(day)} ${dayWords(day)}${day.today ? ' (today)' : ''}`,
        ),
        element('td', {}, timesOf(day, schedule.zone.name)),
        element('td', { class: 'number' }, formatHours(day.activeMs)),
        element('td', {}, day.labels.map(({ text }) => text).join('; ')),
      ),
    );
  });
  return element(
    'div',
    { class: 'scroll' },
    element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ['Week', 'Day', 'Active', 'Captured', 'Notes'].map(heading))),
      element('tbody', {}, rows),
    ),
  );
}

function timesOf(day: Day, zone: string): string {
  const times = activeTimes(day, zone);
  if (times.length === 0) return 'not at all';
  if (times.length <= MOST_TIMES) return times.join(', ');
  return `${times.length} stretches, ${times[0]} to ${times.at(-1)}`;
}
