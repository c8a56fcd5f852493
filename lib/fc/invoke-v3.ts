/** Function Compute 3.0, by `@alicloud/fc20230330`. Loading this loads that client: import it only when invoking. */
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import * as imported from '@alicloud/fc20230330';
import { redact } from '../credentials/redact.ts';
import type { Credentials } from '../credentials/types.ts';
import {
  brokenInvocation,
  headerOf,
  InvokeError,
  type InvokeFunction,
  type InvokerOptions,
  oneLine,
  unreadableAnswer,
} from './invocation.ts';

type Sdk = typeof imported.default;
type Client = InstanceType<Sdk['default']>;

/**
 * @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-invokefunction
 */
export function createInvokeV3(functionName: string, options: InvokerOptions): InvokeFunction {
  const { endpoint, credentials, timeoutMs } = options;
  const { accessKeyId, accessKeySecret, securityToken } = credentials;
  const client = new sdk.default({
    endpoint: endpoint.host,
    protocol: endpoint.protocol.slice(0, -1),
    accessKeyId,
    accessKeySecret,
    ...(securityToken === undefined ? {} : { securityToken }),
    // The client's "connect" timeout ends idle sockets too, so it must not be shorter than a run of the function.
    connectTimeout: timeoutMs,
    readTimeout: timeoutMs,
  } as ConstructorParameters<Sdk['default']>[0]);

  return async ({ payload, async }) => {
    const request = new sdk.InvokeFunctionRequest({
      // Never of the text itself: a stream of text ends the process inside the client.
      body: Readable.from([Buffer.from(payload)]),
    });
    const headers = new sdk.InvokeFunctionHeaders({ xFcInvocationType: async ? 'Async' : 'Sync' });
    try {
      const answer = await client.invokeFunctionWithOptions(functionName, request, headers, NO_OPTIONS);
      const told = answer.headers ?? {};
      return {
        requestId: headerOf(told, 'x-fc-request-id'),
        taskId: headerOf(told, 'x-fc-async-task-id'),
        errorType: headerOf(told, 'x-fc-error-type'),
        body: answer.body === undefined ? '' : await text(answer.body),
      };
    } catch (error) {
      throw refusalOf(error, credentials) ?? brokenInvocation(error, credentials);
    }
  };
}

/** The class of run-time options belongs to a package of the client's; every field of it is optional. */
const NO_OPTIONS = {} as Parameters<Client['invokeFunctionWithOptions']>[3];

/** The client is CommonJS: by who imports it, its exports are the default of the namespace, or the namespace. */
const sdk = ('InvokeFunctionRequest' in imported.default ? imported.default : imported) as Sdk;

/** What the client throws for HTTP 4xx and 5xx with a JSON body; its message begins with `code: 404, `. */
function refusalOf(error: unknown, credentials: Credentials): InvokeError | null {
  const { statusCode, code, message, data } = error as {
    readonly statusCode?: unknown;
    readonly code?: unknown;
    readonly message?: unknown;
    readonly data?: Readonly<Record<string, unknown>>;
  };
  if (typeof statusCode !== 'number') return null;
  if (typeof code !== 'string' || code === 'undefined') return unreadableAnswer(statusCode, credentials);
  const told = data?.Message ?? data?.message ?? message;
  return new InvokeError(oneLine(redact(String(told), credentials)), {
    failure: 'refused',
    code: redact(code, credentials),
    status: statusCode,
    requestId: headerOf(data ?? {}, 'RequestId') ?? headerOf(data ?? {}, 'requestId'),
  });
}
