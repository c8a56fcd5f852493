import type { Service } from '../service.ts';
import { fcErrors } from './fc-errors.ts';
import { authenticateFc2 } from './fc2-signature.ts';
import { invocation } from './invocation.ts';
import { tempBucketToken } from './temp-bucket-token.ts';

const INVOKE = /^\/2016-08-15\/services\/([^/]+)\/functions\/([^/]+)\/invocations$/;

const TEMP_BUCKET_TOKEN = '/2016-08-15/tempBucketToken';

/** Function Compute 2.0, API version 2016-08-15: invoking a function of a service, and where code is uploaded to. */
export const fc2Service: Service = {
  name: 'Fc2',
  limited: false,
  accepts: ({ path }) => path.startsWith('/2016-08-15/'),
  read: ({ method, path, headers }) => {
    if (method === 'GET' && path === TEMP_BUCKET_TOKEN) return { action: 'GetTempBucketToken', params: {} };
    const [, serviceName, functionName] = (method === 'POST' ? INVOKE.exec(path) : null) ?? [];
    if (serviceName === undefined || functionName === undefined) {
      return { action: `${method} ${path}`, params: {} };
    }
    const { 'x-fc-invocation-type': invocationType = 'Sync' } = headers;
    return { action: 'InvokeFunction', params: { serviceName, functionName, invocationType } };
  },
  admit: (request, _call, world) => authenticateFc2(request, world.accessKeys, world.wallNow),
  perform: (call, world) => {
    if (call.action === 'GetTempBucketToken') return tempBucketToken(call, world);
    const { serviceName, functionName } = call.params;
    if (serviceName === undefined || functionName === undefined) {
      const { method, path } = call.request;
      throw fcErrors.error('PathNotSupported', `'${method}' against '${path}' is not supported`);
    }
    if (!world.functions.hasService(call.accountId, serviceName)) {
      throw fcErrors.error('ServiceNotFound', `service '${serviceName}' does not exist`);
    }
    const hosted = world.functions.find(call.accountId, serviceName, functionName);
    if (hosted === undefined) {
      const message = `function '${functionName}' does not exist in service '${serviceName}'`;
      throw fcErrors.error('FunctionNotFound', message);
    }
    return invocation(call, hosted);
  },
  refuse: ({ code, message, status }, requestId) => ({
    status,
    headers: { 'content-type': 'application/json', 'x-fc-request-id': requestId },
    // As `@alicloud/fc2` reads it.
    body: JSON.stringify({ ErrorCode: code, ErrorMessage: message }),
    code,
  }),
  error: (code) => fcErrors.error(code),
};
