import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createInvokeV3 } from '../../../lib/cloud/fc/functions-v3.ts';
import { acs3Authorization } from '../../support/fc-signatures.ts';
import { loopbackServer } from '../http/loopback-server.ts';

const KEY = { accessKeyId: 'test-key-id', accessKeySecret: 'test-key-secret' };
const PAYLOAD = '{"action":"override","by":"王小明"}';

async function invoked(credentials: typeof KEY & { securityToken?: string }, async = false) {
  const server = await loopbackServer((response) => response.end('{}'));
  const invoke = createInvokeV3('flow-log-scheduler', { endpoint: server.url, credentials, timeoutMs: 5000 });
  await invoke({ payload: PAYLOAD, async });
  const [request] = server.received;
  if (request === undefined || server.received.length !== 1) throw new Error('expected one request');
  return { request, host: server.url.host };
}

test('one POST to the invocations of the function, with the payload as it is', async () => {
  const { request, host } = await invoked(KEY);
  expect(`${request.method} ${request.path}`).toBe(
    'POST /2023-03-30/functions/flow-log-scheduler/invocations',
  );
  expect(request.body.toString()).toBe(PAYLOAD);
  expect(request.headers).toMatchObject({
    host,
    'x-acs-action': 'InvokeFunction',
    'x-acs-version': '2023-03-30',
    'x-fc-invocation-type': 'Sync',
    'content-type': 'application/octet-stream',
    'x-acs-content-sha256': createHash('sha256').update(PAYLOAD).digest('hex'),
  });
  expect(request.headers['x-acs-date']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(request.headers['x-acs-signature-nonce']).toMatch(/.{16}/);
  expect(request.headers).not.toHaveProperty('x-acs-security-token');
});

test('it is signed by ACS3-HMAC-SHA256 over the body and every x-acs header', async () => {
  const { request } = await invoked(KEY);
  expect(request.headers.authorization).toBe(
    acs3Authorization(request, KEY.accessKeyId, KEY.accessKeySecret),
  );
});

test('the token of temporary credentials is sent and signed', async () => {
  const { request } = await invoked({ ...KEY, securityToken: 'test-token' });
  expect(request.headers['x-acs-security-token']).toBe('test-token');
  expect(request.headers.authorization).toContain('x-acs-security-token');
  expect(request.headers.authorization).toBe(
    acs3Authorization(request, KEY.accessKeyId, KEY.accessKeySecret),
  );
});

test('an asynchronous invocation says so in its header', async () => {
  const { request } = await invoked(KEY, true);
  expect(request.headers['x-fc-invocation-type']).toBe('Async');
});

test('an empty payload is an empty body', async () => {
  const server = await loopbackServer((response) => response.end('{}'));
  const options = { endpoint: server.url, credentials: KEY, timeoutMs: 5000 };
  await createInvokeV3('f', options)({ payload: '', async: false });
  expect(server.received[0]?.body.length).toBe(0);
});
