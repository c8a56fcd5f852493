import type { ApiError, ErrorTable } from '../api-error.ts';
import { type Answer, decodePairs, type HttpRequest } from '../http-message.ts';
import type { AdmittedCall, Call, Service, World } from '../service.ts';
import type { ServiceName } from '../types.ts';
import { authenticateAcs3 } from './acs3-signature.ts';
import { rpcErrors } from './rpc-errors.ts';

/** Answers a call with its JSON body. @throws {ApiError} */
export type RpcOperation = (call: AdmittedCall, world: World) => object | Promise<object>;

export interface RpcServiceDefinition {
  readonly name: ServiceName;
  /** API version, by which the services of one address are known. */
  readonly version: string;
  readonly operations: Readonly<Record<string, RpcOperation>>;
  readonly errors: ErrorTable;
}

/** Parameters of the gateway's older signature, which travels in the query. They are never kept. */
const SIGNATURE_PARAMETERS = new Set([
  'accesskeyid',
  'securitytoken',
  'signature',
  'signaturemethod',
  'signaturenonce',
  'signatureversion',
  'timestamp',
]);

/** A service that takes its action from `x-acs-action` or `Action`, its parameters from the query or a form. */
export function rpcService({ name, version, operations, errors }: RpcServiceDefinition): Service {
  const byAction = new Map(Object.entries(operations));
  return {
    name,
    limited: true,
    accepts: (request) => actionOf(request) !== '' && versionOf(request) === version,
    read: readRpcCall,
    admit: (request, call, world) => {
      if (!byAction.has(call.action)) throw rpcErrors.error('InvalidAction.NotFound');
      return authenticateAcs3(request, world.accessKeys, world.wallNow);
    },
    perform: async (call, world) => {
      const operation = byAction.get(call.action);
      if (operation === undefined) throw rpcErrors.error('InvalidAction.NotFound');
      return jsonAnswer(200, await operation(call, world), call.requestId);
    },
    refuse: refuseRpc,
    error: (code) => errors.error(code),
  };
}

/** Takes what no service claims, and refuses it. */
export const unknownService: Service = {
  name: 'Unknown',
  limited: false,
  accepts: () => true,
  read: readRpcCall,
  admit: () => {
    throw rpcErrors.error('InvalidAction.NotFound');
  },
  perform: () => {
    throw rpcErrors.error('InvalidAction.NotFound');
  },
  refuse: refuseRpc,
  error: (code) => rpcErrors.error(code),
};

function readRpcCall(request: HttpRequest): Call {
  const params = [...request.query, ...formOf(request)].filter(
    ([name]) => name !== 'Action' && name !== 'Version' && !SIGNATURE_PARAMETERS.has(name.toLowerCase()),
  );
  return { action: actionOf(request), params: Object.fromEntries(params) };
}

function actionOf(request: HttpRequest): string {
  return request.headers['x-acs-action'] ?? parameter(request, 'Action') ?? '';
}

function versionOf(request: HttpRequest): string {
  return request.headers['x-acs-version'] ?? parameter(request, 'Version') ?? '';
}

function parameter(request: HttpRequest, name: string): string | undefined {
  return [...request.query, ...formOf(request)].find(([key]) => key === name)?.[1];
}

function formOf(request: HttpRequest): readonly (readonly [string, string])[] {
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  return isForm ? decodePairs(request.body.toString('utf8')) : [];
}

function refuseRpc(error: ApiError, requestId: string, request: HttpRequest): Answer {
  const body = {
    RequestId: requestId,
    HostId: request.headers.host ?? '',
    Code: error.code,
    Message: error.message,
  };
  const answer = jsonAnswer(error.status, body, requestId);
  const retryAfter = error.retryAfterMs === null ? {} : { 'x-acs-retry-after': String(error.retryAfterMs) };
  return { ...answer, headers: { ...answer.headers, ...retryAfter }, code: error.code };
}

function jsonAnswer(status: number, body: object, requestId: string): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=utf-8', 'x-acs-request-id': requestId },
    body: JSON.stringify(body),
    code: null,
  };
}
