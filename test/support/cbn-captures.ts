import { readFileSync } from 'node:fs';

/** A request to CEN that Alibaba Cloud's own TypeScript client sent. */
export interface CbnCapture {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly operation: string;
  readonly sts: boolean;
}

export const cbnCaptures = JSON.parse(
  readFileSync(new URL('../wire/cbn.json', import.meta.url), 'utf8'),
) as readonly CbnCapture[];

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
