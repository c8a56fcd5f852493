import type { FlowLogEntry } from '../../lib/config/config.ts';
import type { FlowLog } from '../../lib/reconcile/ports.ts';
import type { Schedule } from '../../lib/schedule/types.ts';
import { runtimeZone } from '../../lib/schedule/zone.ts';

/** A schedule without a window. */
export function scheduleNamed(name: string): Schedule {
  return { name, zone: runtimeZone('UTC'), calendar: null, windows: [], exceptions: [], leadMs: 0 };
}

/** A flow log of a config. */
export function entryOf(more: Partial<FlowLogEntry> = {}): FlowLogEntry {
  return {
    position: 0,
    service: 'cen',
    flowLogId: 'a',
    regionId: 'cn-hangzhou',
    cenId: null,
    vpcId: null,
    account: null,
    schedule: scheduleNamed('office-hours'),
    ...more,
  };
}

/** A flow log as CEN tells it. */
export function flowLogOf(more: Partial<FlowLog> = {}): FlowLog {
  return {
    flowLogId: 'a',
    name: '',
    regionId: 'cn-hangzhou',
    cenId: 'cen-1',
    status: 'Active',
    isTransient: ['Modifying', 'Creating', 'Deleting'].includes(more.status ?? ''),
    resourceId: null,
    intervalSeconds: 600,
    transitRouterId: null,
    logstore: null,
    tags: {},
    readAt: 0,
    ...more,
  };
}
