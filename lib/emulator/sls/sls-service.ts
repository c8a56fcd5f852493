import type { ApiError } from '../api-error.ts';
import type { Answer, HttpRequest } from '../http-message.ts';
import type { AdmittedCall, Call, Service, World } from '../service.ts';
import { ROUTES, type Route } from './routes.ts';
import { slsErrors } from './sls-errors.ts';
import { type ProjectCall, WithHeaders } from './sls-operation.ts';
import { authenticateSls, signedRegion } from './sls-signature.ts';

/** Simple Log Service. The project is the first label of Host, as in `ops-audit.cn-hangzhou.log.aliyuncs.com`. */
export const slsService: Service = {
  name: 'Sls',
  limited: false,
  accepts: (request) => request.headers['x-log-apiversion'] !== undefined,
  read: (request): Call => {
    const groups = routeOf(request)?.path.exec(request.path)?.groups ?? {};
    const project = hostOf(request)?.project;
    return {
      action: routeOf(request)?.action ?? `${request.method} ${request.path}`,
      params: {
        ...(project !== undefined && { project }),
        ...groups,
        ...Object.fromEntries(request.query),
      },
    };
  },
  admit: (request, _call, world) => {
    if (request.headers['x-log-apiversion'] !== '0.6.0') throw slsErrors.error('InvalidAPIVersion');
    if (routeOf(request) === undefined) throw slsErrors.error('InvalidAction.NotFound');
    return authenticateSls(request, world.accessKeys, world.wallNow);
  },
  perform: (call, world) => {
    const body = routeOf(call.request)?.operation(locate(call, world), world);
    if (!(body instanceof WithHeaders)) return answer(200, body, call.requestId, null);
    const withoutHeaders = answer(200, body.body, call.requestId, null);
    return { ...withoutHeaders, headers: { ...withoutHeaders.headers, ...body.headers } };
  },
  refuse: (error: ApiError, requestId) => {
    const refusal = answer(
      error.status,
      { errorCode: error.code, errorMessage: error.message },
      requestId,
      error.code,
    );
    const retryAfter = error.retryAfterMs === null ? {} : { 'x-acs-retry-after': String(error.retryAfterMs) };
    return { ...refusal, headers: { ...refusal.headers, ...retryAfter } };
  },
  error: (code) => slsErrors.error(code),
};

function routeOf(request: HttpRequest): Route | undefined {
  return ROUTES.find(
    ({ method, path, type }) =>
      method === request.method &&
      path.test(request.path) &&
      (type === undefined || request.query.some(([name, value]) => name === 'type' && value === type)),
  );
}

interface SlsHost {
  readonly project: string;
  readonly regionId: string;
}

function hostOf(request: HttpRequest): SlsHost | undefined {
  const [, project, regionId] =
    /^([a-z0-9-]+)\.([a-z0-9-]+?)(?:-intranet|-share|-vpc)?\.log\.aliyuncs\.com(?::\d+)?$/.exec(
      request.headers.host ?? '',
    ) ?? [];
  return project === undefined || regionId === undefined ? undefined : { project, regionId };
}

function locate(call: AdmittedCall, world: World): ProjectCall {
  const host = hostOf(call.request);
  const region = host && world.logstores.projectRegion(host.project);
  if (host === undefined || region === undefined || region !== host.regionId) {
    throw slsErrors.error('ProjectNotExist', `The Project does not exist : ${host?.project ?? ''}`);
  }
  if (region !== (signedRegion(call.request) ?? region)) {
    throw slsErrors.error('SignatureNotMatch', `The signature is not for region ${region}.`);
  }
  return { ...call, project: host.project };
}

function answer(status: number, body: object | undefined, requestId: string, code: string | null): Answer {
  return {
    status,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      'x-log-requestid': requestId.replaceAll('-', ''),
    },
    body: body === undefined ? '' : JSON.stringify(body),
    code,
  };
}
