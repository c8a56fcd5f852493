import { createHash, createHmac } from 'node:crypto';
import type { Credentials } from '../credentials/types.ts';

const ALGORITHM = 'SLS4-HMAC-SHA256';
const TERMINATOR = 'aliyun_v4_request';

export interface SignedRequest {
  readonly method: string;
  /** Path as it is sent, without the query. */
  readonly path: string;
  /** Parameters before encoding; one with an empty value is signed as its bare name. */
  readonly query?: Readonly<Record<string, string>>;
  /** All headers, `host` among them. Which of them are signed is decided here. */
  readonly headers: Readonly<Record<string, string>>;
  readonly regionId: string;
}

/**
 * The headers that authorise a request to SLS: `authorization`, `x-log-date`, `x-log-content-sha256`, and
 * `x-acs-security-token` with temporary credentials.
 * @param body the bytes as they are sent, that is after compression
 * @param now milliseconds since the epoch; SLS accepts 15 minutes either way
 */
export function signatureHeaders(
  request: SignedRequest,
  body: Uint8Array,
  credentials: Credentials,
  now: number,
): Readonly<Record<string, string>> {
  const date = compactDate(now);
  const contentSha256 = sha256(body);
  const added = {
    ...(credentials.securityToken ? { 'x-acs-security-token': credentials.securityToken } : {}),
    'x-log-date': date,
    'x-log-content-sha256': contentSha256,
  };
  const signed = { ...request, headers: { ...request.headers, ...added } };
  return { ...added, authorization: authorizationV4(signed, date, contentSha256, credentials) };
}

/**
 * The value of the `authorization` header, signature version 4.
 * Signed are `x-log-*`, `x-acs-*`, `host` and `content-type`.
 * @param date `yyyyMMddTHHmmssZ`, the value of `x-log-date`
 * @param contentSha256 lower-case hex, the value of `x-log-content-sha256`
 * @see getAuthorizationV4 in `@alicloud/gateway-sls`
 */
export function authorizationV4(
  request: SignedRequest,
  date: string,
  contentSha256: string,
  { accessKeyId, accessKeySecret }: Pick<Credentials, 'accessKeyId' | 'accessKeySecret'>,
): string {
  const day = date.slice(0, 8);
  const scope = `${day}/${request.regionId}/sls/${TERMINATOR}`;
  const headers = signedHeaders(request.headers);
  const canonicalRequest = [
    request.method,
    request.path,
    canonicalQuery(request.query ?? {}),
    headers.map(([name, value]) => `${name}:${value.trim()}\n`).join(''),
    headers.map(([name]) => name).join(';'),
    contentSha256,
  ].join('\n');
  const stringToSign = [ALGORITHM, date, scope, sha256(canonicalRequest)].join('\n');
  const key = [day, request.regionId, 'sls', TERMINATOR].reduce<string | Buffer>(
    (previous, part) => hmac(previous, part),
    `aliyun_v4${accessKeySecret}`,
  );
  return `${ALGORITHM} Credential=${accessKeyId}/${scope},Signature=${hmac(key, stringToSign).toString('hex')}`;
}

function signedHeaders(headers: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => /^(?:x-log-|x-acs-|host$|content-type$)/.test(name))
    .sort(byName);
}

function canonicalQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .sort(byName)
    .map(([name, value]) => (value === '' ? name : `${name}=${percentEncode(value)}`))
    .join('&');
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}

function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll('*', '%2A');
}

function compactDate(now: number): string {
  return new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
