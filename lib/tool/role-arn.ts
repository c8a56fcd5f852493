/** The RAM role of the function, as command lines, `ROLE_ARN` and `s.yaml` name it. */
import { InvalidArgumentError } from 'commander';
import { type Io, UsageError } from './io.ts';
import { ROLE_NAME } from './provision/definitions/role.ts';

export interface RoleName {
  /** Null for a bare name: the account of whoever deploys. */
  readonly accountId: string | null;
  readonly roleName: string;
}

const ARN = /^acs:ram::(\d+):role\/([A-Za-z\d.-]{1,64})$/i;
const NAME = /^[A-Za-z\d.-]{1,64}$/;

/** @returns null for what names no role */
export function readRole(text: string): RoleName | null {
  const [, accountId, named] = ARN.exec(text) ?? [];
  if (accountId !== undefined && named !== undefined) return { accountId, roleName: named };
  return NAME.test(text) ? { accountId: null, roleName: text } : null;
}

export const arnOf = (accountId: string, roleName: string): string =>
  `acs:ram::${accountId}:role/${roleName}`;

const EXPECTED =
  'Expected the name of a role in lower case, or its ARN such as acs:ram::1234567890123456:role/flow-log-scheduler.';

/** For commander. Serverless Devs writes role names in lower case, so no other role could be deployed with. */
export function roleArgument(text: string): RoleName {
  const role = readRole(text);
  if (role === null || role.roleName !== role.roleName.toLowerCase())
    throw new InvalidArgumentError(EXPECTED);
  return role;
}

/** That of the command line, else that of `ROLE_ARN`, else the one in `s.yaml`. @throws {UsageError} */
export function functionRole(named: RoleName | undefined, { env }: Io): RoleName {
  if (named !== undefined) return named;
  if (env.ROLE_ARN === undefined || env.ROLE_ARN === '') return { accountId: null, roleName: ROLE_NAME };
  const role = readRole(env.ROLE_ARN);
  if (role !== null && role.roleName === role.roleName.toLowerCase()) return role;
  throw new UsageError(`ROLE_ARN holds something else. ${EXPECTED}`);
}
