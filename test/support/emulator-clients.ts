import { Agent, type OutgoingHttpHeaders, request } from 'node:http';
import { createRequire } from 'node:module';
import { connect, type Socket } from 'node:net';
import type GatewaySls from '@alicloud/gateway-sls';
import type OpenApi from '@alicloud/openapi-client';
import type OpenApiCore from '@alicloud/openapi-core';
import type TeaUtil from '@alicloud/tea-util';
import type * as Darabonba from '@darabonba/typescript';
import type { EmulatorAccessKey } from '../../lib/emulator/emulator.ts';

/** Alibaba's own clients, pointed at an emulator. */
const require = createRequire(import.meta.url);

const openApi = require('@alicloud/openapi-client') as typeof OpenApi;
const openApiCore = require('@alicloud/openapi-core') as typeof OpenApiCore;
const teaUtil = require('@alicloud/tea-util') as typeof TeaUtil;
const darabonba = require('@darabonba/typescript') as typeof Darabonba;
const gatewaySls = require('@alicloud/gateway-sls') as typeof GatewaySls;
const LogClient = require('@alicloud/log') as new (config: object) => AlibabaLogClient;

interface Target {
  readonly port: number;
}

/** What a CEN client answers with, parsed. */
export interface CenAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: CenBody;
}

/** Every field that CEN's operations answer with. */
export interface CenBody {
  readonly RequestId?: string;
  readonly Success?: string;
  readonly PageNumber?: string;
  readonly PageSize?: string;
  readonly TotalCount?: string;
  readonly FlowLogs?: {
    readonly FlowLog: readonly {
      readonly FlowLogId: string;
      readonly Status: string;
      readonly Interval: number;
      readonly RegionId: string;
      readonly Tags: { readonly Tag: readonly { readonly Key: string; readonly Value: string }[] };
    }[];
  };
}

export type CenClient = (action: string, query: Readonly<Record<string, string>>) => Promise<CenAnswer>;

export const DEFAULT_KEY: EmulatorAccessKey = {
  accessKeyId: 'emulator-access-key-id',
  accessKeySecret: 'emulator-access-key-secret',
};

const RPC = {
  version: '2017-09-12',
  protocol: 'HTTP',
  pathname: '/',
  method: 'POST',
  authType: 'AK',
  style: 'RPC',
  reqBodyType: 'formData',
  bodyType: 'json',
};

function rpcConfig({ port }: Target, key: EmulatorAccessKey) {
  const { accessKeyId, accessKeySecret, securityToken } = key;
  const endpoint = `127.0.0.1:${port}`;
  return {
    endpoint,
    protocol: 'http',
    accessKeyId,
    accessKeySecret,
    ...(securityToken !== undefined && { securityToken }),
  };
}

/** `@alicloud/openapi-client` for any RPC-style API of that version. */
export function rpcClient<Body>(
  target: Target,
  version: string,
  key = DEFAULT_KEY,
): (action: string, query: Readonly<Record<string, string>>) => Promise<{ readonly body: Body }> {
  const client = new openApi.default(new openApi.Config(rpcConfig(target, key)));
  return async (action, query) => {
    const answer = await client.callApi(
      new openApi.Params({ ...RPC, version, action }),
      new openApi.OpenApiRequest({ query }),
      new teaUtil.RuntimeOptions({ connectTimeout: 5000, readTimeout: 5000 }),
    );
    return answer as unknown as { readonly body: Body };
  };
}

/** `@alicloud/openapi-client`. `form` sends the parameters in the body instead of the query. */
export function openApiClient(
  target: Target,
  key = DEFAULT_KEY,
  { form = false, timeoutMs = 5000 } = {},
): CenClient {
  const client = new openApi.default(new openApi.Config(rpcConfig(target, key)));
  return async (action, query) => {
    const answer = await client.callApi(
      new openApi.Params({ ...RPC, action }),
      new openApi.OpenApiRequest(form ? { body: query } : { query }),
      new teaUtil.RuntimeOptions({ connectTimeout: timeoutMs, readTimeout: timeoutMs }),
    );
    return answer as unknown as CenAnswer;
  };
}

/** `@alicloud/openapi-core`. */
export function openApiCoreClient(target: Target, key = DEFAULT_KEY): CenClient {
  const { $OpenApiUtil } = openApiCore;
  const client = new openApiCore.default(new $OpenApiUtil.Config(rpcConfig(target, key)));
  return async (action, query) => {
    const answer = await client.callApi(
      new $OpenApiUtil.Params({ ...RPC, action }),
      new $OpenApiUtil.OpenApiRequest({ query }),
      new darabonba.RuntimeOptions({ connectTimeout: 5000, readTimeout: 5000 }),
    );
    return answer as unknown as CenAnswer;
  };
}

export interface AlibabaLogClient {
  postLogStoreLogs(project: string, logstore: string, data: object, options: object): Promise<unknown>;
}

/** Connects to the emulator whatever host a URL names, so that Host keeps the project. */
export class LoopbackAgent extends Agent {
  readonly #port: number;

  constructor({ port }: Target) {
    super();
    this.#port = port;
  }

  override createConnection(): Socket {
    return connect(this.#port, '127.0.0.1');
  }
}

/** `@alicloud/log` 1.2.6, signature V1. */
export function logClient(key = DEFAULT_KEY): AlibabaLogClient {
  const { accessKeyId, accessKeySecret, securityToken } = key;
  return new LogClient({
    endpoint: 'http://cn-hangzhou.log.aliyuncs.com',
    accessKeyId,
    accessKeySecret,
    securityToken,
  });
}

/**
 * PutLogs as `@alicloud/gateway-sls` 0.3.2 compresses and signs it. Its transport resolves the project's host name
 * and knows no proxy, so the request it made is sent from here.
 */
export async function putLogsByGateway(
  target: Target,
  options: {
    readonly body: Uint8Array;
    readonly signatureVersion: 'v1' | 'v4';
    readonly compressType?: string;
    readonly regionId?: string;
  },
): Promise<RawAnswer> {
  const { body, signatureVersion, compressType, regionId = 'cn-hangzhou' } = options;
  const request = {
    action: 'PutLogs',
    method: 'POST',
    pathname: '/logstores/flow-log-scheduler/shards/lb',
    query: {},
    hostMap: { project: 'ops-audit' },
    headers: {
      'content-type': 'application/x-protobuf',
      ...(compressType !== undefined && { 'x-log-compresstype': compressType }),
    } as Record<string, string>,
    body: Buffer.from(body),
    stream: undefined as AsyncIterable<Uint8Array> | undefined,
    reqBodyType: 'binary',
    credential: { getCredential: async () => DEFAULT_KEY },
    signatureVersion,
    userAgent: 'test',
  };
  const configuration = { regionId, endpoint: 'cn-hangzhou.log.aliyuncs.com' };
  type Context = Parameters<GatewaySls.default['modifyRequest']>[0];
  await new gatewaySls.default().modifyRequest({ request, configuration } as unknown as Context, {} as never);
  const chunks: Uint8Array[] = [];
  for await (const chunk of request.stream ?? []) chunks.push(chunk);
  const { method, pathname: path, headers } = request;
  return sendRaw(target, { method, path, headers, body: Buffer.concat(chunks) });
}

export interface RawRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Uint8Array | string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** One request, byte by byte as given. */
export function sendRaw({ port }: Target, raw: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { method = 'POST', path = '/', headers = {}, body = '' } = raw;
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, headers, agent: false },
      async (message) => {
        try {
          const chunks: Buffer[] = [];
          for await (const chunk of message) chunks.push(chunk as Buffer);
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: message.statusCode ?? 0, headers: message.headers, body: text });
        } catch (error) {
          reject(error);
        }
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The error that a promise rejects with, as Alibaba's clients throw it. */
export async function thrown(promise: Promise<unknown>): Promise<AlibabaError> {
  try {
    await promise;
  } catch (error) {
    return error as AlibabaError;
  }
  throw new Error('expected a rejection');
}

export interface AlibabaError extends Error {
  readonly code?: string;
  readonly statusCode?: number;
  readonly retryAfter?: number;
  readonly requestid?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}
