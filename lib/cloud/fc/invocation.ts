/** What invoking a deployed function takes and brings, the same for Function Compute 2.0 and 3.0. */

import { oneLine } from '../../text.ts';
import { redact } from '../credentials/redact.ts';
import type { Credentials } from '../credentials/types.ts';

/** A function's name: one of Function Compute 2.0 belongs to a service. */
export type FunctionName =
  | { readonly generation: '3.0'; readonly functionName: string }
  | { readonly generation: '2.0'; readonly serviceName: string; readonly functionName: string };

export interface InvocationRequest {
  /** JSON text. */
  readonly payload: string;
  /** Do not wait for the function to end; its answer is then never seen. */
  readonly async: boolean;
}

/** What Function Compute answered; HTTP status 2xx. */
export interface Invoked {
  readonly requestId: string | null;
  /** Of an asynchronous invocation; null when Function Compute names none. */
  readonly taskId: string | null;
  /** Of the header `x-fc-error-type`: null unless the function failed; the body tells why then. */
  readonly errorType: string | null;
  readonly body: string;
}

/** @throws {InvokeError} and nothing else */
export type InvokeFunction = (request: InvocationRequest) => Promise<Invoked>;

export interface InvokerOptions {
  readonly endpoint: URL;
  readonly credentials: Credentials;
  /** How long to wait for the end of the answer. */
  readonly timeoutMs: number;
}

/**
 * Why an invocation has no answer of the function. `refused`: Function Compute said no. `unreadable`: something else
 * answered. `timeout` and `network`: nothing did, and whether the function ran is not known.
 */
export type InvokeFailure = 'refused' | 'unreadable' | 'timeout' | 'network';

/** The function could not be invoked. Its message is one line and has nothing in it that looks like a secret. */
export class InvokeError extends Error {
  override readonly name = 'InvokeError';
  readonly failure: InvokeFailure;
  /** Function Compute's error code, or Node's. */
  readonly code: string;
  readonly status: number | null;
  readonly requestId: string | null;

  constructor(
    message: string,
    told: {
      readonly failure: InvokeFailure;
      readonly code: string;
      readonly status?: number | null;
      readonly requestId?: string | null;
    },
  ) {
    super(message);
    this.failure = told.failure;
    this.code = told.code;
    this.status = told.status ?? null;
    this.requestId = told.requestId ?? null;
  }
}

/** An error that a client threw before or instead of an answer. */
export function brokenInvocation(error: unknown): InvokeError {
  const { name, code, message } = error as { name?: unknown; code?: unknown; message?: unknown };
  const text = oneLine(redact(String(message ?? error)));
  // `httpx`, which both clients send by, names its timeouts `RequestTimeoutError`.
  if (String(name).startsWith('RequestTimeout')) {
    return new InvokeError(text, { failure: 'timeout', code: 'RequestTimeout' });
  }
  // What is no JSON, or JSON that the clients did not expect, breaks them.
  if (error instanceof SyntaxError || error instanceof TypeError) return unreadableAnswer(null);
  return new InvokeError(text, { failure: 'network', code: typeof code === 'string' ? code : String(name) });
}

export function unreadableAnswer(status: number | null, body = ''): InvokeError {
  const shown = oneLine(redact(body)).slice(0, 200);
  const message = `the answer is not Function Compute's${shown === '' ? '' : `: ${shown}`}`;
  return new InvokeError(message, { failure: 'unreadable', code: 'UnreadableAnswer', status });
}

/** A header's value; null for an empty one. */
export const headerOf = (headers: Readonly<Record<string, unknown>>, name: string): string | null => {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
};
