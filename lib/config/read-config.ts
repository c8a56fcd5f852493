/** Reads and checks a config that was not compiled. In the function's bundle a file of its own, loaded when needed. */
import * as yaml from 'yaml';
import { type CheckedDocument, checkDocument } from './check.ts';
import { formatPath, type Issue, type RawIssue } from './issues.ts';
import { textIssue } from './nesting.ts';
import { readYaml } from './read-yaml.ts';

/** @param text YAML or JSON */
export function readConfig(text: string): CheckedDocument {
  const issue = textIssue(text);
  if (issue !== null) return { ok: false, issues: [issue], recordTo: null };
  const json = parsePlainJson(text);
  const checked = json === undefined ? null : checkDocument(json, withoutLine);
  // Issues need their line, which only the YAML parser knows.
  return checked?.ok ? checked : readYaml(yaml, text);
}

const withoutLine = ({ keys, message }: RawIssue): Issue => ({ path: formatPath(keys), message, line: null });

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
