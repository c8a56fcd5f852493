import * as imported from '@alicloud/ram20150501';
import { DEFAULT_KEY } from './emulator-clients.ts';

type Sdk = typeof imported.default;

/** The client is CommonJS: by who imports it, its exports are the default of the namespace, or the namespace. */
export const ram = ('GetRoleRequest' in imported.default ? imported.default : imported) as Sdk;

export type AlibabaRam = InstanceType<Sdk['default']>;

/** `@alicloud/ram20150501` as Alibaba ships it, pointed at a loopback port. */
export function alibabaRam(port: number, key = DEFAULT_KEY): AlibabaRam {
  const config = { ...key, endpoint: `127.0.0.1:${port}`, protocol: 'http' };
  return new ram.default(config as ConstructorParameters<Sdk['default']>[0]);
}
