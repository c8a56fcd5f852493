import type { HttpRequest } from '../http-message.ts';
import { authenticateAcs3 } from '../rpc/acs3-signature.ts';
import type { Service } from '../service.ts';
import { fcErrors } from './fc-errors.ts';
import { invocation } from './invocation.ts';

const INVOKE = /^\/2023-03-30\/functions\/([^/]+)\/invocations$/;

/** Function Compute 3.0, API version 2023-03-30: invoking a function. */
export const fc3Service: Service = {
  name: 'Fc',
  limited: false,
  accepts: ({ path }) => path.startsWith('/2023-03-30/'),
  read: (request) => {
    const functionName = functionNameOf(request);
    if (functionName === undefined) return { action: `${request.method} ${request.path}`, params: {} };
    const { 'x-fc-invocation-type': invocationType = 'Sync' } = request.headers;
    return {
      action: 'InvokeFunction',
      params: { functionName, invocationType, ...Object.fromEntries(request.query) },
    };
  },
  admit: (request, _call, world) => authenticateAcs3(request, world.accessKeys, world.wallNow),
  perform: (call, world) => {
    const { functionName, qualifier = 'LATEST' } = call.params;
    if (functionName === undefined) {
      const { method, path } = call.request;
      throw fcErrors.error('PathNotSupported', `'${method}' against '${path}' is not supported`);
    }
    const hosted = world.functions.find(call.accountId, null, functionName);
    if (hosted === undefined) {
      throw fcErrors.error('FunctionNotFound', `function '${functionName}' does not exist`);
    }
    if (qualifier !== 'LATEST') {
      const message = `version '${qualifier}' of function '${functionName}' does not exist`;
      throw fcErrors.error('VersionNotFound', message);
    }
    return invocation(call, hosted);
  },
  refuse: ({ code, message, status }, requestId) => ({
    status,
    headers: { 'content-type': 'application/json', 'x-fc-request-id': requestId },
    body: JSON.stringify({ RequestId: requestId, Code: code, Message: message }),
    code,
  }),
  error: (code) => fcErrors.error(code),
};

function functionNameOf({ method, path }: HttpRequest): string | undefined {
  const encoded = method === 'POST' ? INVOKE.exec(path)?.[1] : undefined;
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
