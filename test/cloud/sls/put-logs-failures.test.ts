import net from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HttpRequest } from '../../../lib/cloud/http/request.ts';
import { createLogstore, type LogstoreOptions } from '../../../lib/cloud/sls/put-logs.ts';
import { createBudget } from '../../../lib/reconcile/budget.ts';
import { CloudError } from '../../../lib/reconcile/cloud-error.ts';
import type { LogRecord } from '../../../lib/reconcile/ports.ts';
import { type Answer, closedPort, listen, loopbackServer } from '../http/loopback-server.ts';
import { exampleCredentials } from './captures.ts';
import { simulatedClock } from './simulated-clock.ts';

const AT = Date.UTC(2026, 10, 23);
const RECORD = { runId: 'r-1' };

interface Options extends Partial<LogstoreOptions> {
  /** In the clock's monotonic milliseconds. */
  readonly deadline?: number;
  readonly attempts?: number;
  readonly timeoutMs?: number;
}

function logstoreAt(endpoint: URL, { deadline, attempts, timeoutMs, ...more }: Options = {}) {
  const { clock = simulatedClock(AT) } = more;
  const logstore = createLogstore({
    recordTo: { regionId: 'cn-hangzhou', project: 'ops-audit', logstore: 'results' },
    endpoint,
    credentials: async () => exampleCredentials,
    source: 'fc',
    topic: 'flow-log-scheduler',
    random: () => 0,
    policy: { attempts: attempts ?? 4, firstDelayMs: 200, maxDelayMs: 3_000, timeoutMs: timeoutMs ?? 5_000 },
    ...more,
    clock,
  });
  const time = createBudget(clock, deadline ?? clock.monotonic() + 60_000);
  return { put: (records: readonly LogRecord[], at: number) => logstore.put(records, at, time) };
}

/** No request gets an answer. */
const failing =
  (code: string, known: Partial<CloudError> = {}) =>
  async ({ service, operation }: HttpRequest): Promise<never> => {
    throw new CloudError('m', { service, operation, code, ...known });
  };

async function failure(put: Promise<void>): Promise<CloudError> {
  const error = await put.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CloudError)) throw new Error('no CloudError', { cause: error });
  return error;
}

function stated(status: number, errorCode: string, errorMessage = 'words of SLS.'): Answer {
  return (response) =>
    void response
      .writeHead(status, { 'x-log-requestid': '6F2A1B', 'content-type': 'application/json' })
      .end(JSON.stringify({ errorCode, errorMessage }));
}

const html = '<html><body><h1>502 Bad Gateway</h1></body></html>';

describe('a refusal', () => {
  it.each([
    [404, 'LogStoreNotExist', /create Logstore results in project ops-audit .*or correct recordTo\.logstore/],
    [404, 'LogstoreNotExists', /create Logstore results in project ops-audit/],
    [404, 'ProjectNotExist', /create project ops-audit in cn-hangzhou, or correct recordTo\.project/],
    [400, 'IndexConfigNotExist', /create the index of Logstore results .*flow-logs provision/],
    [404, 'projectnotexists', /create project ops-audit in cn-hangzhou/],
    [
      401,
      'Unauthorized',
      /grant log:PostLogStoreLogs on acs:log:cn-hangzhou:\*:project\/ops-audit\/logstore\/results/,
    ],
    [
      403,
      'Forbidden',
      /grant log:PostLogStoreLogs on acs:log:cn-hangzhou:\*:project\/ops-audit\/logstore\/results/,
    ],
    [401, 'SignatureNotMatch', /access key id, secret and token belong together/],
    [401, 'InvalidAccessKeyId', /access key id, secret and token/],
    [400, 'RequestTimeExpired', /set the clock/],
    [400, 'requestTimeTooSkewed', /set the clock/],
    [400, 'PostBodyInvalid', /older than 7 days/],
    [400, 'ParameterInvalid', /check recordTo \(cn-hangzhou, ops-audit, results\)/],
    [400, 'ServerBusy', /status page/],
  ])('with %i %s is not repeated and says what to do', async (status, code, advice) => {
    const server = await loopbackServer(stated(status, code));
    const error = await failure(logstoreAt(server.url).put([RECORD, RECORD], AT));
    expect(server.received).toHaveLength(1);
    expect(error).toMatchObject({
      code,
      effect: 'none',
      again: 'never',
      httpStatus: status,
      requestId: '6F2A1B',
      attempts: 1,
    });
    expect(error.message).toMatch(advice);
    expect(error.message).toMatch(
      /^PutLogs to Logstore results of project ops-audit: 2 of 2 records not written: HTTP \d+ \w+: words of SLS \(/,
    );
  });

  it.each([
    ['a redirect', 302, ''],
    ['a proxy that wants a password', 407, html],
    ['a 404 page', 404, html],
    ['a JSON answer of something else', 400, '{"code":400}'],
    ['a JSON answer that is no object', 400, '"no"'],
    ['a code that is no word', 400, '{"errorCode":"<script>","errorMessage":"x"}'],
  ])('of %s is not repeated', async (_, status, body) => {
    const server = await loopbackServer((response) => void response.writeHead(status).end(body));
    const error = await failure(logstoreAt(server.url).put([RECORD], AT));
    expect(server.received).toHaveLength(1);
    expect(error).toMatchObject({
      code: `Http${status}`,
      effect: 'none',
      again: 'never',
      httpStatus: status,
      requestId: null,
    });
    expect(error.message).toMatch(
      /an answer that is not one of SLS \(HTTP \d+, \d+ bytes\) \(check SLS_ENDPOINT and any proxy/,
    );
  });

  it('without a message is reported by its code', async () => {
    const server = await loopbackServer(
      (response) => void response.writeHead(400).end('{"errorCode":"InvalidKey"}'),
    );
    expect((await failure(logstoreAt(server.url).put([RECORD], AT))).message).toContain(
      'InvalidKey: no message',
    );
  });
});

describe('an answer of 200', () => {
  it.each([
    ['with an error', stated(200, 'Unauthorized'), 'Unauthorized', /HTTP 200 Unauthorized: /],
    [
      'with a page of something else',
      ((response) => void response.writeHead(200).end(html)) satisfies Answer,
      'Http200',
      /not one of SLS \(HTTP 200, \d+ bytes\) \(check SLS_ENDPOINT and any proxy/,
    ],
  ])('%s is no success', async (_, answer, code, message) => {
    const server = await loopbackServer(answer);
    const error = await failure(logstoreAt(server.url).put([RECORD], AT));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(server.received).toHaveLength(1);
  });

  it('of SLS is one, whatever is in it', async () => {
    const server = await loopbackServer(
      (response) => void response.writeHead(200, { 'x-log-requestid': 'r-1' }).end('{}'),
    );
    await logstoreAt(server.url).put([RECORD], AT);
  });
});

describe('trouble that may pass', () => {
  const cases: readonly (readonly [string, Answer, string, 'none' | 'unknown'])[] = [
    ['a 502 page', (response) => void response.writeHead(502).end(html), 'Http502', 'unknown'],
    ['an empty 500', (response) => void response.writeHead(500).end(), 'Http500', 'unknown'],
    ['a 504', (response) => void response.writeHead(504).end(html), 'Http504', 'unknown'],
    ['a 408', (response) => void response.writeHead(408).end(), 'Http408', 'unknown'],
    ['a 429', (response) => void response.writeHead(429).end(), 'Http429', 'none'],
    ['InternalServerError', stated(500, 'InternalServerError'), 'InternalServerError', 'unknown'],
    ['ServerBusy', stated(503, 'ServerBusy'), 'ServerBusy', 'none'],
    ['serverbusy under another status', stated(403, 'serverbusy'), 'serverbusy', 'none'],
    ['WriteQuotaExceed', stated(403, 'WriteQuotaExceed'), 'WriteQuotaExceed', 'none'],
    ['ShardWriteQuotaExceed', stated(403, 'ShardWriteQuotaExceed'), 'ShardWriteQuotaExceed', 'none'],
    ['readquotaexceed', stated(403, 'readquotaexceed'), 'readquotaexceed', 'none'],
    ['ExceedQuota', stated(403, 'ExceedQuota'), 'ExceedQuota', 'none'],
    ['a reset', (_, __, socket) => void socket.resetAndDestroy(), 'ECONNRESET', 'unknown'],
    [
      'a cut-off success',
      (response, _, socket) => {
        response.writeHead(200, { 'content-length': '100' }).write('half');
        setTimeout(() => socket.destroy(), 5);
      },
      'ECONNRESET',
      'unknown',
    ],
  ];

  it.each(cases)('is repeated and passes: %s', async (_, answer) => {
    const server = await loopbackServer((...all) => {
      if (server.received.length < 3) answer(...all);
      else all[0].writeHead(200).end();
    });
    const clock = simulatedClock(AT);
    await logstoreAt(server.url, { clock }).put([RECORD], AT);
    expect(server.received).toHaveLength(3);
    expect(clock.slept).toEqual([100, 200]);
  });

  it.each(cases)('is an error when it stays: %s', async (_, answer, code, effect) => {
    const server = await loopbackServer(answer);
    const error = await failure(logstoreAt(server.url).put([RECORD], AT));
    expect(server.received).toHaveLength(4);
    expect(error).toMatchObject({ code, effect, again: 'later', attempts: 4 });
    const count = effect === 'none' ? 'not written' : 'not confirmed as written';
    expect(error.message).toContain(`1 of 1 records ${count} after 4 attempts: `);
  });

  it('is no success when nobody listens', async () => {
    const error = await failure(logstoreAt(await closedPort(net.createServer())).put([RECORD], AT));
    expect(error).toMatchObject({
      code: 'ECONNREFUSED',
      effect: 'none',
      again: 'later',
      httpStatus: null,
      attempts: 4,
    });
    expect(error.message).toContain('check that this network reaches it');
  });

  it('is no success when no answer comes in time', async () => {
    const server = await loopbackServer(() => {});
    const error = await failure(logstoreAt(server.url, { timeoutMs: 40, attempts: 2 }).put([RECORD], AT));
    expect(server.received).toHaveLength(2);
    expect(error).toMatchObject({ code: 'RequestTimeout', effect: 'unknown', attempts: 2 });
  });

  it('is no success when what answers is no HTTP', async () => {
    const server = net.createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('+OK\r\n'));
    });
    onTestFinished(() => void server.close());
    const error = await failure(logstoreAt(await listen(server)).put([RECORD], AT));
    expect(error.code).toMatch(/^HPE_/);
    expect(error.message).toContain('what answers there is not the service');
  });

  it('stays unknown when a later attempt is refused', async () => {
    const server = await loopbackServer((...all) => {
      if (server.received.length === 1) all[0].writeHead(502).end();
      else stated(401, 'Unauthorized')(...all);
    });
    const error = await failure(logstoreAt(server.url).put([RECORD], AT));
    expect(error).toMatchObject({ code: 'Unauthorized', effect: 'unknown', attempts: 2 });
  });

  it('is not repeated when the other side has a wrong certificate', async () => {
    const send = failing('CERT_HAS_EXPIRED');
    const error = await failure(logstoreAt(new URL('https://127.0.0.1'), { send }).put([RECORD], AT));
    expect(error).toMatchObject({ code: 'CERT_HAS_EXPIRED', again: 'never', attempts: 1 });
    expect(error.advice).toContain('has no certificate');
  });
});

describe('time', () => {
  it('between attempts grows, is jittered, and respects what the service asks to wait', async () => {
    const answers = ['', '', '7'];
    const server = await loopbackServer((response) => {
      const retryAfter = answers[server.received.length - 1];
      response.writeHead(503, retryAfter ? { 'retry-after': retryAfter } : {}).end();
    });
    const clock = simulatedClock(AT);
    const error = await failure(logstoreAt(server.url, { clock, random: () => 0.5 }).put([RECORD], AT));
    expect(clock.slept).toEqual([150, 300, 7_000]);
    expect(error.retryAfterMs).toBeNull();
  });

  it('is not spent past the deadline', async () => {
    const clock = simulatedClock(AT);
    const server = await loopbackServer((response) => {
      clock.advance(1_000);
      response.writeHead(503).end();
    });
    const deadline = clock.monotonic() + 2_150;
    const error = await failure(logstoreAt(server.url, { clock, deadline, attempts: 100 }).put([RECORD], AT));
    expect(clock.monotonic()).toBeLessThanOrEqual(deadline);
    expect(server.received).toHaveLength(2);
    expect(error).toMatchObject({ code: 'Http503', attempts: 2 });
  });

  it('left bounds the wait for an answer', async () => {
    const clock = simulatedClock(AT);
    const timeouts: number[] = [];
    const logstore = logstoreAt(new URL('https://127.0.0.1'), {
      clock,
      deadline: 1_000 + 6_500,
      send: async (request) => {
        timeouts.push(request.timeoutMs);
        clock.advance(request.timeoutMs);
        return failing('RequestTimeout', { effect: 'unknown', again: 'later' })(request);
      },
    });
    expect(await failure(logstore.put([RECORD], AT))).toMatchObject({ code: 'RequestTimeout', attempts: 2 });
    expect(timeouts).toEqual([5_000, 1_400]);
  });

  it('that ran out before the first request is reported as such', async () => {
    const server = await loopbackServer((response) => void response.end());
    const clock = simulatedClock(AT);
    const error = await failure(
      logstoreAt(server.url, { clock, deadline: clock.monotonic() }).put([RECORD], AT),
    );
    expect(server.received).toHaveLength(0);
    expect(error).toMatchObject({ code: 'OutOfTime', effect: 'none', attempts: 0 });
    expect(error.message).toContain("raise the function's timeout");
  });

  it('that ran out while asleep is reported with what happened before', async () => {
    const clock = simulatedClock(AT);
    const oversleeping = { ...clock, sleep: async (ms: number) => clock.advance(ms * 100) };
    const server = await loopbackServer((response) => void response.writeHead(503).end());
    const options = { clock: oversleeping, deadline: 1_000 + 5_000 };
    expect(await failure(logstoreAt(server.url, options).put([RECORD], AT))).toMatchObject({
      code: 'Http503',
      attempts: 1,
      effect: 'unknown',
    });
  });
});

describe('several batches', () => {
  const records: readonly LogRecord[] = Array.from({ length: 9_000 }, (_, index) => ({
    index: String(index),
  }));

  it('stop at a refusal that concerns them all', async () => {
    const server = await loopbackServer(stated(404, 'LogStoreNotExist'));
    const error = await failure(logstoreAt(server.url).put(records, AT));
    expect(server.received).toHaveLength(1);
    expect(error.message).toContain('9000 of 9000 records not written');
  });

  it('are all tried when one is refused for its records', async () => {
    const server = await loopbackServer((...all) => {
      if (server.received.length === 2) stated(400, 'PostBodyInvalid')(...all);
      else all[0].end();
    });
    const error = await failure(logstoreAt(server.url).put(records, AT));
    expect(server.received).toHaveLength(3);
    expect(error).toMatchObject({ code: 'PostBodyInvalid', effect: 'none', again: 'never' });
    expect(error.message).toContain('4096 of 9000 records not written');
  });

  it('stop at a refusal that comes after trouble, and report the first', async () => {
    const server = await loopbackServer((...all) => {
      if (server.received.length <= 4) all[0].writeHead(503).end();
      else stated(401, 'Unauthorized')(...all);
    });
    const error = await failure(logstoreAt(server.url).put(records, AT));
    expect(server.received).toHaveLength(5);
    expect(error).toMatchObject({ code: 'Http503' });
    expect(error.message).toContain('9000 of 9000 records not confirmed as written');
  });

  it('are all tried when one meets trouble that may pass', async () => {
    const server = await loopbackServer((response) => {
      response.writeHead(server.received.length <= 4 ? 502 : 200).end();
    });
    const error = await failure(logstoreAt(server.url).put(records, AT));
    expect(server.received).toHaveLength(6);
    expect(error.message).toContain('4096 of 9000 records not confirmed as written after 4 attempts');
  });

  it('count what the deadline left unsent', async () => {
    const clock = simulatedClock(AT);
    const server = await loopbackServer((response) => {
      clock.advance(700);
      response.end();
    });
    const error = await failure(logstoreAt(server.url, { clock, deadline: 1_000 + 1_000 }).put(records, AT));
    expect(server.received).toHaveLength(2);
    expect(error).toMatchObject({ code: 'OutOfTime' });
    expect(error.message).toContain('808 of 9000 records not written');
  });
});
