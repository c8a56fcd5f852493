import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CEN_ERRORS } from '../../lib/cloud/flow-logs/cen-errors.ts';
import { LOG_INDEX } from '../../lib/tool/provision/definitions/log-index.ts';

const project = resolve(import.meta.dirname, '../..');
const page = readFileSync(join(project, 'docs/operations.md'), 'utf8');
const section = (heading: string) =>
  page.split(/^(?=## )/m).find((text) => text.startsWith(`## ${heading}`)) ?? '';

/** What is written in `code` in the text. */
const namedIn = (text: string) => new Set([...text.matchAll(/`([^`\n]+)`/g)].map(([, name = '']) => name));

/** Codes that the code itself gives to failures; those of the emulator are Alibaba Cloud's. */
function ownCodes(): readonly string[] {
  const files = readdirSync(join(project, 'lib'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.startsWith('emulator'),
  );
  const found = files.flatMap((file) => {
    const text = readFileSync(join(project, 'lib', file), 'utf8');
    return [...text.matchAll(/\b(?:code(?:: | = |\()|failure\(\s*)'([A-Z][A-Za-z.]+)'/g)].map(
      ([, code = '']) => code,
    );
  });
  return [...new Set(found)];
}

describe('docs/operations.md', () => {
  const failures = namedIn(section('When something fails'));

  it('says what to do about every code of its own', () => {
    const codes = ownCodes();
    expect(codes).toEqual(
      expect.arrayContaining(['InvalidConfig', 'NotConfirmed', 'OutOfTime', 'RegionMismatch']),
    );
    expect(codes.filter((code) => !failures.has(code))).toEqual([]);
  });

  it('says what to do about every code of CEN that is known', () => {
    const codes = Object.keys(CEN_ERRORS);
    expect(codes.length).toBeGreaterThan(10);
    expect(codes.filter((code) => !failures.has(code))).toEqual([]);
  });

  it('has every field of the records, and no other', () => {
    const fields = Object.keys(LOG_INDEX.keys);
    const cells = [...section('Records').matchAll(/^\| (`.+?) \|/gm)].flatMap(([, cell = '']) => [
      ...namedIn(cell),
    ]);
    const kinds = new Set(['run', 'flow-log']);
    expect(new Set(cells.filter((cell) => !kinds.has(cell)))).toEqual(new Set(fields));
  });
});
