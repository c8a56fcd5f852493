import { readFileSync } from 'node:fs';

/** A request that one of Alibaba Cloud's own TypeScript clients sent. */
export interface CbnCapture {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly operation: string;
  readonly sts: boolean;
}

/** @param file in `test/wire` */
export const capturesOf = (file: string): readonly CbnCapture[] =>
  JSON.parse(readFileSync(new URL(`../wire/${file}`, import.meta.url), 'utf8'));

export const cbnCaptures = capturesOf('cbn.json');

export const captureKey = {
  accessKeyId: 'example-access-key-id',
  accessKeySecret: 'example-access-key-secret',
};

/** What a capture was signed with. */
export function credentialsOf({ sts }: CbnCapture) {
  return sts ? { ...captureKey, securityToken: 'example-security-token' } : captureKey;
}

/** Names and values of a path's query, decoded. */
export function queryOf(path: string): Readonly<Record<string, string>> {
  return Object.fromEntries(new URL(path, 'http://127.0.0.1').searchParams);
}

/** A header that every capture has. */
export function headerOf({ headers }: CbnCapture, name: string): string {
  const value = headers[name];
  if (value === undefined) throw new Error(`the capture has no header ${name}`);
  return value;
}
