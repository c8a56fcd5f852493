import { deflateSync } from 'node:zlib';
import type { Budget } from '../../reconcile/budget.ts';
import { CloudError } from '../../reconcile/cloud-error.ts';
import type { LogRecord } from '../../reconcile/ports.ts';
import { type Answer, type Connection, connect, type Operation } from '../call.ts';
import type { RetryPolicy } from '../retry.ts';
import { encodeLog, encodeLogGroup, splitIntoBatches } from './log-group.ts';
import { slsService } from './service.ts';
import { projectAddress, type RecordTo } from './target.ts';

export interface LogstoreOptions extends Omit<Connection, 'endpoint' | 'host'> {
  readonly recordTo: RecordTo;
  /** Replaces `https://{regionId}.log.aliyuncs.com`; see {@link projectAddress}. */
  readonly endpoint?: URL | undefined;
  /** `__source__` of the records. */
  readonly source: string;
  /** `__topic__` of the records. */
  readonly topic: string;
}

/** Where results are recorded. */
export interface Logstore {
  /**
   * Resolves when every record has been accepted.
   * @param at instant of the records, milliseconds since the epoch
   * @throws {CloudError} when some could not be written in time
   */
  put(records: readonly LogRecord[], at: number, time: Budget): Promise<void>;
}

/** A run is at its end by then: gentler than what it lives on. */
const POLICY: RetryPolicy = { attempts: 4, firstDelayMs: 200, maxDelayMs: 3_000, timeoutMs: 5_000 };

/** It is about the records of one request; others may pass. */
const CONCERNS_RECORDS = /^(PostBody|Invalid(Timestamp|Encoding|Key$))/i;

/**
 * A Logstore of SLS, written with PutLogs.
 * Requests are sent one after another, so that records keep their order. SLS documents no de-duplication: a request
 * that timed out and is sent again may be recorded twice. Records therefore carry the `runId` that readers count by.
 * When a request fails for good, the following ones are still tried unless the failure concerns them too, and the
 * error says how many records were not confirmed.
 * @throws {TypeError} when `recordTo` holds no valid names
 */
export function createLogstore(options: LogstoreOptions): Logstore {
  const { recordTo, topic, source } = options;
  const { origin, host } = projectAddress(recordTo, options.endpoint);
  const call = connect(slsService(recordTo), { policy: POLICY, ...options, endpoint: origin, host });

  async function send(batch: readonly Uint8Array[], time: Budget): Promise<CloudError | null> {
    try {
      await call(putLogs(recordTo.logstore, encodeLogGroup(batch, topic, source)), { time });
      return null;
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      return error;
    }
  }

  return {
    async put(records, at, time) {
      const failures: CloudError[] = [];
      let unconfirmed = 0;
      const timeSeconds = Math.floor(at / 1000);
      for (const batch of splitIntoBatches(records.map((record) => encodeLog(record, timeSeconds)))) {
        // A refusal of the caller, the project or the Logstore holds for every batch; trouble on the way may pass.
        const isHopeless = failures.some(
          ({ again, code }) => again === 'never' && !CONCERNS_RECORDS.test(code),
        );
        const failure = isHopeless ? null : await send(batch, time);
        if (failure === null && !isHopeless) continue;
        if (failure !== null) failures.push(failure);
        unconfirmed += batch.length;
      }
      const [first] = failures;
      if (first === undefined) return;
      const { attempts, httpStatus, code, problem } = first;
      const effect = failures.some((each) => each.effect === 'unknown') ? 'unknown' : 'none';
      const written = effect === 'unknown' ? 'confirmed as written' : 'written';
      const tries = attempts > 1 ? ` after ${attempts} attempts` : '';
      const answered =
        httpStatus === null || problem.includes(`HTTP ${httpStatus}`) ? '' : `HTTP ${httpStatus} ${code}: `;
      const said = problem.replace(/^PutLogs: /, '');
      throw new CloudError(
        `PutLogs to Logstore ${recordTo.logstore} of project ${recordTo.project}: ${unconfirmed} of ${records.length} ` +
          `records not ${written}${tries}: ${answered}${said}`,
        { ...first, effect },
      );
    },
  };
}

function putLogs(logstore: string, raw: Uint8Array): Operation<void> {
  return {
    name: 'PutLogs',
    path: `/logstores/${encodeURIComponent(logstore)}/shards/lb`,
    headers: {
      'content-type': 'application/x-protobuf',
      'x-log-compresstype': 'deflate',
      'x-log-bodyrawsize': String(raw.byteLength),
    },
    // Nothing else is going on by then, and a thread of the pool would take longer to start.
    body: deflateSync(raw),
    isRepeatable: true,
    read: accepted,
  };
}

/** A success of SLS has nothing in it, or else its request ID. */
function accepted({ bytes, requestId, unreadable }: Answer): void {
  if (bytes.byteLength > 0 && requestId === null) throw unreadable();
}
