/** Why something could not be read, whichever service was asked, and what to do about it. Pure. */

import { RpcError } from '../../cloud/acs/client.ts';
import { isThrottling } from '../../cloud/acs/retrying-call.ts';
import { redact } from '../../cloud/credentials/redact.ts';
import { InvokeError } from '../../cloud/fc/invocation.ts';
import { HttpError } from '../../cloud/http/http-error.ts';
import { SlsError } from '../../cloud/sls/sls-error.ts';
import { CallError } from '../../reconcile/ports.ts';

/**
 * `refused`: the service said no. `no-answer`: nothing that could be read came from it. `no-credentials`: there was
 * nothing to sign with. `not-installed`: the client for it is not there.
 */
export type TroubleKind = 'refused' | 'no-answer' | 'no-credentials' | 'not-installed';

export interface Trouble {
  readonly kind: TroubleKind;
  /** The service's, or Node's. */
  readonly code: string;
  readonly httpStatus: number | null;
  /** Without secrets. */
  readonly message: string;
  readonly requestId: string | null;
}

/** What was read, or why it was not. */
export type Asked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly trouble: Trouble };

/** Never rejects, so that nothing that goes wrong with one question keeps another from being asked. */
export async function asked<Value>(question: () => Promise<Value>): Promise<Asked<Value>> {
  try {
    return { ok: true, value: await question() };
  } catch (error) {
    return { ok: false, trouble: troubleOf(error) };
  }
}

export function troubleOf(error: unknown): Trouble {
  const message = redact(error instanceof Error ? error.message : String(error));
  if (error instanceof RpcError) {
    const { failure, requestId } = error;
    const httpStatus = 'httpStatus' in failure ? failure.httpStatus : null;
    const { code } = failure;
    return { kind: kindOf(failure.kind === 'refused', code), code, httpStatus, message, requestId };
  }
  if (error instanceof CallError) {
    const { code, httpStatus, requestId } = error;
    return { kind: kindOf(error.disposition !== 'read-back', code), code, httpStatus, message, requestId };
  }
  if (error instanceof SlsError) {
    const { kind, code, httpStatus, requestId } = error;
    return { kind, code, httpStatus, message, requestId };
  }
  if (error instanceof InvokeError) {
    const { failure, code, status: httpStatus, requestId } = error;
    // Alibaba's client runs two texts into one there.
    const told = failure === 'network' ? `Function Compute cannot be reached (${code})` : message;
    return { kind: kindOf(failure === 'refused', code), code, httpStatus, message: told, requestId };
  }
  if ((error as NodeJS.ErrnoException | null)?.code === 'MODULE_NOT_FOUND') {
    const absent = 'it is asked with a package that is not installed here';
    return {
      kind: 'not-installed',
      code: 'PackageMissing',
      httpStatus: null,
      message: absent,
      requestId: null,
    };
  }
  const code = error instanceof HttpError ? error.code : 'UnexpectedFailure';
  return { kind: 'no-answer', code, httpStatus: null, message, requestId: null };
}

function kindOf(refused: boolean, code: string): TroubleKind {
  if (code === 'CredentialsUnavailable') return 'no-credentials';
  return refused ? 'refused' : 'no-answer';
}

/** `Forbidden.RAM: … (request …)`. */
export function describe({ code, message, requestId }: Trouble): string {
  const told = message.includes(code) || code === 'CredentialsUnavailable' ? message : `${code}: ${message}`;
  return requestId === null ? told : `${told} (request ${requestId})`;
}

/** Whether the clock of this machine is what is refused. */
export const isClockTrouble = ({ code }: Trouble): boolean =>
  /InvalidTimeStamp|RequestTimeExpired|RequestTimeTooSkewed/i.test(code);

/** Whether it is the credentials themselves that are refused, whatever they were used for. */
export const isCredentialTrouble = (trouble: Trouble): boolean =>
  trouble.kind === 'no-credentials' ||
  isClockTrouble(trouble) ||
  /AccessKey|Signature|SecurityToken/i.test(trouble.code);

/** Whether they are good, and this is not allowed to them. */
export const isDenied = (trouble: Trouble): boolean =>
  !isCredentialTrouble(trouble) &&
  (trouble.httpStatus === 401 ||
    trouble.httpStatus === 403 ||
    /Forbidden|NoPermission|AccessDenied|NotAuthorized|^Unauthorized/i.test(trouble.code));

export interface Context {
  /** What would allow it: `grant …`. */
  readonly permission: string;
  /** Environment variable that replaces the endpoint. */
  readonly variable: string;
  /** What to do about any other refusal. */
  readonly otherwise?: string;
}

export function advice(trouble: Trouble, { permission, variable, otherwise }: Context): string {
  if (trouble.kind === 'no-credentials') {
    return 'set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, or configure another source of the default chain of @alicloud/credentials';
  }
  if (trouble.kind === 'not-installed') return 'run npm ci first';
  if (trouble.kind === 'no-answer') return `check that this network reaches it, and ${variable} if it is set`;
  if (isClockTrouble(trouble)) return 'set the clock of this machine: 15 minutes of difference are accepted';
  if (isCredentialTrouble(trouble)) {
    return 'check that access key id, secret and token belong together, exist, are enabled and have not expired';
  }
  if (isThrottling(trouble.code, trouble.httpStatus ?? 0))
    return 'too many calls in this account: try again later';
  if (isDenied(trouble)) return permission;
  if ((trouble.httpStatus ?? 0) >= 500) return 'the service itself is in trouble: try again later';
  return otherwise ?? "look the code up among the service's API error codes";
}
