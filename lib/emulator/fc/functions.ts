import { basename, resolve } from 'node:path';
import pLimit from 'p-limit';
import type { EmulatorFunction } from '../types.ts';
import { type Execution, type FunctionInstance, startInstance } from './function-instance.ts';

/** A function that can be invoked. */
export interface HostedFunction {
  readonly accountId: string;
  /** As it was deployed, with what Function Compute adds. */
  readonly deployed: DeployedFunction;
  /**
   * Calls the handler in an idle instance, or in a new one: as in Function Compute an instance serves one request at
   * a time, and requests that come at once run at once. Never rejects.
   */
  invoke(requestId: string, event: Buffer): Promise<Execution>;
}

/** What was deployed, nothing left open but what a function may lack. */
export type DeployedFunction = EmulatorFunction &
  Required<Pick<EmulatorFunction, 'timeoutSeconds' | 'regionId' | 'runtime' | 'triggers'>> & {
    /** `file.export` */
    readonly handler: string;
    readonly memoryMb: number;
  };

export interface Functions {
  /** Whether an account has a service of that name (Function Compute 2.0). */
  hasService(accountId: string, service: string): boolean;
  /** @param service null for Function Compute 3.0 */
  find(accountId: string, service: string | null, name: string): HostedFunction | undefined;
  /** Ends every instance. */
  stop(): void;
}

export interface FunctionsDeps {
  /** The account of a function that names none. */
  readonly defaultAccountId: string;
  /** The emulator's own URL, asked for when a function is invoked first. */
  readonly url: () => string;
}

/** More requests at once than this wait; the quota of an account is a hundred, but this is one machine. */
const MAX_INSTANCES = 8;
const DEFAULT_TIMEOUT_SECONDS = 60;
const DEFAULT_REGION = 'cn-hangzhou';
const MEMORY_MB = 512;

/** @throws when two functions have the same name */
export function createFunctions(definitions: readonly EmulatorFunction[], deps: FunctionsDeps): Functions {
  const hosted = new Map<string, HostedFunction>();
  const services = new Set<string>();
  const instances = new Set<FunctionInstance>();

  for (const definition of definitions) {
    const accountId = definition.accountId ?? deps.defaultAccountId;
    const key = keyOf(accountId, definition.service ?? null, definition.name);
    if (hosted.has(key)) throw new Error(`function ${definition.name} is there twice`);
    hosted.set(key, host(definition, accountId, deps.url, instances));
    if (definition.service !== undefined) services.add(`${accountId} ${definition.service}`);
  }

  return {
    hasService: (accountId, service) => services.has(`${accountId} ${service}`),
    find: (accountId, service, name) => hosted.get(keyOf(accountId, service, name)),
    stop: () => {
      for (const instance of instances) instance.stop();
      instances.clear();
    },
  };
}

const keyOf = (accountId: string, service: string | null, name: string): string =>
  JSON.stringify([accountId, service, name]);

function host(
  definition: EmulatorFunction,
  accountId: string,
  url: () => string,
  instances: Set<FunctionInstance>,
): HostedFunction {
  const { timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = definition;
  const handlerFile = resolve(definition.handlerFile);
  const idle: FunctionInstance[] = [];
  const slot = pLimit(MAX_INSTANCES);

  function start(): FunctionInstance {
    const instance = startInstance({
      node: definition.node ?? process.execPath,
      handlerFile,
      env: environmentOf(definition, accountId, url()),
      print: definition.print ?? (() => {}),
    });
    instances.add(instance);
    return instance;
  }

  /** A process may end by itself after it answered. */
  function nextIdle(): FunctionInstance | undefined {
    const next = idle.pop();
    return next === undefined || next.alive ? next : nextIdle();
  }

  return {
    accountId,
    deployed: {
      ...definition,
      timeoutSeconds,
      regionId: definition.regionId ?? DEFAULT_REGION,
      runtime: definition.runtime ?? 'nodejs20',
      triggers: definition.triggers ?? [],
      handler: handlerOf(definition),
      memoryMb: MEMORY_MB,
    },
    invoke: (requestId, event) =>
      slot(async () => {
        const instance = nextIdle() ?? start();
        const context = { requestId, ...contextOf(definition, accountId, timeoutSeconds) };
        const execution = await instance.run(event, context, timeoutSeconds);
        if (instance.alive) idle.push(instance);
        else instances.delete(instance);
        return execution;
      }),
  };
}

/** @see https://www.alibabacloud.com/help/en/functioncompute/fc/context-1-1 */
function contextOf(definition: EmulatorFunction, accountId: string, timeoutSeconds: number): object {
  const { name, service, credentials, regionId = DEFAULT_REGION } = definition;
  return {
    ...(credentials === undefined ? {} : { credentials }),
    function: { name, handler: handlerOf(definition), memory: MEMORY_MB, timeout: timeoutSeconds },
    ...(service === undefined ? {} : { service: { name: service, qualifier: 'LATEST', versionId: '' } }),
    region: regionId,
    accountId,
  };
}

/**
 * Function Compute's own variables, and nothing of this process.
 * @see https://www.alibabacloud.com/help/en/functioncompute/fc/environment-variables
 */
function environmentOf(
  definition: EmulatorFunction,
  accountId: string,
  url: string,
): Readonly<Record<string, string>> {
  const { name, service, credentials, regionId = DEFAULT_REGION } = definition;
  return {
    TZ: 'UTC',
    // A function's instance has no metadata address to ask for credentials.
    ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true',
    CBN_ENDPOINT: url,
    VPC_ENDPOINT: url,
    SLS_ENDPOINT: url,
    CMS_ENDPOINT: url,
    STS_ENDPOINT: url,
    FC_ACCOUNT_ID: accountId,
    FC_FUNCTION_HANDLER: handlerOf(definition),
    FC_FUNCTION_MEMORY_SIZE: String(MEMORY_MB),
    FC_FUNCTION_NAME: name,
    FC_REGION: regionId,
    ...(service === undefined ? {} : { FC_SERVICE_NAME: service, FC_QUALIFIER: 'LATEST' }),
    ...(credentials === undefined
      ? {}
      : {
          ALIBABA_CLOUD_ACCESS_KEY_ID: credentials.accessKeyId,
          ALIBABA_CLOUD_ACCESS_KEY_SECRET: credentials.accessKeySecret,
          ...(credentials.securityToken === undefined
            ? {}
            : { ALIBABA_CLOUD_SECURITY_TOKEN: credentials.securityToken }),
        }),
    ...definition.env,
  };
}

const handlerOf = ({ handlerFile }: EmulatorFunction): string =>
  `${basename(handlerFile).replace(/\.c?js$/, '')}.handler`;
