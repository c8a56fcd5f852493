import { describe, expect, it } from 'vitest';
import type { FaultHook } from '../../lib/emulator/emulator.ts';
import { ACCOUNT_ID, AT, CREDENTIALS, timerEvent } from '../support/scheduler.ts';
import { check, type Row } from './check.ts';
import { RETAIL_ID, startCloud } from './cloud.ts';
import { called, error, failing, failingFor, RESET_AFTER, raw, UNREADABLE } from './faults.ts';

const assume = called('AssumeRole');
const retail = (outcome: string) => ({ told: { retail: outcome } });

describe('a role that cannot be assumed fails the flow logs of its account alone', () => {
  it.each([
    'NoPermission',
    'EntityNotExist.Role',
    'InvalidParameter.RoleArn',
    'InvalidTimeStamp.Expired',
    'InvalidSecurityToken.Expired',
    'Never.HeardOf',
  ])('when STS refuses with %s', async (code) => {
    await check({ fault: failing(assume, error(code), 1), ...retail(`failed ${code}`) });
  });

  it.each(['Throttling', 'Throttling.User', 'ServiceUnavailable', 'InternalError'])(
    'when STS goes on refusing with %s, and not when it does once',
    async (code) => {
      await check({ fault: failing(assume, error(code), 1) });
      await check({ fault: failing(assume, error(code)), ...retail(`failed ${code}`) });
    },
  );

  it.each(UNREADABLE)(
    'when STS goes on answering with %s, and not when it does once',
    async (_, fault, code) => {
      await check({ fault: failing(assume, fault, 1) });
      await check({ fault: failing(assume, fault), ...retail(`failed ${code}`) });
    },
  );

  const rows: readonly (readonly [string, Row])[] = [
    ['not when the answer was lost once', { fault: failing(assume, RESET_AFTER, 1) }],
    [
      'not when STS throttles for ten seconds',
      { fault: failingFor(assume, error('Throttling.User'), 10_000) },
    ],
    [
      'when there are no credentials in the answer',
      { fault: failing(assume, raw(200, '{"Credentials":{}}')), ...retail('failed UnreadableAnswer') },
    ],
    [
      'when there are no credentials at all in the answer',
      { fault: failing(assume, raw(200, '{"Credentials":null}')), ...retail('failed UnreadableAnswer') },
    ],
    [
      'in time, when STS does not answer and the run is short',
      {
        fault: failing(assume, { kind: 'hang', when: 'before' }),
        timeoutS: 20,
        ...retail('failed RequestTimeout'),
      },
    ],
  ];
  it.each(rows)('%s', async (_, row) => {
    await check(row);
  });
});

describe('credentials of an assumed role that are taken no more before they expire', () => {
  it.each(['InvalidSecurityToken.Expired', 'InvalidSecurityToken.Malformed', 'InvalidAccessKeyId.NotFound'])(
    'are asked for anew at once: %s',
    async (code) => {
      const cloud = await startCloud();
      let asked = 0;
      const revoked: FaultHook = ({ action, service, accountId }) => {
        if (action === 'AssumeRole') asked += 1;
        return service === 'Cbn' && accountId === RETAIL_ID && asked < 2 ? error(code) : undefined;
      };
      cloud.setFault(revoked);
      const first = await cloud.invoke(timerEvent());
      expect(first.error).toBe(null);
      expect(cloud.path('retail').at(-1)).toBe('Active');
      expect(asked).toBe(2);
    },
  );

  it('are not asked for a third time when the new ones are not taken either', async () => {
    const cloud = await startCloud();
    let refused = 0;
    cloud.setFault(({ service, accountId }) => {
      if (service !== 'Cbn' || accountId !== RETAIL_ID) return undefined;
      refused += 1;
      return error('InvalidSecurityToken.Expired');
    });
    const first = await cloud.invoke(timerEvent());
    expect(first.error?.message).toContain('retail: InvalidSecurityToken.Expired');
    expect(refused).toBe(2);
  });

  it('are kept when it is something else that is refused', async () => {
    const cloud = await startCloud();
    cloud.setFault(({ accountId, service }) =>
      service === 'Cbn' && accountId === RETAIL_ID ? error('Forbidden.RAM') : undefined,
    );
    await cloud.invoke(timerEvent());
    await cloud.invoke(timerEvent());
    expect(cloud.emulator.requests.filter(({ action }) => action === 'AssumeRole')).toHaveLength(1);
  });
});

describe("the function's own credentials that expire", () => {
  const expired = 'failed InvalidSecurityToken.Expired';
  const own = { 'to-activate': expired, 'to-deactivate': expired, neighbour: expired };
  const expiringAfter = (ms: number): Row => ({
    arrange: ({ emulator }) =>
      emulator.addAccessKey(ACCOUNT_ID, { ...CREDENTIALS, expiresAt: Date.parse(AT) + ms }),
    repair: ({ emulator }) => emulator.addAccessKey(ACCOUNT_ID, CREDENTIALS),
    recording: 'Unauthorized',
  });

  const rows: readonly (readonly [string, Row])[] = [
    ['before anything is read', { ...expiringAfter(0), told: { ...own, retail: expired, right: expired } }],
    [
      'before anything is read back',
      {
        ...expiringAfter(400),
        told: { 'to-activate': 'accepted', 'to-deactivate': 'accepted', neighbour: 'accepted' },
        warning: 'could not be read back',
      },
    ],
  ];
  it.each(rows)('%s: what is known is told', async (_, row) => {
    const { first } = await check(row);
    expect(first.recorded).toEqual([]);
  });
});
