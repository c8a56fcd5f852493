import { readFileSync } from 'node:fs';

/** A PutLogs request that Alibaba Cloud's own client sent. */
export interface Capture {
  readonly captured_from: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body_base64: string;
  readonly name: string;
  readonly sts: boolean;
  /** What the client was given; with the captures of `@alicloud/log` only. */
  readonly input?: {
    readonly logs: readonly {
      readonly timestamp: number;
      readonly timestampNsPart?: number;
      readonly content: Readonly<Record<string, string>>;
    }[];
    readonly tags?: readonly Readonly<Record<string, string>>[];
    readonly topic: string;
    readonly source: string;
  };
}

export const captures: readonly Capture[] = JSON.parse(
  readFileSync(new URL('../../wire/sls.json', import.meta.url), 'utf8'),
);

export const capturesV4 = captures.filter(({ headers }) => headers.authorization?.startsWith('SLS4-'));

export const exampleCredentials = {
  accessKeyId: 'example-access-key-id',
  accessKeySecret: 'example-access-key-secret',
};

export function credentialsOf({ sts }: Capture) {
  return sts ? { ...exampleCredentials, securityToken: 'example-security-token' } : exampleCredentials;
}

/** `20261121T015535Z` as milliseconds since the epoch. */
export function instantOf({ headers }: Capture): number {
  const compact = headers['x-log-date'] ?? '';
  return Date.parse(compact.replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5'));
}
