import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type AskOptions, createAsk, readObject } from '../../lib/cloud/call.ts';
import { createSecrets } from '../../lib/cloud/credentials/secrets.ts';
import { CEN } from '../../lib/cloud/services.ts';
import { type Emulator, type Fault, startEmulator } from '../../lib/emulator/emulator.ts';
import { CloudError } from '../../lib/reconcile/cloud-error.ts';
import { DEFAULT_KEY } from '../support/emulator-clients.ts';
import { everythingIn, failureOf } from '../support/failures.ts';
import { closedPort, loopbackServer } from './http/loopback-server.ts';

const FLOW_LOG = 'flowlog-m5evbtbptexample2';
const TOGGLE = { RegionId: 'cn-shanghai', FlowLogId: FLOW_LOG, ClientToken: 'token-1' };

/** One operation of CEN, sent once. */
function activate(options: Partial<AskOptions> & Pick<AskOptions, 'endpoint'>) {
  const ask = createAsk(CEN, { credentials: async () => DEFAULT_KEY, timeoutMs: 5_000, ...options });
  return ask({ name: 'ActiveFlowLog', query: TOGGLE, read: readObject });
}

let emulator: Emulator | undefined;
afterEach(async () => {
  await emulator?.close();
  emulator = undefined;
});

async function failToActivate(fault: Fault, timeoutMs = 5_000): Promise<CloudError> {
  emulator = await startEmulator({ fault: () => fault, modifyingMs: Number.POSITIVE_INFINITY });
  return failureOf(CloudError, activate({ endpoint: new URL(emulator.url), timeoutMs }));
}

describe('a call that gets no answer', () => {
  it('was not sent when the connection is refused', async () => {
    const endpoint = await closedPort(createServer());
    const error = await failureOf(CloudError, activate({ endpoint }));
    expect(error).toMatchObject({ code: 'ECONNREFUSED', effect: 'none', again: 'later', httpStatus: null });
    expect(error).toMatchObject({ service: 'CEN', operation: 'ActiveFlowLog', attempts: 1 });
    expect(error.problem).toMatch(/^ActiveFlowLog: POST to 127\.0\.0\.1:\d+: .*\)$/);
    expect(error.advice).toBe('check that this network reaches it, and CBN_ENDPOINT if it is set');
  });

  it.each<[string, Fault, string, string]>([
    ['reset before the effect', { kind: 'reset', when: 'before' }, 'ECONNRESET', 'Inactive'],
    ['reset after the effect', { kind: 'reset', when: 'after' }, 'ECONNRESET', 'Modifying'],
    ['left hanging before the effect', { kind: 'hang', when: 'before' }, 'RequestTimeout', 'Inactive'],
    ['left hanging after the effect', { kind: 'hang', when: 'after' }, 'RequestTimeout', 'Modifying'],
  ])('%s has an unknown outcome', async (_name, fault, code, status) => {
    const error = await failToActivate(fault, 300);
    expect(error).toMatchObject({ effect: 'unknown', again: 'later', code, httpStatus: null });
    expect(error.requestId).toBeNull();
    expect(emulator?.flowLog(FLOW_LOG).status).toBe(status);
  });
});

describe('an answer that is not the service’s', () => {
  it.each<[string, number, string]>([
    ["a proxy's page", 502, '<html><body>Bad Gateway</body></html>'],
    ['an empty 500', 500, ''],
    ['an empty 200', 200, ''],
    ['cut-off JSON', 200, '{"Success": "tr'],
    ['cut-off JSON of an error', 400, '{"Code": "Throttl'],
    ['a JSON array', 200, '[{"Success": "true"}]'],
    ['a JSON text', 200, '"ok"'],
    ['null', 200, 'null'],
    ['a redirection', 302, '{"Code": "Moved", "Message": "elsewhere"}'],
    ['an error without a code', 403, '{"Message": "no"}'],
    ['an error whose code is a number', 400, '{"Code": 42}'],
  ])('%s has an unknown outcome', async (_name, status, body) => {
    const error = await failToActivate({ kind: 'raw', status, body });
    expect(error).toMatchObject({ effect: 'unknown', code: 'UnreadableAnswer', httpStatus: status });
    expect(error.message).toContain(`(HTTP ${status}, ${body.length} bytes)`);
  });

  it('keeps the request ID when it has one', async () => {
    const error = await failToActivate({ kind: 'raw', status: 503, body: '{"RequestId": "r-1"}' });
    expect(error).toMatchObject({ requestId: 'r-1', effect: 'unknown' });
  });
});

describe('a refusal', () => {
  it('has the code, the message, the HTTP status and the request ID', async () => {
    const error = await failToActivate({ kind: 'error', code: 'IncorrectStatus.flowlog' });
    expect(error).toMatchObject({
      effect: 'none',
      again: 'later',
      throttled: false,
      code: 'IncorrectStatus.flowlog',
      httpStatus: 400,
      retryAfterMs: null,
    });
    expect(error.message).toBe('ActiveFlowLog: Invalid flowlog status (the next run tries again)');
    expect(error.requestId).toBe(emulator?.requests[0]?.requestId);
  });

  it.each([
    ['that did not succeed', '{"Success": "false", "Code": "Throttling.User", "Message": "slow down"}'],
    [
      'that did not succeed, by a boolean',
      '{"Success": false, "Code": "Throttling.User", "Message": "slow down"}',
    ],
    ['with nothing but its code', '{"Code": "Throttling.User", "Message": "slow down"}'],
    ['in lower case', '{"code": "Throttling.User", "message": "slow down"}'],
  ])('may come with 200: %s', async (_name, body) => {
    const error = await failToActivate({ kind: 'raw', status: 200, body });
    expect(error).toMatchObject({
      effect: 'none',
      again: 'later',
      throttled: true,
      code: 'Throttling.User',
      httpStatus: 200,
      retryAfterMs: null,
    });
    expect(error.problem).toBe('ActiveFlowLog: slow down');
  });

  it.each([
    '{"Success": "true", "Code": "Whatever"}',
    '{"Success": true, "Code": "200"}',
    '{"Code": "200"}',
    '{"Code": "OK"}',
    '{"Code": "Success"}',
    '{"Code": ""}',
  ])('is not what %s tells', async (body) => {
    emulator = await startEmulator({ fault: () => ({ kind: 'raw', status: 200, body }) });
    expect(await activate({ endpoint: new URL(emulator.url) })).toEqual(JSON.parse(body));
  });

  it('may spell its fields in lower case', async () => {
    const body = '{"code": "NoPermission", "message": "not yours", "requestId": "r-2"}';
    const error = await failToActivate({ kind: 'raw', status: 403, body });
    expect(error).toMatchObject({
      problem: 'ActiveFlowLog: not yours',
      requestId: 'r-2',
      ...{ effect: 'none', again: 'never', code: 'NoPermission', httpStatus: 403 },
    });
  });

  it('may have no message', async () => {
    const error = await failToActivate({ kind: 'raw', status: 400, body: '{"Code": "InvalidParameter"}' });
    expect(error.problem).toBe('ActiveFlowLog: no message');
  });

  it.each<[string, number | null]>([
    ['1500', 1500],
    ['0', 0],
    ['soon', null],
    ['-1', null],
    ['Infinity', null],
  ])('asks to wait with x-acs-retry-after: %s', async (header, retryAfterMs) => {
    const body = '{"Code": "Throttling.User"}';
    const headers = { 'x-acs-retry-after': header };
    const error = await failToActivate({ kind: 'raw', status: 400, body, headers });
    expect(error).toMatchObject({ effect: 'none', throttled: true, retryAfterMs });
  });
});

describe('credentials', () => {
  it.each<[string, unknown]>([
    [
      'an error',
      new Error('GET https://sts.aliyuncs.com/?AccessKeyId=LTAI5tExampleKey&Signature=c2lnbmVk failed'),
    ],
    ['a text', 'GET https://sts.aliyuncs.com/?AccessKeyId=LTAI5tExampleKey&Signature=c2lnbmVk failed'],
  ])('that cannot be had, told by %s, mean that nothing was sent', async (_name, reason) => {
    const server = await loopbackServer((response) => void response.end());
    const credentials = () => Promise.reject(reason);
    const error = await failureOf(CloudError, activate({ endpoint: server.url, credentials }));
    expect(error).toMatchObject({ effect: 'none', again: 'never', code: 'CredentialsUnavailable' });
    expect(error.message).toContain('GET https://sts.aliyuncs.com/');
    expect(everythingIn(error)).not.toMatch(/LTAI5tExampleKey|c2lnbmVk/);
    expect(server.received).toEqual([]);
  });
});

describe('a mistake in the program', () => {
  it('is not taken for a failed call', async () => {
    const mistake = new TypeError('undefined is not a function');
    const send = () => Promise.reject(mistake);
    await expect(activate({ endpoint: new URL('http://127.0.0.1:1'), send })).rejects.toBe(mistake);
  });
});

describe('no error holds a secret once it leaves', () => {
  const key = {
    accessKeyId: 'STS.NUzExampleKeyId',
    accessKeySecret: 'Secret/With+Odd=Chars~9',
    securityToken: 'CAISexample/token+with=odd&chars==',
  };
  const secrets = Object.values(key).flatMap((plain) => [
    plain,
    encodeURIComponent(plain),
    JSON.stringify(plain).slice(1, -1),
    plain.replaceAll('/', '\\/'),
  ]);

  it.each<[string, number, (echo: string) => string]>([
    ['a message that repeats the request', 400, (echo) => JSON.stringify({ Code: 'Odd', Message: echo })],
    ['a code that repeats the request', 400, (echo) => JSON.stringify({ Code: echo, Message: 'no' })],
    ['a page that repeats the request', 502, (echo) => `<pre>${echo}</pre>`],
    ['cut-off JSON that repeats the request', 200, (echo) => JSON.stringify({ echo }).slice(0, -2)],
    ['an array that repeats the request', 200, (echo) => JSON.stringify([echo])],
    ['an error without a code that repeats the request', 500, (echo) => JSON.stringify({ Message: echo })],
  ])('even after %s', async (_name, status, bodyOf) => {
    const server = await loopbackServer((response, { path, headers }) => {
      const echo = `${path} ${JSON.stringify(headers)} ${headers.authorization} ${secrets.join(' ')}`;
      response.writeHead(status).end(bodyOf(echo));
    });
    const options = { endpoint: server.url, credentials: async () => key };
    const error = await failureOf(CloudError, activate(options));

    const signature = /Signature=(\w+)/.exec(server.received[0]?.headers.authorization ?? '')?.[1] ?? '';
    expect(signature).toHaveLength(64);
    const { remember, mask } = createSecrets();
    remember(key);
    const shown = mask(everythingIn(error));
    for (const secret of [...secrets, signature]) expect(shown).not.toContain(secret);
  });

  it('even when the connection breaks', async () => {
    const server = await loopbackServer((_response, _received, socket) => void socket.destroy());
    const options = { endpoint: server.url, credentials: async () => key };
    const shown = everythingIn(await failureOf(CloudError, activate(options)));
    for (const secret of secrets) expect(shown).not.toContain(secret);
    expect(shown).not.toContain('token-1'); // the query is not shown either
  });
});
