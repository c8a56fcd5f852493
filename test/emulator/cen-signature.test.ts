import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { type Emulator, type EmulatorAccessKey, startEmulator } from '../../lib/emulator/emulator.ts';
import { DEFAULT_KEY, openApiClient, type RawRequest, sendRaw, thrown } from '../support/emulator-clients.ts';

interface Capture {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly operation: string;
  readonly replied: object;
  readonly sts: boolean;
}

const captures = JSON.parse(
  readFileSync(new URL('../wire/cbn.json', import.meta.url), 'utf8'),
) as readonly Capture[];
const [first] = captures;
if (first === undefined) throw new Error('no captures');

let emulator: Emulator;
afterEach(() => emulator.close());

function captured(key: Partial<EmulatorAccessKey>, at: string | undefined): Promise<Emulator> {
  return startEmulator({
    wallNow: () => Date.parse(at ?? ''),
    accounts: [
      {
        accountId: '1',
        accessKeys: [
          { accessKeyId: 'example-access-key-id', accessKeySecret: 'example-access-key-secret', ...key },
        ],
        flowLogs: [
          {
            flowLogId: 'flowlog-m5evbtbptexample1',
            regionId: 'cn-hangzhou',
            flowLogName: 'hz-tr',
            transitRouterId: 'tr-bp1example',
            tags: { env: 'dev' },
          },
        ],
      },
    ],
  });
}

function raw(capture: Capture): RawRequest {
  return { method: capture.method, path: capture.url, headers: capture.headers, body: capture.body };
}

describe("the official client's requests", () => {
  test.each(captures.map((capture) => [capture.operation, capture.url, capture.sts, capture] as const))(
    '%s %s (STS: %s) get the answer that was given to them',
    async (operation, _url, sts, capture) => {
      emulator = await captured(
        sts ? { securityToken: 'example-security-token' } : {},
        capture.headers['x-acs-date'],
      );
      if (operation === 'activeFlowLog') emulator.setStatus('flowlog-m5evbtbptexample1', 'Inactive');
      const answer = await sendRaw(emulator, raw(capture));
      expect(JSON.parse(answer.body)).toEqual({ ...capture.replied, RequestId: expect.any(String) });
      expect(answer.status).toBe(200);
    },
  );

  const { 'x-acs-version': version, ...withoutVersion } = first.headers;
  test.each<[string, string, (request: Capture) => Partial<Capture>]>([
    ['method', 'SignatureDoesNotMatch', () => ({ method: 'GET' })],
    ['path', 'SignatureDoesNotMatch', (r) => ({ url: r.url.replace('/?', '/x?') })],
    ['parameter', 'SignatureDoesNotMatch', (r) => ({ url: r.url.replace('PageSize=50', 'PageSize=5') })],
    ['broken percent-encoding', 'SignatureDoesNotMatch', (r) => ({ url: `${r.url}&x=%E0%A4%A` })],
    ['host', 'SignatureDoesNotMatch', (r) => ({ headers: { ...r.headers, host: 'cbn.aliyuncs.com' } })],
    [
      'body',
      'SignatureDoesNotMatch',
      (r) => ({ body: 'x', headers: { ...r.headers, 'content-length': '1' } }),
    ],
    [
      'version in the query instead',
      'SignatureDoesNotMatch',
      (r) => ({ url: `${r.url}&Version=${version}`, headers: withoutVersion }),
    ],
    [
      'unsigned x-acs header',
      'IncompleteSignature',
      (r) => ({ headers: { ...r.headers, 'x-acs-extra': '1' } }),
    ],
    [
      'unsigned content-type of a body',
      'IncompleteSignature',
      (r) => ({
        body: 'x',
        headers: { ...r.headers, 'content-length': '1', 'content-type': 'text/plain' },
      }),
    ],
    ['no authorization', 'IncompleteSignature', (r) => ({ headers: { ...r.headers, authorization: '' } })],
    [
      'another algorithm',
      'IncompleteSignature',
      (r) => ({
        headers: { ...r.headers, authorization: `ACS3-RSA-SHA256${r.headers.authorization?.slice(16)}` },
      }),
    ],
    [
      'no date',
      'InvalidTimeStamp.Format',
      (r) => ({ headers: { ...r.headers, 'x-acs-date': 'Sat, 21 Nov 2026 01:55:35 GMT' } }),
    ],
    [
      'impossible date',
      'InvalidTimeStamp.Expired',
      (r) => ({ headers: { ...r.headers, 'x-acs-date': '2026-11-32T00:00:00Z' } }),
    ],
  ])('are refused with a different %s: %s', async (_what, code, change) => {
    emulator = await captured({}, first.headers['x-acs-date']);
    const answer = await sendRaw(emulator, raw({ ...first, ...change(first) }));
    expect(JSON.parse(answer.body)).toEqual({
      RequestId: expect.any(String),
      HostId: expect.any(String),
      Code: code,
      Message: expect.any(String),
    });
    expect(answer.status).toBe(400);
    expect(emulator.requests).toMatchObject([{ accountId: null, outcome: { kind: 'answered', code } }]);
  });

  test('are refused the second time', async () => {
    emulator = await captured({}, first.headers['x-acs-date']);
    await sendRaw(emulator, raw(first));
    const answer = await sendRaw(emulator, raw(first));
    expect(JSON.parse(answer.body)).toMatchObject({ Code: 'SignatureNonceUsed' });
  });

  test.each([
    [15 * 60_000, 200],
    [15 * 60_000 + 1, 400],
    [-15 * 60_000, 200],
    [-15 * 60_000 - 1, 400],
  ])('%i ms later are answered with %i', async (offset, status) => {
    const at = Date.parse(first.headers['x-acs-date'] ?? '') + offset;
    emulator = await captured({}, new Date(at).toISOString());
    const answer = await sendRaw(emulator, raw(first));
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body).toContain('InvalidTimeStamp.Expired');
  });
});

test('a nonce is required', async () => {
  emulator = await startEmulator();
  const date = `${new Date().toISOString().slice(0, 19)}Z`;
  const headers = signedHeaders(date);
  const answer = await sendRaw(emulator, { path: '/?RegionId=cn-hangzhou', headers });
  expect(JSON.parse(answer.body)).toMatchObject({ Code: 'MissingSignatureNonce' });
});

/** Signed by hand, without a nonce. */
function signedHeaders(date: string): Record<string, string> {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const headers: Record<string, string> = {
    host: `127.0.0.1:${emulator.port}`,
    'x-acs-action': 'DescribeFlowlogs',
    'x-acs-content-sha256': sha256(''),
    'x-acs-date': date,
    'x-acs-version': '2017-09-12',
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = `POST\n/\nRegionId=cn-hangzhou\n${lines.join('')}\n${names}\n${sha256('')}`;
  const signature = createHmac('sha256', DEFAULT_KEY.accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex');
  headers.authorization = `ACS3-HMAC-SHA256 Credential=${DEFAULT_KEY.accessKeyId},SignedHeaders=${names},Signature=${signature}`;
  return headers;
}

describe('credentials', () => {
  const sts = { accessKeyId: 'STS.id', accessKeySecret: 'sts-secret', securityToken: 'token-1' };

  test.each<[string, EmulatorAccessKey, string, number]>([
    ['an unknown key', { ...DEFAULT_KEY, accessKeyId: 'nobody' }, 'InvalidAccessKeyId.NotFound', 404],
    ['a wrong secret', { ...DEFAULT_KEY, accessKeySecret: 'wrong' }, 'SignatureDoesNotMatch', 400],
    [
      'a token for a key without one',
      { ...DEFAULT_KEY, securityToken: 't' },
      'InvalidSecurityToken.Malformed',
      400,
    ],
    ['a wrong token', { ...sts, securityToken: 'token-2' }, 'InvalidSecurityToken.Malformed', 400],
    [
      'a missing token',
      { accessKeyId: sts.accessKeyId, accessKeySecret: sts.accessKeySecret },
      'InvalidSecurityToken.Malformed',
      400,
    ],
  ])('%s is refused', async (_what, key, code, statusCode) => {
    emulator = await startEmulator();
    emulator.addAccessKey('1234567890123456', sts);
    const error = await thrown(openApiClient(emulator, key)('DescribeFlowlogs', {}));
    expect(error).toMatchObject({ code, statusCode });
    expect(JSON.stringify(emulator.requests)).not.toMatch(/token-|secret/);
  });

  test('temporary ones work until they expire', async () => {
    let now = Date.now();
    emulator = await startEmulator({ wallNow: () => now });
    emulator.addAccessKey('1234567890123456', { ...sts, expiresAt: now + 60_000 });
    const call = openApiClient(emulator, sts);
    expect((await call('DescribeFlowlogs', {})).body.TotalCount).toBe('5');
    now += 60_000;
    expect(await thrown(call('DescribeFlowlogs', {}))).toMatchObject({
      code: 'InvalidSecurityToken.Expired',
    });
  });

  test('an account sees and changes its own flow logs only', async () => {
    const other = { accessKeyId: 'other-id', accessKeySecret: 'other-secret' };
    const flowLog = { regionId: 'cn-hangzhou', status: 'Inactive' };
    emulator = await startEmulator({
      accounts: [
        { accountId: '1', accessKeys: [DEFAULT_KEY], flowLogs: [{ ...flowLog, flowLogId: 'flowlog-1' }] },
        { accountId: '2', accessKeys: [other], flowLogs: [{ ...flowLog, flowLogId: 'flowlog-2' }] },
      ],
    });
    const call = openApiClient(emulator, other);
    const { body } = await call('DescribeFlowlogs', {});
    expect(body.FlowLogs?.FlowLog.map((each) => each.FlowLogId)).toEqual(['flowlog-2']);
    const target = { FlowLogId: 'flowlog-1', RegionId: 'cn-hangzhou' };
    const tagging = { RegionId: 'cn-hangzhou', ResourceType: 'Flowlog', 'ResourceId.1': 'flowlog-1' };
    expect(await thrown(call('ActiveFlowLog', target))).toMatchObject({ code: 'InvalidFlowlogId.NotFound' });
    expect(await thrown(call('TagResources', { ...tagging, 'Tag.1.Key': 'k' }))).toMatchObject({
      code: 'InvalidResourceId.NotFound',
    });
    expect(emulator.flowLogs('1')).toMatchObject([{ status: 'Inactive', tags: {} }]);
    expect(emulator.requests.map((request) => request.accountId)).toEqual(['2', '2', '2']);
  });

  test('a ClientToken belongs to one account', async () => {
    const other = { accessKeyId: 'other-id', accessKeySecret: 'other-secret' };
    const flowLog = { regionId: 'cn-hangzhou', status: 'Inactive' };
    emulator = await startEmulator({
      modifyingMs: 0,
      accounts: [
        { accountId: '1', accessKeys: [DEFAULT_KEY], flowLogs: [{ ...flowLog, flowLogId: 'flowlog-1' }] },
        { accountId: '2', accessKeys: [other], flowLogs: [{ ...flowLog, flowLogId: 'flowlog-2' }] },
      ],
    });
    const token = { RegionId: 'cn-hangzhou', ClientToken: 'same' };
    await openApiClient(emulator)('ActiveFlowLog', { ...token, FlowLogId: 'flowlog-1' });
    await openApiClient(emulator, other)('ActiveFlowLog', { ...token, FlowLogId: 'flowlog-2' });
    expect(emulator.flowLogs().map((each) => each.status)).toEqual(['Active', 'Active']);
  });
});
