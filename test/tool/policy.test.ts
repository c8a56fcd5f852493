import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { operatorPoliciesFor, policiesFor } from '../../lib/tool/policy/policy.ts';
import { commandLine } from '../support/command-line.ts';
import { configOf } from '../support/config.ts';
import { configOnDisk } from '../support/config-on-disk.ts';
import { inFolder, serverlessYaml } from '../support/project-folder.ts';

const ROLE = 'acs:ram::1111111111111111:role/flow-log-scheduler';
const OTHER_ROLE = 'acs:ram::2222222222222222:role/other';
const CONFIG = `timezone: UTC
recordTo: { regionId: cn-hangzhou, project: ops-audit, logstore: flow-log-scheduler }
schedules: { never: { windows: [] } }
flowLogs: [{ flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: never }]
`;
const WITH_ACCOUNT = `${CONFIG}accounts: { retail: { roleArn: "acs:ram::3333333333333333:role/retail" } }\n`;
const SHIPPED = readFileSync('s.yaml', 'utf8');
const FILE = configOnDisk(CONFIG);
const FILE_WITH_ACCOUNT = configOnDisk(WITH_ACCOUNT);
const INVALID = configOnDisk(`${CONFIG}owner: x\n`);

const policy = (file: string, ...more: readonly string[]) => ['policy', '--config', file, ...more];

describe('policy', () => {
  it.each([
    ['--function-role', ['--function-role', ROLE], {}],
    ['ROLE_ARN', [], { ROLE_ARN: ROLE }],
    ['--function-role before ROLE_ARN', ['--function-role', ROLE], { ROLE_ARN: OTHER_ROLE }],
    ['--json, which says nothing new', ['--json'], { ROLE_ARN: ROLE }],
  ])('prints the policies for the role of %s', async (_, args, env) => {
    const { status, out, err } = await commandLine(policy(FILE_WITH_ACCOUNT, ...args), env);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(JSON.parse(out)).toEqual(policiesFor(configOf(WITH_ACCOUNT), ROLE));
  });

  it('prints what whoever runs the report needs, with --operator', async () => {
    const { status, out, err } = await commandLine(policy(FILE_WITH_ACCOUNT, '--operator'), {
      ROLE_ARN: ROLE,
    });
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(JSON.parse(out)).toEqual(operatorPoliciesFor(configOf(WITH_ACCOUNT), ROLE));
    expect(out).toContain('cms:QueryMetricList');
  });

  it.each([{}, { ROLE_ARN: '' }])('without a role says what is left open: %j', async (env) => {
    const { status, out, err } = await commandLine(policy(FILE_WITH_ACCOUNT), env);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toEqual(policiesFor(configOf(WITH_ACCOUNT), null));
    expect(err).toBe(
      "note: the account of the function's role is not known. It is * in the resources. In the trust policies, replace " +
        'ARN-OF-THE-ROLE-OF-THE-FUNCTION before you use them. --function-role ARN fills in both\n',
    );
  });

  it.each([
    [
      'as it stands',
      { 's.yaml': serverlessYaml({ functionName: 'f', role: ROLE }) },
      { ROLE_ARN: OTHER_ROLE },
    ],
    ['by ROLE_ARN of .env', { 's.yaml': SHIPPED, '.env': `ROLE_ARN=${ROLE}\n` }, {}],
    ['by ROLE_ARN', { 's.yaml': SHIPPED, '.env': `ROLE_ARN=${OTHER_ROLE}\n` }, { ROLE_ARN: ROLE }],
  ])('takes the role of s.yaml in this folder, as provision does: %s', async (_, files, env) => {
    inFolder(files);
    for (const args of [
      policy(FILE_WITH_ACCOUNT),
      ['provision', '--config', FILE_WITH_ACCOUNT, '--dry-run', '--account', 'retail'],
    ]) {
      const { status, out } = await commandLine(args, env);
      expect(status).toBe(0);
      expect(out).toContain(ROLE);
      expect(out).not.toContain(OTHER_ROLE);
    }
  });

  it('without a role and other accounts says that the account is left open', async () => {
    const { status, err } = await commandLine(policy(FILE));
    expect(status).toBe(0);
    expect(err).toBe(
      "note: the account of the function's role is not known. It is * in the resources. --function-role ARN fills it in\n",
    );
  });

  it.each([
    [
      ['--function-role', `${ROLE} `],
      {},
      'is invalid. Expected the name of a role in lower case, or its ARN such as',
    ],
    [
      [],
      { ROLE_ARN: 'acs:ram:role/flow-log-scheduler' },
      'role in s.yaml, or ROLE_ARN, holds something else: "acs:ram:role/flow-log-scheduler". Expected',
    ],
  ])('refuses what is no role: %j %j', async (args, env, message) => {
    const { status, out, err } = await commandLine(policy(FILE, ...args), env);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(message);
  });

  it('prints no policy for a config that is not valid', async () => {
    const { status, out, err } = await commandLine(policy(INVALID), { ROLE_ARN: ROLE });
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toContain('owner: unknown key');
  });
});
