import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { createReaderV3 } from '../../../lib/cloud/fc/functions-v3.ts';
import { acs3Authorization } from '../../support/fc-signatures.ts';
import { loopbackServer } from '../http/loopback-server.ts';

const KEY = { accessKeyId: 'test-key-id', accessKeySecret: 'test-key-secret' };

async function reader(...answers: readonly (readonly [status: number, body: unknown])[]) {
  const left = [...answers];
  const server = await loopbackServer((response: ServerResponse) => {
    const [status, body] = left.shift() ?? [500, {}];
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  const options = { endpoint: server.url, credentials: KEY, timeoutMs: 5000 };
  return { reader: createReaderV3('ops$f', options), received: server.received };
}

test('the function, by one signed GET', async () => {
  const told = { runtime: 'nodejs20', timeout: 180, environmentVariables: { A: 'b' }, state: 'Active' };
  const { reader: it, received } = await reader([200, told]);
  expect(await it.read()).toEqual({
    functionArn: null,
    runtime: 'nodejs20',
    handler: null,
    timeoutSeconds: 180,
    role: null,
    environment: { A: 'b' },
    internetAccess: null,
    log: null,
    state: 'Active',
    lastUpdateStatus: null,
    settings: told,
  });
  const [request] = received;
  expect(`${request?.method} ${request?.path}`).toBe('GET /2023-03-30/functions/ops%24f');
  expect(request?.headers.authorization).toBe(
    request && acs3Authorization(request, KEY.accessKeyId, KEY.accessKeySecret),
  );
});

test('a log of its own, and an empty answer', async () => {
  const logConfig = { project: 'p', logstore: 'l' };
  const { reader: it } = await reader([200, { logConfig }], [200, {}]);
  expect(await it.read()).toMatchObject({ log: logConfig });
  expect(await it.read()).toMatchObject({ log: null, environment: {}, timeoutSeconds: null });
});

test('all triggers, page by page, their settings as they came', async () => {
  const page = (name: string, nextToken?: string) => ({
    triggers: [{ triggerName: name, triggerType: 'timer', triggerConfig: '{"enable":true}' }],
    nextToken,
  });
  const { reader: it, received } = await reader([200, page('a', 'next')], [200, page('b')], [200, {}]);
  expect(await it.triggers()).toEqual([
    { name: 'a', type: 'timer', config: '{"enable":true}' },
    { name: 'b', type: 'timer', config: '{"enable":true}' },
  ]);
  expect(received.map(({ path }) => new URL(path, 'http://h').searchParams.get('nextToken'))).toEqual([
    null,
    'next',
  ]);
  expect(await it.triggers()).toEqual([]);
});

test('how failed events are retried, and that nobody said', async () => {
  const destinationConfig = { onFailure: { destination: 'acs:mns:x' } };
  const { reader: it } = await reader(
    [200, { maxAsyncRetryAttempts: 0, maxAsyncEventAgeInSeconds: 300, destinationConfig }],
    [200, {}],
    [404, { Code: 'AsyncConfigNotExists', Message: 'none' }],
  );
  expect(await it.asyncRetries()).toEqual({ maxAttempts: 0, maxAgeSeconds: 300, onFailure: 'acs:mns:x' });
  expect(await it.asyncRetries()).toEqual({ maxAttempts: null, maxAgeSeconds: null, onFailure: null });
  expect(await it.asyncRetries()).toBeNull();
});

test('a refusal, and an answer of something else', async () => {
  const { reader: it } = await reader(
    [403, { Code: 'AccessDenied', Message: `not with AccessKeyId=${KEY.accessKeyId}`, RequestId: 'R-1' }],
    [502, '<html>'],
    [403, { Code: 'AccessDenied', Message: 'no' }],
  );
  await expect(it.read()).rejects.toMatchObject({
    service: 'Function Compute',
    code: 'AccessDenied',
    httpStatus: 403,
    requestId: 'R-1',
    message: expect.not.stringContaining(KEY.accessKeyId),
  });
  await expect(it.triggers()).rejects.toMatchObject({ code: 'UnreadableAnswer' });
  await expect(it.asyncRetries()).rejects.toMatchObject({ code: 'AccessDenied' });
});
