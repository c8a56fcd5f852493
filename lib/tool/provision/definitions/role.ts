import type { AccountPolicies, PolicyDocument, TrustPolicy } from '../../policy/policy.ts';

/** A RAM role with everything that it is allowed. */
export interface RoleDefinition {
  readonly roleName: string;
  readonly description: string;
  /** Who may assume it. */
  readonly trustPolicy: TrustPolicy;
  /** Custom policies that belong to this role alone. */
  readonly policies: readonly NamedPolicy[];
}

export interface NamedPolicy {
  readonly policyName: string;
  readonly document: PolicyDocument;
}

/** Of the role in `s.yaml`. */
export const ROLE_NAME = 'flow-log-scheduler';

/** Also the description of the policies. RAM's console shows it. */
const DESCRIPTION = 'Enables and disables flow logs on a schedule (flow-log-scheduler)';

export function roleDefinition(roleName: string, { trustPolicy, policies }: AccountPolicies): RoleDefinition {
  return {
    roleName,
    description: DESCRIPTION,
    trustPolicy,
    policies: policies.map((document, index) => ({ policyName: policyName(roleName, index), document })),
  };
}

/** That of the role, which may have periods; with a number from 2 where one document does not hold everything. */
const policyName = (roleName: string, index: number): string => {
  const name = roleName.replaceAll('.', '-');
  return index === 0 ? name : `${name}-${index + 1}`;
};

/** Whether a policy is one that an earlier, larger config needed. */
export function isLeftOver(name: string, { roleName, policies }: RoleDefinition): boolean {
  const before = `${policyName(roleName, 0)}-`;
  const number = name.startsWith(before) ? Number(name.slice(before.length)) : Number.NaN;
  return number > Math.max(policies.length, 1);
}
