import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

interface MessageType {
  decode(bytes: Uint8Array): unknown;
  toObject(message: unknown): DecodedLogGroup;
  encode(message: unknown): { finish(): Uint8Array };
  fromObject(plain: unknown): unknown;
}

interface Protobufjs {
  parse(
    proto: string,
    options: { readonly keepCase: boolean },
  ): { root: { lookupType(name: string): MessageType } };
}

export interface DecodedLogGroup {
  readonly Logs?: readonly {
    readonly Time: number;
    readonly TimeNs?: number;
    readonly Contents?: readonly { readonly Key: string; readonly Value: string }[];
  }[];
  readonly Topic?: string;
  readonly Source?: string;
  readonly LogTags?: readonly { readonly Key: string; readonly Value: string }[];
}

const alicloudLog = createRequire(import.meta.url).resolve('@alicloud/log');
const protobufjs: Protobufjs = createRequire(alicloudLog)('protobufjs');
const proto = readFileSync(join(dirname(alicloudLog), 'lib/sls.proto'), 'utf8');
const logGroup = protobufjs.parse(proto, { keepCase: true }).root.lookupType('sls.LogGroup');

/** Reads a LogGroup with the proto file and the library of `@alicloud/log`. */
export function decodeLogGroup(bytes: Uint8Array): DecodedLogGroup {
  return logGroup.toObject(logGroup.decode(bytes));
}

/** Writes a LogGroup with the proto file and the library of `@alicloud/log`. */
export function referenceLogGroup(plain: DecodedLogGroup): Uint8Array {
  return logGroup.encode(logGroup.fromObject(plain)).finish();
}
