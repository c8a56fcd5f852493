/** Small things about text that every room needs. Pure. */

/**
 * What is no printable text: control characters of C0 (but tab and line feed) and C1, marks that turn the direction of
 * text, line and paragraph separators, tags, halves of surrogate pairs, and what is no character.
 */
const UNPRINTABLE =
  /(?![\n\t])[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]/gu;

/** A text that cannot steer a terminal: what is unprintable in it shows as `\u001b`. JSON stays the same data. */
export const escapeUnprintable = (text: string): string =>
  text.replace(UNPRINTABLE, (found) =>
    found
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );

/** For a picture, in which escapes would be in the way: what is unprintable becomes `�`, line ends and tabs too. */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, '\ufffd').replace(/[\n\t]/g, '\ufffd');

/** Other people's text on one line. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

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
