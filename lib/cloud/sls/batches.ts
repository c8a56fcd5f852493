import type { LogRecord } from '../../reconcile/ports.ts';
import { contentBytes, entryBytes, envelopeBytes, type LogGroup, recordBytes } from './log-group.ts';

/** What SLS accepts in one PutLogs request. */
export interface PutLogsLimits {
  readonly maxEntries: number;
  /** Of the LogGroup before compression; at least 512. */
  readonly maxRawBytes: number;
  /** Of one value, in UTF-8. */
  readonly maxValueBytes: number;
  /** Of one key, in UTF-8; at least 16. */
  readonly maxKeyBytes: number;
}

/**
 * The narrowest limits that any version of SLS's documentation states, megabytes read as the smaller, decimal ones.
 * One entry over a limit makes SLS refuse the whole request.
 */
export const PUT_LOGS_LIMITS: PutLogsLimits = {
  maxEntries: 4096,
  maxRawBytes: 3_000_000,
  maxValueBytes: 1_000_000,
  maxKeyBytes: 128,
};

/** Field that a record gets when even its shortened fields do not fit: how many were left out. */
export const OMITTED_FIELDS = 'truncatedFields';

/**
 * Splits records into requests within the limits, in order. Every record is in exactly one of them.
 * What is too long is cut at a character and ends in `…[truncated, was N bytes]`; a key that is too long ends in
 * `…`, and an empty one, which SLS refuses, becomes `_`.
 */
export function splitIntoBatches(
  records: readonly LogRecord[],
  envelope: Pick<LogGroup, 'topic' | 'source'>,
  limits: PutLogsLimits = PUT_LOGS_LIMITS,
): readonly (readonly LogRecord[])[] {
  const maxBytes = limits.maxRawBytes - envelopeBytes(envelope);
  const batches: LogRecord[][] = [];
  let batch: LogRecord[] = [];
  let batchBytes = 0;
  for (const original of records) {
    const record = fitRecord(original, maxBytes, limits);
    const bytes = recordBytes(record);
    if (batch.length > 0 && (batch.length === limits.maxEntries || batchBytes + bytes > maxBytes)) {
      batches.push(batch);
      batch = [];
      batchBytes = 0;
    }
    batch.push(record);
    batchBytes += bytes;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

/** A text of at most `maxBytes` in UTF-8; one that was cut says so at its end. */
export function truncate(text: string, maxBytes: number): string {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return text;
  const marker = `…[truncated, was ${bytes} bytes]`;
  const room = maxBytes - Buffer.byteLength(marker);
  return room < 0 ? cut(marker, maxBytes) : cut(text, room) + marker;
}

function fitRecord(record: LogRecord, maxBytes: number, limits: PutLogsLimits): LogRecord {
  const keyed = fitKeys(record, limits.maxKeyBytes);
  const fits = (maxValueBytes: number) => recordBytes(keyed, maxValueBytes) <= maxBytes;
  if (fits(limits.maxValueBytes)) return fitValues(keyed, limits.maxValueBytes);
  const shortest = Math.min(SHORT_VALUE_BYTES, limits.maxValueBytes);
  if (!fits(shortest)) return leadingFields(keyed, maxBytes, shortest);
  let fitting = shortest;
  let tooLong = limits.maxValueBytes;
  while (tooLong - fitting > 1) {
    const middle = Math.floor((fitting + tooLong) / 2);
    if (fits(middle)) fitting = middle;
    else tooLong = middle;
  }
  return fitValues(keyed, fitting);
}

/** Enough for the marker and a few words. */
const SHORT_VALUE_BYTES = 64;

function fitValues(record: LogRecord, maxValueBytes: number): LogRecord {
  const entries = Object.entries(record);
  if (entries.every(([, value]) => Buffer.byteLength(value) <= maxValueBytes)) return record;
  return Object.fromEntries(entries.map(([key, value]) => [key, truncate(value, maxValueBytes)]));
}

function leadingFields(record: LogRecord, maxBytes: number, maxValueBytes: number): LogRecord {
  const entries = Object.entries(record);
  const kept: [string, string][] = [];
  let sum = contentBytes(OMITTED_FIELDS.length, String(entries.length).length);
  for (const [key, value] of entries) {
    const short = truncate(value, maxValueBytes);
    sum += contentBytes(Buffer.byteLength(key), Buffer.byteLength(short));
    if (entryBytes(sum) > maxBytes) break;
    kept.push([key, short]);
  }
  return Object.fromEntries([...kept, [OMITTED_FIELDS, String(entries.length - kept.length)]]);
}

function fitKeys(record: LogRecord, maxKeyBytes: number): LogRecord {
  const entries = Object.entries(record);
  if (entries.every(([key]) => key !== '' && Buffer.byteLength(key) <= maxKeyBytes)) return record;
  const taken = new Set(Object.keys(record));
  return Object.fromEntries(
    entries.map(([key, value]) => {
      if (key !== '' && Buffer.byteLength(key) <= maxKeyBytes) return [key, value];
      const fitted = freeKey(key, maxKeyBytes, taken);
      taken.add(fitted);
      return [fitted, value];
    }),
  );
}

function freeKey(key: string, maxKeyBytes: number, taken: ReadonlySet<string>): string {
  for (let count = 1; ; count++) {
    const suffix = (key === '' ? '_' : '…') + (count === 1 ? '' : count);
    const candidate = cut(key, maxKeyBytes - Buffer.byteLength(suffix)) + suffix;
    if (!taken.has(candidate)) return candidate;
  }
}

function cut(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  let end = Math.min(maxBytes, bytes.length);
  while (end > 0 && isContinuation(bytes[end])) end--;
  return bytes.toString('utf8', 0, end);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
