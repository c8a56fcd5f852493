import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FaultHook } from '../../lib/emulator/emulator.ts';
import { ReconcileFailed, RecordingFailed } from '../../lib/function/answer.ts';
import { failureOf } from '../support/failures.ts';
import { CONFIG, fcContext, startScheduler, timerEvent } from '../support/scheduler.ts';

const refusing =
  (action: string, code: string): FaultHook =>
  (request) =>
    request.action === action ? { kind: 'error', code } : undefined;

describe('a timer run in which a flow log failed', () => {
  it('throws ReconcileFailed after it has recorded everything', async () => {
    const { handler, emulator, printedRecords, recorded, statuses } = await startScheduler();
    emulator.setFault(refusing('ActiveFlowLog', 'InvalidParameter'));
    const error = await failureOf(ReconcileFailed, handler(timerEvent(), fcContext()));
    expect(error.name).toBe('ReconcileFailed');
    expect(error.message).toMatch(
      /^run \S+: 1 of 3 flow logs failed: flowlog-to-activate: InvalidParameter: ActiveFlowLog/,
    );
    expect(recorded()).toMatchObject([
      { kind: 'run', ok: 'false', failed: '1', confirmed: '1' },
      { flowLogId: 'flowlog-to-activate', outcome: 'failed', errorCode: 'InvalidParameter' },
      { flowLogId: 'flowlog-to-deactivate', outcome: 'confirmed' },
    ]);
    expect(error.message).toContain(recorded()[0]?.runId);
    expect([...printedRecords('run'), ...printedRecords('flow-log')]).toEqual(recorded());
    expect(statuses()['flowlog-to-deactivate']).toBe('Inactive');
  });

  it('names no more than five flow logs, and says how many more there are', async () => {
    const ids = Array.from({ length: 7 }, (_, index) => `flowlog-missing-${index}`);
    const flowLogs = ids.map((flowLogId) => ({ flowLogId, regionId: 'cn-hangzhou', schedule: 'office' }));
    const { handler, recorded } = await startScheduler({ config: { ...CONFIG, flowLogs } });
    const { message } = await failureOf(ReconcileFailed, handler(timerEvent(), fcContext()));
    expect(message).toContain('7 of 7 flow logs failed');
    expect(ids.filter((flowLogId) => message.includes(flowLogId))).toEqual(ids.slice(0, 5));
    expect(message).toMatch(/; and 2 more$/);
    expect(recorded().filter(({ outcome }) => outcome === 'failed')).toHaveLength(7);
  });

  it('says so too when its results could not be recorded either', async () => {
    const { handler, emulator } = await startScheduler({ emulator: { logstores: [] } });
    emulator.setFault(refusing('ActiveFlowLog', 'InvalidParameter'));
    const { message } = await failureOf(ReconcileFailed, handler(timerEvent(), fcContext()));
    expect(message).toContain('flowlog-to-activate: InvalidParameter');
    expect(message).toMatch(/; and the results were not recorded: .*ops-audit/);
  });

  it('leaves a flow log alone that the config contradicts itself about', async () => {
    const twice = { flowLogId: 'flowlog-to-activate', regionId: 'cn-hangzhou', schedule: 'night' };
    const { handler, statuses, recorded } = await startScheduler({
      config: { ...CONFIG, flowLogs: [...CONFIG.flowLogs, twice] },
    });
    const error = await failureOf(ReconcileFailed, handler(timerEvent(), fcContext()));
    expect(error.message).toContain('flowlog-to-activate: ListedTwice');
    expect(statuses()).toMatchObject({
      'flowlog-to-activate': 'Inactive',
      'flowlog-to-deactivate': 'Inactive',
    });
    expect(recorded().map(({ flowLogId, outcome }) => [flowLogId, outcome])).toContainEqual([
      'flowlog-to-activate',
      'failed',
    ]);
  });
});

describe('a timer run whose results SLS does not take', () => {
  it.each<[string, FaultHook | undefined, string]>([
    ['because there is no such project', undefined, 'ProjectNotExist'],
    ['because it may not write', refusing('PutLogs', 'Unauthorized'), 'Unauthorized'],
    ['because SLS is in trouble', refusing('PutLogs', 'InternalServerError'), 'InternalServerError'],
    [
      'because the connection breaks',
      ({ action }) => (action === 'PutLogs' ? { kind: 'reset', when: 'before' } : undefined),
      'ECONNRESET',
    ],
  ])('does its work, prints every record and then throws RecordingFailed, %s', async (_, fault, code) => {
    const { handler, emulator, statuses, printed, printedRecords } = await startScheduler(
      fault === undefined ? { emulator: { logstores: [] } } : {},
    );
    emulator.setFault(fault);
    const error = await failureOf(RecordingFailed, handler(timerEvent(), fcContext()));
    expect(error.name).toBe('RecordingFailed');
    expect(error.message).toContain(`: ${code}: PutLogs to Logstore flow-log-scheduler of project ops-audit`);
    expect(error.message).toContain('3 of 3 records');
    expect(error.message).toContain("Every record is in the function's own log");
    expect(statuses()).toMatchObject({
      'flowlog-to-activate': 'Active',
      'flowlog-to-deactivate': 'Inactive',
    });
    expect(printed.map((line) => JSON.parse(line).kind)).toEqual([
      'run',
      'flow-log',
      'flow-log',
      'recording',
    ]);
    expect(printedRecords('run')).toMatchObject([{ ok: 'true', confirmed: '2' }]);
    expect(printedRecords('recording')).toMatchObject([{ ok: 'false', code }]);
  });

  it('records as soon as SLS is well again', async () => {
    const { handler, emulator, recorded } = await startScheduler();
    emulator.setFault(({ action, count }) =>
      action === 'PutLogs' && count < 3 ? { kind: 'error', code: 'ServerBusy' } : undefined,
    );
    expect(await handler(timerEvent(), fcContext())).toMatchObject({ ok: true });
    expect(recorded().map(({ kind }) => kind)).toEqual(['run', 'flow-log', 'flow-log']);
  });
});

describe('a config that does not validate', () => {
  const invalid = JSON.stringify(CONFIG).replace('"schedule":"night"', '"schedule":"nigt"');

  it('toggles nothing, and the failure is recorded where the config says', async () => {
    const { handler, emulator, recorded, printed } = await startScheduler({ config: invalid });
    const before = emulator.flowLogs();
    const error = await failureOf(ReconcileFailed, handler(timerEvent(), fcContext()));
    const issue = 'flowLogs[1].schedule: no schedule named "nigt"; did you mean "night"? (line 1)';
    expect(error.message).toContain(
      `InvalidConfig: flow-logs.yaml is not valid, so nothing was touched:\n${issue}`,
    );
    expect(emulator.flowLogs()).toEqual(before);
    expect(emulator.requests.map(({ action }) => action)).toEqual(['PutLogs']);
    expect(recorded()).toMatchObject([
      {
        kind: 'run',
        ok: 'false',
        action: 'none',
        total: '0',
        errorCode: 'InvalidConfig',
        errorMessage: expect.stringContaining(issue),
      },
    ]);
    expect(printed.map((line) => JSON.parse(line))).toEqual(recorded());
  });

  it('is answered to a person who asks', async () => {
    const { handler } = await startScheduler({ config: invalid });
    expect(await handler({ action: 'status' }, fcContext())).toMatchObject({
      action: 'none',
      ok: false,
      flowLogs: [],
      error: { code: 'InvalidConfig', message: expect.stringContaining('flowLogs[1].schedule') },
    });
  });

  it('is printed only when it does not say where to record either', async () => {
    const { handler, emulator, printedRecords } = await startScheduler({ config: 'timezone: [\n' });
    const error = await failureOf(ReconcileFailed, handler(timerEvent(), fcContext()));
    expect(error.message).toContain('not valid YAML');
    expect(emulator.requests).toEqual([]);
    expect(printedRecords('run')).toMatchObject([{ ok: 'false', errorCode: 'InvalidConfig' }]);
  });

  it('that is not there is told with what to do', async () => {
    const { handler, emulator } = await startScheduler({ config: null });
    const error = await failureOf(ReconcileFailed, handler(timerEvent(), fcContext()));
    expect(error.message).toMatch(
      /flow-logs\.yaml is not valid.*\ncannot be read \(ENOENT\): there is no such file; FLOW_LOGS_CONFIG/,
    );
    expect(emulator.requests).toEqual([]);
  });

  it('works again as soon as it is corrected, in the same instance', async () => {
    const { handler, directory, statuses } = await startScheduler({ config: null });
    await failureOf(ReconcileFailed, handler(timerEvent(), fcContext()));
    await writeFile(join(directory, 'flow-logs.yaml'), JSON.stringify(CONFIG));
    await handler(timerEvent(), fcContext());
    expect(statuses()['flowlog-to-activate']).toBe('Active');
  });
});
