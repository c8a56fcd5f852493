import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentBytes, encodeLogGroup, entryBytes, envelopeBytes } from '../../../lib/cloud/sls/log-group.ts';
import { captures, capturesV4 } from './captures.ts';
import { decodeLogGroup, referenceLogGroup } from './sls-proto.ts';

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 120, maxLength: 300 }));
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('encodeLogGroup', () => {
  it.each(captures.filter(({ name, input }) => name === 'one' && input !== undefined))(
    'gives the bytes that @alicloud/log sends: $name, sts $sts',
    ({ input, body_base64 }) => {
      const bytes = encodeLogGroup({
        logs: (input?.logs ?? []).map(({ timestamp, content }) => ({
          timeSeconds: timestamp,
          contents: content,
        })),
        topic: input?.topic ?? '',
        source: input?.source ?? '',
      });
      expect(Buffer.from(bytes).toString('base64')).toBe(body_base64);
      const v4 = capturesV4.map((capture) => inflateSync(Buffer.from(capture.body_base64, 'base64')));
      expect(v4.some((body) => body.equals(bytes))).toBe(true);
    },
  );

  it('gives the bytes that protobufjs gives for any group', () => {
    const pairs = fc.dictionary(text, text, { maxKeys: 5 });
    const logs = fc.array(fc.record({ time: uint32, contents: pairs }), {
      maxLength: 5,
    });
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
        const bytes = encodeLogGroup({
          logs: logs.map(({ time, contents }) => ({
            timeSeconds: time,
            contents,
          })),
          topic,
          source,
        });
        expect(Buffer.from(bytes).equals(reference)).toBe(true);
      }),
    );
  });

  it('is read by protobufjs as what it was, with large values', () => {
    const contents = { long: '长'.repeat(200_000), '': '', key: 'v' };
    const bytes = encodeLogGroup({ logs: [{ timeSeconds: 1795600800, contents }], topic: 't', source: 's' });
    const decoded = decodeLogGroup(bytes);
    expect(decoded.Logs?.[0]?.Time).toBe(1795600800);
    expect(
      Object.fromEntries((decoded.Logs?.[0]?.Contents ?? []).map(({ Key, Value }) => [Key, Value])),
    ).toEqual(contents);
  });
});

describe('rare characters', () => {
  it.each(['𠮷野家', '\u{20000}', '\u{10ffff}', '😀', 'a\ud800b'])('%s is sent as UTF-8', (value) => {
    const bytes = encodeLogGroup({
      logs: [{ timeSeconds: 1, contents: { value } }],
      topic: value,
      source: value,
    });
    const decoded = decodeLogGroup(bytes);
    const sent = value.replace('\ud800', '\ufffd');
    expect([decoded.Topic, decoded.Source, decoded.Logs?.[0]?.Contents?.[0]?.Value]).toEqual([
      sent,
      sent,
      sent,
    ]);
  });
});

describe('the computed size', () => {
  it('is the encoded size', () => {
    const contents = fc.dictionary(text, text, { maxKeys: 4 });
    fc.assert(
      fc.property(fc.array(contents, { maxLength: 4 }), text, text, (records, topic, source) => {
        const logs = records.map((contents) => ({ timeSeconds: 1795600800, contents }));
        let size = envelopeBytes({ topic, source });
        for (const record of records) {
          let sum = 0;
          for (const [key, value] of Object.entries(record)) {
            sum += contentBytes(Buffer.byteLength(key), Buffer.byteLength(value));
          }
          size += entryBytes(sum);
        }
        expect(size).toBe(encodeLogGroup({ logs, topic, source }).byteLength);
      }),
    );
  });

  it.each([127, 128, 16_383, 16_384, 2_097_151, 2_097_152])(
    'is right where a length of %i grows by a byte',
    (n) => {
      const value = 'x'.repeat(n);
      const bytes = encodeLogGroup({
        logs: [{ timeSeconds: 2 ** 31, contents: { k: value } }],
        topic: '',
        source: '',
      });
      expect(envelopeBytes({ topic: '', source: '' }) + entryBytes(contentBytes(1, n))).toBe(
        bytes.byteLength,
      );
    },
  );
});
