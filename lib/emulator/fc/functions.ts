import { basename, resolve } from 'node:path';
import type { EmulatorAccessKey, EmulatorExecution, EmulatorFunction } from '../types.ts';
import { discardCode, type FunctionCode } from './function-code.ts';
import type { FunctionSettings } from './function-settings.ts';
import type { RoleCredentials } from './role-credentials.ts';
import { createRunner, type Runner } from './runner.ts';

/** A trigger, as it was sent. */
export interface StoredTrigger {
  readonly triggerId: string;
  readonly triggerName: string;
  readonly triggerType: string;
  /** JSON text. */
  readonly triggerConfig: string;
  readonly description?: string | undefined;
  readonly qualifier?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** How asynchronous invocations are retried, as it was sent. */
export interface StoredAsyncConfig {
  readonly settings: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** A function as it is deployed. */
export interface StoredFunction {
  readonly accountId: string;
  readonly regionId: string;
  /** Function Compute 2.0's; null on 3.0. */
  readonly service: string | null;
  readonly functionId: string;
  readonly settings: FunctionSettings;
  readonly code: FunctionCode;
  readonly triggers: readonly StoredTrigger[];
  readonly asyncConfig: StoredAsyncConfig | null;
  readonly reservedConcurrency: number | null;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** Of a function of the seed: what it has in place of credentials of its role. */
  readonly credentials?: EmulatorAccessKey | undefined;
  readonly node?: string | undefined;
  readonly print?: ((text: string) => void) | undefined;
}

/** A function that can be invoked. */
export interface HostedFunction {
  readonly stored: StoredFunction;
  /** Calls under way. */
  readonly running: number;
  /** @see Runner.invoke */
  invoke(requestId: string, event: Buffer): Promise<EmulatorExecution>;
}

export interface Functions {
  /** Whether an account has a service of that name (Function Compute 2.0). */
  hasService(accountId: string, service: string): boolean;
  /** @param service null for Function Compute 3.0 */
  find(accountId: string, service: string | null, name: string): HostedFunction | undefined;
  /** Those of Function Compute 3.0, by name. */
  list(accountId: string): readonly StoredFunction[];
  /** Creates it, or replaces what is there: calls under way end with what they began with. */
  put(stored: StoredFunction): void;
  remove(stored: StoredFunction): void;
  /** Ends every instance and deletes what was unpacked. */
  stop(): void;
}

export interface FunctionsDeps {
  /** The account of a function of the seed that names none. */
  readonly defaultAccountId: string;
  /** The emulator's own URL, asked for when a function is invoked. */
  readonly url: () => string;
  readonly roleCredentials: RoleCredentials;
  /** Path of the Node.js that runs a function that names none. */
  readonly node: string;
  /** Takes what functions print that have nobody of their own for it. */
  readonly print: (text: string) => void;
  readonly now: () => number;
}

interface Hosted {
  readonly stored: StoredFunction;
  readonly runner: Runner;
}

const DEFAULT_REGION = 'cn-hangzhou';
const SEEDED_TIMEOUT_SECONDS = 60;

/** @throws when two functions have the same name */
export function createFunctions(seeded: readonly EmulatorFunction[], deps: FunctionsDeps): Functions {
  const hosted = new Map<string, Hosted>();
  /** Still at work, or unpacked on disk. */
  const runners = new Map<Runner, FunctionCode>();

  function runnerOf(stored: StoredFunction): Runner {
    const { settings, credentials, node = deps.node, print = deps.print } = stored;
    const { url, roleCredentials } = deps;
    const { role } = settings;
    const runner = createRunner({
      ...stored,
      node,
      print,
      url,
      credentials: () => credentials ?? (role ? roleCredentials(role) : undefined),
    });
    runners.set(runner, stored.code);
    return runner;
  }

  function retire({ runner, stored }: Hosted, keepCode: boolean): void {
    void runner.retire().then(() => {
      runners.delete(runner);
      if (!keepCode) discardCode(stored.code);
    });
  }

  function put(stored: StoredFunction): void {
    const key = keyOf(stored);
    const before = hosted.get(key);
    const same = before?.stored.settings === stored.settings && before.stored.code === stored.code;
    hosted.set(key, { stored, runner: before && same ? before.runner : runnerOf(stored) });
    if (before && !same) retire(before, before.stored.code === stored.code);
  }

  for (const definition of seeded) {
    const stored = seededFunction(definition, deps);
    if (hosted.has(keyOf(stored))) throw new Error(`function ${definition.name} is there twice`);
    put(stored);
  }

  return {
    hasService: (accountId, service) =>
      [...hosted.values()].some(({ stored }) => stored.accountId === accountId && stored.service === service),
    find: (accountId, service, functionName) => {
      const found = hosted.get(keyOf({ accountId, service, settings: { functionName } }));
      return (
        found && {
          stored: found.stored,
          get running() {
            return found.runner.running;
          },
          invoke: found.runner.invoke,
        }
      );
    },
    list: (accountId) =>
      [...hosted.values()]
        .map(({ stored }) => stored)
        .filter((stored) => stored.accountId === accountId && stored.service === null)
        .sort((a, b) => (a.settings.functionName < b.settings.functionName ? -1 : 1)),
    put,
    remove: (stored) => {
      const before = hosted.get(keyOf(stored));
      if (before === undefined) return;
      hosted.delete(keyOf(stored));
      retire(before, false);
    },
    stop: () => {
      for (const [runner, code] of runners) {
        runner.stop();
        discardCode(code);
      }
      runners.clear();
      hosted.clear();
    },
  };
}

const keyOf = ({
  accountId,
  service,
  settings,
}: Pick<StoredFunction, 'accountId' | 'service'> & {
  readonly settings: Pick<FunctionSettings, 'functionName'>;
}): string => JSON.stringify([accountId, service, settings.functionName]);

function seededFunction(definition: EmulatorFunction, deps: FunctionsDeps): StoredFunction {
  const { name, asyncInvokeConfig, triggers = [], role, env, logConfig } = definition;
  const now = deps.now();
  const made = { createdAt: now, modifiedAt: now };
  return {
    accountId: definition.accountId ?? deps.defaultAccountId,
    regionId: definition.regionId ?? DEFAULT_REGION,
    service: definition.service ?? null,
    functionId: name,
    settings: {
      functionName: name,
      runtime: definition.runtime ?? 'nodejs20',
      handler: `${basename(definition.handlerFile).replace(/\.c?js$/, '')}.handler`,
      timeout: definition.timeoutSeconds ?? SEEDED_TIMEOUT_SECONDS,
      memorySize: 512,
      internetAccess: true,
      ...(role === undefined ? {} : { role }),
      ...(env === undefined ? {} : { environmentVariables: { ...env } }),
      ...(logConfig === undefined ? {} : { logConfig: { ...logConfig } }),
    },
    code: { kind: 'file', file: resolve(definition.handlerFile) },
    triggers: triggers.map(({ triggerName, triggerType, triggerConfig }) => ({
      triggerId: triggerName,
      triggerName,
      triggerType,
      triggerConfig: JSON.stringify(triggerConfig),
      qualifier: 'LATEST',
      ...made,
    })),
    asyncConfig:
      asyncInvokeConfig === undefined ? null : { settings: asyncSettings(asyncInvokeConfig), ...made },
    reservedConcurrency: null,
    ...made,
    credentials: definition.credentials,
    node: definition.node,
    print: definition.print,
  };
}

function asyncSettings({
  onFailure,
  ...settings
}: NonNullable<EmulatorFunction['asyncInvokeConfig']>): Readonly<Record<string, unknown>> {
  if (onFailure === undefined) return settings;
  return { ...settings, destinationConfig: { onFailure: { destination: onFailure } } };
}
