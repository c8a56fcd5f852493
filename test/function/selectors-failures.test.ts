import { describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/cloud/clock.ts';
import type { EmulatorFlowLog } from '../../lib/emulator/emulator.ts';
import type { Clock } from '../../lib/reconcile/ports.ts';
import { CREDENTIALS, fcContext, RECORD_TO, startScheduler, timerEvent } from '../support/scheduler.ts';

const [HANGZHOU, SHANGHAI] = ['cn-hangzhou', 'cn-shanghai'] as const;
const ALWAYS = { windows: [{ days: 'daily', from: '00:00', to: '24:00' }] };
const select = (regionId: string) => ({ select: { regionId }, schedule: 'always' });
const off = (flowLogId: string, regionId: string = HANGZHOU): EmulatorFlowLog => ({
  flowLogId,
  regionId,
  status: 'Inactive',
});

const start = (entries: readonly object[], clock?: Clock) =>
  startScheduler({
    ...(clock && { clock }),
    config: {
      timezone: 'Asia/Shanghai',
      recordTo: RECORD_TO,
      schedules: { always: ALWAYS },
      flowLogs: entries,
    },
    emulator: {
      accounts: [
        {
          accountId: '1',
          accessKeys: [CREDENTIALS],
          flowLogs: [off('a'), off('b', SHANGHAI), off('c', SHANGHAI)],
        },
      ],
    },
  });

describe("a selector's region that cannot be listed", () => {
  const entries = [
    select(HANGZHOU),
    select(SHANGHAI),
    { flowLogId: 'c', regionId: SHANGHAI, schedule: 'always' },
  ];

  it('is an error of the run, and the others are made right', async () => {
    const { handler, emulator, statuses, recorded } = await start(entries);
    emulator.setFault(({ params }) =>
      params.RegionId === SHANGHAI ? { kind: 'error', code: 'Forbidden.RAM' } : undefined,
    );
    const answer = await handler(undefined, fcContext());
    expect(answer).toMatchObject({
      ok: false,
      summary: { total: 2, confirmed: 1, failed: 1 },
      error: {
        code: 'Forbidden.RAM',
        message: expect.stringMatching(
          /^flowLogs\[1\]: the flow logs of cn-shanghai could not be listed, so none is selected: DescribeFlowlogs/,
        ),
        requestId: expect.any(String),
      },
    });
    expect(answer.flowLogs.map(({ flowLogId, outcome, error }) => [flowLogId, outcome, error?.code])).toEqual(
      [
        ['a', 'confirmed', undefined],
        ['c', 'failed', 'Forbidden.RAM'],
      ],
    );
    expect(statuses()).toEqual({ a: 'Active', b: 'Inactive', c: 'Inactive' });
    expect(recorded()[0]).toMatchObject({ kind: 'run', ok: 'false', errorCode: 'Forbidden.RAM' });
  });

  it('fails the invocation of a timer, though every flow log that was found is right', async () => {
    const { handler, emulator } = await start([select(HANGZHOU), select(SHANGHAI)]);
    await handler(undefined, fcContext());
    emulator.setFault(({ params }) =>
      params.RegionId === SHANGHAI ? { kind: 'error', code: 'NoPermission' } : undefined,
    );
    await expect(handler(timerEvent(), fcContext())).rejects.toMatchObject({
      name: 'ReconcileFailed',
      message: expect.stringContaining('NoPermission: flowLogs[1]'),
    });
  });

  it('names each of several regions', async () => {
    const { handler, emulator } = await start([select(HANGZHOU), select(SHANGHAI)]);
    emulator.setFault(({ service }) =>
      service === 'Cbn' ? { kind: 'error', code: 'Forbidden.RAM' } : undefined,
    );
    const { error, summary } = await handler(undefined, fcContext());
    expect(error?.message).toMatch(/flowLogs\[0\]: .*cn-hangzhou.*; flowLogs\[1\]: .*cn-shanghai/);
    expect(summary.total).toBe(0);
  });
});

describe('a region that does not answer', () => {
  // Of these the last quarter is for recording, and what is before is halved between listing and changing.
  const timeout = 4;

  it.each<[string, object[]]>([
    ['is selected', [select(HANGZHOU), select(SHANGHAI)]],
    ['is named besides', [select(HANGZHOU), { flowLogId: 'b', regionId: SHANGHAI, schedule: 'always' }]],
  ])('leaves time for the others, when it %s', async (_what, entries) => {
    const { handler, emulator, statuses, recorded } = await start(entries, systemClock);
    emulator.setFault(({ params }) =>
      params.RegionId === SHANGHAI ? { kind: 'hang', when: 'before' } : undefined,
    );
    const before = performance.now();
    const answer = await handler(undefined, fcContext({ function: { name: 'f', timeout } }));
    expect(performance.now() - before).toBeLessThan(timeout * 1000);
    expect(answer.flowLogs[0]).toMatchObject({ flowLogId: 'a', outcome: 'confirmed', status: 'Active' });
    expect(answer.ok).toBe(false);
    expect(statuses()).toEqual({ a: 'Active', b: 'Inactive', c: 'Inactive' });
    expect(recorded()[0]).toMatchObject({ kind: 'run', ok: 'false', confirmed: '1' });
  });
});
