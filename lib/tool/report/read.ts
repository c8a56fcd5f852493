/** Reads everything that a report rests on. What cannot be read is named, and the rest is reported. */
import pLimit from 'p-limit';
import type { MeteringMode } from '../../cloud/sls/metering-mode.ts';
import type { Config } from '../../config/config.ts';
import { CloudError } from '../../reconcile/cloud-error.ts';
import type { FlowLog } from '../../reconcile/ports.ts';
import { type Listing, resolveTargets } from '../../reconcile/targets.ts';
import {
  type ConfiguredFlowLog,
  type FlowLogNow,
  type Involved,
  type InvolvedLogstore,
  involved,
} from './involved.ts';
import { readAllRecords } from './read-records.ts';
import { NOTHING_RECORDED, type Reading, type Recorded, serviceOf, statusOf } from './records.ts';
import type { ReportFacts } from './report.ts';
import { nameOf } from './sentences.ts';
import type { Place, Sources } from './sources.ts';
import type { Stretch } from './stretch.ts';
import type { Measured, Metric } from './traffic.ts';

const CONCURRENCY = 8;

export interface ReadRequest {
  readonly config: Config;
  readonly range: Stretch;
  readonly now: number;
  readonly periodMs: number;
  readonly sources: Sources;
  readonly onProgress: (text: string) => void;
}

export async function readFacts(request: ReadRequest): Promise<ReportFacts> {
  const { config, range, now, periodMs, sources, onProgress } = request;
  const problems: string[] = [];
  onProgress('Listing flow logs');
  const entries = [...config.flowLogs, ...config.selectors];
  // The whole region too: others may write to the same Logstores.
  const named = placesOf([...entries, ...entries.map((entry) => ({ ...entry, vpcId: null }))]);
  const listings = [...(await sources.listings([...named.values()]))];
  const flowLogIds = targetsIn(config, listings).map(({ flowLogId }) => flowLogId);
  const recorded = await recordsOf(request, flowLogIds, problems);
  const left = placesOf(
    (recorded ?? NOTHING_RECORDED).readings
      .filter(
        ({ account, regionId }) => regionId !== '' && (account === null || config.accounts.has(account)),
      )
      .map((reading) => ({ ...reading, vpcId: null })),
  );
  const others = [...left].flatMap(([key, place]) => (named.has(key) ? [] : [place]));
  if (others.length > 0) listings.push(...(await sources.listings(others)));
  problems.push(...new Set(listings.flatMap(listingProblem)));
  const all = involvedIn(config, listings, (recorded ?? NOTHING_RECORDED).readings, range);
  const begun = range.start < now;
  const measured = begun ? await measureAll(all.logstores, request, problems) : NOT_MEASURED;
  return {
    range,
    now,
    zone: config.zone,
    periodMs,
    recorded,
    recordedIn: recordedIn(config),
    involved: recorded !== null ? all : withoutStatus(all),
    ...measured,
    pricing: config.pricing,
    problems,
  };
}

/** Null when they could not be read, or the range lies in the future: then nobody knows when flow logs captured. */
async function recordsOf(
  request: ReadRequest,
  flowLogIds: readonly string[],
  problems: string[],
): Promise<Recorded | null> {
  const { config, range, now, periodMs, sources, onProgress } = request;
  if (range.start >= now) {
    problems.push(
      'the range lies in the future, so nothing is known of it; npx flow-logs preview shows what schedules want',
    );
    return null;
  }
  const unknown = 'when flow logs captured is not known';
  if (config.recordTo.kind === 'stdout') {
    problems.push(`recordTo is stdout, so no records are kept in SLS: ${unknown}`);
    return null;
  }
  try {
    return await readAllRecords({ range, now, periodMs, flowLogIds, source: sources, onProgress });
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    problems.push(`${recordedIn(config)} could not be read, so ${unknown}: ${error.code}: ${error.message}`);
    return null;
  }
}

function recordedIn({ recordTo }: Config): string {
  if (recordTo.kind === 'stdout') return 'no Logstore';
  return nameOf(recordTo);
}

/** Where these lie, each place once. */
function placesOf(all: readonly Place[]): ReadonlyMap<string, Place> {
  return new Map(
    all.map(({ account, regionId, service, vpcId }) => [
      JSON.stringify([account, regionId, service, vpcId]),
      { account, regionId, service, vpcId },
    ]),
  );
}

function listingProblem({ account, scope, flowLogs }: Listing): readonly string[] {
  if (!(flowLogs instanceof CloudError)) return [];
  const of = account === null ? '' : ` of account ${account}`;
  return [`flow logs in ${scope.regionId}${of} could not be listed: ${flowLogs.code}: ${flowLogs.message}`];
}

function targetsIn(config: Config, listings: readonly Listing[]): readonly ConfiguredFlowLog[] {
  const { targets } = resolveTargets(config.flowLogs, config.selectors, listings);
  return targets.map(({ entry: { flowLogId, service, regionId, account, schedule } }) => {
    return { flowLogId, service, regionId, account, schedule: schedule.name };
  });
}

function involvedIn(
  config: Config,
  listings: readonly Listing[],
  readings: readonly Reading[],
  { end }: Stretch,
): Involved {
  const listed = listings.flatMap(({ account, flowLogs }) =>
    flowLogs instanceof CloudError ? [] : Array.from(flowLogs.values(), (each) => toNow(each, account)),
  );
  return involved(
    targetsIn(config, listings),
    listed,
    readings.filter(({ at }) => at < end),
  );
}

const toNow = (flowLog: FlowLog, account: string | null): FlowLogNow => ({
  flowLogId: flowLog.flowLogId,
  service: serviceOf(flowLog.flowLogId),
  regionId: flowLog.regionId,
  account,
  name: flowLog.name === '' ? null : flowLog.name,
  status: statusOf(flowLog.status),
  intervalSeconds: flowLog.intervalSeconds,
  logstore: flowLog.logstore,
});

/** What a flow log is now says nothing when records are missing, or of the future. */
function withoutStatus({ flowLogs, logstores }: Involved): Involved {
  const unknown = <Each>(each: Each) => ({ ...each, now: null });
  return {
    flowLogs: flowLogs.map(unknown),
    logstores: logstores.map((each) => ({ ...each, flowLogs: each.flowLogs.map(unknown) })),
  };
}

type Measurements = Pick<ReportFacts, 'measured' | 'meteringModes'>;
const NOT_MEASURED: Measurements = { measured: new Map(), meteringModes: new Map() };

async function measureAll(
  logstores: readonly InvolvedLogstore[],
  { config, range, now, sources, onProgress }: ReadRequest,
  problems: string[],
): Promise<Measurements> {
  const limit = pLimit(CONCURRENCY);
  const measured = new Map<string, Measured>();
  const meteringModes = new Map<string, MeteringMode>();
  const stretch = { start: range.start, end: Math.min(range.end, now) };
  const failures = new Map<string, string[]>();
  const failed = (what: string, logstore: InvolvedLogstore, error: unknown): null => {
    if (!(error instanceof CloudError)) throw error;
    const problem = `${what} could not be read: ${error.code}: ${error.message}`;
    failures.set(problem, [...(failures.get(problem) ?? []), logstore.key]);
    return null;
  };
  let done = 0;
  await Promise.all(
    logstores.map(async (logstore) => {
      const read = (metric: Metric) =>
        limit(() => sources.traffic(logstore, metric, stretch)).catch((error: unknown) =>
          failed(`CloudMonitor's ${metric}`, logstore, error),
        );
      // What the config says about prices makes the charging mode idle.
      const mode =
        config.pricing === null
          ? limit(() => sources.meteringMode(logstore)).catch((error: unknown) =>
              failed('the charging mode', logstore, error),
            )
          : null;
      const [LogInflow, NetFlow] = await Promise.all([read('LogInflow'), read('NetFlow')]);
      measured.set(logstore.key, { LogInflow, NetFlow });
      const charged = await mode;
      if (charged !== null) meteringModes.set(logstore.key, charged);
      done += 1;
      onProgress(`Reading traffic and charging modes: ${done} of ${logstores.length} Logstores`);
    }),
  );
  problems.push(...Array.from(failures, ([problem, keys]) => `${keys.join(', ')}: ${problem}`));
  return { measured, meteringModes };
}
