import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { parseConfig } from '../../lib/tool/lint/parse.ts';

const project = resolve(import.meta.dirname, '../..');
const inFolder = (folder: string) =>
  readdirSync(join(project, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file));
const PAGES = [...inFolder('.'), ...inFolder('docs')];
const read = (page: string) => readFileSync(join(project, page), 'utf8');

const blocks = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, block = '']) => block);

const withoutBlocks = (text: string) => text.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^`\n]*`/g, '');

/** The anchors that GitHub gives to the headings of a page. */
const anchorsOf = (page: string) =>
  [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

it('the pages are there', () => {
  expect(PAGES).toEqual(
    expect.arrayContaining(['README.md', 'README.zh-CN.md', 'docs/configuration.md', 'docs/operations.md']),
  );
});

describe.each(PAGES)('%s', (page) => {
  const text = read(page);

  it('has shell commands that an interactive zsh takes as they are: without comments', () => {
    const lines = blocks(text, 'sh').flatMap((block) => block.trimEnd().split('\n'));
    expect(lines.filter((line) => /(^|\s)#/.test(line.replaceAll(/"[^"]*"|'[^']*'/g, '')))).toEqual([]);
  });

  it('has JSON and YAML that can be pasted', () => {
    expect(text).not.toMatch(/```jsonc/);
    for (const block of blocks(text, 'json')) expect(() => JSON.parse(block)).not.toThrow();
    for (const block of blocks(text, 'yaml')) {
      expect(() => parseYaml(block)).not.toThrow();
      if (!block.startsWith('timezone:')) continue;
      expect(parseConfig(block, Date.parse('2026-11-23T00:00:00Z'))).toMatchObject({
        ok: true,
        warnings: [],
      });
    }
  });

  it('points to files and headings that are there', () => {
    const links = [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)].map(
      ([, link, source]) => link ?? source ?? '',
    );
    for (const link of links.filter((each) => !/^(https?|mailto):/.test(each))) {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? page : join(dirname(page), file);
      expect({ link, isThere: existsSync(join(project, target)) }).toEqual({ link, isThere: true });
      if (anchor !== undefined) expect(anchorsOf(target)).toContain(decodeURIComponent(anchor));
    }
  });

  it('stands alone', () => {
    expect(text).not.toMatch(/\.\.\/shared|\/work\/|\/tmp\/|\/root\//);
  });
});
