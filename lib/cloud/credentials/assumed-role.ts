import type { Role } from '../../config/config.ts';
import { objectAt } from '../../json.ts';
import type { Budget } from '../../reconcile/budget.ts';
import { type Answer, type Call, readObject } from '../call.ts';
import type { Credentials, CredentialsProvider } from './types.ts';

/** What a run brings along for asking STS. */
export interface RunOfRoles {
  /** To STS, as the one who assumes the role. */
  readonly call: Call;
  /** Where a request brings none of its own. */
  readonly budget: Budget;
}

/** Assumed roles, kept from run to run of a function instance until shortly before they expire. */
export interface AssumedRoles {
  /** The credentials of a role, for as long as a run lasts; a CloudError says why there are none. */
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
async function assumeRole(role: Role, { call }: RunOfRoles, time: Budget): Promise<Held> {
  const { roleArn, externalId } = role;
  const condition =
    externalId === null
      ? 'if its trust policy asks for sts:ExternalId, set externalId'
      : 'check that externalId is the one that its trust policy asks for';
  const permission =
    `let this function's role sts:AssumeRole on ${roleArn}, and let the trust policy of ${roleArn} name this ` +
    `function's role; \`npx flow-logs policy\` prints both; ${condition}`;
  const query = {
    RoleArn: roleArn,
    RoleSessionName: 'flow-log-scheduler',
    DurationSeconds: String(DURATION_S),
    ...(externalId === null ? {} : { ExternalId: externalId }),
  };
  const { answer } = await call(
    {
      name: 'AssumeRole',
      query,
      isRepeatable: true,
      read: (reply) => readCredentials(reply, role),
      permission,
      otherwise: permission,
      errors: (code) =>
        /^EntityNotExist|^InvalidParameter\.RoleArn/i.test(code)
          ? { advice: `create the role ${roleArn}, or correct roleArn` }
          : null,
    },
    { time },
  );
  return answer;
}

/** An answer without credentials is not asked for again: it says that it succeeded. */
function readCredentials(answer: Answer, { roleArn }: Role): Held {
  const { AccessKeyId, AccessKeySecret, SecurityToken, Expiration } = objectAt(
    readObject(answer).Credentials,
  );
  const expiresAt = Date.parse(String(Expiration));
  if (
    typeof AccessKeyId !== 'string' ||
    typeof AccessKeySecret !== 'string' ||
    typeof SecurityToken !== 'string' ||
    Number.isNaN(expiresAt)
  ) {
    const problem = `STS answered without credentials for ${roleArn}`;
    throw answer.unreadable(problem).with({ effect: 'none', again: 'never' });
  }
  const credentials = {
    accessKeyId: AccessKeyId,
    accessKeySecret: AccessKeySecret,
    securityToken: SecurityToken,
  };
  return { credentials, expiresAt };
}
