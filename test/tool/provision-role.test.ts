import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../lib/cloud/clock.ts';
import { type Emulator, startEmulator } from '../../lib/emulator/emulator.ts';
import { isObject, objectAt, objectsAt } from '../../lib/json.ts';
import { policiesFor } from '../../lib/tool/policy/policy.ts';
import { commandLine } from '../support/command-line.ts';
import { configOf } from '../support/config.ts';
import { signWith } from '../support/emulated-cloud.ts';
import { DEFAULT_KEY, rpcClient } from '../support/emulator-clients.ts';

const HOME = '1234567890123456';
const RETAIL = '3333333333333333';
const NAME = 'flow-log-scheduler';
const ROLE = `acs:ram::${HOME}:role/${NAME}`;
const RETAIL_ROLE = `acs:ram::${RETAIL}:role/flow-logs-of-netops`;
const RETAIL_KEY = { accessKeyId: 'retail-access-key-id', accessKeySecret: 'retail-access-key-secret' };

interface Entry {
  readonly flowLogId: string;
  readonly regionId: string;
  readonly schedule: string;
  readonly account?: string;
}

const entry = (number: number, account?: string): Entry => ({
  flowLogId: `flowlog-${String(number).padStart(24, '0')}`,
  regionId: 'cn-hangzhou',
  schedule: 'office',
  ...(account === undefined ? {} : { account }),
});

const configWith = (flowLogs: readonly Entry[]) => ({
  timezone: 'Asia/Shanghai',
  recordTo: { regionId: 'cn-hangzhou', project: 'ops-audit', logstore: 'flow-log-scheduler' },
  schedules: { office: { windows: [{ days: 'daily', from: '08:00', to: '20:00' }] } },
  accounts: { retail: { roleArn: RETAIL_ROLE } },
  flowLogs,
});
const CONFIG = configWith([entry(1), entry(2, 'retail')]);
const GROWN = configWith([entry(1), entry(2, 'retail'), entry(3)]);
/** So many that RAM takes their policy in several documents only. */
const LARGE = configWith(Array.from({ length: 150 }, (_, number) => entry(number)));

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({
    accounts: [
      { accountId: HOME, accessKeys: [DEFAULT_KEY] },
      { accountId: RETAIL, accessKeys: [RETAIL_KEY] },
    ],
    logstores: [CONFIG.recordTo],
  });
  onTestFinished(() => emulator.close());
  signWith(DEFAULT_KEY.accessKeyId, DEFAULT_KEY.accessKeySecret);
});

async function provision(config: object, ...args: readonly string[]) {
  const { url } = emulator;
  const env = { SLS_ENDPOINT: url, STS_ENDPOINT: url, RAM_ENDPOINT: url };
  const directory = mkdtempSync(join(tmpdir(), 'provision-role-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'flow-logs.yaml');
  writeFileSync(file, JSON.stringify(config));
  return commandLine(['provision', '--config', file, ...args], env);
}

/** As Alibaba's own client reads it. */
async function ask(action: string, params: Readonly<Record<string, string>>, key = DEFAULT_KEY) {
  return objectAt((await rpcClient(emulator, '2015-05-01', key)(action, params)).body);
}

async function documentOf(policyName: string, key = DEFAULT_KEY): Promise<unknown> {
  const body = await ask('GetPolicy', { PolicyName: policyName, PolicyType: 'Custom' }, key);
  return JSON.parse(String(objectAt(body.DefaultPolicyVersion).PolicyDocument));
}

async function trustOf(roleName: string, key = DEFAULT_KEY): Promise<unknown> {
  const { Role } = await ask('GetRole', { RoleName: roleName }, key);
  return JSON.parse(String(objectAt(Role).AssumeRolePolicyDocument));
}

async function attachedTo(roleName: string, key = DEFAULT_KEY): Promise<readonly unknown[]> {
  const { Policies } = await ask('ListPoliciesForRole', { RoleName: roleName }, key);
  return objectsAt(objectAt(Policies).Policy).map(({ PolicyName }) => PolicyName);
}

const states = (out: string) =>
  out
    .split('\n')
    .slice(1)
    .filter((line) => /^\w+ +\S+ +\w+$/.test(line))
    .map((line) => line.split(/ +/));
const writes = () =>
  emulator.requests
    .map(({ action }) => action)
    .filter((action) => /^(Create|Update|Attach|Put)/.test(action));
const [own, retail] = policiesFor(configOf(CONFIG), ROLE);

describe('the role of the function', () => {
  it('is made with its trust and its permissions, before what SLS needs', async () => {
    const { status, out, err } = await provision(CONFIG);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(states(out).slice(0, 4)).toEqual([
      ['role', NAME, 'created'],
      ['policy', NAME, 'created'],
      ['attachment', NAME, 'created'],
      ['logstore', NAME, 'exists'],
    ]);
    expect(await trustOf(NAME)).toEqual(own?.trustPolicy);
    expect([await documentOf(NAME)]).toEqual(own?.policies);
    expect(await attachedTo(NAME)).toEqual([NAME]);
    expect(JSON.stringify(own)).not.toContain(':*:flowlog');
  });

  it('is left alone the second time', async () => {
    await provision(CONFIG);
    const before = writes().length;
    const { status, out } = await provision(CONFIG, '--update');
    expect(status).toBe(0);
    expect(states(out).map(([, , state]) => state)).toEqual(Array(10).fill('exists'));
    expect(writes()).toHaveLength(before);
  });

  it('gets a new version of its policy when the config grew, with --update only', async () => {
    await provision(CONFIG, '--only', 'ram');
    const told = await provision(GROWN, '--only', 'ram');
    expect(told.status).toBe(0);
    expect(states(told.out)[1]).toEqual(['policy', NAME, 'differs']);
    expect(told.out).toContain('--update brings it in line');

    const { status, out } = await provision(GROWN, '--only', 'ram', '--update');
    expect(status).toBe(0);
    expect(states(out)[1]).toEqual(['policy', NAME, 'updated']);
    expect(out).toContain(`policy ${NAME}: its default version is v2 now`);
    expect(JSON.stringify(await documentOf(NAME))).toContain(entry(3).flowLogId);
  });

  it('keeps five versions of its policy however often the config changes', async () => {
    await provision(CONFIG, '--only', 'ram');
    for (let number = 10; number < 17; number += 1) {
      const { status } = await provision(configWith([entry(number)]), '--only', 'ram', '--update');
      expect(status).toBe(0);
    }
    const body = await ask('ListPolicyVersions', { PolicyName: NAME, PolicyType: 'Custom' });
    const versions = objectsAt(objectAt(body.PolicyVersions).PolicyVersion);
    expect(versions.map(({ VersionId }) => VersionId).sort()).toEqual(['v4', 'v5', 'v6', 'v7', 'v8']);
    expect(versions.filter(({ IsDefaultVersion }) => IsDefaultVersion)).toMatchObject([{ VersionId: 'v8' }]);
  });

  it('trusts Function Compute again when somebody changed that, with --update only', async () => {
    await provision(CONFIG, '--only', 'ram');
    const statement = {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: 'ecs.aliyuncs.com' },
    };
    const NewAssumeRolePolicyDocument = JSON.stringify({ Version: '1', Statement: [statement] });
    await ask('UpdateRole', { RoleName: NAME, NewAssumeRolePolicyDocument });
    const told = await provision(CONFIG, '--only', 'ram');
    expect(states(told.out)[0]).toEqual(['role', NAME, 'differs']);
    const { out } = await provision(CONFIG, '--only', 'ram', '--update');
    expect(states(out)[0]).toEqual(['role', NAME, 'updated']);
    expect(await trustOf(NAME)).toEqual(own?.trustPolicy);
  });

  it('gets as many policies as RAM needs, and is told of those that a smaller config leaves', async () => {
    const { status, out } = await provision(LARGE, '--only', 'ram');
    expect(status).toBe(0);
    const names = await attachedTo(NAME);
    expect(names.length).toBeGreaterThan(1);
    expect(states(out)).toHaveLength(1 + 2 * names.length);
    const documents = await Promise.all(names.map((name) => documentOf(String(name))));
    for (const document of documents) expect(JSON.stringify(document).length).toBeLessThanOrEqual(6_144);
    for (const { flowLogId } of LARGE.flowLogs) expect(JSON.stringify(documents)).toContain(flowLogId);

    const smaller = await provision(CONFIG, '--only', 'ram', '--update');
    expect(smaller.status).toBe(0);
    expect(smaller.out).toContain(`policy ${names.at(-1)}: an earlier, larger config needed it; detach it`);
  });

  it.each([
    ['--function-role', ['--function-role', 'netops.flow-logs']],
    ['--function-role with its account', ['--function-role', `acs:ram::${HOME}:role/netops.flow-logs`]],
  ])('has another name by %s', async (_, args) => {
    const { status, out } = await provision(CONFIG, '--only', 'ram', ...args);
    expect(status).toBe(0);
    expect(states(out)).toEqual([
      ['role', 'netops.flow-logs', 'created'],
      ['policy', 'netops-flow-logs', 'created'],
      ['attachment', 'netops-flow-logs', 'created'],
    ]);
  });

  it('is made where records go to standard output too', async () => {
    const { status, out } = await provision({ ...CONFIG, recordTo: 'stdout' }, '--only', 'ram');
    expect(status).toBe(0);
    expect(states(out)[0]).toEqual(['role', NAME, 'created']);
  });

  it('is not made in another account than it is named in', async () => {
    const { status, out, err } = await provision(
      CONFIG,
      '--function-role',
      `acs:ram::${RETAIL}:role/${NAME}`,
    );
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toContain(`belongs to account ${RETAIL}, but these credentials are of account ${HOME}`);
    expect(err).toContain('Nothing was done');
    expect(writes()).toEqual([]);
  });
});

describe('the role of another account', () => {
  beforeEach(() => signWith(RETAIL_KEY.accessKeyId, RETAIL_KEY.accessKeySecret));

  it('is made with the credentials of that account, and trusts the role of the function alone', async () => {
    const { status, out, err } = await provision(CONFIG, '--account', 'retail', '--function-role', ROLE);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(states(out)).toEqual([
      ['role', 'flow-logs-of-netops', 'created'],
      ['policy', 'flow-logs-of-netops', 'created'],
      ['attachment', 'flow-logs-of-netops', 'created'],
    ]);
    expect(await trustOf('flow-logs-of-netops', RETAIL_KEY)).toEqual(retail?.trustPolicy);
    expect([await documentOf('flow-logs-of-netops', RETAIL_KEY)]).toEqual(retail?.policies);
  });

  it('is not made with the credentials of another one', async () => {
    signWith(DEFAULT_KEY.accessKeyId, DEFAULT_KEY.accessKeySecret);
    const { status, err } = await provision(CONFIG, '--account', 'retail', '--function-role', ROLE);
    expect(status).toBe(1);
    expect(err).toContain(`accounts.retail.roleArn belongs to account ${RETAIL}`);
    expect(err).toContain(`these credentials are of account ${HOME}`);
    expect(writes()).toEqual([]);
  });

  it.each([
    [
      'an account that is not in the config',
      ['--account', 'retial', '--function-role', ROLE],
      1,
      'it has retail',
    ],
    [
      "the function's role by its name alone",
      ['--account', 'retail', '--function-role', NAME],
      2,
      'by its ARN',
    ],
    ['SLS', ['--account', 'retail', '--only', 'sls'], 2, '--account is about a RAM role'],
    ['a role in capitals', ['--function-role', 'FlowLogs'], 2, 'in lower case'],
  ])('is refused with %s', async (_, args, expected, message) => {
    const { status, err } = await provision(CONFIG, ...args);
    expect(status).toBe(expected);
    expect(err).toContain(message);
    expect(writes()).toEqual([]);
  });
});

describe('what goes wrong', () => {
  it('is told for each thing, with what was done and what was not', async () => {
    emulator.setFault(({ action }) =>
      action === 'CreatePolicy' ? { kind: 'error', code: 'NoPermission', status: 403 } : undefined,
    );
    const { status, out, err } = await provision(CONFIG);
    expect(status).toBe(1);
    expect(states(out).slice(0, 4)).toEqual([
      ['role', NAME, 'created'],
      ['policy', NAME, 'failed'],
      ['attachment', NAME, 'skipped'],
      ['logstore', NAME, 'exists'],
    ]);
    expect(err).toContain('these credentials need ram:CreatePolicy');
    expect(out).toContain(`attachment ${NAME}: policy ${NAME} has to be there first`);
    expect(err).toContain('not everything was done');
    emulator.setFault(undefined);
    expect(await provision(CONFIG)).toMatchObject({ status: 0 });
    expect(await attachedTo(NAME)).toEqual([NAME]);
  });

  it('leaves no other half untried when RAM cannot be reached', async () => {
    emulator.setFault(({ action }) => (action === 'GetRole' ? { kind: 'reset', when: 'before' } : undefined));
    const waits = vi.spyOn(systemClock, 'sleep').mockResolvedValue();
    onTestFinished(() => waits.mockRestore());
    const { status, out } = await provision(CONFIG);
    expect(status).toBe(1);
    expect(
      states(out)
        .slice(0, 4)
        .map(([, , state]) => state),
    ).toEqual(['failed', 'skipped', 'skipped', 'exists']);
    expect(waits).toHaveBeenCalled();
  });

  it('is told when nobody signs', async () => {
    vi.unstubAllEnvs();
    const { status, err } = await provision(CONFIG);
    expect(status).toBe(1);
    expect(err).toContain('no credentials; set ALIBABA_CLOUD_ACCESS_KEY_ID');
    expect(emulator.requests).toEqual([]);
  });

  it('is told when STS does not know the key', async () => {
    signWith('nobodys-access-key', 'nobodys-secret');
    const { status, err } = await provision(CONFIG);
    expect(status).toBe(1);
    expect(err).toContain('STS does not say whose these credentials are: InvalidAccessKeyId');
    expect(writes()).toEqual([]);
  });
});

describe('--dry-run', () => {
  it('prints the role too, and asks nobody', async () => {
    const { status, out, err } = await provision(CONFIG, '--dry-run', '--function-role', ROLE);
    expect(status).toBe(0);
    const { role, project } = JSON.parse(out);
    expect(project).toBe('ops-audit');
    expect(role).toEqual({
      roleName: NAME,
      description: expect.any(String),
      trustPolicy: own?.trustPolicy,
      policies: [{ policyName: NAME, document: own?.policies[0] }],
    });
    expect(states(err).slice(0, 3)).toEqual([
      ['role', NAME, 'planned'],
      ['policy', NAME, 'planned'],
      ['attachment', NAME, 'planned'],
    ]);
    expect(emulator.requests).toEqual([]);
  });

  it('is valid JSON without an account, which it leaves open', async () => {
    const { out } = await provision(CONFIG, '--dry-run', '--json', '--only', 'ram');
    const printed: unknown = JSON.parse(out);
    expect(isObject(printed) && Object.keys(printed)).toEqual(['role']);
    expect(out).toContain('acs:cbn:cn-hangzhou:*:flowlog/*');
  });
});
