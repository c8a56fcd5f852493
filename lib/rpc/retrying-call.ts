/** One operation, retried while that is certain to be harmless, in turn with the account's other calls. */
import type { Budget } from '../reconcile/budget.ts';
import { CallError, type Disposition } from '../reconcile/ports.ts';
import { retryDelayMs } from '../reconcile/retry.ts';
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
  readonly budget: Budget;
  readonly classify: (code: string, httpStatus: number) => ErrorRow;
  /** Operations that leave the same state behind however often they are sent: repeated when in doubt. */
  readonly repeatable: ReadonlySet<string>;
  /** Told of each request that is sent. */
  readonly onCall?: (() => void) | undefined;
  /** From 0 to 1. */
  readonly random?: (() => number) | undefined;
}

/** What a read answer came to, and how often the request was sent. */
export interface Answered<Answer> {
  readonly answer: Answer;
  readonly attempts: number;
}

/**
 * @param read makes sense of the answer; may throw an {@link RpcError} when there is none to make
 * @param once not to be repeated, harmless or not, nor to be kept waiting
 * @throws {CallError} and nothing else
 */
export type RetryingCall = <Answer>(
  action: string,
  params: Readonly<Record<string, string>>,
  read: (action: string, answer: RpcAnswer) => Answer,
  once?: boolean,
) => Promise<Answered<Answer>>;

const CALL_TIMEOUT_MS = 10_000;

/** An answer that says nothing wrong and makes no sense is asked for so often in all: it seldom gets better. */
const MAX_STRANGE = 3;

const isStrange = ({ code, disposition, httpStatus }: CallError): boolean =>
  disposition === 'read-back' && (code === 'AnswerTooLarge' || (httpStatus !== null && httpStatus < 400));

/** Throttling is told by code (`Throttling`, `Throttling.User`, `Rejected.Throttling`, …) or by HTTP 429. */
export function isThrottling(code: string, httpStatus: number): boolean {
  return httpStatus === 429 || /throttling/i.test(code);
}

export function createRetryingCall(options: RetryingCallOptions): RetryingCall {
  const { call, gate, budget, classify, repeatable, onCall, random = Math.random } = options;

  async function attempt<Answer>(
    action: string,
    params: Readonly<Record<string, string>>,
    attempts: number,
    read: (action: string, answer: RpcAnswer) => Answer,
  ): Promise<Answered<Answer> | CallError> {
    const timeoutMs = Math.min(CALL_TIMEOUT_MS, budget.remainingMs());
    let answer: RpcAnswer;
    try {
      answer = await call(action, params, timeoutMs);
    } catch (error) {
      if (error instanceof RpcError && error.failure.kind !== 'unusable') onCall?.();
      return toCallError(error, attempts, classify);
    }
    onCall?.();
    try {
      return { answer: read(action, answer), attempts };
    } catch (error) {
      return toCallError(error, attempts, classify);
    }
  }

  return async (action, params, read, once = false) => {
    const harmless = ({ disposition }: CallError) =>
      disposition === 'retry' || (disposition === 'read-back' && repeatable.has(action));
    const passing = (error: CallError, attempts: number) => attempts < MAX_STRANGE || !isStrange(error);
    let last: CallError | null = null;
    for (let attempts = 1; ; attempts += 1) {
      let delayMs: number | null = null;
      const outcome = await gate.pass(
        budget,
        async () => {
          const result = await attempt(action, params, attempts, read);
          if (!(result instanceof CallError)) return result;
          const again = !once && harmless(result) && passing(result, attempts);
          delayMs = again ? retryDelayMs(attempts, result.retryAfterMs, random()) : null;
          // Before the next call of the account takes this one's place.
          if (isThrottling(result.code, result.httpStatus ?? 0))
            gate.pause(delayMs ?? result.retryAfterMs ?? 0);
          return result;
        },
        once,
      );
      if (outcome === null) throw last ?? notSent(action, budget, once);
      if (!(outcome instanceof CallError)) return outcome;
      last = outcome;
      if (delayMs === null || delayMs >= budget.remainingMs()) throw last;
      await budget.sleep(delayMs);
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

/** Its turn never came: with time left that is for a pause, which the account was asked to make. */
function notSent(action: string, budget: Budget, once: boolean): CallError {
  if (once && budget.remainingMs() > 0) {
    return new CallError(`${action}: not sent, since it would have had to wait; the next run takes it up`, {
      code: 'Busy',
      disposition: 'fail',
      attempts: 0,
    });
  }
  if (budget.remainingMs() > 0) {
    return new CallError(
      `${action}: not sent, since Alibaba Cloud throttles this account and asks to wait longer than the run lasts; ` +
        'the next run takes it up',
      { code: 'Throttling', disposition: 'fail', attempts: 0 },
    );
  }
  return new CallError(
    `${action}: the run's time ended before it could be sent; the next run takes it up. ` +
      "If this repeats, raise the function's timeout",
    { code: 'OutOfTime', disposition: 'fail', attempts: 0 },
  );
}
