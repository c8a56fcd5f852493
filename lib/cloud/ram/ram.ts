/**
 * Roles and policies of one account, by the RAM API (2015-05-01).
 * @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-overview
 */
import { isObject, type JsonObject, objectAt, objectsAt } from '../../json.ts';
import { CloudError } from '../../reconcile/cloud-error.ts';
import type { Clock } from '../../reconcile/ports.ts';
import type { ErrorTable } from '../advice.ts';
import { createAsk, readObject } from '../call.ts';
import type { CredentialsProvider } from '../credentials/types.ts';
import type { SendRequest } from '../http/request.ts';
import { PATIENT } from '../retry.ts';
import { RAM, RAM_ENDPOINT } from '../tool-services.ts';

/** RAM keeps five versions of a policy; the new one takes the place of the oldest that is not the default. */
const ROTATE = 'DeleteOldestNonDefaultVersionWhenLimitExceeded';

/** A JSON document; `null` when what RAM answered is none. */
export type Document = JsonObject | null;

/** Every method throws {@link CloudError} and nothing else. Policies are custom ones of this account. */
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
  const { endpoint = RAM_ENDPOINT, credentials, clock, send, timeoutMs = 30_000 } = options;
  const call = createAsk(RAM, { endpoint, credentials, clock, send, timeoutMs, attempts: PATIENT.attempts });

  const ask = (name: string, query: Readonly<Record<string, string>>): Promise<JsonObject> =>
    call({
      name,
      query,
      read: readObject,
      isRepeatable: READS.has(name),
      permission: `these credentials need ram:${name}`,
      later: 'run this again: what is there already is left alone',
      otherwise: 'look the code up among the API error codes of RAM',
      errors,
    });

  async function orNull<Value>(asked: Promise<Value>): Promise<Value | null> {
    try {
      return await asked;
    } catch (error) {
      if (error instanceof CloudError && isMissing(error)) return null;
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
const isMissing = ({ code }: CloudError): boolean => /^EntityNotExist/i.test(code);

/** Whether what was to be created is there already. */
export const isPresent = ({ code }: CloudError): boolean => /^EntityAlreadyExist/i.test(code);

/** RAM answers a document as JSON text. @throws {CloudError} when it answers none */
function documentIn(action: string, text: unknown): Document {
  if (typeof text !== 'string') {
    const message = `${action}: an answer of another shape than documented`;
    throw new CloudError(message, { service: 'RAM', operation: action, code: 'UnreadableAnswer' });
  }
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-createpolicyversion, error codes */
const errors: ErrorTable = (code) =>
  /^LimitExceeded/i.test(code)
    ? { advice: 'delete roles or policies that nobody needs in the RAM console, or ask for a higher quota' }
    : null;
