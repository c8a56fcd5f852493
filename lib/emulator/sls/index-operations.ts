import type { SlsDefinition } from '../types.ts';
import { isObject, jsonBody } from './json-body.ts';
import { slsErrors } from './sls-errors.ts';
import { onLogstore } from './sls-operation.ts';

const TYPES: readonly unknown[] = ['text', 'long', 'double', 'json'];

/** @see https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-getindex */
export const getIndex = onLogstore(({ project, logstore }, world) => {
  const index = world.slsResources.of(project).indexes.get(logstore);
  if (index === undefined) throw slsErrors.error('IndexConfigNotExist');
  return index;
});

/** @see https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-createindex */
export const createIndex = onLogstore(({ project, logstore, request }, world) => {
  const { indexes } = world.slsResources.of(project);
  const index = checkedIndex(jsonBody(request));
  if (indexes.has(logstore)) throw slsErrors.error('IndexAlreadyExist');
  indexes.set(logstore, stamped(index, world.now()));
  return undefined;
});

/** Replaces all of it. @see https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-updateindex */
export const updateIndex = onLogstore(({ project, logstore, request }, world) => {
  const { indexes } = world.slsResources.of(project);
  const index = checkedIndex(jsonBody(request));
  if (!indexes.has(logstore)) throw slsErrors.error('IndexConfigNotExist');
  indexes.set(logstore, stamped(index, world.now()));
  return undefined;
});

/** As SLS answers it, with fields of its own. */
function stamped(index: SlsDefinition, now: number): SlsDefinition {
  return { log_reduce: false, ...index, index_mode: 'v2', lastModifyTime: Math.floor(now / 1000) };
}

function checkedIndex(index: SlsDefinition): SlsDefinition {
  const { line, keys, max_text_len: maxTextLen = 2048 } = index;
  check(line !== undefined || keys !== undefined, 'line or keys must be given');
  check(line === undefined || (isObject(line) && isTokens(line.token)), 'line.token must be a list of text');
  check(keys === undefined || isObject(keys), 'keys must be an object');
  for (const [name, key] of Object.entries(isObject(keys) ? keys : {})) {
    check(isObject(key) && TYPES.includes(key.type), `the type of ${name} is invalid`);
    check(key.type !== 'text' || isTokens(key.token), `the token of ${name} is invalid`);
    check(!name.startsWith('__'), `${name} is reserved`);
  }
  check(
    typeof maxTextLen === 'number' && maxTextLen >= 64 && maxTextLen <= 16_384,
    'max_text_len must be 64 to 16384',
  );
  return index;
}

function isTokens(value: unknown): boolean {
  return Array.isArray(value) && value.every((token) => typeof token === 'string');
}

function check(holds: boolean, problem: string): asserts holds {
  if (!holds) throw slsErrors.error('IndexInfoInvalid', problem);
}
