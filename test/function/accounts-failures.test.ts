import { describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/cloud/clock.ts';
import type { Fault, FaultHook } from '../../lib/emulator/emulator.ts';
import { type OtherAccount, off, roleArn, startAccounts } from '../support/accounts.ts';
import { everythingIn } from '../support/failures.ts';
import { fcContext, timerEvent } from '../support/scheduler.ts';

const RETAIL = '1111111111111111';
const LOGISTICS = '2222222222222222';
const retail = { name: 'retail', accountId: RETAIL, flowLogs: [off('r-1'), off('r-2', 'cn-shanghai')] };
const logistics = { name: 'logistics', accountId: LOGISTICS, flowLogs: [off('l-1')] };

const asking =
  (accountId: string, fault: Fault): FaultHook =>
  ({ action, params }) =>
    action === 'AssumeRole' && params.RoleArn === roleArn(accountId) ? fault : undefined;

describe("an account's flow logs fail alone, and say what to do,", () => {
  const trust = `let this function's role sts:AssumeRole on ${roleArn(RETAIL)}`;

  it.each<[string, Partial<OtherAccount>, string, readonly string[]]>([
    [
      'when the role does not trust the function',
      { role: { trusts: [LOGISTICS] } },
      'NoPermission',
      [trust, 'flow-logs policy', 'set externalId'],
    ],
    [
      'when the role asks for an external ID and the config has none',
      { role: { externalId: 'x-42' }, externalId: null },
      'NoPermission',
      [trust, 'if its trust policy asks for sts:ExternalId, set externalId'],
    ],
    [
      'when the external ID is another one',
      { role: { externalId: 'x-42' }, externalId: 'x-43' },
      'NoPermission',
      [trust, 'externalId is the one that its trust policy asks for'],
    ],
    [
      'when there is no such role',
      { role: { name: 'another' } },
      'EntityNotExist.Role',
      [`create the role ${roleArn(RETAIL)}, or correct roleArn`],
    ],
    [
      'when the role allows only shorter sessions',
      { role: { maxSessionSeconds: 900 } },
      'InvalidParameter.DurationSeconds',
      ['DurationSeconds'],
    ],
  ])('%s', async (_what, parts, code, advice) => {
    const { handler, statuses, assumed, recorded } = await startAccounts({
      own: [off('own')],
      others: [{ ...retail, ...parts }, logistics],
    });
    const answer = await handler(undefined, fcContext());
    expect(answer).toMatchObject({ ok: false, summary: { confirmed: 2, failed: 2 } });
    const failed = answer.flowLogs.filter(({ outcome }) => outcome === 'failed');
    expect(failed.map(({ flowLogId, status }) => [flowLogId, status])).toEqual([
      ['r-1', null],
      ['r-2', null],
    ]);
    for (const { error } of failed) {
      expect(error).toMatchObject({ code, requestId: expect.any(String) });
      for (const words of advice) expect(error?.message).toContain(words);
    }
    expect(statuses()).toEqual({ own: 'Active', 'r-1': 'Inactive', 'r-2': 'Inactive', 'l-1': 'Active' });
    // What repeating does not help is not repeated.
    expect(assumed(RETAIL).length).toBeLessThanOrEqual(2);
    expect(recorded()[0]).toMatchObject({ kind: 'run', ok: 'false', failed: '2', confirmed: '2' });
  });

  it('and with the right external ID they do not', async () => {
    const { handler } = await startAccounts({ others: [{ ...retail, role: { externalId: 'x-42' } }] });
    expect(await handler(undefined, fcContext())).toMatchObject({ ok: true, summary: { confirmed: 2 } });
  });

  it('when the function itself may not be anyone', async () => {
    const { handler, emulator } = await startAccounts({ own: [off('own')], others: [retail] });
    emulator.setFault(({ action }) =>
      action === 'AssumeRole' ? { kind: 'error', code: 'InvalidSecurityToken.Expired' } : undefined,
    );
    const answer = await handler(undefined, fcContext());
    expect(answer.flowLogs.map(({ outcome, error }) => [outcome, error?.code])).toEqual([
      ['confirmed', undefined],
      ['failed', 'InvalidSecurityToken.Expired'],
      ['failed', 'InvalidSecurityToken.Expired'],
    ]);
    expect(answer.flowLogs[1]?.error?.message).toContain(
      'check that access key id, secret and token belong together',
    );
  });
});

describe('STS', () => {
  it.each<[string, Fault]>([
    ['throttles once', { kind: 'error', code: 'Throttling.User', retryAfterMs: 2_000 }],
    ['is busy once', { kind: 'error', code: 'ServiceUnavailable' }],
    ['breaks a connection once', { kind: 'reset', when: 'before' }],
    ['issues credentials, and the answer is lost', { kind: 'reset', when: 'after' }],
    ['answers with a page of a proxy once', { kind: 'raw', status: 502, body: '<html>' }],
  ])('%s, and is asked again', async (_what, fault) => {
    const { handler, emulator, assumed } = await startAccounts({ others: [retail] });
    emulator.setFault(({ action, count }) => (action === 'AssumeRole' && count === 1 ? fault : undefined));
    expect(await handler(undefined, fcContext())).toMatchObject({ ok: true, summary: { confirmed: 2 } });
    expect(assumed()).toHaveLength(2);
  });

  it.each<[string, Fault, string]>([
    ['is down', { kind: 'error', code: 'ServiceUnavailable' }, 'ServiceUnavailable'],
    ['cannot be reached', { kind: 'reset', when: 'before' }, 'ECONNRESET'],
    ['throttles', { kind: 'error', code: 'Throttling.Api' }, 'Throttling.Api'],
    [
      'answers without credentials',
      { kind: 'raw', status: 200, body: '{"RequestId": "r"}' },
      'UnreadableAnswer',
    ],
    [
      'answers with half of them',
      { kind: 'raw', status: 200, body: '{"Credentials": {"AccessKeyId": "id", "Expiration": "2026"}}' },
      'UnreadableAnswer',
    ],
    [
      'answers with credentials that end at no time',
      {
        kind: 'raw',
        status: 200,
        body: '{"Credentials": {"AccessKeyId": "i", "AccessKeySecret": "s", "SecurityToken": "t", "Expiration": "soon"}}',
      },
      'UnreadableAnswer',
    ],
  ])(
    '%s for a role: its account fails, the rest is right, and the next run takes it up',
    async (_what, fault, code) => {
      const { handler, emulator, statuses } = await startAccounts({
        own: [off('own')],
        others: [retail, logistics],
      });
      emulator.setFault(asking(RETAIL, fault));
      const answer = await handler(undefined, fcContext());
      expect(
        answer.flowLogs.map(({ flowLogId, outcome, error }) => [flowLogId, outcome, error?.code]),
      ).toEqual([
        ['own', 'confirmed', undefined],
        ['r-1', 'failed', code],
        ['r-2', 'failed', code],
        ['l-1', 'confirmed', undefined],
      ]);
      emulator.setFault(undefined);
      expect(await handler(undefined, fcContext())).toMatchObject({
        ok: true,
        summary: { unchanged: 2, confirmed: 2 },
      });
      expect(new Set(Object.values(statuses()))).toEqual(new Set(['Active']));
    },
  );

  it('that does not answer takes the time of its accounts alone', async () => {
    const timeout = 4;
    const { handler, emulator, statuses, recorded } = await startAccounts({
      own: [off('own')],
      others: [retail, logistics],
      clock: systemClock,
    });
    emulator.setFault(asking(RETAIL, { kind: 'hang', when: 'before' }));
    const before = performance.now();
    const answer = await handler(undefined, fcContext({ function: { name: 'f', timeout } }));
    expect(performance.now() - before).toBeLessThan(timeout * 1000);
    expect(answer.flowLogs.map(({ outcome }) => outcome)).toEqual([
      'confirmed',
      'failed',
      'failed',
      'confirmed',
    ]);
    expect(statuses()).toEqual({ own: 'Active', 'r-1': 'Inactive', 'r-2': 'Inactive', 'l-1': 'Active' });
    expect(recorded()[0]).toMatchObject({ ok: 'false', confirmed: '2', failed: '2' });
  });
});

describe('the secrets of an assumed role', () => {
  const key = {
    accessKeyId: 'STS.NVmadeUpOfTheRole7',
    accessKeySecret: 'role+made/up=secret==',
    securityToken: 'CAISrole+made/up/token==',
  };
  const Credentials = {
    AccessKeyId: key.accessKeyId,
    AccessKeySecret: key.accessKeySecret,
    SecurityToken: key.securityToken,
    Expiration: '2026-11-23T01:00:00Z',
  };
  const spellings = Object.values(key).flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    encodeURIComponent(encodeURIComponent(secret)),
    JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/'),
  ]);
  const telling = Object.entries(key)
    .map(([name, value]) => `${name}=${value}&x=${encodeURIComponent(value)} (${value})`)
    .join(' ');
  const json = (status: number, body: object): Fault => ({ kind: 'raw', status, body: JSON.stringify(body) });

  it.each<[string, (service: string) => Fault | undefined]>([
    ['all is well', () => undefined],
    [
      'CEN repeats them in a refusal',
      (service) => (service === 'Cbn' ? json(403, { Code: 'Forbidden.RAM', Message: telling }) : undefined),
    ],
    [
      'CEN repeats them as a code',
      (service) => (service === 'Cbn' ? json(400, { Code: key.securityToken, Message: 'no' }) : undefined),
    ],
    [
      'STS answers with them in another shape',
      (service) =>
        service === 'Sts' ? json(200, { Credentials: { ...Credentials, Expiration: telling } }) : undefined,
    ],
  ])('are in nothing that is printed, answered, thrown or recorded when %s', async (_what, faultOf) => {
    const { handler, emulator, printed } = await startAccounts({ others: [retail] });
    emulator.addAccessKey(RETAIL, key);
    emulator.setFault(
      ({ service }) => faultOf(service) ?? (service === 'Sts' ? json(200, { Credentials }) : undefined),
    );
    const said: string[] = [];
    for (const event of [timerEvent(), Buffer.from('{"action": "status"}'), timerEvent()]) {
      await handler(event, fcContext()).then(
        (answer) => said.push(JSON.stringify(answer)),
        (error: Error) => said.push(everythingIn(error)),
      );
    }
    const all = [...said, ...printed, JSON.stringify(emulator.logs('ops-audit', 'flow-log-scheduler'))].join(
      '\n',
    );
    expect(all).toContain('r-1');
    expect(spellings.filter((spelling) => all.includes(spelling))).toEqual([]);
  });
});
