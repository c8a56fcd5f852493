/** What is deployed: the prebuilt handler, a config, and what was compiled of it, in one folder. */
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compileConfig, compiledPath } from '../../config/compiled.ts';
import type { Config } from '../../config/config.ts';
import type { Issue, RawIssue } from '../../config/issues.ts';
import type { ConfigFile } from '../../config/schema.ts';
import { readConfigText } from '../../config/text.ts';
import { type Digests, digestsOf } from '../../function/digests.ts';
import { parseConfig } from '../lint/parse.ts';

/** A valid config, with the text that it was read from. */
export interface BundledConfig {
  readonly text: string;
  readonly file: ConfigFile;
  readonly config: Config;
  /** Writes out where in the file an issue is. */
  readonly locate: (issue: RawIssue) => Issue;
}

export type ReadForBundle =
  | { readonly ok: true; readonly config: BundledConfig; readonly warnings: readonly Issue[] }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** @param now milliseconds since the epoch, for warnings */
export function readForBundle(file: string, now: number): ReadForBundle {
  const read = readConfigText(file);
  if (!read.ok) return { ok: false, issues: [read.issue] };
  const { text } = read;
  const parsed = parseConfig(text, now);
  if (!parsed.ok) return { ok: false, issues: parsed.issues };
  const { config, locate, warnings } = parsed;
  return { ok: true, config: { text, file: parsed.file, config, locate }, warnings };
}

export interface Bundle extends Digests {
  readonly directory: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
}

const CONFIG = 'flow-logs.yaml';

/**
 * Writes the folder anew; what was in it before is gone, unless something fails.
 * @param handler folder of the prebuilt handler
 * @param now milliseconds since the epoch: zones are compiled for the years around it
 * @throws whatever the file system refuses
 */
export async function writeBundle(
  { text, file }: BundledConfig,
  handler: string,
  directory: string,
  now: number,
): Promise<Bundle> {
  const compiled = compileConfig(text, file, now);
  const fresh = `${directory}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  for (const name of await codeFiles(handler)) await copyFile(join(handler, name), join(fresh, name));
  await writeFile(join(fresh, CONFIG), text);
  await writeFile(join(fresh, compiledPath(CONFIG)), compiled);
  await rm(directory, { recursive: true, force: true });
  await rename(fresh, directory);
  return describe(directory);
}

/** What is in such a folder. */
async function describe(directory: string): Promise<Bundle> {
  const files = [];
  for (const name of (await readdir(directory)).sort()) {
    files.push({ name, bytes: (await readFile(join(directory, name))).length });
  }
  return {
    directory,
    files,
    ...digestsOf(directory, join(directory, CONFIG)),
  };
}

const codeFiles = async (directory: string): Promise<readonly string[]> =>
  (await readdir(directory)).filter((name) => name.endsWith('.js')).sort();

/** One line for a person. */
export function describeBundle({ directory, files, code, config }: Bundle): string {
  const bytes = files.reduce((sum, each) => sum + each.bytes, 0);
  const listed = files.map((each) => `${each.name} ${kilobytes(each.bytes)}`).join(', ');
  return (
    `${directory}: ${files.length} files, ${kilobytes(bytes)} (${listed}); ` +
    `code sha256 ${code}, config sha256 ${config}`
  );
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
