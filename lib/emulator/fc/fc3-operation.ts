import type { Answer } from '../http-message.ts';
import type { AdmittedCall, World } from '../service.ts';
import { fcErrors } from './fc-errors.ts';
import type { HostedFunction, StoredFunction } from './functions.ts';

/** @throws {ApiError} */
export type Fc3Operation = (call: AdmittedCall, world: World) => Answer | Promise<Answer>;

/** An operation on a function, with what it does to it. @throws {ApiError} */
export type FunctionOperation = (
  call: AdmittedCall,
  hosted: HostedFunction,
  world: World,
) => Answer | Promise<Answer>;

/** An operation on the function that the path names, once it is found. */
export function onFunction(operation: FunctionOperation): Fc3Operation {
  return (call, world) => {
    const { functionName = '', qualifier = 'LATEST' } = call.params;
    const hosted = world.functions.find(call.accountId, null, functionName);
    if (hosted === undefined) {
      throw fcErrors.error('FunctionNotFound', `function '${functionName}' does not exist`);
    }
    if (qualifier !== 'LATEST') {
      const message = `version '${qualifier}' of function '${functionName}' does not exist`;
      throw fcErrors.error('VersionNotFound', message);
    }
    return operation(call, hosted, world);
  };
}

/** An operation that answers with JSON about a function and changes nothing. */
export function reading(answer: (stored: StoredFunction, call: AdmittedCall) => object): Fc3Operation {
  return onFunction((call, { stored }) => json(answer(stored, call), call));
}

export function json(body: object, { requestId }: AdmittedCall): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'x-fc-request-id': requestId },
    body: JSON.stringify(body),
    code: null,
  };
}

/** What a deletion is answered with. */
export function noContent({ requestId }: AdmittedCall): Answer {
  return { status: 204, headers: { 'x-fc-request-id': requestId }, body: '', code: null };
}

export function arnOf({ regionId, accountId, settings }: StoredFunction): string {
  return `acs:fc:${regionId}:${accountId}:functions/${settings.functionName}`;
}

/** `2026-11-26T02:00:00Z` */
export function dateOf(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** One page of what `limit` and `nextToken` ask for; a token is the number of items before its page. */
export function pageOf<Item>(
  items: readonly Item[],
  { limit = '', nextToken = '' }: Readonly<Record<string, string>>,
  most: number,
): { readonly items: readonly Item[]; readonly nextToken?: string } {
  const size = limit === '' ? most : Number(limit);
  const start = Number(nextToken);
  if (!Number.isInteger(size) || size < 1 || size > most) {
    throw fcErrors.error('InvalidArgument', `limit must be a whole number from 1 to ${most}`);
  }
  if (!Number.isInteger(start) || start < 0) {
    throw fcErrors.error('InvalidArgument', 'nextToken must be one that was answered');
  }
  const end = start + size;
  return { items: items.slice(start, end), ...(end < items.length && { nextToken: String(end) }) };
}
