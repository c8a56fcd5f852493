/** Function Compute 2.0, by `@alicloud/fc2`. Loading this loads that client: import it only when invoking. */
import Fc2Client from '@alicloud/fc2';
import { oneLine } from '../../text.ts';
import { redact } from '../credentials/redact.ts';
import {
  brokenInvocation,
  headerOf,
  InvokeError,
  type InvokeFunction,
  type InvokerOptions,
  unreadableAnswer,
} from './invocation.ts';

export interface InvokeV2Options extends InvokerOptions {
  /** The Alibaba Cloud account that the service belongs to. */
  readonly accountId: string;
}

/** @see https://www.alibabacloud.com/help/en/functioncompute/fc-2-0/developer-reference/invokefunction */
export function createInvokeV2(
  serviceName: string,
  functionName: string,
  options: InvokeV2Options,
): InvokeFunction {
  const { endpoint, credentials, timeoutMs, accountId } = options;
  const { accessKeyId, accessKeySecret, securityToken } = credentials;
  const client = new Fc2Client(accountId, {
    accessKeyID: accessKeyId,
    accessKeySecret,
    // The client sends a token only with access keys that begin with STS, and insists on one for those.
    ...(securityToken === undefined
      ? {}
      : { securityToken, headers: { 'x-fc-security-token': securityToken } }),
    region: 'that-of-the-endpoint',
    endpoint: endpoint.origin,
    secure: true,
    timeout: timeoutMs,
  });

  return async ({ payload, async }) => {
    const headers = { 'x-fc-invocation-type': async ? 'Async' : 'Sync' };
    try {
      const answer = await client.invokeFunction(serviceName, functionName, Buffer.from(payload), headers);
      return {
        requestId: headerOf(answer.headers, 'x-fc-request-id'),
        taskId: headerOf(answer.headers, 'x-fc-async-task-id'),
        errorType: headerOf(answer.headers, 'x-fc-error-type'),
        body: typeof answer.data === 'string' ? answer.data : JSON.stringify(answer.data),
      };
    } catch (error) {
      throw refusalOf(error) ?? brokenInvocation(error);
    }
  };
}

/** How the client words HTTP 3xx to 5xx; status and request ID are in no field of the error. */
const REFUSED = /^POST \S+ failed with (\d{3})\. requestid: (.*?), message: (.*)\.$/s;

function refusalOf(error: unknown): InvokeError | null {
  const { message, code } = error as { readonly message?: unknown; readonly code?: unknown };
  const [, status, requestId, told] = REFUSED.exec(String(message)) ?? [];
  if (status === undefined || requestId === undefined || told === undefined) return null;
  if (told === 'undefined') return unreadableAnswer(Number(status));
  return new InvokeError(oneLine(redact(told)), {
    failure: 'refused',
    code: typeof code === 'string' ? redact(code) : `HTTP ${status}`,
    status: Number(status),
    requestId: requestId === 'undefined' ? null : requestId,
  });
}
