import { describe, expect, it } from 'vitest';
import type { EmulatorOptions, FaultHook } from '../../lib/emulator/emulator.ts';
import { timerEvent } from '../support/scheduler.ts';
import { rateLimit } from '../support/world.ts';
import { accountsWith, type Cloud, MATRIX_CONFIG, startCloud, WORLD } from './cloud.ts';
import { error, HANG, listingOf, RESET, toggleOf } from './faults.ts';
import { LOCKED, PAGE_SIZE } from './product.ts';

const TAG = 'flow-log-scheduler:override';
const HELD = 'Inactive until 2026-11-23T18:00:00+08:00; by=netops';
const inHangzhou = { regionId: 'cn-hangzhou', cenId: 'cen-1' };
const ids = (count: number) => Array.from({ length: count }, (_, index) => `flowlog-${index + 1}`);

interface Options {
  readonly emulator?: EmulatorOptions;
  readonly flowLog?: object;
  readonly startAt?: string;
  readonly config?: object;
}

/** So many flow logs of one region that are off, and that the office hours want on. */
function cloudWith(count: number, { emulator = {}, flowLog = {}, config = {}, ...more }: Options = {}) {
  return startCloud({
    ...more,
    config: {
      ...MATRIX_CONFIG,
      flowLogs: ids(count).map((flowLogId) => ({ flowLogId, ...inHangzhou, schedule: 'office' })),
      ...config,
    },
    emulator: {
      ...WORLD,
      ...emulator,
      accounts: accountsWith(
        ids(count).map((flowLogId) => ({ flowLogId, ...inHangzhou, status: 'Inactive', ...flowLog })),
      ),
    },
  });
}

/** So many calls of CEN a second, on the cloud's clock. */
function throttled({ clock }: Cloud, callsPerSecond: number): FaultHook {
  const waitMs = rateLimit(callsPerSecond, clock.monotonic);
  return ({ service }) => {
    const retryAfterMs = service === 'Cbn' ? waitMs() : 0;
    return retryAfterMs > 0 ? error('Throttling.User', { retryAfterMs }) : undefined;
  };
}

const outcomes = (cloud: Cloud) => cloud.emulator.flowLogs().map(({ status }) => status);
const togglesOf = (cloud: Cloud, flowLogId: string) =>
  cloud.emulator.requests
    .filter(({ action, params }) => /^(Dea|A)ctiveFlowLog$/i.test(action) && params.FlowLogId === flowLogId)
    .map(({ action }) => action);

describe('a change that waits for a throttled account', () => {
  it('is not made against an override that was set meanwhile', async () => {
    const cloud = await cloudWith(80);
    cloud.setFault(throttled(cloud, 8));
    const held = ids(80).slice(60, 70);
    const setting = cloud.clock.sleep(2_500).then(() => {
      for (const flowLogId of held) cloud.emulator.setTags(flowLogId, { [TAG]: HELD });
    });
    const { answer } = await cloud.invoke(timerEvent());
    await setting;
    expect(held.map((flowLogId) => cloud.emulator.flowLog(flowLogId).status)).toEqual(
      held.map(() => 'Inactive'),
    );
    expect(held.flatMap((flowLogId) => togglesOf(cloud, flowLogId))).toEqual([]);
    expect(answer).toMatchObject({ ok: true, summary: { confirmed: 70, unchanged: 10 } });
  });

  it('is not made after the window that it was for', async () => {
    const cloud = await cloudWith(40, { startAt: '2026-11-23T11:59:58.000Z' });
    cloud.setFault(throttled(cloud, 4));
    const { toggled, answer } = await cloud.invoke(timerEvent());
    const late = toggled.filter(
      ({ phase, action, at = '' }) =>
        phase === 'sent' && action === 'activate' && at >= '2026-11-23T12:00:00.000Z',
    );
    expect(late).toEqual([]);
    expect(answer?.summary).toMatchObject({ failed: 0 });
    expect(answer?.summary.unchanged).toBeGreaterThan(25);
  });

  it('is accepted, not failed, when nothing could be read any more', async () => {
    const cloud = await cloudWith(5);
    cloud.setFault(({ action, count }) =>
      action === 'DescribeFlowlogs' && count > 1
        ? error('Throttling.User', { retryAfterMs: 3_600_000 })
        : undefined,
    );
    const { answer } = await cloud.invoke(timerEvent());
    expect(answer).toMatchObject({ ok: true, summary: { accepted: 5, failed: 0 } });
    expect(answer?.warnings.length).toBe(5);
  });
});

describe('flow logs of one transit router that changes one at a time', () => {
  it('are all changed by one run', async () => {
    const cloud = await cloudWith(30, {
      emulator: { oneChangePerTransitRouter: true },
      flowLog: { transitRouterId: 'tr-1' },
    });
    const { answer } = await cloud.invoke(timerEvent());
    expect(answer).toMatchObject({ ok: true, summary: { confirmed: 30 } });
    expect(new Set(outcomes(cloud).slice(0, 30))).toEqual(new Set(['Active']));
  });
});

describe('replicas that lag', () => {
  it.each([
    ['every second one by four seconds', [0, 4_000]],
    ['every third one by six seconds', [0, 0, 6_000]],
  ])('%s make no change fail', async (_, replicaLagMs) => {
    const cloud = await cloudWith(12, { emulator: { replicaLagMs } });
    const { answer } = await cloud.invoke(timerEvent());
    expect(answer).toMatchObject({ ok: true, summary: { confirmed: 12 } });
    expect(ids(12).map((flowLogId) => togglesOf(cloud, flowLogId).length)).toEqual(ids(12).map(() => 1));
  });

  it('show the end of an override that was extended, which is kept', async () => {
    const ended = 'Active until 2026-11-23T08:00:02+08:00';
    const cloud = await cloudWith(2, {
      emulator: { replicaLagMs: [2_000] },
      flowLog: { tags: { [TAG]: ended }, status: 'Active' },
    });
    cloud.emulator.setTags('flowlog-1', { [TAG]: 'Active until 2026-11-23T18:00:00+08:00' });
    expect((await cloud.invoke(timerEvent())).answer?.ok).toBe(true);
    expect(cloud.emulator.flowLog('flowlog-1').tags[TAG]).toContain('18:00:00');
    expect(cloud.emulator.flowLog('flowlog-2').tags[TAG]).toBe(ended);
  });
});

describe('break glass', () => {
  const override = {
    action: 'override',
    status: 'Active',
    for: '2h',
    flowLogIds: ids(20),
  };

  it.each([
    ['answers 500', { kind: 'raw', status: 500, body: '' } as const],
    ['answers InternalError', error('InternalError')],
    ['is locked', error(LOCKED)],
    ['does not answer', HANG],
    ['breaks the connection', RESET],
  ])('is not stopped by one flow log that %s', async (_, fault) => {
    const cloud = await cloudWith(20, { startAt: '2026-11-22T18:00:00.000Z' });
    cloud.setFault(({ action, params }) =>
      action === 'TagResources' && Object.values(params).includes('flowlog-7') ? fault : undefined,
    );
    const { answer, tookMs } = await cloud.invoke(override, 60);
    expect(answer?.summary).toMatchObject({ confirmed: 19, failed: 1 });
    expect(tookMs).toBeLessThan(50_000);
    expect(outcomes(cloud).filter((status) => status === 'Active')).toHaveLength(19);
  });

  it('waits for the end of a change that is under way', async () => {
    const cloud = await cloudWith(20, { startAt: '2026-11-22T18:00:00.000Z' });
    cloud.emulator.setStatus('flowlog-3', 'Modifying', { afterMs: 3_000, becomes: 'Inactive' });
    const { answer } = await cloud.invoke(override, 60);
    expect(answer).toMatchObject({ ok: true, summary: { confirmed: 20 } });
    expect(cloud.emulator.flowLog('flowlog-3').status).toBe('Active');
  });
});

describe('a total that is too low', () => {
  it('hides no flow log of a selector', async () => {
    const config = { flowLogs: [{ select: { regionId: 'cn-hangzhou' }, schedule: 'office' }] };
    const count = 2 * PAGE_SIZE + 5;
    const cloud = await cloudWith(count, { config });
    const { emulator } = cloud;
    cloud.setFault(({ params, action }) => {
      if (action !== 'DescribeFlowlogs' || params.FlowLogId !== undefined) return undefined;
      const first = (Number(params.PageNumber) - 1) * PAGE_SIZE;
      const page = emulator.flowLogs('1234567890123456').slice(first, first + PAGE_SIZE);
      const FlowLog = page.map(({ flowLogId, regionId, cenId, status }) => ({
        ...{ FlowLogId: flowLogId, RegionId: regionId, CenId: cenId, Status: status },
      }));
      const body = JSON.stringify({ FlowLogs: { FlowLog }, TotalCount: String(PAGE_SIZE), Success: 'true' });
      return { kind: 'raw', status: 200, body };
    });
    const { answer } = await cloud.invoke(timerEvent());
    expect(answer).toMatchObject({ ok: true, summary: { total: count, confirmed: count }, warnings: [] });
  });
});

describe('one odd item of a listing', () => {
  it.each([
    ['no ID', { Status: 'Active' }],
    ['tags of another shape', { FlowLogId: 'of-somebody-else', RegionId: 'cn-hangzhou', Tags: 'none' }],
  ])('that has %s fails no other', async (_, odd) => {
    const cloud = await cloudWith(2);
    const { emulator } = cloud;
    cloud.setFault((request) => {
      if (!listingOf('cn-hangzhou')(request)) return undefined;
      const FlowLog = emulator
        .flowLogs('1234567890123456')
        .filter(({ regionId }) => regionId === 'cn-hangzhou')
        .map(({ flowLogId, status }) => ({ FlowLogId: flowLogId, RegionId: 'cn-hangzhou', Status: status }));
      const body = { FlowLogs: { FlowLog: [...FlowLog, odd] }, TotalCount: FlowLog.length + 1 };
      return { kind: 'raw', status: 200, body: JSON.stringify(body) };
    });
    const { answer } = await cloud.invoke(timerEvent());
    expect(answer).toMatchObject({ ok: true, summary: { confirmed: 2 } });
  });
});

describe('a function whose clock is ten minutes fast', () => {
  it('says so, and removes no override', async () => {
    const tags = { [TAG]: 'Active until 2026-11-23T07:35:00+08:00' };
    const cloud = await cloudWith(1, { flowLog: { tags, status: 'Active' } });
    cloud.setSkew(600_000);
    const { answer } = await cloud.invoke(timerEvent());
    expect(answer).toMatchObject({ ok: true, summary: { unchanged: 1 } });
    expect(answer?.warnings).toEqual([
      expect.stringMatching(/^this machine's clock is 10m ahead of the Date of Alibaba Cloud's answers;/),
    ]);
    expect(cloud.emulator.flowLog('flowlog-1').tags).toEqual(tags);
    cloud.setSkew(0);
    await cloud.clock.sleep(300_000);
    expect((await cloud.invoke(timerEvent())).answer?.warnings).toEqual([]);
    expect(cloud.emulator.flowLog('flowlog-1').tags).toEqual({});
  });
});

describe('a run that is killed', () => {
  it('has said what it sent, and what came of it so far', async () => {
    const cloud = await cloudWith(3);
    cloud.setFault((request) => (toggleOf('flowlog-2')(request) ? HANG : undefined));
    const { toggled, recorded } = await cloud.invoke(timerEvent());
    expect(toggled.slice(0, 3)).toEqual(
      ids(3).map((flowLogId) => ({
        kind: 'toggle',
        phase: 'sent',
        flowLogId,
        action: 'activate',
        outcome: null,
        runId: recorded[0]?.runId,
        at: expect.stringMatching(/^2026-11-23T00:00:03/),
      })),
    );
    const settled = toggled.slice(3).map(({ phase, flowLogId, outcome }) => [phase, flowLogId, outcome]);
    expect(settled).toEqual([
      ['settled', 'flowlog-1', 'confirmed'],
      ['settled', 'flowlog-3', 'confirmed'],
      ['settled', 'flowlog-2', 'failed'],
    ]);
    expect(recorded.map(({ kind }) => kind)).not.toContain('toggle');
  });
});
