import net from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createSecrets } from '../../../lib/cloud/credentials/secrets.ts';
import type { CredentialsProvider } from '../../../lib/cloud/credentials/types.ts';
import { createLogstore } from '../../../lib/cloud/sls/put-logs.ts';
import { createBudget } from '../../../lib/reconcile/budget.ts';
import { closedPort, loopbackServer } from '../http/loopback-server.ts';
import { simulatedClock } from './simulated-clock.ts';

const AT = Date.UTC(2026, 10, 23);
const credentials = {
  accessKeyId: 'made-up-id-5tQ9',
  accessKeySecret: 'made+up/secret-8xW2',
  securityToken: 'made+up/token==-3kZ7',
};
const { remember, mask } = createSecrets();
remember(credentials);
const provide: CredentialsProvider = async () => credentials;

/** All that any logger could print of an error, its causes included. */
function everything(error: unknown): string {
  const parts = [inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error), String(error)];
  if (error instanceof Error) parts.push(error.stack ?? '', everything(error.cause ?? null));
  return parts.join('\n');
}

function expectNoSecret(error: unknown, more: readonly string[] = []): void {
  const text = mask(everything(error));
  expect(error).toMatchObject({ name: 'CloudError' });
  for (const secret of [...Object.values(credentials), ...more]) {
    for (const spelling of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
      expect(text).not.toContain(spelling);
    }
  }
  expect(text).not.toMatch(/SLS4-HMAC-SHA256|Signature=[0-9a-f]|https?:\/\/[^\s]*\?[^*]/);
}

async function failureAt(endpoint: URL, provider = provide): Promise<unknown> {
  const clock = simulatedClock(AT);
  const logstore = createLogstore({
    recordTo: { regionId: 'cn-hangzhou', project: 'ops-audit', logstore: 'results' },
    endpoint,
    credentials: provider,
    source: 'fc',
    topic: 'flow-log-scheduler',
    clock,
    policy: { attempts: 4, firstDelayMs: 200, maxDelayMs: 3_000, timeoutMs: 200 },
  });
  return logstore.put([{ a: 'b' }], AT, createBudget(clock, Number.POSITIVE_INFINITY)).then(
    () => null,
    (error: unknown) => error,
  );
}

describe('no error holds a secret once it leaves', () => {
  it.each([401, 404, 500])('when a %i answer repeats the whole request', async (status) => {
    const signatures: string[] = [];
    const server = await loopbackServer((response, { headers, path }) => {
      signatures.push(String(headers.authorization).replace(/.*Signature=/, ''));
      const echo = `${path}?Signature=${headers.authorization} ${JSON.stringify(headers)} ${Object.values(credentials)} `;
      const url = `https://x.log.aliyuncs.com/?token=${encodeURIComponent(credentials.securityToken)}`;
      const body = { errorCode: 'Unauthorized', errorMessage: `${echo} ${url}`, request: headers };
      response.writeHead(status, { 'x-log-requestid': credentials.accessKeyId }).end(JSON.stringify(body));
    });
    const error = await failureAt(server.url);
    expect(signatures.length).toBeGreaterThan(0);
    expectNoSecret(error, signatures);
  });

  it('when the code of an answer is one', async () => {
    const server = await loopbackServer((response) => {
      response.writeHead(400).end(JSON.stringify({ errorCode: credentials.accessKeyId }));
    });
    expectNoSecret(await failureAt(server.url));
  });

  it('when a page repeats the request', async () => {
    const server = await loopbackServer((response, { headers }) => {
      response.writeHead(502).end(`<pre>${JSON.stringify(headers)}</pre>`);
    });
    expectNoSecret(await failureAt(server.url));
  });

  it('when what answers is no HTTP and repeats the request', async () => {
    const server = await loopbackServer((_, { headers }, socket) => void socket.end(JSON.stringify(headers)));
    expectNoSecret(await failureAt(server.url));
  });

  it('when no connection is made, it breaks, or time runs out', async () => {
    expectNoSecret(await failureAt(await closedPort(net.createServer())));
    expectNoSecret(
      await failureAt((await loopbackServer((_, __, socket) => void socket.resetAndDestroy())).url),
    );
    expectNoSecret(await failureAt((await loopbackServer(() => {})).url));
  });

  it('when a token cannot be sent', async () => {
    const server = await loopbackServer((response) => void response.end());
    const broken = { ...credentials, securityToken: 'made-up\ntoken' };
    const error = await failureAt(server.url, async () => broken);
    expect(server.received).toHaveLength(0);
    expect(error).toMatchObject({ code: 'ERR_INVALID_CHAR', effect: 'none', again: 'never', attempts: 1 });
    expectNoSecret(error, ['made-up\ntoken', 'token\n']);
  });

  it.each([
    new Error(
      'get STS token failed: GET https://sts.aliyuncs.com/?AccessKeyId=LTAI5tMadeUpMadeUp&Signature=c2VjcmV0&SecurityToken=made%2Bup',
      { cause: { url: 'https://sts.aliyuncs.com/?Signature=c2VjcmV0' } },
    ),
    'Signature=c2VjcmV0',
  ])('when there are no credentials', async (thrown) => {
    const server = await loopbackServer((response) => void response.end());
    const error = await failureAt(server.url, async () => {
      throw thrown;
    });
    expect(server.received).toHaveLength(0);
    expect(error).toMatchObject({ code: 'CredentialsUnavailable', effect: 'none', again: 'never' });
    expectNoSecret(error, ['c2VjcmV0', 'LTAI5tMadeUpMadeUp', 'made%2Bup']);
  });
});
