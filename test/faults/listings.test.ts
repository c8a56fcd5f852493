import { describe, expect, it } from 'vitest';
import type { FaultHook } from '../../lib/emulator/emulator.ts';
import { ACCOUNT_ID } from '../support/scheduler.ts';
import { check, type Row } from './check.ts';
import { accountsWith, type Cloud, MATRIX_CONFIG } from './cloud.ts';
import {
  error,
  failing,
  failingAfter,
  failingFor,
  HANG,
  listingOf,
  NOT_SUCCESSFUL,
  RESET_AFTER,
  raw,
  UNREADABLE,
} from './faults.ts';
import { LOCKED, PAGE_SIZE } from './product.ts';

const hangzhou = listingOf('cn-hangzhou');

/** All that the listing of Hangzhou finds. */
const allOfIt = (outcome: string) => ({ 'to-activate': outcome, neighbour: outcome, right: outcome });
/** Its changes are accepted, and then it cannot be read any more. */
const UNREAD = {
  told: { 'to-activate': 'accepted', neighbour: 'accepted' },
  warning: 'to-activate: ActiveFlowLog was accepted, but could not be read back',
};

const REFUSED = [
  'Unauthorized',
  'Forbidden.RAM',
  'NoPermission',
  'InvalidParameter',
  'InvalidSecurityToken.Expired',
  'InvalidAccessKeyId.NotFound',
  'Never.HeardOf',
];
const PASSING = ['Throttling', 'Throttling.User', 'ServiceUnavailable', 'InternalError', LOCKED];

describe('a listing of one region', () => {
  it.each(REFUSED)('that is refused with %s fails its flow logs alone', async (code) => {
    await check({ fault: failing(hangzhou, error(code), 1), told: allOfIt(`failed ${code}`) });
  });

  it.each(PASSING)('that is refused with %s is asked for again, and is given up in time', async (code) => {
    await check({ fault: failing(hangzhou, error(code), 1) });
    await check({ fault: failing(hangzhou, error(code)), told: allOfIt(`failed ${code}`) });
  });

  it.each(UNREADABLE)(
    'that is answered with %s is asked for again, and is given up in time',
    async (_, fault, code) => {
      await check({ fault: failing(hangzhou, fault, 1) });
      await check({ fault: failing(hangzhou, fault), told: allOfIt(`failed ${code}`) });
    },
  );

  const rows: readonly (readonly [string, Row])[] = [
    ['throttled for ten seconds', { fault: failingFor(hangzhou, error('Throttling.User'), 10_000) }],
    ['lost after it was read', { fault: failing(hangzhou, RESET_AFTER, 2) }],
    [
      'told not to have succeeded',
      { fault: failing(hangzhou, NOT_SUCCESSFUL), told: allOfIt('failed NotSuccessful') },
    ],
    [
      'told not to have succeeded, with nothing in it',
      {
        fault: failing(
          hangzhou,
          raw(200, '{"Success":"false","TotalCount":"0","FlowLogs":{"FlowLog":[]},"RequestId":"r"}'),
        ),
        told: allOfIt('failed NotSuccessful'),
      },
    ],
    [
      'refused, but with 200',
      {
        fault: failing(hangzhou, raw(200, '{"Success":"false","Code":"NoPermission","Message":"no"}')),
        told: allOfIt('failed NoPermission'),
      },
    ],
    [
      'throttled, but with 200, four times',
      { fault: failing(hangzhou, raw(200, '{"Code":"Throttling.User","Message":"no"}'), 4) },
    ],
    [
      'of another shape',
      {
        fault: failing(hangzhou, raw(200, '{"FlowLogs":[],"TotalCount":null}')),
        told: allOfIt('failed UnreadableAnswer'),
      },
    ],
    [
      'with items that are no flow logs',
      {
        fault: failing(hangzhou, raw(200, '{"FlowLogs":{"FlowLog":[null,7]},"TotalCount":"2"}')),
        told: allOfIt('failed UnreadableAnswer'),
      },
    ],
    [
      'empty though there are flow logs',
      {
        fault: failing(hangzhou, raw(200, '{"FlowLogs":{"FlowLog":[]},"TotalCount":"0","Success":"true"}')),
        told: allOfIt('failed FlowLogNotFound'),
      },
    ],
  ];
  it.each(rows)('that is %s is told as it is', async (_, row) => {
    const { cloud } = await check(row);
    expect(cloud.path('right')).toEqual(['Active']);
  });
});

describe('reading back', () => {
  it.each([...REFUSED, 'Throttling', 'InternalError'])(
    'that is refused with %s makes no change a confirmed one',
    async (code) => {
      const { first } = await check({
        fault: failingAfter(hangzhou, error(code), 1),
        ...UNREAD,
      });
      expect(first.printed.find(({ flowLogId }) => flowLogId === 'to-activate')?.attempts).toBe('1');
    },
  );

  it.each(UNREADABLE)('that is answered with %s makes no change a confirmed one', async (_, fault) => {
    await check({ fault: failingAfter(hangzhou, fault, 1), ...UNREAD });
  });

  it.each(UNREADABLE)('goes on after %s', async (_, fault) => {
    let asked = 0;
    const third = (): FaultHook => (request) => {
      if (!hangzhou(request)) return undefined;
      asked += 1;
      return asked === 2 ? fault : undefined;
    };
    await check({ fault: third });
  });
});

/** Two pages of others' flow logs come before those of the matrix, which fill the beginning of the third page. */
describe('pages that change while they are listed', () => {
  const others = Array.from({ length: 2 * PAGE_SIZE }, (_, index) => ({
    flowLogId: `other-${index}`,
    regionId: 'cn-hangzhou',
    cenId: 'cen-1',
  }));
  const [own] = accountsWith([]);
  const paged = {
    accounts: [
      {
        ...own,
        accountId: ACCOUNT_ID,
        accessKeys: own?.accessKeys ?? [],
        flowLogs: [
          ...others,
          { flowLogId: 'to-activate', regionId: 'cn-hangzhou', cenId: 'cen-1', status: 'Inactive' },
          { flowLogId: 'neighbour', regionId: 'cn-hangzhou', cenId: 'cen-1', status: 'Inactive' },
          { flowLogId: 'right', regionId: 'cn-hangzhou', cenId: 'cen-1' },
          { flowLogId: 'of-others', regionId: 'cn-hangzhou', cenId: 'cen-1', status: 'Inactive' },
          { flowLogId: 'to-deactivate', regionId: 'cn-shanghai', cenId: 'cen-2' },
        ],
      },
      ...accountsWith([]).slice(1),
    ],
  };
  /** Something happens just before a third page is read, so many times. */
  const beforeThirdPage =
    (times: number, happens: (cloud: Cloud, time: number) => void) =>
    (cloud: Cloud): FaultHook => {
      let time = 0;
      return (request) => {
        if (hangzhou(request) && request.params.PageNumber === '3' && time < times) happens(cloud, time++);
        return undefined;
      };
    };

  const rows: readonly (readonly [string, Row])[] = [
    ['nothing happens', {}],
    [
      'one of the first page is deleted, so that the next page begins one later',
      { fault: beforeThirdPage(1, ({ emulator }) => emulator.removeFlowLog('other-3')) },
    ],
    [
      'one of the first page is deleted, twice',
      { fault: beforeThirdPage(2, ({ emulator }, time) => emulator.removeFlowLog(`other-${time}`)) },
    ],
    [
      'one is added at the end',
      {
        fault: beforeThirdPage(1, ({ emulator }) =>
          emulator.addFlowLog(ACCOUNT_ID, { flowLogId: 'new', regionId: 'cn-hangzhou', cenId: 'cen-1' }),
        ),
      },
    ],
    [
      'one that is to be changed is deleted',
      {
        fault: beforeThirdPage(1, ({ emulator }) => emulator.removeFlowLog('to-activate')),
        told: { 'to-activate': 'failed FlowLogNotFound' },
        repair: ({ emulator }) => {
          const flowLog = { flowLogId: 'to-activate', regionId: 'cn-hangzhou', cenId: 'cen-1' };
          emulator.addFlowLog(ACCOUNT_ID, { ...flowLog, status: 'Inactive' });
        },
      },
    ],
    [
      'one is deleted every time, so that one of the third page is never seen',
      {
        fault: beforeThirdPage(20, ({ emulator }, time) => emulator.removeFlowLog(`other-${time}`)),
        warning: 'cn-hangzhou: the flow logs listed did not add up to the total that',
      },
    ],
  ];
  it.each(rows)('are read again when %s', async (_, row) => {
    const { first } = await check({ ...row, emulator: paged });
    expect(first.printed.filter(({ flowLogId }) => /^other|new/.test(flowLogId ?? ''))).toEqual([]);
  });

  it('and never end are given up', async () => {
    const same = raw(
      200,
      '{"FlowLogs":{"FlowLog":[{"FlowLogId":"x","Status":"Active"}]},"TotalCount":"9999"}',
    );
    await check({
      fault: failing(hangzhou, same),
      told: allOfIt('failed FlowLogNotFound'),
      warning: 'one may have been missed',
    });
  });
});

describe('a region that cannot be listed when a selector is about it', () => {
  const selected = {
    ...MATRIX_CONFIG,
    flowLogs: [
      ...MATRIX_CONFIG.flowLogs.slice(0, 4),
      { select: { regionId: 'cn-hangzhou', tags: { team: 'net' } }, schedule: 'office' },
    ],
  };
  const tagged = {
    accounts: accountsWith([
      { flowLogId: 'of-others', regionId: 'cn-hangzhou', cenId: 'cen-1', status: 'Inactive' },
      { flowLogId: 'to-activate', regionId: 'cn-hangzhou', cenId: 'cen-1', status: 'Inactive' },
      { flowLogId: 'neighbour', regionId: 'cn-hangzhou', cenId: 'cen-1', status: 'Inactive' },
      { flowLogId: 'right', regionId: 'cn-hangzhou', cenId: 'cen-9', tags: { team: 'net' } },
      { flowLogId: 'to-deactivate', regionId: 'cn-shanghai', cenId: 'cen-2' },
    ]),
  };

  it.each([...UNREADABLE, ['a refusal', error('Forbidden.RAM'), 'Forbidden.RAM'] as const])(
    'is a failure of the run, and the others go on: %s',
    async (_, fault, code) => {
      const told = { 'to-activate': `failed ${code}`, neighbour: `failed ${code}`, right: 'gone' };
      const row = { config: selected, emulator: tagged, told, error: code };
      await check({ ...row, fault: failing(hangzhou, fault) });
    },
  );

  it.each([12, 20, 60])('takes not all of the %i s that the function has', async (timeoutS) => {
    const late = 'failed RequestTimeout';
    const told = { 'to-activate': late, neighbour: late, right: 'gone' };
    const row = { config: selected, emulator: tagged, told, error: 'RequestTimeout', timeoutS };
    await check({ ...row, fault: failing(hangzhou, HANG) });
  });

  it('is no empty region when CEN says that it did not succeed', async () => {
    const empty = raw(200, '{"Success":"false","TotalCount":"0","FlowLogs":{"FlowLog":[]}}');
    const told = {
      'to-activate': 'failed NotSuccessful',
      neighbour: 'failed NotSuccessful',
      right: 'gone',
    };
    const row = { config: selected, emulator: tagged, told, error: 'NotSuccessful' };
    await check({ ...row, fault: failing(hangzhou, empty) });
  });
});
