/** What invoking a deployed function takes and brings, the same for Function Compute 2.0 and 3.0. */
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

/** @throws {CloudError} and nothing else */
export type InvokeFunction = (request: InvocationRequest) => Promise<Invoked>;

export interface InvokerOptions {
  readonly endpoint: URL;
  readonly credentials: Credentials;
  /** How long to wait for the end of the answer. */
  readonly timeoutMs: number;
}

/** A header's value; null for an empty one. */
export const headerOf = (headers: Readonly<Record<string, unknown>>, name: string): string | null => {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : null;
};
