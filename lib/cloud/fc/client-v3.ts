/** The client of Function Compute 3.0. Loading this loads `@alicloud/fc20230330`: import it only when needed. */
import * as imported from '@alicloud/fc20230330';
import { oneLine } from '../../text.ts';
import { redact } from '../credentials/redact.ts';
import { headerOf, InvokeError, type InvokerOptions, unreadableAnswer } from './invocation.ts';

type Sdk = typeof imported.default;
type Client = InstanceType<Sdk['default']>;

/** The client is CommonJS: by who imports it, its exports are the default of the namespace, or the namespace. */
export const sdk = ('InvokeFunctionRequest' in imported.default ? imported.default : imported) as Sdk;

export function connectV3({ endpoint, credentials, timeoutMs }: InvokerOptions): Client {
  const { accessKeyId, accessKeySecret, securityToken } = credentials;
  return new sdk.default({
    endpoint: endpoint.host,
    protocol: endpoint.protocol.slice(0, -1),
    accessKeyId,
    accessKeySecret,
    ...(securityToken === undefined ? {} : { securityToken }),
    // The client's "connect" timeout ends idle sockets too, so it must not be shorter than a run of the function.
    connectTimeout: timeoutMs,
    readTimeout: timeoutMs,
  } as ConstructorParameters<Sdk['default']>[0]);
}

/** The class of run-time options belongs to a package of the client's; every field of it is optional. */
export const NO_OPTIONS = {} as Parameters<Client['invokeFunctionWithOptions']>[3];

/** What the client throws for HTTP 4xx and 5xx with a JSON body; its message begins with `code: 404, `. */
export function refusalOfV3(error: unknown): InvokeError | null {
  const { statusCode, code, message, data } = error as {
    readonly statusCode?: unknown;
    readonly code?: unknown;
    readonly message?: unknown;
    readonly data?: Readonly<Record<string, unknown>>;
  };
  if (typeof statusCode !== 'number') return null;
  if (typeof code !== 'string' || code === 'undefined') return unreadableAnswer(statusCode);
  const told = data?.Message ?? data?.message ?? message;
  return new InvokeError(oneLine(redact(String(told))), {
    failure: 'refused',
    code: redact(code),
    status: statusCode,
    requestId: headerOf(data ?? {}, 'RequestId') ?? headerOf(data ?? {}, 'requestId'),
  });
}
