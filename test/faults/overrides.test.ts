import { describe, expect, it } from 'vitest';
import type { Fault } from '../../lib/emulator/emulator.ts';
import { OVERRIDE_TAG } from '../../lib/reconcile/override.ts';
import { check, type Row } from './check.ts';
import { accountsWith, type Cloud, WANTED, WORLD } from './cloud.ts';
import { called, error, failing, failingFor, HANG_AFTER, RESET_AFTER, raw, UNREADABLE } from './faults.ts';
import { LOCKED } from './product.ts';

const tagOf = ({ emulator }: Cloud, flowLogId: string) => emulator.flowLog(flowLogId).tags[OVERRIDE_TAG];

const inHangzhou = { regionId: 'cn-hangzhou', cenId: 'cen-1' };
const worldWith = (tags: Readonly<Record<string, string>>) => ({
  ...WORLD,
  accounts: accountsWith([
    { flowLogId: 'of-others', ...inHangzhou, status: 'Inactive', tags },
    { flowLogId: 'to-activate', ...inHangzhou, status: 'Inactive', tags },
    { flowLogId: 'to-deactivate', regionId: 'cn-shanghai', cenId: 'cen-2' },
    { flowLogId: 'neighbour', ...inHangzhou, status: 'Inactive' },
    { flowLogId: 'right', ...inHangzhou, tags },
  ]),
});

/** Against the schedules: `right` is to be disabled, `to-activate` is to stay so. */
const SETTING: Row = {
  event: {
    action: 'override',
    status: 'Inactive',
    for: '2h',
    flowLogIds: ['to-activate', 'right'],
    by: 'netops',
  },
  wanted: { 'to-activate': 'Inactive', right: 'Inactive' },
  told: { 'to-activate': 'unchanged', right: 'confirmed' },
};
const tag = called('TagResources');
const bothFail = (code: string) => ({ told: { 'to-activate': `failed ${code}`, right: `failed ${code}` } });

describe('an override', () => {
  it('that nothing keeps from being set holds', async () => {
    const { cloud } = await check(SETTING);
    expect(tagOf(cloud, 'right')).toMatch(/^Inactive until .*; by=netops$/);
  });

  it.each([
    'Forbidden.RAM',
    'NoPermission',
    'InvalidResourceId.NotFound',
    'QuotaExceeded.TagNum',
    'InvalidParameter',
  ])('that is refused for both flow logs with %s changes neither', async (code) => {
    const row = { ...SETTING, ...bothFail(code), fault: failing(tag, error(code)) };
    const { first } = await check(row);
    expect(first.answer?.flowLogs.map(({ action }) => action)).toEqual(['none', 'none']);
  });

  it('that is refused for one flow log is set for the other', async () => {
    const fault: Row['fault'] = () => (request) =>
      tag(request) && Object.values(request.params).includes('right')
        ? error('QuotaExceeded.TagNum')
        : undefined;
    const told = { 'to-activate': 'unchanged', right: 'failed QuotaExceeded.TagNum' };
    await check({ ...SETTING, fault, told });
  });

  it.each(['Throttling.User', 'ServiceUnavailable', 'InternalError', LOCKED])(
    'that is refused with %s is asked for again, and is given up in time',
    async (code) => {
      await check({ ...SETTING, fault: failing(tag, error(code), 1) });
      await check({ ...SETTING, ...bothFail(code), fault: failing(tag, error(code)) });
    },
  );

  it.each(UNREADABLE)(
    'that is answered with %s is asked for again, and is given up in time',
    async (_, fault, code) => {
      await check({ ...SETTING, fault: failing(tag, fault, 1) });
      await check({ ...SETTING, ...bothFail(code), fault: failing(tag, fault) });
    },
  );

  it.each([
    ['throttled for ten seconds', failingFor(tag, error('Throttling.User', { retryAfterMs: 4_000 }), 10_000)],
    ['lost after it took effect', failing(tag, RESET_AFTER, 2)],
    ['not answered after it took effect', failing(tag, HANG_AFTER, 2)],
  ])('whose setting was %s holds', async (_, fault) => {
    await check({ ...SETTING, fault });
  });

  it.each([
    ['RequestTimeout', HANG_AFTER],
    ['ECONNRESET', RESET_AFTER],
  ])('that may have been set is read back, and holds: %s', async (_, fault) => {
    const { cloud } = await check({ ...SETTING, fault: failing(tag, fault) });
    expect(tagOf(cloud, 'right')).toMatch(/^Inactive until/);
  });

  it('that is told to be set, and is not, fails', async () => {
    const fault = failing(tag, raw(200, '{"Success": "true", "RequestId": "request-1"}'));
    await check({ ...SETTING, ...bothFail('OverrideNotConfirmed'), fault });
  });
});

describe('an override that is to be cleared', () => {
  const CLEARING: Row = {
    event: { action: 'clear-override', flowLogIds: ['to-activate', 'right'] },
    wanted: { 'to-activate': 'Active', right: 'Active' },
    emulator: worldWith({ [OVERRIDE_TAG]: 'Inactive until 2026-11-23T18:00:00+08:00; by=netops' }),
    // Until it is cleared it holds.
    arrange: ({ emulator }) => emulator.setStatus('right', 'Inactive'),
    told: { 'to-activate': 'confirmed', right: 'confirmed' },
  };
  const untag = called('UntagResources');

  it('and nothing is in the way, is gone, and no other is', async () => {
    const { cloud } = await check(CLEARING);
    expect([tagOf(cloud, 'right'), tagOf(cloud, 'of-others')]).toEqual([undefined, expect.any(String)]);
  });

  it.each(['Forbidden.RAM', 'InvalidParameter'])(
    'stays in force when that is refused with %s',
    async (code) => {
      const { first } = await check({ ...CLEARING, ...bothFail(code), fault: failing(untag, error(code)) });
      expect(first.answer?.flowLogs.map(({ override, desired }) => [override?.by, desired])).toEqual([
        ['netops', 'Inactive'],
        ['netops', 'Inactive'],
      ]);
    },
  );

  it.each(UNREADABLE)('is asked for again after %s', async (_, fault) => {
    await check({ ...CLEARING, fault: failing(untag, fault, 1) });
  });
});

describe('an override that has ended and cannot be removed', () => {
  const EXPIRED: Row = {
    emulator: worldWith({ [OVERRIDE_TAG]: 'Inactive until 2026-11-23T07:00:00+08:00' }),
    warning: 'its expired override could not be removed',
  };

  const faults: readonly (readonly [string, Fault])[] = [
    ['a refusal', error('Forbidden.RAM')],
    ['an error of the service', error('InternalError')],
    ...UNREADABLE.map(([name, fault]) => [name, fault] as const),
  ];
  it.each(faults)('is warned of, and the schedules are followed: %s', async (_, fault) => {
    const { cloud } = await check({ ...EXPIRED, fault: failing(called('UntagResources'), fault) });
    expect(Object.keys(WANTED).map((flowLogId) => tagOf(cloud, flowLogId))).toEqual(
      Object.keys(WANTED).map(() => undefined),
    );
  });
});
