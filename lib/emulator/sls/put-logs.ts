import { inflateSync, unzipSync } from 'node:zlib';
import type { HttpRequest } from '../http-message.ts';
import type { World } from '../service.ts';
import type { LogEntry } from '../types.ts';
import { decodeLogGroup, LogGroupError } from './log-group.ts';
import { slsErrors } from './sls-errors.ts';
import type { LogstoreCall } from './sls-operation.ts';

const MAX_RAW_BYTES = 10 * 1024 * 1024;
const MAX_VALUE_BYTES = 1024 * 1024;
const MAX_ENTRIES = 4096;
const OLDEST_SECONDS = 168 * 3600;
const NEWEST_SECONDS = 15 * 60;

/**
 * Writes a LogGroup, all of it or nothing.
 * @see https://www.alibabacloud.com/help/en/sls/developer-reference/api-sls-2020-12-30-putlogs
 */
export function putLogs({ request, project, logstore }: LogstoreCall, world: World): undefined {
  const entries = decode(rawBody(request));
  if (entries.length > MAX_ENTRIES) throw tooLarge(`more than ${MAX_ENTRIES} entries`);
  const now = world.now() / 1000;
  for (const entry of entries) checkEntry(entry, now);
  world.logstores.append(project, logstore, entries);
}

function rawBody(request: HttpRequest): Buffer {
  const declared = request.headers['x-log-bodyrawsize'];
  if (declared === undefined || !/^\d+$/.test(declared)) throw slsErrors.error('MissingBodyRawSize');
  if (Number(declared) > MAX_RAW_BYTES) throw tooLarge(`more than ${MAX_RAW_BYTES} bytes`);
  const raw = uncompress(request.body, request.headers['x-log-compresstype'] ?? '');
  if (raw.length > MAX_RAW_BYTES) throw tooLarge(`more than ${MAX_RAW_BYTES} bytes`);
  if (raw.length !== Number(declared)) {
    throw slsErrors.error('PostBodyInvalid', 'x-log-bodyrawsize is not the size of the body.');
  }
  return raw;
}

/** SLS knows lz4 and zstd too; Node.js 20 does not. */
function uncompress(body: Buffer, type: string): Buffer {
  switch (type) {
    case '':
      return body;
    case 'deflate':
      return inflate(() => inflateSync(body, { maxOutputLength: MAX_RAW_BYTES }));
    case 'gzip':
      // Alibaba's gateway-sls sends a zlib stream under this name, so both formats are taken.
      return inflate(() => unzipSync(body, { maxOutputLength: MAX_RAW_BYTES }));
    default:
      throw slsErrors.error('InvalidCompressType');
  }
}

function inflate(run: () => Buffer): Buffer {
  try {
    return run();
  } catch (error) {
    const isLong = error instanceof RangeError;
    throw isLong ? tooLarge(`more than ${MAX_RAW_BYTES} bytes`) : slsErrors.error('PostBodyUncompressError');
  }
}

function decode(raw: Buffer): readonly LogEntry[] {
  try {
    return decodeLogGroup(raw);
  } catch (error) {
    if (error instanceof LogGroupError) throw slsErrors.error('PostBodyInvalid', error.message);
    throw error;
  }
}

function checkEntry(entry: LogEntry, nowSeconds: number): void {
  if (entry.time < nowSeconds - OLDEST_SECONDS || entry.time > nowSeconds + NEWEST_SECONDS) {
    throw slsErrors.error('PostBodyInvalid', `The time ${entry.time} is out of range.`);
  }
  for (const [key, value] of Object.entries(entry.contents)) {
    if (Buffer.byteLength(value) > MAX_VALUE_BYTES) {
      throw tooLarge(`the value of ${key} has more than ${MAX_VALUE_BYTES} bytes`);
    }
  }
}

function tooLarge(detail: string): Error {
  return slsErrors.error('PostBodyTooLarge', `The body of the request is too large: ${detail}.`);
}
