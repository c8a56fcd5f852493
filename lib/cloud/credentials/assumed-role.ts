import type { Role } from '../../config/config.ts';
import type { Budget } from '../../reconcile/budget.ts';
import { CallError } from '../../reconcile/ports.ts';
import type { RpcAnswer, RpcCall } from '../acs/client.ts';
import type { Gate } from '../acs/gate.ts';
import { createRetryingCall, type ErrorRow, isThrottling } from '../acs/retrying-call.ts';
import type { Credentials, CredentialsProvider } from './types.ts';

export const STS_ENDPOINT = 'https://sts.aliyuncs.com';
export const STS_VERSION = '2015-04-01';

/** What a run brings along for asking STS. */
export interface RunOfRoles {
  readonly call: RpcCall;
  readonly gate: Gate;
  /** Where a request brings none of its own. */
  readonly budget: Budget;
  readonly onCall: () => void;
}

/** Assumed roles, kept from run to run of a function instance until shortly before they expire. */
export interface AssumedRoles {
  /** The credentials of a role, for as long as a run lasts; a {@link CallError} says why there are none. */
  provider(role: Role, run: RunOfRoles): CredentialsProvider;
  /** Does not hand out these again: whoever they are for takes them no more, whatever their life should be. */
  forget(credentials: Credentials): void;
}

/** STS's own default, and longer than a run should take. Seconds. */
const DURATION_S = 3600;
/** Credentials with less life than this left are renewed first; each request asks, and none takes as long. */
const RENEW_BEFORE_MS = 60_000;

interface Held {
  readonly credentials: Credentials;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** @param now wall clock, milliseconds since the epoch */
export function createAssumedRoles(now: () => number): AssumedRoles {
  const held = new Map<string, Held>();
  const pending = new Map<string, Promise<Credentials>>();

  return {
    provider:
      (role, run) =>
      async (time = run.budget) => {
        const key = JSON.stringify([role.roleArn, role.externalId]);
        const known = held.get(key);
        if (known !== undefined && known.expiresAt - now() > RENEW_BEFORE_MS) return known.credentials;
        const asked =
          pending.get(key) ??
          assumeRole(role, run, time)
            .then((fresh) => {
              held.set(key, fresh);
              return fresh.credentials;
            })
            .finally(() => pending.delete(key));
        pending.set(key, asked);
        return asked;
      },
    forget: (credentials) => {
      for (const [key, known] of held) if (known.credentials === credentials) held.delete(key);
    },
  };
}

/** @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole */
async function assumeRole(role: Role, run: RunOfRoles, time: Budget): Promise<Held> {
  const send = createRetryingCall({
    ...run,
    classify: (code, httpStatus) => classify(code, httpStatus, role),
    repeatable: new Set(['AssumeRole']),
  });
  const params = {
    RoleArn: role.roleArn,
    RoleSessionName: 'flow-log-scheduler',
    DurationSeconds: String(DURATION_S),
    ...(role.externalId === null ? {} : { ExternalId: role.externalId }),
  };
  const read = (action: string, reply: RpcAnswer) => readCredentials(action, reply, role);
  const { answer } = await send('AssumeRole', params, read, { time });
  return answer;
}

function readCredentials(action: string, { body, requestId }: RpcAnswer, role: Role): Held {
  const { AccessKeyId, AccessKeySecret, SecurityToken, Expiration } = (body.Credentials ?? {}) as Record<
    string,
    unknown
  >;
  const expiresAt = Date.parse(String(Expiration));
  if (
    typeof AccessKeyId !== 'string' ||
    typeof AccessKeySecret !== 'string' ||
    typeof SecurityToken !== 'string' ||
    Number.isNaN(expiresAt)
  ) {
    throw new CallError(`${action}: STS answered without credentials for ${role.roleArn}`, {
      code: 'UnreadableAnswer',
      disposition: 'fail',
      requestId,
    });
  }
  const credentials = {
    accessKeyId: AccessKeyId,
    accessKeySecret: AccessKeySecret,
    securityToken: SecurityToken,
  };
  return { credentials, expiresAt };
}

/** @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole, error codes */
function classify(code: string, httpStatus: number, { roleArn, externalId }: Role): ErrorRow {
  const later = 'the next run tries again';
  if (isThrottling(code, httpStatus)) return { disposition: 'wait', advice: later };
  if (httpStatus >= 500) return { disposition: 'retry', advice: later };
  if (/^EntityNotExist|^InvalidParameter\.RoleArn/i.test(code)) {
    return { disposition: 'fail', advice: `create the role ${roleArn}, or correct roleArn` };
  }
  if (/AccessKeyId|SecurityToken|Signature/i.test(code)) {
    const credentials =
      'check the credentials: the function needs a role, elsewhere see @alicloud/credentials';
    return { disposition: 'fail', advice: credentials };
  }
  const condition =
    externalId === null
      ? 'if its trust policy asks for sts:ExternalId, set externalId'
      : 'check that externalId is the one that its trust policy asks for';
  const advice =
    `let this function's role sts:AssumeRole on ${roleArn}, and let the trust policy of ${roleArn} name this ` +
    `function's role; \`flow-logs policy\` prints both; ${condition}`;
  return { disposition: 'fail', advice };
}
