import type { FunctionName, InvokeError } from './invocation.ts';

export interface InvokedWhere {
  readonly name: FunctionName;
  /** Host and port that were asked. */
  readonly host: string;
  readonly timeoutMs: number;
}

/** One line for a person: what went wrong with an invocation, and what to do about it. */
export function describeInvokeError(error: InvokeError, where: InvokedWhere): string {
  const request = error.requestId === null ? '' : ` (request ${error.requestId})`;
  switch (error.failure) {
    case 'refused':
      return `${error.code}: ${error.message}${request}; ${refusalAdvice(error, where)}`;
    case 'unreadable': {
      const status = error.status === null ? '' : ` (HTTP ${error.status})`;
      return `${error.message}${status}; check that ${where.host} is Function Compute's and no proxy answers for it`;
    }
    case 'timeout': {
      const seconds = where.timeoutMs / 1000;
      return `no answer from ${where.host} within ${seconds} s; the function may still run: look at its log before trying again`;
    }
    case 'network':
      return `${where.host} cannot be reached (${error.code}); ${networkAdvice(error.code)}`;
  }
}

function refusalAdvice({ code, status }: InvokeError, { name }: InvokedWhere): string {
  if (/FunctionNotFound|ServiceNotFound/i.test(code)) {
    const other =
      name.generation === '3.0'
        ? 'SERVICE/FUNCTION names one on Function Compute 2.0'
        : 'a bare name names one on Function Compute 3.0';
    return `check the name, the region and the account; ${other}`;
  }
  if (/AccessKey|Signature|SecurityToken|TimeStamp/i.test(code)) {
    return 'check the access key, its security token, and the clock of this machine';
  }
  if (status === 401 || status === 403 || /AccessDenied|Forbidden|NoPermission/i.test(code)) {
    return 'these credentials need the RAM action fc:InvokeFunction for it, in the account that owns it';
  }
  if (status === 429 || /Throttling|ResourceExhausted|ResourceThrottled/i.test(code)) {
    return 'too much runs at once in this account; try again later';
  }
  if (status !== null && status >= 500) return 'Function Compute itself failed; try again later';
  return 'see https://www.alibabacloud.com/help/en/functioncompute/error-codes';
}

function networkAdvice(code: string): string {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'check the region, the account ID and the name service of this machine';
    case 'ECONNREFUSED':
      return 'nobody listens there: check FC_ENDPOINT';
    default:
      return 'whether the function ran is not known: look at its log before trying again';
  }
}
