import { HttpError } from '../http/http-error.ts';
import type { HttpResponse } from '../http/request.ts';
import type { RecordTo } from './target.ts';
import { isQuotaCode, whatToDo, whatToDoUnanswered } from './what-to-do.ts';

/** Why one PutLogs request did not succeed, as data. Texts in it may hold secrets until they are redacted. */
export interface PutLogsFailure {
  readonly code: string;
  /** What happened. */
  readonly problem: string;
  /** What a person does about it. */
  readonly advice: string;
  readonly isRetryable: boolean;
  /** False when the records were certainly not written. */
  readonly mayBeWritten: boolean;
  /** It is about the records of this request; other records may pass. */
  readonly concernsRecords: boolean;
  readonly httpStatus: number | null;
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;
  readonly cause?: Error;
}

const NO_ANSWER = { concernsRecords: false, httpStatus: null, requestId: null, retryAfterMs: null };

/**
 * What an answer of PutLogs means; null is success, which only a 2xx of SLS without an error is: with nothing in it,
 * or else with the request ID of SLS.
 * Retryable are 5xx, 408, 429, the quota codes and `ServerBusy` / `InternalServerError`; never 400, 401 or 404.
 * @see Common error codes and PutLogs in Alibaba Cloud's SLS documentation: `{"errorCode","errorMessage"}` in the
 * body, `x-log-requestid` in the header
 */
export function failureOfAnswer(answer: HttpResponse, target: RecordTo): PutLogsFailure | null {
  const { status } = answer;
  const stated = statedError(answer.body);
  const isOfSls = answer.body.byteLength === 0 || answer.headers['x-log-requestid'] !== undefined;
  if (status >= 200 && status < 300 && stated === null && isOfSls) return null;
  const code = stated?.code ?? `Http${status}`;
  const isRefused = isQuotaCode(code) || /^ServerBusy$/i.test(code) || status === 429;
  const isTransient = isRefused || status >= 500 || status === 408 || /^InternalServerError$/i.test(code);
  return {
    code,
    problem:
      stated === null ? `HTTP ${status}, not an answer of SLS` : `HTTP ${status} ${code}: ${stated.message}`,
    advice: whatToDo(status, stated?.code ?? null, target),
    isRetryable: isTransient && ![400, 401, 404].includes(status),
    mayBeWritten: !isRefused && (status >= 500 || status === 408),
    concernsRecords: stated !== null && /^(PostBody|Invalid(Timestamp|Encoding|Key$))/i.test(code),
    httpStatus: status,
    requestId: tokenOrNull(answer.headers['x-log-requestid']),
    retryAfterMs: retryAfterMs(answer.headers['retry-after']),
  };
}

/** What it means that there is no complete answer. */
export function failureOfRequest(error: unknown): PutLogsFailure {
  if (!(error instanceof HttpError)) {
    const problem = error instanceof Error ? error.message : 'the request failed';
    const advice = whatToDoUnanswered('request');
    return { ...NO_ANSWER, code: 'RequestFailed', problem, advice, isRetryable: false, mayBeWritten: true };
  }
  return {
    ...NO_ANSWER,
    code: error.code,
    problem: error.message,
    advice: whatToDoUnanswered(error.kind),
    isRetryable: error.kind !== 'tls' && error.kind !== 'request',
    mayBeWritten: error.mayHaveBeenReceived,
    cause: error,
  };
}

/**
 * What it means that there are no credentials to sign with. The error itself is not kept: those of Alibaba's
 * credentials client have signed URLs in them.
 */
export function failureOfCredentials(error: unknown): PutLogsFailure {
  const reason = error instanceof Error ? error.message : 'no reason given';
  return {
    ...NO_ANSWER,
    code: 'CredentialsUnavailable',
    problem: `no credentials: ${reason}`,
    advice:
      'Give the function a role, or set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.',
    isRetryable: false,
    mayBeWritten: false,
  };
}

/** What it means that time ran out before a request could be sent. */
export function failureOfDeadline(): PutLogsFailure {
  return {
    ...NO_ANSWER,
    code: 'DeadlineExceeded',
    problem: 'the time for recording had run out before it was sent',
    advice: "Raise the function's timeout.",
    isRetryable: true,
    mayBeWritten: false,
  };
}

function statedError(body: Buffer): { readonly code: string; readonly message: string } | null {
  const parsed = parseJson(body.toString('utf8'));
  if (typeof parsed !== 'object' || parsed === null) return null;
  const fields = new Map<string, unknown>(Object.entries(parsed));
  const code = fields.get('errorCode');
  const message = fields.get('errorMessage');
  const known = typeof code === 'string' ? tokenOrNull(code) : null;
  return known === null
    ? null
    : { code: known, message: typeof message === 'string' ? message : 'no message' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function tokenOrNull(text: string | undefined): string | null {
  return text !== undefined && /^[\w.-]{1,64}$/.test(text) ? text : null;
}

function retryAfterMs(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,5}$/.test(header) ? Number(header) * 1000 : null;
}
