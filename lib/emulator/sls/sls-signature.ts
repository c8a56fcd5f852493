import { createHash, createHmac } from 'node:crypto';
import type { AccessKeys, Caller, KnownKey } from '../access-keys.ts';
import { compareText, hmacSha256, percentEncode, sameText, sha256Hex } from '../digest.ts';
import type { HttpRequest } from '../http-message.ts';
import { slsErrors } from './sls-errors.ts';

const MAX_SKEW_MS = 15 * 60_000;
const V4 = 'SLS4-HMAC-SHA256';

/**
 * Who signed a request, with V4 (`SLS4-HMAC-SHA256`) or V1 (`LOG id:signature`).
 * @throws {ApiError} as SLS refuses
 * @see https://www.alibabacloud.com/help/en/sls/developer-reference/request-signatures
 */
export function authenticateSls(request: HttpRequest, keys: AccessKeys, wallNow: () => number): Caller {
  if (request.oversized) throw slsErrors.error('PostBodyTooLarge');
  const authorization = request.headers.authorization ?? '';
  const known = authorization.startsWith(V4)
    ? checkV4(request, authorization, keys, wallNow())
    : checkV1(request, authorization, keys, wallNow());
  const token = keys.checkToken(known.key, request.headers['x-acs-security-token']);
  if (token === 'malformed') throw slsErrors.error('Unauthorized', 'The security token is invalid.');
  if (token === 'expired') throw slsErrors.error('Unauthorized', 'The security token has expired.');
  return known;
}

/** The region that a V4 signature is for; undefined for V1, which names none. */
export function signedRegion(request: HttpRequest): string | undefined {
  return parseV4(request.headers.authorization ?? '')?.region;
}

function checkV4(request: HttpRequest, authorization: string, keys: AccessKeys, wallNow: number): KnownKey {
  const parsed = parseV4(authorization);
  if (parsed === undefined) throw slsErrors.error('Unauthorized', 'The authorization header is malformed.');
  const { accessKeyId, date, region, signature } = parsed;
  const known = find(keys, accessKeyId);
  const time = request.headers['x-log-date'] ?? '';
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time);
  if (match === null || !time.startsWith(date)) throw slsErrors.error('InvalidDateFormat');
  const [, year, month, day, hour, minute, second] = match;
  checkDate(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`, wallNow);
  if (!sameText(request.headers['x-log-content-sha256'] ?? '', sha256Hex(request.body))) {
    throw slsErrors.error('SignatureNotMatch', 'x-log-content-sha256 is not the hash of the body.');
  }
  const scope = `${date}/${region}/sls/aliyun_v4_request`;
  const signingKey = [date, region, 'sls', 'aliyun_v4_request'].reduce<string | Buffer>(
    hmacSha256,
    `aliyun_v4${known.key.accessKeySecret}`,
  );
  const stringToSign = `${V4}\n${time}\n${scope}\n${sha256Hex(canonicalV4(request))}`;
  checkSignature(signature, hmacSha256(signingKey, stringToSign).toString('hex'));
  return known;
}

interface V4Authorization {
  readonly accessKeyId: string;
  /** yyyyMMdd */
  readonly date: string;
  readonly region: string;
  readonly signature: string;
}

function parseV4(authorization: string): V4Authorization | undefined {
  const match =
    /^SLS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([^/,]+)\/sls\/aliyun_v4_request,\s*Signature=([0-9a-f]+)$/.exec(
      authorization,
    );
  const [, accessKeyId, date, region, signature] = match ?? [];
  if (accessKeyId === undefined || date === undefined || region === undefined || signature === undefined) {
    return undefined;
  }
  return { accessKeyId, date, region, signature };
}

function canonicalV4(request: HttpRequest): string {
  const query = [...request.query]
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, value]) => (value === '' ? name : `${name}=${percentEncode(value)}`))
    .join('&');
  const signed = Object.keys(request.headers)
    .filter((name) => /^x-log-|^x-acs-|^host$|^content-type$/.test(name))
    .sort(compareText);
  const headers = signed.map((name) => `${name}:${(request.headers[name] ?? '').trim()}\n`).join('');
  return [
    request.method,
    request.path,
    query,
    headers,
    signed.join(';'),
    request.headers['x-log-content-sha256'] ?? '',
  ].join('\n');
}

function checkV1(request: HttpRequest, authorization: string, keys: AccessKeys, wallNow: number): KnownKey {
  const [, accessKeyId, signature] = /^LOG ([^:]+):(.+)$/.exec(authorization) ?? [];
  if (accessKeyId === undefined || signature === undefined) {
    throw slsErrors.error('Unauthorized', 'The authorization header is missing or malformed.');
  }
  const known = find(keys, accessKeyId);
  checkDate(request.headers.date, wallNow);
  const method = /^hmac-(sha1|sha256)$/.exec(request.headers['x-log-signaturemethod'] ?? '')?.[1];
  if (method === undefined) throw slsErrors.error('InvalidSignatureMethod');
  const md5 = createHash('md5').update(request.body).digest('hex').toUpperCase();
  if (request.body.length > 0 && request.headers['content-md5'] !== md5) {
    throw slsErrors.error('PostBodyInvalid', 'content-md5 is not the digest of the body.');
  }
  const expected = createHmac(method, known.key.accessKeySecret).update(stringToSignV1(request));
  checkSignature(signature, expected.digest('base64'));
  return known;
}

function stringToSignV1(request: HttpRequest): string {
  const { headers, method, path } = request;
  const own = Object.keys(headers)
    .filter((name) => /^x-log-|^x-acs-/.test(name))
    .sort(compareText)
    .map((name) => `${name}:${(headers[name] ?? '').trim()}\n`);
  const query = [...request.query]
    .sort(([a], [b]) => compareText(a, b))
    .map((pair) => pair.join('='))
    .join('&');
  const resource = query === '' ? path : `${path}?${query}`;
  const fixed = [method, headers['content-md5'] ?? '', headers['content-type'] ?? '', headers.date ?? ''];
  return `${fixed.join('\n')}\n${own.join('')}${resource}`;
}

function find(keys: AccessKeys, accessKeyId: string): KnownKey {
  const known = keys.find(accessKeyId);
  if (known === undefined) throw slsErrors.error('Unauthorized', `AccessKeyId not found: ${accessKeyId}`);
  return known;
}

function checkDate(text: string | undefined, wallNow: number): void {
  const at = Date.parse(text ?? '');
  if (Number.isNaN(at)) throw slsErrors.error('InvalidDateFormat');
  if (Math.abs(at - wallNow) > MAX_SKEW_MS) throw slsErrors.error('RequestTimeExpired');
}

function checkSignature(given: string, expected: string): void {
  if (!sameText(given, expected)) throw slsErrors.error('SignatureNotMatch');
}
