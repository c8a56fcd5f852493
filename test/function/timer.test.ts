import { describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/cloud/clock.ts';
import { ReconcileFailed } from '../../lib/function/answer.ts';
import { failureOf } from '../support/failures.ts';
import { AT, CONFIG, fcContext, startScheduler, TICK, timerEvent } from '../support/scheduler.ts';

const AS_WANTED = {
  'flowlog-to-activate': 'Active',
  'flowlog-to-deactivate': 'Inactive',
  'flowlog-right': 'Active',
  'flowlog-of-others': 'Inactive',
};
const AS_FOUND = {
  ...AS_WANTED,
  'flowlog-to-activate': 'Inactive',
  'flowlog-to-deactivate': 'Active',
};

describe('a timer run', () => {
  it('brings every flow log of the config to the status that its schedule wants, and no other', async () => {
    const { handler, statuses } = await startScheduler();
    expect(statuses()).toEqual(AS_FOUND);
    await handler(timerEvent(), fcContext());
    expect(statuses()).toEqual(AS_WANTED);
  });

  it('does so with the clocks of the process too', async () => {
    const always = { windows: [{ days: 'daily', from: '00:00', to: '24:00' }] };
    const { handler, statuses } = await startScheduler({
      clock: systemClock,
      config: { ...CONFIG, schedules: { office: always, night: always } },
    });
    const answer = await handler(timerEvent(), fcContext());
    expect(statuses()['flowlog-to-activate']).toBe('Active');
    expect(answer.summary).toMatchObject({ confirmed: 1, unchanged: 2 });
    expect(Math.abs(Date.parse(answer.at) - Date.now())).toBeLessThan(60_000);
  });

  it('answers what it did', async () => {
    const { handler } = await startScheduler();
    const answer = await handler(timerEvent(), fcContext());
    expect(answer).toMatchObject({
      action: 'reconcile',
      dryRun: false,
      ok: true,
      at: AT,
      summary: { total: 3, unchanged: 1, confirmed: 2, accepted: 0, waiting: 0, planned: 0, failed: 0 },
      warnings: [],
    });
    expect(answer).not.toHaveProperty('error');
    const told = answer.flowLogs.map(({ flowLogId, action, outcome }) => [flowLogId, action, outcome]);
    expect(told).toEqual([
      ['flowlog-to-activate', 'activate', 'confirmed'],
      ['flowlog-to-deactivate', 'deactivate', 'confirmed'],
      ['flowlog-right', 'none', 'unchanged'],
    ]);
  });

  it('records itself and what it changed, with the timer that asked for it', async () => {
    const { handler, recorded } = await startScheduler();
    const { runId } = await handler(timerEvent(), fcContext());
    const common = { runId, requestId: 'fc-request-1', trigger: 'timer', at: AT, dryRun: 'false' };
    expect(recorded()).toMatchObject([
      {
        kind: 'run',
        ...common,
        ok: 'true',
        action: 'reconcile',
        triggerName: 'tick',
        triggerTime: TICK,
        lagMs: '3120',
        total: '3',
        confirmed: '2',
        errorCode: '',
      },
      { kind: 'flow-log', ...common, flowLogId: 'flowlog-to-activate', outcome: 'confirmed' },
      { kind: 'flow-log', ...common, flowLogId: 'flowlog-to-deactivate', outcome: 'confirmed' },
    ]);
  });

  it('records as the function that it is, under one topic', async () => {
    const { handler, emulator } = await startScheduler();
    await handler(timerEvent(), fcContext());
    const [entry] = emulator.logs('ops-audit', 'flow-log-scheduler');
    expect(entry).toMatchObject({
      topic: 'flow-log-scheduler',
      source: 'flow-log-tick',
      time: Math.floor(Date.parse(AT) / 1000),
    });
  });

  it('prints every record that it writes, each as one line of JSON', async () => {
    const { handler, printed, recorded } = await startScheduler();
    await handler(timerEvent(), fcContext());
    expect(printed.map((line) => JSON.parse(line))).toEqual(recorded());
    expect(printed.join('')).not.toContain('\n');
  });

  it('records flow logs that needed nothing when the config asks for all', async () => {
    const recordTo = { ...CONFIG.recordTo, record: 'all' };
    const { handler, recorded } = await startScheduler({ config: { ...CONFIG, recordTo } });
    await handler(timerEvent(), fcContext());
    expect(recorded().filter(({ outcome }) => outcome === 'unchanged')).toMatchObject([
      { flowLogId: 'flowlog-right' },
    ]);
  });

  it('that finds everything as it should be changes nothing and records its heartbeat', async () => {
    const { handler, emulator, recorded } = await startScheduler();
    await handler(timerEvent(), fcContext());
    const before = recorded().length;
    const changes = () => emulator.requests.filter(({ action }) => /^(Dea|A)ctive/.test(action)).length;
    const changed = changes();
    expect(await handler(timerEvent(), fcContext())).toMatchObject({ ok: true, summary: { unchanged: 3 } });
    expect(recorded().slice(before)).toMatchObject([{ kind: 'run', ok: 'true', unchanged: '3' }]);
    expect(changes()).toBe(changed);
  });

  it('writes to standard output only when the config says stdout', async () => {
    const config = { ...CONFIG, recordTo: 'stdout' };
    const { handler, printedRecords, recorded, statuses } = await startScheduler({ config });
    await handler(timerEvent(), fcContext());
    expect(statuses()).toEqual(AS_WANTED);
    expect([printedRecords('run').length, printedRecords('flow-log').length]).toEqual([1, 2]);
    expect(recorded()).toEqual([]);
  });

  it('does what its payload says', async () => {
    const { handler, statuses, recorded } = await startScheduler();
    const answer = await handler(timerEvent('{"action": "reconcile", "dryRun": true}'), fcContext());
    expect(answer).toMatchObject({ dryRun: true, ok: true, summary: { planned: 2 } });
    expect(statuses()).toEqual(AS_FOUND);
    expect(recorded()).toMatchObject([{ trigger: 'timer', dryRun: 'true' }, {}, {}]);
  });

  it('whose payload is no command touches nothing, records why and throws', async () => {
    const { handler, statuses, recorded } = await startScheduler();
    const error = await failureOf(ReconcileFailed, handler(timerEvent('reconcile please'), fcContext()));
    expect(error).toMatchObject({
      name: 'ReconcileFailed',
      message: expect.stringMatching(/InvalidEvent: .*no JSON: "reconcile please"/),
    });
    expect(statuses()).toEqual(AS_FOUND);
    expect(recorded()).toMatchObject([
      { kind: 'run', ok: 'false', action: 'none', trigger: 'timer', errorCode: 'InvalidEvent' },
    ]);
  });

  it.each<[string, object]>([
    ['without a name', { triggerTime: TICK }],
    ['without a time', { triggerName: 'tick' }],
    ['with a number for a time', { triggerTime: 1795428000, triggerName: 'tick' }],
    ['with a time that is none', { triggerTime: 'soon', triggerName: 'tick' }],
  ])('%s is one all the same', async (_, event) => {
    const { handler, statuses, recorded, emulator } = await startScheduler();
    await handler(Buffer.from(JSON.stringify(event)), fcContext());
    expect(statuses()).toEqual(AS_WANTED);
    const [run] = recorded();
    expect(run).toMatchObject({ kind: 'run', trigger: 'timer', ok: 'true' });
    expect(run?.lagMs).toBe('triggerTime' in event && event.triggerTime === TICK ? '3120' : '');
    emulator.setFault(() => ({ kind: 'error', code: 'InvalidParameter' }));
    await failureOf(ReconcileFailed, handler(Buffer.from(JSON.stringify(event)), fcContext()));
  });
});
