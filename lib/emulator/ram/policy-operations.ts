import type { RpcOperation } from '../rpc/rpc-service.ts';
import type { World } from '../service.ts';
import { dateOf, descriptionOf, policyNameOf, policyTypeOf, required } from './parameters.ts';
import type { Policy, PolicyVersion } from './policies.ts';
import { checkPolicyDocument } from './policy-document.ts';
import { ramErrors } from './ram-errors.ts';

interface PolicyCall {
  readonly params: Readonly<Record<string, string>>;
  readonly accountId: string;
}

/** The policy that a call names with its type. @throws {ApiError} `EntityNotExist.Policy` */
export function namedPolicy({ params, accountId }: PolicyCall, world: World): Policy {
  const policy = world.policies.find(accountId, policyTypeOf(params), policyNameOf(params));
  if (policy === undefined) throw ramErrors.error('EntityNotExist.Policy');
  return policy;
}

/** The policy of the account's own that a call names. @throws {ApiError} `EntityNotExist.Policy` */
export function namedCustomPolicy({ params, accountId }: PolicyCall, world: World): Policy {
  const policy = world.policies.find(accountId, 'Custom', policyNameOf(params));
  if (policy === undefined) throw ramErrors.error('EntityNotExist.Policy');
  return policy;
}

/** A version as RAM shows it. */
export function shownVersion({ versionId, document, createdAt }: PolicyVersion, policy: Policy) {
  return {
    VersionId: versionId,
    IsDefaultVersion: versionId === policy.defaultVersion,
    PolicyDocument: document,
    CreateDate: dateOf(createdAt),
  };
}

/** @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-getpolicy */
export const getPolicy: RpcOperation = (call, world) => {
  const policy = namedPolicy(call, world);
  const inForce = policy.versions.find(({ versionId }) => versionId === policy.defaultVersion);
  return {
    RequestId: call.requestId,
    Policy: {
      ...shownPolicy(policy),
      UpdateDate: dateOf(policy.updatedAt),
      AttachmentCount: world.policies.attachmentCount(call.accountId, policy),
    },
    ...(inForce && { DefaultPolicyVersion: shownVersion(inForce, policy) }),
  };
};

/** @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-createpolicy */
export const createPolicy: RpcOperation = ({ params, accountId, requestId }, world) => {
  const name = policyNameOf(params);
  const document = required(params, 'PolicyDocument');
  checkPolicyDocument(document);
  const now = world.now();
  const policy: Policy = {
    name,
    type: 'Custom',
    description: descriptionOf(params) ?? '',
    defaultVersion: 'v1',
    versions: [{ versionId: 'v1', document, createdAt: now }],
    versionsMade: 1,
    createdAt: now,
    updatedAt: now,
  };
  if (world.policies.find(accountId, 'Custom', name) !== undefined) {
    throw ramErrors.error('EntityAlreadyExists.Policy');
  }
  world.policies.put(accountId, policy);
  return { RequestId: requestId, Policy: shownPolicy(policy) };
};

/** @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-deletepolicy */
export const deletePolicy: RpcOperation = (call, world) => {
  const { params, accountId } = call;
  const policy = namedCustomPolicy(call, world);
  if (world.policies.attachmentCount(accountId, policy) > 0) {
    throw ramErrors.error('DeleteConflict.Policy.Role');
  }
  if (policy.versions.length > 1 && params.CascadingDelete !== 'true') {
    throw ramErrors.error('DeleteConflict.Policy.Version');
  }
  world.policies.remove(accountId, policy.name);
  return { RequestId: call.requestId };
};

function shownPolicy(policy: Policy) {
  return {
    PolicyName: policy.name,
    PolicyType: policy.type,
    Description: policy.description,
    DefaultVersion: policy.defaultVersion,
    CreateDate: dateOf(policy.createdAt),
  };
}
