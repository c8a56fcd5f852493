import { afterEach, describe, expect, it } from 'vitest';
import type { Command } from '../../lib/reconcile/command.ts';
import {
  type Entry,
  resultOf,
  run,
  WORLDS,
  type World,
  type WorldOptions,
  warningsOf,
} from '../support/world.ts';

const TAG = 'flow-log-scheduler:override';
const SHANGHAI = 'cn-shanghai';
const HOUR = 3_600_000;
/** What an override for an hour is written as: the clock begins at midnight, UTC. */
const HELD = 'Active until 2026-11-23T01:00:00Z';
const PAST = 'Active until 2026-11-22T00:00:00Z';

const override = {
  action: 'override',
  status: 'Active',
  end: { kind: 'for', ms: HOUR },
  flowLogs: 'all',
  by: null,
  reason: null,
} as const satisfies Command;
const off = (flowLogId: string, more: Partial<Entry> = {}): Entry => ({
  flowLogId,
  schedule: 'off',
  ...more,
});
const numbered = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, index) => ({ flowLogId: `flowlog-${index + 1}`, ...more }));

/** The state of the world, the same whatever is behind the port. */
describe.each(WORLDS)('overrides %s', (_name, createWorld) => {
  let world: World | undefined;
  afterEach(async () => {
    await world?.close();
    world = undefined;
  });
  const create = async (options: WorldOptions) => {
    world = await createWorld(options);
    return world;
  };

  it('are set with one call for twenty flow logs of a region, and take effect at once', async () => {
    const regions = [...numbered(21), { flowLogId: 'flowlog-sh', regionId: SHANGHAI }];
    const present = await create({ flowLogs: regions.map((each) => ({ ...each, tags: { env: 'dev' } })) });
    const report = await run(
      present,
      regions.map(({ flowLogId, ...more }) => off(flowLogId, more)),
      { request: override },
    );
    expect(report).toMatchObject({ ok: true, summary: { total: 22, confirmed: 22 } });
    expect(new Set(Object.values(present.statuses()))).toEqual(new Set(['Active']));
    for (const tags of Object.values(present.tags())) expect(tags).toEqual({ env: 'dev', [TAG]: HELD });
    const calls = present.tagCalls().map(({ regionId, flowLogIds }) => [regionId, flowLogIds.length]);
    expect(calls.sort()).toEqual([
      ['cn-hangzhou', 1],
      ['cn-hangzhou', 20],
      [SHANGHAI, 1],
    ]);
  });

  it('end for each flow log when its own schedule changes next, and never without such a change', async () => {
    const present = await create({ flowLogs: numbered(3) });
    const entries: Entry[] = [
      { flowLogId: 'flowlog-1', schedule: 'office' },
      { flowLogId: 'flowlog-2', schedule: 'off' },
      { flowLogId: 'flowlog-3', schedule: 'on' },
    ];
    const request = { ...override, end: { kind: 'next-transition' } } as const;
    const report = await run(present, entries, { request });
    expect(present.tags()).toEqual({
      'flowlog-1': { [TAG]: 'Active until 2026-11-23T08:00:00Z' },
      'flowlog-2': {},
      'flowlog-3': {},
    });
    expect(report.flowLogs.map(({ outcome, error }) => [outcome, error?.code])).toEqual([
      ['confirmed', undefined],
      ['failed', 'InvalidOverride'],
      ['failed', 'InvalidOverride'],
    ]);
    expect(resultOf(report, 'flowlog-2').error?.message).toContain('never changes');
    expect(present.statuses()).toMatchObject({ 'flowlog-1': 'Active', 'flowlog-2': 'Inactive' });
  });

  it('are refused for the flow log alone whose schedule changes later than one may hold', async () => {
    const present = await create({ flowLogs: numbered(2) });
    const entries: Entry[] = [{ flowLogId: 'flowlog-1', schedule: 'office' }, off('flowlog-2')];
    const request = { ...override, end: { kind: 'next-transition' } } as const;
    const report = await run(present, entries, { request, limits: { maxOverride: '7h59m' } });
    expect(resultOf(report, 'flowlog-1').error).toEqual({
      code: 'InvalidOverride',
      message: 'the override would be longer than limits.maxOverride, 7h59m',
      requestId: null,
    });
    expect([present.tagCalls(), present.toggles()]).toEqual([[], []]);
  });

  it('may last exactly as long as the config allows, in the middle of a second too', async () => {
    const present = await create({ flowLogs: numbered(1) });
    await present.clock.sleep(120);
    const request = { ...override, at: present.clock.now(), end: { kind: 'for', ms: 24 * HOUR } } as const;
    const report = await run(present, [off('flowlog-1')], { request, limits: { maxOverride: '1d' } });
    expect(report.ok).toBe(true);
    expect(present.tags()).toEqual({ 'flowlog-1': { [TAG]: 'Active until 2026-11-24T00:00:01Z' } });
    const limits = { maxOverride: '1d' };
    const next = await run(present, [off('flowlog-1')], { request: { at: request.at }, limits });
    expect(next.warnings).toEqual([]);
  });

  it('that were set by hand for longer hold, with a warning', async () => {
    const tags = { [TAG]: 'active until 9999-12-31T00:00:00Z; by=somebody' };
    const present = await create({ flowLogs: [{ flowLogId: 'a', tags }, { flowLogId: 'b' }] });
    const report = await run(present, [off('a'), 'b']);
    expect(resultOf(report, 'a')).toMatchObject({
      desired: 'Active',
      outcome: 'confirmed',
      nextTransition: Date.parse('9999-12-31T00:00:00Z'),
    });
    expect(warningsOf(report)).toEqual([
      `a: tag ${TAG} ends later than limits.maxOverride (7d) allows to set`,
    ]);
    expect(present.tags()).toEqual({ a: tags, b: {} });
  });

  it('whose tag is refused are not applied, and the others of the batch are', async () => {
    const present = await create({ flowLogs: numbered(3) });
    present.setFaults(({ kind, tagged }) =>
      kind === 'tag' && tagged.includes('flowlog-2') ? { kind: 'refused', code: 'NoPermission' } : undefined,
    );
    const report = await run(
      present,
      numbered(3).map(({ flowLogId }) => off(flowLogId)),
      {
        request: override,
      },
    );
    expect(report).toMatchObject({ ok: false, summary: { confirmed: 2, failed: 1 } });
    expect(resultOf(report, 'flowlog-2')).toMatchObject({
      desired: 'Inactive',
      status: 'Inactive',
      action: 'none',
      override: null,
      error: { code: 'NoPermission', requestId: expect.any(String) },
    });
    expect(present.statuses()).toEqual({
      'flowlog-1': 'Active',
      'flowlog-2': 'Inactive',
      'flowlog-3': 'Active',
    });
    expect(Object.keys(present.tags()['flowlog-2'] ?? {})).toEqual([]);
  });

  it('that cannot be replaced go on as they were', async () => {
    const tags = { [TAG]: HELD };
    const present = await create({ flowLogs: [{ flowLogId: 'a', status: 'Active', tags }] });
    present.setFaults(({ kind }) =>
      kind === 'tag' ? { kind: 'refused', code: 'Forbidden.RAM' } : undefined,
    );
    const request = { ...override, status: 'Inactive' } as const;
    const report = await run(present, [off('a')], { request });
    expect(resultOf(report, 'a')).toMatchObject({
      desired: 'Active',
      outcome: 'failed',
      override: { status: 'Active', until: Date.parse('2026-11-23T01:00:00Z') },
      error: { code: 'Forbidden.RAM' },
    });
    expect([present.statuses(), present.tags()]).toEqual([{ a: 'Active' }, { a: tags }]);
  });

  it('wait for the end of a change that is under way, and then apply, in the same run', async () => {
    const present = await create({ flowLogs: [{ flowLogId: 'a', status: 'Active' }] });
    present.beginChange('a', 60_000, 'Inactive');
    const report = await run(present, [off('a')], { request: override });
    expect(resultOf(report, 'a')).toMatchObject({
      observed: 'Modifying',
      desired: 'Active',
      action: 'activate',
      outcome: 'confirmed',
      status: 'Active',
      attempts: 1,
    });
    expect(present.tags()).toEqual({ a: { [TAG]: HELD } });
    expect(present.statuses()).toEqual({ a: 'Active' });
    present.beginChange('a', 60_000, 'Active');
    const cleared = await run(present, [off('a')], {
      request: { action: 'clear-override', flowLogs: 'all' },
    });
    expect(resultOf(cleared, 'a')).toMatchObject({
      observed: 'Modifying',
      action: 'deactivate',
      outcome: 'confirmed',
      override: null,
    });
    expect([present.statuses(), present.tags()]).toEqual([{ a: 'Inactive' }, { a: {} }]);
  });

  it('that are cleared where there is none wait for such an end too, and then follow the schedule', async () => {
    const present = await create({ flowLogs: [{ flowLogId: 'a' }] });
    present.beginChange('a', 60_000, 'Active');
    const request = { action: 'clear-override', flowLogs: 'all' } as const;
    const report = await run(present, [off('a')], { request });
    expect(resultOf(report, 'a')).toMatchObject({ action: 'deactivate', outcome: 'confirmed' });
    expect([present.statuses(), present.tagCalls()]).toEqual([{ a: 'Inactive' }, []]);
  });

  it('have nothing to do when that change ends as they want it', async () => {
    const present = await create({ flowLogs: [{ flowLogId: 'a', status: 'Inactive' }] });
    present.beginChange('a', 20_000, 'Active');
    const report = await run(present, [off('a')], { request: override });
    expect(resultOf(report, 'a')).toMatchObject({
      action: 'none',
      outcome: 'unchanged',
      status: 'Active',
      attempts: 0,
    });
    expect(present.toggles()).toEqual([]);
  });

  it('are kept on a flow log that goes on changing until the time to settle ends', async () => {
    const present = await create({ flowLogs: [{ flowLogId: 'a', status: 'Active' }] });
    present.beginChange('a', 600_000, 'Inactive');
    const report = await run(present, [off('a')], { request: override, limits: { settleTimeout: '20s' } });
    expect(report).toMatchObject({ ok: true, summary: { waiting: 1 } });
    expect(resultOf(report, 'a')).toMatchObject({ desired: 'Active', action: 'none', status: 'Modifying' });
    expect(report.durationMs).toBeLessThan(22_000);
    expect([present.tags(), present.toggles()]).toEqual([{ a: { [TAG]: HELD } }, []]);
  });

  it('are not kept on a flow log that the config is wrong about', async () => {
    const flowLogs = ['a', 'twice', 'other'].map((flowLogId) => ({
      flowLogId,
      tags: { [TAG]: PAST },
      ...(flowLogId === 'other' && { cenId: 'cen-2' }),
    }));
    const present = await create({ flowLogs });
    const entries = [off('a'), off('twice'), off('twice'), off('other', { cenId: 'cen-1' }), off('gone')];
    const before = present.tags();
    for (const request of [
      { ...override, flowLogs: ['twice', 'other', 'gone'] },
      { action: 'clear-override', flowLogs: ['twice', 'other', 'gone'] },
    ] as const) {
      const report = await run(present, entries, { request });
      expect(report.flowLogs.map(({ error, override: held }) => [error?.code, held])).toEqual([
        ['ListedTwice', null],
        ['CenMismatch', null],
        ['FlowLogNotFound', null],
      ]);
      expect([present.tags(), present.toggles()]).toEqual([before, []]);
    }
    await run(present, entries);
    expect(present.tags()).toEqual({ ...before, a: {} });
  });

  it('that ended are removed by the next run, twenty with a call, and by nothing that only looks', async () => {
    const tags = { [TAG]: PAST, env: 'dev' };
    const flowLogs = [...numbered(21, { tags }), { flowLogId: 'flowlog-sh', regionId: SHANGHAI, tags }];
    const present = await create({ flowLogs });
    const entries = flowLogs.map(({ flowLogId, ...more }) =>
      off(flowLogId, 'regionId' in more ? { regionId: SHANGHAI } : {}),
    );
    for (const request of [{ action: 'status' }, { action: 'reconcile', dryRun: true }] as const) {
      expect((await run(present, entries, { request })).summary).toMatchObject({ unchanged: 22 });
      expect(present.tagCalls()).toEqual([]);
    }
    expect(await run(present, entries)).toMatchObject({ ok: true, summary: { unchanged: 22 }, warnings: [] });
    for (const left of Object.values(present.tags())) expect(left).toEqual({ env: 'dev' });
    const calls = present
      .tagCalls()
      .map(({ regionId, flowLogIds, value }) => [regionId, flowLogIds.length, value]);
    expect(calls.sort()).toEqual([
      ['cn-hangzhou', 1, null],
      ['cn-hangzhou', 20, null],
      [SHANGHAI, 1, null],
    ]);
    await run(present, entries);
    expect(present.tagCalls()).toHaveLength(3);
  });

  it('that ended and cannot be removed are a warning, and fail nothing', async () => {
    const tags = { [TAG]: PAST };
    const present = await create({
      flowLogs: [
        { flowLogId: 'a', tags },
        { flowLogId: 'b', tags },
      ],
    });
    present.setFaults(({ kind, tagged }) =>
      kind === 'untag' && tagged.includes('a') ? { kind: 'refused', code: 'NoPermission' } : undefined,
    );
    const report = await run(present, ['a', 'b']);
    expect(report).toMatchObject({ ok: true, summary: { confirmed: 2 } });
    expect(warningsOf(report)).toEqual([
      expect.stringMatching(/^a: its expired override could not be removed: .+/),
    ]);
    expect(present.tags()).toEqual({ a: tags, b: {} });
  });

  it('that are unreadable are told and left alone, and replaced or removed only when asked to', async () => {
    const values = {
      a: 'Active until 2026-11-23T18:00:00',
      b: 'Broken until 2026-11-23T18:00:00Z',
      c: '',
      d: 'Active; by=x',
    };
    const present = await create({
      flowLogs: Object.entries(values).map(([flowLogId, value]) => ({
        flowLogId,
        tags: { [TAG]: value, env: 'dev' },
      })),
    });
    const entries = Object.keys(values).map((flowLogId) => off(flowLogId));
    const before = present.tags();
    for (const request of [{}, { action: 'status' }, { action: 'reconcile', dryRun: true }] as const) {
      const report = await run(present, entries, { request });
      expect(report).toMatchObject({ ok: true, summary: { unchanged: 4 } });
      expect(warningsOf(report).map((warning) => warning.split(', which')[0])).toEqual(
        Object.entries(values).map(([flowLogId, value]) => `${flowLogId}: tag ${TAG} holds "${value}"`),
      );
      expect(warningsOf(report)[0]).toContain('"Active until 2026-11-23T18:00:00+08:00; by=netops;');
      expect(present.tags()).toEqual(before);
    }
    await run(present, entries, { request: { ...override, flowLogs: ['a'] } });
    expect(present.tags()).toEqual({ ...before, a: { env: 'dev', [TAG]: HELD } });
    await run(present, entries, { request: { action: 'clear-override', flowLogs: ['a', 'b', 'c'] } });
    expect(present.tags()).toEqual({
      a: { env: 'dev' },
      b: { env: 'dev' },
      c: { env: 'dev' },
      d: before.d,
    });
    expect(present.statuses()).toEqual({ a: 'Inactive', b: 'Inactive', c: 'Inactive', d: 'Inactive' });
  });

  it('that cannot be cleared hold on', async () => {
    const tags = { [TAG]: HELD };
    const present = await create({
      flowLogs: [
        { flowLogId: 'a', status: 'Active', tags },
        { flowLogId: 'b', status: 'Active', tags },
      ],
    });
    present.setFaults(({ kind, tagged }) =>
      kind === 'untag' && tagged.includes('a') ? { kind: 'refused', code: 'NoPermission' } : undefined,
    );
    const report = await run(present, [off('a'), off('b')], {
      request: { action: 'clear-override', flowLogs: 'all' },
    });
    expect(resultOf(report, 'a')).toMatchObject({
      desired: 'Active',
      outcome: 'failed',
      override: { status: 'Active' },
      error: { code: 'NoPermission' },
    });
    expect(resultOf(report, 'b')).toMatchObject({ outcome: 'confirmed', override: null });
    expect(present.statuses()).toEqual({ a: 'Active', b: 'Inactive' });
    expect(present.tags()).toEqual({ a: tags, b: {} });
  });
});
