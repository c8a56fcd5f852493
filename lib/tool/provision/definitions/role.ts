import type { AccountPolicies, PolicyDocument } from '../../policy/policy.ts';

/** A RAM role with everything that it is allowed. */
export interface RoleDefinition {
  readonly roleName: string;
  readonly description: string;
  /** Who may assume it. */
  readonly trustPolicy: PolicyDocument;
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

/** That of the role; with a number from 2 where one document does not hold everything. */
const policyName = (roleName: string, index: number): string =>
  index === 0 ? roleName : `${roleName}-${index + 1}`;

/** Whether a policy is one that an earlier, larger config needed. */
export function isLeftOver(name: string, { roleName, policies }: RoleDefinition): boolean {
  const number = new RegExp(`^${roleName.replaceAll('.', '\\.')}-(\\d+)$`).exec(name)?.[1];
  return number !== undefined && Number(number) > policies.length;
}
