/** Small things about text that every room needs. Pure. */
import { closest, distance } from 'fastest-levenshtein';

/**
 * What is no printable text: control characters of C0 and C1, marks that turn the direction of text, line and paragraph
 * separators, tags, halves of surrogate pairs, and what is no character.
 */
const CONTROLS = String.raw`\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}`;
const UNPRINTABLE = new RegExp(`[${CONTROLS}]`, 'gu');
const BUT_LINES_AND_TABS = new RegExp(`(?![\\n\\t])[${CONTROLS}]`, 'gu');
const BLANK = new RegExp(`[\\s${CONTROLS}]+`, 'gu');

/** A text that cannot steer a terminal: what is unprintable in it shows as `\u001b`. JSON stays the same data. */
export const escapeUnprintable = (text: string): string =>
  text.replace(BUT_LINES_AND_TABS, (found) =>
    found
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );

/** Other people's text, of which no line is the tool's own: what is unprintable becomes `�`, line ends and tabs too. */
export const printable = (text: string): string => text.replace(UNPRINTABLE, '\ufffd');

/** Other people's text on one line, what is unprintable left out. */
export const oneLine = (text: string): string => text.replace(BLANK, ' ').trim();

/** The beginning of a text that is longer than so many characters, and `…`; never half a surrogate pair. */
export const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;

/** The same data with every text in it changed, keys too. Recursive. */
export function mapTexts<Value>(value: Value, change: (text: string) => string): Value {
  return mapped(value, change) as Value;
}

function mapped(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => mapped(each, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [change(key), mapped(each, change)]));
}

/** Every text in some data, keys too. Recursive. */
export function textsOf(value: unknown): readonly string[] {
  const texts: string[] = [];
  collect(value, texts);
  return texts;
}

function collect(value: unknown, texts: string[]): void {
  if (typeof value === 'string') texts.push(value);
  else if (Array.isArray(value)) for (const each of value) collect(each, texts);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      texts.push(key);
      collect(each, texts);
    }
  }
}

/** A length as a config writes it, e.g. `1h30m`; parts of a second are dropped. */
export function formatDuration(ms: number): string {
  let seconds = Math.floor(ms / 1000);
  let text = '';
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const count = Math.floor(seconds / size);
    if (count > 0) text += `${count}${unit}`;
    seconds -= count * size;
  }
  return text === '' ? '0s' : text;
}

/** `; did you mean "office-hours"?` when a known name is close, else nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  // Nobody misspells what is as long as that, and comparing it takes long.
  if (known.length === 0 || name.length > 100) return '';
  const folded = known.map((each) => each.toLowerCase());
  const nearest = closest(name.toLowerCase(), folded);
  const tolerance = name.length < 5 ? 1 : Math.max(2, Math.floor(name.length / 4));
  if (distance(name.toLowerCase(), nearest) > tolerance) return '';
  return `; did you mean ${JSON.stringify(known[folded.indexOf(nearest)])}?`;
}

/** With a full stop, unless it ends a sentence already. */
export const sentence = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`);

/** A value as a person wrote it, short enough for an error line. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function stringify(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return 'a value that JSON cannot write'; // YAML aliases can make an object contain itself
  }
}
