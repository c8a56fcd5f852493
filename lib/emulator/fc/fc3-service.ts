import type { HttpRequest } from '../http-message.ts';
import { authenticateAcs3 } from '../rpc/acs3-signature.ts';
import type { Service } from '../service.ts';
import { fcErrors } from './fc-errors.ts';
import { FC3_ROUTES, type Fc3Route } from './fc3-routes.ts';

/** Function Compute 3.0, API version 2023-03-30: deploying functions, reading how they are deployed, invoking them. */
export const fc3Service: Service = {
  name: 'Fc',
  limited: false,
  accepts: ({ path }) => path.startsWith('/2023-03-30/'),
  read: (request) => {
    const found = routeOf(request);
    if (found === undefined) return { action: `${request.method} ${request.path}`, params: {} };
    const { action } = found.route;
    const query = Object.fromEntries(request.query);
    if (action !== 'InvokeFunction') return { action, params: { ...found.named, ...query } };
    const { 'x-fc-invocation-type': invocationType = 'Sync' } = request.headers;
    return { action, params: { ...found.named, invocationType, ...query } };
  },
  admit: (request, _call, world) => authenticateAcs3(request, world.accessKeys, world.wallNow),
  perform: (call, world) => {
    const found = routeOf(call.request);
    if (found === undefined) {
      const { method, path } = call.request;
      throw fcErrors.error('PathNotSupported', `'${method}' against '${path}' is not supported`);
    }
    return found.route.operation(call, world);
  },
  refuse: ({ code, message, status }, requestId) => ({
    status,
    headers: { 'content-type': 'application/json', 'x-fc-request-id': requestId },
    body: JSON.stringify({ RequestId: requestId, Code: code, Message: message }),
    code,
  }),
  error: (code) => fcErrors.error(code),
};

interface Found {
  readonly route: Fc3Route;
  /** Parameters that the path names. */
  readonly named: Readonly<Record<string, string>>;
}

function routeOf({ method, path }: HttpRequest): Found | undefined {
  const route = FC3_ROUTES.find((each) => each.method === method && each.path.test(path));
  if (route === undefined) return undefined;
  try {
    const groups = Object.entries(route.path.exec(path)?.groups ?? {});
    return {
      route,
      named: Object.fromEntries(groups.map(([name, value]) => [name, decodeURIComponent(value)])),
    };
  } catch {
    return undefined;
  }
}
