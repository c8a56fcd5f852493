import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../lib/cloud/clock.ts';
import { request } from '../../../lib/cloud/http/request.ts';
import { type Fault, type FaultRequest, startEmulator } from '../../../lib/emulator/emulator.ts';
import { observe } from '../../../lib/tool/doctor/observe.ts';
import type { DoctorPorts } from '../../../lib/tool/doctor/ports.ts';
import { DEFAULT_KEY } from '../../support/emulator-clients.ts';
import { seenConfig } from '../../support/observations.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const REGIONS = ['cn-hangzhou', 'cn-shanghai'];
const config = seenConfig({
  recordTo: 'stdout',
  flowLogs: REGIONS.map((regionId, index) => ({
    flowLogId: `flowlog-${index}`,
    regionId,
    schedule: 'office-hours',
  })),
});

const notAskedFor = (): never => {
  throw new Error('not asked for');
};

/** Looks at an emulator; waiting takes no time, and an answer is waited for a second. */
async function look(fault: (request: FaultRequest) => Fault | undefined) {
  const emulator = await startEmulator({ fault });
  onTestFinished(() => emulator.close());
  const url = new URL(emulator.url);
  const timeouts: number[] = [];
  const ports: DoctorPorts = {
    clock: { ...virtualClock(), now: systemClock.now },
    endpoints: { cbn: url, sls: url, sts: url, vpc: url, ram: url, cms: url },
    credentials: async () => DEFAULT_KEY,
    source: () => null,
    send: (each) => {
      timeouts.push(each.timeoutMs);
      return request({ ...each, timeoutMs: 1_000 });
    },
    newId: randomUUID,
    measure: { runs: notAskedFor, bytes: async () => 0, meteringMode: async () => 'ChargeByDataIngest' },
    project: notAskedFor,
    function: notAskedFor,
    invoke: notAskedFor,
  };
  const seen = await observe(config, 'not-named', ports);
  const listings = seen.accounts.flatMap((account) => account.listings);
  const sent = emulator.requests.filter(({ action }) => action === 'DescribeFlowlogs');
  return { seen, listings, sent, timeouts };
}

const listingOf = (regionId: string, { action, params }: FaultRequest) =>
  action === 'DescribeFlowlogs' && params.RegionId === regionId && params.PageSize === '20';

test('a region that does not answer is asked once, and keeps no other from being asked', async () => {
  const { listings, sent } = await look((each) =>
    listingOf('cn-shanghai', each) ? { kind: 'hang', when: 'before' } : undefined,
  );
  expect(listings).toMatchObject([
    { regionId: 'cn-hangzhou', flowLogs: { ok: true } },
    {
      regionId: 'cn-shanghai',
      flowLogs: { ok: false, trouble: { effect: 'unknown', code: 'RequestTimeout' } },
    },
  ]);
  expect(sent.filter(({ params }) => params.RegionId === 'cn-shanghai')).toHaveLength(1);
});

test('no call is waited for longer than ten seconds', async () => {
  const { timeouts } = await look(() => undefined);
  expect(timeouts.length).toBeGreaterThan(5);
  expect(Math.max(...timeouts)).toBeLessThanOrEqual(10_000);
  expect(Math.max(...timeouts)).toBeGreaterThan(9_000);
});

test('a throttled listing is asked for again', async () => {
  const { listings } = await look((each) =>
    listingOf('cn-hangzhou', each) && each.count < 3 ? { kind: 'error', code: 'Throttling.User' } : undefined,
  );
  expect(listings).toMatchObject([{ flowLogs: { ok: true } }, { flowLogs: { ok: true } }]);
});

test('an answer that is not STS’s is no identity, and the rest is asked nevertheless', async () => {
  const { seen, listings } = await look(({ action }) =>
    action === 'GetCallerIdentity' ? { kind: 'raw', status: 200, body: '{}' } : undefined,
  );
  expect(seen.accounts[0]?.identity).toMatchObject({ ok: false, trouble: { code: 'UnreadableAnswer' } });
  expect(listings.every(({ flowLogs }) => flowLogs.ok)).toBe(true);
});

test('without a flow log anywhere nobody asks for its tags', async () => {
  const nothing = JSON.stringify({ TotalCount: '0', PageSize: '20', FlowLogs: { FlowLog: [] } });
  const { seen } = await look(({ action }) =>
    action === 'DescribeFlowlogs' ? { kind: 'raw', status: 200, body: nothing } : undefined,
  );
  expect(seen.probes).toMatchObject({
    tagged: null,
    withoutRegion: { value: { total: '0', regionIds: [] } },
  });
});
