/** What an invocation asks for. Whatever cannot be read as a command is refused, never guessed. */
import { isObject } from '../json.ts';
import { type Command, RECONCILE } from '../reconcile/command.ts';
import { cut, mapTexts, show } from '../text.ts';
import type { Decoded, Refused } from './read-command.ts';

export interface Invocation {
  readonly trigger: 'timer' | 'manual';
  /** Empty unless a timer fired. */
  readonly triggerName: string;
  /** As the timer wrote it; empty unless a timer fired. */
  readonly triggerTime: string;
  readonly request: Command | Refused;
}

/** A command for every flow log that there may be is smaller. */
const MAX_CHARS = 256 * 1024;
const MAX_VALUES = 20_000;
const MAX_DEPTH = 16;

/** Of what a timer says of itself. Characters. */
const MAX_TIMER_CHARS = 200;

/** An event before its command is read. */
export interface OpenedEvent extends Omit<Invocation, 'request'> {
  readonly asked: Decoded;
}

/**
 * Opens an event as Function Compute delivers it: a Buffer with text. Text, bytes, parsed JSON and nothing are opened too.
 * @param clean takes out what a refusal must not repeat, before any text of the event is cut
 * @see https://www.alibabacloud.com/help/en/functioncompute/formats-of-event-for-different-triggers
 */
export function openEvent(event: unknown, clean: (text: string) => string = (text) => text): OpenedEvent {
  const decoded = decode(event, clean);
  if ('value' in decoded && isTimerEvent(decoded.value)) {
    const { triggerName, triggerTime, payload } = decoded.value;
    const asked = decode(payload, clean);
    return { trigger: 'timer', triggerName: asText(triggerName), triggerTime: asText(triggerTime), asked };
  }
  return { trigger: 'manual', triggerName: '', triggerTime: '', asked: decoded };
}

/** Reads an event, as {@link openEvent} opens it. The schemas of commands are loaded only when there is one to read. */
export async function readEvent(event: unknown, clean?: (text: string) => string): Promise<Invocation> {
  const { asked, ...origin } = openEvent(event, clean);
  if ('value' in asked && asked.value === undefined) return { ...origin, request: RECONCILE };
  const { commandOf } = await import('./read-command.ts');
  return { ...origin, request: commandOf(asked) };
}

function decode(event: unknown, clean: (text: string) => string): Decoded {
  if (event === undefined || event === null) return { value: undefined };
  if (typeof event === 'object' && !(event instanceof Uint8Array)) return limited(event, clean);
  const text = (
    typeof event === 'string' ? event : event instanceof Uint8Array ? utf8(event) : String(event)
  ).trim();
  if (text === '') return { value: undefined };
  if (text.length > MAX_CHARS) {
    return { refused: `it has ${text.length} characters; at most ${MAX_CHARS} are read` };
  }
  let value: unknown;
  try {
    value = JSON.parse(text) as unknown;
  } catch {
    return { refused: `it is no JSON: ${show(clean(text))}` };
  }
  return limited(value, clean);
}

const utf8 = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('utf8')
    .replace(/^\uFEFF/, '');

/** Without recursion until it is known how deep a value is, which may also contain itself. */
function limited(value: unknown, clean: (text: string) => string): Decoded {
  const open: (readonly [value: unknown, depth: number])[] = [[value, 0]];
  for (let count = 1; ; count += 1) {
    const next = open.pop();
    if (next === undefined) return { value: mapTexts(value, clean) };
    const [each, depth] = next;
    if (typeof each !== 'object' || each === null) continue;
    if (depth >= MAX_DEPTH) return { refused: `it is nested more than ${MAX_DEPTH} deep` };
    const children = Object.values(each);
    if (count + open.length + children.length > MAX_VALUES) {
      return { refused: `it has more than ${MAX_VALUES} values in it` };
    }
    for (const child of children) open.push([child, depth + 1]);
  }
}

/** Whatever says so in one of the two is a timer's, since nobody reads what a timer is answered. */
function isTimerEvent(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && (Object.hasOwn(value, 'triggerTime') || Object.hasOwn(value, 'triggerName'));
}

/** What a timer says of itself, however odd. */
function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return cut(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), MAX_TIMER_CHARS);
}
