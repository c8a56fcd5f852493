import { deflateSync } from 'node:zlib';
import { CallError, type Clock, type LogRecord, type Logstore } from '../../reconcile/ports.ts';
import { within } from '../credentials/provider.ts';
import { redact } from '../credentials/redact.ts';
import type { Credentials, CredentialsProvider } from '../credentials/types.ts';
import { type SendRequest, request as sendRequest } from '../http/request.ts';
import { splitIntoBatches } from './batches.ts';
import { encodeLogGroup } from './log-group.ts';
import {
  failureOfAnswer,
  failureOfCredentials,
  failureOfDeadline,
  failureOfRequest,
  type PutLogsFailure,
} from './put-logs-failure.ts';
import { signatureHeaders } from './signature-v4.ts';
import { projectAddress, type RecordTo } from './target.ts';

export interface LogstoreOptions {
  readonly recordTo: RecordTo;
  /** Replaces `https://{regionId}.log.aliyuncs.com`; see {@link projectAddress}. */
  readonly endpoint?: URL | undefined;
  /** Asked before every request. */
  readonly credentials: CredentialsProvider;
  /** `__source__` of the records. */
  readonly source: string;
  /** `__topic__` of the records. */
  readonly topic: string;
  readonly clock: Clock;
  /** The monotonic instant at which a put must have ended. One minute after its start when not given. */
  readonly deadline?: (() => number) | undefined;
  /** Requests that one batch may take. */
  readonly maxAttempts?: number;
  /** Longest wait for one answer. */
  readonly attemptTimeoutMs?: number;
  readonly request?: SendRequest | undefined;
  /** At least 0, below 1. */
  readonly random?: () => number;
}

const FIRST_DELAY_MS = 200;
const MAX_DELAY_MS = 3_000;
const PUT_TIMEOUT_MS = 60_000;
const MAX_MESSAGE_CHARS = 600;

/**
 * A Logstore of SLS, written with PutLogs.
 * Requests are sent one after another, so that records keep their order. SLS documents no de-duplication: a request
 * that timed out and is sent again may be recorded twice. Records therefore carry the `runId` that readers count by.
 * When a request fails for good, the following ones are still tried unless the failure concerns them too, and the
 * error says how many records were not confirmed.
 * @throws {TypeError} when `recordTo` holds no valid names
 */
export function createLogstore(options: LogstoreOptions): Logstore {
  const address = projectAddress(options.recordTo, options.endpoint);
  const url = new URL(
    `/logstores/${encodeURIComponent(options.recordTo.logstore)}/shards/lb`,
    address.origin,
  );
  const { clock, topic, source, random = Math.random, request = sendRequest } = options;
  const { maxAttempts = 4, attemptTimeoutMs = 5_000 } = options;

  async function send(batch: readonly LogRecord[], at: number, deadline: number): Promise<Outcome> {
    const timeSeconds = Math.floor(at / 1000);
    const raw = encodeLogGroup({ logs: batch.map((contents) => ({ timeSeconds, contents })), topic, source });
    // Nothing else is going on by then, and a thread of the pool would take longer to start.
    const body = deflateSync(raw);
    let last: PutLogsFailure | undefined;
    let mayBeWritten = false;
    for (let attempts = 0; ; attempts++) {
      const remainingMs = deadline - clock.monotonic();
      if (remainingMs <= 0) return { failure: last ?? failureOfDeadline(), attempts, mayBeWritten };
      const failure = await sendOnce(body, raw.byteLength, Math.min(remainingMs, attemptTimeoutMs));
      if (failure === null) return null;
      last = failure;
      mayBeWritten ||= failure.mayBeWritten;
      const delayMs = Math.max(backoffMs(attempts, random()), failure.retryAfterMs ?? 0);
      const isLast = !failure.isRetryable || attempts + 1 >= maxAttempts;
      if (isLast || clock.monotonic() + delayMs >= deadline) {
        return { failure, attempts: attempts + 1, mayBeWritten };
      }
      await clock.sleep(delayMs);
    }
  }

  async function sendOnce(body: Buffer, rawSize: number, timeoutMs: number): Promise<PutLogsFailure | null> {
    const startedAt = clock.monotonic();
    let credentials: Credentials;
    try {
      credentials = await within(options.credentials, timeoutMs);
    } catch (error) {
      return failureOfCredentials(error);
    }
    try {
      const headers = putLogsHeaders(address.host, rawSize);
      const signed = { method: 'POST', path: url.pathname, headers, regionId: options.recordTo.regionId };
      const signature = signatureHeaders(signed, body, credentials, clock.now());
      const answer = await request({
        url,
        method: 'POST',
        headers: { ...headers, ...signature },
        body,
        timeoutMs: timeoutMs - (clock.monotonic() - startedAt),
      });
      return failureOfAnswer(answer, options.recordTo);
    } catch (error) {
      return failureOfRequest(error);
    }
  }

  return {
    async put(records, at) {
      const deadline = options.deadline?.() ?? clock.monotonic() + PUT_TIMEOUT_MS;
      let first: Exclude<Outcome, null> | undefined;
      let hopeless: Exclude<Outcome, null> | undefined;
      let unconfirmed = 0;
      let mayBeWritten = false;
      for (const batch of splitIntoBatches(records, { topic, source })) {
        const outcome = hopeless ?? (await send(batch, at, deadline));
        if (outcome === null) continue;
        first ??= outcome;
        if (concernsAll(outcome.failure)) hopeless = outcome;
        unconfirmed += batch.length;
        mayBeWritten ||= outcome.mayBeWritten;
      }
      if (first === undefined) return;
      throw toCallError({ ...first, mayBeWritten }, unconfirmed, records.length, options.recordTo);
    },
  };
}

/** Null is success. */
type Outcome = {
  readonly failure: PutLogsFailure;
  readonly attempts: number;
  readonly mayBeWritten: boolean;
} | null;

function putLogsHeaders(host: string, rawSize: number): Readonly<Record<string, string>> {
  return {
    accept: 'application/json',
    host,
    'user-agent': 'flow-log-scheduler',
    'x-log-apiversion': '0.6.0',
    'content-type': 'application/x-protobuf',
    'x-log-compresstype': 'deflate',
    'x-log-bodyrawsize': String(rawSize),
  };
}

/** Between half and all of a doubling delay: callers that failed together do not come back together. */
function backoffMs(failures: number, random: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** failures, MAX_DELAY_MS) * (0.5 + random / 2);
}

/** A refusal of the caller, the project or the Logstore holds for every batch; trouble on the way may pass. */
function concernsAll(failure: PutLogsFailure): boolean {
  return !failure.isRetryable && !failure.concernsRecords;
}

function toCallError(
  { failure, attempts, mayBeWritten }: Exclude<Outcome, null>,
  unconfirmed: number,
  total: number,
  { project, logstore }: RecordTo,
): CallError {
  const problem = redact(failure.problem)
    .slice(0, MAX_MESSAGE_CHARS)
    .replace(/[\s.]+$/, '');
  const count = `${unconfirmed} of ${total} records not ${mayBeWritten ? 'confirmed as written' : 'written'}`;
  const tries = attempts > 1 ? ` after ${attempts} attempts` : '';
  const message = `PutLogs to Logstore ${logstore} of project ${project}: ${count}${tries}: ${problem}. ${failure.advice}`;
  return new CallError(message, {
    code: failure.code,
    disposition: mayBeWritten ? 'read-back' : failure.isRetryable ? 'retry' : 'fail',
    requestId: failure.requestId,
    httpStatus: failure.httpStatus,
    retryAfterMs: failure.retryAfterMs,
    attempts,
    cause: failure.cause,
  });
}
