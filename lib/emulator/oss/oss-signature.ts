import { createHash, createHmac } from 'node:crypto';
import { compareText, sameText } from '../digest.ts';
import type { HttpRequest } from '../http-message.ts';
import type { Objects, UploadKey } from './objects.ts';
import { ossErrors } from './oss-errors.ts';

const MAX_SKEW_MS = 15 * 60_000;

/**
 * The upload key that signed a request, with signature V1: `Authorization: OSS {accessKeyId}:{base64(hmac-sha1(…))}`.
 * @param resource `/bucket/object`
 * @throws {ApiError} as OSS refuses
 * @see https://www.alibabacloud.com/help/en/oss/developer-reference/include-signatures-in-the-authorization-header
 */
export function authenticateOss(
  request: HttpRequest,
  resource: string,
  objects: Objects,
  wallNow: () => number,
): UploadKey {
  const { headers } = request;
  const [, accessKeyId = '', signature = ''] = /^OSS ([^:]+):(.+)$/.exec(headers.authorization ?? '') ?? [];
  const key = objects.uploadKey(accessKeyId);
  if (key === undefined) throw ossErrors.error('InvalidAccessKeyId');
  const date = headers['x-oss-date'] ?? headers.date ?? '';
  // An unreadable date is NaN, which is not within the limit either.
  if (!(Math.abs(Date.parse(date) - wallNow()) <= MAX_SKEW_MS)) throw ossErrors.error('RequestTimeTooSkewed');
  const expected = createHmac('sha1', key.accessKeySecret)
    .update(stringToSign(request, date, resource))
    .digest('base64');
  if (!sameText(signature, expected)) throw ossErrors.error('SignatureDoesNotMatch');
  if (!sameText(headers['x-oss-security-token'] ?? '', key.securityToken)) {
    throw ossErrors.error('InvalidAccessKeyId');
  }
  if (wallNow() >= key.expiresAt) throw ossErrors.error('SecurityTokenExpired');
  checkBody(request);
  return key;
}

function stringToSign({ method, headers }: HttpRequest, date: string, resource: string): string {
  const own = Object.keys(headers)
    .filter((name) => name.startsWith('x-oss-'))
    .sort(compareText)
    .map((name) => `${name}:${(headers[name] ?? '').trim()}\n`)
    .join('');
  const { 'content-md5': md5 = '', 'content-type': type = '' } = headers;
  return `${method}\n${md5}\n${type}\n${date}\n${own}${resource}`;
}

function checkBody({ headers, body, oversized }: HttpRequest): void {
  if (oversized) throw ossErrors.error('EntityTooLarge');
  const declared = headers['content-md5'];
  if (declared === undefined) return;
  if (!sameText(declared, createHash('md5').update(body).digest('base64'))) {
    throw ossErrors.error('InvalidDigest');
  }
}
