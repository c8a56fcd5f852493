import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const project = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** Files that commands of the pages write into the clone. */
async function writtenByReaders(): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const page of ['README.md', 'README.zh-CN.md', 'docs/configuration.md', 'docs/operations.md']) {
    const text = await readFile(join(project, page), 'utf8');
    for (const [, block = ''] of text.matchAll(/```sh\n(.*?)```/gs)) {
      for (const [, file = ''] of block.matchAll(/(?:\d?> *|--out )([\w./-]+\.\w+)/g)) found.add(file);
    }
  }
  return [...found].filter((file) => !file.startsWith('/'));
}

it('no file that the pages have a reader write is linted', async () => {
  const files = await writtenByReaders();
  expect(files).toEqual(expect.arrayContaining(['plan.json', 'preview.html']));
  const clone = await mkdtemp(join(tmpdir(), 'lint-'));
  onTestFinished(() => rm(clone, { recursive: true }));
  for (const file of ['biome.json', '.gitignore']) await cp(join(project, file), join(clone, file));
  await writeFile(join(clone, 'tidy.ts'), 'export const tidy = true;\n');
  const lint = () =>
    run(join(project, 'node_modules/.bin/biome'), ['check', '.'], { cwd: clone }).then(
      () => 'fine',
      ({ stdout, stderr }) => `${stdout}${stderr}`,
    );
  for (const file of files) await writeFile(join(clone, file), '{"not":   "tidy"}');
  expect(await lint()).toBe('fine');
  await writeFile(join(clone, 'untidy.json'), '{"not":   "tidy"}');
  expect(await lint()).toContain('untidy.json');
});
