/**
 * Adds items to a list or mapping of a YAML text and leaves every other byte of it as it is, but for brackets that open and
 * close on one line: what is in them gets a line for each item, as it was written. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { parsePlainJson } from '../../config/read-config.ts';

/** One item of a list, or one entry of a mapping. */
export interface Item {
  /** Name in a mapping; null in a list. */
  readonly key: string | null;
  readonly value: Readonly<Record<string, string>>;
  /** Printable text on one line, a comment above it; none in JSON. */
  readonly comment: string | null;
}

type Collection = YAMLMap | YAMLSeq;

/**
 * @param text a YAML document, or JSON
 * @param key of the document's top level; a collection that is not there is made
 * @returns null for a text in which there is no plain place for them, such as one where the list is an alias
 */
export function append(text: string, key: string, items: readonly Item[]): string | null {
  if (items.length === 0) return text;
  const document = parseDocument(text, { keepSourceTokens: true, logLevel: 'silent' });
  const root = document.contents;
  if (document.errors.length > 0 || !isMap(root)) return null;
  const style = styleOf(text);
  const pair = root.items.find((each) => isScalar(each.key) && each.key.value === key);
  const changed =
    pair === undefined
      ? [addPair(text, root, key, items, style)]
      : addItems(text, pair, items, style, columnOf(text, startOf(pair.key)), root.flow === true);
  return changed.find((each) => each !== null && isAsMeant(text, each, key, items)) ?? null;
}

interface Style {
  readonly eol: string;
  readonly isJson: boolean;
}

const styleOf = (text: string): Style => ({
  eol: /\r?\n/.exec(text)?.[0] ?? '\n',
  isJson: parsePlainJson(text.replace(/^\uFEFF/, '')) !== undefined,
});

/** The text with them, in ways of which the first that reads as meant is the best. */
function addItems(
  text: string,
  pair: Pair,
  items: readonly Item[],
  style: Style,
  column: number,
  isInBraces: boolean,
): readonly (string | null)[] {
  const { value } = pair;
  if (isSeq(value) || isMap(value)) {
    if (!value.flow) return [addToBlock(text, value, items, style)];
    const anywhere = addToFlow(text, value, items, style, column);
    const [open = 0, closed = 0] = value.range ?? [];
    if (/[\r\n]/.test(text.slice(open, closed))) return [anywhere];
    if (!style.isJson && !isInBraces) return [unfold(text, value, items, style, column + 2), anywhere];
    return value.items.length === 0 ? [anywhere] : [addOnTheLine(text, value, items, style)];
  }
  if (!isScalar(value) || value.value !== null || value.source !== '') return [null];
  const end = endOf(pair.key);
  return [
    end === null ? null : insert(text, lineEnd(text, end), blockLines(items, column + 2, style), style),
  ];
}

/** What is in brackets on one line, with a line for each item and no brackets. */
function unfold(
  text: string,
  collection: Collection,
  items: readonly Item[],
  style: Style,
  column: number,
): string | null {
  const [open, closed] = collection.range ?? [];
  if (open === undefined || closed === undefined) return null;
  let from = open + 1;
  const there: string[] = [];
  for (const each of collection.items) {
    const end = endOf(isPair(each) ? (each.value ?? each.key) : each);
    if (end === null) return null;
    // With its anchor and its tag, which stand before the item itself.
    there.push(text.slice(from, end).replace(/^[\s,]+/, ''));
    from = end;
  }
  const indent = ' '.repeat(column);
  const lines = there.map((each) => `${indent}${isSeq(collection) ? '- ' : ''}${each}`);
  const rest = /[^\r\n]*/.exec(text.slice(closed))?.[0] ?? '';
  const head = text.slice(0, open).trimEnd() + rest;
  return insert(
    head + text.slice(closed + rest.length),
    head.length,
    [...lines, ...blockLines(items, column, style)],
    style,
  );
}

/** On one line as before: JSON, or a document in braces, has no other place for them. */
function addOnTheLine(
  text: string,
  collection: Collection,
  items: readonly Item[],
  style: Style,
): string | null {
  const end = endOf(lastNode(collection));
  if (end === null) return null;
  const members = items.map((item) => `, ${written(item, style)}`).join('');
  return text.slice(0, end) + members + text.slice(end);
}

/** A key that is not there yet, after the last one that is. */
function addPair(
  text: string,
  root: YAMLMap,
  key: string,
  items: readonly Item[],
  style: Style,
): string | null {
  if (root.flow) {
    const [open, close] = items[0]?.key === null ? '[]' : '{}';
    const members = items.map((item) => written(item, style));
    const name = style.isJson ? JSON.stringify(key) : key;
    return insertInFlow(text, root, [`${name}: ${open}${members.join(', ')}${close}`], style, 2);
  }
  const last = lastNode(root);
  const end = endOf(last);
  const column = columnOf(text, startOf(root.items[0]?.key));
  if (end === null) return null;
  return insert(
    text,
    lineEnd(text, end),
    ['', `${' '.repeat(column)}${key}:`, ...blockLines(items, column + 2, style)],
    style,
  );
}

function addToBlock(
  text: string,
  collection: Collection,
  items: readonly Item[],
  style: Style,
): string | null {
  const end = endOf(lastNode(collection));
  const [first] = collection.items;
  // Of a list the position of the first dash, of a mapping that of the first key.
  const start = isSeq(collection) ? dashOf(collection) : startOf(isPair(first) ? first.key : null);
  if (end === null || start === null) return null;
  const column = columnOf(text, start);
  return insert(text, lineEnd(text, end), blockLines(items, column, style), style);
}

const blockLines = (items: readonly Item[], column: number, style: Style): readonly string[] => {
  const indent = ' '.repeat(column);
  return items.flatMap((item) => [
    ...(item.comment === null ? [] : [`${indent}# ${item.comment}`]),
    `${indent}${item.key === null ? '- ' : ''}${written(item, style)}`,
  ]);
};

function addToFlow(
  text: string,
  collection: Collection,
  items: readonly Item[],
  style: Style,
  column: number,
): string | null {
  const last = collection.items.at(-1);
  const lastStart = startOf(isPair(last) ? last.key : last);
  const isOnItsOwnLine = lastStart !== null && /^[ \t,]*$/.test(lineBefore(text, lastStart));
  const indent = isOnItsOwnLine ? columnOf(text, lastStart) : column + 2;
  const lines = items.map((item) => written(item, style));
  const comments = style.isJson ? [] : items.map(({ comment }) => comment);
  return insertInFlow(text, collection, lines, style, indent, comments);
}

/**
 * Between the last item of a collection in brackets and what follows it, each on a line of its own. The comma that
 * separates it from the one before comes first, so that no line that was there has to change.
 */
function insertInFlow(
  text: string,
  collection: Collection,
  items: readonly string[],
  style: Style,
  column: number,
  comments: readonly (string | null)[] = [],
): string | null {
  const [open, closed] = collection.range ?? [];
  if (open === undefined || closed === undefined) return null;
  const end = collection.items.length === 0 ? open + 1 : endOf(lastNode(collection));
  if (end === null) return null;
  const gap = text.slice(end, closed - 1);
  const comma = /^(?:\s|(?<=\s)#.*)*,/.exec(gap)?.[0].length ?? 0;
  const after = end + comma;
  const restOfLine =
    /^[ \t]*(?:(?<=\s)#[^\r\n]*)?(?=\r?\n)/.exec(text.slice(after, closed - 1))?.[0].length ?? 0;
  const indent = ' '.repeat(column);
  const needsComma = collection.items.length > 0 && comma === 0;
  const lines = items.flatMap((item, index) => {
    const comment = comments[index] ?? null;
    return [
      ...(comment === null ? [] : [`${indent}# ${comment}`]),
      `${indent}${index > 0 || needsComma ? ', ' : ''}${item}`,
    ];
  });
  return insert(text, after + restOfLine, lines, style);
}

function written({ key, value }: Item, { isJson }: Style): string {
  if (isJson) return `${key === null ? '' : `${JSON.stringify(key)}: `}${JSON.stringify(value)}`;
  return `${key === null ? '' : `${key}: `}${flowMapping(value)}`;
}

/** `{ flowLogId: flowlog-1, regionId: cn-hangzhou }`; quoted what YAML would not read as that text. */
export function flowMapping(value: Readonly<Record<string, string>>): string {
  const fields = Object.entries(value).map(
    ([name, each]) => `${name}: ${isPlain(each) ? each : JSON.stringify(each)}`,
  );
  return `{ ${fields.join(', ')} }`;
}

const isPlain = (text: string): boolean =>
  /^[A-Za-z][\w-]*$/.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text);

const insert = (text: string, position: number, lines: readonly string[], { eol }: Style): string =>
  `${text.slice(0, position)}${lines.map((line) => `${eol}${line}`).join('')}${text.slice(position)}`;

/** Whether nothing but these items came to it. */
function isAsMeant(before: string, after: string, key: string, items: readonly Item[]): boolean {
  const read = (text: string) => {
    const document = parseDocument(text, { logLevel: 'silent' });
    return document.errors.length + document.warnings.length > 0 ? null : document.toJS();
  };
  const [old, now] = [read(before), read(after)];
  if (old === null || now === null) return false;
  const added =
    items[0]?.key === null
      ? [...(old[key] ?? []), ...items.map(({ value }) => value)]
      : { ...old[key], ...Object.fromEntries(items.map((item) => [item.key, item.value])) };
  return isDeepStrictEqual(now, { ...old, [key]: added });
}

function lastNode(collection: Collection): unknown {
  const last = collection.items.at(-1);
  return isPair(last) ? (last.value ?? last.key) : last;
}

const rangeOf = (node: unknown): Node['range'] =>
  typeof node === 'object' && node !== null && 'range' in node ? (node as Node).range : null;

const startOf = (node: unknown): number | null => rangeOf(node)?.[0] ?? null;
const endOf = (node: unknown): number | null => rangeOf(node)?.[1] ?? null;

function dashOf({ srcToken }: YAMLSeq): number | null {
  if (srcToken?.type !== 'block-seq') return null;
  const dash = srcToken.items[0]?.start.find(({ type }) => type === 'seq-item-ind');
  return dash?.offset ?? null;
}

const lineBefore = (text: string, position: number): string =>
  text.slice(text.lastIndexOf('\n', position - 1) + 1, position);

const columnOf = (text: string, position: number | null): number =>
  position === null ? 0 : lineBefore(text, position).replace(/^\uFEFF/, '').length;

/** End of the line on which what ends at `position` does, before its line break. */
function lineEnd(text: string, position: number): number {
  const end = text.slice(0, position).trimEnd().length;
  const rest = /[^\r\n]*/.exec(text.slice(end))?.[0] ?? '';
  return end + rest.length;
}
