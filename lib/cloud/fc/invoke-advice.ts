import type { CloudError } from '../../reconcile/cloud-error.ts';

export interface InvokedWhere {
  /** Host and port that were asked. */
  readonly host: string;
  readonly timeoutMs: number;
}

/** One line for a person: what went wrong with an invocation, and what to do about it. */
export function describeInvokeError(error: CloudError, { host, timeoutMs }: InvokedWhere): string {
  const { code, problem, httpStatus, requestId, effect, advice } = error;
  const request = requestId === null ? '' : ` (request ${requestId})`;
  if (code === 'RequestTimeout') {
    return `no answer from ${host} within ${timeoutMs / 1000} s; the function may still run: look at its log before trying again`;
  }
  if (httpStatus !== null) return `${code}: ${problem}${request}; ${advice}`;
  const unknown =
    effect === 'unknown'
      ? '; whether the function ran is not known: look at its log before trying again'
      : '';
  return `${host} cannot be reached (${code}); ${advice}${unknown}`;
}
