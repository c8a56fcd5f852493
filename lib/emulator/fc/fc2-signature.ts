import { createHash } from 'node:crypto';
import type { AccessKeys, Caller } from '../access-keys.ts';
import { compareText, hmacSha256, sameText } from '../digest.ts';
import type { HttpRequest } from '../http-message.ts';
import { fcErrors } from './fc-errors.ts';

const MAX_SKEW_MS = 15 * 60_000;

/**
 * Who signed a request that is signed as Function Compute 2.0 wants it:
 * `Authorization: FC {accessKeyId}:{base64(hmac-sha256(method, Content-MD5, Content-Type, Date, x-fc-* headers, path))}`.
 * @throws {ApiError} as Function Compute refuses
 * @see https://www.alibabacloud.com/help/en/functioncompute/fc-2-0/developer-reference/signature-authentication
 */
export function authenticateFc2(request: HttpRequest, keys: AccessKeys, wallNow: () => number): Caller {
  const [, accessKeyId, signature] = /^FC ([^:]+):(.+)$/.exec(request.headers.authorization ?? '') ?? [];
  if (accessKeyId === undefined || signature === undefined) {
    throw fcErrors.error('MissingRequiredHeader', 'required HTTP header Authorization was not specified');
  }
  checkDate(request.headers.date, wallNow());
  const known = keys.find(accessKeyId);
  if (known === undefined) {
    throw fcErrors.error('InvalidAccessKeyID', `invalid access key ID '${accessKeyId}'`);
  }
  const expected = hmacSha256(known.key.accessKeySecret, fc2StringToSign(request)).toString('base64');
  if (!sameText(signature, expected)) throw fcErrors.error('SignatureNotMatch');
  checkBody(request);
  const token = keys.checkToken(known.key, request.headers['x-fc-security-token']);
  if (token !== 'valid') throw fcErrors.error('AccessDenied', `the security token is ${token}`);
  const account = request.headers['x-fc-account-id'] ?? known.accountId;
  if (account !== known.accountId) {
    throw fcErrors.error('AccessDenied', `the access key does not belong to account ${account}`);
  }
  return known;
}

function checkDate(text: string | undefined, wallNow: number): void {
  if (text === undefined) {
    throw fcErrors.error('MissingRequiredHeader', 'required HTTP header Date was not specified');
  }
  // An unreadable date is NaN, which is not within the limit either.
  if (!(Math.abs(Date.parse(text) - wallNow) <= MAX_SKEW_MS)) {
    throw fcErrors.error('AccessDenied', 'the date of the request differs from the server by too much');
  }
}

/** The header holds the hash in hexadecimal digits, in base64. */
function checkBody(request: HttpRequest): void {
  if (request.oversized) throw fcErrors.error('EntityTooLarge');
  const declared = request.headers['content-md5'];
  if (declared === undefined) return;
  const digest = createHash('md5').update(request.body).digest('hex');
  if (!sameText(declared, Buffer.from(digest).toString('base64'))) {
    throw fcErrors.error('InvalidArgument', 'Content-MD5 is not the hash of the body');
  }
}

function fc2StringToSign({ method, path, headers }: HttpRequest): string {
  const signed = Object.keys(headers)
    .filter((name) => name.startsWith('x-fc-'))
    .sort(compareText)
    .map((name) => `${name}:${headers[name]}\n`)
    .join('');
  const { 'content-md5': md5 = '', 'content-type': type = '', date = '' } = headers;
  return `${method}\n${md5}\n${type}\n${date}\n${signed}${decoded(path)}`;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
