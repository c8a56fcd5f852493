import { randomInt } from 'node:crypto';
import type { TrustPolicy } from './policy-document.ts';

export interface Role {
  readonly accountId: string;
  readonly roleId: string;
  readonly name: string;
  readonly description: string;
  /** As it was sent. */
  readonly trustDocument: string;
  readonly trust: TrustPolicy;
  readonly maxSessionSeconds: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The roles of all accounts. Case in their names is ignored, as by RAM. */
export interface Roles {
  /** Replaces one of that account and name. */
  put(role: Role): void;
  remove(accountId: string, name: string): void;
  find(accountId: string, name: string): Role | undefined;
  findByArn(arn: string): Role | undefined;
  /** In the order of creation. */
  list(accountId: string): readonly Role[];
}

export function createRoles(): Roles {
  const roles = new Map<string, Role>();
  const find = (arn: string): Role | undefined => roles.get(arn.toLowerCase());
  return {
    put: (role) => roles.set(arnOf(role).toLowerCase(), role),
    remove: (accountId, name) => roles.delete(arnOf({ accountId, name }).toLowerCase()),
    find: (accountId, name) => find(arnOf({ accountId, name })),
    findByArn: find,
    list: (accountId) => [...roles.values()].filter((role) => role.accountId === accountId),
  };
}

export function arnOf({ accountId, name }: Pick<Role, 'accountId' | 'name'>): string {
  return `acs:ram::${accountId}:role/${name}`;
}

/** Eighteen digits, as RAM's are. */
export function newRoleId(): string {
  return `3${String(randomInt(2 ** 47)).padStart(17, '0')}`;
}
