import type { RpcOperation } from '../rpc/rpc-service.ts';
import { dateOf } from './parameters.ts';
import type { Attachment } from './policies.ts';
import { namedPolicy } from './policy-operations.ts';
import { ramErrors } from './ram-errors.ts';
import { namedRole } from './role-operations.ts';

/** @see https://www.alibabacloud.com/help/en/ram/product-overview/limits */
const MAX_ATTACHED = { Custom: 10, System: 20 };

/** @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-attachpolicytorole */
export const attachPolicyToRole: RpcOperation = (call, world) => {
  const { accountId, name: roleName } = namedRole(call, world);
  const { name, type } = namedPolicy(call, world);
  const attached = world.policies.ofRole(accountId, roleName);
  if (attached.some(is(type, name))) throw ramErrors.error('EntityAlreadyExists.Role.Policy');
  if (attached.filter((each) => each.type === type).length >= MAX_ATTACHED[type]) {
    throw ramErrors.error('LimitExceeded.Role.Policy');
  }
  world.policies.setOfRole(accountId, roleName, [...attached, { name, type, attachedAt: world.now() }]);
  return { RequestId: call.requestId };
};

/** @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-detachpolicyfromrole */
export const detachPolicyFromRole: RpcOperation = (call, world) => {
  const { accountId, name: roleName } = namedRole(call, world);
  const { name, type } = namedPolicy(call, world);
  const attached = world.policies.ofRole(accountId, roleName);
  const [detached] = attached.filter(is(type, name));
  if (detached === undefined) throw ramErrors.error('EntityNotExist.Role.Policy');
  world.policies.setOfRole(
    accountId,
    roleName,
    attached.filter((each) => each !== detached),
  );
  return { RequestId: call.requestId };
};

/** @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-listpoliciesforrole */
export const listPoliciesForRole: RpcOperation = (call, world) => {
  const { accountId, name: roleName } = namedRole(call, world);
  const attached = world.policies.ofRole(accountId, roleName).map(({ name, type, attachedAt }) => {
    const policy = world.policies.find(accountId, type, name);
    return {
      PolicyName: name,
      PolicyType: type,
      Description: policy?.description ?? '',
      DefaultVersion: policy?.defaultVersion ?? '',
      AttachDate: dateOf(attachedAt),
    };
  });
  return { RequestId: call.requestId, Policies: { Policy: attached } };
};

const is = (type: Attachment['type'], name: string) => (each: Attachment) =>
  each.type === type && each.name === name;
