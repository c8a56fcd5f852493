import type { AccessKeys } from '../access-keys.ts';
import type { Roles } from '../ram/roles.ts';
import { trusts } from '../ram/trust.ts';
import { type IssuedKey, issueKey } from '../sts/issue-key.ts';
import { fcErrors } from './fc-errors.ts';

/** @see "The temporary key is valid for 36 hours", in Function Compute's page on function roles */
const LASTS_SECONDS = 36 * 3600;

/** The key of a function's role, by its ARN. */
export type RoleCredentials = (roleArn: string) => IssuedKey;

interface Deps {
  readonly roles: Roles;
  readonly accessKeys: AccessKeys;
  readonly wallNow: () => number;
}

/**
 * Assumes roles as Function Compute does, by their trust policies. A key is used until half of its time is over.
 * @returns a function that throws {ApiError} `AccessDenied` when the role is not there or does not trust `fc.aliyuncs.com`;
 *   Function Compute's own words are not known
 */
export function createRoleCredentials(deps: Deps): RoleCredentials {
  const issued = new Map<string, IssuedKey>();
  return (roleArn) => {
    const role = deps.roles.findByArn(roleArn);
    if (role === undefined) {
      throw fcErrors.error('AccessDenied', `the role '${roleArn}' of the function does not exist`);
    }
    if (!trusts(role.trust, { kind: 'function-compute' })) {
      throw fcErrors.error('AccessDenied', `the role '${roleArn}' does not trust fc.aliyuncs.com`);
    }
    const before = issued.get(role.roleId);
    if (before !== undefined && before.expiresAt - deps.wallNow() > (LASTS_SECONDS * 1000) / 2) return before;
    const key = issueKey(role, 'FunctionCompute', LASTS_SECONDS, deps);
    issued.set(role.roleId, key);
    return key;
  };
}
