/** The text of a config, or the one reason why no parser should see it. */
import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import type { Issue } from './issues.ts';

/** Room for some 40,000 flow logs of a line each, and few enough to parse in seconds on the smallest function. */
const MAX_BYTES = 4 * 1024 * 1024;

export type ConfigText =
  | { readonly ok: true; readonly text: string }
  /** `code` where there is no file to read, by Node.js; null where its content is not accepted. */
  | { readonly ok: false; readonly issue: Issue; readonly code: string | null };

const WHY_UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'this user may not read it',
};

/** Reads without yielding: the files are small and local. */
export function readConfigText(file: string): ConfigText {
  try {
    const { size } = statSync(file);
    // A larger file is not read at all. A pipe has no size before it is read.
    return size > MAX_BYTES ? refused(tooLarge(size)) : decodeConfig(readFileSync(file));
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    return {
      ok: false,
      code,
      issue: {
        path: '',
        line: null,
        message: `cannot be read (${code}): ${WHY_UNREADABLE[code] ?? message}`,
      },
    };
  }
}

function decodeConfig(bytes: Buffer): ConfigText {
  const text = bytes.toString('utf8');
  if (!isUtf8(bytes)) {
    const written = Buffer.from(text);
    const line = lineAt(
      bytes,
      bytes.findIndex((byte, index) => byte !== written[index]),
    );
    return refused('the file is not UTF-8 (but GBK or UTF-16, perhaps); save it as UTF-8', line);
  }
  return { ok: true, text };
}

/** @param bytes of the file */
export function sizeIssue(bytes: number): Issue | null {
  return bytes > MAX_BYTES ? { path: '', message: tooLarge(bytes), line: null } : null;
}

const refused = (message: string, line: number | null = null): ConfigText => ({
  ok: false,
  issue: { path: '', message, line },
  code: null,
});

function tooLarge(bytes: number): string {
  const megabytes = (bytes / 1024 / 1024).toFixed(1);
  return `the file is ${megabytes} MB large, and 4 MB are the most; one select can stand for many flow logs`;
}

const LF = 10;
const lineAt = (bytes: Buffer, end: number): number =>
  bytes.subarray(0, end).reduce((lines, byte) => lines + (byte === LF ? 1 : 0), 1);
