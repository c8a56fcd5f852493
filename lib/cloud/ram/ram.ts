/**
 * Roles and policies of one account, by the RAM API (2015-05-01).
 * @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-overview
 */
import { isObject, type JsonObject, objectAt, objectsAt } from '../../json.ts';
import { createBudget } from '../../reconcile/budget.ts';
import { CallError, type Clock } from '../../reconcile/ports.ts';
import { createRpcCall, type RpcAnswer } from '../acs/client.ts';
import { createGate } from '../acs/gate.ts';
import { createRetryingCall, type ErrorRow, isThrottling } from '../acs/retrying-call.ts';
import type { CredentialsProvider } from '../credentials/types.ts';
import type { SendRequest } from '../http/request.ts';

/** For every region: RAM is global. */
export const RAM_ENDPOINT = 'https://ram.aliyuncs.com';
export const RAM_VERSION = '2015-05-01';

/** RAM keeps five versions of a policy; the new one takes the place of the oldest that is not the default. */
const ROTATE = 'DeleteOldestNonDefaultVersionWhenLimitExceeded';

/** A JSON document; `null` when what RAM answered is none. */
export type Document = JsonObject | null;

/** Every method throws {@link CallError} and nothing else. Policies are custom ones of this account. */
export interface Ram {
  /** Who may assume a role; null when there is no such role. */
  role(name: string): Promise<{ readonly trustPolicy: Document } | null>;
  createRole(name: string, description: string, trustPolicy: object): Promise<void>;
  updateTrust(name: string, trustPolicy: object): Promise<void>;
  /** The default version of a policy; null when there is no such policy. */
  policy(name: string): Promise<{ readonly document: Document } | null>;
  createPolicy(name: string, description: string, document: object): Promise<void>;
  /** Makes a new version the default one. @returns its name, such as `v3` */
  addVersion(name: string, document: object): Promise<string>;
  /** Names of the custom policies that a role has. */
  attached(roleName: string): Promise<readonly string[]>;
  attach(policyName: string, roleName: string): Promise<void>;
}

export interface RamOptions {
  readonly endpoint?: URL | undefined;
  readonly credentials: CredentialsProvider;
  readonly clock: Clock;
  readonly send?: SendRequest | undefined;
  /** For one operation, retries included. */
  readonly timeoutMs?: number;
}

/** The role that the function assumes may ask for an hour; RAM's own default. */
const SESSION_SECONDS = '3600';

export function createRam(options: RamOptions): Ram {
  const { endpoint = new URL(RAM_ENDPOINT), credentials, clock, send, timeoutMs = 30_000 } = options;
  const call = createRpcCall({
    endpoint,
    variable: 'RAM_ENDPOINT',
    version: RAM_VERSION,
    credentials,
    now: () => new Date(clock.now()),
    send,
  });
  const gate = createGate(1, clock.monotonic);

  async function ask(action: string, params: Readonly<Record<string, string>>): Promise<JsonObject> {
    const retrying = createRetryingCall({
      call,
      gate,
      classify: (code, httpStatus) => classify(code, httpStatus, action),
      repeatable: READS,
    });
    const time = createBudget(clock, clock.monotonic() + timeoutMs);
    const { answer } = await retrying(action, params, (_, { body }: RpcAnswer) => body, { time });
    return answer;
  }

  async function orNull<Value>(asked: Promise<Value>): Promise<Value | null> {
    try {
      return await asked;
    } catch (error) {
      if (error instanceof CallError && isMissing(error)) return null;
      throw error;
    }
  }

  return {
    role: async (RoleName) => {
      const body = await orNull(ask('GetRole', { RoleName }));
      if (body === null) return null;
      return { trustPolicy: documentIn('GetRole', objectAt(body.Role).AssumeRolePolicyDocument) };
    },
    createRole: async (RoleName, Description, trustPolicy) => {
      const AssumeRolePolicyDocument = JSON.stringify(trustPolicy);
      const params = { RoleName, Description, AssumeRolePolicyDocument, MaxSessionDuration: SESSION_SECONDS };
      await ask('CreateRole', params);
    },
    updateTrust: async (RoleName, trustPolicy) => {
      await ask('UpdateRole', { RoleName, NewAssumeRolePolicyDocument: JSON.stringify(trustPolicy) });
    },
    policy: async (PolicyName) => {
      const body = await orNull(ask('GetPolicy', { PolicyName, PolicyType: 'Custom' }));
      if (body === null) return null;
      return { document: documentIn('GetPolicy', objectAt(body.DefaultPolicyVersion).PolicyDocument) };
    },
    createPolicy: async (PolicyName, Description, document) => {
      await ask('CreatePolicy', { PolicyName, Description, PolicyDocument: JSON.stringify(document) });
    },
    addVersion: async (PolicyName, document) => {
      const PolicyDocument = JSON.stringify(document);
      const params = { PolicyName, PolicyDocument, SetAsDefault: 'true', RotateStrategy: ROTATE };
      const { VersionId } = objectAt((await ask('CreatePolicyVersion', params)).PolicyVersion);
      return typeof VersionId === 'string' ? VersionId : '';
    },
    attached: async (RoleName) => {
      const { Policies } = await ask('ListPoliciesForRole', { RoleName });
      return objectsAt(objectAt(Policies).Policy).flatMap(({ PolicyName, PolicyType }) =>
        PolicyType === 'Custom' && typeof PolicyName === 'string' ? [PolicyName] : [],
      );
    },
    attach: async (PolicyName, RoleName) => {
      await ask('AttachPolicyToRole', { PolicyName, PolicyType: 'Custom', RoleName });
    },
  };
}

const READS: ReadonlySet<string> = new Set(['GetRole', 'GetPolicy', 'ListPoliciesForRole']);

/** Whether what was asked for is not there. */
const isMissing = ({ code }: CallError): boolean => /^EntityNotExist/i.test(code);

/** Whether what was to be created is there already. */
export const isPresent = ({ code }: CallError): boolean => /^EntityAlreadyExist/i.test(code);

/** RAM answers a document as JSON text. @throws {CallError} when it answers none */
function documentIn(action: string, text: unknown): Document {
  if (typeof text !== 'string') {
    const message = `${action}: an answer of another shape than documented`;
    throw new CallError(message, { code: 'UnreadableAnswer', disposition: 'fail' });
  }
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-createpolicyversion, error codes */
function classify(code: string, httpStatus: number, action: string): ErrorRow {
  const later = 'run this again: what is there already is left alone';
  if (isThrottling(code, httpStatus)) return { disposition: 'wait', advice: later };
  if (httpStatus >= 500) return { disposition: 'retry', advice: later };
  if (/AccessKeyId|SecurityToken|Signature/i.test(code)) {
    const advice = 'check that access key id, secret and token belong together, exist and have not expired';
    return { disposition: 'fail', advice };
  }
  if (/^(NoPermission|Forbidden|AccessDenied|NotAuthorized)/i.test(code) || httpStatus === 403) {
    return { disposition: 'fail', advice: `these credentials need ram:${action}` };
  }
  if (/^LimitExceeded/i.test(code)) {
    const advice = 'delete roles or policies that nobody needs in the RAM console, or ask for a higher quota';
    return { disposition: 'fail', advice };
  }
  return { disposition: 'fail', advice: 'look the code up among the API error codes of RAM' };
}
