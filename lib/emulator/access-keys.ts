import { sameText } from './digest.ts';
import type { EmulatorAccessKey } from './types.ts';

/** Who signs with a key: the account itself, or a session of one of its roles. */
export type Identity =
  | { readonly kind: 'account' }
  | { readonly kind: 'role'; readonly roleId: string; readonly roleName: string; readonly session: string };

export interface Caller {
  readonly accountId: string;
  readonly identity: Identity;
}

export interface KnownKey extends Caller {
  readonly key: EmulatorAccessKey;
}

/** What a security token is worth for a key; `malformed` also when it is missing or the key has none. */
export type TokenCheck = 'valid' | 'malformed' | 'expired';

export interface AccessKeys {
  addAccount(accountId: string): void;
  hasAccount(accountId: string): boolean;
  accountIds(): readonly string[];
  /** @param identity whose key it is; by default the account's own */
  add(accountId: string, key: EmulatorAccessKey, identity?: Identity): void;
  find(accessKeyId: string): KnownKey | undefined;
  checkToken(key: EmulatorAccessKey, token: string | undefined): TokenCheck;
  /** False when this key has signed with that nonce in the last half hour. */
  useNonce(accessKeyId: string, nonce: string): boolean;
}

/** Signatures may be 15 minutes old or early, so a request can be replayed for this long. */
const NONCE_LIFE_MS = 30 * 60_000;
const NONCES_BEFORE_PRUNING = 50_000;

export function createAccessKeys(wallNow: () => number): AccessKeys {
  const accounts = new Set<string>();
  const keys = new Map<string, KnownKey>();
  const nonces = new Map<string, number>();

  function pruneNonces(now: number): void {
    for (const [nonce, usedAt] of nonces) {
      if (usedAt > now - NONCE_LIFE_MS) return;
      nonces.delete(nonce);
    }
  }

  return {
    addAccount: (accountId) => {
      if (accounts.has(accountId)) throw new Error(`account ${accountId} is there twice`);
      accounts.add(accountId);
    },
    hasAccount: (accountId) => accounts.has(accountId),
    accountIds: () => [...accounts],
    add: (accountId, key, identity = { kind: 'account' }) => {
      if (!accounts.has(accountId)) throw new Error(`no account ${accountId}`);
      keys.set(key.accessKeyId, { accountId, key, identity });
    },
    find: (accessKeyId) => keys.get(accessKeyId),
    checkToken: (key, token = '') => {
      if (!sameText(token, key.securityToken ?? '')) return 'malformed';
      return key.expiresAt !== undefined && wallNow() >= key.expiresAt ? 'expired' : 'valid';
    },
    useNonce: (accessKeyId, nonce) => {
      const now = wallNow();
      const entry = `${accessKeyId} ${nonce}`;
      const usedAt = nonces.get(entry);
      if (usedAt !== undefined && usedAt > now - NONCE_LIFE_MS) return false;
      if (nonces.size >= NONCES_BEFORE_PRUNING) pruneNonces(now);
      nonces.delete(entry);
      nonces.set(entry, now);
      return true;
    },
  };
}
