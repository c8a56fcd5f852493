/** Whose credentials are in use, and whether the other accounts let themselves be used. */

import { type Advised, advise } from '../../../cloud/advice.ts';
import { PRODUCTS } from '../../../cloud/flow-logs/products.ts';
import { flowLogArn } from '../../policy/policy.ts';
import { type Asked, describe } from '../asked.ts';
import { about, fail, type Line, many, ok, skip } from '../line.ts';
import type { AccountSeen, ListingSeen, Observations } from '../observations.ts';
import { ownAccount } from '../observations.ts';

const CREDENTIALS = about('credentials');
const FOR_STS: Advised = {
  permission: 'these credentials may not even ask who they are: look at the policies that deny it',
  variable: 'STS_ENDPOINT',
};

/** The credentials of this machine; the function's own are those of its role. */
export function checkCredentials(seen: Observations): readonly Line[] {
  const { credentials } = seen;
  if (!credentials.ok) {
    return [fail(CREDENTIALS, describe(credentials.trouble), advise(credentials.trouble, FOR_STS))];
  }
  const identity = ownAccount(seen)?.identity;
  if (identity === undefined) return [];
  const { source } = credentials.value;
  const from = source === null ? 'found' : `found by ${source}`;
  if (!identity.ok) {
    return [
      fail(CREDENTIALS, `${from}, but ${describe(identity.trouble)}`, advise(identity.trouble, FOR_STS)),
    ];
  }
  const { accountId, arn } = identity.value;
  return [ok(CREDENTIALS, `${from}: account ${accountId}, ${arn}`)];
}

/** One line for each account that the config reaches by a role. */
export function checkAssumedRoles(seen: Observations): readonly Line[] {
  const named = [...(seen.config.config?.accounts.keys() ?? [])];
  return named.map((name) => {
    const account = seen.accounts.find((each) => each.account === name);
    const subject = about('account', name);
    if (account === undefined) return skip(subject, 'not asked', 'see credentials first');
    return checkAssumedRole(subject, account);
  });
}

function checkAssumedRole(subject: ReturnType<typeof about>, { role, identity }: AccountSeen): Line {
  const arn = role?.roleArn ?? '';
  if (!identity.ok) {
    const { trouble } = identity;
    const permission =
      `let whoever runs it sts:AssumeRole on ${arn}, and let the trust policy of that role name them (\`npx flow-logs policy\` ` +
      "prints both); if it names the function's role alone, this machine cannot check it";
    const otherwise = /EntityNotExist/i.test(trouble.code)
      ? `create the role ${arn}, or correct roleArn`
      : permission;
    return fail(
      subject,
      describe(trouble),
      advise(trouble, { permission, variable: 'STS_ENDPOINT', otherwise }),
    );
  }
  const wanted = arn.split(':')[3];
  const { accountId, arn: actual } = identity.value;
  if (accountId !== wanted) {
    return fail(
      subject,
      `${arn} was assumed, and STS says account ${accountId}`,
      'check STS_ENDPOINT and roleArn: something else than that role answered',
    );
  }
  return ok(subject, `${actual} in account ${accountId}`);
}

/** For each account, service and region: whether its flow logs may be listed, and whether the service is open. */
export function checkListings(seen: Observations): readonly Line[] {
  return seen.accounts.flatMap(({ account, listings }) =>
    listings.flatMap((listing) => [
      checkListing(listing, account),
      ...(listing.isOpen === null ? [] : [checkIsOpen(listing.isOpen, placeOf(listing.regionId, account))]),
    ]),
  );
}

function checkIsOpen(isOpen: Asked<boolean>, place: string): Line {
  const subject = about('flow-log service', place);
  if (!isOpen.ok) {
    const permission = 'grant vpc:GetFlowLogServiceStatus to know it';
    const { trouble } = isOpen;
    return skip(subject, describe(trouble), advise(trouble, { permission, variable: 'VPC_ENDPOINT' }));
  }
  if (isOpen.value) return ok(subject, 'open');
  return fail(
    subject,
    'not open, so VPC flow logs capture nothing',
    'open it once for the account: VPC console, Flow Log',
  );
}

function checkListing({ service, regionId, vpcId, flowLogs }: ListingSeen, account: string | null): Line {
  const { api, operations } = PRODUCTS[service];
  const place = placeOf(regionId, account);
  const subject = about(operations.list, vpcId === null ? place : `${place}, ${vpcId}`);
  if (flowLogs.ok) return ok(subject, `allowed, ${many(flowLogs.value.size, 'flow log')}`);
  const whose = account === null ? '' : ` in account ${account}`;
  return fail(
    subject,
    describe(flowLogs.trouble),
    advise(flowLogs.trouble, {
      permission: `grant ${service}:${operations.list} on ${flowLogArn(service, regionId, '*', '*')}${whose}; \`npx flow-logs policy\` prints it`,
      variable: api.variable,
      otherwise: `check regionId in the config, and look the code up among the API error codes of ${api.name}`,
    }),
  );
}

/** `cn-hangzhou`, `cn-hangzhou of retail`. */
export const placeOf = (regionId: string, account: string | null): string =>
  account === null ? regionId : `${regionId} of ${account}`;
