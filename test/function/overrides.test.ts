import { describe, expect, it } from 'vitest';
import { fcContext, startScheduler, stateOf } from '../support/scheduler.ts';

const TAG = 'flow-log-scheduler:override';
const hold = { action: 'override', status: 'Active', for: '2h', by: 'netops', reason: 'incident 42' };
const one = { flowLogIds: ['flowlog-to-deactivate'] };

describe('an override that is sent to the function', () => {
  it('holds against the schedule in the run that it is set in, and in the ones after', async () => {
    const { handler, emulator, recorded } = await startScheduler();
    expect(await handler({ ...hold, ...one }, fcContext())).toMatchObject({
      action: 'override',
      ok: true,
      flowLogs: [
        { flowLogId: 'flowlog-to-deactivate', desired: 'Active', outcome: 'unchanged', error: null },
      ],
    });
    expect(stateOf(emulator.flowLog('flowlog-to-deactivate'))).toEqual({
      status: 'Active',
      tags: { [TAG]: 'Active until 2026-11-23T10:00:04+08:00; by=netops; reason=incident 42' },
    });
    await handler(undefined, fcContext());
    expect(emulator.flowLog('flowlog-to-deactivate').status).toBe('Active');
    expect(recorded()).toContainEqual(
      expect.objectContaining({
        flowLogId: 'flowlog-to-deactivate',
        outcome: 'unchanged',
        overrideBy: 'netops',
        overrideUntil: '2026-11-23T02:00:04.000Z',
      }),
    );
  });

  it('is gone when it is cleared, and the schedule is followed at once', async () => {
    const { handler, emulator } = await startScheduler();
    await handler({ ...hold, ...one }, fcContext());
    const answer = await handler({ action: 'clear-override', ...one }, fcContext());
    expect(answer).toMatchObject({ action: 'clear-override', ok: true, summary: { confirmed: 1 } });
    expect(stateOf(emulator.flowLog('flowlog-to-deactivate'))).toEqual({ status: 'Inactive', tags: {} });
  });

  it.each([
    [
      'names a flow log that the config does not have',
      { flowLogIds: ['flowlog-to-deactivat'] },
      'flowLogIds: the config has no flow log "flowlog-to-deactivat"; did you mean "flowlog-to-deactivate"?',
    ],
    ['is longer than the config allows', { ...one, for: '8d' }, 'longer than limits.maxOverride, 7d'],
    [
      'ends in the past',
      { ...one, for: undefined, until: '2026-11-22T00:00:00Z' },
      'until: lies in the past; an override ends in the future',
    ],
  ])('touches nothing when it %s', async (_, parts, problem) => {
    const { handler, emulator } = await startScheduler();
    const before = emulator.flowLogs();
    const answer = await handler(JSON.stringify({ ...hold, ...parts }), fcContext());
    expect(answer).toMatchObject({
      action: 'none',
      ok: false,
      error: { code: 'InvalidEvent', message: expect.stringContaining(problem) },
    });
    expect(answer.error?.message).toContain('Nothing was touched');
    expect(emulator.flowLogs()).toEqual(before);
  });
});
