import type { Caller } from '../access-keys.ts';
import type { TrustPolicy, TrustStatement } from './policy-document.ts';

const SERVICE = 'fc.aliyuncs.com';

/** Who asks to assume a role: somebody with a key, or Function Compute for a function of the role's account. */
export type Asking =
  | { readonly kind: 'key'; readonly caller: Caller; readonly externalId: string | undefined }
  | { readonly kind: 'function-compute' };

/** Whether a trust policy lets somebody in: one statement must allow it, and none deny it. */
export function trusts({ Statement }: TrustPolicy, asking: Asking): boolean {
  const effects = Statement.filter((statement) => concerns(statement, asking)).map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

/** A condition other than that on the external ID is never met here. */
function concerns({ Principal, Condition = {} }: TrustStatement, asking: Asking): boolean {
  const conditions = Object.entries(Condition);
  switch (asking.kind) {
    case 'function-compute':
      return listOf(Principal.Service).includes(SERVICE) && conditions.length === 0;
    case 'key':
      return (
        listOf(Principal.RAM).some((arn) => names(arn, asking.caller)) &&
        conditions.every(
          ([operator, keys]) =>
            operator === 'StringEquals' &&
            Object.entries(keys).every(
              ([key, values]) => key === 'sts:ExternalId' && listOf(values).includes(asking.externalId ?? ''),
            ),
        )
      );
  }
}

/** `root` stands for everybody in the account. */
function names(arn: string, { accountId, identity }: Caller): boolean {
  const own = `acs:ram::${accountId}:`;
  if (arn === `${own}root`) return true;
  // RAM ignores case in role names.
  return identity.kind === 'role' && arn.toLowerCase() === `${own}role/${identity.roleName}`.toLowerCase();
}

const listOf = (value: string | readonly string[] = []): readonly string[] =>
  typeof value === 'string' ? [value] : value;
