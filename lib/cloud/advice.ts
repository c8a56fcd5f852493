/** What an error code means for every service, and what a person does about it. Pure. */
import type { CloudFailure } from '../reconcile/cloud-error.ts';
import { kindOfCode } from './http/request.ts';

/** What an error code means for what to do next; what is left out goes by the general rules. */
export type Verdict = Pick<CloudFailure, 'effect' | 'again' | 'throttled' | 'advice'>;

/** The error codes that a service has for itself; null for all others. */
export type ErrorTable = (code: string, httpStatus: number) => Verdict | null;

/** What advice about a service needs to know of it. */
export interface Advised {
  /** What would allow what was denied: `grant …`. */
  readonly permission: string;
  /** Environment variable that replaces the endpoint. */
  readonly variable: string;
  /** What to do about what passes by itself. */
  readonly later?: string | undefined;
  /** What to do about any other refusal. */
  readonly otherwise?: string | undefined;
}

/**
 * `no-answer`: nothing that could be read came from the service. `failing`: the service itself is in trouble.
 * `other-account`: what was asked for is there, and somebody else's. `refused`: it said no, for a reason of its own.
 */
export type Trouble =
  | 'no-credentials'
  | 'no-answer'
  | 'throttled'
  | 'clock'
  | 'credentials'
  | 'denied'
  | 'other-account'
  | 'failing'
  | 'refused';

/** SLS calls everything that it refuses Unauthorized: only its words tell why. */
type Coded = Pick<CloudFailure, 'code' | 'httpStatus'> & { readonly problem?: string };

export function troubleOf({ code, httpStatus = null, problem = '' }: Coded): Trouble {
  if (code === 'CredentialsUnavailable') return 'no-credentials';
  if (httpStatus === null || /^(UnreadableAnswer|NotSuccessful|Http\d{3})$/.test(code)) return 'no-answer';
  if (httpStatus === 429 || /throttling|throttled|ResourceExhausted/i.test(code)) return 'throttled';
  if (/InvalidTimeStamp\b|RequestTimeExpired|RequestTimeTooSkewed/i.test(code)) return 'clock';
  if (/AccessKey|Signature|SecurityToken/i.test(code)) return 'credentials';
  const isDenied = httpStatus === 401 || httpStatus === 403 || DENIED.test(code);
  if (isDenied && /token.*expired|AccessKeyId.*not found|signature.*not match/i.test(problem))
    return 'credentials';
  if (isDenied && /belongs? to/i.test(problem)) return 'other-account';
  if (isDenied) return 'denied';
  return httpStatus >= 500 ? 'failing' : 'refused';
}

const DENIED = /^(Forbidden|NoPermission|AccessDenied|NotAuthorized|Unauthorized)/i;

/** What to do about a call that did not succeed, for whoever started it. */
export function advise(error: Coded, { permission, variable, later, otherwise }: Advised): string {
  const trouble = troubleOf(error);
  switch (trouble) {
    case 'no-credentials':
      return (
        'give the function a role; elsewhere set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or ' +
        'configure another source of the default chain of @alicloud/credentials'
      );
    case 'no-answer':
      return adviseUnanswered(error, variable);
    case 'throttled':
      return later ?? 'too many calls in this account: try again later';
    case 'clock':
      return 'set the clock of this machine: 15 minutes of difference are accepted';
    case 'credentials':
      return 'check that access key id, secret and token belong together, exist, are enabled and have not expired';
    case 'denied':
      return permission;
    case 'other-account':
      return 'it probably belongs to another account: use credentials of that account, or name one of your own';
    case 'failing':
      return later ?? 'the service itself is in trouble: try again later';
    case 'refused':
      return otherwise ?? "look the code up among the service's API error codes";
  }
}

function adviseUnanswered({ code, httpStatus = null }: Coded, variable: string): string {
  if (httpStatus !== null) return `check ${variable} and any proxy: something else than the service answered`;
  switch (kindOfCode(code)) {
    case 'timeout':
    case 'network':
      return `check that this network reaches it, and ${variable} if it is set`;
    case 'tls':
      return `check ${variable}: what answers there has no certificate for that name`;
    case 'answer':
      return `check ${variable}: what answers there is not the service`;
    case 'request':
      return 'look for spaces and line ends around the access key';
  }
}

/** What a refusal means: by the tables of the operation and of the service first. */
export function verdictOf(
  code: string,
  httpStatus: number,
  advised: Advised,
  tables: readonly (ErrorTable | undefined)[],
  problem = '',
): Verdict {
  const general = advise({ code, httpStatus, problem }, advised);
  for (const table of tables) {
    const own = table?.(code, httpStatus);
    if (own) return { advice: own.again === 'later' ? (advised.later ?? general) : general, ...own };
  }
  // The network delivered the request twice: the first one was taken.
  if (code === 'SignatureNonceUsed')
    return { effect: 'unknown', again: 'later', advice: advised.later ?? 'try again' };
  const trouble = troubleOf({ code, httpStatus });
  const passes = trouble === 'throttled' || trouble === 'failing';
  return {
    again: passes ? 'later' : 'never',
    throttled: trouble === 'throttled',
    advice: general,
  };
}
