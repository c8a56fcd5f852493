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
import { type Recorded, serviceOf, statusOf } from './records.ts';
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

const NOTHING: Recorded = { readings: [], runs: [], watches: [], warnings: [] };

export async function readFacts(request: ReadRequest): Promise<ReportFacts> {
  const { config, range, now, periodMs, sources, onProgress } = request;
  const problems: string[] = [];
  const recorded = await recordsOf(request, problems);
  const places = placesOf(config, recorded ?? NOTHING);
  onProgress('Listing flow logs');
  const listings = await sources.listings(places);
  problems.push(...listings.flatMap(listingProblem));
  const all = involvedIn(config, listings, recorded);
  const begun = range.start < now;
  const measured = begun ? await measureAll(all.logstores, request, problems) : NOT_MEASURED;
  return {
    range,
    now,
    zone: config.zone,
    periodMs,
    recorded: recorded ?? NOTHING,
    recordedIn: recordedIn(config),
    involved: begun && recorded !== null ? all : withoutStatus(all),
    ...measured,
    pricing: config.pricing,
    problems,
  };
}

/** Null when they could not be read: then nothing is known of when flow logs captured. */
async function recordsOf(request: ReadRequest, problems: string[]): Promise<Recorded | null> {
  const { config, range, now, periodMs, sources, onProgress } = request;
  if (range.start >= now) {
    problems.push(
      'the range lies in the future, so nothing is known of it; flow-logs preview shows what schedules want',
    );
    return NOTHING;
  }
  const unknown = 'when flow logs captured is not known';
  if (config.recordTo.kind === 'stdout') {
    problems.push(`recordTo is stdout, so no records are kept in SLS: ${unknown}`);
    return null;
  }
  try {
    const flowLogIds = config.flowLogs.map(({ flowLogId }) => flowLogId);
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

/** Where flow logs of the config and of the records lie. */
function placesOf(config: Config, { readings }: Recorded): readonly Place[] {
  const places = new Map<string, Place>();
  const add = ({ account, regionId, service, vpcId }: Place) =>
    places.set(JSON.stringify([account, regionId, service, vpcId]), { account, regionId, service, vpcId });
  for (const entry of [...config.flowLogs, ...config.selectors]) add(entry);
  for (const reading of readings) {
    const isKnown = reading.account === null || config.accounts.has(reading.account);
    if (isKnown && reading.regionId !== '') add({ ...reading, vpcId: null });
  }
  return [...places.values()];
}

function listingProblem({ account, scope, flowLogs }: Listing): readonly string[] {
  if (!(flowLogs instanceof CloudError)) return [];
  const of = account === null ? '' : ` of account ${account}`;
  return [`flow logs in ${scope.regionId}${of} could not be listed: ${flowLogs.code}: ${flowLogs.message}`];
}

function involvedIn(config: Config, listings: readonly Listing[], recorded: Recorded | null): Involved {
  const { targets } = resolveTargets(config.flowLogs, config.selectors, listings);
  const configured = targets.map(({ entry }): ConfiguredFlowLog => {
    const { flowLogId, service, regionId, account, schedule } = entry;
    return { flowLogId, service, regionId, account, schedule: schedule.name };
  });
  const listed = listings.flatMap(({ account, flowLogs }) =>
    flowLogs instanceof CloudError ? [] : Array.from(flowLogs.values(), (each) => toNow(each, account)),
  );
  return involved(configured, listed, (recorded ?? NOTHING).readings);
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
