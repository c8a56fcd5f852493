/** A user's project that Serverless Devs itself deploys into an emulator, which is a new one for each test. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../lib/emulator/emulator.ts';
import type { Terminal } from '../../lib/tool/io.ts';
import { commandLine } from '../support/command-line.ts';
import { type Deployment, install, USER_S_YAML, withStandIn } from './serverless-devs.ts';

vi.setConfig({ testTimeout: 240_000 });

export const ACCOUNT = '1234567890123456';
export const RETAIL = '3333333333333333';
export const KEY = {
  accessKeyId: 'STS.deployer',
  accessKeySecret: 'deployers-secret',
  securityToken: 'deployers-token',
};
export const NAME = 'flow-log-scheduler';
export const RECORD_TO = { regionId: 'cn-beijing', project: 'netops-audit', logstore: 'audit' };
export const RETAIL_ROLE = `acs:ram::${RETAIL}:role/retail`;

export const entry = (flowLogId: string, schedule: string, more: object = {}) => ({
  ...{ flowLogId, regionId: 'cn-hangzhou', schedule },
  ...more,
});
export const CONFIG = {
  timezone: 'Asia/Shanghai',
  schedules: {
    always: { windows: [{ days: 'daily', from: '00:00', to: '24:00' }] },
    never: { windows: [] },
  },
  flowLogs: [entry('flowlog-on', 'always'), entry('flowlog-off', 'never')],
};
export const WITH_RETAIL = {
  ...CONFIG,
  accounts: { retail: { roleArn: RETAIL_ROLE } },
  flowLogs: [...CONFIG.flowLogs, entry('flowlog-retail', 'always', { account: 'retail' })],
};

/** `s.yaml` with its step as a path: npx takes most of a second to find the same program. */
const WITHOUT_NPX = USER_S_YAML.replace('npx --no flow-logs ', 'node_modules/.bin/flow-logs ');
if (WITHOUT_NPX === USER_S_YAML) throw new Error('the step of s.yaml is another one');

export let emulator: Emulator;
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

export function project({
  config = CONFIG as object,
  recordTo = RECORD_TO as unknown,
  dotEnv = '',
  source = WITHOUT_NPX,
} = {}): Project {
  const made = withStandIn({ source, configFile: 'flow-logs.yaml', config, recordTo, dotEnv });
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
export const writes = () =>
  emulator.requests
    .map(({ action }) => action)
    .filter((action) => /^(Create|Update|Attach|Delete|Active|Deactive|Tag|Untag)|^PutAsync/.test(action));
export const status = (flowLogId: string) => emulator.flowLog(flowLogId).status;
