import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseStringPromise } from 'xml2js';
import { generated } from '../../scripts/docs.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

it.each(generated())('%s is what `npx tsx scripts/docs.ts` writes', (path, text) => {
  expect(read(path)).toBe(text);
});

it.each(['light', 'dark'])(
  'the %s picture is well-formed, has one set of colours and needs nothing else',
  async (theme) => {
    const svg = read(`docs/images/week-${theme}.svg`);
    await expect(parseStringPromise(svg, { strict: true })).resolves.toBeTruthy();
    expect(svg).not.toMatch(/var\(|prefers-color-scheme|:root|<script|href=/);
    expect(svg).toMatch(/fill: #[0-9a-f]{6}/);
    expect(svg).toContain('holiday: National Day');
  },
);

it('the two pictures differ in their colours only', () => {
  const bare = (theme: string) => read(`docs/images/week-${theme}.svg`).replaceAll(/#[0-9a-f]{6}/g, '#');
  expect(bare('light')).toBe(bare('dark'));
  expect(read('docs/images/week-light.svg')).not.toBe(read('docs/images/week-dark.svg'));
});
