import type { HttpRequest } from '../http-message.ts';
import type { SlsDefinition } from '../types.ts';
import { slsErrors } from './sls-errors.ts';

/** The JSON object that a request carries. @throws {ApiError} */
export function jsonBody(request: HttpRequest): SlsDefinition {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw slsErrors.error('InvalidContentType');
  }
  const body = parse(request.body.toString('utf8'));
  if (!isObject(body)) throw slsErrors.error('PostBodyInvalid', 'The body is no JSON object.');
  return body;
}

export function isObject(value: unknown): value is SlsDefinition {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws {ApiError} `ParameterInvalid` that names what is wrong, unless `holds` */
export function requireThat(holds: boolean, problem: string): asserts holds {
  if (!holds) throw slsErrors.error('ParameterInvalid', problem);
}

/** One page of a list, by the `offset` and `size` of a request. @throws {ApiError} */
export function page<Entry>(
  entries: readonly Entry[],
  { offset = '0', size }: Readonly<Record<string, string>>,
  limits: { readonly usual: number; readonly most: number },
): readonly Entry[] {
  const count = Number(size ?? limits.usual);
  requireThat(/^\d+$/.test(offset), 'offset must be a number');
  requireThat(
    Number.isInteger(count) && count > 0 && count <= limits.most,
    `size must be 1 to ${limits.most}`,
  );
  return entries.slice(Number(offset), Number(offset) + count);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
