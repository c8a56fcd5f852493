/** A config from its file, as the function reads it at every invocation. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type CheckedDocument, checkDocument } from './check.ts';
import { formatPath } from './issues.ts';

/**
 * What the build leaves beside a config, so that a cold start need not load a YAML parser for a file that has not
 * changed since. Only believed while the file's text has this digest.
 */
export interface CompiledConfig {
  readonly sha256: string;
  /** The document as plain data. */
  readonly document: unknown;
}

export const compiledPath = (file: string): string => `${file}.json`;

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Never rejects: a file that cannot be read is an issue like any other. */
export async function loadConfigFile(file: string): Promise<CheckedDocument> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const message = `cannot be read: ${(error as Error).message}; FLOW_LOGS_CONFIG names another file`;
    return { ok: false, issues: [{ path: '', message, line: null }], recordTo: null };
  }
  const compiled = await readCompiled(file);
  if (compiled?.sha256 === digest(text)) {
    return checkDocument(compiled.document, ({ keys, message }) => ({
      path: formatPath(keys),
      message,
      line: null,
    }));
  }
  const { parseConfig } = await import('./parse.ts');
  return parseConfig(text);
}

async function readCompiled(file: string): Promise<CompiledConfig | null> {
  try {
    return JSON.parse(await readFile(compiledPath(file), 'utf8')) as CompiledConfig | null;
  } catch {
    return null;
  }
}
