/** What an invocation asks for. Whatever cannot be read as a command is refused, never guessed. */
import * as v from 'valibot';
import { didYouMean, flattenIssues, formatPath, sentence, show } from '../config/issues.ts';
import { Duration, expected, matching, object, Status, text } from '../config/shape.ts';
import { parseDuration } from '../config/values.ts';
import type { Command, OverrideEnd } from '../reconcile/command.ts';
import { parseInstantWithOffset } from '../reconcile/override.ts';

export interface Invocation {
  readonly trigger: 'timer' | 'manual';
  /** Empty unless a timer fired. */
  readonly triggerName: string;
  /** As the timer wrote it; empty unless a timer fired. */
  readonly triggerTime: string;
  readonly request: Command | { readonly refused: string };
}

const Selected = {
  flowLogIds: v.optional(
    v.pipe(
      v.array(text('a flow log ID'), expected('a list of flow log IDs')),
      v.minLength(1, 'expected at least one flow log ID'),
    ),
  ),
  all: v.optional(v.literal(true, expected('true, or flowLogIds instead'))),
};
const exactlyOne = (one: string, other: string) => `expected either ${one} or ${other}`;

/** Both go into a tag, between `; by=` and `; reason=`: one line, not blank, and no address, which tags may not hold. */
const By = matching(
  'a name without ; and http://',
  /^(?!.*(?:;|https?:\/\/))(?=.*\S)[^\p{C}\p{Zl}\p{Zp}]+$/iu,
);
const Reason = matching(
  'a line of text without http://',
  /^(?!.*https?:\/\/)(?=.*\S)[^\p{C}\p{Zl}\p{Zp}]+$/iu,
);

const COMMANDS = {
  reconcile: object('a command', {
    action: v.literal('reconcile'),
    dryRun: v.optional(v.boolean(expected('true or false')), false),
  }),
  status: object('a command', { action: v.literal('status') }),
  override: v.pipe(
    object('a command', {
      action: v.literal('override'),
      status: Status,
      for: v.optional(Duration),
      until: v.optional(
        text(
          '"next-transition" or an instant with its offset such as 2026-11-23T18:00:00+08:00',
          (value) => value === 'next-transition' || parseInstantWithOffset(value) !== null,
        ),
      ),
      ...Selected,
      by: v.optional(By),
      reason: v.optional(Reason),
    }),
    v.check((input) => (input.for === undefined) !== (input.until === undefined), exactlyOne('for', 'until')),
    v.check(
      (input) => (input.all === undefined) !== (input.flowLogIds === undefined),
      exactlyOne('flowLogIds', '"all": true'),
    ),
  ),
  'clear-override': v.pipe(
    object('a command', { action: v.literal('clear-override'), ...Selected }),
    v.check(
      (input) => (input.all === undefined) !== (input.flowLogIds === undefined),
      exactlyOne('flowLogIds', '"all": true'),
    ),
  ),
} as const;

/** What a person may send; shown whenever something else was sent. */
export const ACCEPTED_FORMS: readonly string[] = [
  'an empty event (reconcile)',
  '{"action": "reconcile"}',
  '{"action": "reconcile", "dryRun": true}',
  '{"action": "status"}',
  '{"action": "override", "status": "Active", "for": "2h", "all": true, "by": "netops", "reason": "incident 42"}',
  '{"action": "override", "status": "Inactive", "until": "2026-11-23T18:00:00+08:00", "flowLogIds": ["flowlog-…"]}',
  '{"action": "override", "status": "Active", "until": "next-transition", "flowLogIds": ["flowlog-…"]}',
  '{"action": "clear-override", "flowLogIds": ["flowlog-…"]}',
];

/**
 * Reads an event as Function Compute delivers it: a Buffer with text. Text, bytes, parsed JSON and nothing are read too.
 * @see https://www.alibabacloud.com/help/en/functioncompute/formats-of-event-for-different-triggers
 */
export function readEvent(event: unknown): Invocation {
  const value = decode(event);
  if (isTimerEvent(value)) {
    const { triggerName, triggerTime, payload } = value;
    return { trigger: 'timer', triggerName, triggerTime, request: commandOrRefusal(decode(payload)) };
  }
  return { trigger: 'manual', triggerName: '', triggerTime: '', request: commandOrRefusal(value) };
}

const NOT_JSON = Symbol('text that is no JSON');

interface NotJson {
  readonly [NOT_JSON]: string;
}

/** Undefined for an empty event. */
function decode(event: unknown): unknown {
  if (event === undefined || event === null) return undefined;
  if (typeof event === 'object' && !(event instanceof Uint8Array)) return event;
  const text = (
    typeof event === 'string' ? event : event instanceof Uint8Array ? utf8(event) : String(event)
  ).trim();
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return { [NOT_JSON]: text } satisfies NotJson;
  }
}

const utf8 = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('utf8')
    .replace(/^\uFEFF/, '');

interface TimerEvent {
  readonly triggerTime: string;
  readonly triggerName: string;
  readonly payload?: unknown;
}

function isTimerEvent(value: unknown): value is TimerEvent {
  return isObject(value) && typeof value.triggerTime === 'string' && typeof value.triggerName === 'string';
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A command from parsed JSON, or what is wrong with it; undefined is reconcile. */
export function readCommand(value: unknown): Command | { readonly refused: string } {
  if (value === undefined) return { action: 'reconcile', dryRun: false };
  if (isObject(value) && NOT_JSON in value) return refuse(`it is no JSON: ${show(value[NOT_JSON])}`);
  if (!isObject(value)) return refuse(`it is ${show(value)}, not an object with an action`);
  const { action } = value;
  if (!isAction(action)) {
    const hint = typeof action === 'string' ? didYouMean(action, Object.keys(COMMANDS)) : '';
    return refuse(action === undefined ? 'it has no action' : `there is no action ${show(action)}${hint}`);
  }
  const parsed = v.safeParse(COMMANDS[action], value);
  if (parsed.success) return toCommand(parsed.output);
  const problems = flattenIssues(parsed.issues).map(
    ({ keys, message }) => `${keys.length === 0 ? '' : `${formatPath(keys)}: `}${message}`,
  );
  return refuse(problems.join('; '));
}

const isAction = (action: unknown): action is keyof typeof COMMANDS =>
  typeof action === 'string' && Object.hasOwn(COMMANDS, action);

type CommandFile = v.InferOutput<(typeof COMMANDS)[keyof typeof COMMANDS]>;

function toCommand(file: CommandFile): Command {
  switch (file.action) {
    case 'reconcile':
      return { action: file.action, dryRun: file.dryRun };
    case 'status':
      return { action: file.action };
    case 'override': {
      const { action, status, by = null, reason = null } = file;
      return { action, status, end: toEnd(file), flowLogs: file.flowLogIds ?? 'all', by, reason };
    }
    case 'clear-override':
      return { action: file.action, flowLogs: file.flowLogIds ?? 'all' };
  }
}

/** The schema has checked that there is one of the two, and both texts. */
function toEnd(file: Extract<CommandFile, { action: 'override' }>): OverrideEnd {
  if (file.for !== undefined) return { kind: 'for', ms: parseDuration(file.for) ?? Number.NaN };
  if (file.until === 'next-transition') return { kind: 'next-transition' };
  return { kind: 'at', ms: parseInstantWithOffset(file.until ?? '') ?? Number.NaN };
}

const refuse = (problem: string): { readonly refused: string } => ({ refused: problem });

function commandOrRefusal(value: unknown): Invocation['request'] {
  const command = readCommand(value);
  return 'refused' in command
    ? refuse(`the event is not a command: ${sentence(command.refused)} ${accepted()}`)
    : command;
}

/** Ends every refusal: the accepted forms, and that nothing happened. */
export function accepted(): string {
  return `Accepted: ${ACCEPTED_FORMS.join(', or ')}. Nothing was touched`;
}
