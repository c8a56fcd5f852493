/** A config from its file, as the function reads it at every invocation. */
import { readFileSync } from 'node:fs';
import { NO_CLOCKS, useKnownClocks } from '../schedule/zone.ts';
import { type CheckedDocument, checkDocument } from './check.ts';
import { type CompiledConfig, compiledPath, digest, readCompiled } from './compiled.ts';
import { formatPath, type Issue, type RawIssue } from './issues.ts';
import { readYaml } from './read-yaml.ts';
import { readConfigText } from './text.ts';

/**
 * Never rejects: a file that cannot be read is an issue like any other.
 */
export async function loadConfigFile(file: string): Promise<CheckedDocument> {
  const read = readConfigText(file);
  if (!read.ok) {
    const message = `${read.issue.message}${read.code === null ? '' : '; FLOW_LOGS_CONFIG names another file'}`;
    return { ok: false, issues: [{ ...read.issue, message }], recordTo: null };
  }
  const { text } = read;
  const compiled = compiledOf(file);
  // Clocks do not depend on what the file says.
  useKnownClocks(compiled?.clocks ?? NO_CLOCKS, process.versions.tz);
  if (compiled?.sha256 === digest(text)) return checkDocument(compiled.document, withoutLine);
  const json = parsePlainJson(text);
  const checked = json === undefined ? null : checkDocument(json, withoutLine);
  // What is wrong is told with its line, which only the YAML parser knows.
  return checked?.ok ? checked : readYaml(await import('yaml'), text);
}

const withoutLine = ({ keys, message }: RawIssue): Issue => ({ path: formatPath(keys), message, line: null });

function compiledOf(file: string): CompiledConfig | null {
  try {
    return readCompiled(readFileSync(compiledPath(file), 'utf8'));
  } catch {
    return null;
  }
}

/**
 * JSON without the YAML parser, which takes ten times as long. Undefined for any other text, and for JSON in which
 * a key is repeated: YAML refuses that, `JSON.parse` forgets the first one.
 */
export function parsePlainJson(text: string): unknown {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const colons = text.replace(/"(?:[^"\\]|\\.)*"/g, '').split(':').length - 1;
    return countKeys(value) === colons ? value : undefined;
  } catch {
    return undefined;
  }
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const children = Object.values(value);
  const own = Array.isArray(value) ? 0 : children.length;
  return children.reduce<number>((sum, child) => sum + countKeys(child), own);
}
