import type * as YamlPackage from 'yaml';
import { type CheckedDocument, checkDocument, inFileOrder } from './check.ts';
import { formatPath, type Issue, type PathKey, type RawIssue } from './issues.ts';
import { lint, repeatedFlowLogs } from './lint.ts';

export type ParsedConfig =
  | (Extract<CheckedDocument, { ok: true }> & { readonly warnings: readonly Issue[] })
  | Extract<CheckedDocument, { ok: false }>;

type Yaml = Pick<typeof YamlPackage, 'LineCounter' | 'parseDocument'>;

/** What most often is behind an error of the YAML parser, by its code. */
const HINTS: Readonly<Record<string, string>> = {
  BLOCK_IN_FLOW: '; is a comma, or a closing } or ], missing?',
  BAD_INDENT: '; is a closing } or ] missing before it?',
  BLOCK_AS_IMPLICIT_KEY: '; is the next line indented too far?',
};

function twice(text: string, start: number): string {
  const [key = ''] = /^[^\s:,{}]+/.exec(text.slice(start)) ?? [];
  return `the key ${key} is there twice`;
}

/**
 * A config from its text.
 * @param yaml the package, handed in so that a cold start that needs none of it does not load it
 * @param text YAML 1.2, of which JSON is a part
 * @param lintAt instant for which to warn of everything that is allowed but probably not meant; without one, only of
 *   what makes every run fail
 */
export function readYaml({ LineCounter, parseDocument }: Yaml, text: string, lintAt?: number): ParsedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const errors = [...document.errors, ...document.warnings];
  const lineOfError = ({ pos: [start] }: { pos: [number, number] }) => lines.linePos(start).line;
  // One mistake makes many a line after it look wrong.
  const first = errors.filter((error) => lineOfError(error) === lineOfError(errors[0] ?? error));
  const syntax = first.map(({ code, message, pos: [start] }) => ({
    path: '',
    message: `not valid YAML: ${code === 'DUPLICATE_KEY' ? twice(text, start) : message}${HINTS[code] ?? ''}`,
    line: lines.linePos(start).line,
  }));
  if (syntax.length > 0) return { ok: false, issues: syntax, recordTo: null };

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
    const message = `not valid YAML: ${(error as Error).message}`;
    return { ok: false, issues: [{ path: '', message, line: null }], recordTo: null };
  }
  const checked = checkDocument(raw, locate);
  if (!checked.ok) return checked;
  const { config, file } = checked;
  const warnings = lintAt === undefined ? repeatedFlowLogs(config.flowLogs) : lint(config, lintAt);
  return { ok: true, file, config, warnings: inFileOrder(warnings.map(locate)) };
}
