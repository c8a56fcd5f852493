import { PbfWriter } from 'pbf';
import type { LogRecord } from '../../reconcile/ports.ts';

/**
 * The protobuf bytes of one entry of a Logstore. A value that is longer than SLS takes is cut at a character, and says
 * so at its end.
 * @param timeSeconds Unix time in whole seconds
 * @see sls.proto of `@alicloud/log` and log.proto of `aliyun-log-go-sdk`: `Log{Time uint32 =1; Contents{Key =1;
 * Value =2} =2}`, `LogGroup{Logs =1; Topic =3; Source =4}`
 */
export function encodeLog(record: LogRecord, timeSeconds: number): Uint8Array {
  const writer = new PbfWriter();
  writer.writeVarintField(1, timeSeconds);
  for (const pair of Object.entries(record)) writer.writeMessage(2, writePair, pair);
  // A copy: the writer's own buffer is up to twice as large.
  return writer.finish().slice();
}

/** The protobuf bytes of a LogGroup, the body of PutLogs before compression. */
export function encodeLogGroup(logs: readonly Uint8Array[], topic: string, source: string): Uint8Array {
  // A writer that has to grow doubles its buffer and leaves the old ones behind: 5 MB for a full request.
  const room = logs.reduce((sum, log) => sum + log.byteLength + LOG_OVERHEAD, ENVELOPE_BYTES);
  const writer = new PbfWriter(new Uint8Array(room));
  for (const log of logs) writer.writeBytesField(1, log);
  writeText(3, topic, writer);
  writeText(4, source, writer);
  return writer.finish();
}

/** The narrowest limits that any version of SLS's documentation states, megabytes read as the smaller, decimal ones. */
const MAX_LOGS = 4096;
const MAX_BYTES = 3_000_000;

/** SLS takes 1 MB. No record has more than four texts without a bound, so that each fits into a request. */
const MAX_VALUE_BYTES = 700_000;

/** What an entry takes besides its own bytes: a tag, and a length of up to four bytes. */
const LOG_OVERHEAD = 5;

/** For topic and source: the function's name. */
const ENVELOPE_BYTES = 1_000;

/** Splits encoded entries into requests that SLS takes, in order. */
export function splitIntoBatches(logs: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const batches: Uint8Array[][] = [];
  let room = 0;
  for (const log of logs) {
    const bytes = log.byteLength + LOG_OVERHEAD;
    const last = batches.at(-1);
    if (last === undefined || last.length === MAX_LOGS || bytes > room) {
      batches.push([log]);
      room = MAX_BYTES - ENVELOPE_BYTES;
    } else last.push(log);
    room -= bytes;
  }
  return batches;
}

function writePair([key, value]: readonly [string, string], writer: PbfWriter): void {
  writeText(1, key, writer);
  writeText(2, truncate(value), writer);
}

/** pbf's own writer of strings (5.1.2) turns characters above U+1FFFF, rare Chinese ones, into other characters. */
function writeText(field: number, text: string, writer: PbfWriter): void {
  writer.writeBytesField(field, Buffer.from(text));
}

function truncate(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.byteLength <= MAX_VALUE_BYTES) return text;
  const kept = bytes.toString('utf8', 0, MAX_VALUE_BYTES - 100).replace(/\ufffd$/, '');
  return `${kept}…[truncated, was ${bytes.byteLength} bytes]`;
}
