import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { FaultHook, RawFault } from '../../lib/emulator/emulator.ts';
import { listen } from '../cloud/http/loopback-server.ts';
import { off, startAccounts } from '../support/accounts.ts';
import { everythingIn } from '../support/failures.ts';
import {
  CONFIG,
  CREDENTIALS,
  fcContext,
  type Scheduler,
  type SchedulerOptions,
  startScheduler,
  timerEvent,
} from '../support/scheduler.ts';
import { leaksIn } from '../support/secrets.ts';

/** An answer that says everything it was sent, as a careless proxy or service might. */
const telling = Object.entries(CREDENTIALS)
  .map(([name, value]) => `${name}=${value}&${name}=${encodeURIComponent(value)}`)
  .join(' ');
const json = (status: number, body: object): RawFault => ({
  kind: 'raw',
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** Everything that two invocations let anyone see: output, answers, errors and records. */
async function everythingSaid({ handler, printed, emulator }: Scheduler, context: object): Promise<string> {
  const said: string[] = [];
  for (const event of [timerEvent(), Buffer.from('{"action": "status"}'), timerEvent('not a command')]) {
    await handler(event, context).then(
      (answer) => said.push(JSON.stringify(answer)),
      (error: Error) => said.push(everythingIn(error)),
    );
  }
  const logs = emulator.logs('ops-audit', 'flow-log-scheduler');
  return [...said, ...printed, JSON.stringify(logs)].join('\n');
}

describe('no access key id, secret or token is in anything that is printed, answered, thrown or recorded', () => {
  it('and this would be seen if one were', () => {
    expect(leaksIn(`x${CREDENTIALS.accessKeySecret}x`)).not.toEqual([]);
    expect(leaksIn(JSON.stringify({ token: CREDENTIALS.securityToken }))).not.toEqual([]);
    expect(leaksIn(telling).length).toBeGreaterThanOrEqual(3);
  });

  const cenSays =
    (fault: RawFault): FaultHook =>
    ({ service }) =>
      service === 'Cbn' ? fault : undefined;
  const slsSays =
    (fault: RawFault): FaultHook =>
    ({ service }) =>
      service === 'Sls' ? fault : undefined;

  it.each<[string, FaultHook | undefined]>([
    ['all is well', undefined],
    [
      'CEN repeats them in a refusal',
      cenSays(json(403, { Code: 'Forbidden.RAM', Message: telling, RequestId: 'r' })),
    ],
    ['CEN repeats them as the code', cenSays(json(400, { Code: CREDENTIALS.securityToken, Message: 'no' }))],
    [
      'CEN repeats them in what is no answer',
      cenSays({ kind: 'raw', status: 502, body: `<html>${telling}` }),
    ],
    ['CEN repeats them in another shape', cenSays(json(200, { FlowLogs: telling, TotalCount: telling }))],
    [
      'SLS repeats them in a refusal',
      slsSays(json(401, { errorCode: 'Unauthorized', errorMessage: telling })),
    ],
    [
      'SLS repeats them as the code',
      slsSays(json(400, { errorCode: CREDENTIALS.accessKeyId, errorMessage: 'no' })),
    ],
    ['SLS repeats them in what is no answer', slsSays({ kind: 'raw', status: 403, body: telling })],
    [
      'connections break',
      ({ action }) => (action === 'DescribeFlowlogs' ? undefined : { kind: 'reset', when: 'after' }),
    ],
  ])('when %s', async (_, fault) => {
    const scheduler = await startScheduler();
    scheduler.emulator.setFault(fault);
    expect(leaksIn(await everythingSaid(scheduler, fcContext()))).toEqual([]);
    expect(scheduler.emulator.requests.length).toBeGreaterThan(2);
  });

  it.each<[string, SchedulerOptions]>([
    ['the access key is not known', { emulator: { accounts: [] } }],
    [
      'the secret is another one',
      {
        emulator: {
          accounts: [{ accountId: '1', accessKeys: [{ ...CREDENTIALS, accessKeySecret: 'another' }] }],
        },
      },
    ],
    [
      'the token is another one',
      {
        emulator: {
          accounts: [{ accountId: '1', accessKeys: [{ ...CREDENTIALS, securityToken: 'another' }] }],
        },
      },
    ],
    ['there is no Logstore', { emulator: { logstores: [{ ...CONFIG.recordTo, logstore: 'other' }] } }],
  ])('when %s', async (_, options) => {
    const scheduler = await startScheduler(options);
    const logs = scheduler.emulator.logs;
    const quiet = { ...scheduler, emulator: { ...scheduler.emulator, logs: readable(logs) } };
    const said = await everythingSaid(quiet, fcContext());
    expect(said).toContain('ReconcileFailed');
    expect(leaksIn(said)).toEqual([]);
  });

  it('when the place that credentials come from fails, and repeats them', async () => {
    const server = createServer((_, response) => response.writeHead(500).end(telling));
    onTestFinished(() => {
      server.close();
      vi.unstubAllEnvs();
    });
    const url = await listen(server);
    url.search = new URLSearchParams({ token: CREDENTIALS.securityToken }).toString();
    vi.stubEnv('HOME', '/nonexistent');
    vi.stubEnv('ALIBABA_CLOUD_CREDENTIALS_URI', url.href);
    const said = await everythingSaid(await startScheduler(), {});
    expect(said).toContain('CredentialsUnavailable');
    expect(leaksIn(said)).toEqual([]);
  });
});

/** What a careless service may do to a text before it repeats it. */
const ECHOES: readonly [string, (text: string) => string][] = [
  ['plain', (text) => text],
  ['in capitals', (text) => text.toUpperCase()],
  ['percent-encoded', encodeURIComponent],
  ['as HTML', (text) => text.replace(/[+/=]/g, (each) => `&#${each.charCodeAt(0)};`)],
  ['in base64', (text) => Buffer.from(`key ${text}`).toString('base64')],
  ['in hex', (text) => Buffer.from(text).toString('hex')],
  ['without its end', (text) => text.slice(0, Math.ceil(text.length * 0.9))],
  ['in lines', (text) => text.replace(/.{9}/g, '$&\n')],
];

describe('a secret that a service repeats in a good answer', () => {
  const { accessKeySecret, securityToken } = CREDENTIALS;

  it.each(ECHOES)('%s is nowhere afterwards', async (_, echo) => {
    const repeated = `${echo(accessKeySecret)} ${echo(securityToken)}`;
    const scheduler = await startScheduler();
    const flowLogs = {
      FlowLog: CONFIG.flowLogs.map(({ flowLogId }) => ({
        FlowLogId: flowLogId,
        RegionId: repeated,
        CenId: 'cen-1',
        Status: repeated,
        Tags: { Tag: [{ Key: 'flow-log-scheduler:override', Value: repeated }] },
      })),
    };
    const body = { FlowLogs: flowLogs, TotalCount: '3', RequestId: repeated };
    scheduler.emulator.setFault(({ service }) => (service === 'Cbn' ? json(200, body) : undefined));
    const said = await everythingSaid(scheduler, fcContext());
    expect(said).toContain('***');
    for (const secret of [accessKeySecret, securityToken]) {
      expect(said).not.toContain(echo(secret));
      expect(said.toLowerCase()).not.toContain(echo(secret).slice(2, 16).toLowerCase());
    }
    for (const line of scheduler.printed) JSON.parse(line);
  });
});

it("the function's own secret is nowhere, though a call with a role's credentials was answered with it", async () => {
  const accountId = '2222222222222222';
  const scheduler = await startAccounts({
    others: [{ name: 'retail', accountId, flowLogs: [off('r-1')] }],
  });
  const refusal = json(403, { Code: 'Forbidden.RAM', Message: telling, RequestId: telling });
  scheduler.emulator.setFault((request) => (request.accountId === accountId ? refusal : undefined));
  const said = await everythingSaid(scheduler, fcContext());
  expect(said).toContain('Forbidden.RAM');
  expect(leaksIn(said)).toEqual([]);
});

describe('a secret that was sent by mistake', () => {
  const { accessKeySecret } = CREDENTIALS;

  it('as an event is not repeated, wherever it is in it', async () => {
    const scheduler = await startScheduler();
    // Wherever the text is cut, five characters would be left at some of these.
    for (let before = 0; before < 60; before += 3) {
      const text = `${'x'.repeat(before)}${accessKeySecret}`;
      for (const event of [text, { action: text }, { action: 'status', [text]: 1 }]) {
        const answer = await scheduler.handler(event, fcContext());
        expect(JSON.stringify(answer)).not.toContain(accessKeySecret.slice(0, 5));
      }
    }
    const logs = JSON.stringify(scheduler.emulator.logs('ops-audit', 'flow-log-scheduler'));
    expect(`${logs}${scheduler.printed.join('')}`).not.toContain(accessKeySecret.slice(0, 5));
  });

  it('in the config is not repeated', async () => {
    const config = { ...CONFIG, timezone: `zone ${accessKeySecret}`, [accessKeySecret]: 1 };
    const scheduler = await startScheduler({ config });
    expect(leaksIn(await everythingSaid(scheduler, fcContext()))).toEqual([]);
    expect(scheduler.printed.join('')).toContain('expected an IANA time zone');
  });

  it('in the name of a timer is not repeated', async () => {
    const scheduler = await startScheduler();
    await scheduler.handler({ triggerName: accessKeySecret, triggerTime: accessKeySecret }, fcContext());
    const logs = JSON.stringify(scheduler.emulator.logs('ops-audit', 'flow-log-scheduler'));
    expect(leaksIn(`${logs}${scheduler.printed.join('')}`)).toEqual([]);
  });
});

/** A Logstore that is not there holds nothing. */
function readable(logs: Scheduler['emulator']['logs']): Scheduler['emulator']['logs'] {
  return (project, logstore) => {
    try {
      return logs(project, logstore);
    } catch {
      return [];
    }
  };
}
