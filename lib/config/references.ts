import { type JsonObject, listAt, objectAt } from '../json.ts';
import { didYouMean, show } from '../text.ts';
import type { PathKey, RawIssue } from './issues.ts';

/** Calendars that exist without being defined. */
export const BUILT_IN_CALENDARS: readonly string[] = ['china'];

/**
 * Checks every name that refers to another part of the file. Works on the document as written, valid or not,
 * so that a misspelled schedule is reported together with everything else.
 */
export function checkReferences(document: unknown): RawIssue[] {
  const root = objectAt(document);
  const schedules = objectAt(root.schedules);
  const calendars = objectAt(root.calendars);
  const calendarNames = [...Object.keys(calendars), ...BUILT_IN_CALENDARS];
  const limit = objectAt(root.limits).maxFlowLogs ?? 500;
  const flowLogs = listAt(root.flowLogs);
  // Looked up once: there may be thousands of each.
  const names = { schedule: Object.keys(schedules), account: Object.keys(objectAt(root.accounts)) };

  return [
    ...flowLogs.flatMap((entry, index) =>
      (['schedule', 'account'] as const).flatMap((kind) =>
        unknownName(kind, objectAt(entry)[kind], names[kind], ['flowLogs', index, kind]),
      ),
    ),
    ...Object.entries(schedules).flatMap(([name, schedule]) =>
      unknownName('calendar', objectAt(schedule).calendar, calendarNames, ['schedules', name, 'calendar']),
    ),
    ...Object.entries(calendars).flatMap(([name, calendar]) => [
      ...unknownName('calendar', objectAt(calendar).extends, calendarNames, ['calendars', name, 'extends']),
      ...extensionIssues(name, calendars),
    ]),
    ...(typeof limit === 'number' && limit > 0 && flowLogs.length > limit
      ? [
          {
            keys: ['limits', 'maxFlowLogs'],
            message: `${flowLogs.length} flow logs are listed, the limit is ${limit}; raise limits.maxFlowLogs`,
          },
        ]
      : []),
  ];
}

function unknownName(
  kind: string,
  name: unknown,
  known: readonly string[],
  keys: readonly PathKey[],
): RawIssue[] {
  if (typeof name !== 'string' || known.includes(name)) return [];
  const hint = didYouMean(name, known) || `; known: ${known.map(show).join(', ') || 'none'}`;
  return [{ keys, message: `no ${kind} named ${show(name)}${hint}` }];
}

function extensionIssues(name: string, calendars: JsonObject): RawIssue[] {
  if (BUILT_IN_CALENDARS.includes(name)) {
    return [{ keys: ['calendars', name], message: `${show(name)} is built in; give your own another name` }];
  }
  const chain = [name];
  let next = objectAt(calendars[name]).extends;
  while (typeof next === 'string' && !chain.includes(next)) {
    chain.push(next);
    next = objectAt(calendars[next]).extends;
  }
  if (next !== name) return [];
  const loop = [...chain, name].join(' → ');
  return [{ keys: ['calendars', name, 'extends'], message: `extends itself (${loop})` }];
}
