import type { Config, FlowLogEntry } from '../../config/config.ts';
import type { FlowLogResult } from '../../reconcile/report.ts';
import type { DesiredStatus, Schedule } from '../../schedule/types.ts';

/** What the flow logs keep: one status, or each the one that it has. */
export type Keep = DesiredStatus | 'as-is';

export interface Held {
  /** A run by it removes overrides, and leaves each flow log at the status that it shall keep. */
  readonly config: Config;
  /** Flow logs that are there and nothing can be said about: not read, or changing just now. */
  readonly unknown: readonly FlowLogResult[];
}

/** The config with every flow log of a status report held for good. Pure. */
export function heldConfig(config: Config, flowLogs: readonly FlowLogResult[], keep: Keep): Held {
  const statusOf = ({ observed, error }: FlowLogResult): DesiredStatus | null => {
    if (error !== null) return null;
    if (observed !== 'Active' && observed !== 'Inactive') return keep === 'as-is' ? null : keep;
    return keep === 'as-is' ? observed : keep;
  };
  const entries = flowLogs.flatMap((each, position): readonly FlowLogEntry[] => {
    const status = statusOf(each);
    if (status === null) return [];
    const { flowLogId, service, regionId, cenId, account } = each;
    const schedule = always(status, config);
    return [{ position, flowLogId, service, regionId, cenId, vpcId: null, account, schedule }];
  });
  return {
    config: { ...config, flowLogs: entries, selectors: [] },
    unknown: flowLogs.filter((each) => statusOf(each) === null && each.error?.code !== 'FlowLogNotFound'),
  };
}

function always(status: DesiredStatus, { zone }: Config): Schedule {
  const reason = `flow-log-scheduler is removed; kept ${status}`;
  const exceptions = [{ from: '2000-01-01T00:00', to: '9000-01-01T00:00', status, reason }];
  return { name: `kept ${status}`, zone, calendar: null, windows: [], exceptions, leadMs: 0 };
}
