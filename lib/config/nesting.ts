/** Refuses a text that no parser should see. */
import type { Issue } from './issues.ts';
import { sizeIssue } from './text.ts';

/** A config needs eight levels; parsers recurse, and overflow the stack at some hundreds. */
const MAX_NESTING = 50;

/** Why no parser should see a text: it is too large, or nested too deeply. */
export const textIssue = (text: string): Issue | null =>
  sizeIssue(Buffer.byteLength(text)) ?? nestingIssue(text);

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
