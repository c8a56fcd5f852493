/** Flow logs that are there, as entries of a config and what a person recognises them by. Pure. */

import { OVERRIDE_TAG } from '../../reconcile/override.ts';
import type { FlowLog } from '../../reconcile/ports.ts';
import type { Unlisted } from '../../reconcile/report.ts';
import { cut, oneLine } from '../../text.ts';
import type { Item } from './append.ts';

const MAX_COMMENT = 300;

/** By account, region and name. */
export function inOrder(found: readonly Unlisted[]): readonly Unlisted[] {
  const key = ({ account, flowLog }: Unlisted) => [
    account ?? '',
    flowLog.regionId,
    flowLog.name,
    flowLog.flowLogId,
  ];
  return [...found].sort((a, b) => compare(key(a), key(b)));
}

function compare(a: readonly string[], b: readonly string[]): number {
  const index = a.findIndex((each, position) => each !== b[position]);
  return index === -1 ? 0 : (a[index] ?? '') < (b[index] ?? '') ? -1 : 1;
}

export function toItem({ account, flowLog }: Unlisted, schedule: string): Item {
  const { flowLogId, regionId } = flowLog;
  return {
    key: null,
    value: { flowLogId, regionId, schedule, ...(account === null ? {} : { account }) },
    comment: cut(oneLine(describe(flowLog)), MAX_COMMENT),
  };
}

/** E.g. `hangzhou-office: Active, every 600 s into netops-audit/cen-flow-logs; env=prod, team=netops`. */
function describe({ name, status, intervalSeconds, logstore, tags }: FlowLog): string {
  const every = intervalSeconds === null ? '' : `, every ${intervalSeconds} s`;
  const into = logstore === null ? '' : ` into ${logstore.project}/${logstore.logstore}`;
  const shown = Object.entries(tags ?? {})
    .filter(([key]) => key !== OVERRIDE_TAG)
    .map(([key, value]) => (value === '' ? key : `${key}=${value}`));
  return (
    `${name === '' ? 'without a name' : name}: ${status}${every}${into}` +
    (tags === null ? '; its tags could not be read' : shown.length === 0 ? '' : `; ${shown.join(', ')}`)
  );
}

/** The SLS project that most of them deliver to, with its region; null when none has one. */
export function usualProject(
  found: readonly Unlisted[],
): { readonly project: string; readonly regionId: string } | null {
  const counts = new Map<string, { project: string; regionId: string; count: number }>();
  for (const { account, flowLog } of found) {
    // The function writes its records with its own account's role.
    if (account !== null || flowLog.logstore === null) continue;
    const { regionId, logstore } = flowLog;
    const key = JSON.stringify([logstore.project, regionId]);
    const known = counts.get(key) ?? { project: logstore.project, regionId, count: 0 };
    counts.set(key, { ...known, count: known.count + 1 });
  }
  const [most] = [...counts.values()].sort((a, b) => b.count - a.count);
  return most === undefined ? null : { project: most.project, regionId: most.regionId };
}
