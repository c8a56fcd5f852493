/** The text of a config, or the one reason why no parser should see it. */
import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import type { Issue } from './issues.ts';

/** Room for some 40,000 flow logs of a line each, and few enough to parse in seconds on the smallest function. */
const MAX_BYTES = 4 * 1024 * 1024;

/** A config needs eight levels; parsers recurse, and overflow the stack at some hundreds. */
const MAX_NESTING = 50;

export type ConfigText =
  | { readonly ok: true; readonly text: string }
  /** `code` where there is no file to read, by Node.js; null where its content is not accepted. */
  | { readonly ok: false; readonly issue: Issue; readonly code: string | null };

const WHY_UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'this user may not read it',
};

/** Reads without yielding: the files are small and local. */
export function readConfigText(file: string): ConfigText {
  try {
    const { size } = statSync(file);
    // A larger file is not read at all. A pipe has no size before it is read.
    return size > MAX_BYTES ? refused(tooLarge(size)) : decodeConfig(readFileSync(file));
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    return {
      ok: false,
      code,
      issue: {
        path: '',
        line: null,
        message: `cannot be read (${code}): ${WHY_UNREADABLE[code] ?? message}`,
      },
    };
  }
}

function decodeConfig(bytes: Buffer): ConfigText {
  const text = bytes.toString('utf8');
  if (!isUtf8(bytes)) {
    const written = Buffer.from(text);
    const line = lineAt(
      bytes,
      bytes.findIndex((byte, index) => byte !== written[index]),
    );
    return refused('the file is not UTF-8 (but GBK or UTF-16, perhaps); save it as UTF-8', line);
  }
  const issue = textIssue(text);
  return issue === null ? { ok: true, text } : { ok: false, issue, code: null };
}

/** Why no parser should see a text: it is too large, or nested too deeply. */
export function textIssue(text: string): Issue | null {
  const bytes = Buffer.byteLength(text);
  return bytes > MAX_BYTES ? { path: '', message: tooLarge(bytes), line: null } : nestingIssue(text);
}

const refused = (message: string, line: number | null = null): ConfigText => ({
  ok: false,
  issue: { path: '', message, line },
  code: null,
});

function tooLarge(bytes: number): string {
  const megabytes = (bytes / 1024 / 1024).toFixed(1);
  return `the file is ${megabytes} MB large, and 4 MB are the most; one select can stand for many flow logs`;
}

const lineAt = (bytes: Buffer, end: number): number =>
  bytes.subarray(0, end).reduce((lines, byte) => lines + (byte === LF ? 1 : 0), 1);

const [TAB, LF, SPACE, QUOTE, HASH, BACKSLASH] = [9, 10, 32, 34, 35, 92];
/** `-`, `:` and `?`, which begin a block collection when a blank follows. */
const INDICATORS: ReadonlySet<number> = new Set([45, 58, 63]);
/** `[` and `{`, `]` and `}`. */
const OPENING: ReadonlySet<number> = new Set([91, 123]);
const CLOSING: ReadonlySet<number> = new Set([93, 125]);

/**
 * Refuses what is nested too deeply for a parser, by brackets, by indentation or by indicators in a row. Counts without
 * parsing, so brackets in unquoted text count too; no config comes near the limit by that. Linear in the text.
 */
function nestingIssue(text: string): Issue | null {
  /** Columns at which the block collections begin that are still open. */
  const columns: number[] = [];
  let brackets = 0;
  let at = 0;
  for (let line = 1; at < text.length; line += 1) {
    const start = at;
    for (let inIndent = true; inIndent && !isLineEnd(text, at); at += inIndent ? 1 : 0) {
      const character = text.charCodeAt(at);
      if (isBlank(character)) continue;
      inIndent = INDICATORS.has(character) && (isBlank(text.charCodeAt(at + 1)) || isLineEnd(text, at + 1));
      if (character === HASH) break;
      while ((columns.at(-1) ?? -1) >= at - start) columns.pop();
      columns.push(at - start);
    }
    for (let quotes = true; !isLineEnd(text, at); at += 1) {
      const character = text.charCodeAt(at);
      if (character === HASH && (at === start || isBlank(text.charCodeAt(at - 1)))) break;
      if (character === QUOTE && quotes) {
        const end = closingQuote(text, at);
        if (end === null) quotes = false;
        else at = end;
      } else if (OPENING.has(character)) brackets += 1;
      else if (CLOSING.has(character)) brackets = Math.max(0, brackets - 1);
      if (columns.length + brackets > MAX_NESTING) return tooDeep(line);
    }
    if (columns.length > MAX_NESTING) return tooDeep(line);
    const end = text.indexOf('\n', at);
    at = end < 0 ? text.length : end + 1;
  }
  return null;
}

const tooDeep = (line: number): Issue => ({
  path: '',
  message: `the file is nested more than ${MAX_NESTING} levels deep; a config needs eight`,
  line,
});

const isBlank = (character: number): boolean => character === SPACE || character === TAB;

const isLineEnd = (text: string, at: number): boolean => at >= text.length || text.charCodeAt(at) === LF;

/** Position of the quote that ends the text begun at `from`; null when that does not end in the same line. */
function closingQuote(text: string, from: number): number | null {
  for (let at = from + 1; !isLineEnd(text, at); at += 1) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) return at;
    if (character === BACKSLASH) at += 1;
  }
  return null;
}
