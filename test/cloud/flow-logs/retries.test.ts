import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { request } from '../../../lib/cloud/http/request.ts';
import { PATIENT } from '../../../lib/cloud/retry.ts';
import { type Emulator, type Fault, type FaultHook, startEmulator } from '../../../lib/emulator/emulator.ts';
import { createBudget } from '../../../lib/reconcile/budget.ts';
import { CloudError } from '../../../lib/reconcile/cloud-error.ts';
import type { Clock } from '../../../lib/reconcile/ports.ts';
import { CALL } from '../../support/cloud-call.ts';
import { DEFAULT_KEY } from '../../support/emulator-clients.ts';
import { everythingIn, failureOf } from '../../support/failures.ts';
import { accountWith, flowLogsOf, flowLogsOver, type TimedFlowLogs } from '../../support/flow-logs-of.ts';
import { answerOf, madeUpService, refusalOf } from '../../support/made-up-service.ts';
import { virtualClock } from '../../support/virtual-clock.ts';
import { closedPort, loopbackServer } from '../http/loopback-server.ts';

const MAX_ATTEMPTS = PATIENT.attempts;
const HANGZHOU = { regionId: 'cn-hangzhou' };
const CEN = 'cen-7qthudw0ll6jmcexample';
const A = { flowLogId: 'a', ...HANGZHOU, cenId: CEN };

let emulator: Emulator | undefined;
afterEach(async () => {
  await emulator?.close();
  emulator = undefined;
});

async function emulate(fault: FaultHook): Promise<Emulator> {
  emulator = await startEmulator({
    accounts: [accountWith([{ ...A, status: 'Inactive' }])],
    modifyingMs: Number.POSITIVE_INFINITY,
    fault,
  });
  return emulator;
}

/** The first `times` requests go wrong. */
const first =
  (times: number, fault: Fault): FaultHook =>
  ({ count }) =>
    count <= times ? fault : undefined;

const throttling: Fault = { kind: 'error', code: 'Throttling.User' };

/** One operation that reads and one that changes. */
const list = (flowLogs: TimedFlowLogs) => flowLogs.list(HANGZHOU);
const activate = (flowLogs: TimedFlowLogs) => flowLogs.activate(A, 'token-1');

describe('activate and deactivate', () => {
  it('send every parameter that is known', async () => {
    const world = await emulate(() => undefined);
    const accepted = await flowLogsOf(world).activate(A, 'token-1');
    world.setStatus('a', 'Active');
    await flowLogsOf(world).deactivate({ ...A, cenId: null }, 'token-2');
    expect(world.requests.map(({ action, params }) => ({ action, ...params }))).toEqual([
      {
        action: 'ActiveFlowLog',
        RegionId: 'cn-hangzhou',
        FlowLogId: 'a',
        CenId: CEN,
        ClientToken: 'token-1',
      },
      { action: 'DeactiveFlowLog', RegionId: 'cn-hangzhou', FlowLogId: 'a', ClientToken: 'token-2' },
    ]);
    expect(accepted).toEqual({ requestId: world.requests[0]?.requestId, attempts: 1 });
  });

  it.each<[string, unknown]>([
    ['"false"', 'false'],
    ['"False"', 'False'],
    ['false', false],
    ['"no idea"', 'no idea'],
  ])('do not take Success: %s for an acceptance', async (_name, Success) => {
    const call = madeUpService(() => answerOf({ Success, RequestId: 'r-1' }));
    const error = await failureOf(CloudError, activate(flowLogsOver(call)));
    expect(error).toMatchObject({ code: 'NotSuccessful', effect: 'unknown', requestId: 'r-1' });
  });

  it.each<[string, object]>([
    ['"true"', { Success: 'true' }],
    ['true', { Success: true }],
    ['nothing', {}],
  ])('take Success: %s for an acceptance', async (_name, body) => {
    const call = madeUpService(() => answerOf(body));
    await expect(activate(flowLogsOver(call))).resolves.toEqual({ requestId: null, attempts: 1 });
  });
});

describe('a throttled call', () => {
  it('is sent again', async () => {
    const world = await emulate(first(1, throttling));
    const clock = virtualClock();
    const before = clock.monotonic();
    await list(flowLogsOf(world, { clock }));
    expect(world.requests).toHaveLength(2);
    expect(clock.monotonic() - before).toBeGreaterThanOrEqual(250);
  });

  it('is not sent again when it changes something: that is decided anew', async () => {
    const world = await emulate(({ action }) =>
      action === 'ActiveFlowLog' ? { ...throttling, retryAfterMs: 3_000 } : undefined,
    );
    const clock = virtualClock();
    const flowLogs = flowLogsOf(world, { clock });
    const error = await failureOf(CloudError, activate(flowLogs));
    expect(error).toMatchObject({ again: 'later', throttled: true, attempts: 1, retryAfterMs: 3_000 });
    // All others of the account wait for it nevertheless.
    const before = clock.monotonic();
    await list(flowLogs);
    expect(clock.monotonic() - before).toBe(3_000);
  });

  it('is given up after so many attempts', async () => {
    const world = await emulate(() => throttling);
    const error = await failureOf(CloudError, list(flowLogsOf(world)));
    expect(error).toMatchObject({
      code: 'Throttling.User',
      again: 'later',
      throttled: true,
      attempts: MAX_ATTEMPTS,
    });
    expect(error.message).toBe(
      'DescribeFlowlogs: Request was denied due to user flow control (the next run tries again)',
    );
    expect(world.requests).toHaveLength(MAX_ATTEMPTS);
  });

  it('waits as long as the service asks', async () => {
    const world = await emulate(first(1, { ...throttling, retryAfterMs: 17_000 }));
    const clock = virtualClock();
    const before = clock.monotonic();
    await list(flowLogsOf(world, { clock, random: () => 0 }));
    expect(clock.monotonic() - before).toBe(17_000);
  });

  it('waits longer each time', async () => {
    const times: number[] = [];
    const clock = virtualClock();
    const call = madeUpService(() => {
      times.push(clock.monotonic());
      return refusalOf('Throttling');
    });
    await failureOf(CloudError, list(flowLogsOver(call, { clock, random: () => 1 })));
    expect(times.slice(1).map((time, index) => time - (times[index] ?? 0))).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000,
    ]);
  });
});

describe('a call of unknown outcome', () => {
  const UNKNOWN: readonly [string, Fault][] = [
    ['a reset connection', { kind: 'reset', when: 'before' }],
    ['a reset connection after the effect', { kind: 'reset', when: 'after' }],
    ['a timeout', { kind: 'hang', when: 'after' }],
    ["a proxy's page", { kind: 'raw', status: 502, body: '<html>Bad Gateway</html>' }],
    ['an empty 500', { kind: 'raw', status: 500, body: '' }],
    ['an internal error', { kind: 'error', code: 'InternalError' }],
    ['an answer of another shape', { kind: 'raw', status: 200, body: '[]' }],
  ];

  it.each(UNKNOWN)('is sent again after %s when it only reads', async (_name, fault) => {
    const world = await emulate(first(1, fault));
    await expect(list(flowLogsOf(world))).resolves.toMatchObject([{ flowLogId: 'a' }]);
    expect(world.requests).toHaveLength(2);
  });

  it.each(UNKNOWN)('is not sent again after %s when it changes something', async (_name, fault) => {
    const world = await emulate(first(1, fault));
    const error = await failureOf(CloudError, activate(flowLogsOf(world)));
    expect(error).toMatchObject({ attempts: 1 });
    expect(error.again).toBe('later');
    expect(world.requests).toHaveLength(1);
  });

  it('is given up when reading stays impossible', async () => {
    const world = await emulate(() => ({ kind: 'raw', status: 502, body: '' }));
    const error = await failureOf(CloudError, list(flowLogsOf(world)));
    expect(error).toMatchObject({ code: 'UnreadableAnswer', httpStatus: 502, attempts: MAX_ATTEMPTS });
  });
});

describe('an answer of 200 that makes no sense', () => {
  it.each<[string, string, string]>([
    ['JSON that is no object', '[]', 'UnreadableAnswer'],
    ['a listing of another shape', '{"FlowLogs": {"FlowLog": 7}, "TotalCount": 1}', 'UnreadableAnswer'],
    ['no success without a reason', '{"Success": "false"}', 'NotSuccessful'],
  ])('is asked for three times in all: %s', async (_name, body, code) => {
    const world = await emulate(() => ({ kind: 'raw', status: 200, body }));
    const error = await failureOf(CloudError, list(flowLogsOf(world)));
    expect(error).toMatchObject({ code, attempts: 3 });
    expect(world.requests).toHaveLength(3);
  });

  it('is asked for three times when it is a redirection', async () => {
    const world = await emulate(() => ({ kind: 'raw', status: 302, body: '' }));
    await failureOf(CloudError, list(flowLogsOf(world)));
    expect(world.requests).toHaveLength(3);
  });
});

describe('a refusal that comes with 200', () => {
  const refusal = (code: string): Fault => ({
    kind: 'raw',
    status: 200,
    body: `{"Success": "false", "Code": "${code}", "Message": "told so", "RequestId": "r-1"}`,
  });

  it.each([
    ['list', list],
    ['activate', activate],
  ])('is heeded like any other: %s', async (_name, operation) => {
    const world = await emulate(() => refusal('NoPermission'));
    const error = await failureOf(CloudError, operation(flowLogsOf(world)));
    expect(error).toMatchObject({
      code: 'NoPermission',
      effect: 'none',
      again: 'never',
      attempts: 1,
      requestId: 'r-1',
    });
    expect(error.message).toContain('told so');
  });

  it('is sent again when it is for throttling, as often as such calls are', async () => {
    const world = await emulate(first(MAX_ATTEMPTS - 1, refusal('Throttling.User')));
    await expect(list(flowLogsOf(world))).resolves.toHaveLength(1);
    expect(world.requests).toHaveLength(MAX_ATTEMPTS);
  });
});

describe('tagging', () => {
  it.each<[string, (flowLogs: TimedFlowLogs) => Promise<unknown>]>([
    ['tag', (flowLogs) => flowLogs.tag('cn-hangzhou', ['a'], 'env', 'dev')],
    ['untag', (flowLogs) => flowLogs.untag('cn-hangzhou', ['a'], 'env')],
  ])('that did not succeed is not taken for done: %s', async (_name, operation) => {
    const call = madeUpService(() => answerOf({ Success: 'false' }));
    const error = await failureOf(CloudError, operation(flowLogsOver(call)));
    expect(error).toMatchObject({ code: 'NotSuccessful', effect: 'unknown' });
  });
});

describe('tagging that is refused for a while', () => {
  const operations: readonly [string, (flowLogs: TimedFlowLogs) => Promise<unknown>, number][] = [
    ['tag', (flowLogs) => flowLogs.tag('cn-hangzhou', ['a'], 'env', 'dev'), MAX_ATTEMPTS],
    ['untag', (flowLogs) => flowLogs.untag('cn-hangzhou', ['a'], 'env'), MAX_ATTEMPTS],
    ['untag once', (flowLogs) => flowLogs.untag('cn-hangzhou', ['a'], 'env', { attempts: 1 }), 1],
  ];
  it.each(operations)('%s promises nothing of the next run', async (_name, operation, attempts) => {
    const world = await emulate(() => throttling);
    const error = await failureOf(CloudError, operation(flowLogsOf(world)));
    expect(error.attempts).toBe(attempts);
    expect(error.message).toMatch(/\(try again\)$/);
    expect(world.requests).toHaveLength(attempts);
  });
});

describe('a call whose turn does not come in time', () => {
  it('is not sent', async () => {
    const world = await emulate(() => undefined);
    const clock = virtualClock();
    const flowLogs = flowLogsOf(world, { concurrency: 1, clock });
    const turn = createBudget(clock, clock.monotonic());
    const error = await failureOf(CloudError, flowLogs.untag('cn-hangzhou', ['a'], 'env', { turn }));
    expect(error).toMatchObject({ code: 'Busy', again: 'later', throttled: true, attempts: 0 });
    expect(error.message).toMatch(/its turn did not come in time \(try again\)$/);
    expect(world.requests).toEqual([]);
  });

  it('says that it goes out right before it does', async () => {
    const world = await emulate(first(1, throttling));
    const sent: number[] = [];
    await flowLogsOf(world).tag('cn-hangzhou', ['a'], 'env', 'dev', {
      onSend: () => sent.push(world.requests.length),
    });
    expect(sent).toEqual([0, 1]);
  });
});

describe('an answer that is too large', () => {
  it('is asked for three times', async () => {
    let calls = 0;
    const call = madeUpService(() => {
      calls += 1;
      const large = { ...CALL, code: 'AnswerTooLarge', effect: 'unknown', again: 'later' } as const;
      throw new CloudError('large', large);
    });
    await failureOf(CloudError, list(flowLogsOver(call)));
    expect(calls).toBe(3);
  });
});

describe('a refused call', () => {
  it.each([
    ['InvalidFlowlogId.NotFound', 'never'],
    ['NoPermission', 'never'],
    ['IncorrectStatus.flowlog', 'later'],
  ])('is not sent again when it changes something: %s', async (code, again) => {
    const world = await emulate(() => ({ kind: 'error', code }));
    const error = await failureOf(CloudError, activate(flowLogsOf(world)));
    expect(error).toMatchObject({ code, effect: 'none', again, requestId: world.requests[0]?.requestId });
    expect(world.requests).toHaveLength(1);
  });

  it('is not sent again when it reads what may not be read', async () => {
    const world = await emulate(() => ({ kind: 'error', code: 'Forbidden.RAM' }));
    const error = await failureOf(CloudError, list(flowLogsOf(world)));
    expect(error).toMatchObject({ code: 'Forbidden.RAM', httpStatus: 403 });
    expect(error.message).toContain('grant the role cen:DescribeFlowlogs');
    expect(world.requests).toHaveLength(1);
  });
});

describe('a call that was not sent', () => {
  it('is tried again until the attempts are used up', async () => {
    const endpoint = await closedPort(createServer());
    const error = await failureOf(CloudError, list(flowLogsOver(request, { endpoint })));
    expect(error).toMatchObject({
      code: 'ECONNREFUSED',
      effect: 'none',
      again: 'later',
      attempts: MAX_ATTEMPTS,
    });
  });

  it('is not tried again without credentials', async () => {
    const server = await loopbackServer((response) => void response.end());
    const credentials = () => Promise.reject(new Error('no role'));
    const options = { endpoint: server.url, credentials };
    const error = await failureOf(CloudError, list(flowLogsOver(request, options)));
    expect(error).toMatchObject({
      code: 'CredentialsUnavailable',
      effect: 'none',
      again: 'never',
      attempts: 1,
    });
  });
});

describe('a call that cannot be sent', () => {
  it('is not tried again, and the advice is about the access key', async () => {
    const server = await loopbackServer((response) => void response.end());
    const credentials = async () => ({ ...DEFAULT_KEY, accessKeyId: `${DEFAULT_KEY.accessKeyId}\n` });
    let calls = 0;
    const options = { endpoint: server.url, credentials, onCall: () => (calls += 1) };
    const error = await failureOf(CloudError, list(flowLogsOver(request, options)));
    expect(error).toMatchObject({ code: 'ERR_INVALID_CHAR', effect: 'none', again: 'never', attempts: 1 });
    expect(error.message).toContain('line ends around the access key');
    expect(everythingIn(error)).not.toContain(DEFAULT_KEY.accessKeyId);
    expect([calls, server.received]).toEqual([1, []]);
  });
});

describe('credentials that are a call of their own', () => {
  it.each([{ again: 'never' }, { again: 'later' }, { effect: 'unknown', again: 'later' }] as const)(
    'fail with the error of that call: %j',
    async (known) => {
      const server = await loopbackServer((response) => void response.end());
      let asked = 0;
      const refused = new CloudError('no such role', {
        ...{ service: 'STS', operation: 'AssumeRole', code: 'EntityNotExist.Role' },
        ...known,
        attempts: 2,
      });
      const credentials = () => {
        asked += 1;
        return Promise.reject(refused);
      };
      const options = { endpoint: server.url, credentials };
      await expect(list(flowLogsOver(request, options))).rejects.toBe(refused);
      expect(server.received).toEqual([]);
      // It has been retried behind the credentials, as far as that makes sense.
      expect(asked).toBe(1);
    },
  );
});

describe('the end of the time', () => {
  async function throttledFor(timeMs: number, clock: Clock): Promise<CloudError> {
    const world = await emulate(() => ({ ...throttling, retryAfterMs: 3_000 }));
    return failureOf(CloudError, list(flowLogsOf(world, { clock, timeMs })));
  }

  it('stops retries, without waiting for it', async () => {
    const clock = virtualClock();
    const before = clock.monotonic();
    const error = await throttledFor(10_000, clock);
    expect(error).toMatchObject({ code: 'Throttling.User', attempts: 4 });
    expect(clock.monotonic() - before).toBe(9_000);
  });

  it('keeps a call from being sent at all', async () => {
    const error = await throttledFor(0, virtualClock());
    expect(error).toMatchObject({ code: 'OutOfTime', effect: 'none', again: 'never', attempts: 0 });
    expect(error.message).toContain('DescribeFlowlogs');
    expect(emulator?.requests).toEqual([]);
  });

  it.each([
    [600_000, 10_000],
    [4_000, 4_000],
  ])('with %i ms left, no call takes longer than %i ms', async (timeMs, timeoutMs) => {
    const timeouts: number[] = [];
    const call = madeUpService((_action, _params, timeout) => {
      timeouts.push(timeout);
      return answerOf({});
    });
    await activate(flowLogsOver(call, { timeMs }));
    expect(timeouts).toEqual([timeoutMs]);
  });
});

describe('a mistake in the program', () => {
  it('is not taken for a failed call', async () => {
    const mistake = new TypeError('undefined is not a function');
    await expect(list(flowLogsOver(() => Promise.reject(mistake)))).rejects.toBe(mistake);
  });
});

it('no failure shows the key or the query', async () => {
  const world = await emulate(() => ({ kind: 'reset', when: 'before' }));
  const shown = everythingIn(await failureOf(CloudError, activate(flowLogsOf(world))));
  for (const secret of [DEFAULT_KEY.accessKeyId, DEFAULT_KEY.accessKeySecret, 'token-1']) {
    expect(shown).not.toContain(secret);
  }
});
