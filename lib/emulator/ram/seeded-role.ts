import type { EmulatorRole } from '../types.ts';
import { DEFAULT_SESSION_SECONDS } from './parameters.ts';
import type { TrustPolicy } from './policy-document.ts';
import { newRoleId, type Role } from './roles.ts';

/** A role of a seed. @param now milliseconds since the epoch */
export function seededRole(accountId: string, role: EmulatorRole, now: number): Role {
  const trust = trustPolicyOf(role);
  return {
    accountId,
    roleId: newRoleId(),
    name: role.name,
    description: '',
    trustDocument: JSON.stringify(trust),
    trust,
    maxSessionSeconds: role.maxSessionSeconds ?? DEFAULT_SESSION_SECONDS,
    createdAt: now,
    updatedAt: now,
  };
}

function trustPolicyOf({ trusts: accounts, services = [], externalId }: EmulatorRole): TrustPolicy {
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole' } as const;
  const condition =
    externalId === undefined ? {} : { Condition: { StringEquals: { 'sts:ExternalId': externalId } } };
  return {
    Version: '1',
    Statement: [
      ...accounts.map((id) => ({
        ...statement,
        Principal: { RAM: `acs:ram::${id}:root` },
        ...condition,
      })),
      ...services.map((service) => ({ ...statement, Principal: { Service: service } })),
    ],
  };
}
