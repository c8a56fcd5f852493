import pLimit from 'p-limit';
import type { EmulatorAccessKey, EmulatorExecution } from '../types.ts';
import { entryFile, exportOf, type FunctionCode } from './function-code.ts';
import { type FunctionInstance, startInstance } from './function-instance.ts';
import { DEFAULT_MEMORY_MB, DEFAULT_TIMEOUT_SECONDS, type FunctionSettings } from './function-settings.ts';

/** One version of a function's code and settings, in processes. */
export interface Runner {
  /** Calls under way. */
  readonly running: number;
  /**
   * Calls the handler in an idle instance, or in a new one: as in Function Compute an instance serves one request at
   * a time, and requests that come at once run at once. Rejects only when there are no credentials to give.
   */
  invoke(requestId: string, event: Buffer): Promise<EmulatorExecution>;
  /** Takes no more calls. Resolves when those under way have ended and every process is gone. */
  retire(): Promise<void>;
  /** Ends every process at once. */
  stop(): void;
}

export interface RunnerOptions {
  readonly settings: FunctionSettings;
  readonly code: FunctionCode;
  readonly accountId: string;
  readonly regionId: string;
  /** Function Compute 2.0's; null on 3.0. */
  readonly service: string | null;
  /** Path of the Node.js that runs it. */
  readonly node: string;
  /** The emulator's own URL. */
  readonly url: () => string;
  /** Those of its role; undefined for a function without one. @throws when there is a role and none can be had */
  readonly credentials: () => EmulatorAccessKey | undefined;
  readonly print: (text: string) => void;
}

/** More requests at once than this wait; the quota of an account is a hundred, but this is one machine. */
const MAX_INSTANCES = 8;

export function createRunner(options: RunnerOptions): Runner {
  const { settings, code, node, print } = options;
  const { timeout = DEFAULT_TIMEOUT_SECONDS, handler } = settings;
  const all = new Set<FunctionInstance>();
  const idle: FunctionInstance[] = [];
  const slot = pLimit(MAX_INSTANCES);
  let retired: (() => void) | undefined;

  function start(): FunctionInstance {
    const instance = startInstance({
      node,
      handlerFile: entryFile(code, handler),
      exportName: exportOf(handler),
      env: environmentOf(options),
      print,
    });
    all.add(instance);
    return instance;
  }

  /** A process may end by itself after it answered. */
  function nextIdle(): FunctionInstance | undefined {
    const next = idle.pop();
    return next === undefined || next.alive ? next : nextIdle();
  }

  function stop(): void {
    for (const instance of all) instance.stop();
    all.clear();
    idle.length = 0;
  }

  function endIfRetired(): void {
    if (retired === undefined || slot.activeCount + slot.pendingCount > 0) return;
    stop();
    retired();
  }

  async function run(requestId: string, event: Buffer): Promise<EmulatorExecution> {
    const context = { requestId, ...contextOf(options) };
    const instance = nextIdle() ?? start();
    const execution = await instance.run(event, context, timeout);
    if (instance.alive) idle.push(instance);
    else all.delete(instance);
    return execution;
  }

  return {
    get running() {
      return slot.activeCount + slot.pendingCount;
    },
    invoke: async (requestId, event) => {
      try {
        return await slot(() => run(requestId, event));
      } finally {
        // The slot of this call is given back a moment later.
        setImmediate(endIfRetired);
      }
    },
    retire: () =>
      new Promise((resolve) => {
        retired = resolve;
        endIfRetired();
      }),
    stop,
  };
}

/** @see https://www.alibabacloud.com/help/en/functioncompute/fc/context-1-1 */
function contextOf({ settings, accountId, regionId, service, credentials }: RunnerOptions): object {
  const {
    functionName,
    handler,
    memorySize = DEFAULT_MEMORY_MB,
    timeout = DEFAULT_TIMEOUT_SECONDS,
  } = settings;
  const given = credentials();
  return {
    ...(given === undefined ? {} : { credentials: tokenOf(given) }),
    function: { name: functionName, handler, memory: memorySize, timeout },
    ...(service === null ? {} : { service: { name: service, qualifier: 'LATEST', versionId: '' } }),
    region: regionId,
    accountId,
  };
}

const tokenOf = ({ accessKeyId, accessKeySecret, securityToken }: EmulatorAccessKey): EmulatorAccessKey => ({
  accessKeyId,
  accessKeySecret,
  ...(securityToken === undefined ? {} : { securityToken }),
});

/**
 * Function Compute's own variables, and nothing of this process.
 * @see https://www.alibabacloud.com/help/en/functioncompute/fc/environment-variables
 */
function environmentOf(options: RunnerOptions): Readonly<Record<string, string>> {
  const { settings, accountId, regionId, service } = options;
  const url = options.url();
  const credentials = options.credentials();
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
    FC_FUNCTION_HANDLER: settings.handler,
    FC_FUNCTION_MEMORY_SIZE: String(settings.memorySize ?? DEFAULT_MEMORY_MB),
    FC_FUNCTION_NAME: settings.functionName,
    FC_REGION: regionId,
    ...(service === null ? {} : { FC_SERVICE_NAME: service, FC_QUALIFIER: 'LATEST' }),
    ...(credentials === undefined
      ? {}
      : {
          ALIBABA_CLOUD_ACCESS_KEY_ID: credentials.accessKeyId,
          ALIBABA_CLOUD_ACCESS_KEY_SECRET: credentials.accessKeySecret,
          ...(credentials.securityToken === undefined
            ? {}
            : { ALIBABA_CLOUD_SECURITY_TOKEN: credentials.securityToken }),
        }),
    ...settings.environmentVariables,
  };
}
