/** The JSON Schema of `flow-logs.yaml`, from the definition that validates it. For editors; not in the bundle. */
import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { ConfigFile } from './schema.ts';
import type { Alternatives } from './shape.ts';

/** Checks that JSON Schema cannot say are left to the validator. */
export function configJsonSchema(): JsonSchema {
  // Alternatives are written where they are used, so the converter's own definitions of them are left over.
  const text = JSON.stringify({ ...convert(ConfigFile), title: 'flow-logs.yaml' });
  return JSON.parse(text, (key, value: unknown) => (key === '$defs' ? undefined : value)) as JsonSchema;
}

function convert(schema: GenericSchema): JsonSchema {
  return toJsonSchema(schema, {
    typeMode: 'input',
    errorMode: 'ignore',
    overrideSchema: ({ valibotSchema, jsonSchema }) => {
      if (isAlternatives(valibotSchema))
        return { anyOf: valibotSchema.alternatives.map((each) => bare(each)) };
      if (jsonSchema.type === 'object' && isNever(jsonSchema.additionalProperties)) {
        return { ...jsonSchema, additionalProperties: false };
      }
      return undefined;
    },
  });
}

function bare(schema: GenericSchema): JsonSchema {
  const { $schema: _, ...rest } = convert(schema);
  return rest;
}

const isAlternatives = (schema: object): schema is Alternatives => 'alternatives' in schema;

const isNever = (schema: unknown): boolean => JSON.stringify(schema) === '{"not":{}}';
