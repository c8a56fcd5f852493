import * as v from 'valibot';
import { fcErrors } from './fc-errors.ts';
import { arnOf, json, noContent, onFunction, reading } from './fc3-operation.ts';
import { bodyOf, parsed, wholeBetween } from './function-settings.ts';
import type { StoredFunction } from './functions.ts';

/** Of an account, by default. */
const MAX_CONCURRENCY = 100;

const given = v.object({ reservedConcurrency: wholeBetween(0, MAX_CONCURRENCY) });

/** @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-putconcurrencyconfig */
export const putConcurrencyConfig = onFunction((call, { stored }, world) => {
  const changed = { ...stored, ...parsed(given, bodyOf(call.request)) };
  world.functions.put(changed);
  return json(shown(changed), call);
});

/** @throws {ApiError} `OnDemandConfigNotFound` for a function that reserves none */
export const getConcurrencyConfig = reading(shown);

export const deleteConcurrencyConfig = onFunction((call, { stored }, world) => {
  shown(stored);
  world.functions.put({ ...stored, reservedConcurrency: null });
  return noContent(call);
});

function shown(stored: StoredFunction): object {
  const { reservedConcurrency } = stored;
  if (reservedConcurrency === null) throw fcErrors.error('OnDemandConfigNotFound');
  return { functionArn: arnOf(stored), reservedConcurrency };
}
