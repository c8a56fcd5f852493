import { createServer, type RequestListener } from 'node:http';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { credentialsOfContext, defaultCredentials, inTime } from '../../../lib/cloud/credentials/provider.ts';
import { listen } from '../http/loopback-server.ts';

const key = { accessKeyId: 'made-up-id', accessKeySecret: 'made-up-secret' };
const temporary = { ...key, securityToken: 'made-up-token' };

describe("the credentials of Function Compute's context", () => {
  it('are temporary ones when the function has a role', () => {
    expect(credentialsOfContext({ credentials: { ...temporary, expiration: 'soon' } })).toEqual(temporary);
  });

  it.each([
    ['is missing', key],
    ['is empty', { ...key, securityToken: '' }],
    ['is null', { ...key, securityToken: null }],
  ])('may come without a token: it %s', (_, credentials) => {
    expect(credentialsOfContext({ credentials })).toStrictEqual(key);
  });

  it.each([
    ['there is no context', undefined],
    ['the context is null', null],
    ['the context is no object', 'context'],
    ['it has none', {}],
    ['they are null', { credentials: null }],
    ['they are empty, as they are without a role', { credentials: { accessKeyId: '', accessKeySecret: '' } }],
    ['the ID is missing', { credentials: { ...temporary, accessKeyId: undefined } }],
    ['the secret is missing', { credentials: { ...temporary, accessKeySecret: undefined } }],
    ['the ID is no text', { credentials: { ...temporary, accessKeyId: 5 } }],
  ])('are none when %s', (_, context) => {
    expect(credentialsOfContext(context)).toBeNull();
  });
});

describe('the credentials of a run', () => {
  it('are what the source has, asked each time', async () => {
    const source = vi.fn(async () => key);
    const credentials = inTime(source, 1_000);
    expect([await credentials(), await credentials()]).toEqual([key, key]);
    expect(source).toHaveBeenCalledTimes(2);
  });

  it('are not waited for longer than the run has time, and not asked for again', async () => {
    const source = vi.fn(() => new Promise<typeof key>(() => {}));
    const credentials = inTime(source, 20);
    await expect(credentials()).rejects.toThrow('no source answered within 20 ms');
    await expect(credentials()).rejects.toThrow('no source answered within 20 ms');
    expect(source).toHaveBeenCalledTimes(1);
  });

  it('fail as their source does', async () => {
    await expect(inTime(() => Promise.reject(new Error('no role')), 1_000)()).rejects.toThrow('no role');
  });
});

describe('the default chain', () => {
  beforeEach(() => {
    const own = Object.keys(process.env).filter((name) => name.startsWith('ALIBABA_CLOUD_'));
    for (const name of own) if (!name.endsWith('_DISABLED')) vi.stubEnv(name, undefined);
    vi.stubEnv('HOME', '/nonexistent'); // no profile file of whoever runs this
    return () => vi.unstubAllEnvs();
  });

  function setKey(accessKeyId: string): void {
    vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_ID', accessKeyId);
    vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', key.accessKeySecret);
  }

  it('takes an access key from the environment', async () => {
    setKey(key.accessKeyId);
    expect(await defaultCredentials()()).toStrictEqual(key);
  });

  it('takes temporary credentials from the environment', async () => {
    setKey(key.accessKeyId);
    vi.stubEnv('ALIBABA_CLOUD_SECURITY_TOKEN', temporary.securityToken);
    expect(await defaultCredentials()()).toStrictEqual(temporary);
  });

  it('rejects when there are none, and finds them when they are there later', async () => {
    const provider = defaultCredentials();
    await expect(provider()).rejects.toThrow(/credential/i);
    // Of a token's address that nobody set.
    await expect(provider()).rejects.toThrow(/^(?!.*(undefined|\.,)).*[^.]$/);
    setKey(key.accessKeyId);
    expect(await provider()).toStrictEqual(key);
  });

  /** Asks a service on this machine, as a container does; its answers count up. */
  async function credentialsService(listener: RequestListener): Promise<{ asked: () => number }> {
    let asked = 0;
    const server = createServer((request, response) => {
      asked += 1;
      listener(request, response);
    });
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    vi.stubEnv('ALIBABA_CLOUD_CREDENTIALS_URI', (await listen(server)).href);
    return { asked: () => asked };
  }

  const answerOf = (Expiration: string) =>
    JSON.stringify({
      Code: 'Success',
      AccessKeyId: temporary.accessKeyId,
      AccessKeySecret: temporary.accessKeySecret,
      SecurityToken: temporary.securityToken,
      Expiration,
    });

  it('is asked once by many that ask at the same time', async () => {
    const service = await credentialsService((_, response) => response.end(answerOf('2099-01-01T00:00:00Z')));
    const provider = defaultCredentials();
    const all = await Promise.all(Array.from({ length: 20 }, () => provider()));
    expect(all).toEqual(Array.from({ length: 20 }, () => temporary));
    expect(service.asked()).toBe(1);
  });

  it('rejects for all that ask at the same time, and is asked again by the next', async () => {
    let isWell = false;
    await credentialsService((_, response) =>
      isWell ? response.end(answerOf('2099-01-01T00:00:00Z')) : response.writeHead(500).end('no'),
    );
    const provider = defaultCredentials();
    const outcomes = await Promise.allSettled([provider(), provider()]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isWell = true;
    expect(await provider()).toStrictEqual(temporary);
  });
});
