import { createHmac } from 'node:crypto';
import { objectAt, parseJson } from '../../json.ts';
import { byName, sha256 } from '../acs3.ts';
import type { Dialect, Signable } from '../call.ts';
import type { Credentials } from '../credentials/types.ts';

const ALGORITHM = 'SLS4-HMAC-SHA256';
const TERMINATOR = 'aliyun_v4_request';

/** SLS in one region: paths, signature version 4, and errors as `{"errorCode","errorMessage"}`. */
export const sls4 = (regionId: string): Dialect => ({
  /** SLS accepts 15 minutes either way. */
  sign: (request, credentials, now) => {
    const date = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
    const contentSha256 = sha256(request.body ?? '');
    const headers = {
      'user-agent': 'flow-log-scheduler',
      'x-log-apiversion': '0.6.0',
      'x-log-bodyrawsize': String(request.body?.byteLength ?? 0),
      ...request.headers,
      ...(credentials.securityToken ? { 'x-acs-security-token': credentials.securityToken } : {}),
      'x-log-date': date,
      'x-log-content-sha256': contentSha256,
    };
    const signed = { ...request, headers, regionId };
    return { ...headers, authorization: authorizationV4(signed, date, contentSha256, credentials) };
  },
  read: ({ body, headers }) => {
    const json = parseJson(body.toString('utf8'));
    const { errorCode, errorMessage } = objectAt(json);
    const code = token(errorCode);
    const message = typeof errorMessage === 'string' ? errorMessage : 'no message';
    const seconds = headers['retry-after'] ?? '';
    const retryAfterMs = /^\d{1,5}$/.test(seconds) ? Number(seconds) * 1000 : null;
    return {
      json,
      requestId: token(headers['x-log-requestid']),
      retryAfterMs,
      refusal: code === null ? null : { code, message },
    };
  },
  unreadable: (status) => ({
    code: `Http${status}`,
    effect: status >= 500 || status === 408 ? 'unknown' : 'none',
    again: status >= 500 || status === 408 || status === 429 ? 'later' : 'never',
  }),
});

const token = (value: unknown): string | null =>
  typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) ? value : null;

interface SignedRequest extends Pick<Signable, 'method' | 'path' | 'headers'> {
  /** One with an empty value is signed as its bare name. */
  readonly query?: Signable['query'];
  readonly regionId: string;
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

function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll('*', '%2A');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
