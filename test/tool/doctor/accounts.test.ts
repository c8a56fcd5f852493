import { expect, test } from 'vitest';
import {
  checkAssumedRoles,
  checkCredentials,
  checkListings,
} from '../../../lib/tool/doctor/checks/account.ts';
import { checkConfigSeen } from '../../../lib/tool/doctor/checks/config.ts';
import { checkEndpoints } from '../../../lib/tool/doctor/checks/endpoint.ts';
import { examine } from '../../../lib/tool/doctor/examine.ts';
import type { AccountSeen } from '../../../lib/tool/doctor/observations.ts';
import {
  found,
  OF_CEN,
  OWN,
  observations,
  own,
  refused,
  seenConfig,
  told,
} from '../../support/observations.ts';

const role = { roleArn: 'acs:ram::42:role/x', externalId: null };
const config = seenConfig({
  accounts: { retail: { roleArn: role.roleArn } },
  flowLogs: [
    { flowLogId: 'flowlog-1', regionId: 'cn-hangzhou', account: 'retail', schedule: 'office-hours' },
  ],
});
const retail = (identity: AccountSeen['identity']): AccountSeen => ({
  account: 'retail',
  role,
  identity,
  listings: [],
});
const roles = (...accounts: readonly AccountSeen[]) =>
  checkAssumedRoles(observations({ config, accounts })).map(told).join();

test('whose credentials they are, and where from when that is known', () => {
  const line = (source: string | null) =>
    checkCredentials(observations({ credentials: found({ source }) })).map(told);
  expect(line('default/env')).toEqual([`ok: found by default/env: account ${OWN}, acs:ram::${OWN}:root`]);
  expect(line(null)).toEqual([`ok: found: account ${OWN}, acs:ram::${OWN}:root`]);
});

test('STS that does not answer, and STS that is in trouble', () => {
  const line = (...args: Parameters<typeof refused>) =>
    checkCredentials(observations({ accounts: [{ ...own(), identity: refused(...args) }] }))
      .map(told)
      .join();
  expect(line('RequestTimeout', 0)).toContain('STS_ENDPOINT if it is set');
  expect(line('InternalError', 500)).toContain('the service itself is in trouble');
  expect(line('Throttling.User', 400)).toContain('too many calls');
  expect(line('NoPermission', 403)).toContain('may not even ask who they are');
  expect(line('InvalidVersion', 400)).toContain("look the code up among the service's API error codes");
});

test('credentials that nothing was asked with', () => {
  expect(checkCredentials(observations({ accounts: [] }))).toEqual([]);
});

test('an assumed role must be of the account that its ARN names', () => {
  const arn = 'acs:ram::42:assumed-role/x/flow-log-scheduler';
  expect(roles(retail(found({ accountId: '42', arn })))).toBe(`ok: ${arn} in account 42`);
  expect(roles(retail(found({ accountId: '43', arn })))).toContain(
    'fail: acs:ram::42:role/x was assumed, and STS says account 43 → check STS_ENDPOINT and roleArn',
  );
  expect(roles(retail(refused('NoPermission', 403)))).toContain('`npx flow-logs policy` prints both');
  expect(roles(retail(refused('InvalidParameter.DurationSeconds', 400)))).toContain('sts:AssumeRole on');
  expect(roles()).toBe('skip: not asked → see credentials first');
});

test('a listing that another account refuses', () => {
  const listings = [{ ...OF_CEN, regionId: 'cn-beijing', flowLogs: refused('NoPermission', 403) }];
  const accounts = [{ ...retail(found({ accountId: '42', arn: 'a' })), listings }];
  expect(checkListings(observations({ accounts })).map(told)).toEqual([
    'fail: NoPermission: told why (request R-1) → grant cen:DescribeFlowlogs on acs:cbn:cn-beijing:*:flowlog/* in account retail; `npx flow-logs policy` prints it',
  ]);
});

test('an endpoint that does not answer', () => {
  const endpoint = {
    service: 'CEN',
    origin: 'https://cbn.aliyuncs.com',
    variable: 'CBN_ENDPOINT',
    isOverridden: false,
  } as const;
  const lines = checkEndpoints(
    observations({ endpoints: [{ ...endpoint, reached: refused('ENOTFOUND', 0) }] }),
  );
  expect(lines.map(told).join()).toMatch(
    /^fail: https:\/\/cbn\.aliyuncs\.com: ENOTFOUND.*or set CBN_ENDPOINT/,
  );
});

test('warnings of the config are counted', () => {
  const warning = { path: 'a', message: 'b', line: null };
  const seen = observations({ config: { ...seenConfig(), warnings: [warning, warning] } });
  expect(checkConfigSeen(seen).map(told).join()).toMatch(/^warn: .*2 warnings → `npx flow-logs validate`/);
});

test('an invalid config tells its first issue', () => {
  const issues = [{ path: 'a', message: 'is wrong', line: 3 }];
  const seen = { config: { file: 'f.yaml', config: null, issues, warnings: [] } };
  expect(checkConfigSeen(observations(seen)).map(told).join()).toContain(
    'fail: f.yaml: 1 issue, the first: a: is wrong (line 3)',
  );
  expect(
    checkConfigSeen(observations({ config: { ...seen.config, issues: [] } }))
      .map(told)
      .join(),
  ).toContain('f.yaml: 0 issues →');
});

test('one fail makes the whole not ok, a warning does not', () => {
  expect(examine(observations()).ok).toBe(true);
  const { ok, summary, lines } = examine(observations({ credentials: refused('CredentialsUnavailable', 0) }));
  expect(ok).toBe(false);
  expect(summary.fail).toBe(1);
  expect(Object.values(summary).reduce((sum, count) => sum + count, 0)).toBe(lines.length);
});
