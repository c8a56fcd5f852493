/**
 * What Logstores received, by CloudMonitor (Cms 2019-01-01).
 * @see https://www.alibabacloud.com/help/en/cms/developer-reference/api-cms-2019-01-01-describemetriclist
 */
import { isObject, parseJson } from '../../json.ts';
import { type Answer, type AskOptions, createAsk, readObject } from '../call.ts';
import { PATIENT } from '../retry.ts';
import { CLOUD_MONITOR, cloudMonitorEndpoint } from '../tool-services.ts';

export interface TrafficRequest {
  readonly metric: 'LogInflow' | 'NetFlow';
  readonly project: string;
  readonly logstore: string;
  /** Of the periods that begin in [start, end), milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
  /** Those of 300 and more are kept for 91 days. */
  readonly periodSeconds: 300 | 900;
}

/** The bytes of the period that begins at `at`, milliseconds since the epoch. */
export interface TrafficPoint {
  readonly at: number;
  readonly bytes: number;
}

/** All pages; periods without traffic may be missing. @throws {CloudError} */
export type ReadTraffic = (request: TrafficRequest) => Promise<readonly TrafficPoint[]>;

export interface TrafficOptions extends Omit<AskOptions, 'endpoint' | 'host' | 'timeoutMs'> {
  readonly regionId: string;
  /** Replaces the public endpoint of the region. */
  readonly endpoint?: URL | undefined;
  readonly timeoutMs?: number;
}

const NAMESPACE = 'acs_sls_dashboard';
/** The most that CloudMonitor gives at a time. */
const PAGE = 1440;

export function createTrafficReader(options: TrafficOptions): ReadTraffic {
  const { regionId, endpoint = cloudMonitorEndpoint(regionId), timeoutMs = 30_000 } = options;
  const ask = createAsk(CLOUD_MONITOR, { attempts: PATIENT.attempts, ...options, endpoint, timeoutMs });
  return async ({ metric, project, logstore, start, end, periodSeconds }) => {
    const points: TrafficPoint[] = [];
    if (start >= end) return points;
    let token: string | null = null;
    do {
      const query: Readonly<Record<string, string>> = {
        Namespace: NAMESPACE,
        MetricName: metric,
        Period: String(periodSeconds),
        Dimensions: JSON.stringify([{ project, logstore }]),
        // CloudMonitor leaves out the first instant and takes the last one.
        StartTime: String(start - 1),
        EndTime: String(end - 1),
        Length: String(PAGE),
        ...(token === null ? {} : { NextToken: token }),
      };
      const page: Page = await ask({ name: 'DescribeMetricList', query, read: readPage, isRepeatable: true });
      points.push(...page.points);
      token = page.nextToken;
    } while (token !== null);
    return points.filter(({ at }) => start <= at && at < end);
  };
}

interface Page {
  readonly points: readonly TrafficPoint[];
  readonly nextToken: string | null;
}

/** UNVERIFIED that `timestamp` is the start of a period, and that both metrics have a `Sum`. */
function readPage(answer: Answer): Page {
  const { Datapoints, NextToken } = readObject(answer);
  const listed = typeof Datapoints === 'string' && Datapoints !== '' ? parseJson(Datapoints) : [];
  if (!Array.isArray(listed)) throw answer.unreadable();
  const points = listed.map((point: unknown): TrafficPoint => {
    const { timestamp, Sum } = isObject(point) ? point : {};
    if (typeof timestamp !== 'number' || typeof Sum !== 'number') {
      throw answer.unreadable('a data point without timestamp and Sum');
    }
    return { at: timestamp, bytes: Sum };
  });
  return { points, nextToken: typeof NextToken === 'string' && NextToken !== '' ? NextToken : null };
}
