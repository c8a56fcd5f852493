import { createRequire } from 'node:module';
import * as imported from '@alicloud/fc20230330';
import type { EmulatorAccessKey } from '../../lib/emulator/emulator.ts';
import { DEFAULT_KEY } from './emulator-clients.ts';

type Sdk = typeof imported.default;

/** The client is CommonJS: by who imports it, its exports are the default of the namespace, or the namespace. */
export const fc = ('InvokeFunctionRequest' in imported.default ? imported.default : imported) as Sdk;

export type AlibabaFc = InstanceType<Sdk['default']>;

/** `@alicloud/fc20230330` as Alibaba ships it, pointed at a loopback port. */
export function alibabaFc(port: number, key: EmulatorAccessKey = DEFAULT_KEY): AlibabaFc {
  const config = { ...key, endpoint: `127.0.0.1:${port}`, protocol: 'http' };
  return new fc.default(config as ConstructorParameters<Sdk['default']>[0]);
}

interface TempBucketToken {
  readonly credentials: Readonly<Record<'AccessKeyId' | 'AccessKeySecret' | 'SecurityToken', string>>;
  readonly ossBucket: string;
  readonly objectName: string;
}

interface AlibabaFc2 {
  getTempBucketToken(): Promise<{ readonly data: TempBucketToken }>;
}

interface AlibabaOss {
  put(name: string, content: Buffer): Promise<{ readonly res: { readonly status: number } }>;
}

const require = createRequire(import.meta.url);
const Fc2 = require('@alicloud/fc2') as new (accountId: string, config: object) => AlibabaFc2;
// fc2 brings it.
const Oss = createRequire(require.resolve('@alicloud/fc2'))('ali-oss') as new (config: object) => AlibabaOss;

/** `@alicloud/fc2` as Alibaba ships it, pointed at a loopback port. */
export function alibabaFc2(
  port: number,
  accountId: string,
  key: EmulatorAccessKey = DEFAULT_KEY,
): AlibabaFc2 {
  return new Fc2(accountId, {
    accessKeyID: key.accessKeyId,
    accessKeySecret: key.accessKeySecret,
    ...(key.securityToken !== undefined && {
      securityToken: key.securityToken,
      headers: { 'x-fc-security-token': key.securityToken },
    }),
    region: 'cn-hangzhou',
    endpoint: `http://127.0.0.1:${port}`,
  });
}

/** `ali-oss`, as the component fc3 makes one of a token for uploading code. */
export function alibabaOss(port: number, { credentials, ossBucket }: TempBucketToken): AlibabaOss {
  return new Oss({
    endpoint: `http://127.0.0.1:${port}`,
    accessKeyId: credentials.AccessKeyId,
    accessKeySecret: credentials.AccessKeySecret,
    stsToken: credentials.SecurityToken,
    bucket: ossBucket,
  });
}
