import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  OMITTED_FIELDS,
  PUT_LOGS_LIMITS,
  splitIntoBatches,
  truncate,
} from '../../../lib/cloud/sls/batches.ts';
import { encodeLogGroup } from '../../../lib/cloud/sls/log-group.ts';
import type { LogRecord } from '../../../lib/reconcile/ports.ts';

const envelope = { topic: 'flow-log-scheduler', source: 'fc' };

function rawBytes(batch: readonly LogRecord[]): number {
  return encodeLogGroup({ logs: batch.map((contents) => ({ timeSeconds: 2 ** 31, contents })), ...envelope })
    .byteLength;
}

describe('the limits', () => {
  it('are the narrowest that SLS documents', () => {
    expect(PUT_LOGS_LIMITS).toEqual({
      maxEntries: 4096,
      maxRawBytes: 3_000_000,
      maxValueBytes: 1_000_000,
      maxKeyBytes: 128,
    });
  });
});

describe('splitIntoBatches', () => {
  const limits = { maxEntries: 5, maxRawBytes: 600, maxValueBytes: 100, maxKeyBytes: 16 };
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ minLength: 90, maxLength: 300 }),
  );
  const key = fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 30 }));
  const records = fc.array(fc.dictionary(key, text, { maxKeys: 12 }), { maxLength: 20 });

  it('keeps every batch within every limit', () => {
    fc.assert(
      fc.property(records, (records) => {
        for (const batch of splitIntoBatches(records, envelope, limits)) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(limits.maxEntries);
          expect(rawBytes(batch)).toBeLessThanOrEqual(limits.maxRawBytes);
          for (const [name, value] of batch.flatMap((record) => Object.entries(record))) {
            expect(name).not.toBe('');
            expect(Buffer.byteLength(name)).toBeLessThanOrEqual(limits.maxKeyBytes);
            expect(Buffer.byteLength(value)).toBeLessThanOrEqual(limits.maxValueBytes);
          }
        }
      }),
    );
  });

  it('keeps every record, in order, and every field of it or a count of those left out', () => {
    fc.assert(
      fc.property(records, (records) => {
        const kept = splitIntoBatches(records, envelope, limits).flat();
        expect(kept).toHaveLength(records.length);
        for (const [index, record] of records.entries()) {
          const { [OMITTED_FIELDS]: omitted = '0', ...fields } = kept[index] ?? {};
          expect(Object.keys(fields).length + Number(omitted)).toBe(Object.keys(record).length);
        }
      }),
    );
  });

  it('changes no record that is within the limits', () => {
    const small = fc.dictionary(fc.stringMatching(/^\w{1,16}$/), fc.string({ maxLength: 20 }), {
      maxKeys: 5,
    });
    fc.assert(
      fc.property(fc.array(small), (records) => {
        expect(splitIntoBatches(records, envelope, limits).flat()).toEqual(records);
      }),
    );
  });

  it('makes no batch of no records', () => {
    expect(splitIntoBatches([], envelope)).toEqual([]);
  });

  it('fills a batch with 4096 records', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({ index: String(index) }));
    const batches = splitIntoBatches(many, envelope);
    expect(batches.map((batch) => batch.length)).toEqual([4096, 4096, 1808]);
    expect(batches.flat()).toEqual(many);
  });

  it('fills a batch to the last byte of 3 MB, topic and source included', () => {
    const full = { a: 'x'.repeat(999_990) };
    const third = (length: number) => ({ a: 'x'.repeat(length) });
    const records = [full, full, third(999_000 + 3_000_000 - rawBytes([full, full, third(999_000)]))];
    expect(rawBytes(records)).toBe(3_000_000);
    expect(splitIntoBatches(records, envelope)).toHaveLength(1);
    expect(splitIntoBatches([...records, {}], envelope)).toHaveLength(2);
    expect(splitIntoBatches(records, { ...envelope, source: 'fc2' })).toHaveLength(2);
  });

  it('cuts a value of more than 1 MB and says how long it was', () => {
    const [batch] = splitIntoBatches([{ a: '长'.repeat(500_000), b: 'short' }], envelope);
    const value = batch?.[0]?.a ?? '';
    expect(Buffer.byteLength(value)).toBeLessThanOrEqual(1_000_000);
    expect(Buffer.byteLength(value)).toBeGreaterThan(999_990);
    expect(value).toMatch(/^长+…\[truncated, was 1500000 bytes\]$/);
    expect(batch?.[0]?.b).toBe('short');
  });

  it('shortens the longest values of a record that is larger than a request', () => {
    const fields = Array.from({ length: 8 }, (_, index) => [`k${index}`, 'x'.repeat(900_000)]);
    const record = { runId: 'r-1', ...Object.fromEntries(fields) };
    const batches = splitIntoBatches([{ a: '1' }, record, { b: '2' }], envelope);
    expect(batches.flat()).toHaveLength(3);
    const shortened = batches.flat()[1] ?? {};
    expect(Object.keys(shortened)).toEqual(Object.keys(record));
    expect(shortened).toMatchObject({
      runId: 'r-1',
      k7: expect.stringMatching(/x…\[truncated, was 900000 bytes\]$/),
    });
    for (const batch of batches) expect(rawBytes(batch)).toBeLessThanOrEqual(3_000_000);
  });

  it('counts the fields it leaves out of a record that has too many', () => {
    const record = Object.fromEntries(
      Array.from({ length: 40_000 }, (_, index) => [`key-${index}`, 'x'.repeat(90)]),
    );
    const [batch] = splitIntoBatches([record], envelope);
    const { [OMITTED_FIELDS]: omitted, ...kept } = batch?.[0] ?? {};
    expect(Object.keys(kept).length).toBeGreaterThan(20_000);
    expect(Object.keys(kept).length + Number(omitted)).toBe(40_000);
    expect(rawBytes(batch ?? [])).toBeLessThanOrEqual(3_000_000);
  });

  it('keeps two long keys that begin alike apart', () => {
    const long = 'k'.repeat(200);
    const [batch] = splitIntoBatches([{ [`${long}1`]: 'a', [`${long}2`]: 'b', '': 'c', _: 'd' }], envelope);
    expect(batch?.[0]).toEqual({
      [`${'k'.repeat(125)}…`]: 'a',
      [`${'k'.repeat(124)}…2`]: 'b',
      _2: 'c',
      _: 'd',
    });
  });
});

describe('truncate', () => {
  it('never cuts a character, never exceeds, and leaves what fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), fc.nat({ max: 120 }), (text, maxBytes) => {
        const cut = truncate(text, maxBytes);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(maxBytes);
        expect(cut).not.toContain('\ufffd');
        if (Buffer.byteLength(text) <= maxBytes) expect(cut).toBe(text);
        else if (maxBytes >= 40) expect(cut).toMatch(/…\[truncated, was \d+ bytes\]$/);
      }),
      { examples: [['😀'.repeat(20), 41]] },
    );
  });
});
