/**
 * Alibaba Cloud's RPC-style APIs: one signed POST per operation, all parameters in the query, JSON back.
 * The requests are those of `@alicloud/openapi-client`'s `callApi`, which the tests hold them against.
 */
import { randomBytes } from 'node:crypto';
import type { Budget } from '../../reconcile/budget.ts';
import { CallError } from '../../reconcile/ports.ts';
import { redact } from '../credentials/redact.ts';
import type { Credentials, CredentialsProvider } from '../credentials/types.ts';
import { HttpError } from '../http/http-error.ts';
import { type HttpResponse, request, type SendRequest } from '../http/request.ts';
import { authorization, canonicalQuery, hashBody } from './signature.ts';

export interface RpcOptions {
  readonly endpoint: URL;
  /** Environment variable that replaces the endpoint, for advice. */
  readonly variable?: string;
  /** API version, e.g. `2017-09-12`. */
  readonly version: string;
  readonly credentials: CredentialsProvider;
  readonly send?: SendRequest | undefined;
  /** The wall clock, for the date that is signed. */
  readonly now?: () => Date;
  /** Told of credentials that the service does not take, or no longer. */
  readonly onRefused?: (credentials: Credentials) => void;
  /** Called with how far this clock was ahead of the `Date` of an answer that had one, milliseconds. */
  readonly onSkew?: (ms: number) => void;
}

export interface RpcAnswer {
  readonly body: Readonly<Record<string, unknown>>;
  readonly requestId: string | null;
}

/**
 * Calls one operation.
 * @param time for the credentials, which may be calls of their own
 * @throws {RpcError} and, from the credentials alone, {@link CallError}
 */
export type RpcCall = (
  action: string,
  params: Readonly<Record<string, string>>,
  timeoutMs: number,
  time?: Budget,
) => Promise<RpcAnswer>;

/** How far a call got that did not succeed. */
export type RpcFailure =
  /** The request could not be signed or sent with what it was made of, and never will be. */
  | { readonly kind: 'unusable'; readonly code: string }
  /** The request was not sent. */
  | { readonly kind: 'not-sent'; readonly code: string }
  /** It was sent, and no answer could be read: nobody knows its effect. */
  | { readonly kind: 'no-answer'; readonly code: string; readonly httpStatus: number | null }
  /** The service refused it with an error code. */
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly httpStatus: number;
      readonly retryAfterMs: number | null;
    };

/** Its message has no URL with a query, and nothing that looks like a secret. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly failure: RpcFailure;
  readonly requestId: string | null;

  constructor(message: string, failure: RpcFailure, requestId: string | null = null) {
    super(message);
    this.failure = failure;
    this.requestId = requestId;
  }
}

/** `InvalidSecurityToken.Expired`, `InvalidAccessKeyId.NotFound`, `InvalidAccessKeyId.Inactive`, … */
const REFUSED_CREDENTIALS = /^Invalid(SecurityToken|AccessKeyId)/i;

export function createRpcCall(options: RpcOptions): RpcCall {
  const { endpoint, variable, version, credentials, send = request, now = () => new Date() } = options;
  const unreachable = variable === undefined ? '' : `; check the network, and ${variable} if it is set`;

  async function askForCredentials(time: Budget | undefined): Promise<Credentials> {
    try {
      return await credentials(time);
    } catch (error) {
      if (error instanceof CallError) throw error;
      const advice =
        'give the function a role, or set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET';
      throw new RpcError(`no credentials; ${advice}. Looked for: ${redact(messageOf(error))}`, {
        kind: 'unusable',
        code: 'CredentialsUnavailable',
      });
    }
  }

  return async (action, params, timeoutMs, time) => {
    // The credentials may have to be asked for themselves, which counts.
    const askedAt = process.uptime();
    const leftMs = () => timeoutMs - (process.uptime() - askedAt) * 1000;
    const signer = await askForCredentials(time);
    try {
      return await exchange(action, params, signer, leftMs());
    } catch (error) {
      if (!(error instanceof RpcError) || !REFUSED_CREDENTIALS.test(error.failure.code)) throw error;
      options.onRefused?.(signer);
      // They may have been kept from an earlier run, and revoked since.
      const fresh = await askForCredentials(time);
      if (fresh.accessKeyId === signer.accessKeyId && fresh.securityToken === signer.securityToken)
        throw error;
      return await exchange(action, params, fresh, leftMs());
    }
  };

  async function exchange(
    action: string,
    params: Readonly<Record<string, string>>,
    signer: Credentials,
    leftMs: number,
  ): Promise<RpcAnswer> {
    const headers: Record<string, string> = {
      host: endpoint.host,
      accept: 'application/json',
      'user-agent': `AlibabaCloud (${process.platform}; ${process.arch}) Node.js/${process.version} flow-log-scheduler`,
      'x-acs-action': action,
      'x-acs-version': version,
      'x-acs-date': now()
        .toISOString()
        .replace(/\.\d+Z$/, 'Z'),
      'x-acs-signature-nonce': randomBytes(16).toString('hex'),
      'x-acs-content-sha256': hashBody(''),
    };
    if (signer.securityToken !== undefined) {
      headers['x-acs-accesskey-id'] = signer.accessKeyId;
      headers['x-acs-security-token'] = signer.securityToken;
    }
    const signable = { method: 'POST', path: '/', query: params, headers, body: '' };
    headers.authorization = authorization(signable, signer.accessKeyId, signer.accessKeySecret);

    let response: HttpResponse;
    try {
      const url = new URL(`/?${canonicalQuery(params)}`, endpoint);
      response = await send({ url, method: 'POST', headers, body: new Uint8Array(0), timeoutMs: leftMs });
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      const { code, kind } = error;
      if (kind === 'request') {
        const advice = 'look for spaces and line ends around the access key';
        throw new RpcError(`${action}: ${redact(error.message)}; ${advice}`, { kind: 'unusable', code });
      }
      throw error.mayHaveBeenReceived
        ? new RpcError(`${action}: ${redact(error.message)}`, { kind: 'no-answer', code, httpStatus: null })
        : new RpcError(`${action}: ${redact(error.message)}${unreachable}`, { kind: 'not-sent', code });
    }
    const date = Date.parse(response.headers.date ?? '');
    if (!Number.isNaN(date)) options.onSkew?.(now().getTime() - date);
    return readAnswer(action, response);
  }
}

function readAnswer(action: string, response: HttpResponse): RpcAnswer {
  const { status } = response;
  const body = parseObject(response.body.toString('utf8'));
  const named = textOf(body?.RequestId) ?? textOf(body?.requestId);
  const requestId = named === null ? null : redact(named);
  const code = textOf(body?.Code) ?? textOf(body?.code);
  const succeeded = status >= 200 && status < 300;
  if (body !== null && succeeded && !tellsOfFailure(body, code)) return { body, requestId };

  if (code === null || (status < 400 && !succeeded)) {
    throw new RpcError(
      `${action}: an answer that is not Alibaba Cloud's (HTTP ${status}, ${response.body.byteLength} bytes)`,
      { kind: 'no-answer', code: 'UnreadableAnswer', httpStatus: status },
      requestId,
    );
  }
  const message = textOf(body?.Message) ?? textOf(body?.message) ?? 'no message';
  throw new RpcError(
    `${action}: ${redact(message)}`,
    { kind: 'refused', code: redact(code), httpStatus: status, retryAfterMs: retryAfter(response) },
    requestId,
  );
}

/** Some of Alibaba Cloud's services answer 200 to what they refuse, and 200 or OK as the code of what they do. */
function tellsOfFailure(body: Readonly<Record<string, unknown>>, code: string | null): boolean {
  const { Success } = body;
  if (code === null || Success === true || textOf(Success)?.toLowerCase() === 'true') return false;
  return Success !== undefined || !/^(2\d\d|OK|Success)$/i.test(code);
}

/** Header `x-acs-retry-after`, in milliseconds. */
function retryAfter(response: HttpResponse): number | null {
  const ms = Number(response.headers['x-acs-retry-after'] ?? Number.NaN);
  return Number.isFinite(ms) && ms >= 0 ? ms : null;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
