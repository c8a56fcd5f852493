/** Alibaba Cloud's signature version 3, and the two styles of API that are called with it. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { objectAt, parseJson } from '../json.ts';
import type { Dialect, Signable } from './call.ts';
import type { HttpResponse } from './http/request.ts';

/** An API whose parameters are all in the query of `POST /`; some of these answer 200 to what they refuse. */
export const rpc = (version: string): Dialect => ({
  sign: signer(version),
  read: (response) => read(response, tellsOfFailure),
  unreadable: UNREADABLE,
});

/** An API of paths, whose 2xx answers may hold anything. */
export const roa = (version: string): Dialect => ({
  sign: signer(version),
  read: (response) => read(response, () => false),
  unreadable: UNREADABLE,
});

const UNREADABLE: Dialect['unreadable'] = () => ({
  code: 'UnreadableAnswer',
  effect: 'unknown',
  again: 'later',
});

const signer =
  (version: string): Dialect['sign'] =>
  (request, { accessKeyId, accessKeySecret, securityToken }, now) => {
    const headers = {
      'user-agent': `AlibabaCloud (${process.platform}; ${process.arch}) Node.js/${process.version} flow-log-scheduler`,
      ...request.headers,
      'x-acs-action': request.operation,
      'x-acs-version': version,
      'x-acs-date': new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
      'x-acs-signature-nonce': randomBytes(16).toString('hex'),
      'x-acs-content-sha256': sha256(request.body ?? ''),
      ...(securityToken === undefined
        ? {}
        : { 'x-acs-accesskey-id': accessKeyId, 'x-acs-security-token': securityToken }),
    };
    return {
      ...headers,
      authorization: authorization({ ...request, headers }, accessKeyId, accessKeySecret),
    };
  };

function read(
  response: HttpResponse,
  tellsOfFailure: (body: Readonly<Record<string, unknown>>, code: string | null) => boolean,
): ReturnType<Dialect['read']> {
  const { status, headers } = response;
  const json = parseJson(response.body.toString('utf8'));
  const body = objectAt(json);
  const requestId =
    textOf(body.RequestId) ??
    textOf(body.requestId) ??
    textOf(headers['x-acs-request-id']) ??
    textOf(headers['x-fc-request-id']);
  const code = textOf(body.Code) ?? textOf(body.code);
  const isSuccess = status >= 200 && status < 300;
  const waitMs = Number(headers['x-acs-retry-after'] ?? Number.NaN);
  const retryAfterMs = Number.isFinite(waitMs) && waitMs >= 0 ? waitMs : null;
  const known = { json, requestId, retryAfterMs };
  if (code === null || (isSuccess ? !tellsOfFailure(body, code) : status < 400)) {
    return { ...known, refusal: null };
  }
  const message = textOf(body.Message) ?? textOf(body.message) ?? 'no message';
  return { ...known, refusal: { code, message } };
}

/** Some services have 200 or OK as the code of what succeeded. */
function tellsOfFailure({ Success }: Readonly<Record<string, unknown>>, code: string | null): boolean {
  if (code === null || Success === true || textOf(Success)?.toLowerCase() === 'true') return false;
  return Success !== undefined || !/^(2\d\d|OK|Success)$/i.test(code);
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** Percent-encoding of RFC 3986: everything but letters, digits and `-_.~`. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** For sorting the entries of an object. */
export const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number =>
  a < b ? -1 : 1;

/** The query as it is sent and signed: sorted by name. */
export function canonicalQuery(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .sort(byName)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

/**
 * The `Authorization` header of signature version 3, ACS3-HMAC-SHA256. Signed are `host`, `content-type` and every
 * `x-acs-` header; names are in lower case.
 * @see https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
 */
export function authorization(
  request: Omit<Signable, 'operation'>,
  accessKeyId: string,
  accessKeySecret: string,
): string {
  const headers = Object.entries(request.headers)
    .filter(([name]) => /^(host$|content-type$|x-acs-)/.test(name))
    .sort(byName);
  const signedHeaders = headers.map(([name]) => name).join(';');
  const canonicalRequest = [
    request.method,
    request.path,
    canonicalQuery(request.query),
    ...headers.map(([name, value]) => `${name}:${value.trim()}`),
    '',
    signedHeaders,
    sha256(request.body ?? ''),
  ].join('\n');
  const signature = createHmac('sha256', accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonicalRequest)}`)
    .digest('hex');
  return `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${signedHeaders},Signature=${signature}`;
}
