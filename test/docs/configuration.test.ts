import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configJsonSchema } from '../../lib/config/json-schema.ts';

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly default?: unknown;
  readonly required?: readonly string[];
}

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
const schema = configJsonSchema() as Node;

interface Field {
  readonly path: string;
  readonly default: unknown;
  readonly isRequired: boolean;
}

/** Every field that the definition knows, by its path as the page writes it. */
function fieldsOf(node: Node, path = ''): readonly Field[] {
  const at = (key: string) => (path === '' ? key : `${path}.${key}`);
  const named = Object.entries(node.properties ?? {}).flatMap(([key, child]) => [
    { path: at(key), default: child.default, isRequired: node.required?.includes(key) === true },
    ...fieldsOf(child, at(key)),
  ]);
  const { additionalProperties: each, items, anyOf = [] } = node;
  return [
    ...named,
    ...(typeof each === 'object' ? fieldsOf(each, at('NAME')) : []),
    ...(items === undefined ? [] : fieldsOf(items, `${path}[]`)),
    ...anyOf.flatMap((one) => fieldsOf(one, path)),
  ];
}

/** Rows of the tables of fields: path and default. */
const rows = new Map(
  [...page.matchAll(/^\| `([^`]+)` \|.*\| ([^|]+) \|$/gm)].map(([, path = '', fallback = '']) => [
    path,
    fallback,
  ]),
);

describe('docs/configuration.md', () => {
  const fields = fieldsOf(schema);
  const paths = new Set(fields.map(({ path }) => path));

  it('has a row for every field of the definition, and for no other', () => {
    expect(paths.size).toBeGreaterThan(45);
    expect([...paths].filter((path) => !rows.has(path))).toEqual([]);
    expect([...rows.keys()].filter((path) => !paths.has(path))).toEqual([]);
  });

  it('has the defaults of the definition', () => {
    const scalars = fields.filter((field) => ['string', 'number'].includes(typeof field.default));
    expect(scalars.length).toBeGreaterThan(3);
    expect(scalars.map(({ path }) => rows.get(path))).toEqual(scalars.map((field) => `\`${field.default}\``));
  });

  it('calls a field required when the definition does, and no other', () => {
    const required = new Set(fields.flatMap(({ path, isRequired }) => (isRequired ? [path] : [])));
    const called = [...rows].flatMap(([path, fallback]) => (fallback === 'required' ? [path] : []));
    expect(new Set(called)).toEqual(required);
  });
});
