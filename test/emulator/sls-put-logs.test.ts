import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../lib/emulator/emulator.ts';
import { DEFAULT_KEY, LoopbackAgent, logClient, sendRaw, thrown } from '../support/emulator-clients.ts';

interface Capture {
  readonly captured_from: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body_base64: string;
  readonly name: 'one' | 'utf8-tags-ns';
  readonly sts: boolean;
}

const captures = JSON.parse(
  readFileSync(new URL('../wire/sls.json', import.meta.url), 'utf8'),
) as readonly Capture[];
const v4 = captures.find((capture) => capture.headers.authorization?.startsWith('SLS4'));
const v1 = captures.find((capture) => capture.headers.authorization?.startsWith('LOG '));
if (v4 === undefined || v1 === undefined) throw new Error('no captures');

const CAPTURED_AT = Date.parse('2026-11-21T01:55:35Z');
const HOST = 'ops-audit.cn-hangzhou.log.aliyuncs.com';

const EXPECTED = {
  one: [
    {
      time: 1795600800,
      timeNs: null,
      topic: 'flow-log-scheduler',
      source: 'fc',
      contents: { runId: 'r-1', kind: 'run', changed: '1' },
      tags: {},
    },
  ],
  'utf8-tags-ns': [
    {
      time: 1795600800,
      timeNs: 123456789,
      topic: 't',
      source: '10.0.0.1',
      contents: { reason: '工作日 08:00', empty: '' },
      tags: { env: 'dev', site: '杭州' },
    },
    {
      time: 1795600801,
      timeNs: null,
      topic: 't',
      source: '10.0.0.1',
      contents: { flowLogId: 'flowlog-m5evbtbptexample1' },
      tags: { env: 'dev', site: '杭州' },
    },
  ],
};

let emulator: Emulator;
afterEach(() => emulator.close());
const entries = () => emulator.logs('ops-audit', 'flow-log-scheduler');

async function captured(sts: boolean, options: EmulatorOptions = {}): Promise<Emulator> {
  return startEmulator({
    wallNow: () => CAPTURED_AT,
    clock: { now: () => 1795600800_000 },
    accounts: [
      {
        accountId: '1',
        accessKeys: [
          {
            accessKeyId: 'example-access-key-id',
            accessKeySecret: 'example-access-key-secret',
            ...(sts && { securityToken: 'example-security-token' }),
          },
        ],
      },
    ],
    ...options,
  });
}

/** The V1 captures went to a bare loopback address; V1 does not sign Host. */
function replay(capture: Capture, change: Partial<Capture> = {}) {
  const { method, url, headers, body_base64 } = { ...capture, ...change };
  const host = headers.host?.startsWith('127.') ? HOST : headers.host;
  return sendRaw(emulator, {
    method,
    path: url,
    headers: { ...headers, host },
    body: Buffer.from(body_base64, 'base64'),
  });
}

describe("requests of Alibaba's clients", () => {
  test.each(captures.map((capture) => [capture.captured_from, capture.name, capture.sts, capture] as const))(
    '%s: %s (STS: %s) is written and decoded',
    async (_from, name, sts, capture) => {
      emulator = await captured(sts);
      const answer = await replay(capture);
      expect(answer).toMatchObject({ status: 200, body: '' });
      expect(answer.headers['x-log-requestid']).toMatch(/^[0-9A-F]{32}$/);
      expect(entries()).toEqual(EXPECTED[name]);
    },
  );

  const withHeader = (name: string, value: string) => (capture: Capture) => ({
    headers: { ...capture.headers, [name]: value },
  });
  test.each<[string, Capture, number, string, (capture: Capture) => Partial<Capture>]>([
    ['V4 path', v4, 401, 'SignatureNotMatch', (c) => ({ url: c.url.replace('/lb', '/route') })],
    ['V4 query', v4, 401, 'SignatureNotMatch', (c) => ({ url: `${c.url}?key=1` })],
    ['V4 header', v4, 401, 'SignatureNotMatch', withHeader('x-log-bodyrawsize', '72')],
    ['V4 header more', v4, 401, 'SignatureNotMatch', withHeader('x-log-extra', '1')],
    ['V4 content type', v4, 401, 'SignatureNotMatch', withHeader('content-type', 'text/plain')],
    ['V4 host', v4, 401, 'SignatureNotMatch', withHeader('host', 'other.cn-hangzhou.log.aliyuncs.com')],
    ['V4 body', v4, 401, 'SignatureNotMatch', () => ({ body_base64: 'AAAA' })],
    ['V4 date', v4, 401, 'SignatureNotMatch', withHeader('x-log-date', '20261121T015536Z')],
    ['V4 day', v4, 400, 'InvalidDateFormat', withHeader('x-log-date', '20261120T235959Z')],
    ['V4 date gone', v4, 400, 'InvalidDateFormat', withHeader('x-log-date', '')],
    ['V4 authorization', v4, 401, 'Unauthorized', withHeader('authorization', 'SLS4-HMAC-SHA256 x')],
    ['authorization gone', v4, 401, 'Unauthorized', withHeader('authorization', '')],
    ['V1 path', v1, 401, 'SignatureNotMatch', (c) => ({ url: c.url.replace('/lb?', '/route?key=00') })],
    ['V1 header', v1, 401, 'SignatureNotMatch', withHeader('x-log-bodyrawsize', '72')],
    ['V1 method', v1, 400, 'InvalidSignatureMethod', withHeader('x-log-signaturemethod', 'hmac-md5')],
    ['V1 body', v1, 400, 'PostBodyInvalid', (c) => ({ body_base64: c.body_base64.replace('Ci8', 'Ci9') })],
    ['V1 date', v1, 400, 'InvalidDateFormat', withHeader('date', 'yesterday')],
    ['token where there is none', v1, 401, 'SignatureNotMatch', withHeader('x-acs-security-token', 't')],
    ['API version', v1, 400, 'InvalidAPIVersion', withHeader('x-log-apiversion', '0.5.0')],
    ['operation', v1, 404, 'InvalidAction.NotFound', () => ({ url: '/savedsearches' })],
  ])('are refused with another %s', async (_what, capture, status, errorCode, change) => {
    emulator = await captured(false);
    const answer = await replay(capture, change(capture));
    expect(JSON.parse(answer.body)).toEqual({ errorCode, errorMessage: expect.any(String) });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(entries()).toEqual([]);
  });

  test.each([
    ['V1', v1],
    ['V4', v4],
  ])('%s: the date may be 15 minutes off', async (_what, capture) => {
    for (const [offset, status] of [
      [15 * 60_000, 200],
      [15 * 60_000 + 1000, 400],
    ] as const) {
      emulator = await captured(false, { wallNow: () => CAPTURED_AT + offset });
      const answer = await replay(capture);
      expect(answer.status).toBe(status);
      if (status === 400) expect(answer.body).toContain('RequestTimeExpired');
      await emulator.close();
    }
  });
});

describe('@alicloud/log 1.2.6', () => {
  const put = (data: object, key = DEFAULT_KEY, project = 'ops-audit', logstore = 'flow-log-scheduler') =>
    logClient(key).postLogStoreLogs(project, logstore, data, { agent: new LoopbackAgent(emulator) });
  const timestamp = Math.floor(Date.now() / 1000);
  const group = { logs: [{ timestamp, content: { kind: 'run', reason: '开放' } }], topic: 't', source: 's' };

  test('writes', async () => {
    emulator = await startEmulator();
    await put(group);
    await put({ ...group, tags: [{ env: 'dev' }] });
    expect(entries().map((entry) => [entry.contents, entry.tags])).toEqual([
      [{ kind: 'run', reason: '开放' }, {}],
      [{ kind: 'run', reason: '开放' }, { env: 'dev' }],
    ]);
    expect(emulator.requests).toMatchObject([
      {
        service: 'Sls',
        action: 'PutLogs',
        accountId: '1234567890123456',
        params: { project: 'ops-audit', logstore: 'flow-log-scheduler' },
        outcome: { kind: 'answered', status: 200, code: null },
      },
      { action: 'PutLogs' },
    ]);
  });

  const stsKey = { accessKeyId: 'STS.x', accessKeySecret: 'sts-secret', securityToken: 'token-1' };
  test.each([
    ['an unknown key', { ...DEFAULT_KEY, accessKeyId: 'nobody' }, 'Unauthorized'],
    ['a wrong secret', { ...DEFAULT_KEY, accessKeySecret: 'wrong' }, 'SignatureNotMatch'],
    ['a wrong token', { ...stsKey, securityToken: 'token-2' }, 'Unauthorized'],
    ['an expired token', { ...stsKey, accessKeyId: 'STS.old' }, 'Unauthorized'],
  ])('%s is refused', async (_what, key, code) => {
    emulator = await startEmulator();
    emulator.addAccessKey('1234567890123456', stsKey);
    emulator.addAccessKey('1234567890123456', { ...stsKey, accessKeyId: 'STS.old', expiresAt: 0 });
    expect(await thrown(put(group, key))).toMatchObject({ code, requestid: expect.any(String) });
    expect(entries()).toEqual([]);
    expect(JSON.stringify(emulator.requests)).not.toMatch(/token-|secret/);
  });

  test.each([
    ['other', 'flow-log-scheduler', 'ProjectNotExist'],
    ['beijing', 'store', 'ProjectNotExist'],
    ['ops-audit', 'other', 'LogStoreNotExist'],
    ['private', 'store', 'Unauthorized'],
  ])('%s/%s is refused with %s', async (project, logstore, code) => {
    emulator = await startEmulator({
      logstores: [
        { project: 'ops-audit', logstore: 'flow-log-scheduler', regionId: 'cn-hangzhou' },
        { project: 'beijing', logstore: 'store', regionId: 'cn-beijing' },
        { project: 'private', logstore: 'store', regionId: 'cn-hangzhou', accountId: '2' },
      ],
    });
    expect(await thrown(put(group, DEFAULT_KEY, project, logstore))).toMatchObject({ code });
  });

  test.each([
    [-168 * 3600, true],
    [-168 * 3600 - 1, false],
    [15 * 60, true],
    [15 * 60 + 1, false],
  ])('an entry %i s from the state clock is accepted: %s', async (offset, accepted) => {
    const now = Date.parse('2030-01-01T00:00:00Z');
    emulator = await startEmulator({ clock: { now: () => now } });
    const answer = put({ logs: [{ timestamp: now / 1000 + offset, content: { a: 'b' } }] });
    if (accepted) await answer;
    else expect(await thrown(answer)).toMatchObject({ code: 'PostBodyInvalid' });
    expect(entries()).toHaveLength(accepted ? 1 : 0);
  });

  test.each([
    ['4096 entries', 4096, 1, true],
    ['4097 entries', 4097, 1, false],
    ['a value of 1 MB', 1, 1024 * 1024, true],
    ['a value of more than 1 MB', 1, 1024 * 1024 + 1, false],
    ['more than 10 MB', 11, 1024 * 1024, false],
    ['more than 16 MB', 17, 1024 * 1024, false],
  ])('%s: accepted or nothing is written', async (_what, count, size, accepted) => {
    emulator = await startEmulator();
    const value = 'x'.repeat(size);
    const answer = put({ logs: Array.from({ length: count }, () => ({ timestamp, content: { value } })) });
    if (accepted) await answer;
    else expect(await thrown(answer)).toMatchObject({ code: 'PostBodyTooLarge' });
    expect(entries()).toHaveLength(accepted ? count : 0);
  });
});

test('logs of a Logstore that is not there cannot be asked for', async () => {
  emulator = await startEmulator();
  expect(() => emulator.logs('ops-audit', 'other')).toThrow('no Logstore other in project ops-audit');
});
