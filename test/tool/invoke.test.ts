import type { ServerResponse } from 'node:http';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Answer } from '../../lib/function/answer.ts';
import { loopbackServer } from '../cloud/http/loopback-server.ts';
import { commandLine } from '../support/command-line.ts';
import { configOnDisk } from '../support/config-on-disk.ts';
import { RUNTIME } from '../support/runtime.ts';

const CONFIG = configOnDisk();
const ACCOUNT = { ALIBABA_CLOUD_ACCOUNT_ID: '1234567890123456' };

const ANSWER: Answer = {
  runId: 'run-1',
  action: 'status',
  dryRun: true,
  ok: true,
  at: '2026-11-23T00:00:03.120Z',
  summary: { total: 1, unchanged: 1, confirmed: 0, accepted: 0, waiting: 0, planned: 0, failed: 0 },
  flowLogs: [
    {
      flowLogId: 'flowlog-1',
      regionId: 'cn-hangzhou',
      cenId: null,
      account: null,
      schedule: 'office-hours',
      observed: 'Active',
      desired: 'Active',
      status: 'Active',
      reason: 'window Mon-Fri 08:00-20:00',
      action: 'none',
      outcome: 'unchanged',
      nextTransition: '2026-11-23T12:00:00.000Z',
      error: null,
      override: null,
    },
  ],
  warnings: ['calendar china ends with 2026'],
  ...RUNTIME,
};

beforeEach(() => {
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_ID', 'test-key-id');
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'test-key-secret');
  return () => vi.unstubAllEnvs();
});

async function invoke(
  answer: unknown,
  args: readonly string[] = ['--function', 'scheduler'],
  headers: Readonly<Record<string, string>> = {},
) {
  const server = await loopbackServer((response: ServerResponse) =>
    response
      .writeHead(200, { 'x-fc-request-id': 'r-1', ...headers })
      .end(typeof answer === 'string' ? answer : JSON.stringify(answer)),
  );
  const ran = await commandLine(['invoke', '--config', CONFIG, ...args], {
    ...ACCOUNT,
    FC_ENDPOINT: server.url.origin,
  });
  return { ...ran, received: server.received };
}

test('the answer is shown as a table, with times in the zone of the schedule', async () => {
  const { status, out, err } = await invoke(ANSWER);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toMatch(/^FLOW LOG\s+REGION/);
  expect(out).toMatch(/flowlog-1\s+cn-hangzhou\s+office-hours\s+Active\s+Active\s+none\s+unchanged/);
  expect(out).toContain('Mon 2026-11-23 20:00 +08:00');
  expect(out).toContain('warning: calendar china ends with 2026');
  expect(out).toContain('1 flow log: 1 unchanged');
});

test('--json prints the answer as it is', async () => {
  const { status, out } = await invoke(ANSWER, ['--function', 'scheduler', '--json']);
  expect(status).toBe(0);
  expect(JSON.parse(out)).toEqual(ANSWER);
});

test.each([
  ['scheduler', '/2023-03-30/functions/scheduler/invocations'],
  ['ops/scheduler', '/2016-08-15/services/ops/functions/scheduler/invocations'],
])('%s is asked for its status at %s', async (name, path) => {
  const { status, received } = await invoke(ANSWER, ['--function', name]);
  expect(status).toBe(0);
  expect(received.map((each) => each.path)).toEqual([path]);
  expect(received[0]?.body.toString()).toBe('{"action":"status"}');
});

test('--payload is sent as it is', async () => {
  const payload = '{"action": "reconcile", "dryRun": true}';
  const { received } = await invoke(ANSWER, ['--function', 'scheduler', '--payload', payload]);
  expect(received[0]?.body.toString()).toBe(payload);
});

describe('status 1, after telling why', () => {
  test('an answer that is not ok, below its table', async () => {
    const [flowLog] = ANSWER.flowLogs;
    const error = { code: 'Forbidden.RAM', message: 'User not authorized', requestId: 'r-9' };
    const failed = { ...flowLog, outcome: 'failed', observed: null, error };
    const summary = { ...ANSWER.summary, unchanged: 0, failed: 1 };
    const { status, out } = await invoke({ ...ANSWER, ok: false, summary, flowLogs: [failed] });
    expect(status).toBe(1);
    expect(out).toContain('FLOW LOG');
    expect(out).toContain('flowlog-1: Forbidden.RAM: User not authorized (request r-9)');
  });

  test('a run that could not begin', async () => {
    const error = { code: 'InvalidConfig', message: 'flow-logs.yaml is not valid', requestId: null };
    const summary = { ...ANSWER.summary, total: 0, unchanged: 0 };
    const { status, out } = await invoke({
      ...ANSWER,
      ok: false,
      summary,
      flowLogs: [],
      warnings: [],
      error,
    });
    expect({ status, out }).toEqual({
      status: 1,
      out: 'error: InvalidConfig: flow-logs.yaml is not valid\n',
    });
  });

  test('results that were not recorded, below the table', async () => {
    const error = { code: 'LogStoreNotExist', message: 'no such Logstore', requestId: null };
    const { status, out } = await invoke({ ...ANSWER, ok: false, error });
    expect(status).toBe(1);
    expect(out).toMatch(/FLOW LOG.*error: LogStoreNotExist: no such Logstore/s);
  });

  test("an error of the function, in the function's own words", async () => {
    const body = '{"errorMessage":"run 1:\\nhttps://x/?Signature=s3cret","errorType":"ReconcileFailed"}';
    const headers = { 'x-fc-error-type': 'UnhandledInvocationError' };
    const { status, out, err } = await invoke(body, ['--function', 'scheduler'], headers);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toBe(
      'scheduler failed with UnhandledInvocationError: ReconcileFailed: run 1: https://x/?*** (request r-1); its log has more\n',
    );
  });

  test('an answer of some other function', async () => {
    const { status, err } = await invoke('hello world', ['--function', 'ops/scheduler']);
    expect(status).toBe(1);
    expect(err).toContain("answered something that is not the scheduler's (request r-1): hello world");
  });

  test('a function that is not there', async () => {
    const server = await loopbackServer((response) =>
      response
        .writeHead(404)
        .end('{"Code":"FunctionNotFound","Message":"no such function","RequestId":"r-1"}'),
    );
    const env = { FC_ENDPOINT: server.url.origin };
    const { status, out, err } = await commandLine(['invoke', '--function', 'nope'], env);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(/^nope: FunctionNotFound: .*\(request r-1\); check the name, the region[^\n]*\n$/);
    expect(err).not.toContain('test-key');
  });

  test('no credentials', async () => {
    vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_ID', undefined);
    vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', undefined);
    vi.stubEnv('HOME', '/nowhere');
    const { status, err, received } = await invoke(ANSWER);
    expect({ status, received }).toEqual({ status: 1, received: [] });
    expect(err).toMatch(/^no credentials; set ALIBABA_CLOUD_ACCESS_KEY_ID and [^\n]*\n$/);
  });

  test('a config that is named and not there', async () => {
    const { status, err } = await commandLine(['invoke', '--function', 'f', '--config', 'nowhere.yaml']);
    expect(status).toBe(1);
    expect(err).toContain('nowhere.yaml cannot be read');
  });
});

describe('--async', () => {
  const headers = { 'x-fc-async-task-id': 't-1' };

  test('tells the request, the task, and where to look', async () => {
    const { status, out, received } = await invoke('', ['--function', 'scheduler', '--async'], headers);
    expect(status).toBe(0);
    expect(received[0]?.headers['x-fc-invocation-type']).toBe('Async');
    expect(out).toBe(
      "accepted: request r-1, task t-1\nIts result is in the function's log, and its records in Logstore " +
        'flow-log-scheduler of project ops-audit, by this requestId.\n',
    );
  });

  test('--json', async () => {
    const { out } = await invoke('', ['--function', 'ops/scheduler', '--async', '--json'], headers);
    expect(JSON.parse(out)).toEqual({ function: 'ops/scheduler', requestId: 'r-1', taskId: 't-1' });
  });
});

describe('status 2, and nothing is sent', () => {
  test.each([
    [['--function', 'a/b/c'], 'Expected NAME, or SERVICE/NAME'],
    [['--function', 'f', '--region', 'evil.com/'], 'Expected a region ID'],
    [['--function', 'f', '--account-id', 'me'], 'Expected the number of an account'],
    [['--function', 'f', '--payload', 'reconcile'], 'it is no JSON'],
    [['--function', 'f', '--payload', '{"action":"stop"}'], 'Accepted: {"action": "status"}'],
  ])('%j: %s', async (args, message) => {
    const { status, err, received } = await invoke(ANSWER, args);
    expect({ status, received }).toEqual({ status: 2, received: [] });
    expect(err).toContain(message);
  });

  test('a plain http endpoint that is not on loopback', async () => {
    const env = { FC_ENDPOINT: 'http://example.com' };
    const { status, err } = await commandLine(['invoke', '--function', 'f'], env);
    expect(status).toBe(2);
    expect(err).toContain('FC_ENDPOINT is plain http to example.com');
  });

  test('2.0 without an account', async () => {
    const { status, err } = await commandLine(['invoke', '--function', 's/f', '--config', CONFIG]);
    expect(status).toBe(2);
    expect(err).toContain('add --account-id, or set ALIBABA_CLOUD_ACCOUNT_ID');
  });
});

test.each([
  [{ FC_ACCOUNT_ID: '42424242' }, [], '42424242'],
  [{ ALIBABA_CLOUD_ACCOUNT_ID: '23232323', FC_ACCOUNT_ID: '42424242' }, [], '23232323'],
  [{ ALIBABA_CLOUD_ACCOUNT_ID: '23232323' }, ['--account-id', '11111111'], '11111111'],
])('the account of 2.0 by %j and %j is %s', async (env, args, accountId) => {
  const server = await loopbackServer((response) => response.end(JSON.stringify(ANSWER)));
  const { status } = await commandLine(['invoke', '--function', 's/f', ...args], {
    ...env,
    FC_ENDPOINT: server.url.origin,
  });
  expect(status).toBe(0);
  expect(server.received[0]?.headers['x-fc-account-id']).toBe(accountId);
});
