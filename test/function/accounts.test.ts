import { describe, expect, it } from 'vitest';
import { OWN, off, roleArn, startAccounts } from '../support/accounts.ts';
import { fcContext, stateOf } from '../support/scheduler.ts';

const MINUTE = 60_000;
const RETAIL = '1111111111111111';
const LOGISTICS = '2222222222222222';
const retail = {
  name: 'retail',
  accountId: RETAIL,
  flowLogs: [off('r-1'), off('r-2', 'cn-shanghai'), off('r-3')],
};
const logistics = { name: 'logistics', accountId: LOGISTICS, flowLogs: [off('l-1')] };

describe('flow logs of other accounts', () => {
  it('are enabled with the role of each, and the own ones without', async () => {
    const { handler, emulator, statuses, assumed } = await startAccounts({
      own: [off('own')],
      others: [retail, { ...logistics, role: { externalId: 'x-42' } }],
    });
    const answer = await handler(undefined, fcContext());
    expect(answer).toMatchObject({ ok: true, summary: { total: 5, confirmed: 5 } });
    expect(answer.flowLogs.map(({ flowLogId, account }) => [flowLogId, account])).toEqual([
      ['own', null],
      ['r-1', 'retail'],
      ['r-2', 'retail'],
      ['r-3', 'retail'],
      ['l-1', 'logistics'],
    ]);
    expect(new Set(Object.values(statuses()))).toEqual(new Set(['Active']));
    const session = { RoleSessionName: 'flow-log-scheduler', DurationSeconds: '3600' };
    expect(assumed()).toHaveLength(2);
    expect(assumed(RETAIL)).toEqual([{ RoleArn: roleArn(RETAIL), ...session }]);
    expect(assumed(LOGISTICS)).toEqual([{ RoleArn: roleArn(LOGISTICS), ...session, ExternalId: 'x-42' }]);

    // The function's own credentials go to STS, to its own account and to the Logstore, and nowhere else.
    for (const { service, accountId, params } of emulator.requests) {
      const owner = params.FlowLogId === undefined ? null : emulator.flowLog(params.FlowLogId).accountId;
      if (service !== 'Cbn') expect(accountId).toBe(OWN);
      else if (owner !== null) expect(accountId).toBe(owner);
    }
    const callers = emulator.requests
      .filter(({ service }) => service === 'Cbn')
      .map((each) => each.accountId);
    expect(new Set(callers)).toEqual(new Set([OWN, RETAIL, LOGISTICS]));
  });

  it('are found by a selector, and kept on by an override that is kept on them', async () => {
    const { handler, writeConfig, emulator, assumed } = await startAccounts({ others: [retail] });
    await writeConfig({
      timezone: 'UTC',
      recordTo: 'stdout',
      schedules: { never: { windows: [] } },
      accounts: { retail: { roleArn: roleArn(RETAIL) } },
      flowLogs: [{ select: { regionId: 'cn-hangzhou' }, schedule: 'never', account: 'retail' }],
    });
    const command = { action: 'override', status: 'Active', for: '1h', flowLogIds: ['r-3'] };
    expect(await handler(command, fcContext())).toMatchObject({ ok: true, summary: { confirmed: 1 } });
    expect(stateOf(emulator.flowLog('r-3'))).toEqual({
      status: 'Active',
      tags: { 'flow-log-scheduler:override': 'Active until 2026-11-23T01:00:04Z' },
    });
    expect(await handler(undefined, fcContext())).toMatchObject({ ok: true, summary: { unchanged: 2 } });
    expect(assumed()).toHaveLength(1);
  });

  it('are not in reach of the function itself', async () => {
    const { handler, writeConfig, statuses } = await startAccounts({ others: [retail] });
    await writeConfig({
      timezone: 'UTC',
      recordTo: 'stdout',
      schedules: { always: { windows: [{ days: 'daily', from: '00:00', to: '24:00' }] } },
      flowLogs: [{ flowLogId: 'r-1', regionId: 'cn-hangzhou', schedule: 'always' }],
    });
    const answer = await handler(undefined, fcContext());
    expect(answer.flowLogs[0]?.error?.code).toBe('FlowLogNotFound');
    expect(statuses()['r-1']).toBe('Inactive');
  });

  it('take no STS at all when no entry is about them', async () => {
    const { handler, assumed } = await startAccounts({
      own: [off('own')],
      others: [{ ...retail, flowLogs: [] }],
    });
    expect(await handler(undefined, fcContext())).toMatchObject({ ok: true, summary: { total: 1 } });
    expect(assumed()).toEqual([]);
  });
});

describe('assumed roles', () => {
  it('are asked for once, however many calls and regions wait for them', async () => {
    const regions = ['cn-hangzhou', 'cn-shanghai', 'cn-beijing', 'cn-shenzhen', 'cn-hongkong'];
    const flowLogs = regions.flatMap((regionId) => [1, 2, 3].map((n) => off(`${regionId}-${n}`, regionId)));
    const { handler, emulator, assumed } = await startAccounts({ others: [{ ...retail, flowLogs }] });
    emulator.setFault(({ action }) => (action === 'AssumeRole' ? { kind: 'delay', ms: 50 } : undefined));
    expect(await handler(undefined, fcContext())).toMatchObject({ ok: true, summary: { confirmed: 15 } });
    expect(assumed()).toHaveLength(1);
  });

  it('are kept from run to run, and renewed a minute before they expire', async () => {
    const { handler, newHandler, clock, assumed } = await startAccounts({ others: [retail, logistics] });
    const start = clock.now();
    const runAt = async (minutes: number) => {
      await clock.sleep(start + minutes * MINUTE - clock.now());
      expect(await handler(undefined, fcContext())).toMatchObject({ ok: true });
      return assumed(RETAIL).length;
    };
    expect(await runAt(0)).toBe(1);
    expect(await runAt(15)).toBe(1);
    expect(await runAt(58.9)).toBe(1);
    expect(await runAt(59)).toBe(2);
    expect(await runAt(117)).toBe(2);
    expect(await runAt(119)).toBe(3);
    expect(assumed(LOGISTICS)).toHaveLength(3);
    await newHandler()(undefined, fcContext());
    expect(assumed(RETAIL)).toHaveLength(4);
  });

  it('are renewed in the middle of a run that outlasts them', async () => {
    const { handler, clock, emulator, statuses, assumed } = await startAccounts({
      others: [retail],
      limits: { settleTimeout: '20m' },
      emulator: { modifyingMs: 15 * MINUTE },
    });
    const start = clock.now();
    await handler({ action: 'status' }, fcContext());
    await clock.sleep(49 * MINUTE);
    const long = fcContext({ function: { name: 'f', timeout: 3_600 } });
    expect(await handler(undefined, long)).toMatchObject({ ok: true, summary: { confirmed: 3 } });
    expect(clock.now() - start).toBeGreaterThan(60 * MINUTE);
    expect(statuses()).toEqual({ 'r-1': 'Active', 'r-2': 'Active', 'r-3': 'Active' });
    expect(assumed()).toHaveLength(2);
    const refused = emulator.requests.filter(
      ({ outcome }) => outcome.kind !== 'answered' || outcome.status !== 200,
    );
    expect(refused).toEqual([]);
  });

  it('of the same account with another external ID are others', async () => {
    const role = { externalId: 'one' };
    const { handler, writeConfig, assumed } = await startAccounts({ others: [{ ...retail, role }] });
    const config = (externalId: string) => ({
      timezone: 'UTC',
      recordTo: 'stdout',
      schedules: { never: { windows: [] } },
      accounts: { retail: { roleArn: roleArn(RETAIL), externalId } },
      flowLogs: [{ flowLogId: 'r-1', regionId: 'cn-hangzhou', schedule: 'never', account: 'retail' }],
    });
    await writeConfig(config('one'));
    expect(await handler(undefined, fcContext())).toMatchObject({ ok: true });
    await writeConfig(config('two'));
    expect(await handler(undefined, fcContext())).toMatchObject({ ok: false });
    expect(assumed().map(({ ExternalId }) => ExternalId)).toEqual(['one', 'two']);
  });
});

describe('many accounts in one run', () => {
  it('are each made right with its own role', async () => {
    const count = 200;
    const others = Array.from({ length: count }, (_, index) => ({
      name: `account-${index}`,
      accountId: String(3_000_000_000_000_000 + index),
      flowLogs: [off(`flowlog-${index}-a`), { ...off(`flowlog-${index}-b`), status: 'Active' }],
    }));
    const { handler, emulator, assumed } = await startAccounts({ others, limits: { maxFlowLogs: 1000 } });
    const before = process.cpuUsage();
    expect(await handler(undefined, fcContext())).toMatchObject({
      ok: true,
      summary: { total: 2 * count, confirmed: count, unchanged: count },
    });
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(10);
    expect(new Set(emulator.flowLogs().map(({ status }) => status))).toEqual(new Set(['Active']));
    expect(new Set(assumed().map(({ RoleArn }) => RoleArn)).size).toBe(count);
    expect(assumed()).toHaveLength(count);
  });
});
