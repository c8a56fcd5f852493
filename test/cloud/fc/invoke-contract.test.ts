import http, { type ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createInvokeV3 } from '../../../lib/cloud/fc/functions-v3.ts';
import type { InvokeFunction } from '../../../lib/cloud/fc/invocation.ts';
import { createInvokeV2 } from '../../../lib/cloud/fc/invoke-v2.ts';
import { CloudError } from '../../../lib/reconcile/cloud-error.ts';
import { closedPort, loopbackServer } from '../http/loopback-server.ts';

const SECRETS = {
  accessKeyId: 'test-key-id-X',
  accessKeySecret: 'test-key-secret-X',
  securityToken: 'token-X',
};

interface Version {
  readonly name: string;
  readonly create: (endpoint: URL, timeoutMs?: number) => InvokeFunction;
  /** The body of an error, in the words of that version. */
  readonly refusal: (code: string, message: string) => object;
}

const VERSIONS: readonly Version[] = [
  {
    name: 'Function Compute 3.0',
    create: (endpoint, timeoutMs = 5000) =>
      createInvokeV3('scheduler', { endpoint, credentials: SECRETS, timeoutMs }),
    refusal: (Code, Message) => ({ RequestId: 'r-1', Code, Message }),
  },
  {
    name: 'Function Compute 2.0',
    create: (endpoint, timeoutMs = 5000) =>
      createInvokeV2('ops', 'scheduler', {
        endpoint,
        credentials: SECRETS,
        timeoutMs,
        accountId: '1234567890123456',
      }),
    refusal: (ErrorCode, ErrorMessage) => ({ ErrorCode, ErrorMessage }),
  },
];

const SYNC = { payload: '{"action":"status"}', async: false };

describe.each(VERSIONS)('$name', ({ create, refusal }) => {
  async function against(answer: (response: ServerResponse) => void, timeoutMs?: number) {
    const server = await loopbackServer(answer);
    return { invoke: create(server.url, timeoutMs), server };
  }

  async function failure(answer: (response: ServerResponse) => void, timeoutMs?: number) {
    const { invoke, server } = await against(answer, timeoutMs);
    const error: unknown = await invoke(SYNC).catch((reason: unknown) => reason);
    if (!(error instanceof CloudError)) throw new Error(`expected a CloudError, got ${error}`);
    expect(error).toMatchObject({ service: 'Function Compute', operation: 'InvokeFunction' });
    expect(server.received).toHaveLength(1);
    return error;
  }

  const json = (status: number, body: unknown) => (response: ServerResponse) =>
    response
      .writeHead(status, { 'content-type': 'application/json', 'x-fc-request-id': 'r-1' })
      .end(JSON.stringify(body));

  test.each(['application/octet-stream', 'application/json', 'text/plain; charset=utf-8'])(
    'brings what the function answered, as %s',
    async (type) => {
      const body = JSON.stringify({ ok: true, 原因: '工作日', long: 'x'.repeat(200_000) });
      const { invoke } = await against((response) =>
        response.writeHead(200, { 'content-type': type, 'x-fc-request-id': 'r-1' }).end(body),
      );
      const invoked = await invoke(SYNC);
      expect(invoked).toEqual({ requestId: 'r-1', taskId: null, errorType: null, body });
    },
  );

  test('an error of the function is told by its header, not by the status', async () => {
    const body = '{"errorMessage":"boom","errorType":"Error"}';
    const { invoke } = await against((response) =>
      response.writeHead(200, { 'x-fc-error-type': 'UnhandledInvocationError' }).end(body),
    );
    expect(await invoke(SYNC)).toEqual({
      requestId: null,
      taskId: null,
      errorType: 'UnhandledInvocationError',
      body,
    });
  });

  test('an asynchronous invocation brings its request and its task', async () => {
    const { invoke } = await against((response) =>
      response.writeHead(202, { 'x-fc-request-id': 'r-1', 'x-fc-async-task-id': 't-1' }).end(),
    );
    const invoked = await invoke({ ...SYNC, async: true });
    expect(invoked).toMatchObject({ requestId: 'r-1', taskId: 't-1', errorType: null });
  });

  test.each([
    [403, 'AccessDenied'],
    [404, 'FunctionNotFound'],
    [429, 'ResourceExhausted'],
    [503, 'ResourceThrottled'],
    [400, 'Throttling.User'],
  ])('HTTP %i %s is told with its code, message and request', async (status, code) => {
    expect(await failure(json(status, refusal(code, 'no, not\nthis one')))).toMatchObject({
      httpStatus: status,
      effect: 'none',
      code,
      requestId: 'r-1',
      problem: 'InvokeFunction: no, not this one',
    });
  });

  test('nothing that looks like a secret is in an error', async () => {
    const echoed = `AccessKeyId=${SECRETS.accessKeyId}&Signature=abc`;
    const refused = await failure(json(403, refusal('SignatureNotMatch', `given: ${echoed}`)));
    expect(refused.problem).toBe('InvokeFunction: given: AccessKeyId=***&Signature=***');
    const strange = await failure(json(403, refusal(echoed, 'no')));
    expect(strange.code).toBe('AccessKeyId=***&Signature=***');
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['a page of a proxy', (response) => response.writeHead(502).end('<html>Bad gateway</html>')],
    ['an empty 500', (response) => response.writeHead(500).end()],
    ['an error without a code', json(500, {})],
    ['null', json(500, null)],
    [
      'cut-off JSON',
      (response) => response.writeHead(500, { 'content-type': 'application/json' }).end('{"Co'),
    ],
  ])('%s is no answer of Function Compute', async (_, answer) => {
    const error = await failure(answer);
    expect(error).toMatchObject({ code: 'UnreadableAnswer', effect: 'unknown' });
    expect(error.message).toContain('not one of Function Compute');
  });

  test('silence ends at the timeout', async () => {
    const error = await failure(() => {}, 150);
    expect(error).toMatchObject({ code: 'RequestTimeout', effect: 'unknown', httpStatus: null });
  });

  test('an answer that stops half-way ends at the timeout too', async () => {
    const error = await failure((response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{');
    }, 150);
    expect(error).toMatchObject({ effect: 'unknown', httpStatus: null });
  });

  test('a connection that breaks leaves the outcome unknown', async () => {
    const error = await failure((response) => response.socket?.resetAndDestroy());
    expect(error).toMatchObject({ effect: 'unknown', code: 'ECONNRESET' });
  });

  test('an answer that breaks off is a broken connection', async () => {
    const error = await failure((response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{');
      setTimeout(() => response.socket?.destroy(), 20);
    });
    expect(error).toMatchObject({ effect: 'unknown', httpStatus: null });
  });

  test('nobody listens', async () => {
    const invoke = create(await closedPort(http.createServer()));
    await expect(invoke(SYNC)).rejects.toMatchObject({ effect: 'none', code: 'ECONNREFUSED' });
  });
});
