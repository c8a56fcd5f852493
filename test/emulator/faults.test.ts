import { afterEach, describe, expect, test } from 'vitest';
import { FLOW_LOG_ERRORS } from '../../lib/emulator/cen/cen-errors.ts';
import { type Emulator, type Fault, type FaultRequest, startEmulator } from '../../lib/emulator/emulator.ts';
import {
  DEFAULT_KEY,
  LoopbackAgent,
  logClient,
  openApiClient,
  openApiCoreClient,
  thrown,
} from '../support/emulator-clients.ts';

const INACTIVE = { FlowLogId: 'flowlog-m5evbtbptexample2', RegionId: 'cn-shanghai' };
const REDUNDANT = { ...INACTIVE, FlowLogId: 'flowlog-none' };

let emulator: Emulator;
afterEach(() => emulator.close());

async function startWith(fault: Fault): Promise<void> {
  emulator = await startEmulator({ modifyingMs: 0, fault: () => fault });
}
const activate = (timeoutMs = 5000) =>
  openApiClient(emulator, DEFAULT_KEY, { timeoutMs })('ActiveFlowLog', INACTIVE);
const status = () => emulator.flowLog(INACTIVE.FlowLogId).status;
const outcomes = () => emulator.requests.map((request) => request.outcome);

test.each(Object.entries(FLOW_LOG_ERRORS))(
  '%s has the status and message of its page',
  async (code, page) => {
    await startWith({ kind: 'error', code });
    const error = await thrown(activate());
    expect(error).toMatchObject({ code, statusCode: page.status });
    expect(error.message).toContain(page.message);
    expect(status()).toBe('Inactive');
  },
);

describe('an error', () => {
  test('may have another status and message', async () => {
    await startWith({ kind: 'error', code: 'ServiceUnavailable', status: 599, message: 'made up' });
    const error = await thrown(activate());
    expect(error).toMatchObject({ code: 'ServiceUnavailable', statusCode: 599 });
    expect(error.message).toContain('made up');
    expect(outcomes()).toEqual([{ kind: 'answered', status: 599, code: 'ServiceUnavailable' }]);
  });

  test('of an unknown code is a 400', async () => {
    await startWith({ kind: 'error', code: 'Never.Heard' });
    expect(await thrown(activate())).toMatchObject({ code: 'Never.Heard', statusCode: 400 });
  });

  test('may ask to wait, which openapi-core reads', async () => {
    await startWith({ kind: 'error', code: 'Throttling.User', retryAfterMs: 1500 });
    const error = await thrown(openApiCoreClient(emulator)('ActiveFlowLog', INACTIVE));
    expect(error).toMatchObject({ code: 'Throttling.User', retryAfter: 1500 });
  });
});

describe('a raw answer', () => {
  test.each([
    ['a 502 page', 502, '<html>Bad Gateway</html>', 'SyntaxError'],
    ['an empty 500', 500, '', 'SyntaxError'],
    ['cut-off JSON', 200, '{"Success":"tr', 'SyntaxError'],
  ])('%s is what the client gets', async (_what, code, body, name) => {
    await startWith({ kind: 'raw', status: code, body, headers: { 'content-type': 'text/html' } });
    expect(await thrown(activate())).toMatchObject({ name });
    expect(status()).toBe('Inactive');
    expect(outcomes()).toEqual([{ kind: 'answered', status: code, code: null }]);
  });

  test('Success may be "false"', async () => {
    await startWith({ kind: 'raw', status: 200, body: '{"Success":"false","RequestId":"R"}' });
    expect((await activate()).body).toEqual({ Success: 'false', RequestId: 'R' });
  });
});

describe('error-after', () => {
  test.each<[string, Extract<Fault, { kind: 'error-after' }>['answer']]>([
    ['an error', { kind: 'error', code: 'InternalError' }],
    ['a raw answer', { kind: 'raw', status: 502, body: '<html>' }],
  ])('takes effect, then answers with %s', async (_what, answer) => {
    await startWith({ kind: 'error-after', answer });
    await thrown(activate());
    expect(status()).toBe('Active');
  });
});

describe('before or after the effect', () => {
  test.each([
    ['before', 'Inactive'],
    ['after', 'Active'],
  ] as const)('%s: a reset leaves the flow log %s', async (when, expected) => {
    await startWith({ kind: 'reset', when });
    expect(await thrown(activate())).toMatchObject({ code: 'ECONNRESET' });
    expect(status()).toBe(expected);
    expect(outcomes()).toEqual([{ kind: 'reset' }]);
  });

  test.each([
    ['before', 'Inactive'],
    ['after', 'Active'],
  ] as const)('%s: a request that hangs leaves the flow log %s', async (when, expected) => {
    await startWith({ kind: 'hang', when });
    expect(await thrown(activate(50))).toMatchObject({ name: 'RequestTimeoutError' });
    expect(status()).toBe(expected);
    expect(outcomes()).toEqual([{ kind: 'hung' }]);
  });

  test('a refused effect does not show through a reset', async () => {
    await startWith({ kind: 'reset', when: 'after' });
    const error = await thrown(openApiClient(emulator)('ActiveFlowLog', REDUNDANT));
    expect(error).toMatchObject({ code: 'ECONNRESET' });
  });
});

test('a delay is real time before the effect', async () => {
  await startWith({ kind: 'delay', ms: 30 });
  const started = performance.now();
  await activate();
  expect(performance.now() - started).toBeGreaterThanOrEqual(29);
  expect(status()).toBe('Active');
});

describe('the hook', () => {
  test('sees each authenticated request, counted by action', async () => {
    const seen: FaultRequest[] = [];
    emulator = await startEmulator({
      fault: (request) => {
        seen.push(request);
        return undefined;
      },
    });
    const call = openApiClient(emulator);
    await call('DescribeFlowlogs', {});
    await call('DescribeFlowlogs', { RegionId: 'cn-hangzhou' });
    await call('ActiveFlowLog', INACTIVE);
    await thrown(openApiClient(emulator, { ...DEFAULT_KEY, accessKeySecret: 'x' })('DescribeFlowlogs', {}));
    const common = { service: 'Cbn', accountId: '1234567890123456' };
    expect(seen).toEqual([
      { ...common, action: 'DescribeFlowlogs', params: {}, count: 1 },
      { ...common, action: 'DescribeFlowlogs', params: { RegionId: 'cn-hangzhou' }, count: 2 },
      { ...common, action: 'ActiveFlowLog', params: INACTIVE, count: 1 },
    ]);
  });

  test('can be set and removed while the emulator runs', async () => {
    emulator = await startEmulator({ modifyingMs: 0 });
    emulator.setFault(({ count }) => (count === 1 ? { kind: 'error', code: 'LOCK_ERROR' } : undefined));
    expect(await thrown(activate())).toMatchObject({ code: 'LOCK_ERROR' });
    await activate();
    emulator.setFault(() => ({ kind: 'error', code: 'Operation.Blocking' }));
    expect(await thrown(activate())).toMatchObject({ code: 'Operation.Blocking' });
    emulator.setFault(undefined);
    emulator.setStatus(INACTIVE.FlowLogId, 'Inactive');
    await activate();
    expect(status()).toBe('Active');
  });

  test('that throws becomes a 500, and the emulator goes on', async () => {
    emulator = await startEmulator();
    emulator.setFault(() => {
      throw new Error('mistake in the hook');
    });
    const error = await thrown(activate());
    expect(error).toMatchObject({ code: 'InternalError', statusCode: 500 });
    expect(error.message).toContain('mistake in the hook');
    emulator.setFault(undefined);
    await activate();
  });
});

describe('SLS', () => {
  const put = () =>
    logClient().postLogStoreLogs(
      'ops-audit',
      'flow-log-scheduler',
      { logs: [{ timestamp: Math.floor(Date.now() / 1000), content: { a: 'b' } }] },
      { agent: new LoopbackAgent(emulator), timeout: 100 },
    );
  const written = () => emulator.logs('ops-audit', 'flow-log-scheduler').length;

  test.each<[string, Fault, object, number]>([
    ['error', { kind: 'error', code: 'ServerBusy' }, { code: 'ServerBusy', message: /busy/ }, 0],
    [
      'error with wait',
      { kind: 'error', code: 'WriteQuotaExceed', retryAfterMs: 5 },
      { code: 'WriteQuotaExceed' },
      0,
    ],
    [
      'error-after',
      { kind: 'error-after', answer: { kind: 'error', code: 'ServerBusy' } },
      { code: 'ServerBusy' },
      1,
    ],
    ['reset before', { kind: 'reset', when: 'before' }, { code: 'ECONNRESET' }, 0],
    ['reset after', { kind: 'reset', when: 'after' }, { code: 'ECONNRESET' }, 1],
    ['hang before', { kind: 'hang', when: 'before' }, { name: 'RequestTimeoutError' }, 0],
    ['hang after', { kind: 'hang', when: 'after' }, { name: 'RequestTimeoutError' }, 1],
  ])('%s', async (_what, fault, expected, count) => {
    await startWith(fault);
    const error = await thrown(put());
    expect(error).toMatchObject(
      Object.fromEntries(
        Object.entries(expected).map(([key, value]) => [
          key,
          value instanceof RegExp ? expect.stringMatching(value) : value,
        ]),
      ),
    );
    expect(written()).toBe(count);
  });

  test.each([
    ['a 502 page', 502, '<html>Bad Gateway</html>'],
    ['an empty 500', 500, ''],
  ])('@alicloud/log takes %s for success', async (_what, code, body) => {
    await startWith({ kind: 'raw', status: code, body });
    await put();
    expect(written()).toBe(0);
  });
});

describe('the rate limit', () => {
  const other = { accessKeyId: 'other-id', accessKeySecret: 'other-secret' };

  test('refuses what is too much, tells how long to wait, and holds per account', async () => {
    emulator = await startEmulator({
      rateLimit: { callsPerSecond: 20, burst: 2 },
      accounts: [
        { accountId: '1', accessKeys: [DEFAULT_KEY] },
        { accountId: '2', accessKeys: [other] },
      ],
    });
    const call = openApiCoreClient(emulator);
    await call('DescribeFlowlogs', {});
    await call('DescribeFlowlogs', {});
    const error = await thrown(call('DescribeFlowlogs', {}));
    expect(error).toMatchObject({ code: 'Throttling.User', statusCode: 400 });
    expect(error.retryAfter).toBeGreaterThan(0);
    expect(error.retryAfter).toBeLessThanOrEqual(50);
    await openApiCoreClient(emulator, other)('DescribeFlowlogs', {});
    await new Promise((resolve) => setTimeout(resolve, error.retryAfter));
    await call('DescribeFlowlogs', {});
  });

  test('leaves SLS alone', async () => {
    emulator = await startEmulator({ rateLimit: { callsPerSecond: 0.001 } });
    for (const reason of ['1', '2']) {
      await logClient().postLogStoreLogs(
        'ops-audit',
        'flow-log-scheduler',
        { logs: [{ timestamp: Math.floor(Date.now() / 1000), content: { reason } }] },
        { agent: new LoopbackAgent(emulator) },
      );
    }
    expect(emulator.logs('ops-audit', 'flow-log-scheduler')).toHaveLength(2);
  });
});
