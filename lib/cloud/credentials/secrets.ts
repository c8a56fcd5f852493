import { mapTexts, textsOf } from '../../text.ts';
import { redact } from './redact.ts';
import type { Credentials, CredentialsProvider } from './types.ts';

/** The credentials of one run, and texts without them. */
export interface Secrets {
  /** @returns the same credentials, which no text holds from now on */
  readonly remember: (credentials: Credentials) => Credentials;
  /** The same provider; whatever it provides is remembered. */
  readonly of: (provider: CredentialsProvider) => CredentialsProvider;
  /**
   * A text without any remembered credential, nor any twelve characters of one: plain, percent-encoded, escaped as in
   * JSON or HTML, in base64, in hex, broken into lines, in capitals or not. Each is replaced by `***`.
   * JSON stays JSON.
   */
  readonly mask: (text: string) => string;
  /** The same, and without anything that looks like somebody's secret: see {@link redact}. Not for JSON as text. */
  readonly clean: (text: string) => string;
  /** Data with every text in it cleaned, keys too; the same data when there is nothing to clean. */
  readonly cleanAll: <Value>(data: Value) => Value;
}

const MASK = '***';

/** Of a longer secret, so many characters in a row are kept from others. */
const SHARED = 12;
/** Nobody's secret is shorter; of an emulator's made-up `a` nothing would be left to read. */
const SHORTEST = 4;
/** Any twelve characters of a secret have one of its blocks of six in them whole. */
const BLOCK = 6;
/** Of so few blocks each is searched for: a pass over the text is slow until it has been compiled. */
const FEW = 512;

/** Half-open, in characters of the text that was searched. */
type Range = readonly [start: number, end: number];

/** A secret that has a block in it, and where. */
type Place = readonly [secret: string, offset: number];

/** Where any twelve characters of many secrets are found in one pass over a text. */
interface Index {
  /** By six characters. */
  readonly blocks: Map<string, Place[]>;
  /** What was found in what may be encoded: the same IDs and names come many times. */
  readonly runs: Map<string, readonly Range[]>;
}

export function createSecrets(): Secrets {
  const known = new Set<string>();
  /** Those that are shorter than twelve characters. */
  const short: string[] = [];
  const index: Index = { blocks: new Map(), runs: new Map() };
  const mask = (text: string): string => {
    if (text.length < SHORTEST || known.size === 0) return text;
    const { text: plain, starts } = unescaped(text);
    return replace(text, starts, find(plain, index, short));
  };
  const clean = (text: string): string => redact(mask(text));
  const remember = (credentials: Credentials): Credentials => {
    const { accessKeyId, accessKeySecret, securityToken = '' } = credentials;
    for (const secret of [accessKeyId, accessKeySecret, securityToken]) {
      if (secret.length < SHORTEST || known.has(secret)) continue;
      known.add(secret);
      const { text } = unescaped(secret);
      if (text.length < SHARED) short.push(text);
      else learn(index, fold(text));
    }
    return credentials;
  };
  return {
    remember,
    of: (provider) => async (time) => remember(await provider(time)),
    mask,
    clean,
    cleanAll: (data) => {
      // Nearly always there is nothing to clean, which one look at all texts tells.
      const all = textsOf(data).join(BETWEEN);
      return clean(all) === all ? data : mapTexts(data, clean);
    },
  };
}

/** In no pattern of a secret. */
const BETWEEN = '\u0001';

function learn({ blocks, runs }: Index, secret: string): void {
  runs.clear();
  for (let offset = 0; offset + BLOCK <= secret.length; offset += BLOCK) {
    const block = secret.slice(offset, offset + BLOCK);
    const places = blocks.get(block);
    if (places === undefined) blocks.set(block, [[secret, offset]]);
    else places.push([secret, offset]);
  }
}

function find(text: string, index: Index, short: readonly string[]): readonly Range[] {
  const found = [...findShared(text, index)];
  for (const secret of short) {
    for (let at = text.indexOf(secret); at !== -1; at = text.indexOf(secret, at + 1)) {
      found.push([at, at + secret.length]);
    }
  }
  for (const { index: from, 0: run } of text.matchAll(ENCODED)) {
    const before = index.runs.get(run);
    const inRun = before ?? findEncoded(run, index);
    if (before === undefined) index.runs.set(run, inRun);
    for (const [start, end] of inRun) found.push([from + start, from + end]);
  }
  return found;
}

/** What may be base64 or hex, wherever that begins in it. */
function findEncoded(run: string, index: Index): readonly Range[] {
  const found: Range[] = [];
  // IDs are in one case, base64 is not.
  const shifts = /[A-Z]/.test(run) && /[a-z]/.test(run) ? 4 : 0;
  for (let shift = 0; shift < shifts; shift += 1) {
    const decoded = Buffer.from(run.slice(shift), 'base64').toString('latin1');
    for (const [start, end] of findShared(decoded, index)) {
      found.push([
        shift + Math.floor((start * 4) / 3),
        Math.min(shift + Math.ceil((end * 4) / 3), run.length),
      ]);
    }
  }
  for (const { index: from, 0: digits } of run.matchAll(HEX)) {
    for (let shift = 0; shift < 2; shift += 1) {
      const decoded = Buffer.from(digits.slice(shift), 'hex').toString('latin1');
      for (const [start, end] of findShared(decoded, index)) {
        found.push([from + shift + 2 * start, from + shift + 2 * end]);
      }
    }
  }
  return found;
}

/** Every twelve characters or more that a text has in common with a secret, in any case. */
function findShared(text: string, { blocks }: Index): readonly Range[] {
  if (text.length < SHARED || blocks.size === 0) return NOTHING;
  const found: Range[] = [];
  const folded = fold(text);
  const compare = (at: number, places: readonly Place[]): void => {
    for (const [secret, offset] of places) {
      const range = sharedAround(folded, at, secret, offset);
      if (range !== null) found.push(range);
    }
  };
  if (blocks.size <= FEW) {
    for (const [block, places] of blocks) {
      for (let at = folded.indexOf(block); at !== -1; at = folded.indexOf(block, at + 1)) compare(at, places);
    }
    return found;
  }
  for (let at = 0; at + BLOCK <= folded.length; at += 1) {
    const places = blocks.get(folded.slice(at, at + BLOCK));
    if (places !== undefined) compare(at, places);
  }
  return found;
}

/** What the text around `at` has in common with a secret around `offset`; null for less than twelve characters. */
function sharedAround(text: string, at: number, secret: string, offset: number): Range | null {
  let left = 0;
  while (left < offset && text.charCodeAt(at - left - 1) === secret.charCodeAt(offset - left - 1)) left += 1;
  let right = 0;
  const most = Math.min(secret.length - offset, text.length - at);
  while (right < most && text.charCodeAt(at + right) === secret.charCodeAt(offset + right)) right += 1;
  if (left + right < SHARED || isPublic(secret.slice(offset - left, offset + right))) return null;
  return [at - left, at + right];
}

/** What every answer about credentials may say, even where a secret made for a test has it in it. In small letters. */
const PUBLIC = [
  'x-acs-security-token',
  'x-acs-accesskey-id',
  'access-key-secret',
  'access_key_secret',
  'accesskeysecret',
  'alibaba_cloud_security_token',
  'security-token',
  'securitytoken',
  'flow-log-scheduler',
];

const isPublic = (shared: string): boolean => PUBLIC.some((words) => words.includes(shared));

/** @param starts where each character that was searched starts in the text; null when they are the same */
function replace(text: string, starts: readonly number[] | null, found: readonly Range[]): string {
  if (found.length === 0) return text;
  const original = (at: number) => (starts === null ? at : (starts[at] ?? text.length));
  const parts: string[] = [];
  let copied = 0;
  let last = -1;
  for (const [start, end] of [...found].sort((a, b) => a[0] - b[0])) {
    if (start > last) parts.push(text.slice(copied, original(start)), MASK);
    last = Math.max(last, end);
    copied = original(last);
  }
  return [...parts, text.slice(copied)].join('');
}

const NOTHING: readonly Range[] = [];

/** Base64 and hex: twelve characters are sixteen in base64, and more in hex. */
const ENCODED = /[\w+/-]{16,}/g;
const HEX = /[\da-f]{24,}/gi;

/** What stands for another character, however often it was escaped; and line ends, where a text was wrapped. */
const ESCAPED = new RegExp(
  [
    '%(?:25){0,4}(?<percent>[\\da-f]{2})',
    String.raw`\\{1,8}(?:(?:u00|x)(?<unicode>[\da-f]{2})|[rn]|(?<escaped>["'\\/]))`,
    String.raw`[\r\n][ \t]{0,80}`,
    '&(?:amp;){0,4}(?:#(?<decimal>\\d{2,3})|#x(?<hex>[\\da-f]{2})|(?<entity>amp|lt|gt|quot|apos|sol|plus|equals));',
  ].join('|'),
  'gi',
);
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  sol: '/',
  plus: '+',
  equals: '=',
};

interface Unescaped {
  readonly text: string;
  /** Where each character of `text` starts in the original; null when nothing was escaped. */
  readonly starts: readonly number[] | null;
}

function unescaped(original: string): Unescaped {
  if (!/[%\\&\r\n]/.test(original)) return { text: original, starts: null };
  const parts: string[] = [];
  const starts: number[] = [];
  let copied = 0;
  const copyTo = (end: number): void => {
    parts.push(original.slice(copied, end));
    for (let at = copied; at < end; at += 1) starts.push(at);
  };
  for (const { index, 0: found, groups = {} } of original.matchAll(ESCAPED)) {
    copyTo(index);
    const { percent, unicode, escaped, decimal, hex, entity } = groups;
    const code =
      decimal === undefined ? Number.parseInt(percent ?? unicode ?? hex ?? '', 16) : Number(decimal);
    const character = Number.isNaN(code)
      ? (escaped ?? ENTITIES[entity?.toLowerCase() ?? ''] ?? '')
      : String.fromCharCode(code);
    parts.push(character);
    if (character !== '') starts.push(index);
    copied = index + found.length;
  }
  copyTo(original.length);
  return { text: parts.join(''), starts };
}

/** ASCII only: secrets are, and for other letters a cold start would have to load their tables first. */
const fold = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
