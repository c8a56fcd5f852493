/** One operation, retried while that is certain to be harmless, in turn with the account's other calls. */
import type { Budget } from '../../reconcile/budget.ts';
import { CallError, type CallLimits, type Disposition } from '../../reconcile/ports.ts';
import { MAX_ATTEMPTS, retryDelayMs } from '../../reconcile/retry.ts';
import { type RpcAnswer, type RpcCall, RpcError } from './client.ts';
import type { Gate } from './gate.ts';

/** What an error code means, and what the person who reads it should do. */
export interface ErrorRow {
  readonly disposition: Disposition;
  readonly advice: string;
}

export interface RetryingCallOptions {
  readonly call: RpcCall;
  readonly gate: Gate;
  readonly classify: (code: string, httpStatus: number) => ErrorRow;
  /** Operations that leave the same state behind however often they are sent: repeated when in doubt. */
  readonly repeatable: ReadonlySet<string>;
  /** Called for each request that is sent. */
  readonly onCall?: (() => void) | undefined;
  /** From 0 to 1. */
  readonly random?: (() => number) | undefined;
}

/** What a read answer came to, and how often the request was sent. */
export interface Answered<Answer> {
  readonly answer: Answer;
  readonly attempts: number;
  /** When the request that was answered went out, in the clock's monotonic milliseconds. */
  readonly sentAt: number;
}

/**
 * @param read makes sense of the answer; may throw an {@link RpcError} when there is none to make
 * @throws {CallError} and nothing else
 */
export type RetryingCall = <Answer>(
  action: string,
  params: Readonly<Record<string, string>>,
  read: (action: string, answer: RpcAnswer) => Answer,
  limits: CallLimits,
) => Promise<Answered<Answer>>;

const CALL_TIMEOUT_MS = 10_000;

/** Unreadable 2xx and 3xx answers are asked for this often; more rarely helps. */
const MAX_STRANGE = 3;

const isStrange = ({ code, disposition, httpStatus }: CallError): boolean =>
  disposition === 'read-back' && (code === 'AnswerTooLarge' || (httpStatus !== null && httpStatus < 400));

/** Throttling is told by code (`Throttling`, `Throttling.User`, `Rejected.Throttling`, …) or by HTTP 429. */
export function isThrottling(code: string, httpStatus: number): boolean {
  return httpStatus === 429 || /throttling/i.test(code);
}

export function createRetryingCall(options: RetryingCallOptions): RetryingCall {
  const { call, gate, classify, repeatable, onCall, random = Math.random } = options;
  let throttledInARow = 0;

  async function attempt<Answer>(
    action: string,
    params: Readonly<Record<string, string>>,
    attempts: number,
    read: (action: string, answer: RpcAnswer) => Answer,
    time: Budget,
  ): Promise<Answered<Answer> | CallError> {
    const timeoutMs = Math.min(CALL_TIMEOUT_MS, time.remainingMs());
    const sentAt = time.now();
    let answer: RpcAnswer;
    try {
      answer = await call(action, params, timeoutMs, time);
    } catch (error) {
      if (error instanceof RpcError && error.failure.kind !== 'unusable') onCall?.();
      return toCallError(error, attempts, classify);
    }
    onCall?.();
    try {
      return { answer: read(action, answer), attempts, sentAt };
    } catch (error) {
      return toCallError(error, attempts, classify);
    }
  }

  return async (action, params, read, { time, attempts: most = MAX_ATTEMPTS, turn = time, onSend }) => {
    const harmless = ({ disposition }: CallError) =>
      disposition === 'wait' ||
      disposition === 'retry' ||
      (disposition === 'read-back' && repeatable.has(action));
    const passing = (error: CallError, attempts: number) => attempts < MAX_STRANGE || !isStrange(error);
    let last: CallError | null = null;
    for (let attempts = 1; ; attempts += 1) {
      let delayMs: number | null = null;
      const outcome = await gate.pass(turn, async () => {
        onSend?.();
        const result = await attempt(action, params, attempts, read, time);
        const isThrottled = result instanceof CallError && result.disposition === 'wait';
        // Calls that are throttled together count once.
        if (!isThrottled) {
          throttledInARow = 0;
          gate.goOn();
        } else if (gate.pausedMs() === 0) throttledInARow += 1;
        if (!(result instanceof CallError)) return result;
        const again = attempts < most && harmless(result) && passing(result, attempts);
        if (again) delayMs = retryDelayMs(attempts, result.retryAfterMs, random());
        // Before the next call of the account takes this one's place.
        if (isThrottled) gate.pause(delayMs ?? retryDelayMs(throttledInARow, result.retryAfterMs, random()));
        return result;
      });
      if (outcome === null) throw last ?? notSent(action, time, gate);
      if (!(outcome instanceof CallError)) return outcome;
      last = outcome;
      if (delayMs === null || delayMs >= time.remainingMs()) throw last;
      await time.sleep(delayMs);
    }
  };
}

function toCallError(error: unknown, attempts: number, classify: RetryingCallOptions['classify']): CallError {
  // Of the credentials, which were asked for with retries of their own: not to be multiplied by ours.
  if (error instanceof CallError) throw error;
  if (!(error instanceof RpcError)) throw error;
  const { failure, requestId, message } = error;
  const common = { code: failure.code, requestId, attempts };
  switch (failure.kind) {
    case 'unusable':
      return new CallError(message, { ...common, disposition: 'fail' });
    case 'not-sent':
      return new CallError(message, { ...common, disposition: 'retry' });
    case 'no-answer':
      return new CallError(message, { ...common, disposition: 'read-back', httpStatus: failure.httpStatus });
    case 'refused': {
      const { disposition, advice } = classify(failure.code, failure.httpStatus);
      const { httpStatus, retryAfterMs } = failure;
      return new CallError(`${message} (${advice})`, { ...common, disposition, httpStatus, retryAfterMs });
    }
  }
}

/** Its turn did not come. */
function notSent(action: string, time: Budget, gate: Gate): CallError {
  const leftMs = time.remainingMs();
  if (leftMs === 0) {
    return new CallError(
      `${action}: the run's time ended before it could be sent; the next run takes it up. ` +
        "If this repeats, raise the function's timeout",
      { code: 'OutOfTime', disposition: 'fail', attempts: 0 },
    );
  }
  if (gate.pausedMs() >= leftMs) {
    return new CallError(
      `${action}: not sent, since Alibaba Cloud throttles this account and asks to wait longer than the run lasts; ` +
        'the next run takes it up',
      { code: 'Throttling', disposition: 'fail', attempts: 0 },
    );
  }
  return new CallError(`${action}: not sent, since its turn did not come in time; the next run takes it up`, {
    code: 'Busy',
    disposition: 'wait',
    attempts: 0,
  });
}
