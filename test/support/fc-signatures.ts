import { createHash, createHmac } from 'node:crypto';
import type { Received } from '../cloud/http/loopback-server.ts';

/**
 * The signatures of Function Compute's APIs, computed from a request as it arrived. Written from Alibaba Cloud's
 * descriptions, and used by neither the clients nor the emulator.
 */

/** @see https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature */
export function acs3Authorization(request: Received, accessKeyId: string, secret: string): string {
  const { headers } = request;
  const signed = Object.keys(headers)
    .filter((name) => name.startsWith('x-acs-') || name === 'host' || name === 'content-type')
    .sort();
  const [path = '', query = ''] = request.path.split('?');
  const hash = createHash('sha256').update(request.body).digest('hex');
  const canonical = [
    request.method,
    path,
    query.split('&').sort().join('&'),
    ...signed.map((name) => `${name}:${headers[name]}`),
    '',
    signed.join(';'),
    hash,
  ].join('\n');
  const toSign = `ACS3-HMAC-SHA256\n${createHash('sha256').update(canonical).digest('hex')}`;
  const signature = createHmac('sha256', secret).update(toSign).digest('hex');
  return `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${signed.join(';')},Signature=${signature}`;
}

/** @see https://www.alibabacloud.com/help/en/functioncompute/fc-2-0/developer-reference/signature-authentication */
export function fc2Authorization(request: Received, accessKeyId: string, secret: string): string {
  const { headers } = request;
  const own = Object.keys(headers).filter((name) => name.startsWith('x-fc-'));
  const lines = [
    request.method,
    headers['content-md5'] ?? '',
    headers['content-type'] ?? '',
    headers.date ?? '',
    ...own.sort().map((name) => `${name}:${headers[name]}`),
    request.path,
  ];
  return `FC ${accessKeyId}:${createHmac('sha256', secret).update(lines.join('\n')).digest('base64')}`;
}
