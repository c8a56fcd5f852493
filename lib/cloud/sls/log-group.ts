import { PbfWriter } from 'pbf';
import type { LogRecord } from '../../reconcile/ports.ts';

/** One entry of a Logstore. */
export interface LogEntry {
  /** Unix time in whole seconds. */
  readonly timeSeconds: number;
  readonly contents: LogRecord;
}

/** What one PutLogs request carries. */
export interface LogGroup {
  readonly logs: readonly LogEntry[];
  readonly topic: string;
  readonly source: string;
}

/**
 * The protobuf bytes of a LogGroup, the body of PutLogs before compression.
 * @see sls.proto of `@alicloud/log` and log.proto of `aliyun-log-go-sdk`: `Log{Time uint32 =1; Contents{Key =1;
 * Value =2} =2}`, `LogGroup{Logs =1; Topic =3; Source =4}`
 */
export function encodeLogGroup(group: LogGroup): Uint8Array {
  const writer = new PbfWriter(new Uint8Array(roomFor(group)));
  for (const log of group.logs) writer.writeMessage(1, writeLog, log);
  writeText(3, group.topic, writer);
  writeText(4, group.source, writer);
  return writer.finish();
}

/**
 * Enough bytes for a LogGroup. A writer that has to grow doubles its buffer and leaves the old ones behind: 5 MB for a
 * full request.
 */
function roomFor({ logs, topic, source }: LogGroup): number {
  let bytes = envelopeBytes({ topic, source }) + LOOK_AHEAD_BYTES;
  for (const { contents } of logs) bytes += recordBytes(contents);
  return bytes;
}

/** The writer wants to see this much room before it writes a number. */
const LOOK_AHEAD_BYTES = 16;

/** Most bytes that a record takes in a LogGroup, values over the limit cut to it. */
export function recordBytes(record: LogRecord, maxValueBytes = Number.POSITIVE_INFINITY): number {
  let sum = 0;
  for (const [key, value] of Object.entries(record)) {
    sum += contentBytes(Buffer.byteLength(key), Math.min(Buffer.byteLength(value), maxValueBytes));
  }
  return entryBytes(sum);
}

/** Bytes that topic and source take in a LogGroup. */
export function envelopeBytes({ topic, source }: Pick<LogGroup, 'topic' | 'source'>): number {
  return lengthDelimited(Buffer.byteLength(topic)) + lengthDelimited(Buffer.byteLength(source));
}

/** Bytes that a field of an entry takes, from the UTF-8 lengths of its key and value. */
export function contentBytes(keyBytes: number, valueBytes: number): number {
  return lengthDelimited(lengthDelimited(keyBytes) + lengthDelimited(valueBytes));
}

/** Most bytes that an entry without TimeNs takes in a LogGroup, from the sum of its {@link contentBytes}. */
export function entryBytes(allContentBytes: number): number {
  return lengthDelimited(MAX_TIME_BYTES + allContentBytes);
}

/** A tag, and a uint32 of at most five bytes. */
const MAX_TIME_BYTES = 6;

function writeLog(log: LogEntry, writer: PbfWriter): void {
  writer.writeVarintField(1, log.timeSeconds);
  for (const pair of Object.entries(log.contents)) writer.writeMessage(2, writePair, pair);
}

function writePair([key, value]: readonly [string, string], writer: PbfWriter): void {
  writeText(1, key, writer);
  writeText(2, value, writer);
}

/** pbf's own writer of strings (5.1.2) turns characters above U+1FFFF, rare Chinese ones, into other characters. */
function writeText(field: number, text: string, writer: PbfWriter): void {
  writer.writeBytesField(field, Buffer.from(text));
}

function lengthDelimited(bytes: number): number {
  let size = 2 + bytes;
  for (let rest = bytes >>> 7; rest > 0; rest >>>= 7) size++;
  return size;
}
