import { createHash, createHmac } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { PbfWriter } from 'pbf';
import { afterEach, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../lib/emulator/emulator.ts';
import { DEFAULT_KEY, putLogsByGateway, sendRaw } from '../support/emulator-clients.ts';

let emulator: Emulator;
afterEach(() => emulator.close());
const entries = () => emulator.logs('ops-audit', 'flow-log-scheduler');

describe('@alicloud/gateway-sls 0.3.2', () => {
  const body = groupOf([{ time: Math.floor(Date.now() / 1000), contents: [['a', 'b']] }]);

  test.each([
    ['v4', 'deflate'],
    ['v4', 'gzip'], // which it sends as deflate
    ['v1', 'deflate'],
  ] as const)('signature %s, %s', async (signatureVersion, compressType) => {
    emulator = await startEmulator();
    const answer = await putLogsByGateway(emulator, { body, signatureVersion, compressType });
    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(entries()).toMatchObject([{ contents: { a: 'b' } }]);
  });

  test('lz4, its default, is not supported here', async () => {
    emulator = await startEmulator();
    const answer = await putLogsByGateway(emulator, { body, signatureVersion: 'v4' });
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('InvalidCompressType');
  });

  test('a signature for another region is refused', async () => {
    emulator = await startEmulator();
    const answer = await putLogsByGateway(emulator, {
      body,
      signatureVersion: 'v4',
      compressType: 'deflate',
      regionId: 'cn-beijing',
    });
    expect(answer.status).toBe(401);
    expect(answer.body).toContain('SignatureNotMatch');
  });
});

type Log = { readonly time?: number; readonly contents: readonly (readonly [string, string])[] };

function groupOf(logs: readonly Log[]): Uint8Array {
  const writer = new PbfWriter();
  for (const log of logs) {
    writer.writeMessage(
      1,
      ({ time, contents }, pbf) => {
        if (time !== undefined) pbf.writeVarintField(1, time);
        for (const [key, value] of contents) {
          pbf.writeMessage(
            2,
            (pair, inner) => {
              inner.writeStringField(1, pair[0]);
              inner.writeStringField(2, pair[1]);
            },
            [key, value] as const,
          );
        }
      },
      log,
    );
  }
  return writer.finish();
}

describe('the body', () => {
  const time = Math.floor(Date.now() / 1000);
  const good = groupOf([{ time, contents: [['a', 'b']] }]);
  const bytes = (...values: readonly number[]) => Uint8Array.from(values);

  async function put(body: Uint8Array, headers: Record<string, string | undefined> = {}, path = 'lb') {
    emulator = await startEmulator();
    return signedPut(body, { 'x-log-bodyrawsize': String(good.length), ...headers }, path);
  }

  test.each([
    ['nothing', '', good],
    ['deflate', 'deflate', deflateSync(good)],
    ['gzip', 'gzip', gzipSync(good)],
  ])('may be compressed with %s', async (_what, type, body) => {
    const answer = await put(body, { 'x-log-compresstype': type || undefined });
    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(entries()).toMatchObject([{ time, contents: { a: 'b' } }]);
  });

  test('may go to the shard of a hash key', async () => {
    const answer = await put(good, {}, 'route?key=14d2f850ad6ea48e46e4547edbbb27e0');
    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(emulator.requests[0]?.params).toMatchObject({ key: '14d2f850ad6ea48e46e4547edbbb27e0' });
  });

  const wrongUtf8 = bytes(0x0a, 12, 0x08, 1, 0x12, 8, 0x0a, 1, 0x61, 0x12, 3, 0x62, 0xff, 0xfe);
  test.each<[string, Uint8Array, Record<string, string | undefined>, string]>([
    ['without a size', good, { 'x-log-bodyrawsize': undefined }, 'MissingBodyRawSize'],
    ['with a strange size', good, { 'x-log-bodyrawsize': '1e3' }, 'MissingBodyRawSize'],
    ['with a wrong size', good, { 'x-log-bodyrawsize': '1' }, 'PostBodyInvalid'],
    ['said to be large', good, { 'x-log-bodyrawsize': '10485761' }, 'PostBodyTooLarge'],
    [
      'that grows when decompressed',
      deflateSync(Buffer.alloc(11 * 1024 * 1024)),
      { 'x-log-compresstype': 'deflate' },
      'PostBodyTooLarge',
    ],
    ['in lz4', good, { 'x-log-compresstype': 'lz4' }, 'InvalidCompressType'],
    ['not compressed as said', good, { 'x-log-compresstype': 'deflate' }, 'PostBodyUncompressError'],
    ['cut off', good.subarray(0, -1), {}, 'PostBodyInvalid'],
    ['cut off in a skipped field', bytes(0x12, 9, 0), {}, 'PostBodyInvalid'],
    ['with field 0', bytes(0x00, 0x01), {}, 'PostBodyInvalid'],
    ['with a group', bytes(0x0b, 0x01), {}, 'PostBodyInvalid'],
    ['with a wrong type', bytes(0x08, 0x01), {}, 'PostBodyInvalid'],
    ['with an endless number', bytes(0x0a, ...Array.from({ length: 11 }, () => 0xff)), {}, 'PostBodyInvalid'],
    ['with a text that is not UTF-8', wrongUtf8, {}, 'PostBodyInvalid'],
    ['with an entry without time', groupOf([{ contents: [] }]), {}, 'PostBodyInvalid'],
    ['with a content without value', bytes(0x0a, 7, 0x08, 1, 0x12, 3, 0x0a, 1, 0x61), {}, 'PostBodyInvalid'],
    [
      'with one entry out of time',
      groupOf([
        { time, contents: [] },
        { time: 1, contents: [] },
      ]),
      {},
      'PostBodyInvalid',
    ],
  ])('%s is refused and nothing is written', async (_what, body, headers, errorCode) => {
    const raw = 'x-log-compresstype' in headers ? {} : { 'x-log-bodyrawsize': String(body.length) };
    const answer = await put(body, { ...raw, ...headers });
    expect(JSON.parse(answer.body)).toMatchObject({ errorCode });
    expect(answer.status).toBe(400);
    expect(entries()).toEqual([]);
  });
});

/** Signed by hand with V1, so that any body and header can be sent. */
function signedPut(body: Uint8Array, own: Record<string, string | undefined>, path: string) {
  const headers: Record<string, string> = {
    'x-log-apiversion': '0.6.0',
    'x-log-signaturemethod': 'hmac-sha1',
  };
  for (const [name, value] of Object.entries(own)) if (value !== undefined) headers[name] = value;
  const lines = Object.entries(headers)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`)
    .join('');
  const md5 = createHash('md5').update(body).digest('hex').toUpperCase();
  const date = new Date().toUTCString();
  const resource = `/logstores/flow-log-scheduler/shards/${path}`;
  const text = `POST\n${md5}\napplication/x-protobuf\n${date}\n${lines}${resource}`;
  const signature = createHmac('sha1', DEFAULT_KEY.accessKeySecret).update(text).digest('base64');
  return sendRaw(emulator, {
    path: resource,
    headers: {
      ...headers,
      host: 'ops-audit.cn-hangzhou-intranet.log.aliyuncs.com',
      date,
      'content-type': 'application/x-protobuf',
      'content-md5': md5,
      authorization: `LOG ${DEFAULT_KEY.accessKeyId}:${signature}`,
    },
    body,
  });
}
