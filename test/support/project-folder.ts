import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** For the rest of this test, the current folder is a new one with these files. */
export function inFolder(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'project-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const before = process.cwd();
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
  return folder;
}

/** An `s.yaml` with one function that has these properties. */
export const serverlessYaml = (props: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ edition: '3.0.0', resources: { scheduler: { component: 'fc3', props } } });
