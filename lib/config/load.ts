/** A config from its file, as the function reads it at every invocation. */
import { readFileSync } from 'node:fs';
import { compiledPath, readCompiled } from './compiled.ts';
import type { Config, RecordTo } from './config.ts';
import type { Issue } from './issues.ts';
import { readConfigText } from './text.ts';

export type LoadedConfig =
  | { readonly ok: true; readonly config: Config }
  | {
      readonly ok: false;
      readonly issues: readonly Issue[];
      /** Where the failure can be recorded; null when that could not be read either. */
      readonly recordTo: RecordTo | null;
    };

/**
 * Never rejects: a file that cannot be read is an issue like any other.
 */
export async function loadConfigFile(file: string): Promise<LoadedConfig> {
  const read = readConfigText(file);
  if (!read.ok) {
    const message = `${read.issue.message}${read.code === null ? '' : '; FLOW_LOGS_CONFIG names another file'}`;
    return { ok: false, issues: [{ ...read.issue, message }], recordTo: null };
  }
  const { text } = read;
  const compiled = await compiledOf(file, text);
  if (compiled !== null) return { ok: true, config: compiled };
  const { readConfig } = await import('./read-config.ts');
  return readConfig(text);
}

async function compiledOf(file: string, text: string): Promise<Config | null> {
  try {
    return await readCompiled(readFileSync(compiledPath(file), 'utf8'), text);
  } catch {
    return null;
  }
}
