export interface PolicyVersion {
  /** `v1`, `v2`, …; a number is never used twice. */
  readonly versionId: string;
  /** As it was sent. */
  readonly document: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface Policy {
  readonly name: string;
  readonly type: 'Custom' | 'System';
  readonly description: string;
  readonly defaultVersion: string;
  /** Oldest first. */
  readonly versions: readonly PolicyVersion[];
  /** How many versions it ever had. */
  readonly versionsMade: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface Attachment {
  readonly name: string;
  readonly type: Policy['type'];
  /** Milliseconds since the epoch. */
  readonly attachedAt: number;
}

/** The custom policies of all accounts, and which policies each role has. */
export interface Policies {
  /** Replaces one of that name. */
  put(accountId: string, policy: Policy): void;
  remove(accountId: string, name: string): void;
  find(accountId: string, type: Policy['type'], name: string): Policy | undefined;
  /** In the order of creation, without the system's. */
  list(accountId: string): readonly Policy[];
  /** In the order of attaching. */
  ofRole(accountId: string, roleName: string): readonly Attachment[];
  setOfRole(accountId: string, roleName: string, attachments: readonly Attachment[]): void;
  /** How many roles have it. */
  attachmentCount(accountId: string, policy: Pick<Policy, 'type' | 'name'>): number;
}

export function createPolicies(): Policies {
  const policies = new Map<string, Map<string, Policy>>();
  const attached = new Map<string, Map<string, readonly Attachment[]>>();
  const rolesOf = (accountId: string) => inner(attached, accountId);
  return {
    put: (accountId, policy) => inner(policies, accountId).set(policy.name, policy),
    remove: (accountId, name) => inner(policies, accountId).delete(name),
    find: (accountId, type, name) => {
      if (type === 'Custom') return inner(policies, accountId).get(name);
      return name === SYSTEM_POLICY.name ? SYSTEM_POLICY : undefined;
    },
    list: (accountId) => [...inner(policies, accountId).values()],
    // RAM ignores case in role names.
    ofRole: (accountId, roleName) => rolesOf(accountId).get(roleName.toLowerCase()) ?? [],
    setOfRole: (accountId, roleName, attachments) => {
      rolesOf(accountId).set(roleName.toLowerCase(), attachments);
    },
    attachmentCount: (accountId, { type, name }) =>
      [...rolesOf(accountId).values()].filter((attachments) =>
        attachments.some((each) => each.type === type && each.name === name),
      ).length,
  };
}

function inner<Value>(outer: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  const found = outer.get(key) ?? new Map<string, Value>();
  outer.set(key, found);
  return found;
}

const SINCE = Date.UTC(2015, 3, 1);

/** The one policy of Alibaba Cloud's own that the emulator has. */
const SYSTEM_POLICY: Policy = {
  name: 'AliyunLogFullAccess',
  type: 'System',
  description: '',
  defaultVersion: 'v1',
  versions: [
    {
      versionId: 'v1',
      document: '{"Version":"1","Statement":[{"Action":"log:*","Resource":"*","Effect":"Allow"}]}',
      createdAt: SINCE,
    },
  ],
  versionsMade: 1,
  createdAt: SINCE,
  updatedAt: SINCE,
};
