/** The report as one HTML page that needs nothing else: no script, no font, no style from elsewhere. Pure. */
import type { Child, Markup } from '../preview/markup.ts';
import { calendarDrawing, type Drawing, legendDrawing, moneyBar, patterns, WIDTH } from './calendar-svg.ts';
import { type Drawn, drawnOf } from './drawings.ts';
import { element } from './element.ts';
import type { Report, Total } from './report.ts';
import { sum } from './stretch.ts';
import { PAGE_STYLE, STYLE } from './style.ts';
import {
  captureTotals,
  countOf,
  gigabytes,
  headline,
  hours,
  money,
  notWatchedWords,
  priceOfGB,
  rangeName,
  summaryOf,
  UNKNOWN,
} from './words.ts';

export function reportHtml(report: Report): string {
  const drawn = drawnOf(report);
  const [first, ...rest] = drawn;
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('title', {}, headline(report)),
    element('style', {}, { markup: STYLE + PAGE_STYLE }),
  );
  const body = element(
    'body',
    {},
    element(
      'header',
      {},
      element('h1', {}, headline(report)),
      report.totals.map((total, index) => totalMarkup(total, report, `t${index}-`)),
      why(report),
      warnings(report),
    ),
    element(
      'main',
      {},
      first === undefined ? [] : element('section', {}, drawing(first, 'd0-', true)),
      element('section', {}, element('h2', {}, 'Logstores'), logstoreTable(report)),
      rest.map((each, index) =>
        element('details', {}, element('summary', {}, each.title), drawing(each, `d${index + 1}-`, false)),
      ),
      element('section', {}, element('h2', {}, 'Flow logs'), flowLogTable(report)),
    ),
    element('footer', {}, element('h2', {}, 'How this is known'), listOf(report.basis)),
  );
  return `<!doctype html>\n${element('html', { lang: 'en' }, head, body).markup}\n`;
}

function totalMarkup(total: Total, report: Report, ids: string): Markup {
  const { currency, amountWritten, amountSaved, amountSavedAtLeast } = total;
  const words = element('p', { class: 'answer' }, summaryOf(total, report));
  if (amountWritten === null || amountSaved === null) return element('div', {}, words);
  const parts = { spent: amountWritten, saved: amountSaved, atLeast: amountSavedAtLeast ?? 0 };
  const told = `Spent ${money(amountWritten, currency)}, saved ${money(amountSaved, currency)}`;
  const certain = amountSavedAtLeast !== null && amountSavedAtLeast < amountSaved;
  return element(
    'div',
    {},
    words,
    element(
      'figure',
      { class: 'bar' },
      svg(told, ids, moneyBar(parts, ids), { preserveAspectRatio: 'none' }),
      element(
        'figcaption',
        {},
        `Green: spent ${money(amountWritten, currency)}. Blue: saved ${money(certain ? amountSavedAtLeast : amountSaved, currency)}` +
          (certain
            ? ` by the cautious estimate, striped: up to ${money(amountSaved, currency)}.`
            : ', by the estimate.'),
      ),
    ),
  );
}

/** What was recorded, measured and estimated, so that a reader knows what to believe. */
function why(report: Report): Markup {
  const { activeMs, inactiveMs, unknownMs } = captureTotals(report);
  const all = (part: (total: Total) => number | null) => {
    const known = report.totals.map(part).filter((each) => each !== null);
    return known.length === 0 ? null : sum(known);
  };
  const notWritten = all(({ bytesNotWritten }) => bytesNotWritten);
  const atLeast = all(({ bytesNotWrittenAtLeast }) => bytesNotWrittenAtLeast);
  const prices = [...new Set(report.logstores.map(priceOfGB))].filter((price) => price !== UNKNOWN);
  const box = (title: string, figure: string, from: string) =>
    element(
      'div',
      {},
      element('dt', {}, title),
      element('dd', {}, figure),
      element('dd', { class: 'quiet' }, from),
    );
  return element(
    'dl',
    { class: 'why' },
    box(
      'Recorded',
      `${hours(inactiveMs)} off, ${hours(activeMs)} on`,
      `${countOf(report.flowLogs.length, 'flow log')} together${unknownMs > 0 ? `, ${hours(unknownMs)} not known` : ''}. From what each run recorded in SLS, not from the config.`,
    ),
    box(
      'Measured',
      `${gigabytes(all(({ bytesWritten }) => bytesWritten))} written`,
      'By CloudMonitor, for each Logstore and quarter of an hour.',
    ),
    box(
      'Estimated',
      `${notWritten === null ? '' : 'about '}${gigabytes(notWritten)} not written`,
      `${atLeast === null || atLeast === notWritten ? '' : `Cautiously ${gigabytes(atLeast)}. `}${estimatedBy(report)}`,
    ),
    box(
      'Priced',
      prices.length === 0 ? UNKNOWN : `${prices.join(', ')} a GB`,
      'By the list price for how each Logstore is charged, or by pricing in the config. Discounts are not counted.',
    ),
  );
}

function estimatedBy({ logstores }: Report): string {
  const bases = new Set(logstores.map(({ estimatedFrom }) => estimatedFrom));
  if (bases.has('all-active-hours')) {
    return 'Some hours of the week were never captured: all captured hours stand for them, although nights usually carry less.';
  }
  return bases.has('hour-of-week')
    ? 'Each hour without capture by the mean of the same hour of the week with capture.'
    : 'There was no hour to estimate by.';
}

function warnings(report: Report): Child {
  const gaps = notWatchedWords(report).map((stretch) => `No run was recorded from ${stretch}`);
  const all = [...gaps, ...report.warnings];
  if (all.length === 0) return [];
  return element(
    'div',
    { class: 'warnings', role: 'note' },
    element('strong', {}, all.length === 1 ? 'To look at' : `${all.length} things to look at`),
    listOf(all),
  );
}

const listOf = (texts: readonly string[]): Markup =>
  element(
    'ul',
    {},
    texts.map((text) => element('li', {}, text)),
  );

function drawing({ title, money: figures, calendar }: Drawn, ids: string, named: boolean): readonly Markup[] {
  const legend = element(
    'figure',
    {},
    svg('What the marks mean', `${ids}l-`, legendDrawing(calendar, `${ids}l-`)),
  );
  return [
    ...(named ? [element('h2', {}, title), legend] : []),
    element(
      'figure',
      {},
      svg(title, ids, calendarDrawing(calendar, ids)),
      element(
        'figcaption',
        {},
        figures.map((line) => element('p', { class: 'answer' }, line)),
      ),
    ),
  ];
}

function svg(
  title: string,
  ids: string,
  { markup, height }: Drawing,
  look: Readonly<Record<string, string>> = {},
): Markup {
  return element(
    'svg',
    {
      ...look,
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${WIDTH} ${height}`,
      role: 'img',
      'aria-labelledby': `${ids}title`,
    },
    element('title', { id: `${ids}title` }, title),
    patterns(ids),
    markup,
  );
}

interface Column {
  readonly head: string;
  readonly number: boolean;
}
const text = (head: string): Column => ({ head, number: false });
const number = (head: string): Column => ({ head, number: true });

function tableOf(columns: readonly Column[], rows: readonly (readonly string[])[]): Markup {
  const classOf = ({ number: isNumber }: Column, value = '') =>
    [isNumber ? 'number' : '', value === UNKNOWN ? 'unknown' : ''].filter((each) => each !== '').join(' ') ||
    undefined;
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
          columns.map((column) => element('th', { scope: 'col', class: classOf(column) }, column.head)),
        ),
      ),
      element(
        'tbody',
        {},
        rows.map((row) =>
          element(
            'tr',
            {},
            columns.map((column, index) => {
              const value = row[index] ?? '';
              return index === 0
                ? element('th', { scope: 'row' }, value)
                : element('td', { class: classOf(column, value) }, value);
            }),
          ),
        ),
      ),
    ),
  );
}

function logstoreTable({ logstores }: Report): Markup {
  const columns = [
    text('Logstore'),
    text('Flow logs'),
    ...['Written', 'Not written', 'Cautious', 'Price of a GB', 'Spent', 'Saved', 'Cautious'].map(number),
  ];
  return tableOf(
    columns,
    logstores.map((each) => [
      each.key,
      each.flowLogs.map(({ name, flowLogId }) => name ?? flowLogId).join(', '),
      gigabytes(each.bytesWritten),
      gigabytes(each.bytesNotWritten),
      gigabytes(each.bytesNotWrittenAtLeast),
      priceOfGB(each),
      money(each.amountWritten, each.currency),
      money(each.amountSaved, each.currency),
      money(each.amountSavedAtLeast, each.currency),
    ]),
  );
}

function flowLogTable(report: Report): Markup {
  const { flowLogs } = report;
  const named = flowLogs.some(({ name }) => name !== null);
  const inAccounts = flowLogs.some(({ account }) => account !== null);
  const columns = [
    ...['Flow log', ...(named ? ['Name'] : []), 'Region', ...(inAccounts ? ['Account'] : []), 'Logstore'].map(
      text,
    ),
    ...['Active', 'Inactive', 'Not known', 'Changes', 'Failed'].map(number),
  ];
  return element(
    'div',
    {},
    element('p', { class: 'quiet' }, rangeName(report)),
    tableOf(
      columns,
      flowLogs.map((each) => [
        each.flowLogId,
        ...(named ? [each.name ?? ''] : []),
        each.regionId,
        ...(inAccounts ? [each.account ?? ''] : []),
        each.logstore === null ? UNKNOWN : `${each.logstore.project}/${each.logstore.logstore}`,
        ...[hours(each.activeMs), hours(each.inactiveMs), hours(each.unknownMs)],
        ...[String(each.changes), String(each.failed)],
      ]),
    ),
  );
}
