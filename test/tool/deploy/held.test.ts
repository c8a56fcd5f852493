import { describe, expect, it } from 'vitest';
import type { FlowLogResult } from '../../../lib/reconcile/report.ts';
import { decide } from '../../../lib/schedule/decide.ts';
import { heldConfig, type Keep } from '../../../lib/tool/deploy/held.ts';
import { configFile, configOf } from '../../support/config.ts';

const CONFIG = configOf(configFile());

/** What a status said of a flow log. */
function seen(flowLogId: string, observed: string | null, code: string | null = null): FlowLogResult {
  return {
    position: 0,
    flowLogId,
    name: '',
    service: flowLogId.startsWith('fl-') ? 'vpc' : 'cen',
    regionId: 'cn-hangzhou',
    cenId: null,
    account: null,
    schedule: 'office',
    observed,
    desired: 'Active',
    status: observed,
    reason: '',
    action: 'none',
    outcome: code === null ? 'unchanged' : 'failed',
    nextTransition: null,
    error: code === null ? null : { code, message: '', requestId: null },
    override: null,
    attempts: 0,
    settleMs: null,
    doubt: null,
  };
}

const FLOW_LOGS = [
  seen('flowlog-on', 'Active'),
  seen('flowlog-off', 'Inactive'),
  seen('fl-vpc', 'Inactive'),
  seen('flowlog-changing', 'Modifying'),
  seen('flowlog-unread', null, 'NoPermission'),
  seen('flowlog-gone', null, 'FlowLogNotFound'),
];

function statuses(keep: Keep) {
  const { config, unknown } = heldConfig(CONFIG, FLOW_LOGS, keep);
  const at = Date.parse('2026-11-28T03:00:00Z');
  return {
    held: Object.fromEntries(
      config.flowLogs.map(({ flowLogId, schedule }) => [flowLogId, decide(schedule, at).status]),
    ),
    unknown: unknown.map(({ flowLogId }) => flowLogId),
    config,
  };
}

describe('what the flow logs keep', () => {
  it.each(['Active', 'Inactive'] as const)('is %s for each, also for one that is changing', (keep) => {
    const { held, unknown } = statuses(keep);
    expect(held).toEqual({
      'flowlog-on': keep,
      'flowlog-off': keep,
      'fl-vpc': keep,
      'flowlog-changing': keep,
    });
    expect(unknown).toEqual(['flowlog-unread']);
  });

  it('is what each is, where that is known', () => {
    const { held, unknown } = statuses('as-is');
    expect(held).toEqual({ 'flowlog-on': 'Active', 'flowlog-off': 'Inactive', 'fl-vpc': 'Inactive' });
    expect(unknown).toEqual(['flowlog-changing', 'flowlog-unread']);
  });

  it('is held by entries alone, for the right service, and never changes', () => {
    const { config } = statuses('Active');
    expect(config.selectors).toEqual([]);
    expect(config.flowLogs.map(({ service }) => service)).toEqual(['cen', 'cen', 'vpc', 'cen']);
    for (const { schedule } of config.flowLogs) {
      expect(decide(schedule, Date.parse('2031-01-01T00:00:00Z'))).toMatchObject({
        status: 'Active',
        reason: 'exception: flow-log-scheduler is removed; kept Active',
        next: null,
      });
    }
  });
});
