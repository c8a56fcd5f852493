import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '../../lib/emulator/emulator.ts';
import type { Answer } from '../../lib/function/answer.ts';
import { alibabaFc, fc } from '../support/alibaba-fc.ts';
import { thrown } from '../support/emulator-clients.ts';
import { handedOver, install, USER_S_YAML, withStandIn } from './serverless-devs.ts';

/** Serverless Devs itself deploys a user's project into the emulator, and what it deployed runs there. */
const ACCOUNT = '1234567890123456';
const KEY = { accessKeyId: 'STS.deployer', accessKeySecret: 'deployers-secret', securityToken: 'token' };
const F = 'flow-log-scheduler';
const RECORD_TO = { regionId: 'cn-beijing', project: 'netops-audit', logstore: 'audit' };

const configWith = (...days: readonly string[]) => ({
  timezone: 'UTC',
  schedules: { s: { windows: days.map((day) => ({ days: day, from: '00:00', to: '24:00' })) } },
  flowLogs: [{ flowLogId: 'flowlog-1', regionId: 'cn-hangzhou', schedule: 's' }],
});

async function project() {
  const emulator = await startEmulator({
    accounts: [
      {
        accountId: ACCOUNT,
        accessKeys: [KEY],
        roles: [{ name: F, trusts: [], services: ['fc.aliyuncs.com'] }],
        flowLogs: [{ flowLogId: 'flowlog-1', regionId: 'cn-hangzhou', status: 'Inactive' }],
      },
    ],
    logstores: [RECORD_TO, { ...RECORD_TO, logstore: 'flow-log-scheduler-function' }],
    modifyingMs: 5,
  });
  onTestFinished(() => emulator.close());
  const made = withStandIn({
    source: USER_S_YAML,
    configFile: 'flow-logs.yaml',
    config: configWith(),
    recordTo: RECORD_TO,
    env: {
      FC_CLIENT_CUSTOM_ENDPOINT: emulator.url,
      FC_CODE_TEMP_OSS_ENDPOINT: emulator.url,
      deployer_serverless_devs_key: JSON.stringify({
        AccountID: ACCOUNT,
        AccessKeyID: KEY.accessKeyId,
        AccessKeySecret: KEY.accessKeySecret,
        SecurityToken: KEY.securityToken,
      }),
    },
  });
  install(made);
  const client = alibabaFc(emulator.port, KEY);
  return {
    emulator,
    made,
    client,
    s: (...args: readonly string[]) => made.run(...args, '-a', 'deployer_serverless_devs_key'),
    configure: (config: object) =>
      writeFileSync(join(made.folder, 'flow-logs.yaml'), JSON.stringify({ ...config, recordTo: RECORD_TO })),
    invoke: async (payload: object) => {
      const body = Readable.from([Buffer.from(JSON.stringify(payload))]);
      const answer = await client.invokeFunction(F, new fc.InvokeFunctionRequest({ body }));
      return JSON.parse(answer.body === undefined ? '' : await text(answer.body)) as Answer;
    },
  };
}

it('deploys what runs then, deploys it again with another config, and removes it', {
  timeout: 180_000,
}, async () => {
  const { emulator, made, client, s, configure, invoke } = await project();
  expect(await s('deploy', '-y')).toMatchObject({ status: 0 });
  expect(handedOver(made)).toMatchObject([{ command: 'deploy', accountId: ACCOUNT, hasToken: true }]);
  const { body } = await client.getFunction(F, new fc.GetFunctionRequest({}));
  expect(body).toMatchObject({
    functionArn: `acs:fc:cn-beijing:${ACCOUNT}:functions/${F}`,
    role: `acs:ram::${ACCOUNT}:role/${F}`,
    timeout: 180,
    logConfig: { project: RECORD_TO.project, logstore: 'flow-log-scheduler-function' },
  });
  const retries = await client.getAsyncInvokeConfig(F, new fc.GetAsyncInvokeConfigRequest({}));
  expect(retries.body).toMatchObject({ maxAsyncRetryAttempts: 0, maxAsyncEventAgeInSeconds: 300 });
  const status = await invoke({ action: 'status' });
  expect(status).toMatchObject({ ok: true, flowLogs: [{ observed: 'Inactive', desired: 'Inactive' }] });

  configure(configWith('daily'));
  expect(await s('deploy', '-y')).toMatchObject({ status: 0 });
  expect(await emulator.fireTimer(F, 'tick')).toMatchObject({ ok: true });
  expect(emulator.flowLog('flowlog-1').status).toBe('Active');
  expect(emulator.logs(RECORD_TO.project, RECORD_TO.logstore).map(({ contents }) => contents)).toContainEqual(
    expect.objectContaining({ kind: 'run', trigger: 'timer', triggerName: 'tick', ok: 'true' }),
  );

  for (const _ of ['first', 'second']) {
    expect(await s('remove', '-y')).toMatchObject({ status: 0 });
    expect((await client.listFunctions(new fc.ListFunctionsRequest({}))).body?.functions).toEqual([]);
  }
});

it("deploys nothing where the project of the function's own log is missing", {
  timeout: 60_000,
}, async () => {
  const { made, s, client } = await project();
  writeFileSync(join(made.folder, '.env'), 'FC_LOG_PROJECT=not-there\n');
  const { status, said } = await s('deploy', '-y');
  expect(status).not.toBe(0);
  expect(said).toContain("project 'not-there' does not exist");
  expect(await thrown(client.getFunction(F, new fc.GetFunctionRequest({})))).toMatchObject({
    code: 'FunctionNotFound',
  });
});
