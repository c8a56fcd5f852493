import https from 'node:https';
import net from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createHttpClient, type HttpRequest, kindOfCode, request } from '../../../lib/cloud/http/request.ts';
import { CloudError } from '../../../lib/reconcile/cloud-error.ts';
import { closedPort, listen, loopbackServer } from './loopback-server.ts';
import { selfSigned } from './self-signed.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

async function rawServer(onConnection: (socket: net.Socket) => void): Promise<URL> {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
    onConnection(socket);
  });
  onTestFinished(() => void server.close());
  return listen(server);
}

const ABOUT = { service: 'CEN', operation: 'DescribeFlowlogs' } as const;

function get(url: URL, more: Partial<HttpRequest> = {}): HttpRequest {
  return { ...ABOUT, url, method: 'GET', headers: {}, timeoutMs: 5_000, ...more };
}

/** The error, and what kind of trouble its code is. */
async function failure(promise: Promise<unknown>) {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CloudError)) throw new Error('no CloudError', { cause: error });
  expect(error).toMatchObject(ABOUT);
  return { ...error, message: error.message, kind: kindOfCode(error.code) };
}

describe('request', () => {
  it('sends method, path, query, headers and body, and reads the whole answer', async () => {
    const server = await loopbackServer((response) => {
      response.writeHead(201, { 'X-Log-RequestId': 'r-1', 'Set-Cookie': ['a=1', 'b=2'] });
      response.write('one ');
      setTimeout(() => response.end('two'), 5);
    });
    const answer = await request({
      ...ABOUT,
      url: new URL('/a/b?c=d', server.url),
      method: 'POST',
      headers: { 'x-a': 'b' },
      body: new Uint8Array([0, 255, 10]),
      timeoutMs: 5_000,
    });
    expect(answer).toMatchObject({
      status: 201,
      headers: { 'x-log-requestid': 'r-1', 'set-cookie': 'a=1, b=2' },
    });
    expect(answer.body.toString()).toBe('one two');
    expect(server.received).toMatchObject([
      { method: 'POST', path: '/a/b?c=d', headers: { 'x-a': 'b', 'content-length': '3' } },
    ]);
    expect([...(server.received[0]?.body ?? [])]).toEqual([0, 255, 10]);
  });

  it('sends the host header it is given', async () => {
    const server = await loopbackServer((response) => void response.end());
    await request(get(server.url, { headers: { host: 'ops-audit.cn-hangzhou.log.aliyuncs.com' } }));
    expect(server.received[0]?.headers.host).toBe('ops-audit.cn-hangzhou.log.aliyuncs.com');
  });

  it.each([301, 404, 500, 502])('answers with status %i instead of throwing or following', async (status) => {
    const server = await loopbackServer(
      (response) => void response.writeHead(status, { location: '/' }).end(),
    );
    await expect(request(get(server.url))).resolves.toMatchObject({ status });
    expect(server.received).toHaveLength(1);
  });

  it('uses a connection again', async () => {
    const server = await loopbackServer((response) => void response.end());
    const client = createHttpClient();
    for (let i = 0; i < 3; i++) await client.request(get(server.url));
    expect(server.received.map(({ connection }) => connection)).toEqual([1, 1, 1]);
    client.close();
  });

  it('does not use a connection again that was idle while the process was frozen', async () => {
    const server = await loopbackServer((response) => void response.end());
    const client = createHttpClient({ maxIdleMs: 1_000 });
    await client.request(get(server.url));
    const realNow = Date.now;
    vi.spyOn(Date, 'now').mockImplementation(() => realNow() + 60_000);
    await client.request(get(server.url));
    vi.mocked(Date.now).mockImplementation(() => realNow() - 60_000);
    await client.request(get(server.url));
    expect(server.received.map(({ connection }) => connection)).toEqual([1, 2, 3]);
    client.close();
  });

  it('lets an answer take longer than an idle connection may live', async () => {
    const server = await loopbackServer((response) => void setTimeout(() => response.end('late'), 120));
    const client = createHttpClient({ maxIdleMs: 20 });
    expect((await client.request(get(server.url))).body.toString()).toBe('late');
    client.close();
  });

  it('has no more of them than it may have requests in flight', async () => {
    let inFlight = 0;
    let most = 0;
    const server = await loopbackServer((response) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      setTimeout(() => {
        inFlight -= 1;
        response.end();
      }, 5);
    });
    const client = createHttpClient({ maxInFlight: 3 });
    await Promise.all(Array.from({ length: 12 }, () => client.request(get(server.url))));
    expect(most).toBe(3);
    expect(Math.max(...server.received.map(({ connection }) => connection))).toBe(3);
    client.close();
  });

  it('does not send what had to wait longer for one than its turn lasts', async () => {
    const server = await loopbackServer((response) => void setTimeout(() => response.end(), 200));
    const client = createHttpClient({ maxInFlight: 1 });
    const first = client.request(get(server.url));
    const second = failure(client.request(get(server.url, { turnMs: 50 })));
    expect(await second).toMatchObject({ code: 'Busy', effect: 'none', attempts: 0, throttled: true });
    expect((await first).status).toBe(200);
    expect(server.received).toHaveLength(1);
    client.close();
  });

  it('counts the wait for its turn as time that a request takes', async () => {
    const server = await loopbackServer((response) => void setTimeout(() => response.end(), 300));
    const client = createHttpClient({ maxInFlight: 1 });
    const first = client.request(get(server.url));
    const second = failure(client.request(get(server.url, { timeoutMs: 100 })));
    expect(await second).toMatchObject({ kind: 'timeout', effect: 'none' });
    expect((await first).status).toBe(200);
    expect(server.received).toHaveLength(1);
    client.close();
  });

  it('says that a reused connection was reset', async () => {
    const server = await loopbackServer((response, { path }, socket) => {
      if (path === '/reset') socket.resetAndDestroy();
      else response.end();
    });
    const client = createHttpClient();
    await client.request(get(server.url));
    await new Promise(setImmediate);
    const error = await failure(client.request(get(new URL('/reset', server.url))));
    expect(error).toMatchObject({
      kind: 'network',
      again: 'later',
      code: 'ECONNRESET',
      effect: 'unknown',
    });
    client.close();
  });
});

describe('a server that closes each connection after its first answer, and does not say so', () => {
  it('costs one request, and then each has a connection of its own', async () => {
    const used = new Set<unknown>();
    const server = await loopbackServer((response, _received, socket) => {
      if (used.has(socket)) socket.resetAndDestroy();
      else response.end();
      used.add(socket);
    });
    const client = createHttpClient();
    const ask = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return client.request(get(server.url)).then(
        ({ status }) => status,
        ({ code }: CloudError) => code,
      );
    };
    const ended: unknown[] = [];
    for (let asked = 0; asked < 5; asked += 1) ended.push(await ask());
    expect(ended).toEqual([200, 'ECONNRESET', 200, 200, 200]);
    // Others that idle are as dead, so none of them is tried.
    expect(server.received.map(({ connection }) => connection)).toEqual([1, 1, 2, 3, 4]);
    client.close();
  });

  it('is tried with reused connections again after a while', async () => {
    const now = vi.spyOn(Date, 'now');
    onTestFinished(() => now.mockRestore());
    let asked = 0;
    const server = await loopbackServer((response, _received, socket) => {
      asked += 1;
      if (asked === 2) socket.resetAndDestroy();
      else response.end();
    });
    const client = createHttpClient();
    const ask = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await client.request(get(server.url)).catch(() => {});
    };
    const start = Date.now();
    for (const afterMs of [0, 10, 20, 30, 60_020, 60_030]) {
      now.mockReturnValue(start + afterMs);
      await ask();
    }
    expect(server.received.map(({ connection }) => connection)).toEqual([1, 1, 2, 3, 4, 4]);
    client.close();
  });
});

describe('a request without a complete answer', () => {
  it('was certainly not received when nobody listens', async () => {
    const url = await closedPort(net.createServer());
    expect(await failure(request(get(url)))).toMatchObject({
      kind: 'network',
      again: 'later',
      code: 'ECONNREFUSED',
      effect: 'none',
    });
  });

  it('was certainly not received when the host has no address', async () => {
    const error = await failure(request(get(new URL('http://nowhere.invalid/'))));
    expect(error).toMatchObject({ kind: 'network', again: 'later', effect: 'none' });
    expect(error.code).toMatch(/^E/);
  });

  it('may have been received when the connection breaks', async () => {
    const url = await rawServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await failure(request(get(url)))).toMatchObject({
      kind: 'network',
      again: 'later',
      code: 'ECONNRESET',
      effect: 'unknown',
    });
  });

  it.each([
    ['by its length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'],
    ['by its chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf'],
    ['in its head', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['at once', ''],
  ])('is an error when the answer is cut off %s', async (_, text) => {
    const url = await rawServer((socket) => socket.once('data', () => socket.end(text)));
    const error = await failure(request(get(url)));
    expect(error.effect).toBe('unknown');
    expect(['network', 'answer']).toContain(error.kind);
  });

  it('is an error when what answers is no HTTP', async () => {
    const url = await rawServer((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.9\r\n')));
    const error = await failure(request(get(url)));
    expect(error).toMatchObject({ kind: 'answer', code: expect.stringMatching(/^HPE_/) });
    expect(error.cause).toBeUndefined();
    expect(JSON.stringify(error)).not.toContain('SSH');
  });

  it('is an error when the answer is too large', async () => {
    const server = await loopbackServer((response) => void response.end('x'.repeat(5_000)));
    const client = createHttpClient({ maxAnswerBytes: 4_999 });
    expect(await failure(client.request(get(server.url)))).toMatchObject({
      kind: 'answer',
      code: 'AnswerTooLarge',
    });
    await expect(createHttpClient({ maxAnswerBytes: 5_000 }).request(get(server.url))).resolves.toBeDefined();
  });

  it.each([
    ['nothing is answered', () => {}],
    [
      'the answer drips, so that the connection is never idle',
      (socket: net.Socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
        const timer = setInterval(() => socket.write('.'), 10);
        socket.on('close', () => clearInterval(timer));
      },
    ],
  ])('runs out of its total time when %s', async (_, behave) => {
    const url = await rawServer((socket) => socket.once('data', () => behave(socket)));
    const start = performance.now();
    expect(await failure(request(get(url, { timeoutMs: 150 })))).toMatchObject({
      kind: 'timeout',
      code: 'RequestTimeout',
      effect: 'unknown',
    });
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it.each([0, -5, Number.NaN])('is not sent at all with %d ms left', async (timeoutMs) => {
    const server = await loopbackServer((response) => void response.end());
    expect(await failure(request(get(server.url, { timeoutMs })))).toMatchObject({
      kind: 'timeout',
      effect: 'none',
    });
    expect(server.received).toHaveLength(0);
  });

  it('waits as long as asked, however long', async () => {
    const server = await loopbackServer((response) => void setTimeout(() => response.end(), 30));
    await expect(request(get(server.url, { timeoutMs: 1e12 }))).resolves.toMatchObject({ status: 200 });
  });

  it('is broken off by its signal, and nobody knows its effect', async () => {
    const server = await loopbackServer(() => {});
    const breaking = new AbortController();
    const broken = failure(request(get(server.url, { signal: breaking.signal })));
    await expect.poll(() => server.received.length).toBe(1);
    breaking.abort();
    expect(await broken).toMatchObject({
      kind: 'network',
      again: 'later',
      code: 'ABORT_ERR',
      effect: 'unknown',
    });
  });

  it('is refused before it is sent when a header cannot be sent', async () => {
    const server = await loopbackServer((response) => void response.end());
    const error = await failure(
      request(get(server.url, { headers: { 'x-acs-security-token': 'sec\nret' } })),
    );
    expect(error).toMatchObject({
      kind: 'request',
      again: 'never',
      code: 'ERR_INVALID_CHAR',
      effect: 'none',
    });
    expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain('sec\nret');
  });

  it('names the host, but neither path nor query', async () => {
    const url = await closedPort(net.createServer());
    const error = await failure(
      request(get(new URL('/p?Signature=abc', url), { headers: { host: 'cbn.aliyuncs.com' } })),
    );
    expect(error.message).toMatch(/^GET to cbn\.aliyuncs\.com: .*ECONNREFUSED/);
    expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain('Signature');
  });
});

describe('request over TLS', () => {
  const certified = 'ops-audit.cn-hangzhou.log.aliyuncs.com';
  const identity = selfSigned(certified);

  async function tlsServer(): Promise<URL> {
    const server = https.createServer(identity, (_, response) => void response.end('secure'));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = await listen(server);
    return new URL(`https://${url.host}`);
  }

  it('expects the certificate of the host header, at whatever address', async () => {
    const url = await tlsServer();
    const client = createHttpClient({ ca: identity.cert });
    for (let i = 0; i < 2; i++) {
      const answer = await client.request(get(url, { headers: { host: certified } }));
      expect(answer.body.toString()).toBe('secure');
    }
    client.close();
  });

  it('sends nothing to one that proves to be another', async () => {
    const url = await tlsServer();
    const client = createHttpClient({ ca: identity.cert });
    expect(await failure(client.request(get(url, { headers: { host: 'evil.com' } })))).toMatchObject({
      kind: 'tls',
      again: 'never',
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      effect: 'none',
    });
  });

  it('sends nothing to one that is not trusted', async () => {
    const url = await tlsServer();
    expect(await failure(request(get(url, { headers: { host: certified } })))).toMatchObject({
      kind: 'tls',
      again: 'never',
      effect: 'none',
    });
  });

  it('sends nothing to one that is not trusted, though the environment says that none has to be', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    onTestFinished(() => void vi.unstubAllEnvs());
    const url = await tlsServer();
    const client = createHttpClient();
    expect(await failure(client.request(get(url, { headers: { host: certified } })))).toMatchObject({
      kind: 'tls',
      again: 'never',
      effect: 'none',
    });
    client.close();
  });

  it('sends nothing to one that speaks no TLS', async () => {
    const url = await rawServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad\r\n\r\n')),
    );
    expect(await failure(request(get(new URL(`https://${url.host}`))))).toMatchObject({
      kind: 'tls',
      again: 'never',
      effect: 'none',
    });
  });
});
