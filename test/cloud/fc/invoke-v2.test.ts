import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { createInvokeV2 } from '../../../lib/cloud/fc/invoke-v2.ts';
import { fc2Authorization } from '../../support/fc-signatures.ts';
import { loopbackServer } from '../http/loopback-server.ts';

const KEY = { accessKeyId: 'test-key-id', accessKeySecret: 'test-key-secret' };
const PAYLOAD = '{"action":"override","by":"王小明"}';

async function invoked(credentials: typeof KEY & { securityToken?: string }, async = false) {
  const server = await loopbackServer((response) => response.end('{}'));
  const options = { endpoint: server.url, credentials, timeoutMs: 5000, accountId: '1234567890123456' };
  await createInvokeV2('ops', 'flow-log-scheduler', options)({ payload: PAYLOAD, async });
  const [request] = server.received;
  if (request === undefined || server.received.length !== 1) throw new Error('expected one request');
  return request;
}

test('one POST to the invocations of the function in its service, with the payload as it is', async () => {
  const request = await invoked(KEY);
  expect(`${request.method} ${request.path}`).toBe(
    'POST /2016-08-15/services/ops/functions/flow-log-scheduler/invocations',
  );
  expect(request.body.toString()).toBe(PAYLOAD);
  const md5 = createHash('md5').update(PAYLOAD).digest('hex');
  expect(request.headers).toMatchObject({
    host: '127.0.0.1',
    'x-fc-account-id': '1234567890123456',
    'x-fc-invocation-type': 'Sync',
    'content-type': 'application/octet-stream',
    'content-length': String(Buffer.byteLength(PAYLOAD)),
    'content-md5': Buffer.from(md5).toString('base64'),
  });
  expect(Date.parse(request.headers.date ?? '')).toBeGreaterThan(Date.now() - 60_000);
  expect(request.headers).not.toHaveProperty('x-fc-security-token');
});

test('it is signed by HMAC-SHA256 over the canonical request', async () => {
  const request = await invoked(KEY, true);
  expect(request.headers['x-fc-invocation-type']).toBe('Async');
  expect(request.headers.authorization).toBe(fc2Authorization(request, KEY.accessKeyId, KEY.accessKeySecret));
});

test.each(['test-key-id', 'STS.test-key-id'])(
  'the token of temporary credentials is sent and signed for the key %s',
  async (accessKeyId) => {
    const credentials = { ...KEY, accessKeyId, securityToken: 'test-token' };
    const request = await invoked(credentials);
    expect(request.headers['x-fc-security-token']).toBe('test-token');
    expect(request.headers.authorization).toBe(fc2Authorization(request, accessKeyId, KEY.accessKeySecret));
  },
);

test('fc2 runs on the patched packages that package.json overrides its old ones with', () => {
  const require = createRequire(import.meta.url);
  const ofFc2 = createRequire(require.resolve('@alicloud/fc2'));
  const versionOf = (name: string): string =>
    (ofFc2(`${name}/package.json`) as { readonly version: string }).version;
  const [major = 0, minor = 0] = versionOf('axios').split('.').map(Number);
  expect(major).toBe(1);
  expect(minor).toBeGreaterThanOrEqual(21);
  expect(versionOf('debug')).toMatch(/^4\./);
  expect(versionOf('kitx')).toMatch(/^2\./);
  // What fc2 calls of it, in its uploads of large code packages.
  expect(ofFc2('axios')).toHaveProperty('get');
});
