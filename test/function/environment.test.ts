import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ReconcileFailed } from '../../lib/function/answer.ts';
import { failureOf } from '../support/failures.ts';
import { CONFIG, CREDENTIALS, fcContext, startScheduler, timerEvent } from '../support/scheduler.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const withoutOffice = { ...CONFIG, flowLogs: CONFIG.flowLogs.slice(1) };

describe('FLOW_LOGS_CONFIG', () => {
  it('names a file relative to the code', async () => {
    const env = { FLOW_LOGS_CONFIG: 'configs/night.yaml' };
    const { handler, directory } = await startScheduler({ config: null, env });
    await mkdir(join(directory, 'configs'));
    await writeFile(join(directory, 'configs/night.yaml'), JSON.stringify(withoutOffice));
    expect(await handler(undefined, fcContext())).toMatchObject({ ok: true, summary: { total: 2 } });
  });

  it('may name a file by its whole path', async () => {
    const { directory } = await startScheduler({ config: withoutOffice });
    const env = { FLOW_LOGS_CONFIG: join(directory, 'flow-logs.yaml') };
    const { handler } = await startScheduler({ env });
    expect(await handler(undefined, fcContext())).toMatchObject({ ok: true, summary: { total: 2 } });
  });

  it.each([['', undefined]])(
    'means flow-logs.yaml beside the code when it is "%s" or not set',
    async (...values) => {
      for (const value of values) {
        const { handler } = await startScheduler({ env: { FLOW_LOGS_CONFIG: value } });
        expect(await handler(undefined, fcContext())).toMatchObject({ ok: true, summary: { total: 3 } });
      }
    },
  );

  it('that names no file is told by that name', async () => {
    const { handler } = await startScheduler({ env: { FLOW_LOGS_CONFIG: 'other.yaml' } });
    const { error } = await handler(undefined, fcContext());
    expect(error?.message).toMatch(/^other\.yaml is not valid/);
  });
});

describe('an endpoint that is not accepted', () => {
  it.each([
    ['CBN_ENDPOINT', 'is plain http to 0.0.0.0, which is not a loopback host'],
    ['SLS_ENDPOINT', 'is plain http to 0.0.0.0, which is not a loopback host'],
  ])('keeps anything from being sent anywhere: %s', async (variable, problem) => {
    const { port, requests } = (await startScheduler()).emulator;
    // This address reaches the emulator, so that it would see whatever was sent.
    const env = { [variable]: `http://0.0.0.0:${port}` };
    const { handler, emulator, printedRecords } = await startScheduler({ env });
    const error = await failureOf(ReconcileFailed, handler(timerEvent(), fcContext()));
    expect(error.message).toContain(`InvalidEndpoint: ${variable} ${problem}`);
    expect([...requests, ...emulator.requests]).toEqual([]);
    expect(printedRecords('run')).toMatchObject([{ ok: 'false', errorCode: 'InvalidEndpoint' }]);
  });

  it('is answered to a person, whatever else is wrong', async () => {
    const { handler, emulator } = await startScheduler({ config: '', env: { CBN_ENDPOINT: 'cbn.example' } });
    const answer = await handler('not a command', fcContext());
    expect(answer).toMatchObject({
      action: 'none',
      ok: false,
      error: { code: 'InvalidEndpoint', message: expect.stringContaining('CBN_ENDPOINT is not a URL') },
    });
    expect(emulator.requests).toEqual([]);
  });

  it('is not repeated, since there may be a secret in it', async () => {
    const env = { SLS_ENDPOINT: `https://${encodeURIComponent(CREDENTIALS.accessKeyId)}@sls.example` };
    const { handler, printed } = await startScheduler({ env });
    const answer = await handler(undefined, fcContext());
    expect(answer.error?.message).toContain('SLS_ENDPOINT has credentials in it');
    expect(printed.join() + JSON.stringify(answer)).not.toContain(CREDENTIALS.accessKeyId);
  });
});

describe('the context', () => {
  beforeEach(() => {
    const own = Object.keys(process.env).filter((name) => name.startsWith('ALIBABA_CLOUD_'));
    for (const name of own) if (!name.endsWith('_DISABLED')) vi.stubEnv(name, undefined);
    vi.stubEnv('HOME', '/nonexistent'); // no profile file of whoever runs this
    return () => vi.unstubAllEnvs();
  });

  const ofEnvironment = { accessKeyId: 'made-up-id-of-env', accessKeySecret: 'made-up-secret-of-env' };

  it.each([
    ['there is none', undefined],
    ['it is null', null],
    ['it is empty', {}],
    ['it is no object', 'context'],
    ['its parts are empty', { credentials: {}, function: {}, requestId: '' }],
    ['its parts are null', { credentials: null, function: null, requestId: null }],
    ['its credentials are cut off', { credentials: { accessKeyId: CREDENTIALS.accessKeyId } }],
  ])('may lack everything: credentials are those of the environment when %s', async (_, context) => {
    vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_ID', ofEnvironment.accessKeyId);
    vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', ofEnvironment.accessKeySecret);
    const flowLog = { flowLogId: 'flowlog-1', regionId: 'cn-hangzhou' };
    const { handler, emulator, recorded } = await startScheduler({
      config: { ...CONFIG, flowLogs: [{ ...flowLog, schedule: 'office' }] },
      emulator: {
        accounts: [
          {
            accountId: '1234567890123456',
            accessKeys: [ofEnvironment],
            flowLogs: [{ ...flowLog, status: 'Inactive' }],
          },
        ],
      },
    });
    expect(await handler(timerEvent(), context)).toMatchObject({ ok: true, summary: { confirmed: 1 } });
    expect(recorded()[0]).toMatchObject({ kind: 'run', requestId: '' });
    expect(emulator.logs('ops-audit', 'flow-log-scheduler')[0]?.source).toBe('flow-log-scheduler');
  });

  it('without credentials, and none anywhere else, fails each flow log and the recording, and says so', async () => {
    const { handler, emulator } = await startScheduler();
    const answer = await handler(undefined, {});
    expect(answer).toMatchObject({
      ok: false,
      summary: { failed: 3 },
      error: { code: 'CredentialsUnavailable' },
    });
    expect(answer.flowLogs.map(({ error }) => error?.code)).toEqual([
      'CredentialsUnavailable',
      'CredentialsUnavailable',
      'CredentialsUnavailable',
    ]);
    expect(emulator.requests).toEqual([]);
  });

  it('has credentials that win over those of the environment', async () => {
    vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_ID', 'made-up-id-that-nobody-knows');
    vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'made-up-secret');
    const { handler } = await startScheduler();
    expect(await handler(undefined, fcContext())).toMatchObject({ ok: true });
  });

  it('is read at every invocation: renewed credentials are used at once', async () => {
    const { handler, emulator } = await startScheduler();
    await handler(undefined, fcContext());
    const renewed = { ...CREDENTIALS, securityToken: 'CAISmade+up/renewedToken==' };
    emulator.addAccessKey('1234567890123456', renewed);
    expect(await handler(undefined, fcContext())).toMatchObject({ ok: false });
    expect(await handler(undefined, fcContext({ credentials: renewed }))).toMatchObject({ ok: true });
  });
});

describe("the function's timeout", () => {
  const unsettled = { emulator: { modifyingMs: Number.POSITIVE_INFINITY } };

  it.each([
    ['20 s', { timeout: 20 }, 20_000],
    ['20 s as a text', { timeout: '20' }, 20_000],
    ['3 s', { timeout: 3 }, 3_000],
    ['a minute when it is not told', {}, 60_000],
    ['a minute when it is nonsense', { timeout: 'long' }, 60_000],
    ['a minute when it is none', { timeout: 0 }, 60_000],
  ])('is %s: a run ends in order before it, having recorded what it knows', async (_, parts, timeoutMs) => {
    const clock = virtualClock();
    const { handler, recorded } = await startScheduler({ ...unsettled, clock });
    const startedAt = clock.monotonic();
    const answer = await handler(timerEvent(), fcContext({ function: { name: 'tick', ...parts } }));
    const tookMs = clock.monotonic() - startedAt;
    expect(tookMs).toBeLessThan(timeoutMs);
    expect(tookMs).toBeGreaterThan(timeoutMs / 2);
    expect(answer).toMatchObject({ ok: true, summary: { accepted: 2, unchanged: 1 } });
    expect(recorded().map(({ outcome }) => outcome)).toEqual([undefined, 'accepted', 'accepted']);
  });

  it('is not waited for when limits.settleTimeout is shorter', async () => {
    const clock = virtualClock();
    const config = { ...CONFIG, limits: { settleTimeout: '10s' } };
    const { handler } = await startScheduler({ ...unsettled, config, clock });
    const startedAt = clock.monotonic();
    await handler(timerEvent(), fcContext());
    expect(clock.monotonic() - startedAt).toBeLessThan(15_000);
  });
});
