import { afterEach, describe, expect, it } from 'vitest';
import { CloudError } from '../../lib/reconcile/cloud-error.ts';
import { resultOf, run, WORLDS, type World, type WorldOptions } from '../support/world.ts';

const HANGZHOU = 'cn-hangzhou';
const SHANGHAI = 'cn-shanghai';

/** What is found, and what is left alone, the same whatever is behind the port. */
describe.each(WORLDS)('a run %s', (_name, createWorld) => {
  let world: World | undefined;
  afterEach(async () => {
    await world?.close();
    world = undefined;
  });

  async function create(options: WorldOptions): Promise<World> {
    world = await createWorld(options);
    return world;
  }

  it('calls nothing for what is right already', async () => {
    const present = await create({ flowLogs: [{ flowLogId: 'a', status: 'Active' }, { flowLogId: 'b' }] });
    const report = await run(present, ['a', { flowLogId: 'b', schedule: 'off' }]);
    expect(report).toMatchObject({ ok: true, summary: { total: 2, unchanged: 2 } });
    expect(resultOf(report, 'a')).toMatchObject({
      observed: 'Active',
      status: 'Active',
      desired: 'Active',
      action: 'none',
      outcome: 'unchanged',
      attempts: 0,
      settleMs: null,
      nextTransition: null,
      cenId: 'cen-1',
      error: null,
    });
    expect(present.toggles()).toEqual([]);
    expect(present.listings()).toBe(1);
  });

  it.each(['Modifying', 'Creating', 'Deleting'])('waits for a flow log that is %s', async (status) => {
    const present = await create({ flowLogs: [{ flowLogId: 'a', status }] });
    const report = await run(present, ['a']);
    expect(report).toMatchObject({ ok: true, summary: { waiting: 1 } });
    expect(resultOf(report, 'a')).toMatchObject({ observed: status, action: 'none', outcome: 'waiting' });
    expect(present.toggles()).toEqual([]);
    expect(present.statuses()).toEqual({ a: status });
  });

  it.each(['Frozen', 'active', ''])('does not touch a flow log with the status "%s"', async (status) => {
    const present = await create({ flowLogs: [{ flowLogId: 'a', status }, { flowLogId: 'b' }] });
    const report = await run(present, ['a', 'b']);
    expect(resultOf(report, 'a')).toMatchObject({
      action: 'none',
      outcome: 'failed',
      error: {
        code: 'UnknownStatus',
        message: expect.stringContaining(`a has the status "${status}", which`),
      },
    });
    expect(resultOf(report, 'b').outcome).toBe('confirmed');
    expect(present.toggles().map(({ flowLogId }) => flowLogId)).toEqual(['b']);
  });

  it('fails alone for a flow log that is not there', async () => {
    const present = await create({ flowLogs: [{ flowLogId: 'a' }] });
    const report = await run(present, ['gone', 'a']);
    expect(resultOf(report, 'gone')).toMatchObject({
      observed: null,
      action: 'none',
      outcome: 'failed',
      error: { code: 'FlowLogNotFound', message: expect.stringContaining('gone in cn-hangzhou;') },
    });
    expect(resultOf(report, 'a').outcome).toBe('confirmed');
    expect(present.toggles().map(({ flowLogId }) => flowLogId)).toEqual(['a']);
  });

  it('says where a flow log is that another listing has', async () => {
    const present = await create({
      flowLogs: [
        { flowLogId: 'a', regionId: SHANGHAI },
        { flowLogId: 'b', regionId: SHANGHAI },
      ],
    });
    const report = await run(present, ['a', { flowLogId: 'b', regionId: SHANGHAI }]);
    expect(resultOf(report, 'a').error).toEqual({
      code: 'FlowLogNotFound',
      message: 'CEN lists no flow log a in cn-hangzhou; it is in cn-shanghai: correct the entry',
      requestId: null,
    });
    expect(resultOf(report, 'b').outcome).toBe('confirmed');
    expect(present.statuses()).toEqual({ a: 'Inactive', b: 'Active' });
  });

  it('leaves what is in another region or CEN instance than the config says', async () => {
    const present = await create({
      flowLogs: [
        { flowLogId: 'a', cenId: 'cen-1' },
        { flowLogId: 'b', cenId: 'cen-2' },
        { flowLogId: 'c', regionId: SHANGHAI },
      ],
    });
    const report = await run(present, [
      { flowLogId: 'a', cenId: 'cen-1' },
      { flowLogId: 'b', cenId: 'cen-1' },
      'c',
    ]);
    expect(report.flowLogs.map(({ flowLogId, outcome, error }) => [flowLogId, outcome, error?.code])).toEqual(
      [
        ['a', 'confirmed', undefined],
        ['b', 'failed', 'CenMismatch'],
        ['c', 'failed', 'FlowLogNotFound'],
      ],
    );
    expect(resultOf(report, 'b').error?.message).toContain('belongs to cen-2, the config says cen-1');
    expect(present.statuses()).toEqual({ a: 'Active', b: 'Inactive', c: 'Inactive' });
  });

  it('lists only the CEN instance that all entries of a region name', async () => {
    const present = await create({ flowLogs: [{ flowLogId: 'a', cenId: 'cen-2' }] });
    const report = await run(present, [{ flowLogId: 'a', cenId: 'cen-1' }]);
    expect(resultOf(report, 'a').error).toMatchObject({
      code: 'FlowLogNotFound',
      message: expect.stringContaining('in cn-hangzhou and cen-1;'),
    });
    expect(present.toggles()).toEqual([]);
  });

  it('leaves a flow log alone that the config lists twice', async () => {
    const present = await create({ flowLogs: [{ flowLogId: 'a' }, { flowLogId: 'b' }] });
    const report = await run(present, ['a', 'b', { flowLogId: 'a', schedule: 'off' }]);
    expect(report.flowLogs.map(({ flowLogId }) => flowLogId)).toEqual(['a', 'b']);
    expect(resultOf(report, 'a')).toMatchObject({
      desired: null,
      action: 'none',
      outcome: 'failed',
      nextTransition: null,
      error: { code: 'ListedTwice', message: expect.stringContaining('2 times (schedules "on", "off")') },
    });
    expect(present.statuses()).toEqual({ a: 'Inactive', b: 'Active' });
  });

  it('fails for the region alone that cannot be listed', async () => {
    const present = await create({
      flowLogs: [
        { flowLogId: 'a' },
        { flowLogId: 'b', regionId: SHANGHAI },
        { flowLogId: 'c', regionId: SHANGHAI },
      ],
    });
    present.setFaults(({ kind, regionId }) =>
      kind === 'list' && regionId === SHANGHAI ? { kind: 'refused', code: 'Forbidden.RAM' } : undefined,
    );
    const report = await run(present, [
      'a',
      { flowLogId: 'b', regionId: SHANGHAI },
      { flowLogId: 'c', regionId: SHANGHAI },
    ]);
    expect(report).toMatchObject({ ok: false, summary: { confirmed: 1, failed: 2 } });
    for (const flowLogId of ['b', 'c']) {
      expect(resultOf(report, flowLogId)).toMatchObject({
        observed: null,
        desired: 'Active',
        outcome: 'failed',
        error: { code: 'Forbidden.RAM', requestId: expect.any(String) },
      });
    }
    expect(present.statuses()).toEqual({ a: 'Active', b: 'Inactive', c: 'Inactive' });
  });

  it('makes one region right while another one is down', async () => {
    const regions = [HANGZHOU, SHANGHAI];
    const flowLogs = regions.flatMap((regionId) =>
      [1, 2, 3].map((n) => ({ flowLogId: `${regionId}-${n}`, regionId })),
    );
    const present = await create({ flowLogs });
    present.setFaults(({ regionId }) => (regionId === SHANGHAI ? { kind: 'lost-before' } : undefined));
    const report = await run(present, flowLogs);
    const ok = (regionId: string) =>
      report.flowLogs.filter((each) => each.regionId === regionId).map((each) => each.outcome);
    expect(ok(HANGZHOU)).toEqual(['confirmed', 'confirmed', 'confirmed']);
    expect(ok(SHANGHAI)).toEqual(['failed', 'failed', 'failed']);
    expect(Object.values(present.statuses())).toEqual([
      'Active',
      'Active',
      'Active',
      'Inactive',
      'Inactive',
      'Inactive',
    ]);
  });

  it.each([
    ['a dry run', { action: 'reconcile', dryRun: true }],
    ['status', { action: 'status' }],
  ] as const)('changes nothing when it is %s', async (_kind, request) => {
    const present = await create({ flowLogs: [{ flowLogId: 'a' }, { flowLogId: 'b' }] });
    const report = await run(present, ['a', { flowLogId: 'b', schedule: 'off' }, 'gone'], { request });
    expect(report.flowLogs.map(({ action, outcome, attempts }) => [action, outcome, attempts])).toEqual([
      ['activate', 'planned', 0],
      ['none', 'unchanged', 0],
      ['none', 'failed', 0],
    ]);
    expect(present.toggles()).toEqual([]);
    expect(present.statuses()).toEqual({ a: 'Inactive', b: 'Inactive' });
    expect(report.action).toBe(request.action);
    expect(report.dryRun).toBe(request.action === 'reconcile');
  });

  it('is about the flow logs that a command names, and no others', async () => {
    const present = await create({ flowLogs: ['a', 'b'].map((flowLogId) => ({ flowLogId })) });
    const request = { action: 'clear-override', flowLogs: ['b'] } as const;
    const report = await run(present, ['a', 'b'], { request });
    expect(report.flowLogs.map(({ flowLogId }) => flowLogId)).toEqual(['b']);
    expect(present.statuses()).toEqual({ a: 'Inactive', b: 'Active' });
  });

  it('is about all flow logs when a command says so', async () => {
    const present = await create({ flowLogs: ['a', 'b'].map((flowLogId) => ({ flowLogId })) });
    const request = { action: 'clear-override', flowLogs: 'all' } as const;
    expect((await run(present, ['a', 'b'], { request })).summary).toMatchObject({ confirmed: 2 });
  });

  it('tells results in the order of the config, whatever region was faster', async () => {
    const flowLogs = [
      { flowLogId: 'c', regionId: SHANGHAI },
      { flowLogId: 'a', regionId: HANGZHOU },
      { flowLogId: 'd', regionId: SHANGHAI },
      { flowLogId: 'b', regionId: HANGZHOU },
    ];
    const report = await run(await create({ flowLogs }), flowLogs);
    expect(report.flowLogs.map(({ flowLogId }) => flowLogId)).toEqual(['c', 'a', 'd', 'b']);
  });

  it('knows nothing of the run before: the next one takes up what was left', async () => {
    const present = await create({ flowLogs: ['a', 'b', 'c'].map((flowLogId) => ({ flowLogId })) });
    present.setFaults(({ kind, flowLogId }) =>
      kind !== 'list' && flowLogId !== 'b' ? { kind: 'refused', code: 'NoPermission' } : undefined,
    );
    expect((await run(present, ['a', 'b', 'c'])).summary).toMatchObject({ confirmed: 1, failed: 2 });
    present.setFaults(undefined);
    expect((await run(present, ['a', 'b', 'c'])).summary).toMatchObject({ unchanged: 1, confirmed: 2 });
    expect((await run(present, ['a', 'b', 'c'])).summary).toMatchObject({ unchanged: 3 });
    expect(new Set(present.toggles().map(({ clientToken }) => clientToken)).size).toBe(5);
  });

  it('does no harm to one that goes on at the same time', async () => {
    const flowLogs = Array.from({ length: 12 }, (_, index) => ({ flowLogId: `flowlog-${index}` }));
    const present = await create({ flowLogs, latencyMs: 30, concurrency: 3 });
    const ids = flowLogs.map(({ flowLogId }) => flowLogId);
    const reports = await Promise.all([run(present, ids), run(present, ids)]);
    for (const report of reports) {
      expect(report.ok).toBe(true);
      expect(report.summary.confirmed + report.summary.unchanged + report.summary.waiting).toBe(12);
    }
    expect(new Set(Object.values(present.statuses()))).toEqual(new Set(['Active']));
    expect(present.toggles().length).toBeLessThanOrEqual(24);
    expect(present.toggles().filter(({ action }) => action !== 'activate')).toEqual([]);
  });
});

describe('a mistake in the program', () => {
  it.each(['list', 'activate'] as const)('is thrown, not reported as a failed call: %s', async (method) => {
    const [, createWorld] = WORLDS[0];
    const world = await createWorld({ flowLogs: [{ flowLogId: 'a' }] });
    const mistake = new TypeError('undefined is not a function');
    const broken: World = {
      ...world,
      flowLogs: () => ({ ...world.flowLogs(), [method]: () => Promise.reject(mistake) }),
    };
    await expect(run(broken, ['a'])).rejects.toBe(mistake);
  });

  it('is thrown while reading back too', async () => {
    const [, createWorld] = WORLDS[0];
    const world = await createWorld({ flowLogs: [{ flowLogId: 'a' }] });
    const mistake = new TypeError('undefined is not a function');
    let listings = 0;
    const broken: World = {
      ...world,
      flowLogs: () => {
        const flowLogs = world.flowLogs();
        const list: typeof flowLogs.list = (...listing) => {
          listings += 1;
          return listings === 1 ? flowLogs.list(...listing) : Promise.reject(mistake);
        };
        return { ...flowLogs, list };
      },
    };
    await expect(run(broken, ['a'])).rejects.toBe(mistake);
    expect(mistake).not.toBeInstanceOf(CloudError);
  });
});
