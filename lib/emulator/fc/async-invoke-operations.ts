import * as v from 'valibot';
import { fcErrors } from './fc-errors.ts';
import {
  arnOf,
  dateOf,
  type Fc3Operation,
  json,
  noContent,
  onFunction,
  pageOf,
  reading,
} from './fc3-operation.ts';
import { bodyOf, parsed, wholeBetween } from './function-settings.ts';
import type { StoredAsyncConfig, StoredFunction } from './functions.ts';

const MAX_CONFIGS = 100;
const DAY_SECONDS = 86_400;

const destination = v.optional(v.object({ destination: v.optional(v.string('must be text')) }));

const given = v.object({
  maxAsyncRetryAttempts: v.optional(wholeBetween(0, 8), 3),
  maxAsyncEventAgeInSeconds: v.optional(wholeBetween(1, 7 * DAY_SECONDS), DAY_SECONDS),
  asyncTask: v.optional(v.boolean('must be true or false')),
  destinationConfig: v.optional(v.object({ onSuccess: destination, onFailure: destination })),
});

/** @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-putasyncinvokeconfig */
export const putAsyncInvokeConfig = onFunction((call, { stored }, world) => {
  const now = world.now();
  const asyncConfig = {
    settings: parsed(given, bodyOf(call.request)),
    createdAt: stored.asyncConfig?.createdAt ?? now,
    modifiedAt: now,
  };
  world.functions.put({ ...stored, asyncConfig });
  return json(shown(stored, asyncConfig), call);
});

/**
 * @throws {ApiError} `AsyncConfigNotExists` for a function without one
 * @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-getasyncinvokeconfig
 */
export const getAsyncInvokeConfig = reading((stored) => shown(stored, configOf(stored)));

export const deleteAsyncInvokeConfig = onFunction((call, { stored }, world) => {
  configOf(stored);
  world.functions.put({ ...stored, asyncConfig: null });
  return noContent(call);
});

export const listAsyncInvokeConfigs: Fc3Operation = (call, { functions }) => {
  const { functionName } = call.params;
  const all = functions
    .list(call.accountId)
    .filter(({ settings }) => functionName === undefined || settings.functionName === functionName)
    .flatMap((stored) => (stored.asyncConfig === null ? [] : [shown(stored, stored.asyncConfig)]));
  const { items, ...next } = pageOf(all, call.params, MAX_CONFIGS);
  return json({ configs: items, ...next }, call);
};

function configOf({ asyncConfig }: StoredFunction): StoredAsyncConfig {
  if (asyncConfig === null) throw fcErrors.error('AsyncConfigNotExists');
  return asyncConfig;
}

function shown(stored: StoredFunction, { settings, createdAt, modifiedAt }: StoredAsyncConfig): object {
  return {
    functionArn: arnOf(stored),
    maxAsyncEventAgeInSeconds: DAY_SECONDS,
    destinationConfig: {},
    ...settings,
    createdTime: dateOf(createdAt),
    lastModifiedTime: dateOf(modifiedAt),
  };
}
