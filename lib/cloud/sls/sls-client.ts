/** SLS's management operations, by Alibaba's own client. Loading this loads that client: import it only when needed. */
import * as imported from '@alicloud/sls20201230';
import { isObject, type JsonObject, objectAt } from '../../json.ts';
import { redact } from '../credentials/redact.ts';
import type { Credentials, CredentialsProvider } from '../credentials/types.ts';
import { HttpError } from '../http/http-error.ts';
import { type HttpResponse, type SendRequest, request as sendRequest } from '../http/request.ts';
import { SlsError } from './sls-error.ts';
import { type ProjectAddress, projectAddress, type RecordTo } from './target.ts';

/** One kind of thing in a project. Every method throws {@link SlsError} and nothing else. */
export interface Collection {
  /** As SLS answers it. */
  get(name: string): Promise<JsonObject>;
  create(name: string, definition: JsonObject): Promise<void>;
  update(name: string, definition: JsonObject): Promise<void>;
}

/** The management operations of one project that provisioning needs. */
export interface SlsProject {
  /** There is no update: an existing Logstore is somebody's decision. */
  readonly logstores: Omit<Collection, 'update'>;
  /** Named by their Logstore. */
  readonly indexes: Collection;
  readonly dashboards: Collection;
  readonly alerts: Collection;
}

export interface SlsProjectOptions {
  readonly recordTo: RecordTo;
  /** Replaces `https://{regionId}.log.aliyuncs.com`; see {@link projectAddress}. */
  readonly endpoint?: URL | undefined;
  /** Asked before every request. */
  readonly credentials: CredentialsProvider;
  readonly timeoutMs?: number;
  readonly request?: SendRequest;
}

type Sdk = typeof imported.default;

/** The client is CommonJS: by who imports it, its exports are the default of the namespace, or the namespace. */
const sls = ('CreateIndexRequest' in imported.default ? imported.default : imported) as Sdk;

type Client = InstanceType<Sdk['default']>;
type Execute = Client['execute'];
type Params = Parameters<Execute>[0];
type Request = Parameters<Execute>[1];
type Gateway = Client['_spi'];
type Context = Parameters<Gateway['modifyRequest']>[0];

/** A request that Alibaba's gateway has signed. */
interface Signed {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

/**
 * Alibaba's client with another last step. Its operations make path and body, its gateway makes the host and the
 * signature (version 4); only the exchange is ours, because theirs connects to whatever the signed Host names, and
 * so can reach neither a loopback address nor an endpoint inside a VPC. Ours also has a limit to the whole exchange,
 * and takes nothing but 2xx for success.
 * @see execute in `@alicloud/openapi-core`, which this replaces
 */
class OverOwnConnection extends sls.default {
  readonly #credentials: Credentials;
  readonly #exchange: (signed: Signed) => Promise<void>;

  constructor(
    config: { readonly regionId: string; readonly endpoint: string },
    credentials: Credentials,
    exchange: (signed: Signed) => Promise<void>,
  ) {
    super({ ...config, signatureVersion: 'v4' } as ConstructorParameters<Sdk['default']>[0]);
    this.#credentials = credentials;
    this.#exchange = exchange;
  }

  override async execute(params: Params, request: Request): Promise<{ [key: string]: unknown }> {
    const { action, method, pathname, reqBodyType, bodyType, version, protocol, style, authType } = params;
    const context = {
      request: {
        ...{ action, method, pathname, reqBodyType, bodyType, version, protocol, style, authType },
        headers: { ...request.headers },
        query: { ...request.query },
        hostMap: request.hostMap,
        body: request.body,
        stream: undefined as AsyncIterable<Uint8Array> | undefined,
        signatureVersion: this._signatureVersion,
        userAgent: 'flow-log-scheduler',
        credential: { getCredential: async () => this.#credentials },
      },
      configuration: { regionId: this._regionId, endpoint: this._endpoint },
    };
    await this._spi.modifyConfiguration(context as unknown as Context, {} as never);
    await this._spi.modifyRequest(context as unknown as Context, {} as never);
    const { headers, query, stream } = context.request;
    const body = stream === undefined ? undefined : await bytesOf(stream);
    await this.#exchange({ operation: action, method, path: context.request.pathname, query, headers, body });
    // The client would cast the body to its own model, and drop what that does not know.
    return { statusCode: 200, headers: {}, body: {} };
  }
}

/** @throws {TypeError} when `recordTo` holds no valid names, or the endpoint is not accepted */
export function createSlsProject(options: SlsProjectOptions): SlsProject {
  const { recordTo, timeoutMs = 10_000, request = sendRequest } = options;
  const { project, regionId } = recordTo;
  const address = projectAddress(recordTo, options.endpoint);
  const config = { regionId, endpoint: address.host.slice(project.length + 1) };

  /** A client for each call, so that a temporary credential is never kept and an answer has one owner. */
  async function call(operation: string, send: (client: Client) => Promise<unknown>): Promise<JsonObject> {
    const credentials = await options.credentials().catch((error: unknown) => {
      throw new SlsError(`no credentials: ${redact(messageOf(error))}`, {
        kind: 'no-credentials',
        operation,
        code: 'CredentialsUnavailable',
      });
    });
    let answer: JsonObject = {};
    const client = new OverOwnConnection(config, credentials, async (signed) => {
      answer = await exchange(signed, address, { timeoutMs, request });
    });
    await send(client);
    return answer;
  }

  return {
    logstores: {
      get: (name) => call('GetLogStore', (client) => client.getLogStore(project, name)),
      create: async (name, definition) => {
        const { enable_tracking: enableTracking, ...rest } = definition;
        const body = new sls.CreateLogStoreRequest({ ...rest, enableTracking, logstoreName: name });
        await call('CreateLogStore', (client) => client.createLogStore(project, body));
      },
    },
    indexes: {
      get: (logstore) => call('GetIndex', (client) => client.getIndex(project, logstore)),
      create: async (logstore, definition) => {
        const body = new sls.CreateIndexRequest({ body: toIndex(definition) });
        await call('CreateIndex', (client) => client.createIndex(project, logstore, body));
      },
      update: async (logstore, definition) => {
        const body = new sls.UpdateIndexRequest({ body: toIndex(definition) });
        await call('UpdateIndex', (client) => client.updateIndex(project, logstore, body));
      },
    },
    dashboards: {
      get: (name) => call('GetDashboard', (client) => client.getDashboard(project, name)),
      create: async (name, definition) => {
        const body = new sls.CreateDashboardRequest({
          body: new sls.Dashboard({ ...definition, dashboardName: name }),
        });
        await call('CreateDashboard', (client) => client.createDashboard(project, body));
      },
      update: async (name, definition) => {
        const body = new sls.UpdateDashboardRequest({ ...definition, dashboardName: name });
        await call('UpdateDashboard', (client) => client.updateDashboard(project, name, body));
      },
    },
    alerts: {
      get: (name) => call('GetAlert', (client) => client.getAlert(project, name)),
      create: async (name, definition) => {
        const body = new sls.CreateAlertRequest({ ...definition, name });
        await call('CreateAlert', (client) => client.createAlert(project, body));
      },
      update: async (name, definition) => {
        const body = new sls.UpdateAlertRequest({ ...definition });
        await call('UpdateAlert', (client) => client.updateAlert(project, name, body));
      },
    },
  };
}

/** From SLS's spelling to the model's; the model leaves `keys` as they are. */
function toIndex(definition: JsonObject) {
  const { exclude_keys: excludeKeys, include_keys: includeKeys, ...line } = objectAt(definition.line);
  return new sls.Index({
    keys: definition.keys,
    line: definition.line === undefined ? null : new sls.IndexLine({ ...line, excludeKeys, includeKeys }),
    maxTextLen: definition.max_text_len,
    logReduce: definition.log_reduce,
    logReduceBlackList: definition.log_reduce_black_list,
    logReduceWhiteList: definition.log_reduce_white_list,
  });
}

async function exchange(
  signed: Signed,
  { origin }: ProjectAddress,
  { timeoutMs, request }: { readonly timeoutMs: number; readonly request: SendRequest },
): Promise<JsonObject> {
  const { operation, method, path, query, headers, body } = signed;
  const url = new URL(path, origin);
  url.search = new URLSearchParams(query).toString();
  let response: HttpResponse;
  try {
    response = await request({ url, method, headers, body, timeoutMs });
  } catch (error) {
    const code = error instanceof HttpError ? error.code : 'RequestFailed';
    const message = redact(messageOf(error));
    throw new SlsError(message, { kind: 'no-answer', operation, code });
  }
  const stated = parseJson(response.body);
  const { status } = response;
  if (status >= 200 && status < 300) {
    if (method !== 'GET' || isObject(stated)) return objectAt(stated);
    throw new SlsError(`HTTP ${status}, not an answer of SLS`, {
      kind: 'no-answer',
      operation,
      code: `Http${status}`,
      httpStatus: status,
    });
  }
  throw refusal(operation, response, objectAt(stated));
}

function refusal(operation: string, response: HttpResponse, stated: JsonObject) {
  const { errorCode, errorMessage } = stated;
  const requestId = response.headers['x-log-requestid'] ?? null;
  const isStated = typeof errorCode === 'string' && /^[\w.-]{1,64}$/.test(errorCode);
  const text = typeof errorMessage === 'string' ? errorMessage : 'no message';
  const message = isStated
    ? `${errorCode}: ${redact(text)
        .slice(0, 500)
        .replace(/[\s.]+$/, '')}`
    : `HTTP ${response.status}, not an answer of SLS`;
  return new SlsError(message, {
    kind: isStated ? 'refused' : 'no-answer',
    operation,
    code: isStated ? errorCode : `Http${response.status}`,
    httpStatus: response.status,
    requestId: requestId !== null && /^[\w-]{1,64}$/.test(requestId) ? requestId : null,
  });
}

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
