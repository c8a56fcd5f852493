/** Where all flow logs of a config stand after a run, and what their schedules save from here on. Pure. */
import type { Config } from '../config/config.ts';
import { DAY_MS } from '../schedule/local-date.ts';
import { countBySchedule, type Pricing, savings } from '../schedule/savings.ts';
import { readStatus } from './plan.ts';
import type { FlowLogResult } from './report.ts';

export interface Standing {
  /** By the last status read in the run; one that is changing, or could not be read, is neither. */
  readonly activeFlowLogs: number;
  readonly inactiveFlowLogs: number;
  /** What all flow logs together do not capture in the seven days that follow, as their schedules want it. */
  readonly savedMsNext7d: number;
  /** Null when the config has no pricing. */
  readonly savedMoneyNext7d: (Pick<Pricing, 'currency' | 'basis'> & { readonly amount: number }) | null;
}

const AHEAD_MS = 7 * DAY_MS;

/**
 * Flow logs that the config is in conflict about save nothing, since they are left as they are. Overrides are not
 * looked at: this is what the schedules come to.
 *
 * Cost: that of a week's timeline for each schedule in use, however many flow logs are on it.
 *
 * @param at milliseconds since the epoch
 */
export function standing(
  results: readonly FlowLogResult[],
  { schedules, pricing }: Pick<Config, 'schedules' | 'pricing'>,
  at: number,
): Standing {
  const statuses = results.map(({ status }) => (status === null ? 'unknown' : readStatus(status)));
  const kept = results.flatMap(({ desired, schedule: name }) => {
    const schedule = desired === null ? undefined : schedules.get(name);
    return schedule === undefined ? [] : [{ schedule }];
  });
  const ahead = savings(countBySchedule(kept), pricing, at, at + AHEAD_MS);
  return {
    activeFlowLogs: statuses.filter((status) => status === 'Active').length,
    inactiveFlowLogs: statuses.filter((status) => status === 'Inactive').length,
    savedMsNext7d: ahead.savedMs,
    savedMoneyNext7d:
      pricing === null || ahead.savedAmount === null
        ? null
        : { amount: ahead.savedAmount, currency: pricing.currency, basis: pricing.basis },
  };
}
