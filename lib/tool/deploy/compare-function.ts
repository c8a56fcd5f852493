/** What is deployed against what is wanted. Pure. */
import type { AsyncRetries, DeployedTrigger } from '../../cloud/fc/deployed-function.ts';
import type { Digests } from '../../function/digests.ts';
import { isObject, type JsonObject, objectAt } from '../../json.ts';
import { differences } from '../provision/compare.ts';
import { arnOf } from '../role-arn.ts';
import type { Target } from './target.ts';

/**
 * How the function itself is not as `s.yaml` has it. What Function Compute does not say is not compared.
 * @param deployed as GetFunction answers it
 */
export function functionDifferences(
  { settings, role }: Target,
  accountId: string,
  deployed: JsonObject,
): readonly string[] {
  const { environmentVariables, ...rest } = settings;
  const wanted = { ...rest, role: arnOf(role.accountId ?? accountId, role.roleName) };
  const found = { ...deployed, role: String(deployed.role ?? '').toLowerCase() };
  const said = Object.entries(wanted).filter(([key]) => deployed[key] !== undefined);
  return [
    ...differences(found, Object.fromEntries(said)),
    ...environmentDifferences(objectAt(environmentVariables), objectAt(deployed.environmentVariables)),
  ];
}

/** By name only: values may be secrets. */
function environmentDifferences(wanted: JsonObject, deployed: JsonObject): readonly string[] {
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(deployed)])];
  return names.flatMap((name) => {
    if (String(wanted[name]) === String(deployed[name])) return [];
    const what = !(name in wanted)
      ? 'is set, and not in s.yaml'
      : name in deployed
        ? 'has another value'
        : 'is missing';
    return [`environmentVariables.${name} ${what}`];
  });
}

/** How a trigger is not as `s.yaml` has it; one that is not there differs too. */
export function triggerDifferences(
  { name, type, config }: Target['triggers'][number],
  deployed: readonly DeployedTrigger[],
): readonly string[] {
  const found = deployed.find((each) => each.name === name);
  if (found === undefined) return ['it is missing'];
  if (found.type !== type) return [`it is of type ${found.type}, wanted ${type}`];
  return differences(configOf(found.config), config);
}

/** How asynchronous calls are handled otherwise. */
export function asyncDifferences(
  { asyncInvokeConfig }: Target,
  deployed: AsyncRetries | null,
): readonly string[] {
  const { maxAsyncRetryAttempts, maxAsyncEventAgeInSeconds } = asyncInvokeConfig;
  const wanted = { maxAsyncRetryAttempts, maxAsyncEventAgeInSeconds };
  const set = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
  if (deployed === null) return Object.keys(set).length === 0 ? [] : ['asyncInvokeConfig is missing'];
  const shown = {
    maxAsyncRetryAttempts: deployed.maxAttempts ?? undefined,
    maxAsyncEventAgeInSeconds: deployed.maxAgeSeconds ?? undefined,
  };
  return differences(shown, set);
}

/** What is deployed of a bundle, as the function itself says it. */
export interface Contents extends Digests {
  /** Version of the zone data that the config was compiled with. */
  readonly zoneData: string;
}

/** How the code and the config that are deployed are not the ones at hand. */
export function contentDifferences(deployed: Contents | null, local: Contents): readonly string[] {
  if (deployed === null) return ['the function does not say which code and config it has'];
  return [
    ...(deployed.code === local.code ? [] : ['its code is another one']),
    ...(deployed.config === local.config ? [] : ['its config is another one']),
    ...(deployed.zoneData === local.zoneData
      ? []
      : [
          `its config was compiled with zone data ${deployed.zoneData || 'of nobody'}, here it is ${local.zoneData}`,
        ]),
  ];
}

/** A trigger's settings come as JSON text. */
function configOf(config: unknown): JsonObject {
  if (typeof config !== 'string') return objectAt(config);
  try {
    const value: unknown = JSON.parse(config);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
