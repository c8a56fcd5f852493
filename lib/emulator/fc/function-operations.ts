import { randomUUID } from 'node:crypto';
import type { AdmittedCall, World } from '../service.ts';
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
import { takeCode } from './function-code.ts';
import { bodyOf, changedSettings, type FunctionSettings, newSettings } from './function-settings.ts';
import type { StoredFunction } from './functions.ts';

const MAX_FUNCTIONS = 100;
const DEFAULT_REGION = 'cn-hangzhou';

/** @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-createfunction */
export const createFunction: Fc3Operation = (call, world) => {
  const { accountId } = call;
  const body = bodyOf(call.request);
  const settings = newSettings(body, world);
  const { functionName } = settings;
  if (world.functions.find(accountId, null, functionName) !== undefined) {
    throw fcErrors.error('FunctionAlreadyExists', `function '${functionName}' already exists`);
  }
  const now = world.now();
  const stored: StoredFunction = {
    accountId,
    regionId: regionOf(call, settings, world),
    service: null,
    functionId: randomUUID(),
    settings,
    code: takeCode(body.code, accountId, world),
    triggers: [],
    asyncConfig: null,
    reservedConcurrency: null,
    createdAt: now,
    modifiedAt: now,
  };
  world.functions.put(stored);
  return json(shownFunction(stored), call);
};

/**
 * Changes what is given and leaves the rest as it is.
 * @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-updatefunction
 */
export const updateFunction = onFunction((call, { stored: before }, world) => {
  const body = bodyOf(call.request);
  const settings = changedSettings(before.settings, body, world);
  const stored: StoredFunction = {
    ...before,
    settings,
    code: body.code === undefined ? before.code : takeCode(body.code, call.accountId, world),
    // From now on it is no longer what the seed made it: its role decides.
    credentials: undefined,
    modifiedAt: world.now(),
  };
  world.functions.put(stored);
  return json(shownFunction(stored), call);
});

/** @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-getfunction */
export const getFunction = reading(shownFunction);

/** Its triggers and settings of every kind go with it. */
export const deleteFunction = onFunction((call, { stored }, world) => {
  world.functions.remove(stored);
  return noContent(call);
});

/** @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-listfunctions */
export const listFunctions: Fc3Operation = (call, { functions }) => {
  const { prefix = '' } = call.params;
  const all = functions
    .list(call.accountId)
    .filter(({ settings }) => settings.functionName.startsWith(prefix));
  const { items, ...next } = pageOf(all, call.params, MAX_FUNCTIONS);
  return json({ functions: items.map(shownFunction), ...next }, call);
};

/** What was sent empty is left out, like what was never sent. */
function shownFunction(stored: StoredFunction): object {
  const { code, settings } = stored;
  return {
    ...Object.fromEntries(Object.entries(settings).filter(([, value]) => !isEmpty(value))),
    functionArn: arnOf(stored),
    functionId: stored.functionId,
    ...(code.kind === 'folder' && { codeSize: code.zip.length, codeChecksum: code.checksum }),
    createdTime: dateOf(stored.createdAt),
    lastModifiedTime: dateOf(stored.modifiedAt),
    state: 'Active',
    lastUpdateStatus: 'Successful',
  };
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || (typeof value === 'object' && (value === null || Object.keys(value).length === 0));

/** Each region has an address of its own; on loopback all share one, and the project of the log tells the region. */
function regionOf({ request }: AdmittedCall, { logConfig }: FunctionSettings, { logstores }: World): string {
  const [, named] =
    /^(?:fcv3|\d+)\.([a-z0-9-]+?)(?:-vpc|-internal)?\.(?:fc\.)?aliyuncs\.com/.exec(
      request.headers.host ?? '',
    ) ?? [];
  return named ?? logstores.projectRegion(logConfig?.project ?? '') ?? DEFAULT_REGION;
}
