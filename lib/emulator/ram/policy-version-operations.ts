import type { RpcOperation } from '../rpc/rpc-service.ts';
import { required } from './parameters.ts';
import type { Policy, PolicyVersion } from './policies.ts';
import { checkPolicyDocument } from './policy-document.ts';
import { namedCustomPolicy, namedPolicy, shownVersion } from './policy-operations.ts';
import { ramErrors } from './ram-errors.ts';

const MAX_VERSIONS = 5;
const ROTATE = 'DeleteOldestNonDefaultVersionWhenLimitExceeded';

/**
 * A sixth version is refused unless the oldest that is not in force may go.
 * @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-createpolicyversion
 */
export const createPolicyVersion: RpcOperation = (call, world) => {
  const { params, accountId, requestId } = call;
  const document = required(params, 'PolicyDocument');
  checkPolicyDocument(document);
  const strategy = params.RotateStrategy ?? 'None';
  if (strategy !== 'None' && strategy !== ROTATE) throw ramErrors.error('InvalidParameter.RotateStrategy');
  const before = namedCustomPolicy(call, world);
  const full = before.versions.length >= MAX_VERSIONS;
  if (full && strategy === 'None') throw ramErrors.error('LimitExceeded.Policy.Version');
  const now = world.now();
  const versionsMade = before.versionsMade + 1;
  const made = { versionId: `v${versionsMade}`, document, createdAt: now };
  const policy: Policy = {
    ...before,
    defaultVersion: params.SetAsDefault === 'true' ? made.versionId : before.defaultVersion,
    versions: [...(full ? withoutOldest(before) : before.versions), made],
    versionsMade,
    updatedAt: now,
  };
  world.policies.put(accountId, policy);
  return { RequestId: requestId, PolicyVersion: shownVersion(made, policy) };
};

/** @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-listpolicyversions */
export const listPolicyVersions: RpcOperation = (call, world) => {
  const policy = namedPolicy(call, world);
  return {
    RequestId: call.requestId,
    PolicyVersions: { PolicyVersion: policy.versions.map((version) => shownVersion(version, policy)) },
  };
};

/** @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-getpolicyversion */
export const getPolicyVersion: RpcOperation = (call, world) => {
  const policy = namedPolicy(call, world);
  return {
    RequestId: call.requestId,
    PolicyVersion: shownVersion(namedVersion(call.params, policy), policy),
  };
};

/** @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-deletepolicyversion */
export const deletePolicyVersion: RpcOperation = (call, world) => {
  const policy = namedCustomPolicy(call, world);
  const { versionId } = namedVersion(call.params, policy);
  if (versionId === policy.defaultVersion) throw ramErrors.error('DeleteConflict.Policy.Version.Default');
  const versions = policy.versions.filter((version) => version.versionId !== versionId);
  world.policies.put(call.accountId, { ...policy, versions, updatedAt: world.now() });
  return { RequestId: call.requestId };
};

/** @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-setdefaultpolicyversion */
export const setDefaultPolicyVersion: RpcOperation = (call, world) => {
  const policy = namedCustomPolicy(call, world);
  const { versionId } = namedVersion(call.params, policy);
  world.policies.put(call.accountId, { ...policy, defaultVersion: versionId, updatedAt: world.now() });
  return { RequestId: call.requestId };
};

function namedVersion(params: Readonly<Record<string, string>>, { versions }: Policy): PolicyVersion {
  const versionId = required(params, 'VersionId');
  if (!/^v[1-9]\d*$/.test(versionId)) throw ramErrors.error('InvalidParameter.VersionId.Format');
  const version = versions.find((each) => each.versionId === versionId);
  if (version === undefined) throw ramErrors.error('EntityNotExist.Policy.Version');
  return version;
}

function withoutOldest({ versions, defaultVersion }: Policy): readonly PolicyVersion[] {
  const oldest = versions.find(({ versionId }) => versionId !== defaultVersion);
  return versions.filter((version) => version !== oldest);
}
