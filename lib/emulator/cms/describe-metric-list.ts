import { invalid, required } from '../flow-logs/parameters.ts';
import type { RpcOperation } from '../rpc/rpc-service.ts';
import type { World } from '../service.ts';
import { cmsErrors } from './cms-errors.ts';
import { bytesPerHour } from './traffic.ts';

const NAMESPACE = 'acs_sls_dashboard';
const PERIODS = [60, 300, 900];
const USUAL_LENGTH = 1000;
const MAX_LENGTH = 1440;
const MAX_INSTANCES = 50;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** What is left of the raw size when it is compressed. */
const COMPRESSED = 0.15;

interface Logstore {
  readonly project: string;
  readonly logstore: string;
}

interface Datapoint extends Logstore {
  /** Start of its period, milliseconds since the epoch. */
  readonly timestamp: number;
  readonly userId: string;
  readonly Sum: number;
}

/**
 * What flow logs wrote into Logstores, by period: those of (StartTime, EndTime] that have ended and are not older than what
 * is kept. A period in which nothing was written has no data point. UNVERIFIED that a timestamp is the start of its
 * period, and which of the two metrics is the raw size: `World.rawMetric` says which is here.
 * @see https://www.alibabacloud.com/help/en/cms/developer-reference/api-cms-2019-01-01-describemetriclist
 */
export const describeMetricList: RpcOperation = ({ params, accountId, requestId }, world) => {
  const metric = required(params, 'MetricName');
  if (required(params, 'Namespace') !== NAMESPACE) throw cmsErrors.error('ResourceNotFound');
  if (metric !== 'LogInflow' && metric !== 'NetFlow') throw cmsErrors.error('ResourceNotFound');
  const period = Number(params.Period ?? PERIODS[0]);
  if (!PERIODS.includes(period)) throw invalid('Period is not 60, 300 or 900.');
  const length = Number(params.Length ?? USUAL_LENGTH);
  if (!(Number.isInteger(length) && length >= 1 && length <= MAX_LENGTH)) {
    throw invalid(`Length is not 1 to ${MAX_LENGTH}.`);
  }
  const [start, end] = [instant(params, 'StartTime'), instant(params, 'EndTime')];
  if (start >= end) throw invalid('StartTime is not before EndTime.');
  const wanted = dimensions(params.Dimensions);
  const periods = { first: firstPeriod(start, period, world.now()), end, period };
  const share = metric === world.rawMetric ? 1 : COMPRESSED;
  const all = datapoints(world, accountId, wanted, periods, share);
  const offset = offsetOf(params.NextToken);
  const page = all.slice(offset, offset + length);
  return {
    Code: '200',
    Success: true,
    Period: String(period),
    Datapoints: JSON.stringify(page),
    ...(offset + length < all.length && { NextToken: tokenOf(offset + length) }),
    RequestId: requestId,
  };
};

/** Start of the first period after `start` that is still kept, milliseconds. @param period seconds */
function firstPeriod(start: number, period: number, now: number): number {
  const keptMs = (period < 300 ? 31 : 91) * DAY_MS;
  const periodMs = period * 1000;
  return Math.max(
    Math.floor(start / periodMs) * periodMs + periodMs,
    Math.ceil((now - keptMs) / periodMs) * periodMs,
  );
}

function datapoints(
  world: World,
  accountId: string,
  wanted: readonly Partial<Logstore>[],
  { first, end, period }: { readonly first: number; readonly end: number; readonly period: number },
  share: number,
): readonly Datapoint[] {
  const periodMs = period * 1000;
  const last = Math.min(Math.floor(end / periodMs), Math.floor(world.now() / periodMs) - 1) * periodMs;
  const bytes = new Map<string, { readonly logstore: Logstore; readonly byPeriod: Map<number, number> }>();
  for (const { flowLog, start, end: until } of world.flowLogs.activeStretches(first, last + periodMs)) {
    const { flowLogId, projectName: project, logStoreName: logstore } = flowLog;
    const isWanted = wanted.some(
      (dimension) =>
        (dimension.project ?? project) === project && (dimension.logstore ?? logstore) === logstore,
    );
    if (flowLog.accountId !== accountId || !isWanted) continue;
    const key = `${project}/${logstore}`;
    const { byPeriod } = bytes.get(key) ?? { byPeriod: new Map<number, number>() };
    bytes.set(key, { logstore: { project, logstore }, byPeriod });
    for (let at = Math.floor(start / periodMs) * periodMs; at < until; at += periodMs) {
      const activeMs = Math.min(until, at + periodMs) - Math.max(start, at);
      const written = (bytesPerHour(flowLogId, at) * activeMs) / HOUR_MS;
      byPeriod.set(at, (byPeriod.get(at) ?? 0) + written);
    }
  }
  return [...bytes.values()].flatMap(({ logstore, byPeriod }) =>
    [...byPeriod]
      .sort(([a], [b]) => a - b)
      .map(([timestamp, written]) => ({
        timestamp,
        userId: accountId,
        ...logstore,
        Sum: Math.round(written * share),
      })),
  );
}

/** Milliseconds since the epoch, or ISO 8601 in UTC to the second. @throws {ApiError} */
function instant(params: Readonly<Record<string, string>>, name: string): number {
  const text = required(params, name);
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  const isIso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text);
  if (Number.isNaN(at) || !(isIso || /^\d{13}$/.test(text))) {
    throw invalid(`${name} is neither milliseconds nor YYYY-MM-DDThh:mm:ssZ.`);
  }
  return at;
}

/** One object or a list of them; all Logstores when there is none. @throws {ApiError} */
function dimensions(text: string | undefined): readonly Partial<Logstore>[] {
  if (text === undefined || text === '') return [{}];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('Dimensions is no JSON.');
  }
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (all.length > MAX_INSTANCES) throw invalid(`Dimensions has more than ${MAX_INSTANCES} instances.`);
  if (!all.every(isDimension)) throw invalid('Dimensions holds something else than text by name.');
  return all;
}

function isDimension(value: unknown): value is Partial<Logstore> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((text) => typeof text === 'string')
  );
}

function tokenOf(offset: number): string {
  return Buffer.from(`offset ${offset}`).toString('hex');
}

function offsetOf(token: string | undefined): number {
  if (token === undefined || token === '') return 0;
  const offset = /^offset (\d+)$/.exec(Buffer.from(token, 'hex').toString())?.[1];
  if (offset === undefined) throw invalid('NextToken is none that was answered.');
  return Number(offset);
}
