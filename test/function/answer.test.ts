import { describe, expect, it } from 'vitest';
import { ReconcileFailed, RecordingFailed, throwIfFailed, toAnswer } from '../../lib/function/answer.ts';
import { failedReport } from '../../lib/function/run.ts';
import { RUNTIME } from '../support/runtime.ts';

const failure = { code: 'InvalidConfig', message: 'nothing was touched', requestId: null };
const unrecorded = { code: 'ProjectNotExist', message: 'no project', requestId: 'sls-1' };
const failed = failedReport(failure, Date.parse('2026-11-23T00:00:00Z'), 'run-1');
const fine = { ...failed, ok: true, error: null };

describe('an answer', () => {
  it('says why the run failed, rather than why it could not be recorded', () => {
    expect(toAnswer(failed, unrecorded, RUNTIME)).toMatchObject({ ok: false, error: failure });
  });

  it('is not ok when only recording failed', () => {
    expect(toAnswer(fine, unrecorded, RUNTIME)).toMatchObject({ ok: false, error: unrecorded });
  });

  it('has no error when there is none', () => {
    expect(toAnswer(fine, null, RUNTIME)).toStrictEqual({
      runId: 'run-1',
      action: 'none',
      dryRun: false,
      ok: true,
      at: '2026-11-23T00:00:00.000Z',
      summary: { total: 0, unchanged: 0, confirmed: 0, accepted: 0, waiting: 0, planned: 0, failed: 0 },
      flowLogs: [],
      warnings: [],
      nodeVersion: 'v20.10.0',
      zoneData: { config: '2025c', runtime: '2023c' },
    });
  });
});

describe('what is thrown to Function Compute', () => {
  it('is nothing when all went well', () => {
    expect(() => throwIfFailed(fine, null)).not.toThrow();
  });

  it('is ReconcileFailed when the run failed', () => {
    expect(() => throwIfFailed(failed, null)).toThrow(
      new ReconcileFailed('run run-1: InvalidConfig: nothing was touched'),
    );
  });

  it('is ReconcileFailed when recording failed too', () => {
    expect(() => throwIfFailed(failed, unrecorded)).toThrow(
      new ReconcileFailed(
        'run run-1: InvalidConfig: nothing was touched; and the results were not recorded: no project',
      ),
    );
  });

  it('is RecordingFailed when only recording failed', () => {
    expect(() => throwIfFailed(fine, unrecorded)).toThrow(
      new RecordingFailed(
        "run run-1 did its work, but could not record it: ProjectNotExist: no project. Every record is in the function's own log, as a line of JSON",
      ),
    );
  });

  it.each([
    [ReconcileFailed, 'ReconcileFailed'],
    [RecordingFailed, 'RecordingFailed'],
  ])('has a name of its own, which becomes the errorType: %#', (kind, name) => {
    expect(new kind('x').name).toBe(name);
  });
});
