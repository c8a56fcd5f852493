/** The facts of a report, read from Alibaba Cloud. */
import { createTrafficReader } from '../../cloud/cms/logstore-traffic.ts';
import type { ToolEndpoints } from '../../cloud/http/endpoint.ts';
import { createLogReader } from '../../cloud/sls/get-logs.ts';
import { readMeteringMode } from '../../cloud/sls/metering-mode.ts';
import type { Config } from '../../config/config.ts';
import { connectAccounts, LOGSTORE_TOPIC, type SchedulerDeps } from '../../function/run.ts';
import { createBudget } from '../../reconcile/budget.ts';
import { caught } from '../../reconcile/reading.ts';
import type { Sources } from './sources.ts';
import { METRIC_PERIOD_S } from './traffic.ts';

export interface CloudDeps extends Omit<SchedulerDeps, 'newId' | 'endpoints'> {
  readonly endpoints: ToolEndpoints;
}

/** For all that is read; nobody waits longer. */
const READING_MS = 30 * 60_000;

/** @throws {TypeError} when the names of `recordTo` are not valid, or the endpoint is not accepted */
export function cloudSources(config: Config, deps: CloudDeps): Sources {
  const { endpoints, clock, send } = deps;
  const time = createBudget(clock, clock.monotonic() + READING_MS);
  const accounts = connectAccounts(config, time, deps);
  const { recordTo } = config;
  const search =
    recordTo.kind === 'stdout'
      ? null
      : createLogReader({
          ...{ recordTo, clock, send },
          endpoint: endpoints.sls,
          credentials: deps.credentials,
        });
  return {
    listings: (places) =>
      Promise.all(
        places.map(async ({ account, service, regionId, vpcId }) => {
          const scope = { regionId, ...(vpcId === null ? {} : { vpcId }) };
          const listing = { account, service, scope };
          const flowLogs = await caught(accounts.flowLogs(listing).list(scope, { time }, 'all'));
          return { ...listing, flowLogs };
        }),
      ),
    records: async (query, { start, end }, most) =>
      search === null
        ? []
        : search({ query, start, end, topic: LOGSTORE_TOPIC, ...(most === undefined ? {} : { most }) }),
    traffic: ({ account, regionId, project, logstore }, metric, { start, end }) =>
      createTrafficReader({
        ...{ regionId, clock, send },
        endpoint: endpoints.cms,
        credentials: accounts.credentials(account),
      })({ metric, project, logstore, start, end, periodSeconds: METRIC_PERIOD_S }),
    meteringMode: ({ account, regionId, project, logstore }) =>
      readMeteringMode({
        recordTo: { regionId, project, logstore },
        ...{ clock, send },
        endpoint: endpoints.sls,
        credentials: accounts.credentials(account),
      }),
  };
}
