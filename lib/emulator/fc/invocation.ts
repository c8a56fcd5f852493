import type { Answer } from '../http-message.ts';
import type { AdmittedCall } from '../service.ts';
import type { EmulatorExecution } from '../types.ts';
import { fcErrors } from './fc-errors.ts';

import type { HostedFunction } from './functions.ts';

const MAX_ASYNC_BYTES = 128 * 1024;

/**
 * Invokes a function as the header `x-fc-invocation-type` asks. An error of the function is an HTTP 200 with
 * `x-fc-error-type`. An asynchronous invocation is answered at once and, unlike Function Compute's, never retried.
 * @throws {ApiError}
 * @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-invokefunction
 */
export async function invocation(call: AdmittedCall, hosted: HostedFunction): Promise<Answer> {
  const { requestId, request } = call;
  const { reservedConcurrency } = hosted.stored;
  if (reservedConcurrency !== null && hosted.running >= reservedConcurrency) {
    throw fcErrors.error('ResourceExhausted');
  }
  const headers = { 'x-fc-request-id': requestId };
  switch (call.params.invocationType) {
    case 'Sync':
      return executed(await hosted.invoke(requestId, request.body), headers);
    case 'Async':
      if (request.body.length > MAX_ASYNC_BYTES) {
        const message = `payload size exceeds maximum allowed size (${MAX_ASYNC_BYTES} bytes)`;
        throw fcErrors.error('EntityTooLarge', message);
      }
      // Whatever becomes of it, nobody is told.
      hosted.invoke(requestId, request.body).catch(() => {});
      return { status: 202, headers, body: '', code: null };
    default:
      throw fcErrors.error('InvalidArgument', 'x-fc-invocation-type must be Sync or Async');
  }
}

function executed(execution: EmulatorExecution, headers: Readonly<Record<string, string>>): Answer {
  const typed = { ...headers, 'content-type': 'application/octet-stream' };
  if (execution.ok) return { status: 200, headers: typed, body: execution.body, code: null };
  const { error } = execution;
  return {
    status: 200,
    headers: { ...typed, 'x-fc-error-type': 'UnhandledInvocationError' },
    body: JSON.stringify(error),
    code: 'UnhandledInvocationError',
  };
}
