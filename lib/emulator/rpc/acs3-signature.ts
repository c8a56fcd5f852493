import type { AccessKeys, Caller } from '../access-keys.ts';
import { compareText, hmacSha256, percentEncode, sameText, sha256Hex } from '../digest.ts';
import type { HttpRequest } from '../http-message.ts';
import { rpcErrors } from './rpc-errors.ts';

const ALGORITHM = 'ACS3-HMAC-SHA256';
const MAX_SKEW_MS = 15 * 60_000;
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

interface Authorization {
  readonly accessKeyId: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/**
 * Who signed an ACS3-HMAC-SHA256 request. Headers that could change its meaning must all be signed: every
 * `x-acs-*`, `host`, and `content-type` when there is a body.
 * @throws {ApiError} as Alibaba Cloud's gateway refuses
 * @see https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
 */
export function authenticateAcs3(request: HttpRequest, keys: AccessKeys, wallNow: () => number): Caller {
  const authorization = parseAuthorization(request.headers.authorization);
  const known = keys.find(authorization.accessKeyId);
  if (known === undefined) throw rpcErrors.error('InvalidAccessKeyId.NotFound');
  checkDate(request.headers['x-acs-date'], wallNow());
  checkSignedHeaders(request, authorization.signedHeaders);
  checkBodyHash(request);
  const stringToSign = acs3StringToSign(request, authorization.signedHeaders);
  const expected = hmacSha256(known.key.accessKeySecret, stringToSign).toString('hex');
  if (!sameText(authorization.signature, expected)) {
    throw rpcErrors.error(
      'SignatureDoesNotMatch',
      `Specified signature is not matched with our calculation. server string to sign is:${stringToSign}`,
    );
  }
  const nonce = request.headers['x-acs-signature-nonce'];
  if (!nonce) throw rpcErrors.error('MissingSignatureNonce');
  if (!keys.useNonce(authorization.accessKeyId, nonce)) throw rpcErrors.error('SignatureNonceUsed');
  const token = keys.checkToken(known.key, request.headers['x-acs-security-token']);
  if (token === 'malformed') throw rpcErrors.error('InvalidSecurityToken.Malformed');
  if (token === 'expired') throw rpcErrors.error('InvalidSecurityToken.Expired');
  return known;
}

function parseAuthorization(header: string | undefined): Authorization {
  const match =
    /^ACS3-HMAC-SHA256 Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]+)$/.exec(
      header ?? '',
    );
  const [, accessKeyId, signedHeaders, signature] = match ?? [];
  if (accessKeyId === undefined || signedHeaders === undefined || signature === undefined) {
    throw rpcErrors.error('IncompleteSignature');
  }
  return { accessKeyId, signedHeaders: signedHeaders.split(';'), signature };
}

function checkDate(text: string | undefined, wallNow: number): void {
  if (text === undefined || !DATE.test(text)) throw rpcErrors.error('InvalidTimeStamp.Format');
  // A date such as the 32nd is NaN, which is not within the limit either.
  if (!(Math.abs(Date.parse(text) - wallNow) <= MAX_SKEW_MS)) {
    throw rpcErrors.error('InvalidTimeStamp.Expired');
  }
}

function checkSignedHeaders(request: HttpRequest, signedHeaders: readonly string[]): void {
  const unsigned = Object.keys(request.headers)
    .filter(
      (name) =>
        name.startsWith('x-acs-') || name === 'host' || (name === 'content-type' && request.body.length > 0),
    )
    .filter((name) => !signedHeaders.includes(name));
  if (unsigned.length > 0) {
    throw rpcErrors.error('IncompleteSignature', `Headers that must be signed: ${unsigned.join(', ')}.`);
  }
}

function checkBodyHash(request: HttpRequest): void {
  if (request.oversized) throw rpcErrors.error('RequestTooLarge');
  if (!sameText(request.headers['x-acs-content-sha256'] ?? '', sha256Hex(request.body))) {
    throw rpcErrors.error('SignatureDoesNotMatch', 'x-acs-content-sha256 is not the hash of the body.');
  }
}

/** What is signed; it holds hashes only. */
export function acs3StringToSign(request: HttpRequest, signedHeaders: readonly string[]): string {
  // By name alone: in `Tag.1=` and `Tag.10=` the equals sign must not take part.
  const query = request.query
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([a], [b]) => compareText(a, b))
    .map((pair) => pair.join('='))
    .join('&');
  const headers = [...signedHeaders]
    .sort(compareText)
    .map((name) => `${name}:${(request.headers[name] ?? '').trim()}\n`)
    .join('');
  const canonical = [
    request.method,
    request.path,
    query,
    headers,
    signedHeaders.join(';'),
    request.headers['x-acs-content-sha256'] ?? '',
  ].join('\n');
  return `${ALGORITHM}\n${sha256Hex(canonical)}`;
}
