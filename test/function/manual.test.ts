import { describe, expect, it } from 'vitest';
import { AT, CREDENTIALS, fcContext, startScheduler } from '../support/scheduler.ts';

const command = (value: object) => Buffer.from(JSON.stringify(value));

describe('a manual run', () => {
  it.each([
    ['an empty event', Buffer.from('')],
    ['no event', undefined],
    ['the command', command({ action: 'reconcile' })],
    ['the command as an object', { action: 'reconcile' }],
  ])('reconciles on %s', async (_, event) => {
    const { handler, statuses, recorded } = await startScheduler();
    const answer = await handler(event, fcContext());
    expect(answer).toMatchObject({ action: 'reconcile', ok: true, summary: { confirmed: 2 } });
    expect(statuses()).toMatchObject({
      'flowlog-to-activate': 'Active',
      'flowlog-to-deactivate': 'Inactive',
    });
    expect(recorded()[0]).toMatchObject({ trigger: 'manual', triggerName: '', triggerTime: '', lagMs: '' });
  });

  it.each([
    ['status', { action: 'status' }, false],
    ['a dry run', { action: 'reconcile', dryRun: true }, true],
  ])('of %s changes nothing, and tells what is and what should be', async (_, event, dryRun) => {
    const { handler, emulator } = await startScheduler();
    const before = emulator.flowLogs();
    const answer = await handler(command(event), fcContext());
    expect(emulator.flowLogs()).toEqual(before);
    expect(answer).toMatchObject({
      action: event.action,
      dryRun,
      ok: true,
      summary: { planned: 2, unchanged: 1 },
    });
    expect(answer.flowLogs).toMatchObject([
      { flowLogId: 'flowlog-to-activate', observed: 'Inactive', desired: 'Active', outcome: 'planned' },
      { flowLogId: 'flowlog-to-deactivate', observed: 'Active', desired: 'Inactive', outcome: 'planned' },
      { flowLogId: 'flowlog-right', observed: 'Active', desired: 'Active', outcome: 'unchanged' },
    ]);
  });

  it('tells when each flow log changes next', async () => {
    const { handler } = await startScheduler();
    const { flowLogs } = await handler(command({ action: 'status' }), fcContext());
    expect(flowLogs.map(({ nextTransition }) => nextTransition)).toEqual([
      '2026-11-23T12:00:00.000Z',
      '2026-11-23T14:00:00.000Z',
      '2026-11-23T12:00:00.000Z',
    ]);
  });

  it('answers with every key of the contract, and with the status after the run and any override, as JSON', async () => {
    const { handler } = await startScheduler();
    const answer = await handler(undefined, fcContext());
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
    expect(Object.keys(answer)).toEqual([
      'runId',
      'action',
      'dryRun',
      'ok',
      'at',
      'summary',
      'flowLogs',
      'warnings',
      'nodeVersion',
      'zoneData',
    ]);
    expect(Object.keys(answer.summary)).toEqual([
      'total',
      'unchanged',
      'confirmed',
      'accepted',
      'waiting',
      'planned',
      'failed',
    ]);
    const [flowLog = expect.fail('no flow log')] = answer.flowLogs;
    expect(flowLog).toEqual({
      flowLogId: 'flowlog-to-activate',
      regionId: 'cn-hangzhou',
      cenId: 'cen-1',
      account: null,
      schedule: 'office',
      observed: 'Inactive',
      desired: 'Active',
      status: 'Active',
      reason: expect.stringContaining('08:00'),
      action: 'activate',
      outcome: 'confirmed',
      nextTransition: '2026-11-23T12:00:00.000Z',
      error: null,
      override: null,
    });
    expect(answer.at).toBe(AT);
    expect(answer.runId).not.toBe('');
  });

  it('answers what failed instead of throwing, with the request ID to ask Alibaba Cloud about', async () => {
    const { handler, emulator, recorded } = await startScheduler();
    emulator.setFault(({ action }) =>
      action === 'ActiveFlowLog' ? { kind: 'error', code: 'InvalidParameter' } : undefined,
    );
    const answer = await handler(undefined, fcContext());
    expect(answer).toMatchObject({ ok: false, summary: { confirmed: 1, failed: 1, unchanged: 1 } });
    expect(answer.flowLogs[0]).toMatchObject({
      outcome: 'failed',
      error: {
        code: 'InvalidParameter',
        message: expect.stringContaining('ActiveFlowLog'),
        requestId: emulator.requests.find(({ action }) => action === 'ActiveFlowLog')?.requestId,
      },
    });
    expect(recorded()).toMatchObject([
      { kind: 'run', ok: 'false', failed: '1' },
      { flowLogId: 'flowlog-to-activate', outcome: 'failed', errorCode: 'InvalidParameter' },
      { flowLogId: 'flowlog-to-deactivate', outcome: 'confirmed' },
    ]);
  });

  it('answers why its results could not be recorded instead of throwing', async () => {
    const { handler, statuses } = await startScheduler({ emulator: { logstores: [] } });
    const answer = await handler(undefined, fcContext());
    expect(answer).toMatchObject({
      ok: false,
      summary: { confirmed: 2, failed: 0 },
      error: { code: 'ProjectNotExist', message: expect.stringContaining('ops-audit') },
    });
    expect(statuses()['flowlog-to-activate']).toBe('Active');
  });

  it('does not repeat what looks like an access key', async () => {
    const { handler, recorded } = await startScheduler();
    const answer = await handler({ action: 'LTAI5tExampleKey12345' }, fcContext());
    expect(answer.error?.code).toBe('InvalidEvent');
    expect(JSON.stringify([answer, recorded()])).not.toContain('LTAI5t');
    const { accessKeySecret } = CREDENTIALS;
    const other = await handler({ action: accessKeySecret }, fcContext());
    expect(JSON.stringify([other, recorded()])).not.toContain(accessKeySecret);
  });

  it('asks one question at a time when something is nearly right', async () => {
    const { handler } = await startScheduler();
    const answer = await handler({ action: 'reconsile' }, fcContext());
    expect(answer.error?.message).toContain('did you mean "reconcile"?\nAccepted: ');
  });

  it.each([
    ['text', 'hello', 'it is no JSON: "hello"'],
    ['an unknown action', '{"action": "stop"}', 'there is no action "stop"'],
    ['nothing that says what to do', '{}', 'it has no action'],
  ])('touches nothing when the event is %s, and shows what it could have been', async (_, event, problem) => {
    const { handler, emulator, recorded } = await startScheduler();
    const before = emulator.flowLogs();
    const answer = await handler(Buffer.from(event), fcContext());
    expect(answer).toMatchObject({
      action: 'none',
      ok: false,
      flowLogs: [],
      error: { code: 'InvalidEvent', message: expect.stringContaining(problem) },
    });
    expect(answer.error?.message).toContain('Accepted: {"action": "status"}');
    expect(answer.error?.message).toContain('Nothing was touched');
    expect(emulator.flowLogs()).toEqual(before);
    expect(emulator.requests.filter(({ service }) => service === 'Cbn')).toEqual([]);
    expect(recorded()).toMatchObject([{ kind: 'run', ok: 'false', errorCode: 'InvalidEvent' }]);
  });

  it.each<[string, unknown]>([
    ['many unknown keys', Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`key-${at}`, at]))],
    ['a long key', { action: 'status', ['\u0001'.repeat(100_000)]: 1 }],
    ['long Chinese words', { action: '对账'.repeat(10_000) }],
    ['a long flow log ID', { action: 'clear-override', flowLogIds: ['x'.repeat(100_000)] }],
    ['many flow log IDs', { action: 'clear-override', flowLogIds: Array(10_000).fill('flowlog-nowhere') }],
  ])('answers and records at most 4 KB about an event with %s', async (_, event) => {
    const { handler, printed, recorded } = await startScheduler();
    const answer = await handler(Buffer.from(JSON.stringify(event)), fcContext());
    expect(answer.error?.code).toBe('InvalidEvent');
    for (const text of [JSON.stringify(answer), printed.join('\n'), JSON.stringify(recorded())]) {
      expect(Buffer.byteLength(text)).toBeLessThan(4_096);
    }
  });
});
