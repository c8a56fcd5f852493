import { describe, expect, it } from 'vitest';
import type { EmulatorFlowLog, RecordedRequest } from '../../lib/emulator/emulator.ts';
import { cbnCaptures, headerOf, queryOf } from '../support/cbn-captures.ts';
import { CONFIG, CREDENTIALS, fcContext, startScheduler, stateOf } from '../support/scheduler.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const TAG = 'flow-log-scheduler:override';
const hold = { action: 'override', status: 'Active', for: '2h' };
const HELD = 'Active until 2026-11-23T10:00:04+08:00';
const NIGHT = { windows: [{ days: 'daily', from: '22:00', to: '06:00' }] };

const numbered = (count: number, more: Partial<EmulatorFlowLog> = {}): readonly EmulatorFlowLog[] =>
  Array.from({ length: count }, (_, index) => ({
    flowLogId: `flowlog-${index + 1}`,
    regionId: 'cn-hangzhou',
    cenId: 'cen-1',
    status: 'Inactive',
    ...more,
  }));

/** A cloud with these flow logs, all of which are off at the time of the test, by their schedule and in fact. */
function startWith(flowLogs: readonly EmulatorFlowLog[], listed: readonly EmulatorFlowLog[] = flowLogs) {
  return startScheduler({
    config: {
      ...CONFIG,
      schedules: { night: NIGHT },
      flowLogs: listed.map(({ flowLogId, regionId }) => ({ flowLogId, regionId, schedule: 'night' })),
    },
    emulator: { accounts: [{ accountId: '1', accessKeys: [CREDENTIALS], flowLogs }] },
  });
}

const tagging = (requests: readonly RecordedRequest[]) =>
  requests.filter(({ action }) => action === 'TagResources' || action === 'UntagResources');
const idsOf = ({ params }: RecordedRequest) =>
  Object.keys(params)
    .filter((name) => name.startsWith('ResourceId.'))
    .map((name) => params[name]);

describe('the calls that keep an override', () => {
  it("ask with the official client's parameters", async () => {
    const flowLog = {
      flowLogId: 'flowlog-m5evbtbptexample1',
      regionId: 'cn-hangzhou',
      cenId: 'cen-7qthudw0ll6jmcexample',
    };
    const { handler, emulator } = await startScheduler({
      clock: virtualClock(Date.parse('2026-11-21T02:00:00Z')),
      config: { ...CONFIG, flowLogs: [{ ...flowLog, schedule: 'office' }] },
      emulator: { accounts: [{ accountId: '1', accessKeys: [CREDENTIALS], flowLogs: [flowLog] }] },
    });
    const until = '2026-11-21T18:00:00+08:00';
    await handler({ action: 'override', status: 'Active', until, all: true }, fcContext());
    await handler({ action: 'clear-override', all: true }, fcContext());
    const sent = tagging(emulator.requests).map(({ action, params }) => ({ action, params }));
    const captured = ['TagResources', 'UntagResources'].map((action) => {
      const capture = cbnCaptures.find((each) => headerOf(each, 'x-acs-action') === action);
      const { 'Tag.1.Value': value, ...params } = queryOf(capture?.url ?? '');
      return {
        action,
        // The captured value begins in lower case.
        params:
          value === undefined ? params : { ...params, 'Tag.1.Value': value.replace('active', 'Active') },
      };
    });
    expect(sent).toEqual(captured);
  });

  it.each([
    [20, [20]],
    [21, [20, 1]],
  ])('for %i flow logs of a region are for %j of them', async (count, sizes) => {
    const { handler, emulator, statuses } = await startWith(numbered(count));
    expect(await handler({ ...hold, all: true }, fcContext())).toMatchObject({
      ok: true,
      summary: { confirmed: count },
    });
    const calls = tagging(emulator.requests);
    expect(calls.map((call) => idsOf(call).length).sort((a, b) => b - a)).toEqual(sizes);
    for (const { params } of calls) expect(params['Tag.1.Value']).toBe(HELD);
    expect(new Set(Object.values(statuses()))).toEqual(new Set(['Active']));
    expect(emulator.flowLogs().every(({ tags }) => tags[TAG] === HELD)).toBe(true);
  });

  it.each([
    ['the answer is lost', { kind: 'reset', when: 'after' }],
    ['the request is lost', { kind: 'reset', when: 'before' }],
    ['a proxy answers', { kind: 'raw', status: 502, body: '<html>' }],
    ['CEN fails', { kind: 'error', code: 'InternalError' }],
    ['CEN throttles', { kind: 'error', code: 'Throttling.User', retryAfterMs: 3_000 }],
  ] as const)('are sent again when %s', async (_what, fault) => {
    const { handler, emulator } = await startWith(numbered(2));
    emulator.setFault(({ action, count }) => (action === 'TagResources' && count === 1 ? fault : undefined));
    expect(await handler({ ...hold, all: true }, fcContext())).toMatchObject({
      ok: true,
      summary: { confirmed: 2 },
    });
    expect(emulator.flowLogs().map(stateOf)).toEqual([
      { status: 'Active', tags: { [TAG]: HELD } },
      { status: 'Active', tags: { [TAG]: HELD } },
    ]);
    expect(tagging(emulator.requests)).toHaveLength(2);
  });

  it('change no status where it stays unknown whether the override is kept', async () => {
    const { handler, emulator, statuses } = await startWith(numbered(2));
    emulator.setFault(({ action }) =>
      action === 'TagResources' ? { kind: 'reset', when: 'before' } : undefined,
    );
    const answer = await handler({ ...hold, all: true }, fcContext());
    expect(answer).toMatchObject({ ok: false, summary: { failed: 2 } });
    expect(answer.flowLogs[0]).toMatchObject({ status: 'Inactive', override: null, desired: 'Inactive' });
    expect(statuses()).toEqual({ 'flowlog-1': 'Inactive', 'flowlog-2': 'Inactive' });
  });

  it('are made one by one when a flow log of the batch can hold no more tags', async () => {
    const full = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`tag-${index}`, 'x']));
    const flowLogs = numbered(3).map((each, index) => (index === 1 ? { ...each, tags: full } : each));
    const { handler, emulator } = await startWith(flowLogs);
    const answer = await handler({ ...hold, all: true }, fcContext());
    expect(answer.flowLogs.map(({ outcome, error }) => [outcome, error?.code])).toEqual([
      ['confirmed', undefined],
      ['failed', 'QuotaExceeded.TagNum'],
      ['confirmed', undefined],
    ]);
    expect(emulator.flowLogs().map(stateOf)).toEqual([
      { status: 'Active', tags: { [TAG]: HELD } },
      { status: 'Inactive', tags: full },
      { status: 'Active', tags: { [TAG]: HELD } },
    ]);
    expect(tagging(emulator.requests).map((call) => idsOf(call).length)).toEqual([3, 1, 1, 1]);
  });

  it('fail for the flow log alone that was deleted after it was listed', async () => {
    const { handler, emulator } = await startWith(numbered(3));
    emulator.setFault(({ action, count }) => {
      if (action === 'TagResources' && count === 1) emulator.removeFlowLog('flowlog-2');
      return undefined;
    });
    const answer = await handler({ ...hold, all: true }, fcContext());
    expect(answer.flowLogs.map(({ outcome }) => outcome)).toEqual(['confirmed', 'failed', 'confirmed']);
    expect(answer.flowLogs[1]?.error?.code).toBe('InvalidResourceId.NotFound');
  });
});

describe('breaking the glass', () => {
  const event = '{"action":"override","status":"Active","for":"2h","all":true}';

  it('switches on what can be, and says of each whether it captures', async () => {
    const flowLogs = [
      ...numbered(2),
      { flowLogId: 'flowlog-down', regionId: 'cn-shanghai', status: 'Inactive' },
      { flowLogId: 'flowlog-on', regionId: 'cn-beijing' },
      { flowLogId: 'flowlog-changing', regionId: 'cn-beijing', status: 'Modifying' },
    ];
    const gone = { flowLogId: 'flowlog-gone', regionId: 'cn-hangzhou' };
    const { handler, emulator, recorded } = await startWith(flowLogs, [...flowLogs, gone]);
    emulator.setFault(({ service, params }) =>
      service === 'Cbn' && params.RegionId === 'cn-shanghai'
        ? { kind: 'error', code: 'ServiceUnavailable' }
        : undefined,
    );
    const answer = await handler(Buffer.from(event), fcContext());
    expect(answer).toMatchObject({
      action: 'override',
      ok: false,
      summary: { total: 6, confirmed: 2, unchanged: 1, waiting: 1, failed: 2 },
    });
    expect(
      answer.flowLogs.map(({ flowLogId, desired, status, outcome, error }) => [
        flowLogId,
        desired,
        status,
        outcome,
        error?.code,
      ]),
    ).toEqual([
      ['flowlog-1', 'Active', 'Active', 'confirmed', undefined],
      ['flowlog-2', 'Active', 'Active', 'confirmed', undefined],
      ['flowlog-down', 'Inactive', null, 'failed', 'ServiceUnavailable'],
      ['flowlog-on', 'Active', 'Active', 'unchanged', undefined],
      ['flowlog-changing', 'Active', 'Modifying', 'waiting', undefined],
      ['flowlog-gone', 'Inactive', null, 'failed', 'FlowLogNotFound'],
    ]);
    const kept = emulator.flowLogs().filter(({ tags }) => tags[TAG] === HELD);
    expect(kept.map(({ flowLogId }) => flowLogId)).toEqual([
      'flowlog-1',
      'flowlog-2',
      'flowlog-on',
      'flowlog-changing',
    ]);
    expect(recorded().filter(({ kind }) => kind === 'flow-log')).toHaveLength(6);
    expect(recorded()[0]).toMatchObject({ kind: 'run', action: 'override', ok: 'false', failed: '2' });
  });

  it('is said again when the region is back, and reaches the rest', async () => {
    const flowLogs = [
      ...numbered(1),
      { ...numbered(2)[1], flowLogId: 'flowlog-down', regionId: 'cn-shanghai' },
    ];
    const { handler, newHandler, emulator, statuses } = await startWith(flowLogs);
    emulator.setFault(({ params }) =>
      params.RegionId === 'cn-shanghai' ? { kind: 'error', code: 'Forbidden.RAM' } : undefined,
    );
    await handler(Buffer.from(event), fcContext());
    emulator.setFault(undefined);
    expect(await newHandler()(Buffer.from(event), fcContext())).toMatchObject({
      ok: true,
      summary: { unchanged: 1, confirmed: 1 },
    });
    expect(statuses()).toEqual({ 'flowlog-1': 'Active', 'flowlog-down': 'Active' });
  });
});

describe('a run at which overrides have ended', () => {
  it('removes twenty with a call, leaves other tags, and is not asked twice', async () => {
    const tags = { env: 'prod', [TAG]: 'Active until 2026-11-23T07:29:59+08:00' };
    const { handler, emulator } = await startWith(numbered(21, { tags }));
    await handler({ action: 'status' }, fcContext());
    await handler({ action: 'reconcile', dryRun: true }, fcContext());
    expect(tagging(emulator.requests)).toEqual([]);
    expect(await handler(undefined, fcContext())).toMatchObject({ ok: true, summary: { unchanged: 21 } });
    await handler(undefined, fcContext());
    const calls = tagging(emulator.requests);
    expect(calls.map(({ action }) => action)).toEqual(['UntagResources', 'UntagResources']);
    expect(calls.map((call) => idsOf(call).length).sort((a, b) => b - a)).toEqual([20, 1]);
    expect(emulator.flowLogs().every((each) => JSON.stringify(each.tags) === '{"env":"prod"}')).toBe(true);
  });
});
