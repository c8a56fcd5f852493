/** Valibot building blocks whose issues say what was expected and what was there instead. */
import * as v from 'valibot';
import { show } from '../text.ts';
import { UNKNOWN_KEY } from './issues.ts';
import { parseDuration } from './values.ts';

export type Schema = v.GenericSchema;
type Message = (issue: { readonly input: unknown }) => string;

export const expected =
  (what: string): Message =>
  ({ input }) =>
    `expected ${what}, got ${show(input)}`;

export function text(what: string, test: (value: string) => boolean = (value) => value.trim() !== '') {
  return v.pipe(v.string(expected(what)), v.check(test, expected(what)));
}

export function matching(what: string, pattern: RegExp) {
  return v.pipe(v.string(expected(what)), v.regex(pattern, expected(what)));
}

/** An object of these entries and no others; each missing and each unknown key is an issue of its own. */
export function object<Entries extends v.ObjectEntries>(what: string, entries: Entries) {
  const known = Object.keys(entries);
  const schema = v.objectWithRest(entries, v.never(`${UNKNOWN_KEY}${known.join(', ')}`), (issue) => {
    const missing = known.find((key) => JSON.stringify(key) === issue.expected);
    if (missing === undefined) return `expected ${what}, got ${show(issue.input)}`;
    const wanted = v.safeParse(entries[missing] as Schema, undefined).issues?.[0].message ?? '';
    return `missing; ${wanted.replace(/, got nothing$/, '')}`;
  });
  return noList(what, schema);
}

/** An object with names of one's own. */
export function byName<Value extends Schema>(what: string, name: v.GenericSchema<string>, value: Value) {
  return noList(what, v.record(name, value, expected(what)));
}

/** Valibot takes a list where an object may be empty. */
function noList<S extends Schema>(what: string, schema: S): S {
  const list = v.never(expected(what));
  const run: Schema['~run'] = (dataset, config) =>
    (Array.isArray(dataset.value) ? list : schema)['~run'](dataset, config);
  return { ...schema, '~run': run };
}

/** What {@link oneOf} leaves on its schema for the JSON Schema generator. */
export interface Alternatives {
  readonly alternatives: readonly Schema[];
}

/** Validates against the alternative that `pick` finds meant, so that the issues are those of that one. */
export function oneOf<const Options extends readonly Schema[]>(
  pick: (input: unknown) => Options[number] | v.NeverSchema<string>,
  ...alternatives: Options
) {
  const schema = v.lazy(pick as (input: unknown) => Options[number]);
  return Object.assign(schema, { alternatives });
}

export const hasKey = (input: unknown, ...keys: string[]): boolean =>
  typeof input === 'object' && input !== null && keys.some((key) => key in input);

export const Duration = text(
  'a positive length such as 90s, 10m, 2h, 1d or 1h30m',
  (value) => parseDuration(value) !== null,
);
export const Status = v.picklist(['Active', 'Inactive'], expected('Active or Inactive'));
