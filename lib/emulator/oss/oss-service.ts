import { createHash } from 'node:crypto';
import { crc64 } from '../crc64.ts';
import type { HttpRequest } from '../http-message.ts';
import type { Service } from '../service.ts';
import { CODE_BUCKET } from './objects.ts';
import { ossErrors } from './oss-errors.ts';
import { authenticateOss } from './oss-signature.ts';

/** Object Storage Service, as far as uploading a function's code needs it: PutObject into one bucket. */
export const ossService: Service = {
  name: 'Oss',
  limited: false,
  accepts: ({ headers }) => headers.authorization?.startsWith('OSS ') ?? false,
  read: (request) => {
    const { bucket, objectName } = targetOf(request);
    const action = request.method === 'PUT' ? 'PutObject' : `${request.method} ${request.path}`;
    return { action, params: { bucket, objectName } };
  },
  admit: (request, _call, { objects, wallNow }) => {
    const { bucket, objectName } = targetOf(request);
    const key = authenticateOss(request, `/${bucket}/${objectName}`, objects, wallNow);
    if (bucket !== CODE_BUCKET) throw ossErrors.error('NoSuchBucket');
    if (!objectName.startsWith(`${key.accountId}/`)) throw ossErrors.error('AccessDenied');
    return { accountId: key.accountId, identity: { kind: 'account' } };
  },
  perform: ({ request, requestId }, { objects }) => {
    if (request.method !== 'PUT') throw ossErrors.error('MethodNotAllowed');
    const { bucket, objectName } = targetOf(request);
    objects.put(bucket, objectName, request.body);
    const md5 = createHash('md5').update(request.body).digest('hex').toUpperCase();
    const headers = {
      etag: `"${md5}"`,
      'x-oss-request-id': requestId,
      'x-oss-hash-crc64ecma': crc64(request.body),
    };
    return { status: 200, headers, body: '', code: null };
  },
  refuse: ({ status, code, message }, requestId) => ({
    status,
    headers: { 'content-type': 'application/xml', 'x-oss-request-id': requestId },
    body: `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>${code}</Code><Message>${message}</Message><RequestId>${requestId}</RequestId></Error>`,
    code,
  }),
  error: (code) => ossErrors.error(code),
};

/** The bucket is the first label of Host, or where Host names none the first part of the path. */
function targetOf({ path, headers }: HttpRequest): { readonly bucket: string; readonly objectName: string } {
  const [first = '', ...rest] = decoded(path).slice(1).split('/');
  const host = headers.host ?? '';
  if (/^(?:[\d.]+|\[.*\]|localhost)(?::\d+)?$/.test(host))
    return { bucket: first, objectName: rest.join('/') };
  return { bucket: host.split('.')[0] ?? '', objectName: [first, ...rest].join('/') };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
