/** Function Compute 2.0, by `@alicloud/fc2`. Loading this loads that client: import it only when invoking. */
import Fc2Client from '@alicloud/fc2';
import { CloudError } from '../../reconcile/cloud-error.ts';
import { oneLine } from '../../text.ts';
import { advise, verdictOf } from '../advice.ts';
import { redact } from '../credentials/redact.ts';
import { FUNCTION_COMPUTE } from '../tool-services.ts';
import { headerOf, type InvokeFunction, type InvokerOptions } from './invocation.ts';

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
      throw toCloudError(error);
    }
  };
}

/** How the client words HTTP 3xx to 5xx; status and request ID are in no field of the error. */
const REFUSED = /^POST \S+ failed with (\d{3})\. requestid: (.*?), message: (.*)\.$/s;

const INVOKE = { service: FUNCTION_COMPUTE.name, operation: 'InvokeFunction' } as const;

/** An error that the client threw, as one of ours. */
function toCloudError(error: unknown): CloudError {
  const { name, message, code } = error as { name?: unknown; message?: unknown; code?: unknown };
  const problem = (text: string) => `InvokeFunction: ${oneLine(redact(text))}`;
  const [, status, requestId, stated] = REFUSED.exec(String(message)) ?? [];
  const httpStatus = status === undefined ? null : Number(status);
  // What is no JSON, or JSON that the client did not expect, breaks it.
  if (stated === 'undefined' || error instanceof SyntaxError || error instanceof TypeError) {
    return failed('an answer that is not one of Function Compute', 'UnreadableAnswer', 'unknown', httpStatus);
  }
  if (httpStatus === null || stated === undefined) {
    // `httpx`, which it sends by, names its timeouts `RequestTimeoutError`.
    const isLate = String(name).startsWith('RequestTimeout');
    const effect = code === 'ECONNREFUSED' || code === 'ENOTFOUND' ? 'none' : 'unknown';
    return failed(String(message ?? error), isLate ? 'RequestTimeout' : String(code ?? name), effect, null);
  }
  const known = { ...INVOKE, code: typeof code === 'string' ? code : `Http${status}`, httpStatus };
  const advised = verdictOf(known.code, httpStatus, FUNCTION_COMPUTE, [FUNCTION_COMPUTE.errors]);
  return new CloudError(problem(stated), {
    ...{ ...known, ...advised, code: redact(known.code) },
    requestId: requestId === undefined || requestId === 'undefined' ? null : requestId,
  });

  function failed(text: string, code: string, effect: 'none' | 'unknown', httpStatus: number | null) {
    const advice = advise({ code, httpStatus }, FUNCTION_COMPUTE);
    return new CloudError(problem(text), { ...INVOKE, code, effect, httpStatus, advice });
  }
}
