import { randomBytes } from 'node:crypto';
import type { Role } from '../ram/roles.ts';
import type { World } from '../service.ts';

/** A temporary key of a role, which every service of the emulator accepts until it expires. */
export interface IssuedKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  /** Milliseconds since the epoch on the wall clock, a whole second. */
  readonly expiresAt: number;
}

/** @param session name of the session, as GetCallerIdentity shows it */
export function issueKey(
  { accountId, roleId, name: roleName }: Role,
  session: string,
  seconds: number,
  { accessKeys, wallNow }: Pick<World, 'accessKeys' | 'wallNow'>,
): IssuedKey {
  const key = {
    accessKeyId: `STS.${randomBytes(12).toString('hex')}`,
    accessKeySecret: randomBytes(24).toString('hex'),
    securityToken: randomBytes(48).toString('base64'),
    expiresAt: Math.floor((wallNow() + seconds * 1000) / 1000) * 1000,
  };
  accessKeys.add(accountId, key, { kind: 'role', roleId, roleName, session });
  return key;
}
