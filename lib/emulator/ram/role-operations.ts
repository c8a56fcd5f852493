import type { RpcOperation } from '../rpc/rpc-service.ts';
import type { World } from '../service.ts';
import {
  DEFAULT_SESSION_SECONDS,
  dateOf,
  descriptionOf,
  maxSessionOf,
  required,
  roleNameOf,
} from './parameters.ts';
import { parseTrustPolicy } from './policy-document.ts';
import { ramErrors } from './ram-errors.ts';
import { arnOf, newRoleId, type Role } from './roles.ts';

const DEFAULT_ITEMS = 100;
const MAX_ITEMS = 1000;

/** The role that a call names. @throws {ApiError} `EntityNotExist.Role` */
export function namedRole(
  { params, accountId }: { readonly params: Readonly<Record<string, string>>; readonly accountId: string },
  world: World,
): Role {
  const role = world.roles.find(accountId, roleNameOf(params));
  if (role === undefined) throw ramErrors.error('EntityNotExist.Role');
  return role;
}

/** @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-getrole */
export const getRole: RpcOperation = (call, world) => ({
  RequestId: call.requestId,
  Role: wholeRole(namedRole(call, world)),
});

/** @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-createrole */
export const createRole: RpcOperation = ({ params, accountId, requestId }, world) => {
  const name = roleNameOf(params);
  const trustDocument = required(params, 'AssumeRolePolicyDocument');
  const trust = parseTrustPolicy(trustDocument);
  const now = world.now();
  const role = {
    accountId,
    roleId: newRoleId(),
    name,
    description: descriptionOf(params) ?? '',
    trustDocument,
    trust,
    maxSessionSeconds: maxSessionOf(params) ?? DEFAULT_SESSION_SECONDS,
    createdAt: now,
    updatedAt: now,
  };
  if (world.roles.find(accountId, name) !== undefined) throw ramErrors.error('EntityAlreadyExists.Role');
  world.roles.put(role);
  return { RequestId: requestId, Role: wholeRole(role) };
};

/**
 * Changes what is given and leaves the rest as it is.
 * @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-updaterole
 */
export const updateRole: RpcOperation = (call, world) => {
  const { params, requestId } = call;
  const before = namedRole(call, world);
  const trustDocument = params.NewAssumeRolePolicyDocument ?? before.trustDocument;
  const role = {
    ...before,
    trustDocument,
    trust: parseTrustPolicy(trustDocument),
    description: descriptionOf(params, 'NewDescription') ?? before.description,
    maxSessionSeconds: maxSessionOf(params, 'NewMaxSessionDuration') ?? before.maxSessionSeconds,
    updatedAt: world.now(),
  };
  world.roles.put(role);
  return { RequestId: requestId, Role: wholeRole(role) };
};

/** @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-deleterole */
export const deleteRole: RpcOperation = (call, world) => {
  const { accountId, name } = namedRole(call, world);
  if (world.policies.ofRole(accountId, name).length > 0) throw ramErrors.error('DeleteConflict.Role.Policy');
  world.roles.remove(accountId, name);
  return { RequestId: call.requestId };
};

/**
 * A marker is the number of roles before it.
 * @see https://www.alibabacloud.com/help/en/ram/developer-reference/api-ram-2015-05-01-listroles
 */
export const listRoles: RpcOperation = ({ params, accountId, requestId }, world) => {
  const size = Number(params.MaxItems ?? DEFAULT_ITEMS);
  if (!Number.isInteger(size) || size < 1 || size > MAX_ITEMS) {
    throw ramErrors.error('InvalidParameter.MaxItems');
  }
  const start = Number(params.Marker ?? 0);
  if (!Number.isInteger(start) || start < 0) throw ramErrors.error('InvalidParameter.Marker');
  const all = world.roles.list(accountId);
  const end = start + size;
  const truncated = end < all.length;
  return {
    RequestId: requestId,
    IsTruncated: truncated,
    ...(truncated && { Marker: String(end) }),
    Roles: {
      Role: all.slice(start, end).map((role) => {
        const { AssumeRolePolicyDocument: _, ...listed } = wholeRole(role);
        return listed;
      }),
    },
  };
};

function wholeRole(role: Role) {
  return {
    RoleId: role.roleId,
    RoleName: role.name,
    Arn: arnOf(role),
    Description: role.description,
    AssumeRolePolicyDocument: role.trustDocument,
    MaxSessionDuration: role.maxSessionSeconds,
    CreateDate: dateOf(role.createdAt),
    UpdateDate: dateOf(role.updatedAt),
  };
}
