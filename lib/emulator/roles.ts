import type { EmulatorRole } from './types.ts';

/** Roles that can be assumed, by ARN. */
export interface Roles {
  add(accountId: string, role: EmulatorRole): void;
  find(roleArn: string): (EmulatorRole & { readonly accountId: string }) | undefined;
}

export function createRoles(): Roles {
  const roles = new Map<string, EmulatorRole & { readonly accountId: string }>();
  return {
    add: (accountId, role) => {
      // RAM ignores case in role names.
      roles.set(`acs:ram::${accountId}:role/${role.name}`.toLowerCase(), { ...role, accountId });
    },
    find: (roleArn) => roles.get(roleArn.toLowerCase()),
  };
}
