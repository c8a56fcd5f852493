import { describe, expect, it } from 'vitest';
import { type Origin, RECORD_FIELDS, toRecords } from '../../lib/reconcile/records.ts';
import {
  countStatuses,
  describeFailures,
  type FlowLogResult,
  OUTCOMES,
  type Report,
  summarise,
} from '../../lib/reconcile/report.ts';
import { RUNTIME } from '../support/runtime.ts';

const TIMER: Origin = {
  trigger: 'timer',
  requestId: 'fc-1',
  triggerName: 'tick',
  triggerTime: '2026-11-23T00:00:00Z',
  runtime: RUNTIME,
};
const LOCAL: Origin = { trigger: 'local', requestId: '', triggerName: '', triggerTime: '', runtime: RUNTIME };

const CONFIRMED: FlowLogResult = {
  position: 0,
  service: 'cen',
  flowLogId: 'flowlog-1',
  name: 'hangzhou-office',
  regionId: 'cn-hangzhou',
  cenId: 'cen-1',
  account: 'retail',
  schedule: 'office-hours',
  observed: 'Inactive',
  desired: 'Active',
  status: 'Active',
  reason: 'window Mon-Fri 08:00-20:00',
  action: 'activate',
  outcome: 'confirmed',
  nextTransition: Date.parse('2026-11-23T12:00:00.000Z'),
  error: null,
  override: null,
  attempts: 2,
  settleMs: 1_500,
  doubt: null,
};
const UNCHANGED: FlowLogResult = {
  ...CONFIRMED,
  action: 'none',
  outcome: 'unchanged',
  attempts: 0,
  settleMs: null,
};
const OVERRIDE = {
  status: 'Active',
  until: Date.parse('2026-11-23T10:00:00Z'),
  by: 'netops',
  reason: null,
} as const;
/** Whatever may be unknown is unknown. */
const BARE: FlowLogResult = {
  ...UNCHANGED,
  cenId: null,
  account: null,
  observed: null,
  desired: null,
  status: null,
  nextTransition: null,
  outcome: 'failed',
  error: { code: 'ListedTwice', message: 'keep one', requestId: null },
};

function report(flowLogs: readonly FlowLogResult[], parts: Partial<Report> = {}): Report {
  const summary = summarise(flowLogs);
  return {
    runId: 'run-1',
    action: 'reconcile',
    dryRun: false,
    ok: summary.failed === 0,
    at: Date.parse('2026-11-23T00:00:03.120Z'),
    summary,
    flowLogs,
    warnings: [],
    error: null,
    apiCalls: 4,
    durationMs: 2_345,
    notInConfig: [],
    statuses: null,
    ...parts,
  };
}

describe('the table of fields', () => {
  const fields = Object.values(RECORD_FIELDS).flatMap((table) => Object.entries<readonly unknown[]>(table));

  it.each(fields)('has a type and a meaning for %s', (_name, [type, meaning]) => {
    expect(['long', 'word', 'prose']).toContain(type);
    expect(meaning).toMatch(/^.{3,}$/);
  });
});

describe('the records of a run', () => {
  it('begin with the run itself', () => {
    const warnings = [
      { subject: null, message: 'calendar "china" does not know 2027' },
      { subject: 'flowlog-1', message: 'another' },
    ];
    const [run] = toRecords(report([CONFIRMED, BARE, UNCHANGED], { warnings }), TIMER, false);
    expect(run).toEqual({
      schemaVersion: '1',
      kind: 'run',
      runId: 'run-1',
      requestId: 'fc-1',
      trigger: 'timer',
      at: '2026-11-23T00:00:03.120Z',
      dryRun: 'false',
      ok: 'false',
      action: 'reconcile',
      triggerName: 'tick',
      triggerTime: '2026-11-23T00:00:00Z',
      lagMs: '3120',
      durationMs: '2345',
      apiCalls: '4',
      total: '3',
      unchanged: '1',
      confirmed: '1',
      accepted: '0',
      waiting: '0',
      planned: '0',
      failed: '1',
      activeFlowLogs: '',
      inactiveFlowLogs: '',
      nodeVersion: 'v20.10.0',
      zoneData: '2025c',
      runtimeZoneData: '2023c',
      warnings: 'calendar "china" does not know 2027\nflowlog-1: another',
      errorCode: '',
      errorMessage: '',
    });
  });

  it('hold a flow log that was changed, with everything about it', () => {
    const [, flowLog] = toRecords(report([CONFIRMED]), TIMER, false);
    expect(flowLog).toMatchObject({
      schemaVersion: '1',
      kind: 'flow-log',
      runId: 'run-1',
      requestId: 'fc-1',
      trigger: 'timer',
      at: '2026-11-23T00:00:03.120Z',
      dryRun: 'false',
      flowLogId: 'flowlog-1',
      flowLogName: 'hangzhou-office',
      service: 'cen',
      cenId: 'cen-1',
      flowLogRegionId: 'cn-hangzhou',
      account: 'retail',
      schedule: 'office-hours',
      observed: 'Inactive',
      desired: 'Active',
      reason: 'window Mon-Fri 08:00-20:00',
      action: 'activate',
      outcome: 'confirmed',
      attempts: '2',
      settleMs: '1500',
      nextTransition: '2026-11-23T12:00:00.000Z',
      errorCode: '',
      errorMessage: '',
      errorRequestId: '',
    });
  });

  it('hold the error of a flow log that failed, with its request ID when there is one', () => {
    const error = { code: 'InvalidParameter', message: 'no', requestId: 'cen-request-1' };
    const [, known, unknown] = toRecords(report([{ ...BARE, error }, BARE]), TIMER, false);
    expect(known).toMatchObject({
      errorCode: 'InvalidParameter',
      errorMessage: 'no',
      errorRequestId: 'cen-request-1',
    });
    expect(unknown).toMatchObject({ errorCode: 'ListedTwice', errorMessage: 'keep one', errorRequestId: '' });
  });

  it('hold what is not known as empty text', () => {
    const [, flowLog] = toRecords(report([BARE]), LOCAL, false);
    expect(flowLog).toMatchObject({
      cenId: '',
      account: '',
      observed: '',
      desired: '',
      nextTransition: '',
      settleMs: '',
    });
  });

  it('hold nothing but text, in the same fields whatever happened', () => {
    const all = [CONFIRMED, BARE, UNCHANGED, { ...CONFIRMED, override: OVERRIDE }];
    const [run, ...flowLogs] = toRecords(report(all), TIMER, true);
    for (const record of [run, ...flowLogs]) {
      expect(Object.values(record ?? {}).map((value) => typeof value)).toEqual(
        Object.keys(record ?? {}).map(() => 'string'),
      );
    }
    const [first, ...others] = flowLogs.map((record) => Object.keys(record));
    for (const keys of others) expect(keys).toEqual(first);
  });

  it.each([
    ['late', '2026-11-23T00:00:00Z', '3120'],
    ['at once', '2026-11-23T00:00:03.120Z', '0'],
    ['early, by a clock that is off', '2026-11-23T00:00:04Z', '-880'],
    ['at a time that cannot be read', 'soon', ''],
    ['without a timer', '', ''],
  ])('tell how long after its trigger the run began: %s', (_, triggerTime, lagMs) => {
    expect(toRecords(report([]), { ...TIMER, triggerTime }, false)[0]).toMatchObject({ triggerTime, lagMs });
  });

  it('tell why a run could not begin', () => {
    const error = { code: 'InvalidConfig', message: 'nothing was touched', requestId: null };
    expect(toRecords(report([], { ok: false, action: 'none', error }), TIMER, false)).toMatchObject([
      {
        kind: 'run',
        ok: 'false',
        action: 'none',
        errorCode: 'InvalidConfig',
        errorMessage: 'nothing was touched',
      },
    ]);
  });

  it('tell a dry run from a real one in each of them', () => {
    const records = toRecords(report([{ ...CONFIRMED, outcome: 'planned' }], { dryRun: true }), LOCAL, false);
    expect(records.map(({ dryRun, trigger, requestId }) => [dryRun, trigger, requestId])).toEqual([
      ['true', 'local', ''],
      ['true', 'local', ''],
    ]);
  });

  it('hold every flow log that was more than looked at', () => {
    const flowLogs = OUTCOMES.map((outcome) => ({ ...CONFIRMED, outcome }));
    const told = toRecords(report(flowLogs), TIMER, false).slice(1);
    expect(told.map(({ outcome }) => outcome)).toEqual([
      'confirmed',
      'accepted',
      'waiting',
      'planned',
      'failed',
    ]);
  });

  it('hold a flow log that needed nothing when an override holds it, with who set it and until when', () => {
    const [, flowLog, ...others] = toRecords(
      report([{ ...UNCHANGED, override: OVERRIDE }, UNCHANGED]),
      TIMER,
      false,
    );
    expect(flowLog).toMatchObject({
      outcome: 'unchanged',
      overrideUntil: '2026-11-23T10:00:00.000Z',
      overrideBy: 'netops',
    });
    expect(others).toEqual([]);
  });

  it('name no override where there is none', () => {
    const [, flowLog] = toRecords(report([CONFIRMED]), TIMER, false);
    expect(flowLog).toMatchObject({ overrideUntil: '', overrideBy: '' });
  });

  it('do not need to know who set an override', () => {
    const [, flowLog] = toRecords(
      report([{ ...CONFIRMED, override: { ...OVERRIDE, by: null } }]),
      TIMER,
      false,
    );
    expect(flowLog).toMatchObject({ overrideUntil: '2026-11-23T10:00:00.000Z', overrideBy: '' });
  });

  it('hold every flow log, in order, when all are asked for', () => {
    const flowLogs = OUTCOMES.map((outcome) => ({ ...CONFIRMED, outcome }));
    const told = toRecords(report(flowLogs), TIMER, true).slice(1);
    expect(told.map(({ outcome }) => outcome)).toEqual(OUTCOMES);
  });
});

describe('a summary', () => {
  it('counts every outcome, and all of them together', () => {
    const flowLogs = OUTCOMES.flatMap((outcome, index) =>
      Array.from({ length: index + 1 }, () => ({ ...CONFIRMED, outcome })),
    );
    expect(summarise(flowLogs)).toEqual({
      total: 21,
      unchanged: 1,
      confirmed: 2,
      accepted: 3,
      waiting: 4,
      planned: 5,
      failed: 6,
    });
  });

  it('of nothing is nothing', () => {
    expect(new Set(Object.values(summarise([])))).toEqual(new Set([0]));
  });
});

describe('the line that says what failed', () => {
  const failed = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ ...BARE, flowLogId: `flowlog-${index}` }));

  it('is why the run as a whole failed, if it did', () => {
    const error = { code: 'InvalidEvent', message: 'not a command', requestId: null };
    expect(describeFailures(report([], { error }))).toBe('InvalidEvent: not a command');
  });

  it('names both when a part of the run and single flow logs failed', () => {
    const error = { code: 'NoPermission', message: 'cn-beijing was not listed', requestId: null };
    expect(describeFailures(report(failed(1), { error }))).toBe(
      'NoPermission: cn-beijing was not listed; 1 of 1 flow logs failed: flowlog-0: ListedTwice: keep one',
    );
  });

  it('names what failed among all', () => {
    expect(describeFailures(report([...failed(2), CONFIRMED]))).toBe(
      '2 of 3 flow logs failed: flowlog-0: ListedTwice: keep one; flowlog-1: ListedTwice: keep one',
    );
  });

  it.each([
    [5, ''],
    [6, '; and 1 more'],
    [1_000, '; and 995 more'],
  ])('names five of %d, and says how many more there are', (count, end) => {
    const line = describeFailures(report(failed(count)));
    expect(line.match(/flowlog-\d+/g)).toHaveLength(5);
    expect(line.endsWith(`flowlog-4: ListedTwice: keep one${end}`)).toBe(true);
  });
});

describe('the flow logs that are on and off', () => {
  it('are counted by their last status; one that is changing, or was not read, is neither', () => {
    const flowLogs = ['Active', 'Active', 'Inactive', 'Modifying', 'Odd', null].map((status) => ({
      ...CONFIRMED,
      status,
    }));
    const statuses = countStatuses(flowLogs);
    expect(statuses).toEqual({ active: 2, inactive: 1 });
    expect(toRecords(report(flowLogs, { statuses }), TIMER, false)[0]).toMatchObject({
      activeFlowLogs: '2',
      inactiveFlowLogs: '1',
    });
  });
});
