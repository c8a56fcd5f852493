import { randomUUID } from 'node:crypto';
import type { Answer } from '../http-message.ts';
import { CODE_BUCKET } from '../oss/objects.ts';
import type { AdmittedCall, World } from '../service.ts';

/**
 * Where code may be uploaded to, and with which key. It is in no documentation; the fields are those that
 * `@alicloud/fc2` and the component fc3 of Serverless Devs read. The object's whole name is to be
 * `{accountId}/{objectName}`.
 */
export function tempBucketToken({ accountId, requestId }: AdmittedCall, { objects }: World): Answer {
  const key = objects.allowUpload(accountId);
  const body = {
    credentials: {
      AccessKeyId: key.accessKeyId,
      AccessKeySecret: key.accessKeySecret,
      SecurityToken: key.securityToken,
      Expiration: new Date(key.expiresAt).toISOString().replace('.000Z', 'Z'),
    },
    ossRegion: 'oss-cn-hangzhou',
    ossBucket: CODE_BUCKET,
    objectName: randomUUID(),
    codeSizeLimit: 500 * 1024 * 1024,
  };
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'x-fc-request-id': requestId },
    body: JSON.stringify(body),
    code: null,
  };
}
