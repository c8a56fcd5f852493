/** The RAM role of the function, as command lines, `ROLE_ARN` and `s.yaml` name it. */
import { InvalidArgumentError } from 'commander';
import { roleHere } from './function-here.ts';
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

/** That of the command line, else the one that `s.yaml` of this folder deploys with. @throws {UsageError} */
export async function functionRole(named: RoleName | undefined, io: Pick<Io, 'env'>): Promise<RoleName> {
  if (named !== undefined) return named;
  const here = await roleHere(io);
  if (here === null) return { accountId: null, roleName: ROLE_NAME };
  const role = readRole(here);
  if (role !== null && role.roleName === role.roleName.toLowerCase()) return role;
  throw new UsageError(`role in s.yaml, or ROLE_ARN, holds something else: "${here}". ${EXPECTED}`);
}
