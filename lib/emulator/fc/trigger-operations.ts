import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { fcErrors } from './fc-errors.ts';
import { dateOf, json, noContent, onFunction, pageOf, reading } from './fc3-operation.ts';
import { bodyOf, parsed } from './function-settings.ts';
import type { StoredFunction, StoredTrigger } from './functions.ts';
import { parseTimer } from './timer.ts';

const MAX_TRIGGERS = 100;
const NAME = 'must be 1 to 128 letters, digits, _ and -, and begin with a letter or _';

const text = v.string('must be text');
const given = v.object({
  triggerName: v.pipe(text, v.regex(/^[A-Za-z_][\w-]{0,127}$/, NAME)),
  triggerType: text,
  triggerConfig: text,
  description: v.optional(text),
  qualifier: v.optional(text),
});

/** @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-createtrigger */
export const createTrigger = onFunction((call, { stored }, world) => {
  const asked = parsed(given, bodyOf(call.request));
  check(asked);
  if (stored.triggers.some(({ triggerName }) => triggerName === asked.triggerName)) {
    throw fcErrors.error('TriggerAlreadyExists', `trigger '${asked.triggerName}' already exists`);
  }
  const now = world.now();
  const trigger = { ...asked, triggerId: randomUUID(), createdAt: now, modifiedAt: now };
  world.functions.put({ ...stored, triggers: [...stored.triggers, trigger] });
  return json(shownTrigger(trigger), call);
});

/** @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-updatetrigger */
export const updateTrigger = onFunction((call, { stored }, world) => {
  const before = namedTrigger(stored, call.params);
  const { triggerName, triggerType } = before;
  const asked = parsed(given, { ...before, ...bodyOf(call.request), triggerName, triggerType });
  const trigger = { ...before, ...asked, modifiedAt: world.now() };
  check(trigger);
  const triggers = stored.triggers.map((each) => (each === before ? trigger : each));
  world.functions.put({ ...stored, triggers });
  return json(shownTrigger(trigger), call);
});

export const getTrigger = reading((stored, { params }) => shownTrigger(namedTrigger(stored, params)));

export const deleteTrigger = onFunction((call, { stored }, world) => {
  const gone = namedTrigger(stored, call.params);
  world.functions.put({ ...stored, triggers: stored.triggers.filter((trigger) => trigger !== gone) });
  return noContent(call);
});

/** @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-listtriggers */
export const listTriggers = reading(({ triggers }, { params }) => {
  const { items, ...next } = pageOf(triggers, params, MAX_TRIGGERS);
  return { triggers: items.map(shownTrigger), ...next };
});

function namedTrigger(
  { triggers, settings }: StoredFunction,
  params: Readonly<Record<string, string>>,
): StoredTrigger {
  const trigger = triggers.find(({ triggerName }) => triggerName === params.triggerName);
  if (trigger !== undefined) return trigger;
  const message = `trigger '${params.triggerName}' does not exist in function '${settings.functionName}'`;
  throw fcErrors.error('TriggerNotFound', message);
}

/** The settings of a timer are checked, those of other kinds are not known here. */
function check({ triggerType, triggerConfig }: Pick<StoredTrigger, 'triggerType' | 'triggerConfig'>): void {
  if (triggerType === 'timer') parseTimer(triggerConfig);
}

/** The settings of each are JSON text, as in Function Compute's answers. */
function shownTrigger({ createdAt, modifiedAt, ...trigger }: StoredTrigger): object {
  return { ...trigger, createdTime: dateOf(createdAt), lastModifiedTime: dateOf(modifiedAt) };
}
