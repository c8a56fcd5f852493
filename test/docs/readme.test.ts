import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readEvent } from '../../lib/fc/event.ts';

const LANGUAGES = [
  ['README.md', /^## Deploy$/m],
  ['README.zh-CN.md', /^## 部署$/m],
] as const;

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

/** Sections, each with its heading. */
const sections = (text: string) => text.split(/^(?=## )/m);

const shellLines = (text: string): readonly string[] =>
  [...text.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = '']) => block.trimEnd().split('\n'));

describe.each(LANGUAGES)('%s', (file, deploy) => {
  it('has shell commands that an interactive zsh takes as they are: without comments', () => {
    const lines = sections(read(file))
      .filter((section) => !deploy.test(section))
      .flatMap(shellLines);
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.filter((line) => /(^|\s)#/.test(line.replaceAll(/"[^"]*"|'[^']*'/g, '')))).toEqual([]);
  });

  it('has events that can be pasted', async () => {
    const events = [...read(file).matchAll(/`(\{"action".*?\})`/g)].map(([, event = '']) => event);
    expect(events.length).toBeGreaterThan(4);
    expect(read(file)).not.toMatch(/```jsonc/);
    for (const event of events) {
      const { request } = await readEvent(Buffer.from(event.replace('flowlog-…', 'flowlog-1')));
      expect(request).toMatchObject({ action: JSON.parse(event).action });
    }
  });
});
