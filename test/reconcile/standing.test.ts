import { describe, expect, it } from 'vitest';
import type { Origin } from '../../lib/reconcile/records.ts';
import { toRecords } from '../../lib/reconcile/records.ts';
import { type FlowLogResult, type Report, summarise } from '../../lib/reconcile/report.ts';
import { standing } from '../../lib/reconcile/standing.ts';
import type { Pricing } from '../../lib/schedule/savings.ts';
import { configOf } from '../support/config.ts';
import { RUNTIME } from '../support/runtime.ts';

const AT = Date.parse('2026-10-28T00:00:00-04:00');
const PRICING: Pricing = { currency: 'CNY', pricePerGB: 0.4, gbPerActiveHour: 2.5, basis: 'measured' };
const { schedules } = configOf({
  timezone: 'America/New_York',
  recordTo: 'stdout',
  schedules: {
    nights: { windows: [{ days: 'daily', from: '22:00', to: '06:00' }] },
    always: { windows: [{ days: 'daily', from: '00:00', to: '24:00' }] },
  },
  flowLogs: [{ flowLogId: 'flowlog-1', regionId: 'cn-hangzhou', schedule: 'nights' }],
});

const result = (parts: Partial<FlowLogResult>): FlowLogResult => ({
  flowLogId: 'flowlog-1',
  regionId: 'cn-hangzhou',
  cenId: null,
  account: null,
  schedule: 'nights',
  observed: 'Active',
  desired: 'Active',
  status: 'Active',
  reason: 'r',
  action: 'none',
  outcome: 'unchanged',
  nextTransition: null,
  error: null,
  override: null,
  attempts: 0,
  settleMs: null,
  ...parts,
});

describe('the standing after a run', () => {
  it('counts the flow logs whose last status is known', () => {
    const statuses = ['Active', 'Active', 'Inactive', 'Modifying', 'Odd', null];
    const found = standing(
      statuses.map((status) => result({ status })),
      { schedules, pricing: null },
      AT,
    );
    expect(found).toMatchObject({ activeFlowLogs: 2, inactiveFlowLogs: 1 });
  });

  it('adds up what the schedules save in the seven days that follow, clock changes included', () => {
    const results = [result({}), result({ desired: 'Inactive' }), result({ schedule: 'always' })];
    // 168 h on, the clock shows Tuesday 23:00: 9 h in the night of the change, 7 h on the last day, else 8 h.
    expect(standing(results, { schedules, pricing: PRICING }, AT)).toMatchObject({
      savedMsNext7d: 2 * 112 * 3_600_000,
      savedMoneyNext7d: { amount: 224, currency: 'CNY', basis: 'measured' },
    });
  });

  it('leaves out flow logs that are left as they are, and names no money that nobody stated', () => {
    const results = [result({ desired: null }), result({ schedule: 'gone' })];
    expect(standing(results, { schedules, pricing: null }, AT)).toEqual({
      activeFlowLogs: 2,
      inactiveFlowLogs: 0,
      savedMsNext7d: 0,
      savedMoneyNext7d: null,
    });
  });
});

describe('the record of a run', () => {
  const origin: Origin = {
    trigger: 'timer',
    requestId: '',
    triggerName: '',
    triggerTime: '',
    runtime: RUNTIME,
  };
  const recordOf = (results: readonly FlowLogResult[], pricing: Pricing | null) => {
    const report: Report = {
      runId: 'run-1',
      action: 'reconcile',
      dryRun: false,
      ok: true,
      at: new Date(AT).toISOString(),
      summary: summarise(results),
      flowLogs: results,
      warnings: [],
      error: null,
      apiCalls: 1,
      durationMs: 1,
      standing: standing(results, { schedules, pricing }, AT),
    };
    return toRecords(report, origin, false)[0];
  };

  it('has the standing as texts', () => {
    expect(recordOf([result({}), result({ status: 'Inactive' })], PRICING)).toMatchObject({
      activeFlowLogs: '1',
      inactiveFlowLogs: '1',
      savedHoursNext7d: '224',
      savedAmountNext7d: '224.00',
      currency: 'CNY',
      savingsBasis: 'measured',
    });
  });

  it('has empty texts for money without pricing', () => {
    expect(recordOf([result({})], null)).toMatchObject({
      savedHoursNext7d: '112',
      savedAmountNext7d: '',
      currency: '',
      savingsBasis: '',
    });
  });
});
