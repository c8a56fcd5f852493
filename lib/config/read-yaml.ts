import type * as YamlPackage from 'yaml';
import { type CheckedDocument, checkDocument, inFileOrder } from './check.ts';
import { formatPath, type Issue, type PathKey, type RawIssue } from './issues.ts';
import { textIssue } from './nesting.ts';

export type ReadConfig =
  | (Extract<CheckedDocument, { ok: true }> & {
      /** Writes out where in the text an issue is. */
      readonly locate: (issue: RawIssue) => Issue;
    })
  | Extract<CheckedDocument, { ok: false }>;

type Yaml = Pick<typeof YamlPackage, 'LineCounter' | 'parseDocument'>;
type YamlError = Pick<YamlPackage.YAMLError, 'code' | 'message' | 'pos'>;

/** What most often is behind an error of the YAML parser, by its code. */
const HINTS: Readonly<Record<string, string>> = {
  BLOCK_IN_FLOW: '; is a comma, or a closing } or ], missing?',
  BAD_INDENT: '; is a closing } or ] missing before it?',
  BLOCK_AS_IMPLICIT_KEY: '; is the next line indented too far?',
  TAB_AS_INDENT: '; indent with spaces',
};

/**
 * A config from its text.
 * @param yaml the package, handed in so that a cold start that needs none of it does not load it
 * @param text YAML 1.2, which includes JSON
 */
export function readYaml({ LineCounter, parseDocument }: Yaml, text: string): ReadConfig {
  const refuse = (issues: readonly Issue[]): ReadConfig => ({
    ok: false,
    issues: jsonComment(text) ?? issues,
    recordTo: null,
  });
  const unparsed = textIssue(text);
  if (unparsed !== null) return { ok: false, issues: [unparsed], recordTo: null };

  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const errors = [...document.errors, ...document.warnings].map((error) => ({
    message: syntaxMessage(error, text),
    line: lines.linePos(error.pos[0]).line,
  }));
  if (errors.length > 0) {
    // One mistake makes many a line after it look wrong, and often the rest of its own line.
    const first = errors.filter(({ line }) => line === errors[0]?.line);
    const messages = unquotedCron(text, errors[0]?.line) ?? new Set(first.map(({ message }) => message));
    return refuse(Array.from(messages, (message) => ({ path: '', message, line: errors[0]?.line ?? null })));
  }

  const lineOf = (keys: readonly PathKey[]): number | null => {
    for (let depth = keys.length; depth > 0; depth -= 1) {
      const node = document.getIn(keys.slice(0, depth), true);
      const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
      if (Array.isArray(range)) return lines.linePos(range[0]).line;
    }
    return null;
  };
  const locate = ({ keys, message }: RawIssue): Issue => ({
    path: formatPath(keys),
    message,
    line: lineOf(keys),
  });

  let raw: unknown;
  try {
    raw = document.toJS();
  } catch (error) {
    // Aliases are followed only now: one without its anchor, or far too many.
    const [message = aliasMessage(error)] = unquotedCron(text) ?? [];
    return refuse([{ path: '', message, line: null }]);
  }
  if (raw === null || raw === undefined)
    return refuse([{ path: '', message: emptyMessage(text), line: null }]);
  const checked = checkDocument(raw, locate);
  if (!checked.ok) {
    return { ...checked, issues: jsonComment(text) ?? withCutCron(checked.issues, text) };
  }
  return { ...checked, locate };
}

function syntaxMessage({ code, message, pos: [start] }: YamlError, text: string): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here (after --- or ...); a config is one';
  if (code !== 'DUPLICATE_KEY') return `not valid YAML: ${message}${HINTS[code] ?? ''}`;
  const [key = ''] = /^[^\s:,{}]+/.exec(text.slice(start)) ?? [];
  return `not valid YAML: the key ${key} is there twice`;
}

function aliasMessage(error: unknown): string {
  const { message } = error as Error;
  if (message.startsWith('Excessive alias count')) {
    return 'too many values are repeated by YAML aliases (*name); write them out';
  }
  const [, name] = /^Unresolved alias .*: (.*)$/.exec(message) ?? [];
  if (name === undefined) return `not valid YAML: ${message}`;
  return `not valid YAML: *${name} repeats what &${name} marks, and nothing before it is marked so; a text that begins with * needs quotes`;
}

/** For YAML a text that begins with * is an alias, and what follows makes no sense to its parser. */
function unquotedCron(text: string, line?: number): readonly [string] | null {
  const searched = line === undefined ? text : (text.split('\n')[line - 1] ?? '');
  const [, cron] = /(?:^|[\s{,"'])cron["']?\s*:\s+(\*[^,}#\r\n]*)/m.exec(searched) ?? [];
  return cron === undefined ? null : [`a cron expression needs quotes: cron: "${cron.trim()}"`];
}

/** Between braces an unquoted cron ends at its first comma; then one message says so for its line. */
function withCutCron(issues: readonly Issue[], text: string): readonly Issue[] {
  const cut = /[{,]\s*cron:\s+([^\s"'{},][^"'{},\n]*(?:,[\d*][^"'{},:\n]*)+)/.exec(text);
  if (cut === null) return issues;
  const line = text.slice(0, cut.index + cut[0].length).split('\n').length;
  if (!issues.some((issue) => issue.line === line)) return issues;
  const message = `a cron expression with a comma needs quotes: cron: "${cut[1]?.trim()}"`;
  return inFileOrder([...issues.filter((issue) => issue.line !== line), { path: '', message, line }]);
}

function emptyMessage(text: string): string {
  const needed = 'expected timezone, recordTo, schedules and flowLogs';
  return text.trim() === '' ? `the file is empty; ${needed}` : `the file has comments only; ${needed}`;
}

/** To YAML a comment of another language is text, and what it says about that helps nobody. */
function jsonComment(text: string): readonly [Issue] | null {
  if (!/^\uFEFF?\s*(?:\{|\/\/|\/\*)/.test(text)) return null;
  const token = /"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?|(?:#.*)|(?:^|[\s,{}[\]])(\/\/|\/\*)/gm;
  for (const match of text.matchAll(token)) {
    if (match[1] === undefined) continue;
    const line = text.slice(0, match.index + match[0].length).split('\n').length;
    const message = `JSON has no comments; remove it, or write # in place of ${match[1]}, which makes the file YAML`;
    return [{ path: '', message, line }];
  }
  return null;
}
