import { PbfReader } from 'pbf';
import type { LogEntry } from '../types.ts';

/** A LogGroup cannot be read; the message says why. */
export class LogGroupError extends Error {
  override readonly name = 'LogGroupError';
}

interface Log {
  readonly time: number;
  readonly timeNs: number | null;
  readonly contents: readonly Pair[];
}

type Pair = readonly [key: string, value: string];

const WIRE_TYPES = { varint: 0, bytes: 2, fixed32: 5 } as const;

/**
 * The entries of a LogGroup in protobuf, each with the group's topic, source and tags.
 * A key that is there twice keeps its last value. Fields of no meaning here are skipped.
 * @throws {LogGroupError}
 * @see https://github.com/aliyun/aliyun-log-go-sdk/blob/master/log.proto
 */
export function decodeLogGroup(bytes: Uint8Array): readonly LogEntry[] {
  const logs: Log[] = [];
  const tags: Pair[] = [];
  let topic = '';
  let source = '';
  eachField(bytes, (field, reader) => {
    if (field === 1) logs.push(decodeLog(readBytes(reader)));
    else if (field === 3) topic = readText(reader);
    else if (field === 4) source = readText(reader);
    else if (field === 6) tags.push(decodePair(readBytes(reader)));
  });
  return logs.map(({ time, timeNs, contents }) => ({
    time,
    timeNs,
    topic,
    source,
    contents: Object.fromEntries(contents),
    tags: Object.fromEntries(tags),
  }));
}

function decodeLog(bytes: Uint8Array): Log {
  const contents: Pair[] = [];
  let time: number | null = null;
  let timeNs: number | null = null;
  eachField(bytes, (field, reader) => {
    if (field === 1) {
      expectType(reader, 'varint');
      time = reader.readVarint();
    } else if (field === 2) {
      contents.push(decodePair(readBytes(reader)));
    } else if (field === 4) {
      expectType(reader, 'fixed32');
      timeNs = reader.readFixed32();
    }
  });
  if (time === null) throw new LogGroupError('an entry has no time');
  return { time, timeNs, contents };
}

/** A content or a tag: both are a key and a value, and need both. */
function decodePair(bytes: Uint8Array): Pair {
  let key: string | null = null;
  let value: string | null = null;
  eachField(bytes, (field, reader) => {
    if (field === 1) key = readText(reader);
    else if (field === 2) value = readText(reader);
  });
  if (key === null || value === null) throw new LogGroupError('a content or tag has no key or no value');
  return [key, value];
}

/** pbf reads beyond the end without complaint, so the position is checked after every field. */
function eachField(bytes: Uint8Array, read: (field: number, reader: PbfReader) => void): void {
  const reader = new PbfReader(bytes);
  try {
    reader.readFields((field) => {
      read(field, reader);
      checkBounds(reader);
    }, null);
    checkBounds(reader);
  } catch (error) {
    if (error instanceof LogGroupError) throw error;
    throw new LogGroupError('the protobuf is broken', { cause: error });
  }
  if (reader.pos !== reader.length) throw new LogGroupError('the protobuf is broken');
}

function checkBounds(reader: PbfReader): void {
  if (!(reader.pos <= reader.length)) throw new LogGroupError('the protobuf is cut off');
}

function readBytes(reader: PbfReader): Uint8Array {
  expectType(reader, 'bytes');
  const bytes = reader.readBytes();
  checkBounds(reader);
  return bytes;
}

function readText(reader: PbfReader): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readBytes(reader));
  } catch (error) {
    if (error instanceof LogGroupError) throw error;
    throw new LogGroupError('a text is not UTF-8', { cause: error });
  }
}

function expectType(reader: PbfReader, expected: keyof typeof WIRE_TYPES): void {
  if (reader.type !== WIRE_TYPES[expected]) throw new LogGroupError('a field has the wrong type');
}
