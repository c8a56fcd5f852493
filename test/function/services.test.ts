import { describe, expect, it } from 'vitest';
import type { EmulatorFlowLog } from '../../lib/emulator/emulator.ts';
import { CREDENTIALS, fcContext, RECORD_TO, startScheduler } from '../support/scheduler.ts';

const OWN = '1234567890123456';
const RETAIL = '2222222222222222';
const PLACES = [null, 'retail'].flatMap((account) =>
  ['cn-hangzhou', 'cn-shanghai'].map((regionId) => ({ account, regionId })),
);

/** Fifteen flow logs of each service in each place; every second one is off, and all are to be on. */
const FLOW_LOGS = PLACES.flatMap(({ account, regionId }, place) =>
  ['flowlog', 'fl'].flatMap((prefix) =>
    Array.from({ length: 15 }, (_, index) => ({
      account,
      flowLogId: `${prefix}-${place}-${index}`,
      regionId,
      status: index % 2 === 0 ? 'Inactive' : 'Active',
    })),
  ),
);

const ofAccount = (name: string | null): readonly EmulatorFlowLog[] =>
  FLOW_LOGS.filter(({ account }) => account === name).map(({ account: _, ...flowLog }) => flowLog);

const start = (
  flowLogs: readonly object[] = FLOW_LOGS.map(({ status: _, ...each }) => each),
  own = ofAccount(null),
) =>
  startScheduler({
    config: {
      timezone: 'UTC',
      recordTo: RECORD_TO,
      schedules: { always: { windows: [{ days: 'daily', from: '00:00', to: '24:00' }] } },
      accounts: { retail: { roleArn: `acs:ram::${RETAIL}:role/flow-logs` } },
      flowLogs: flowLogs.map(({ ...each }) => {
        const { account, ...entry } = { account: null, ...each };
        return { schedule: 'always', ...entry, ...(account === null ? {} : { account }) };
      }),
    },
    emulator: {
      accounts: [
        { accountId: OWN, accessKeys: [CREDENTIALS], flowLogs: own },
        {
          accountId: RETAIL,
          accessKeys: [],
          roles: [{ name: 'flow-logs', trusts: [OWN] }],
          flowLogs: ofAccount('retail'),
        },
      ],
    },
  });

describe('a config of 60 CEN and 60 VPC flow logs, in two regions of two accounts', () => {
  it('is made right with the calls that it needs, and a second run lists alone', async () => {
    const { handler, emulator, recorded } = await start();
    const answer = await handler(undefined, fcContext());
    expect(answer).toMatchObject({ ok: true, summary: { total: 120, confirmed: 64, unchanged: 56 } });
    expect(new Set(emulator.flowLogs().map(({ status }) => status))).toEqual(new Set(['Active']));

    const toggled = emulator.requests.filter(({ action }) => action === 'ActiveFlowLog');
    const ids = toggled.map(({ params }) => params.FlowLogId).sort();
    const off = FLOW_LOGS.filter(({ status }) => status === 'Inactive');
    expect(ids).toEqual(off.map(({ flowLogId }) => flowLogId).sort());
    for (const { service, params } of toggled) {
      expect(service).toBe(params.FlowLogId?.startsWith('fl-') ? 'Vpc' : 'Cbn');
      expect(params.ClientToken === undefined).toBe(service === 'Vpc');
    }
    const firstListings = emulator.requests.filter(({ action }, index) => {
      const firstToggle = emulator.requests.findIndex((each) => each.action === 'ActiveFlowLog');
      return /^DescribeFlowLogs$/i.test(action) && index < firstToggle;
    });
    const places = firstListings.map(({ service, accountId, params }) =>
      [service, accountId, params.RegionId].join(' '),
    );
    expect(places.length).toBeLessThanOrEqual(8);
    expect(new Set(places).size).toBe(places.length);

    const services = recorded().filter(({ kind }) => kind === 'flow-log');
    expect(services.map(({ service }) => service).sort()).toEqual([
      ...Array(32).fill('cen'),
      ...Array(32).fill('vpc'),
    ]);

    const before = emulator.requests.length;
    expect(await handler(undefined, fcContext())).toMatchObject({ ok: true, summary: { unchanged: 120 } });
    const second = emulator.requests.slice(before).filter(({ service }) => service !== 'Sls');
    expect(second.map(({ action }) => action).sort()).toEqual([
      ...Array(4).fill('DescribeFlowLogs'),
      ...Array(4).fill('DescribeFlowlogs'),
    ]);
  });
});

describe('a config', () => {
  it('without VPC entries never calls VPC', async () => {
    const { handler, emulator } = await start(
      FLOW_LOGS.filter(({ flowLogId }) => flowLogId.startsWith('flowlog-')).map(
        ({ status: _, ...each }) => each,
      ),
    );
    expect(await handler(undefined, fcContext())).toMatchObject({ ok: true });
    expect(emulator.requests.filter(({ service }) => service === 'Vpc')).toEqual([]);
  });

  it('without CEN entries never calls CEN, and takes an override of a VPC flow log as a tag', async () => {
    const { handler, emulator } = await start([{ flowLogId: 'fl-0-1', regionId: 'cn-hangzhou' }]);
    const event = { action: 'override', status: 'Inactive', for: '1h', flowLogIds: ['fl-0-1'], by: 'netops' };
    expect(await handler(JSON.stringify(event), fcContext())).toMatchObject({
      ok: true,
      summary: { confirmed: 1 },
    });
    expect(emulator.flowLog('fl-0-1')).toMatchObject({
      status: 'Inactive',
      tags: { 'flow-log-scheduler:override': expect.stringMatching(/^Inactive until .*; by=netops$/) },
    });
    const clear = { action: 'clear-override', flowLogIds: ['fl-0-1'] };
    expect(await handler(JSON.stringify(clear), fcContext())).toMatchObject({ ok: true });
    expect(emulator.flowLog('fl-0-1')).toMatchObject({ status: 'Active', tags: {} });
    expect(emulator.requests.filter(({ service }) => service === 'Cbn')).toEqual([]);
  });

  it('that selects by VPC has one listing more for it', async () => {
    const { handler, emulator } = await start([
      { flowLogId: 'fl-0-0', regionId: 'cn-hangzhou' },
      { select: { service: 'vpc', regionId: 'cn-hangzhou', vpcId: 'vpc-bp1nwd16gvo1wgs12345' } },
    ]);
    const answer = await handler(JSON.stringify({ action: 'status' }), fcContext());
    expect(answer).toMatchObject({ ok: true, summary: { total: 15 } });
    const listings = emulator.requests.filter(({ action }) => action === 'DescribeFlowLogs');
    expect(listings.map(({ params }) => params.VpcId ?? null).sort()).toEqual(
      [null, 'vpc-bp1nwd16gvo1wgs12345'].sort(),
    );
  });
});

const REGIONS = Array.from({ length: 12 }, (_, index) => `cn-region-${index}`);

describe('a service that throttles an account', () => {
  it.each([
    ['Vpc', 'fl', 'flowlog'],
    ['Cbn', 'flowlog', 'fl'],
  ])('and is %s holds none of its calls to the other', async (service, throttled, other) => {
    const flowLogs = [
      ...REGIONS.map((regionId) => ({ flowLogId: `${throttled}-${regionId}`, regionId })),
      { flowLogId: `${other}-1`, regionId: 'cn-hangzhou' },
    ];
    const { handler, emulator } = await start(
      flowLogs,
      flowLogs.map((each) => ({ ...each, status: 'Inactive' })),
    );
    emulator.setFault((request) =>
      request.service === service ? { kind: 'error', code: 'Throttling.User' } : undefined,
    );
    const answer = await handler(undefined, fcContext());
    const outcomes = answer.flowLogs.map(({ outcome }) => outcome);
    expect(outcomes).toEqual([...REGIONS.map(() => 'failed'), 'confirmed']);
  });
});
