import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createAsk, readObject, type Service } from '../../lib/cloud/call.ts';
import { systemClock } from '../../lib/cloud/clock.ts';
import type { Credentials } from '../../lib/cloud/credentials/types.ts';
import { CEN, VPC } from '../../lib/cloud/services.ts';
import { CLOUD_MONITOR, RAM } from '../../lib/cloud/tool-services.ts';
import { type Emulator, startEmulator } from '../../lib/emulator/emulator.ts';
import { captureKey, capturesOf, credentialsOf, headerOf, queryOf } from '../support/cbn-captures.ts';
import { DEFAULT_KEY, rpcClient } from '../support/emulator-clients.ts';
import { loopbackServer, type Received } from './http/loopback-server.ts';

type Send = (name: string, query: Readonly<Record<string, string>>) => Promise<unknown>;

function callTo(endpoint: URL, credentials: Credentials, now = Date.now, service: Service = CEN): Send {
  const clock = { ...systemClock, now };
  const ask = createAsk(service, { endpoint, credentials: async () => credentials, clock, timeoutMs: 5_000 });
  return (name, query) => ask({ name, query, read: readObject });
}

const recordingServer = () => loopbackServer((response) => void response.end('{"RequestId": "r"}'));

const CAPTURES = Object.entries({
  'cbn.json': CEN,
  'vpc.json': VPC,
  'ram.json': RAM,
  'cms.json': CLOUD_MONITOR,
}).flatMap(([file, service]) =>
  capturesOf(file).map((capture) => [capture.operation, capture.sts, capture.url, capture, service] as const),
);

describe('a request', () => {
  it.each(CAPTURES)('%s (STS: %s) %s is the official one', async (_operation, sts, url, capture, service) => {
    const server = await recordingServer();
    const date = headerOf(capture, 'x-acs-date');
    const call = callTo(
      server.url,
      credentialsOf(capture),
      () => Date.parse(`${date.slice(0, -1)}.789Z`),
      service,
    );
    await call(headerOf(capture, 'x-acs-action'), queryOf(url));

    const [sent] = server.received;
    expect(sent?.method).toBe(capture.method);
    expect(sent?.path).toBe(url); // the parameters of the captures are sorted too
    expect(sent?.body.toString()).toBe(capture.body);
    const same = [
      'accept',
      'content-length',
      'x-acs-action',
      'x-acs-content-sha256',
      'x-acs-date',
      'x-acs-version',
    ];
    const sameForSts = ['x-acs-accesskey-id', 'x-acs-security-token'];
    for (const name of [...same, ...sameForSts])
      expect([name, sent?.headers[name]]).toEqual([name, capture.headers[name]]);
    expect(sent?.headers['x-acs-security-token']).toBe(sts ? 'example-security-token' : undefined);
    expect(signerOf(sent)).toBe(captureKey.accessKeyId);
    expect(signedHeadersOf(sent)).toEqual(
      signedHeadersOf(capture).filter((name) => name !== 'x-acs-credentials-provider'),
    );
  });

  it.each(CAPTURES)(
    '%s (STS: %s) %s is what openapi-client sends now',
    async (_operation, _sts, url, capture, service) => {
      const [ours, theirs] = [await recordingServer(), await recordingServer()];
      const action = headerOf(capture, 'x-acs-action');
      const key = credentialsOf(capture);
      await callTo(ours.url, key, Date.now, service)(action, queryOf(url));
      const version = headerOf(capture, 'x-acs-version');
      await rpcClient({ port: Number(theirs.url.port) }, version, key)(action, queryOf(url));

      expect(ours.received).toHaveLength(1);
      expect(ours.received.map(comparable)).toEqual(theirs.received.map(comparable));
    },
  );

  it('is signed anew each time: with another nonce, the present date and the present credentials', async () => {
    const server = await recordingServer();
    let second = 0;
    const ask = createAsk(CEN, {
      endpoint: server.url,
      credentials: async () => ({ accessKeyId: `key-${second}`, accessKeySecret: 'secret' }),
      clock: { ...systemClock, now: () => Date.UTC(2026, 10, 23, 0, 0, ++second) },
      timeoutMs: 5_000,
    });
    await ask({ name: 'DescribeFlowlogs', read: readObject });
    await ask({ name: 'DescribeFlowlogs', read: readObject });
    expect(server.received.map(({ headers }) => headers['x-acs-date'])).toEqual([
      '2026-11-23T00:00:01Z',
      '2026-11-23T00:00:02Z',
    ]);
    expect(server.received.map(signerOf)).toEqual(['key-0', 'key-1']);
    expect(new Set(server.received.map(({ headers }) => headers['x-acs-signature-nonce'])).size).toBe(2);
  });
});

describe('the emulator, which verifies signatures on its own', () => {
  let emulator: Emulator;
  afterEach(() => emulator.close());

  it('accepts any parameters, and reads the ones that were given', async () => {
    emulator = await startEmulator();
    const call = callTo(new URL(emulator.url), DEFAULT_KEY);
    const name = fc
      .stringMatching(/^P[A-Za-z0-9_.-]{0,12}$/)
      .filter((each) => !/^Page(Number|Size)$|^ProjectName$/.test(each));
    const value = fc.string({ unit: 'binary' });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, value), async (params) => {
        await call('DescribeFlowlogs', params);
        expect({ ...emulator.requests.at(-1)?.params }).toEqual({ ...params });
      }),
      { numRuns: 25 },
    );
  });

  it('accepts temporary credentials, and refuses a wrong secret', async () => {
    const key = { accessKeyId: 'STS.example', accessKeySecret: 'secret', securityToken: 'CAIS+/= token' };
    emulator = await startEmulator({ accounts: [{ accountId: '1', accessKeys: [key] }] });
    const url = new URL(emulator.url);
    const answer = await callTo(url, key)('DescribeFlowlogs', { RegionId: 'cn-hangzhou' });
    expect(answer).toMatchObject({ TotalCount: '0', RequestId: emulator.requests[0]?.requestId });
    await expect(
      callTo(url, { ...key, accessKeySecret: 'wrong' })('DescribeFlowlogs', {}),
    ).rejects.toMatchObject({ code: 'SignatureDoesNotMatch', httpStatus: 400, again: 'never' });
  });
});

/** Who signed, by the Authorization header. */
function signerOf(request: Pick<Received, 'headers'> | undefined): string | undefined {
  return /Credential=([^,]+)/.exec(request?.headers.authorization ?? '')?.[1];
}

function signedHeadersOf(request: Pick<Received, 'headers'> | undefined): readonly string[] {
  return /SignedHeaders=([^,]+)/.exec(request?.headers.authorization ?? '')?.[1]?.split(';') ?? [];
}

/** A request without what differs from call to call and from client to client. */
function comparable(request: Received): object {
  const changing = [
    'authorization',
    'host',
    'user-agent',
    'x-acs-date',
    'x-acs-signature-nonce',
    'x-acs-credentials-provider',
  ];
  const [path] = request.path.split('?');
  return {
    method: request.method,
    path,
    query: Object.entries(queryOf(request.path)).sort(),
    body: request.body.toString(),
    headers: Object.fromEntries(
      Object.entries(request.headers)
        .filter(([name]) => !changing.includes(name))
        .sort(),
    ),
    has: changing.slice(0, -1).map((name) => typeof request.headers[name]),
    signer: signerOf(request),
    signedHeaders: signedHeadersOf(request).filter((name) => name !== 'x-acs-credentials-provider'),
  };
}
