/**
 * What in the pages comes from code: the picture of a week's schedules, light and dark, the fields of the records, and
 * the list of assumptions.
 * `npx tsx scripts/docs.ts` writes them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RECORD_FIELDS } from '../lib/reconcile/records.ts';
import { type Assumption, READABLE, TO_BE_TRIED } from '../lib/tool/doctor/assumptions.ts';
import { parseConfig } from '../lib/tool/lint/parse.ts';
import { preview } from '../lib/tool/preview/model.ts';
import { STYLE } from '../lib/tool/preview/style.ts';
import { previewSvg } from '../lib/tool/preview/svg.ts';

const project = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, project), 'utf8');

/** The week of National Day 2026, as it begins. */
const NOW = Date.parse('2026-09-28T00:00:00+08:00');
const TO = Date.parse('2026-10-05T00:00:00+08:00');
const SHOWN = ['office-hours', 'china-workdays', 'sampling'];

const THEMES = ['light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

/** Path and content of everything that is written. */
export function generated(): readonly (readonly [path: string, text: string])[] {
  const svg = weekSvg();
  return [
    ...THEMES.map((theme) => [`docs/images/week-${theme}.svg`, themed(svg, theme)] as const),
    ['docs/verification.md', between('docs/verification.md', 'assumptions', assumptions())] as const,
    ['docs/operations.md', between('docs/operations.md', 'record fields', recordFields())] as const,
  ];
}

/** What `flow-logs preview --format svg` draws of the example. */
function weekSvg(): string {
  const parsed = parseConfig(read('examples/flow-logs.yaml'), NOW);
  if (!parsed.ok) throw new Error('examples/flow-logs.yaml is not valid');
  const { schedules, flowLogs, selectors, zone } = parsed.config;
  const isShown = ({ name }: { readonly name: string }) => SHOWN.includes(name);
  return previewSvg(
    preview({
      schedules: [...schedules.values()].filter(isShown),
      flowLogs: flowLogs.filter(({ schedule }) => isShown(schedule)),
      selectors,
      from: NOW,
      to: TO,
      now: NOW,
      timezone: zone.name,
      warnings: [],
    }),
  );
}

/** The same picture in one set of colours: a page chooses by its reader's theme, which the picture cannot see. */
function themed(svg: string, theme: Theme): string {
  const [light = '', dark = ''] = [...STYLE.matchAll(/:root \{(.*?)\}/gs)].map(([, block = '']) => block);
  const colours = new Map(
    [...`${light}${theme === 'dark' ? dark : ''}`.matchAll(/--([\w-]+): (#\w+);/g)].map(
      ([, name = '', colour = '']) => [name, colour],
    ),
  );
  const rules = STYLE.slice(STYLE.indexOf('svg {'));
  return svg
    .replace(STYLE, `\n${rules}`)
    .replaceAll(/var\(--([\w-]+)\)/g, (_, name: string) => colours.get(name) ?? '');
}

/** The page with new text between its two marks. */
function between(path: string, subject: string, text: string): string {
  const page = read(path);
  const start = `<!-- ${subject}: written by scripts/docs.ts -->`;
  const end = `<!-- end of ${subject} -->`;
  const [before, after] = [page.split(start)[0], page.split(end)[1]];
  if (before === undefined || after === undefined) throw new Error(`${path} has lost its marks`);
  return `${before}${start}\n\n${text}\n\n${end}${after}`;
}

function assumptions(): string {
  const list = (assumptions: readonly Assumption[]) => assumptions.map(item).join('\n');
  return [
    `### Settled by \`flow-logs doctor\`\n\n${list(READABLE)}`,
    `### Settled by trying only\n\n${list(TO_BE_TRIED)}`,
  ].join('\n\n');
}

const item = ({ title, consequence, settle }: Assumption): string =>
  `- **${title}** ${consequence} *How to settle it: ${settle}*`;

const KINDS = { common: 'both kinds', run: '`run`', 'flow-log': '`flow-log`' } as const;

/** A table for each kind of record: name, SLS type and meaning of every field. */
function recordFields(): string {
  const table = (kind: keyof typeof KINDS) =>
    [
      `| field of ${KINDS[kind]} | type | meaning |\n|---|---|---|`,
      ...Object.entries(RECORD_FIELDS[kind]).map(
        ([name, [type, meaning]]) => `| \`${name}\` | ${type === 'long' ? 'long' : 'text'} | ${meaning} |`,
      ),
    ].join('\n');
  return [table('common'), table('run'), table('flow-log')].join('\n\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of generated()) writeFileSync(new URL(path, project), text);
}
