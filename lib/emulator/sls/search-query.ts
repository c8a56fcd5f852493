import type { LogEntry, SlsDefinition } from '../types.ts';
import { isObject } from './json-body.ts';
import { slsErrors } from './sls-errors.ts';

/** Whether an entry is found. */
export type Search = (entry: LogEntry) => boolean;

/** A word as it stands, a quoted text, or one of the signs `( ) : > >= < <= = |`. */
interface Token {
  readonly kind: 'word' | 'quoted' | 'sign';
  readonly text: string;
  /** Where it starts, from 0. */
  readonly at: number;
}

const MAX_CONDITIONS = 30;
const RESERVED = ['__topic__', '__source__'];
const NUMBERS: readonly unknown[] = ['long', 'double'];

/**
 * Reads a search as SLS understands it: words, `key: value`, `key > number`, `and`, `or`, `not`, parentheses, `*` and `?`
 * after the first character of a word. Terms without an operator between them are joined by `and`; `not` binds closest, then `and`.
 * Ranges (`in [1 5]`) and phrases (`#"…"`) are not known here, and neither is SQL.
 * @throws {ApiError} as SLS refuses; a field must be indexed before it can be named
 * @see https://www.alibabacloud.com/help/en/sls/user-guide/search-syntax
 */
export function parseSearch(text: string, index: SlsDefinition): Search {
  const tokens = tokenize(text);
  const bar = tokens.find(({ kind, text: sign }) => kind === 'sign' && sign === '|');
  if (bar !== undefined) {
    throw slsErrors.error(
      'ParameterInvalid',
      'ErrorType:OLSQueryParseError.ErrorMessage:the emulator has no SQL: only what stands before the | can be asked here',
    );
  }
  const parser = new Parser(tokens, index);
  const search = tokens.length === 0 ? everything : parser.or();
  parser.end();
  return search;
}

const everything: Search = () => true;

class Parser {
  readonly #tokens: readonly Token[];
  readonly #index: SlsDefinition;
  #next = 0;
  #conditions = 0;

  constructor(tokens: readonly Token[], index: SlsDefinition) {
    this.#tokens = tokens;
    this.#index = index;
  }

  or(): Search {
    const either = [this.#and()];
    while (this.#take('or')) either.push(this.#and());
    return (entry) => either.some((search) => search(entry));
  }

  end(): void {
    if (this.#next < this.#tokens.length) throw this.#unexpected();
  }

  #and(): Search {
    const all = [this.#not()];
    while (this.#take('and') || this.#startsTerm()) all.push(this.#not());
    return (entry) => all.every((search) => search(entry));
  }

  #not(): Search {
    if (!this.#take('not')) return this.#term();
    const search = this.#not();
    return (entry) => !search(entry);
  }

  #term(): Search {
    if (this.#takeSign('(')) {
      const search = this.or();
      if (!this.#takeSign(')')) throw this.#unexpected();
      return search;
    }
    this.#conditions += 1;
    if (this.#conditions > MAX_CONDITIONS) throw parseError(`more than ${MAX_CONDITIONS} conditions`);
    const word = this.#text();
    const sign = this.#tokens[this.#next];
    if (sign?.kind !== 'sign' || sign.text === '(' || sign.text === ')') return this.#words(word);
    this.#next += 1;
    return sign.text === ':'
      ? fieldSearch(this.#index, word.text, this.#text())
      : comparison(this.#index, word.text, sign.text, this.#text().text);
  }

  /** A term without a key: looked for in the whole line. */
  #words(word: Token): Search {
    if (word.kind === 'word' && word.text === '*') return everything;
    const { line } = this.#index;
    if (!isObject(line)) throw parseError(`the Logstore has no full-text index to look for ${word.text} in`);
    const matches = textMatcher(line, word);
    return ({ topic, source, contents }) =>
      [topic, source, ...Object.keys(contents), ...Object.values(contents)].some(matches);
  }

  #startsTerm(): boolean {
    const token = this.#tokens[this.#next];
    return token !== undefined && !isOperator(token, 'or') && (token.kind !== 'sign' || token.text === '(');
  }

  #text(): Token {
    const token = this.#tokens[this.#next];
    const reserved = token !== undefined && ['and', 'or', 'not'].some((name) => isOperator(token, name));
    if (token === undefined || token.kind === 'sign' || reserved) throw this.#unexpected();
    this.#next += 1;
    return token;
  }

  #take(operator: string): boolean {
    const token = this.#tokens[this.#next];
    const found = token !== undefined && isOperator(token, operator);
    if (found) this.#next += 1;
    return found;
  }

  #takeSign(sign: string): boolean {
    const token = this.#tokens[this.#next];
    const found = token?.kind === 'sign' && token.text === sign;
    if (found) this.#next += 1;
    return found;
  }

  #unexpected(): Error {
    const token = this.#tokens[this.#next];
    if (token === undefined) return parseError('syntax error, the query ends too early');
    const { at, text } = token;
    return parseError(
      `syntax error error position is from column:${at + 1} to column:${at + text.length},error near < ${text} >`,
    );
  }
}

function isOperator({ kind, text }: Token, name: string): boolean {
  return kind === 'word' && text.toLowerCase() === name;
}

function tokenize(text: string): readonly Token[] {
  const pattern = /\s+|"(?:[^"\\]|\\.)*"|>=|<=|[():<>=|]|[^\s"():<>=|]+/gsu;
  const tokens: Token[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const [found] = match;
    if (match.index !== end) break;
    end += found.length;
    if (found.trim() === '') continue;
    if (found.startsWith('"')) {
      tokens.push({ kind: 'quoted', text: found.slice(1, -1).replace(/\\(.)/gs, '$1'), at: match.index });
    } else {
      tokens.push({ kind: /^[():<>=|]/.test(found) ? 'sign' : 'word', text: found, at: match.index });
    }
  }
  if (end < text.length) throw parseError(`syntax error, the quotation mark at column:${end + 1} has no end`);
  return tokens;
}

function fieldSearch(index: SlsDefinition, name: string, value: Token): Search {
  const key = keyOf(index, name);
  const read = reader(name);
  if (value.kind === 'word' && value.text === '*') return (entry) => read(entry) !== undefined;
  if (NUMBERS.includes(key.type)) return comparison(index, name, '=', value.text);
  const matches = textMatcher(key, value);
  return (entry) => {
    const actual = read(entry);
    return actual !== undefined && matches(actual);
  };
}

function comparison(index: SlsDefinition, name: string, sign: string, value: string): Search {
  const key = keyOf(index, name);
  const wanted = Number(value);
  if (!NUMBERS.includes(key.type) || Number.isNaN(wanted)) {
    throw slsErrors.error('ParameterInvalid', `key (${name}) is not config as numberic column`);
  }
  const holds = COMPARISONS[sign] ?? COMPARISONS['='];
  const read = reader(name);
  return (entry) => {
    const actual = read(entry) ?? '';
    return actual !== '' && (holds?.(Number(actual), wanted) ?? false);
  };
}

const COMPARISONS: Readonly<Record<string, (actual: number, wanted: number) => boolean>> = {
  '=': (actual, wanted) => actual === wanted,
  '>': (actual, wanted) => actual > wanted,
  '>=': (actual, wanted) => actual >= wanted,
  '<': (actual, wanted) => actual < wanted,
  '<=': (actual, wanted) => actual <= wanted,
};

function reader(name: string): (entry: LogEntry) => string | undefined {
  switch (name) {
    case '__topic__':
      return (entry) => entry.topic;
    case '__source__':
      return (entry) => entry.source;
    default:
      return ({ contents }) => contents[name];
  }
}

function keyOf(index: SlsDefinition, name: string): SlsDefinition {
  if (RESERVED.includes(name)) return { type: 'text', token: [] };
  const key = isObject(index.keys) ? index.keys[name] : undefined;
  if (isObject(key)) return key;
  throw slsErrors.error(
    'ParameterInvalid',
    `key (${name}) is not config as key value config,if symbol : is  in your log,please wrap : with quotation mark "`,
  );
}

/** Whether a text holds every word of a term, in any order, by the delimiters of its index. */
function textMatcher(key: SlsDefinition, term: Token): (text: string) => boolean {
  const patterns =
    term.kind === 'word'
      ? wordsOf(key, term.text, '*?').map(wildcard)
      : wordsOf(key, term.text).map((word) => (other: string) => other === word);
  return (text) => {
    const words = wordsOf(key, text);
    return patterns.length > 0 && patterns.every((matches) => words.some(matches));
  };
}

function wildcard(word: string): (other: string) => boolean {
  if (/^[*?]/.test(word)) throw parseError(`a word cannot start with a wildcard: ${word}`);
  if (!/[*?]/.test(word)) return (other) => other === word;
  const escaped = word.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su');
  return (other) => pattern.test(other);
}

/** @param kept characters that do not delimit words, whatever the index says */
function wordsOf(key: SlsDefinition, text: string, kept = ''): readonly string[] {
  const { token, caseSensitive, chn } = key;
  const delimiters: readonly unknown[] = Array.isArray(token)
    ? token.filter((delimiter) => !kept.includes(delimiter))
    : [];
  const words: string[] = [];
  let word = '';
  const end = (): void => {
    if (word !== '') words.push(word);
    word = '';
  };
  for (const character of caseSensitive === true ? text : text.toLowerCase()) {
    if (delimiters.includes(character)) end();
    else if (chn === true && /\p{Script=Han}/u.test(character)) {
      end();
      words.push(character);
    } else word += character;
  }
  end();
  return words;
}

function parseError(detail: string): Error {
  return slsErrors.error('ParameterInvalid', `ErrorType:QueryParseError.ErrorMessage:${detail}`);
}
