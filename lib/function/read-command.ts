/** Commands from JSON, and why something is not one. The function loads this only for an event that holds something. */
import * as v from 'valibot';
import { flattenIssues, formatPath, type RawIssue } from '../config/issues.ts';
import { byName, Duration, expected, matching, object, Status, text } from '../config/shape.ts';
import { parseDuration } from '../config/values.ts';
import { isObject, objectAt } from '../json.ts';
import { type Command, type OverrideEnd, RECONCILE } from '../reconcile/command.ts';
import { parseInstantWithOffset } from '../reconcile/override.ts';
import type { Selection } from '../reconcile/selection.ts';
import { cut, didYouMean, sentence, show } from '../text.ts';

export type Refused = { readonly refused: string };

/** What an event holds, undefined for an empty one; or why it cannot be a command. */
export type Decoded = { readonly value: unknown } | Refused;

const Filter = v.pipe(
  object('a filter such as {"regionId": "cn-hangzhou", "schedule": "office-hours"}', {
    regionId: v.optional(text('a region ID')),
    schedule: v.optional(text('the name of a schedule')),
    account: v.optional(text('the name of an account')),
    tags: v.optional(
      byName('tags by key', text('the key of a tag'), v.string(expected('the value of a tag'))),
    ),
  }),
  v.check(
    ({ tags, ...others }) => Object.keys({ ...others, ...tags }).length > 0,
    'expected at least one of regionId, schedule, account and tags',
  ),
);

const Selected = {
  flowLogIds: v.optional(
    v.pipe(
      v.array(text('a flow log ID'), expected('a list of flow log IDs')),
      v.minLength(1, 'expected at least one flow log ID'),
    ),
  ),
  select: v.optional(Filter),
  all: v.optional(v.literal(true, expected('true, or flowLogIds instead'))),
};
interface SelectedInput {
  readonly flowLogIds?: unknown;
  readonly select?: unknown;
  readonly all?: unknown;
}
const isSelectedOnce = ({ flowLogIds, select, all }: SelectedInput) =>
  [flowLogIds, select, all].filter((each) => each !== undefined).length === 1;
const SELECTED_ONCE = 'expected one of flowLogIds, select and "all": true';

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
    v.check(
      (input) => (input.for === undefined) !== (input.until === undefined),
      'expected either for or until',
    ),
    v.check((input) => isSelectedOnce(input), SELECTED_ONCE),
  ),
  'clear-override': v.pipe(
    object('a command', { action: v.literal('clear-override'), ...Selected }),
    v.check((input) => isSelectedOnce(input), SELECTED_ONCE),
  ),
} as const;

/** One for each action; the nearest is shown whenever something else was sent. */
export const ACCEPTED_FORMS: Readonly<Record<keyof typeof COMMANDS, string>> = {
  reconcile: '{"action": "reconcile", "dryRun": true}',
  status: '{"action": "status"}',
  override:
    '{"action": "override", "status": "Active", "for": "2h", "flowLogIds": ["flowlog-…"], "by": "netops", "reason": "incident 42"}',
  'clear-override': '{"action": "clear-override", "flowLogIds": ["flowlog-…"]}',
};
const ACTIONS = Object.keys(ACCEPTED_FORMS) as (keyof typeof COMMANDS)[];

/** Of what is wrong with an event. Characters, and how many of them are shown. */
const MAX_PROBLEM_CHARS = 200;
const MAX_PROBLEMS = 3;

/** Valibot passes over them, so that nothing is polluted. */
const RESERVED = ['__proto__', 'constructor', 'prototype'];

/** A command from parsed JSON, or what is wrong with it; undefined is reconcile. */
export function readCommand(value: unknown): Command | Refused {
  if (value === undefined) return RECONCILE;
  if (!isObject(value)) return { refused: `it is ${show(value)}, not an object with an action` };
  const action = Object.hasOwn(value, 'action') ? value.action : undefined;
  if (!isAction(action)) {
    const hint = typeof action === 'string' ? didYouMean(action, ACTIONS) : '';
    const known = hint === '' ? `; actions: ${ACTIONS.join(', ')}` : hint;
    const problem = action === undefined ? 'it has no action' : `there is no action ${show(action)}`;
    return { refused: `${problem}${known}` };
  }
  const parsed = v.safeParse(COMMANDS[action], value);
  const reserved = RESERVED.filter((key) => Object.hasOwn(value, key));
  if (parsed.success && reserved.length === 0) return toCommand(parsed.output);
  const problems = [
    ...reserved.map((key) => `${key}: unknown key`),
    ...(parsed.issues ?? []).slice(0, MAX_PROBLEMS).flatMap((issue) => flattenIssues([issue]).map(describe)),
  ];
  const shown = problems.slice(0, MAX_PROBLEMS).map((problem) => cut(problem, MAX_PROBLEM_CHARS));
  const more = reserved.length + (parsed.issues?.length ?? 0) - shown.length;
  return { refused: `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}` };
}

const describe = ({ keys, message }: RawIssue): string =>
  `${keys.length === 0 ? '' : `${formatPath(keys)}: `}${message}`;

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
      return { action, status, end: toEnd(file), flowLogs: toSelection(file), by, reason };
    }
    case 'clear-override':
      return { action: file.action, flowLogs: toSelection(file) };
  }
}

/** The schema has checked that there is one of the three. */
function toSelection({
  flowLogIds,
  select,
}: Exclude<CommandFile, { action: 'reconcile' | 'status' }>): Selection {
  if (select === undefined) return flowLogIds ?? 'all';
  const { regionId = null, schedule = null, account = null, tags = {} } = select;
  return { regionId, schedule, account, tags };
}

/** The schema has checked that there is one of the two, and both texts. */
function toEnd(file: Extract<CommandFile, { action: 'override' }>): OverrideEnd {
  if (file.for !== undefined) return { kind: 'for', ms: parseDuration(file.for) ?? Number.NaN };
  if (file.until === 'next-transition') return { kind: 'next-transition' };
  return { kind: 'at', ms: parseInstantWithOffset(file.until ?? '') ?? Number.NaN };
}

/** The command, or a refusal for people: what is wrong, and which form is accepted. */
export function commandOf(decoded: Decoded): Command | Refused {
  const command = 'refused' in decoded ? decoded : readCommand(decoded.value);
  if (!('refused' in command)) return command;
  const { refused } = command;
  return { refused: refusal(refused, 'value' in decoded ? decoded.value : undefined) };
}

/** What is wrong, the form that was probably meant, and where the others are: a line each. */
function refusal(problem: string, value: unknown): string {
  const lines = [
    `the event is not a command: ${sentence(problem)}`,
    `Accepted: ${nearestForm(value, problem)}`,
    'The README has every form. Nothing was touched',
  ];
  return lines.join('\n');
}

/** By what flow logs have in common, where somebody tried that. */
function nearestForm(value: unknown, problem: string): string {
  const form = ACCEPTED_FORMS[nearest(value, problem)];
  const isFilter = isObject(value) && FILTERS.some((field) => Object.hasOwn(value, field));
  return isFilter ? form.replace(BY_ID, BY_FILTER) : form;
}

const FILTERS = ['select', 'regionId', 'region', 'schedule', 'account', 'tags'];
const BY_ID = '"flowLogIds": ["flowlog-…"]';
const BY_FILTER = '"select": {"regionId": "cn-hangzhou", "schedule": "office-hours"}';

/** The action that was probably meant; the one that changes nothing where there is no telling. */
function nearest(value: unknown, problem: string): keyof typeof COMMANDS {
  const fields = objectAt(value);
  const { action } = fields;
  const text = isObject(value) ? (typeof action === 'string' ? action : '') : problem;
  const words =
    cut(text, 100)
      .toLowerCase()
      .match(/[a-z-]{5,}/g) ?? [];
  for (const word of words) {
    const named = ACTIONS.find((each) => each.startsWith(word) || didYouMean(word, [each]) !== '');
    if (named !== undefined) return named;
  }
  if ('status' in fields || 'for' in fields || 'until' in fields) return 'override';
  if ('dryRun' in fields) return 'reconcile';
  return 'flowLogIds' in fields || 'select' in fields || 'all' in fields ? 'clear-override' : 'status';
}
