import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLog, encodeLogGroup, splitIntoBatches } from '../../../lib/cloud/sls/log-group.ts';
import type { LogRecord } from '../../../lib/reconcile/ports.ts';
import { captures, capturesV4 } from './captures.ts';
import { decodeLogGroup, referenceLogGroup } from './sls-proto.ts';

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 120, maxLength: 300 }));
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('the bytes of PutLogs', () => {
  it.each(captures.filter(({ name, input }) => name === 'one' && input !== undefined))(
    'are those that @alicloud/log sends: $name, sts $sts',
    ({ input, body_base64 }) => {
      const logs = (input?.logs ?? []).map(({ timestamp, content }) => encodeLog(content, timestamp));
      const bytes = encodeLogGroup(logs, input?.topic ?? '', input?.source ?? '');
      expect(Buffer.from(bytes).toString('base64')).toBe(body_base64);
      const v4 = capturesV4.map((capture) => inflateSync(Buffer.from(capture.body_base64, 'base64')));
      expect(v4.some((body) => body.equals(bytes))).toBe(true);
    },
  );

  it('are those that protobufjs gives for any group', () => {
    const pairs = fc.dictionary(text, text, { maxKeys: 5 });
    const logs = fc.array(fc.record({ time: uint32, contents: pairs }), { maxLength: 5 });
    fc.assert(
      fc.property(logs, text, text, (logs, topic, source) => {
        const toPair = ([Key, Value]: readonly [string, string]) => ({ Key, Value });
        const reference = referenceLogGroup({
          Logs: logs.map(({ time, contents }) => ({
            Time: time,
            Contents: Object.entries(contents).map(toPair),
          })),
          Topic: topic,
          Source: source,
        });
        const encoded = logs.map(({ time, contents }) => encodeLog(contents, time));
        const bytes = encodeLogGroup(encoded, topic, source);
        expect(Buffer.from(bytes).equals(reference)).toBe(true);
      }),
    );
  });

  it('are read by protobufjs as what it was, with large values', () => {
    const contents = { long: '长'.repeat(200_000), '': '', key: 'v' };
    expect(decoded(contents)).toEqual(contents);
  });

  it.each(['𠮷野家', '\u{20000}', '\u{10ffff}', '😀', 'a\ud800b'])('are UTF-8 for %s', (value) => {
    const { Topic, Source, Logs } = decodeLogGroup(encodeLogGroup([encodeLog({ value }, 1)], value, value));
    const sent = value.replace('\ud800', '\ufffd');
    expect([Topic, Source, Logs?.[0]?.Contents?.[0]?.Value]).toEqual([sent, sent, sent]);
  });

  it.each([0, 1, 2, 3])('hold less of a value than SLS takes, cut at a character: %i', (offset) => {
    const value = `${'a'.repeat(offset)}${'😀'.repeat(250_000)}`;
    const { long = '', short } = decoded({ long: value, short: '😀'.repeat(170_000) });
    expect(long).toMatch(
      new RegExp(`^a{${offset}}(😀)+…\\[truncated, was ${1_000_000 + offset} bytes\\]$`, 'u'),
    );
    expect(Buffer.byteLength(long)).toBeGreaterThan(699_800);
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(700_000);
    expect(short).toBe('😀'.repeat(170_000));
  });
});

function decoded(contents: LogRecord): LogRecord {
  const { Logs } = decodeLogGroup(encodeLogGroup([encodeLog(contents, 1795600800)], 't', 's'));
  expect(Logs?.[0]?.Time).toBe(1795600800);
  return Object.fromEntries((Logs?.[0]?.Contents ?? []).map(({ Key, Value }) => [Key, Value]));
}

describe('the requests of a run', () => {
  it('hold every entry once, in order, none more than SLS takes', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 1_400_000 }), { maxLength: 12 });
    const name = 'n'.repeat(128);
    fc.assert(
      fc.property(sizes, (sizes) => {
        const logs = sizes.map((size, index) => new Uint8Array(size).fill(index));
        const batches = splitIntoBatches(logs);
        const flat = batches.flat();
        expect(flat.length === logs.length && flat.every((log, index) => log === logs[index])).toBe(true);
        for (const batch of batches) {
          expect(encodeLogGroup(batch, name, name).byteLength).toBeLessThanOrEqual(3_000_000);
        }
        for (const [index, batch] of batches.slice(1).entries()) {
          const before = [...(batches[index] ?? []), ...batch.slice(0, 1)];
          expect(encodeLogGroup(before, '', '').byteLength).toBeGreaterThan(2_998_900);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('hold 4096 entries each', () => {
    const logs = Array.from({ length: 10_000 }, (_, index) => encodeLog({ index: String(index) }, 1));
    expect(splitIntoBatches(logs).map((batch) => batch.length)).toEqual([4096, 4096, 1808]);
  });

  it('are none for nothing', () => {
    expect(splitIntoBatches([])).toEqual([]);
  });

  it('hold a record with four texts of any length', () => {
    const long = 'x'.repeat(2_000_000);
    const log = encodeLog({ a: long, b: long, c: long, d: long, runId: 'r' }, 1);
    expect(encodeLogGroup([log], 'n'.repeat(128), 'n'.repeat(128)).byteLength).toBeLessThan(3_000_000);
  });
});
