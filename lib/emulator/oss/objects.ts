import { randomBytes } from 'node:crypto';

/** Where Function Compute lets code be uploaded to; one for all accounts, as theirs is. */
export const CODE_BUCKET = 'emulator-fc-code';

/** A key that may write what begins with `accountId/`, and nothing else. */
export interface UploadKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  /** Milliseconds since the epoch on the wall clock, a whole second. */
  readonly expiresAt: number;
  readonly accountId: string;
}

/** Objects of OSS, as far as uploading code needs them. */
export interface Objects {
  /** A key for objects of the account. */
  allowUpload(accountId: string): UploadKey;
  uploadKey(accessKeyId: string): UploadKey | undefined;
  put(bucket: string, objectName: string, content: Buffer): void;
  /** Undefined when there is none that the account may read. */
  find(bucket: string, objectName: string, accountId: string): Buffer | undefined;
}

const UPLOAD_LASTS_MS = 15 * 60_000;

export function createObjects(wallNow: () => number): Objects {
  const keys = new Map<string, UploadKey>();
  const contents = new Map<string, Buffer>();
  const pathOf = (bucket: string, objectName: string): string => `${bucket}/${objectName}`;
  return {
    allowUpload: (accountId) => {
      const key = {
        accessKeyId: `STS.${randomBytes(12).toString('hex')}`,
        accessKeySecret: randomBytes(24).toString('hex'),
        securityToken: randomBytes(48).toString('base64'),
        expiresAt: Math.floor((wallNow() + UPLOAD_LASTS_MS) / 1000) * 1000,
        accountId,
      };
      keys.set(key.accessKeyId, key);
      return key;
    },
    uploadKey: (accessKeyId) => keys.get(accessKeyId),
    put: (bucket, objectName, content) => {
      contents.set(pathOf(bucket, objectName), content);
    },
    find: (bucket, objectName, accountId) =>
      objectName.startsWith(`${accountId}/`) ? contents.get(pathOf(bucket, objectName)) : undefined,
  };
}
