/**
 * The one door to the cloud: every call of every service is signed, sent, read and, while that is certain to be
 * harmless, sent again here.
 */

import { isObject, type JsonObject } from '../json.ts';
import { type Budget, createBudget } from '../reconcile/budget.ts';
import { CloudError, type CloudFailure, type ServiceName } from '../reconcile/cloud-error.ts';
import type { CallLimits, Clock } from '../reconcile/ports.ts';
import { cut, oneLine } from '../text.ts';
import { canonicalQuery } from './acs3.ts';
import { type Advised, advise, type ErrorTable, verdictOf } from './advice.ts';
import { systemClock } from './clock.ts';
import { redact } from './credentials/redact.ts';
import type { Credentials, CredentialsProvider } from './credentials/types.ts';
import { createGate, type Gate } from './gate.ts';
import { type HttpResponse, request, type SendRequest } from './http/request.ts';
import { isWorthRepeating, PATIENT, type RetryPolicy, retryDelayMs } from './retry.ts';

/** A service of Alibaba Cloud, as it is called here. */
export interface Service extends Advised {
  readonly name: ServiceName;
  readonly dialect: Dialect;
  /** Error codes of its own. */
  readonly errors?: ErrorTable;
}

/** How requests are signed and answers read. */
export interface Dialect {
  /** All headers of the request, `authorization` among them. @param now milliseconds since the epoch */
  sign(request: Signable, credentials: Credentials, now: number): Readonly<Record<string, string>>;
  /** What an answer says; `refusal` is null when it states no error. */
  read(response: HttpResponse): {
    /** Null when the body is no JSON. */
    readonly json: unknown;
    readonly requestId: string | null;
    /** What the service asks to wait, milliseconds. */
    readonly retryAfterMs: number | null;
    readonly refusal: Refusal | null;
  };
  /** What is known after an answer that is none of the service's. */
  unreadable(status: number): Pick<CloudFailure, 'code' | 'effect' | 'again'>;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** A request that can be signed. Names of headers are in lower case. */
export interface Signable {
  readonly operation: string;
  readonly method: string;
  /** As it is sent. */
  readonly path: string;
  /** Before encoding. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

/** One operation with its parameters. */
export interface Operation<Value> {
  /** As in `DescribeFlowlogs`. */
  readonly name: string;
  /** Default: POST. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Default: `/`, as RPC APIs have it. Parts of it are encoded. */
  readonly path?: string;
  /** Before encoding. */
  readonly query?: Readonly<Record<string, string>>;
  /** Besides those that signing adds; in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: an empty one for POST and PUT. See {@link jsonBody}. */
  readonly body?: Uint8Array;
  /** Makes sense of a 2xx answer without an error. @throws {CloudError} `answer.unreadable()` when there is none */
  readonly read: (answer: Answer) => Value;
  /** It leaves the same state behind however often it is sent, so it is also sent again when its effect is unknown. */
  readonly isRepeatable?: boolean;
  /** Instead of what holds for the whole service. */
  readonly permission?: string;
  readonly later?: string;
  readonly otherwise?: string;
  readonly errors?: ErrorTable;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  /** Null when the body is no JSON. */
  readonly json: unknown;
  readonly requestId: string | null;
  /** The error of an answer that makes no sense, or says nothing but that it did not work. */
  readonly unreadable: (problem?: string, code?: string) => CloudError;
}

export interface Connection {
  /** Address to connect to. */
  readonly endpoint: URL;
  /** Name to ask for, where it is not that of the address. */
  readonly host?: string;
  /** Asked before every request. */
  readonly credentials: CredentialsProvider;
  readonly clock: Clock;
  /** Default: real requests. */
  readonly send?: SendRequest | undefined;
  /** That of the account. Default: one of its own, for any number of calls at a time. */
  readonly gate?: Gate;
  readonly policy?: RetryPolicy;
  /** From 0 to 1. */
  readonly random?: (() => number) | undefined;
  /** Called for each request that is sent. */
  readonly onCall?: (() => void) | undefined;
  /** Called with how far this clock was ahead of the `Date` of an answer that had one, milliseconds. */
  readonly onSkew?: ((ms: number) => void) | undefined;
  /** Called with credentials that the service does not take, or no longer. */
  readonly onRefused?: ((credentials: Credentials) => void) | undefined;
}

/** What a read answer came to, and how often the request was sent. */
export interface Answered<Value> {
  readonly answer: Value;
  readonly attempts: number;
  /** When the request that was answered went out, in the clock's monotonic milliseconds. */
  readonly sentAt: number;
}

/**
 * Calls an operation, within the limits.
 * @throws {CloudError} and nothing else that a service or the network is the reason of
 */
export type Call = <Value>(operation: Operation<Value>, limits: CallLimits) => Promise<Answered<Value>>;

/** `InvalidSecurityToken.Expired`, `InvalidAccessKeyId.NotFound`, `InvalidAccessKeyId.Inactive`, … */
const REFUSED_CREDENTIALS = /^Invalid(SecurityToken|AccessKeyId)/i;

const MAX_MESSAGE_CHARS = 600;
const EMPTY = new Uint8Array(0);

export function connect(service: Service, connection: Connection): Call {
  const { endpoint, host = endpoint.host, credentials, clock, send = request } = connection;
  const { policy = PATIENT, random = Math.random } = connection;
  const gate = connection.gate ?? createGate(Number.POSITIVE_INFINITY, clock.monotonic);
  let throttledInARow = 0;

  async function signerFor(operation: string, time: Budget): Promise<Credentials> {
    try {
      return await credentials(time);
    } catch (error) {
      if (error instanceof CloudError) throw error;
      const code = 'CredentialsUnavailable';
      const looked = redact(error instanceof Error ? error.message : String(error));
      throw new CloudError(`${operation}: no credentials; looked for: ${looked}`, {
        ...{ service: service.name, operation, code, advice: advise({ code }, service) },
      });
    }
  }

  async function exchange<Value>(
    operation: Operation<Value>,
    signer: Credentials,
    { time, turn = time, onSend }: CallLimits,
  ): Promise<Value> {
    const { name, method = 'POST', path = '/', query = {} } = operation;
    const hasBody = method === 'POST' || method === 'PUT';
    const body = operation.body ?? (hasBody ? EMPTY : undefined);
    const own = { host, accept: 'application/json', ...operation.headers };
    const signable = { operation: name, method, path, query, headers: own, body };
    const headers = service.dialect.sign(signable, signer, clock.now());
    const url = new URL(path, endpoint);
    url.search = canonicalQuery(query);
    const timeoutMs = Math.min(policy.timeoutMs, time.remainingMs());
    // Asking for credentials may have taken long.
    const turnMs = turn.remainingMs();
    if (timeoutMs === 0 || turnMs === 0) throw notSent(service, operation, time, gate);
    onSend?.();
    connection.onCall?.();
    let response: HttpResponse;
    try {
      const about = { service: service.name, operation: name };
      response = await send({ ...about, url, method, headers, body, timeoutMs, turnMs });
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      if (error.attempts === 0) throw notSent(service, operation, time, gate);
      const advice = advise(error, { ...service, ...operation });
      throw new CloudError(`${name}: ${redact(error.problem)}`, { ...error, advice });
    }
    const date = Date.parse(response.headers.date ?? '');
    if (!Number.isNaN(date)) connection.onSkew?.(clock.now() - date);
    return readAnswer(service, operation, response);
  }

  /** Credentials that are refused may have been kept from an earlier run, and revoked since: they are asked for anew. */
  async function attempt<Value>(operation: Operation<Value>, limits: CallLimits): Promise<Value> {
    const signer = await signerFor(operation.name, limits.time);
    try {
      return await exchange(operation, signer, limits);
    } catch (error) {
      if (!(error instanceof CloudError && REFUSED_CREDENTIALS.test(error.code))) throw error;
      connection.onRefused?.(signer);
      const fresh = await signerFor(operation.name, limits.time);
      if (fresh.accessKeyId === signer.accessKeyId && fresh.securityToken === signer.securityToken)
        throw error;
      return exchange(operation, fresh, limits);
    }
  }

  return async (operation, limits) => {
    const { time, turn = time, attempts: most = policy.attempts } = limits;
    let last: CloudError | null = null;
    for (let attempts = 1; ; attempts += 1) {
      let delayMs: number | null = null;
      const outcome = await gate.pass(turn, async () => {
        const sentAt = time.now();
        try {
          const answer = await attempt(operation, limits);
          passed();
          return { answer, attempts, sentAt };
        } catch (thrown) {
          // One of the credentials comes from a call with retries of its own, which are not to be multiplied.
          if (!(thrown instanceof CloudError) || thrown.service !== service.name) throw thrown;
          if (thrown.attempts === 0) return thrown;
          const effect = last?.effect === 'unknown' ? last.effect : thrown.effect;
          const error = thrown.with({ attempts: attempts - 1 + thrown.attempts, effect });
          if (!error.throttled) passed();
          // Calls that are throttled together count once.
          else if (gate.pausedMs() === 0) throttledInARow += 1;
          const delayAfter = (count: number) => retryDelayMs(count, error.retryAfterMs, policy, random());
          if (attempts < most && isWorthRepeating(error, policy, operation.isRepeatable === true)) {
            delayMs = delayAfter(attempts);
          }
          // Before the next call of the account takes this one's place.
          if (error.throttled) gate.pause(delayMs ?? delayAfter(throttledInARow));
          return error;
        }
      });
      if (outcome === null) throw last ?? notSent(service, operation, time, gate);
      if (!(outcome instanceof CloudError)) return outcome;
      if (outcome.attempts === 0) throw last ?? outcome;
      last = outcome;
      if (delayMs === null || delayMs >= time.remainingMs()) throw last;
      await time.sleep(delayMs);
    }
  };

  function passed(): void {
    throttledInARow = 0;
    gate.goOn();
  }
}

function readAnswer<Value>(service: Service, operation: Operation<Value>, response: HttpResponse): Value {
  const { status } = response;
  const { json, requestId: stated, retryAfterMs, refusal } = service.dialect.read(response);
  const requestId = stated === null ? null : redact(stated);
  const known = {
    ...{ service: service.name, operation: operation.name, httpStatus: status, requestId, retryAfterMs },
  };
  const advised = { ...service, ...operation };
  if (refusal !== null) {
    const { code, message } = refusal;
    const verdict = verdictOf(code, status, advised, [operation.errors, service.errors], message);
    const said = cut(oneLine(redact(message)), MAX_MESSAGE_CHARS).replace(/[\s.]+$/, '');
    const problem = `${operation.name}: ${said}`;
    throw new CloudError(problem, { ...known, ...verdict, code: redact(code) });
  }
  const size = response.body.byteLength;
  const unreadable: Answer['unreadable'] = (
    problem = `an answer that is not one of ${service.name} (HTTP ${status}, ${size} bytes)`,
    code,
  ) => {
    const failure = {
      ...known,
      ...service.dialect.unreadable(status),
      ...(code === undefined ? {} : { code }),
    };
    return new CloudError(`${operation.name}: ${problem}`, { ...failure, advice: advise(failure, advised) });
  };
  if (status < 200 || status >= 300) throw unreadable();
  return operation.read({
    status,
    headers: response.headers,
    bytes: response.body,
    json,
    requestId,
    unreadable,
  });
}

/** Its turn did not come, or its time had ended by then. */
function notSent(
  service: Service,
  { name, later = service.later }: Operation<unknown>,
  time: Budget,
  gate: Gate,
) {
  const known = { service: service.name, operation: name, attempts: 0, advice: later ?? '' };
  const leftMs = time.remainingMs();
  if (leftMs === 0) {
    const advice = [...(later ? [later] : []), "if this repeats, raise the function's timeout"].join('; ');
    const problem = `${name}: not sent, since the time had ended`;
    return new CloudError(problem, { ...known, code: 'OutOfTime', advice });
  }
  if (gate.pausedMs() >= leftMs) {
    const problem = `${name}: not sent, since Alibaba Cloud throttles this account and asks to wait longer than the run lasts`;
    return new CloudError(problem, { ...known, code: 'Throttling' });
  }
  const problem = `${name}: not sent, since its turn did not come in time`;
  return new CloudError(problem, { ...known, code: 'Busy', again: 'later', throttled: true });
}

/** For {@link Operation.read}: the JSON object of an answer. */
export function readObject({ json, unreadable }: Answer): JsonObject {
  if (isObject(json)) return json;
  throw unreadable();
}

/** For {@link Operation.read}: nothing but that it succeeded. */
export const readNothing = (): void => {};

/** Body and header of a request that sends JSON. */
export const jsonBody = (value: unknown): Required<Pick<Operation<never>, 'body' | 'headers'>> => ({
  body: Buffer.from(JSON.stringify(value)),
  headers: { 'content-type': 'application/json' },
});

/** One operation after another, for a tool that somebody waits for. @throws {CloudError} */
export type Ask = <Value>(operation: Operation<Value>) => Promise<Value>;

export interface AskOptions extends Omit<Connection, 'clock'> {
  readonly clock?: Clock;
  /** For each operation in all, milliseconds. */
  readonly timeoutMs: number;
  /** How often one is sent. Default 1. */
  readonly attempts?: number;
}

/** {@link connect} with the same limits for every operation. */
export function createAsk(service: Service, { timeoutMs, attempts = 1, ...options }: AskOptions): Ask {
  const { clock = systemClock } = options;
  const policy = { ...PATIENT, timeoutMs: Math.max(timeoutMs, PATIENT.timeoutMs), ...options.policy };
  const call = connect(service, { ...options, clock, policy });
  return async (operation) => {
    const time = createBudget(clock, clock.monotonic() + timeoutMs);
    return (await call(operation, { time, attempts })).answer;
  };
}
