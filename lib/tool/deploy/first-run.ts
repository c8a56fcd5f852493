/** What the first run would do, made on this machine with the credentials of whoever deploys. Changes nothing. */
import { connect } from '../../cloud/call.ts';
import { createGate } from '../../cloud/gate.ts';
import { STS, STS_ENDPOINT } from '../../cloud/services.ts';
import type { Config } from '../../config/config.ts';
import { runOnce, type SchedulerDeps } from '../../function/run.ts';
import { createBudget } from '../../reconcile/budget.ts';
import { CloudError } from '../../reconcile/cloud-error.ts';
import { runtimeOf } from '../../runtime.ts';
import { localTime } from '../local-run.ts';
import { type ToolAnswer, toToolAnswer } from '../report-view.ts';

export interface FirstRun {
  /** Null when every flow log is in an account that is not planned. */
  readonly plan: ToolAnswer | null;
  readonly notPlanned: readonly NotPlanned[];
}

/** An account whose role these credentials may not assume: only the function may, as it should be. */
export interface NotPlanned {
  /** Name in the config. */
  readonly account: string;
  readonly roleArn: string;
  readonly why: string;
}

const ASSUMING_MS = 30_000;

export async function planFirstRun(config: Config, deps: SchedulerDeps): Promise<FirstRun> {
  const { reached, notPlanned } = await reachAccounts(config, deps);
  const left = reached.flowLogs.length + reached.selectors.length;
  if (left === 0) return { plan: null, notPlanned };
  const request = { action: 'reconcile', dryRun: true, at: deps.clock.now() } as const;
  const report = await runOnce(reached, request, localTime(deps), deps);
  return { plan: toToolAnswer(report, null, runtimeOf(config)), notPlanned };
}

/** The config without the accounts that cannot be reached from here. */
export async function reachAccounts(
  config: Config,
  deps: SchedulerDeps,
): Promise<{ readonly reached: Config; readonly notPlanned: readonly NotPlanned[] }> {
  const { endpoints, credentials, roles, clock, send } = deps;
  const call = connect(STS, {
    endpoint: endpoints.sts ?? STS_ENDPOINT,
    credentials,
    gate: createGate(config.limits.concurrency, clock.monotonic),
    ...{ clock, send },
  });
  const budget = createBudget(clock, clock.monotonic() + ASSUMING_MS);
  const asked = await Promise.all(
    [...config.accounts].map(async ([account, role]): Promise<NotPlanned | null> => {
      try {
        await roles.provider(role, { call, budget })();
        return null;
      } catch (error) {
        if (!(error instanceof CloudError)) throw error;
        return { account, roleArn: role.roleArn, why: error.code };
      }
    }),
  );
  const notPlanned = asked.filter((each) => each !== null);
  const isReached = (account: string | null) => notPlanned.every((each) => each.account !== account);
  const reached = {
    ...config,
    flowLogs: config.flowLogs.filter(({ account }) => isReached(account)),
    selectors: config.selectors.filter(({ account }) => isReached(account)),
  };
  return { reached, notPlanned };
}
