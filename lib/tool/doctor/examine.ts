/** All checks, in the order in which they are shown. Pure. */
import { checkAssumedRoles, checkCredentials, checkListings } from './checks/account.ts';
import { checkAssumptions } from './checks/assumption.ts';
import { checkClock } from './checks/clock.ts';
import { checkConfigSeen } from './checks/config.ts';
import { checkEndpoints } from './checks/endpoint.ts';
import { checkFlowLogs } from './checks/flow-log.ts';
import { checkFunction } from './checks/function.ts';
import { checkLogstore } from './checks/logstore.ts';
import { checkMeasures } from './checks/measure.ts';
import { LINE_STATUSES, type Line, type LineStatus } from './line.ts';
import type { Observations } from './observations.ts';

export interface Diagnosis {
  /** False when any line is `fail`. */
  readonly ok: boolean;
  readonly summary: Readonly<Record<LineStatus, number>>;
  readonly lines: readonly Line[];
}

/** The lines of all checks, and how many of each status. */
export function examine(seen: Observations): Diagnosis {
  const lines = [
    checkConfigSeen,
    checkEndpoints,
    checkClock,
    checkCredentials,
    checkAssumedRoles,
    checkListings,
    checkFlowLogs,
    checkLogstore,
    checkMeasures,
    checkFunction,
    checkAssumptions,
  ].flatMap((check) => check(seen));
  const count = (status: LineStatus) => lines.filter((line) => line.status === status).length;
  const summary = Object.fromEntries(LINE_STATUSES.map((status) => [status, count(status)]));
  return { ok: summary.fail === 0, summary: summary as Record<LineStatus, number>, lines };
}
