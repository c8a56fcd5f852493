/** Functions of Function Compute 3.0: how one is deployed, and invoking it. */
import { type JsonObject, objectAt, objectsAt } from '../../json.ts';
import { CloudError } from '../../reconcile/cloud-error.ts';
import { encode } from '../acs3.ts';
import { type Answer, type Ask, createAsk, readNothing, readObject } from '../call.ts';
import { FUNCTION_COMPUTE } from '../tool-services.ts';
import type { AsyncRetries, DeployedFunction, DeployedTrigger, FunctionReader } from './deployed-function.ts';
import { headerOf, type Invoked, type InvokeFunction, type InvokerOptions } from './invocation.ts';

/** Function Compute allows fewer triggers of a function than these pages hold. */
const MAX_PAGES = 20;

/**
 * @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-invokefunction
 */
export function createInvokeV3(functionName: string, options: InvokerOptions): InvokeFunction {
  const ask = connectV3(options);
  return ({ payload, async }) =>
    ask({
      name: 'InvokeFunction',
      path: `${pathOf(functionName)}/invocations`,
      headers: {
        'content-type': 'application/octet-stream',
        'x-fc-invocation-type': async ? 'Async' : 'Sync',
      },
      body: Buffer.from(payload),
      read: readInvoked,
    });
}

/** The function's own failure is told by a header, not by the status. */
function readInvoked({ headers, bytes }: Answer): Invoked {
  return {
    requestId: headerOf(headers, 'x-fc-request-id'),
    taskId: headerOf(headers, 'x-fc-async-task-id'),
    errorType: headerOf(headers, 'x-fc-error-type'),
    body: bytes.toString('utf8'),
  };
}

/**
 * @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-getfunction
 */
export function createReaderV3(functionName: string, options: InvokerOptions): FunctionReader {
  const ask = connectV3(options);
  const path = pathOf(functionName);
  const get = (name: string, where: string, query = {}): Promise<JsonObject> =>
    ask({ name, method: 'GET', path: where, query, read: readObject });
  return {
    read: async () => readFunction(await get('GetFunction', path)),
    triggers: async () => {
      const found: DeployedTrigger[] = [];
      let nextToken: string | null = null;
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const query = { limit: '50', ...(nextToken === null ? {} : { nextToken }) };
        const answer: JsonObject = await get('ListTriggers', `${path}/triggers`, query);
        for (const { triggerName, triggerType, triggerConfig } of objectsAt(answer.triggers)) {
          const [name, type] = [textOf(triggerName) ?? '', textOf(triggerType) ?? ''];
          found.push({ name, type, config: triggerConfig });
        }
        nextToken = textOf(answer.nextToken);
        if (nextToken === null) break;
      }
      return found;
    },
    asyncRetries: async () => {
      try {
        return readRetries(await get('GetAsyncInvokeConfig', `${path}/async-invoke-config`));
      } catch (error) {
        // As Alibaba Cloud's Terraform provider reads it.
        if (error instanceof CloudError && /^AsyncConfigNotExists?$/i.test(error.code)) return null;
        throw error;
      }
    },
  };
}

function readFunction(body: JsonObject): DeployedFunction {
  const { project, logstore } = objectAt(body.logConfig);
  const environment = Object.entries(objectAt(body.environmentVariables));
  return {
    functionArn: textOf(body.functionArn),
    runtime: textOf(body.runtime),
    handler: textOf(body.handler),
    timeoutSeconds: numberOf(body.timeout),
    role: textOf(body.role),
    environment: Object.fromEntries(environment.map(([name, value]) => [name, String(value)])),
    internetAccess: typeof body.internetAccess === 'boolean' ? body.internetAccess : null,
    log:
      textOf(project) && textOf(logstore) ? { project: String(project), logstore: String(logstore) } : null,
    state: textOf(body.state),
    lastUpdateStatus: textOf(body.lastUpdateStatus),
    settings: body,
  };
}

/** Every method throws `CloudError` and nothing else. What is not there counts as removed. */
export interface FunctionRemover {
  trigger(triggerName: string): Promise<void>;
  /** With its asynchronous settings. A function with triggers is not removed. */
  function(): Promise<void>;
}

/** @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-deletefunction */
export function createRemoverV3(functionName: string, options: InvokerOptions): FunctionRemover {
  const ask = connectV3(options);
  const path = pathOf(functionName);

  async function remove(name: string, where: string, query = {}): Promise<void> {
    try {
      await ask({ name, method: 'DELETE', path: where, query, read: readNothing });
    } catch (error) {
      if (!(error instanceof CloudError && /NotFound$|NotExists?$/i.test(error.code))) throw error;
    }
  }

  return {
    trigger: (triggerName) => remove('DeleteTrigger', `${path}/triggers/${encode(triggerName)}`),
    function: async () => {
      await remove('DeleteAsyncInvokeConfig', `${path}/async-invoke-config`, { qualifier: 'LATEST' });
      await remove('DeleteFunction', path);
    },
  };
}

function readRetries(body: JsonObject): AsyncRetries {
  return {
    maxAttempts: numberOf(body.maxAsyncRetryAttempts),
    maxAgeSeconds: numberOf(body.maxAsyncEventAgeInSeconds),
    onFailure: textOf(objectAt(objectAt(body.destinationConfig).onFailure).destination),
  };
}

/** Any operation of Function Compute 3.0, with one set of credentials. */
export function connectV3({ endpoint, credentials, timeoutMs }: InvokerOptions): Ask {
  return createAsk(FUNCTION_COMPUTE, { endpoint, credentials: async () => credentials, timeoutMs });
}

const pathOf = (functionName: string): string => `/2023-03-30/functions/${encode(functionName)}`;

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);
