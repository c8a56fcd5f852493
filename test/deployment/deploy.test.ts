/** The whole deployment with the real Serverless Devs, into the emulator, and the way back. */
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../lib/emulator/emulator.ts';
import { objectAt, objectsAt } from '../../lib/json.ts';
import type { Terminal } from '../../lib/tool/io.ts';
import { commandLine } from '../support/command-line.ts';
import { rpcClient } from '../support/emulator-clients.ts';
import { type Deployment, handedOver, install, USER_S_YAML, withStandIn } from './serverless-devs.ts';

vi.setConfig({ testTimeout: 240_000 });

const ACCOUNT = '1234567890123456';
const RETAIL = '3333333333333333';
const KEY = {
  accessKeyId: 'STS.deployer',
  accessKeySecret: 'deployers-secret',
  securityToken: 'deployers-token',
};
const NAME = 'flow-log-scheduler';
const RECORD_TO = { regionId: 'cn-beijing', project: 'netops-audit', logstore: 'audit' };
const RETAIL_ROLE = `acs:ram::${RETAIL}:role/retail`;

const entry = (flowLogId: string, schedule: string, more: object = {}) => ({
  ...{ flowLogId, regionId: 'cn-hangzhou', schedule },
  ...more,
});
const CONFIG = {
  timezone: 'Asia/Shanghai',
  schedules: {
    always: { windows: [{ days: 'daily', from: '00:00', to: '24:00' }] },
    never: { windows: [] },
  },
  flowLogs: [entry('flowlog-on', 'always'), entry('flowlog-off', 'never')],
};
const GROWN = { ...CONFIG, flowLogs: [...CONFIG.flowLogs, entry('flowlog-new', 'never')] };
const WITH_RETAIL = {
  ...CONFIG,
  accounts: { retail: { roleArn: RETAIL_ROLE } },
  flowLogs: [...CONFIG.flowLogs, entry('flowlog-retail', 'always', { account: 'retail' })],
};

let emulator: Emulator;
let cwd: string;
beforeEach(async () => {
  cwd = process.cwd();
  emulator = await startEmulator({
    accounts: [
      {
        accountId: ACCOUNT,
        accessKeys: [KEY],
        flowLogs: [
          { flowLogId: 'flowlog-on', regionId: 'cn-hangzhou', status: 'Inactive' },
          { flowLogId: 'flowlog-off', regionId: 'cn-hangzhou' },
          { flowLogId: 'flowlog-new', regionId: 'cn-hangzhou' },
        ],
      },
      {
        accountId: RETAIL,
        accessKeys: [{ accessKeyId: 'retail', accessKeySecret: 'retail-secret' }],
        flowLogs: [{ flowLogId: 'flowlog-retail', regionId: 'cn-hangzhou' }],
      },
    ],
    logstores: [
      { ...RECORD_TO, accountId: ACCOUNT },
      { project: 'foreign', logstore: 'theirs', regionId: 'cn-beijing', accountId: RETAIL },
    ],
    modifyingMs: 5,
  });
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_ID', KEY.accessKeyId);
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', KEY.accessKeySecret);
  vi.stubEnv('ALIBABA_CLOUD_SECURITY_TOKEN', KEY.securityToken);
});
afterEach(async () => {
  process.chdir(cwd);
  vi.unstubAllEnvs();
  await emulator.close();
});

interface Project extends Deployment {
  configure(config: object): void;
  flowLogs(
    args: readonly string[],
    more?: { env?: Readonly<Record<string, string>>; ask?: Terminal['ask'] },
  ): ReturnType<typeof commandLine>;
}

function project({ config = CONFIG as object, recordTo = RECORD_TO as unknown, dotEnv = '' } = {}): Project {
  const made = withStandIn({ source: USER_S_YAML, configFile: 'flow-logs.yaml', config, recordTo, dotEnv });
  install(made);
  process.chdir(made.folder);
  const { url } = emulator;
  const endpoints = {
    CBN_ENDPOINT: url,
    SLS_ENDPOINT: url,
    STS_ENDPOINT: url,
    RAM_ENDPOINT: url,
    FC_ENDPOINT: url,
  };
  const usual = {
    ...endpoints,
    FC_CODE_TEMP_OSS_ENDPOINT: url,
    HOME: join(made.folder, '../home'),
    PATH: [dirname(process.execPath), process.env.PATH].join(':'),
  };
  return {
    ...made,
    configure: (changed) =>
      writeFileSync(join(made.folder, 'flow-logs.yaml'), JSON.stringify({ ...changed, recordTo })),
    flowLogs: (args, { env = {}, ask } = {}) => commandLine(args, { ...usual, ...env }, { ask }),
  };
}

/** What was changed in the cloud, in turn. */
const writes = () =>
  emulator.requests
    .map(({ action }) => action)
    .filter((action) => /^(Create|Update|Attach|Delete|Active|Deactive|Tag|Untag)|^PutAsync/.test(action));
const status = (flowLogId: string) => emulator.flowLog(flowLogId).status;

async function policyVersions(): Promise<readonly unknown[]> {
  const ask = rpcClient<unknown>(emulator, '2015-05-01', KEY);
  const { body } = await ask('ListPolicyVersions', { PolicyName: NAME, PolicyType: 'Custom' });
  return objectsAt(objectAt(objectAt(body).PolicyVersions).PolicyVersion).map(({ VersionId }) => VersionId);
}

describe('flow-logs deploy', () => {
  it('deploys everything, then nothing, then what a flow log more needs', async () => {
    const { flowLogs, configure, ...made } = project();
    const first = await flowLogs(['deploy', '--yes']);
    expect(first).toMatchObject({ status: 0, err: '' });
    for (const what of [
      'role',
      'policy',
      'attachment',
      'index',
      'dashboard',
      'alert',
      'logstore',
      'function',
      'timer',
    ]) {
      expect(first.out).toMatch(new RegExp(`^create +${what} `, 'm'));
      expect(first.out).toMatch(new RegExp(`^created ${what} `, 'm'));
    }
    // What the first run will do is known before anything calls it.
    expect(first.out).toMatch(/^flowlog-on .* activate +planned/m);
    expect(first.out.indexOf('planned')).toBeLessThan(first.out.indexOf('created timer'));
    const actions = emulator.requests.map(({ action }) => action);
    expect(actions.indexOf('DescribeFlowlogs')).toBeLessThan(actions.indexOf('CreateTrigger'));
    expect(handedOver(made)).toMatchObject([
      { accountId: ACCOUNT, accessKeyId: KEY.accessKeyId, hasToken: true },
    ]);
    expect(first.out).toContain('status: ok, 2 flow logs, 2 to change at the next tick');
    expect([status('flowlog-on'), status('flowlog-off')]).toEqual(['Inactive', 'Active']);
    expect(await emulator.fireTimer(NAME, 'tick')).toMatchObject({ ok: true });
    expect([status('flowlog-on'), status('flowlog-off')]).toEqual(['Active', 'Inactive']);

    const before = writes().length;
    const second = await flowLogs(['deploy', '--yes']);
    expect(second).toMatchObject({ status: 0, err: '' });
    expect(second.out).toContain('nothing to change: everything is there as it should be');
    expect(second.out).not.toMatch(/^(create|change)/m);
    expect(writes()).toHaveLength(before);
    expect(handedOver(made)).toHaveLength(1);

    configure(GROWN);
    const third = await flowLogs(['deploy', '--yes', '--json']);
    expect(third.status).toBe(0);
    expect(third.err).toContain(`changed policy ${NAME}: its default version is v2 now`);
    expect(third.err).toContain(`changed function ${NAME}`);
    expect(third.err).toContain('status: ok, 3 flow logs, 1 to change at the next tick');
    expect(JSON.parse(third.out)).toMatchObject({
      ...{
        ok: true,
        changed: true,
        accountId: ACCOUNT,
        function: NAME,
        regionId: 'cn-beijing',
        notPlanned: [],
      },
      plan: { summary: { planned: 1 } },
      items: expect.arrayContaining([
        { kind: 'function', name: NAME, state: 'updated', detail: '' },
        { kind: 'timer', name: 'tick', state: 'exists', detail: '' },
      ]),
      status: { ok: true, digests: { code: expect.any(String), config: expect.any(String) } },
    });
    expect(await policyVersions()).toEqual(['v1', 'v2']);
    expect(writes().slice(before)).not.toContain('CreateRole');
  });

  it('asks once, changes nothing for anything but a yes, and goes on after what failed', async () => {
    const { flowLogs } = project();
    const questions: string[] = [];
    const answering =
      (answer: string): Terminal['ask'] =>
      async (question) => {
        questions.push(question);
        return answer;
      };
    const refused = await flowLogs(['deploy'], { ask: answering('') });
    expect(refused).toMatchObject({ status: 1, err: 'nothing was changed\n' });
    expect(questions).toEqual([
      expect.stringMatching(/^Create \d+\? From then on the timer runs\. \[y\/N\] $/),
    ]);
    expect(writes()).toEqual([]);
    expect(await flowLogs(['deploy', '--dry-run'])).toMatchObject({
      status: 0,
      out: expect.stringContaining('nothing was changed (--dry-run)'),
    });
    expect(writes()).toEqual([]);

    emulator.setFault(({ action }) =>
      action === 'CreateDashboard' ? { kind: 'error', code: 'Unauthorized', status: 403 } : undefined,
    );
    const half = await flowLogs(['deploy'], { ask: answering('y') });
    expect(half.status).toBe(1);
    expect(half.out).toContain(`created role ${NAME}`);
    expect(half.err).toMatch(/failed dashboard audit-overview: .*log:CreateDashboard/);
    expect(half.err).toMatch(
      /not done: .*function flow-log-scheduler, timer tick\. What was created or changed stays/,
    );
    expect(writes()).not.toContain('CreateFunction');
    expect(questions).toHaveLength(2);
    emulator.setFault(undefined);
    expect(await flowLogs(['deploy', '--yes'])).toMatchObject({ status: 0, err: '' });
  });

  it('stops before anything is changed when the plan has failures, unless a person wants it so', async () => {
    const { flowLogs } = project({
      config: { ...CONFIG, flowLogs: [...CONFIG.flowLogs, entry('flowlog-gone', 'always')] },
    });
    const refused = await flowLogs(['deploy', '--yes']);
    expect(refused).toMatchObject({
      status: 1,
      out: expect.stringMatching(/^flowlog-gone: FlowLogNotFound: /m),
      err:
        'nothing was changed, since 1 flow log fails in the plan above: remove the cause, or add --with-failures to deploy ' +
        'all the same\n',
    });
    expect((await flowLogs(['deploy', '--dry-run'])).status).toBe(1);
    const questions: string[] = [];
    const ask = async (question: string) => {
      questions.push(question);
      return '';
    };
    expect(await flowLogs(['deploy'], { ask })).toMatchObject({ status: 1, err: 'nothing was changed\n' });
    expect(questions).toEqual([
      expect.stringMatching(/^Create \d+, although 1 flow log fails in the plan\? /),
    ]);
    expect(writes()).toEqual([]);
    expect((await flowLogs(['deploy', '--yes', '--with-failures'])).out).toContain(
      `created function ${NAME}`,
    );
  });

  it('says why when only RAM and SLS had to change and the function is another one then', async () => {
    const { flowLogs } = project();
    expect(await flowLogs(['deploy', '--yes'])).toMatchObject({ status: 0, err: '' });
    const ask = rpcClient<unknown>(emulator, '2015-05-01', KEY);
    await ask('DetachPolicyFromRole', { PolicyName: NAME, PolicyType: 'Custom', RoleName: NAME });
    // Somebody else deletes the timer while RAM is set up.
    emulator.setFault(({ action }) =>
      action === 'ListTriggers' && writes().at(-1) === 'AttachPolicyToRole'
        ? { kind: 'error', code: 'TriggerNotFound', status: 404 }
        : undefined,
    );
    const { status: ended, err } = await flowLogs(['deploy', '--yes']);
    expect(ended).toBe(1);
    expect(err).toMatch(/^function flow-log-scheduler is not there$/m);
  });

  it('names accounts that only the function reaches, and what to do about them', async () => {
    const { flowLogs } = project({ config: WITH_RETAIL });
    const { status, out, err } = await flowLogs(['deploy', '--yes']);
    expect(out).toContain(`account retail is not planned: these credentials may not assume ${RETAIL_ROLE}`);
    expect(out).toMatch(/^flowlog-on .* planned/m);
    expect({ status, err }).toEqual({
      status: 1,
      err: 'the function is deployed, and says that not all is well: see above\n',
    });
    expect(out).toContain(
      `npx flow-logs provision --account retail --function-role acs:ram::${ACCOUNT}:role/${NAME}`,
    );
  });

  it('believes nobody: what is not there is not deployed, whatever Serverless Devs says', async () => {
    const { flowLogs } = project();
    // Without it the stand-in does nothing, and says nothing either.
    const { status, out, err } = await flowLogs(['deploy', '--yes'], {
      env: { FC_CODE_TEMP_OSS_ENDPOINT: '' },
    });
    expect(status).toBe(1);
    expect(err).toContain('Serverless Devs ended with status 0; read back:');
    expect(err).toContain(`function ${NAME} is not there`);
    expect(err).toContain(
      `done: RAM, SLS; not done: function ${NAME}, timer tick. Remove the cause, and deploy again`,
    );
    expect(out).toContain('created role');
    expect(out).not.toContain('created function');
  });

  it('says what is done, done in part, and not done', async () => {
    const { flowLogs, configure } = project();
    const failing = (name: string) =>
      emulator.setFault(({ action }) =>
        action === name ? { kind: 'error', code: 'InvalidArgument', status: 400 } : undefined,
      );
    failing('CreateTrigger');
    const first = await flowLogs(['deploy', '--yes']);
    expect(first.status).toBe(1);
    expect(first.err).toContain(
      `done: RAM, SLS; done in part: function ${NAME}; not done: timer tick. Remove the cause, and deploy again`,
    );
    emulator.setFault(undefined);
    expect(await flowLogs(['deploy', '--yes'])).toMatchObject({ status: 0, err: '' });

    configure(GROWN);
    failing('UpdateTrigger');
    const { status, out, err } = await flowLogs(['deploy', '--yes', '--json'], {
      env: { TICK: '0 */10 * * * *' },
    });
    expect(status).toBe(1);
    expect(err).toContain(`function ${NAME} is as it should be`);
    expect(err).toContain(`done: RAM, SLS, function ${NAME}; not done: timer tick.`);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      items: expect.arrayContaining([
        { kind: 'function', name: NAME, state: 'updated', detail: '' },
        { kind: 'timer', name: 'tick', state: 'differs', detail: expect.stringContaining('cronExpression') },
      ]),
    });
  });
});

describe('flow-logs deploy refuses, having changed nothing,', () => {
  const OTHER_ROLE = `acs:ram::${RETAIL}:role/${NAME}`;
  it.each<
    [
      string,
      { config?: object; recordTo?: unknown; dotEnv?: string; env?: Readonly<Record<string, string>> },
      string,
    ]
  >([
    [
      'AccountID of another account',
      { env: { AccountID: RETAIL, AccessKeyID: 'a', AccessKeySecret: 'b' } },
      `two different accounts: AccountID is ${RETAIL}`,
    ],
    [
      'a role of another account',
      { dotEnv: `ROLE_ARN=${OTHER_ROLE}\n` },
      `the role in s.yaml (ROLE_ARN) belongs to account ${RETAIL}`,
    ],
    [
      'a region without Function Compute',
      { dotEnv: 'REGION=cn-nowhere\nFC_LOG_PROJECT=x\n' },
      'Function Compute is not available in cn-nowhere; set REGION in .env to one of',
    ],
    [
      'a timer with five fields',
      { dotEnv: 'TICK=*/5 * * * *\n' },
      'timer tick: cronExpression "*/5 * * * *" is none of Function Compute: expected six fields',
    ],
    [
      "a region without the function's own log",
      { dotEnv: 'REGION=cn-shanghai\n' },
      'FC_LOG_PROJECT is not set: put FC_LOG_PROJECT=… into a file .env beside s.yaml',
    ],
    [
      'a project that is not there',
      { recordTo: { ...RECORD_TO, project: 'nobodys' } },
      'Project nobodys does not exist in cn-beijing',
    ],
    [
      'a project of another account',
      { recordTo: { ...RECORD_TO, project: 'foreign', logstore: 'theirs' } },
      'project foreign belongs to another account',
    ],
    [
      "records in the function's own log",
      { recordTo: { ...RECORD_TO, logstore: 'flow-log-scheduler-function' } },
      'each record would be there twice',
    ],
    [
      'a config that is not valid',
      { config: { ...CONFIG, timezone: 'Asia/Shangai' } },
      'flow-logs.yaml is not valid',
    ],
  ])('%s', async (_, { env = {}, ...setUp }, message) => {
    const { flowLogs } = project(setUp);
    for (const how of ['--dry-run', '--yes']) {
      const { status, err } = await flowLogs(['deploy', how], { env });
      expect(status).toBe(1);
      expect(err).toContain(message);
    }
    expect(writes()).toEqual([]);
  });

  it('no terminal to ask on', async () => {
    const { flowLogs } = project();
    for (const command of ['deploy', 'remove']) {
      const { status, err } = await flowLogs([command]);
      expect(status).toBe(2);
      expect(err).toContain('there is no terminal to ask on: add --yes');
    }
    expect(emulator.requests).toEqual([]);
  });

  it('no credentials', async () => {
    vi.unstubAllEnvs();
    const { flowLogs } = project();
    expect(await flowLogs(['deploy', '--yes'])).toMatchObject({
      status: 1,
      err: expect.stringContaining('no credentials; set ALIBABA_CLOUD_ACCESS_KEY_ID'),
    });
    expect(emulator.requests).toEqual([]);
  });

  it("a function of that name that is somebody else's", async () => {
    const { flowLogs } = project();
    emulator.setFault(({ action }) =>
      action === 'GetFunction'
        ? {
            kind: 'raw',
            status: 200,
            body: '{"functionName":"flow-log-scheduler","runtime":"python3.12","handler":"main.run"}',
          }
        : undefined,
    );
    for (const args of [
      ['deploy', '--yes'],
      ['remove', '--yes'],
    ]) {
      const { status, err } = await flowLogs(args);
      expect(status).toBe(1);
      expect(err).toContain('is another function than the scheduler: its runtime is python3.12');
      expect(writes()).toEqual([]);
    }
  });

  it('a folder that is no project', async () => {
    const { flowLogs, folder } = project();
    rmSync(join(folder, 's.yaml'));
    expect(await flowLogs(['deploy', '--yes'])).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^there is no s\.yaml in .*flow-logs init/),
    });
  });
});

describe('flow-logs remove', () => {
  const tags = (flowLogId: string) => Object.keys(emulator.flowLog(flowLogId).tags);

  it('leaves the flow logs Active, without overrides, function and timer', async () => {
    const { flowLogs } = project();
    expect(await flowLogs(['deploy', '--yes'])).toMatchObject({ status: 0 });
    await emulator.fireTimer(NAME, 'tick');
    expect([status('flowlog-on'), status('flowlog-off')]).toEqual(['Active', 'Inactive']);
    await flowLogs(['override', 'set', '--status', 'Inactive', '--for', '1h', '--flow-log', 'flowlog-on']);
    expect(tags('flowlog-on')).toEqual(['flow-log-scheduler:override']);

    emulator.setFault(({ action }) =>
      action === 'ActiveFlowLog' ? { kind: 'error', code: 'NoPermission', status: 403 } : undefined,
    );
    const half = await flowLogs(['remove', '--yes', '--keep', 'Active']);
    expect(half.status).toBe(1);
    expect(half.err).toContain(`The timer is removed; function ${NAME} is still there`);
    expect(writes()).not.toContain('DeleteFunction');
    emulator.setFault(undefined);

    const questions: string[] = [];
    const ask = async (question: string) => {
      questions.push(question);
      return questions.length === 1 ? 'Active' : 'yes';
    };
    const { status: exit, out } = await flowLogs(['remove'], { ask });
    expect(exit).toBe(0);
    expect(questions).toEqual([
      'Which status shall the flow logs keep? Active, Inactive, or as-is [as-is] ',
      expect.stringMatching(
        /^Remove function flow-log-scheduler and its timer and all overrides, and leave every/,
      ),
    ]);
    expect([status('flowlog-on'), status('flowlog-off')]).toEqual(['Active', 'Active']);
    expect(tags('flowlog-on')).toEqual([]);
    expect(writes().at(-1)).toBe('DeleteFunction');
    for (const line of [
      `removed function ${NAME}`,
      `RAM role ${NAME}`,
      'Logstore audit of project netops-audit',
    ]) {
      expect(out).toContain(line);
    }
  });

  it('leaves each flow log as it is, and has no function to remove the second time', async () => {
    const { flowLogs } = project();
    await flowLogs(['override', 'set', '--status', 'Active', '--for', '1h', '--flow-log', 'flowlog-off']);
    const { status: exit, out } = await flowLogs(['remove', '--yes']);
    expect(exit).toBe(0);
    expect(out).toContain(`there is no function ${NAME}`);
    expect(out).toContain('1 flow log Inactive: nothing enables them any more');
    expect([status('flowlog-on'), status('flowlog-off')]).toEqual(['Inactive', 'Active']);
    expect(tags('flowlog-off')).toEqual([]);
  });

  it('changes nothing without a yes', async () => {
    const { flowLogs } = project();
    const { status: exit, err } = await flowLogs(['remove', '--keep', 'Active'], { ask: async () => 'n' });
    expect({ exit, err }).toEqual({ exit: 1, err: 'nothing was changed\n' });
    expect(writes()).toEqual([]);
  });

  it('changes nothing when whoever is asked leaves, and asks no more', async () => {
    const { flowLogs } = project();
    const asked: string[] = [];
    const ask = async (question: string) => {
      asked.push(question);
      return null;
    };
    const { status: exit, err } = await flowLogs(['remove'], { ask });
    expect({ exit, err, asked: asked.length }).toEqual({ exit: 1, err: '\nnothing was changed\n', asked: 1 });
    expect(writes()).toEqual([]);
  });

  it('changes nothing where it cannot know all flow logs', async () => {
    const flowLogs = [{ select: { regionId: 'cn-hangzhou', all: true }, schedule: 'always' }];
    const made = project({ config: { ...CONFIG, flowLogs } });
    emulator.setFault(({ action }) =>
      action === 'DescribeFlowlogs' ? { kind: 'error', code: 'NoPermission', status: 403 } : undefined,
    );
    const { status: exit, err } = await made.flowLogs(['remove', '--yes', '--keep', 'Active']);
    expect(exit).toBe(1);
    expect(err).toMatch(/NoPermission.*\nnothing was changed\n$/s);
    expect(writes()).toEqual([]);
  });

  it('says which flow logs it could not leave as asked for', async () => {
    const { flowLogs } = project({ config: WITH_RETAIL });
    const { status: exit, err } = await flowLogs(['remove', '--yes', '--keep', 'Inactive']);
    expect(exit).toBe(1);
    expect(err).toContain(`left as they are, overrides too: the flow logs of account retail`);
    expect([status('flowlog-on'), status('flowlog-off'), status('flowlog-retail')]).toEqual([
      'Inactive',
      'Inactive',
      'Active',
    ]);
  });
});
