import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import * as v from 'valibot';
import { crc64 } from '../crc64.ts';
import type { World } from '../service.ts';
import { fcErrors } from './fc-errors.ts';

/** What a function runs: a file of a seed, or a folder with what a request brought as a zip. */
export type FunctionCode =
  | { readonly kind: 'file'; readonly file: string }
  | {
      readonly kind: 'folder';
      readonly folder: string;
      readonly zip: Buffer;
      /** CRC-64 of the zip. */
      readonly checksum: string;
    };

const NEEDED = 'must hold zipFile, or ossBucketName and ossObjectName';

const location = v.union(
  [
    v.object({ zipFile: v.string(NEEDED), checksum: v.optional(v.string(NEEDED)) }, NEEDED),
    v.object(
      {
        ossBucketName: v.string(NEEDED),
        ossObjectName: v.string(NEEDED),
        checksum: v.optional(v.string(NEEDED)),
      },
      NEEDED,
    ),
  ],
  NEEDED,
);

/**
 * Takes the code that a request brings, or names in OSS, and unpacks it into a folder of its own.
 * @param given the `code` of CreateFunction or UpdateFunction
 * @throws {ApiError} `InvalidArgument`
 */
export function takeCode(given: unknown, accountId: string, { objects }: World): FunctionCode {
  const read = v.safeParse(location, given);
  if (!read.success) throw fcErrors.error('InvalidArgument', `code ${NEEDED}`);
  const zip =
    'zipFile' in read.output
      ? Buffer.from(read.output.zipFile, 'base64')
      : objects.find(read.output.ossBucketName, read.output.ossObjectName, accountId);
  if (zip === undefined) throw fcErrors.error('InvalidArgument', 'the code is not there in OSS');
  const checksum = crc64(zip);
  if ((read.output.checksum ?? checksum) !== checksum) {
    throw fcErrors.error('InvalidArgument', 'code.checksum is not the CRC-64 of the code');
  }
  return { kind: 'folder', folder: unpack(zip), zip, checksum };
}

/** Deletes the folder. Nothing may run in it any more. */
export function discardCode(code: FunctionCode): void {
  if (code.kind === 'folder') rmSync(code.folder, { recursive: true, force: true });
}

/** The file that a handler such as `index.handler` names. */
export function entryFile(code: FunctionCode, handler: string): string {
  if (code.kind === 'file') return code.file;
  const base = join(code.folder, moduleOf(handler));
  return ['.js', '.cjs'].map((suffix) => base + suffix).find(existsSync) ?? `${base}.js`;
}

export const moduleOf = (handler: string): string => handler.replace(/\.[^.]*$/, '');
export const exportOf = (handler: string): string => handler.slice(moduleOf(handler).length + 1);

function unpack(zip: Buffer): string {
  const files = entriesOf(zip);
  const folder = mkdtempSync(join(tmpdir(), `emulated-function-${process.pid}-`));
  for (const [name, content] of files) {
    const path = join(folder, name);
    if (name.endsWith('/')) {
      mkdirSync(path, { recursive: true });
    } else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
  }
  return folder;
}

function entriesOf(zip: Buffer): readonly (readonly [string, Uint8Array])[] {
  const files = unzipped(zip);
  const outside = files.find(([name]) => name.startsWith('/') || name.split(/[/\\]/).includes('..'));
  if (outside !== undefined) throw fcErrors.error('InvalidArgument', `the code holds ${outside[0]}`);
  return files;
}

function unzipped(zip: Buffer): readonly (readonly [string, Uint8Array])[] {
  try {
    return Object.entries(unzipSync(zip));
  } catch {
    throw fcErrors.error('InvalidArgument', 'the code is not a zip file');
  }
}
