import { createHash, createHmac } from 'node:crypto';

export interface SignableRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names. `host` and every `x-acs-` header are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Hash of a request body, as header `x-acs-content-sha256` carries it. */
export const hashBody = sha256;

/** Percent-encoding of RFC 3986: everything but letters, digits and `-_.~`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const byName = (fields: Readonly<Record<string, string>>): readonly (readonly [string, string])[] =>
  Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));

/** The query as it is sent and signed: sorted by name. */
export function canonicalQuery(query: Readonly<Record<string, string>>): string {
  return byName(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

/**
 * The `Authorization` header of signature version 3, ACS3-HMAC-SHA256.
 * @see https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
 */
export function authorization(
  request: SignableRequest,
  accessKeyId: string,
  accessKeySecret: string,
): string {
  const headers = byName(request.headers).filter(
    ([name]) => name === 'host' || name === 'content-type' || name.startsWith('x-acs-'),
  );
  const signedHeaders = headers.map(([name]) => name).join(';');
  const canonicalRequest = [
    request.method,
    request.path,
    canonicalQuery(request.query),
    ...headers.map(([name, value]) => `${name}:${value.trim()}`),
    '',
    signedHeaders,
    sha256(request.body),
  ].join('\n');
  const signature = createHmac('sha256', accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonicalRequest)}`)
    .digest('hex');
  return `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${signedHeaders},Signature=${signature}`;
}
