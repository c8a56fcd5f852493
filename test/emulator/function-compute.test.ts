import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createInvokeV3 } from '../../lib/cloud/fc/functions-v3.ts';
import { createInvokeV2 } from '../../lib/cloud/fc/invoke-v2.ts';
import { type EmulatorFunction, type EmulatorOptions, startEmulator } from '../../lib/emulator/emulator.ts';
import { DEFAULT_KEY } from '../support/emulator-clients.ts';

const ACCOUNT = '1234567890123456';
const ROLE = { accessKeyId: 'role-key', accessKeySecret: 'role-secret', securityToken: 'role-token' };

/** What the functions below do is what their payload asks for. */
const HANDLER = `
let calls = 0;
exports.handler = async (event, context) => {
  calls += 1;
  const { action, ms = 0 } = JSON.parse(event.toString());
  console.log('called to ' + action);
  await new Promise((resolve) => setTimeout(resolve, ms));
  switch (action) {
    case 'tell': return { buffer: Buffer.isBuffer(event), context, env: process.env, cwd: process.cwd(), pid: process.pid, calls };
    case 'text': return 'as it is';
    case 'bytes': return Buffer.from('bytes');
    case 'nothing': return undefined;
    case 'throw': throw Object.assign(new Error('boom'), { name: 'ReconcileFailed' });
    case 'throw-text': throw 'only text';
    case 'exit': process.exit(3);
    case 'crash': return new Promise(() => setImmediate(() => { throw new Error('nobody catches this'); }));
    case 'answer-and-crash': setTimeout(() => process.exit(1), 1); return 'answered';
    case 'hang': return new Promise(() => {});
  }
};
`;

let directory: string;
let handlerFile: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'function-'));
  handlerFile = join(directory, 'index.cjs');
  await writeFile(handlerFile, HANDLER);
  await writeFile(join(directory, 'broken.cjs'), 'throw new SyntaxError("not mine");');
  await writeFile(join(directory, 'empty.cjs'), '');
});

afterAll(() => rm(directory, { recursive: true }));

async function start(functions: readonly EmulatorFunction[], options: EmulatorOptions = {}) {
  const emulator = await startEmulator({ ...options, functions });
  onTestFinished(() => emulator.close());
  const endpoint = new URL(emulator.url);
  const connection = { endpoint, credentials: DEFAULT_KEY, timeoutMs: 10_000 };
  const v3 = (name: string, credentials = DEFAULT_KEY) =>
    createInvokeV3(name, { ...connection, credentials });
  const v2 = (service: string, name: string, accountId = ACCOUNT, credentials = DEFAULT_KEY) =>
    createInvokeV2(service, name, { ...connection, credentials, accountId });
  return { emulator, v3, v2 };
}

const ask = (action: string, ms = 0) => ({ payload: JSON.stringify({ action, ms }), async: false });

interface Told {
  readonly buffer: boolean;
  readonly context: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly pid: number;
  readonly calls: number;
}

const told = (body: string): Told => JSON.parse(body) as Told;

describe.each(['3.0', '2.0'] as const)('Function Compute %s', (generation) => {
  async function scheduler(definition: Partial<EmulatorFunction> = {}, options: EmulatorOptions = {}) {
    const service = generation === '2.0' ? { service: 'ops' } : {};
    const started = await start([{ name: 'scheduler', handlerFile, ...service, ...definition }], options);
    const { v2, v3 } = started;
    return { ...started, invoke: generation === '2.0' ? v2('ops', 'scheduler') : v3('scheduler') };
  }

  test('a signed invocation runs the handler and brings what it returned', async () => {
    const { invoke, emulator } = await scheduler({ credentials: ROLE, env: { EXTRA: 'yes' } });
    const invoked = await invoke(ask('tell'));
    expect(invoked).toMatchObject({ errorType: null, requestId: expect.stringMatching(/./) });
    const { buffer, context, env, cwd, pid } = told(invoked.body);
    expect(buffer).toBe(true);
    expect(context).toMatchObject({
      requestId: invoked.requestId,
      credentials: ROLE,
      function: { name: 'scheduler', handler: 'index.handler', timeout: 60 },
      region: 'cn-hangzhou',
      accountId: ACCOUNT,
      ...(generation === '2.0' ? { service: { name: 'ops' } } : {}),
    });
    expect(env).toMatchObject({
      FC_FUNCTION_NAME: 'scheduler',
      FC_ACCOUNT_ID: ACCOUNT,
      CBN_ENDPOINT: emulator.url,
      SLS_ENDPOINT: emulator.url,
      ALIBABA_CLOUD_SECURITY_TOKEN: 'role-token',
      EXTRA: 'yes',
    });
    expect(env).not.toHaveProperty('PATH');
    expect(cwd).toContain('function-');
    expect(pid).not.toBe(process.pid);
    expect(emulator.requests).toMatchObject([
      {
        service: generation === '2.0' ? 'Fc2' : 'Fc',
        action: 'InvokeFunction',
        params: { functionName: 'scheduler', invocationType: 'Sync' },
        accountId: ACCOUNT,
        outcome: { kind: 'answered', status: 200 },
      },
    ]);
  });

  test('a function without a role has no credentials', async () => {
    const { invoke } = await scheduler({ regionId: 'cn-shanghai' });
    const { context, env } = told((await invoke(ask('tell'))).body);
    expect(context).not.toHaveProperty('credentials');
    expect(context.region).toBe('cn-shanghai');
    expect(env).not.toHaveProperty('ALIBABA_CLOUD_ACCESS_KEY_ID');
  });

  test.each([
    ['text', 'as it is'],
    ['bytes', 'bytes'],
    ['nothing', ''],
  ])('a handler may return %s', async (action, body) => {
    const { invoke } = await scheduler();
    expect((await invoke(ask(action))).body).toBe(body);
  });

  test('what a handler throws is answered as an error of the function', async () => {
    const { invoke } = await scheduler();
    const { errorType, body } = await invoke(ask('throw'));
    expect(errorType).toBe('UnhandledInvocationError');
    expect(JSON.parse(body)).toEqual({
      errorMessage: 'boom',
      errorType: 'ReconcileFailed',
      stackTrace: expect.arrayContaining([expect.stringContaining('index.cjs')]),
    });
    expect(JSON.parse((await invoke(ask('throw-text'))).body)).toMatchObject({ errorMessage: 'only text' });
  });

  test.each(['exit', 'crash'])(
    'an instance that ends by %s is replaced; the emulator goes on',
    async (action) => {
      const { invoke } = await scheduler();
      const { pid } = told((await invoke(ask('tell'))).body);
      const { errorType, body } = await invoke(ask(action));
      expect(errorType).toBe('UnhandledInvocationError');
      expect(JSON.parse(body)).toEqual({
        errorMessage: 'Process exited unexpectedly before completing request',
      });
      const next = told((await invoke(ask('tell'))).body);
      expect(next.pid).not.toBe(pid);
      expect(next.calls).toBe(1);
    },
  );

  test('a function that takes longer than its timeout is ended', async () => {
    const { invoke } = await scheduler({ timeoutSeconds: 0.3 });
    const { errorType, body } = await invoke(ask('hang'));
    expect(errorType).toBe('UnhandledInvocationError');
    expect(JSON.parse(body).errorMessage).toBe('Function timed out after 0.3 seconds');
    expect((await invoke(ask('text'))).body).toBe('as it is');
  });

  test('an asynchronous invocation is accepted at once and runs on', async () => {
    const lines: string[] = [];
    const { invoke } = await scheduler({ print: (text) => lines.push(text) });
    const invoked = await invoke({ ...ask('text', 50), async: true });
    expect(invoked).toMatchObject({ requestId: expect.stringMatching(/./), errorType: null, body: '' });
    await expect.poll(() => lines.join('')).toBe('called to text\n');
  });

  test('a payload beyond 128 KB is refused for asynchronous invocations alone', async () => {
    const { invoke } = await scheduler();
    const payload = JSON.stringify({ action: 'text', rest: 'x'.repeat(129 * 1024) });
    await expect(invoke({ payload, async: true })).rejects.toMatchObject({ code: 'EntityTooLarge' });
    expect((await invoke({ payload, async: false })).body).toBe('as it is');
  });

  test('a fault of the emulator strikes invocations too', async () => {
    const { invoke } = await scheduler({}, { fault: () => ({ kind: 'error', code: 'ResourceExhausted' }) });
    await expect(invoke(ask('text'))).rejects.toMatchObject({ httpStatus: 429, code: 'ResourceExhausted' });
  });
});

test('one instance serves one request after the other; at once there are as many as requests', async () => {
  const { v3 } = await start([{ name: 'scheduler', handlerFile }]);
  const invoke = v3('scheduler');
  const first = told((await invoke(ask('tell'))).body);
  const second = told((await invoke(ask('tell'))).body);
  expect(second).toMatchObject({ pid: first.pid, calls: 2 });
  const both = await Promise.all([invoke(ask('tell', 100)), invoke(ask('tell', 100))]);
  expect(new Set(both.map(({ body }) => told(body).pid)).size).toBe(2);
});

test('an instance that ended after its answer is not asked again', async () => {
  const { v3 } = await start([{ name: 'scheduler', handlerFile }]);
  const invoke = v3('scheduler');
  expect((await invoke(ask('answer-and-crash'))).body).toBe('answered');
  await expect.poll(async () => (await invoke(ask('text'))).body, { interval: 50 }).toBe('as it is');
});

test.each([
  ['broken.cjs', 'SyntaxError', 'not mine'],
  ['empty.cjs', 'TypeError', 'exports no function named handler'],
  ['missing.cjs', 'Error', 'Cannot find module'],
  ['nowhere/index.cjs', undefined, 'Process exited unexpectedly'],
])('%s fails at the invocation, not at the start', async (file, errorType, message) => {
  const { v3 } = await start([{ name: 'scheduler', handlerFile: join(directory, file) }]);
  const invoked = await v3('scheduler')(ask('text'));
  expect(invoked.errorType).toBe('UnhandledInvocationError');
  const body = JSON.parse(invoked.body) as { errorMessage: string; errorType?: string };
  expect(body.errorType).toBe(errorType);
  expect(body.errorMessage).toContain(message);
});

test('functions of 3.0 and of services of 2.0 are kept apart, and so are accounts', async () => {
  const other = { accessKeyId: 'other', accessKeySecret: 'other-secret' };
  const accounts = [
    { accountId: ACCOUNT, accessKeys: [DEFAULT_KEY] },
    { accountId: '9876543210987654', accessKeys: [other] },
  ];
  const functions = [
    { name: 'on-3', handlerFile },
    { name: 'on-2', service: 'ops', handlerFile },
  ];
  const { v2, v3 } = await start(functions, { accounts });
  await expect(v3('on-2')(ask('text'))).rejects.toMatchObject({ httpStatus: 404, code: 'FunctionNotFound' });
  await expect(v2('ops', 'on-3')(ask('text'))).rejects.toMatchObject({ code: 'FunctionNotFound' });
  await expect(v2('dev', 'on-2')(ask('text'))).rejects.toMatchObject({ code: 'ServiceNotFound' });
  await expect(v3('on-3', other)(ask('text'))).rejects.toMatchObject({ code: 'FunctionNotFound' });
  await expect(v2('ops', 'on-2', '9876543210987654', other)(ask('text'))).rejects.toMatchObject({
    code: 'ServiceNotFound',
  });
});

test('two functions of one name contradict each other', async () => {
  const twice = { name: 'scheduler', handlerFile };
  await expect(startEmulator({ functions: [twice, twice] })).rejects.toThrow(
    'function scheduler is there twice',
  );
});

describe('what is not signed as it should be is refused', () => {
  const wrong = { ...DEFAULT_KEY, accessKeySecret: 'wrong' };
  const unknown = { ...DEFAULT_KEY, accessKeyId: 'unknown' };
  const tokened = { ...DEFAULT_KEY, securityToken: 'not-mine' };

  test('on 3.0', async () => {
    const { v3 } = await start([{ name: 'f', handlerFile }]);
    const refused = (credentials: typeof DEFAULT_KEY) => expect(v3('f', credentials)(ask('text'))).rejects;
    await refused(wrong).toMatchObject({ effect: 'none', code: 'SignatureDoesNotMatch' });
    await refused(unknown).toMatchObject({ code: 'InvalidAccessKeyId.NotFound' });
    await refused(tokened).toMatchObject({ code: 'InvalidSecurityToken.Malformed' });
  });

  test('on 2.0', async () => {
    const { v2 } = await start([{ name: 'f', service: 's', handlerFile }]);
    const refused = (credentials: typeof DEFAULT_KEY, accountId = ACCOUNT) =>
      expect(v2('s', 'f', accountId, credentials)(ask('text'))).rejects;
    await refused(wrong).toMatchObject({ effect: 'none', httpStatus: 403, code: 'SignatureNotMatch' });
    await refused(unknown).toMatchObject({ httpStatus: 403, code: 'InvalidAccessKeyID' });
    await refused(tokened).toMatchObject({ httpStatus: 403, code: 'AccessDenied' });
    await refused(DEFAULT_KEY, '9876543210987654').toMatchObject({ httpStatus: 403, code: 'AccessDenied' });
  });

  test('a date too far from the clock, on 2.0', async () => {
    const wallNow = () => Date.now() + 16 * 60_000;
    const { v2 } = await start([{ name: 'f', service: 's', handlerFile }], { wallNow });
    await expect(v2('s', 'f')(ask('text'))).rejects.toMatchObject({ code: 'AccessDenied' });
  });
});
