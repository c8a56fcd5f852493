import * as v from 'valibot';
import type { HttpRequest } from '../http-message.ts';
import type { World } from '../service.ts';
import { fcErrors } from './fc-errors.ts';

const between = (min: number, max: number) => {
  const message = `must be a number from ${min} to ${max}`;
  return v.pipe(v.number(message), v.minValue(min, message), v.maxValue(max, message));
};

/** A whole number. */
export const wholeBetween = (min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`;
  return v.pipe(between(min, max), v.integer(message));
};

const TEXT = 'must be text';
const text = v.string(TEXT);
const NAME = 'must be 1 to 64 letters, digits, _ and -, and begin with a letter or _';
const MEMORY = 'must be a multiple of 64, from 128 to 32768';
const ROLE = 'must be the ARN of a role';
const HANDLER = 'must be file.export';
const RUNTIME = 'must be a nodejs runtime: the emulator runs no other';

/** What Function Compute is asked for. What it takes besides is kept as it was sent. */
const settingsSchema = v.looseObject({
  functionName: v.pipe(text, v.regex(/^[A-Za-z_][\w-]{0,63}$/, NAME)),
  runtime: v.pipe(text, v.regex(/^nodejs\d+$/, RUNTIME)),
  handler: v.pipe(text, v.regex(/^[\w/.-]+\.\w+$/, HANDLER)),
  description: v.optional(text),
  role: v.optional(v.pipe(text, v.regex(/^(?:acs:ram::\d+:role\/[\w.-]+)?$/, ROLE))),
  timeout: v.optional(wholeBetween(1, 86_400)),
  memorySize: v.optional(v.pipe(wholeBetween(128, 32_768), v.multipleOf(64, MEMORY))),
  cpu: v.optional(between(0.05, 16)),
  diskSize: v.optional(v.picklist([512, 10_240], 'must be 512 or 10240')),
  internetAccess: v.optional(v.boolean('must be true or false')),
  environmentVariables: v.optional(v.record(text, text, 'must be names and texts')),
  logConfig: v.optional(v.looseObject({ project: v.optional(text), logstore: v.optional(text) })),
});

export type FunctionSettings = v.InferOutput<typeof settingsSchema>;

export const DEFAULT_TIMEOUT_SECONDS = 3;
export const DEFAULT_MEMORY_MB = 512;

/** The JSON object in a request's body. @throws {ApiError} `InvalidArgument` */
export function bodyOf({ body }: HttpRequest): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // Refused below, like any other body that is no object.
  }
  throw fcErrors.error('InvalidArgument', 'the body is not a JSON object');
}

/** @throws {ApiError} `InvalidArgument`, which names the field */
export function parsed<Schema extends v.GenericSchema>(
  schema: Schema,
  given: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, given);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw fcErrors.error('InvalidArgument', `${v.getDotPath(issue) ?? 'body'} ${issue.message}`);
}

/** The settings of a new function. @throws {ApiError} `InvalidArgument` */
export function newSettings(body: Readonly<Record<string, unknown>>, world: World): FunctionSettings {
  const { code: _, ...given } = body;
  return checked(parsed(settingsSchema, given), world);
}

/** Settings with some of them replaced; a variable that is not given again is gone. @throws {ApiError} */
export function changedSettings(
  settings: FunctionSettings,
  body: Readonly<Record<string, unknown>>,
  world: World,
): FunctionSettings {
  const { code: _, functionName: __, ...given } = body;
  return checked(parsed(settingsSchema, { ...settings, ...given }), world);
}

function checked(settings: FunctionSettings, { logstores }: World): FunctionSettings {
  const { cpu, memorySize = DEFAULT_MEMORY_MB } = settings;
  const gbPerCpu = memorySize / 1024 / (cpu ?? memorySize / 1024);
  if (gbPerCpu < 1 || gbPerCpu > 4) {
    throw fcErrors.error('InvalidArgument', 'cpu and memorySize must be in a ratio of 1:1 to 1:4');
  }
  const { project, logstore } = settings.logConfig ?? {};
  // In the words that the component fc3 of Serverless Devs looks for.
  if (project && logstores.projectRegion(project) === undefined) {
    throw fcErrors.error('InvalidArgument', `project '${project}' does not exist`);
  }
  if (project && logstores.find(project, logstore ?? '') === undefined) {
    throw fcErrors.error('InvalidArgument', `logstore '${logstore ?? ''}' does not exist`);
  }
  return settings;
}
