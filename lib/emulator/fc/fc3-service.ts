import type { Answer, HttpRequest } from '../http-message.ts';
import { authenticateAcs3 } from '../rpc/acs3-signature.ts';
import type { AdmittedCall, Service } from '../service.ts';
import { fcErrors } from './fc-errors.ts';
import type { HostedFunction } from './functions.ts';
import { getAsyncInvokeConfig } from './get-async-invoke-config.ts';
import { getFunction } from './get-function.ts';
import { invocation } from './invocation.ts';
import { listTriggers } from './list-triggers.ts';

interface Route {
  readonly action: string;
  readonly method: string;
  /** Its group is the function's name, percent-encoded. */
  readonly path: RegExp;
  readonly operation: (call: AdmittedCall, hosted: HostedFunction) => Answer | Promise<Answer>;
}

/** @see the operations of `@alicloud/fc20230330` for methods and paths */
const ROUTES: readonly Route[] = [
  {
    action: 'InvokeFunction',
    method: 'POST',
    path: /^\/2023-03-30\/functions\/([^/]+)\/invocations$/,
    operation: invocation,
  },
  {
    action: 'GetFunction',
    method: 'GET',
    path: /^\/2023-03-30\/functions\/([^/]+)$/,
    operation: (call, hosted) => json(getFunction(hosted), call),
  },
  {
    action: 'ListTriggers',
    method: 'GET',
    path: /^\/2023-03-30\/functions\/([^/]+)\/triggers$/,
    operation: (call, hosted) => json(listTriggers(hosted), call),
  },
  {
    action: 'GetAsyncInvokeConfig',
    method: 'GET',
    path: /^\/2023-03-30\/functions\/([^/]+)\/async-invoke-config$/,
    operation: (call, hosted) => json(getAsyncInvokeConfig(hosted), call),
  },
];

/** Function Compute 3.0, API version 2023-03-30: invoking a function, and reading how it is deployed. */
export const fc3Service: Service = {
  name: 'Fc',
  limited: false,
  accepts: ({ path }) => path.startsWith('/2023-03-30/'),
  read: (request) => {
    const route = routeOf(request);
    const functionName = route === undefined ? undefined : functionNameOf(request, route);
    if (route === undefined || functionName === undefined) {
      return { action: `${request.method} ${request.path}`, params: {} };
    }
    const query = Object.fromEntries(request.query);
    if (route.action !== 'InvokeFunction')
      return { action: route.action, params: { functionName, ...query } };
    const { 'x-fc-invocation-type': invocationType = 'Sync' } = request.headers;
    return { action: route.action, params: { functionName, invocationType, ...query } };
  },
  admit: (request, _call, world) => authenticateAcs3(request, world.accessKeys, world.wallNow),
  perform: (call, world) => {
    const { functionName, qualifier = 'LATEST' } = call.params;
    const route = routeOf(call.request);
    if (route === undefined || functionName === undefined) {
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
    return route.operation(call, hosted);
  },
  refuse: ({ code, message, status }, requestId) => ({
    status,
    headers: { 'content-type': 'application/json', 'x-fc-request-id': requestId },
    body: JSON.stringify({ RequestId: requestId, Code: code, Message: message }),
    code,
  }),
  error: (code) => fcErrors.error(code),
};

function json(body: object, { requestId }: AdmittedCall): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'x-fc-request-id': requestId },
    body: JSON.stringify(body),
    code: null,
  };
}

function routeOf({ method, path }: HttpRequest): Route | undefined {
  return ROUTES.find((route) => route.method === method && route.path.test(path));
}

function functionNameOf({ path }: HttpRequest, route: Route): string | undefined {
  const encoded = route.path.exec(path)?.[1];
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
