import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readEvent } from '../../lib/function/event.ts';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

/** The blocks of code that must not differ between the languages. */
const codeOf = (file: string) => read(file).match(/^```\w*\n.*?^```$/gms) ?? [];

describe.each(['README.md', 'README.zh-CN.md'])('%s', (file) => {
  it('can be read in one go', () => {
    expect(read(file).trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  it('has events that can be pasted', async () => {
    const events = [...read(file).matchAll(/`(\{"action".*?\})`/g)].map(([, event = '']) => event);
    expect(events.length).toBeGreaterThan(4);
    for (const event of events) {
      const { request } = await readEvent(Buffer.from(event.replace('flowlog-…', 'flowlog-1')));
      expect(request).toMatchObject({ action: JSON.parse(event).action });
    }
  });
});

it('both languages have the same blocks of code and the same links into docs', () => {
  expect(codeOf('README.zh-CN.md')).toEqual(codeOf('README.md'));
  const pages = (file: string) => new Set(read(file).match(/\]\((docs|examples)\/[\w.-]+/g));
  expect(pages('README.zh-CN.md')).toEqual(pages('README.md'));
});
