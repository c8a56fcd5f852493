import { describe, expect, it } from 'vitest';
import type { EmulatorFlowLog } from '../../lib/emulator/emulator.ts';
import {
  CREDENTIALS,
  fcContext,
  RECORD_TO,
  startScheduler,
  stateOf,
  timerEvent,
} from '../support/scheduler.ts';

const TAG = 'flow-log-scheduler:override';
const DAY = { windows: [{ days: 'daily', from: '08:00', to: '20:00' }] };
const NIGHT = { windows: [{ days: 'daily', from: '20:00', to: '08:00' }] };
const [HANGZHOU, SHANGHAI, BEIJING] = ['cn-hangzhou', 'cn-shanghai', 'cn-beijing'] as const;

/** At the time of the test `day` wants flow logs on, and `night` wants them off. */
const startWith = (flowLogs: readonly EmulatorFlowLog[], entries: readonly object[], limits: object = {}) =>
  startScheduler({
    config: {
      timezone: 'Asia/Shanghai',
      recordTo: RECORD_TO,
      schedules: { day: DAY, night: NIGHT },
      flowLogs: entries,
      limits,
    },
    emulator: { accounts: [{ accountId: '1', accessKeys: [CREDENTIALS], flowLogs }] },
  });
const select = (schedule: string, select: object) => ({ select, schedule });
const off = (flowLogId: string, more: Partial<EmulatorFlowLog> = {}): EmulatorFlowLog => ({
  flowLogId,
  regionId: HANGZHOU,
  cenId: 'cen-1',
  status: 'Inactive',
  ...more,
});
/** In which region each was listed from the first page. */
const listed = (requests: readonly { action: string; params: Readonly<Record<string, string>> }[]) =>
  requests
    .filter(({ action, params }) => action === 'DescribeFlowlogs' && params.PageNumber === '1')
    .map(({ params }) => params.RegionId);
const MUTATING = /^(Active|Deactive|Tag|Untag)/;

describe('a selector', () => {
  const flowLogs = [
    off('dev', { tags: { env: 'dev', team: 'x' }, transitRouterId: 'tr-1' }),
    off('prod', { tags: { env: 'prod' }, cenId: 'cen-2', transitRouterId: 'tr-1' }),
    off('bare', { cenId: 'cen-2' }),
    off('away', { regionId: SHANGHAI, tags: { env: 'dev' } }),
  ];

  it.each<[string, object, readonly string[]]>([
    ['its region', { regionId: HANGZHOU }, ['dev', 'prod', 'bare']],
    ['another region', { regionId: SHANGHAI }, ['away']],
    ['a CEN instance', { regionId: HANGZHOU, cenId: 'cen-2' }, ['prod', 'bare']],
    ['a transit router', { regionId: HANGZHOU, transitRouterId: 'tr-1' }, ['dev', 'prod']],
    ['a tag', { regionId: HANGZHOU, tags: { env: 'dev' } }, ['dev']],
    ['two tags', { regionId: HANGZHOU, tags: { env: 'dev', team: 'x' } }, ['dev']],
    [
      'a tag and a CEN instance that no flow log has both of',
      { regionId: HANGZHOU, cenId: 'cen-2', tags: { env: 'dev' } },
      [],
    ],
    ['a region without flow logs', { regionId: BEIJING }, []],
  ])('enables the flow logs of %s, and no others', async (_what, selector, ids) => {
    const { handler, emulator } = await startWith(flowLogs, [select('day', selector)]);
    const answer = await handler(undefined, fcContext());
    expect(answer).toMatchObject({ ok: true, summary: { total: ids.length, confirmed: ids.length } });
    expect(answer.flowLogs.map(({ flowLogId }) => flowLogId)).toEqual(ids);
    const on = emulator.flowLogs().filter(({ status }) => status === 'Active');
    expect(on.map(({ flowLogId }) => flowLogId)).toEqual(ids);
  });

  it('gives way to an entry that names the flow log', async () => {
    const { handler, statuses } = await startWith(flowLogs, [
      select('day', { regionId: HANGZHOU }),
      { flowLogId: 'prod', regionId: HANGZHOU, schedule: 'night' },
    ]);
    const answer = await handler(undefined, fcContext());
    expect(answer).toMatchObject({ ok: true, summary: { total: 3, confirmed: 2, unchanged: 1 } });
    expect(statuses()).toEqual({ dev: 'Active', prod: 'Inactive', bare: 'Active', away: 'Inactive' });
  });

  it('in conflict with another one fails for what both select alone, whose tags stay', async () => {
    const tags = { env: 'dev', [TAG]: 'Active until 2026-11-22T00:00:00Z' };
    const { handler, emulator, statuses } = await startWith(
      flowLogs.map((each) => (each.flowLogId === 'dev' ? { ...each, tags } : each)),
      [select('day', { regionId: HANGZHOU }), select('night', { regionId: HANGZHOU, tags: { env: 'dev' } })],
    );
    const answer = await handler({ action: 'override', status: 'Active', for: '1h', all: true }, fcContext());
    expect(answer).toMatchObject({ ok: false, summary: { total: 3, confirmed: 2, failed: 1 } });
    expect(answer.flowLogs[0]).toMatchObject({
      flowLogId: 'dev',
      desired: null,
      error: {
        code: 'SelectedTwice',
        message: expect.stringContaining('flowLogs[0] and flowLogs[1] with different schedules'),
      },
    });
    await handler(undefined, fcContext());
    expect(statuses()).toEqual({ dev: 'Inactive', prod: 'Active', bare: 'Active', away: 'Inactive' });
    expect(emulator.flowLog('dev').tags).toEqual(tags);
  });

  it('picks up flow logs that appear, and drops those that are deleted or lose their tag', async () => {
    const { handler, newHandler, emulator, statuses } = await startWith(flowLogs, [
      select('day', { regionId: HANGZHOU, tags: { env: 'dev' } }),
    ]);
    await handler(undefined, fcContext());
    emulator.removeFlowLog('dev');
    emulator.addFlowLog('1', off('new', { tags: { env: 'dev' } }));
    const next = await newHandler()(undefined, fcContext());
    expect(next.ok).toBe(true);
    expect(next.flowLogs.map(({ flowLogId, outcome }) => [flowLogId, outcome])).toEqual([
      ['new', 'confirmed'],
    ]);
    expect(statuses()).toMatchObject({ new: 'Active', prod: 'Inactive' });
    emulator.removeFlowLog('new');
    emulator.addFlowLog('1', off('new', { tags: { env: 'prod' } }));
    expect(await handler(undefined, fcContext())).toMatchObject({ ok: true, summary: { total: 0 } });
    expect(statuses()).toMatchObject({ new: 'Inactive' });
  });

  it('takes one listing for a region in a run that has nothing to do, whatever else names the region', async () => {
    const many = Array.from({ length: 25 }, (_, index) => off(`flowlog-${index}`, { status: 'Active' }));
    const away = { ...off('away', { regionId: SHANGHAI, status: 'Active' }) };
    const { handler, emulator } = await startWith(
      [...many, away],
      [
        select('day', { regionId: HANGZHOU, cenId: 'cen-1' }),
        select('day', { regionId: HANGZHOU }),
        { flowLogId: 'flowlog-3', regionId: HANGZHOU, schedule: 'day' },
        select('day', { regionId: SHANGHAI }),
      ],
    );
    expect(await handler(undefined, fcContext())).toMatchObject({
      ok: true,
      summary: { total: 26, unchanged: 26 },
    });
    const calls = emulator.requests.filter(({ service }) => service === 'Cbn');
    expect(
      calls.map(({ action, params }) => `${action} ${params.RegionId} ${params.PageNumber}`).sort(),
    ).toEqual([
      'DescribeFlowlogs cn-hangzhou 1',
      'DescribeFlowlogs cn-hangzhou 2',
      'DescribeFlowlogs cn-shanghai 1',
    ]);
  });
});

describe('selectors that find more than limits.maxFlowLogs', () => {
  const tags = { [TAG]: 'Active until 2026-11-22T00:00:00Z' };
  const flowLogs = ['a', 'b', 'c'].map((flowLogId) => off(flowLogId, { tags }));
  const entries = [
    select('day', { regionId: HANGZHOU }),
    { flowLogId: 'd', regionId: SHANGHAI, schedule: 'day' },
  ];
  const start = (maxFlowLogs: number) =>
    startWith([...flowLogs, off('d', { regionId: SHANGHAI })], entries, { maxFlowLogs });

  it.each<[string, unknown]>([
    ['reconcile', undefined],
    ['an override of all', { action: 'override', status: 'Active', for: '1h', all: true }],
    ['an override of one', { action: 'override', status: 'Active', for: '1h', flowLogIds: ['d'] }],
    ['clearing overrides', { action: 'clear-override', all: true }],
  ])('touch nothing at all: %s', async (_what, event) => {
    const { handler, emulator, recorded } = await start(3);
    const before = emulator.flowLogs();
    const answer = await handler(event, fcContext());
    expect(answer).toMatchObject({
      ok: false,
      flowLogs: [],
      error: {
        code: 'TooManyFlowLogs',
        message: expect.stringMatching(
          /^4 flow logs are selected, limits\.maxFlowLogs is 3, so nothing was touched/,
        ),
      },
    });
    expect(emulator.flowLogs()).toEqual(before);
    expect(emulator.requests.filter(({ action }) => MUTATING.test(action))).toEqual([]);
    expect(recorded()).toMatchObject([{ kind: 'run', ok: 'false', errorCode: 'TooManyFlowLogs' }]);
  });

  it('fail the invocation of a timer, which is recorded first', async () => {
    const { handler, emulator, recorded } = await start(3);
    await expect(handler(timerEvent(), fcContext())).rejects.toMatchObject({
      name: 'ReconcileFailed',
      message: expect.stringContaining('TooManyFlowLogs'),
    });
    expect(recorded()).toMatchObject([{ kind: 'run', trigger: 'timer', errorCode: 'TooManyFlowLogs' }]);
    expect(emulator.requests.filter(({ action }) => MUTATING.test(action))).toEqual([]);
  });

  it('are as many as may be when they find exactly so many', async () => {
    const { handler, statuses } = await start(4);
    expect(await handler(undefined, fcContext())).toMatchObject({ ok: true, summary: { confirmed: 4 } });
    expect(new Set(Object.values(statuses()))).toEqual(new Set(['Active']));
  });
});

describe('an override with selectors', () => {
  const override = { action: 'override', status: 'Active', for: '1h' };
  const flowLogs = [
    off('a', { tags: { env: 'dev' } }),
    off('b', { tags: { env: 'prod' } }),
    off('c', { regionId: SHANGHAI }),
  ];
  const entries = [
    select('night', { regionId: HANGZHOU, tags: { env: 'dev' } }),
    { flowLogId: 'c', regionId: SHANGHAI, schedule: 'night' },
  ];

  it('is set on a flow log that is selected, by its ID, and on no other', async () => {
    const { handler, newHandler, emulator, statuses } = await startWith(flowLogs, entries);
    const answer = await handler({ ...override, flowLogIds: ['a'] }, fcContext());
    expect(answer).toMatchObject({ ok: true, summary: { total: 1, confirmed: 1 } });
    expect(statuses()).toEqual({ a: 'Active', b: 'Inactive', c: 'Inactive' });
    expect(emulator.flowLog('a').tags).toEqual({
      env: 'dev',
      [TAG]: 'Active until 2026-11-23T09:00:04+08:00',
    });
    await newHandler()(undefined, fcContext());
    expect(statuses()).toMatchObject({ a: 'Active' });
    await handler({ action: 'clear-override', flowLogIds: ['a'] }, fcContext());
    expect(stateOf(emulator.flowLog('a'))).toEqual({ status: 'Inactive', tags: { env: 'dev' } });
  });

  it.each<[string, object]>([
    ['an override', { ...override, flowLogIds: ['a', 'b'] }],
    ['clearing one', { action: 'clear-override', flowLogIds: ['a', 'b'] }],
  ])('is refused whole when it names one that is not selected: %s', async (_what, event) => {
    const { handler, emulator } = await startWith(flowLogs, entries);
    const before = emulator.flowLogs();
    const answer = await handler(event, fcContext());
    expect(answer).toMatchObject({
      ok: false,
      flowLogs: [],
      error: {
        code: 'InvalidEvent',
        message: expect.stringMatching(/^flowLogIds: the config has no flow log "b".*Nothing was touched$/),
      },
    });
    expect(emulator.flowLogs()).toEqual(before);
    expect(emulator.requests.filter(({ action }) => MUTATING.test(action))).toEqual([]);
    expect(listed(emulator.requests).sort()).toEqual([HANGZHOU, SHANGHAI]);
  });

  it('reaches those it names that are found, where the region of another one could not be listed', async () => {
    const { handler, emulator, statuses } = await startWith(flowLogs, entries);
    emulator.setFault(({ params }) =>
      params.RegionId === HANGZHOU ? { kind: 'error', code: 'Forbidden.RAM' } : undefined,
    );
    const answer = await handler({ ...override, flowLogIds: ['a', 'c'] }, fcContext());
    expect(answer).toMatchObject({ ok: false, summary: { total: 1, confirmed: 1 } });
    expect(answer.error).toMatchObject({
      code: 'Forbidden.RAM',
      message: expect.stringMatching(
        /^flowLogs\[0\]: the flow logs of cn-hangzhou could not be listed.*; flowLogIds: the config has no flow log "a"/,
      ),
    });
    expect(statuses()).toEqual({ a: 'Inactive', b: 'Inactive', c: 'Active' });
  });
});
