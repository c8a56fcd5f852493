import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { crc64 } from '../../lib/emulator/crc64.ts';
import { type EmulatorOptions, startEmulator } from '../../lib/emulator/emulator.ts';
import { alibabaFc, alibabaFc2, alibabaOss, fc } from '../support/alibaba-fc.ts';
import { alibabaRam, ram } from '../support/alibaba-ram.ts';
import { DEFAULT_KEY, openApiClient, rpcClient, thrown } from '../support/emulator-clients.ts';

/** Alibaba's own clients deploy functions to the emulator. */
const [ONE, TWO] = ['1111111111111111', '2222222222222222'];
const SECOND_KEY = { accessKeyId: 'second-id', accessKeySecret: 'second-secret' };

async function start(options: EmulatorOptions = {}) {
  const emulator = await startEmulator({
    accounts: [
      {
        accountId: ONE,
        accessKeys: [DEFAULT_KEY],
        roles: [
          { name: 'scheduler', trusts: [], services: ['fc.aliyuncs.com'] },
          { name: 'closed', trusts: [ONE] },
        ],
        flowLogs: [{ flowLogId: 'flowlog-1', regionId: 'cn-hangzhou' }],
      },
      { accountId: TWO, accessKeys: [SECOND_KEY] },
    ],
    logstores: [{ project: 'audit', logstore: 'function', regionId: 'cn-beijing' }],
    ...options,
  });
  onTestFinished(() => emulator.close());
  return { emulator, client: alibabaFc(emulator.port), second: alibabaFc(emulator.port, SECOND_KEY) };
}

const zipOf = (files: Readonly<Record<string, string>>): Buffer =>
  Buffer.from(
    zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))),
  );
const codeOf = (body: string, files: Readonly<Record<string, string>> = {}) => ({
  zipFile: zipOf({
    'index.js': `exports.handler = async (event, context) => { ${body} };`,
    ...files,
  }).toString('base64'),
});
const TELLS = codeOf('return { event: event.toString(), context, env: process.env }');

const F = 'scheduler';
const ROLE = `acs:ram::${ONE}:role/scheduler`;

type Client = ReturnType<typeof alibabaFc>;

const newFunction = (more: object = {}) =>
  new fc.CreateFunctionRequest({
    body: new fc.CreateFunctionInput({
      functionName: F,
      runtime: 'nodejs20',
      handler: 'index.handler',
      code: new fc.InputCodeLocation(TELLS),
      ...more,
    }),
  });
const changes = (more: object) => new fc.UpdateFunctionRequest({ body: new fc.UpdateFunctionInput(more) });
const timer = (more: object = {}) => ({
  triggerName: 'tick',
  triggerType: 'timer',
  qualifier: 'LATEST',
  triggerConfig: JSON.stringify({
    cronExpression: 'CRON_TZ=Asia/Shanghai 0 */5 * * * *',
    enable: true,
    payload: '',
  }),
  ...more,
});
const newTimer = (more: object = {}) =>
  new fc.CreateTriggerRequest({ body: new fc.CreateTriggerInput(timer(more)) });
const config = (cronExpression: string, more: object = {}) =>
  JSON.stringify({ cronExpression, enable: true, ...more });

/** Code that prints `begun` and answers once the file exists that the variable GO names. */
const waitsToAnswer = (answer: string) => `
  console.log('begun');
  while (!require('node:fs').existsSync(process.env.GO)) await new Promise((resolve) => setTimeout(resolve, 5));
  return ${answer};`;

/** A path at which nothing is until `go`, and what becomes visible of the functions meanwhile. */
function gate() {
  const folder = mkdtempSync(join(tmpdir(), 'gate-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'go');
  const printed: string[] = [];
  return {
    environmentVariables: { GO: path },
    print: (line: string) => void printed.push(line),
    begun: () => vi.waitFor(() => expect(printed.join('')).toContain('begun'), 5_000),
    go: () => writeFileSync(path, ''),
  };
}

interface Told {
  readonly event: string;
  readonly context: {
    readonly credentials?: Readonly<Record<'accessKeyId' | 'accessKeySecret' | 'securityToken', string>>;
    readonly region: string;
    readonly accountId: string;
    readonly function: Readonly<Record<string, unknown>>;
  };
  readonly env: Readonly<Record<string, string>>;
}

/** What the function answered, as text. */
async function invoke(client: Client, payload = '{}', name = F): Promise<string> {
  const request = new fc.InvokeFunctionRequest({ body: Readable.from([Buffer.from(payload)]) });
  const { body } = await client.invokeFunction(name, request);
  return body === undefined ? '' : text(body);
}
const toldBy = async (client: Client, payload?: string) => JSON.parse(await invoke(client, payload)) as Told;
const codeFrom = async (promise: Promise<unknown>) => {
  const { code, statusCode } = await thrown(promise);
  return `${statusCode} ${code}`;
};
const read = async (client: Client) => (await client.getFunction(F, new fc.GetFunctionRequest({}))).body;

describe('a function', () => {
  test('is created, read, and run with what it was deployed with', async () => {
    const { client } = await start({ clock: { now: () => Date.parse('2026-11-26T02:00:00Z') } });
    const settings = {
      description: 'switches flow logs',
      memorySize: 128,
      cpu: 0.1,
      diskSize: 512,
      timeout: 180,
      role: ROLE,
      internetAccess: true,
      environmentVariables: { FLOW_LOGS_CONFIG: 'flow-logs.yaml' },
      logConfig: { project: 'audit', logstore: 'function', logBeginRule: 'None' },
    };
    const made = await client.createFunction(newFunction({ ...settings, layers: [] }));
    const expected = {
      ...settings,
      functionName: F,
      runtime: 'nodejs20',
      handler: 'index.handler',
      // The project of its log is there.
      functionArn: `acs:fc:cn-beijing:${ONE}:functions/${F}`,
      codeSize: Buffer.from(TELLS.zipFile, 'base64').length,
      codeChecksum: crc64(Buffer.from(TELLS.zipFile, 'base64')),
      createdTime: '2026-11-26T02:00:00Z',
      state: 'Active',
      lastUpdateStatus: 'Successful',
    };
    expect(made.body).toMatchObject(expected);
    expect(await read(client)).toMatchObject(expected);
    expect(await read(client)).not.toHaveProperty('layers');

    const { event, context, env } = await toldBy(client, '{"action":"status"}');
    expect(event).toBe('{"action":"status"}');
    expect(context).toMatchObject({
      accountId: ONE,
      region: 'cn-beijing',
      function: { name: F, handler: 'index.handler', memory: 128, timeout: 180 },
    });
    expect(env).toMatchObject({
      FLOW_LOGS_CONFIG: 'flow-logs.yaml',
      FC_REGION: 'cn-beijing',
      FC_FUNCTION_MEMORY_SIZE: '128',
      FC_ACCOUNT_ID: ONE,
    });
  });

  test('acts by its role, with credentials of 36 hours', async () => {
    const { emulator, client } = await start();
    await client.createFunction(newFunction({ role: ROLE }));
    const { credentials } = (await toldBy(client)).context;
    if (credentials === undefined) expect.fail('no credentials');
    const { accessKeyId, accessKeySecret, securityToken } = credentials;
    const key = { accessKeyId, accessKeySecret, securityToken };
    const who = await rpcClient<{ Arn: string }>(emulator, '2015-04-01', key)('GetCallerIdentity', {});
    expect(who.body.Arn).toBe(`acs:ram::${ONE}:assumed-role/scheduler/FunctionCompute`);
    const { body } = await openApiClient(emulator, key)('DescribeFlowlogs', { RegionId: 'cn-hangzhou' });
    expect(body.FlowLogs?.FlowLog).toMatchObject([{ FlowLogId: 'flowlog-1' }]);
    expect((await toldBy(client)).context.credentials).toEqual(credentials);
  });

  test('without a role has no credentials', async () => {
    const { client } = await start();
    await client.createFunction(newFunction());
    const { context, env } = await toldBy(client);
    expect(context).not.toHaveProperty('credentials');
    expect(env).not.toHaveProperty('ALIBABA_CLOUD_ACCESS_KEY_ID');
  });

  test('is not run with a role that is not there or does not trust Function Compute, until it does', async () => {
    const { emulator, client } = await start();
    await client.createFunction(newFunction({ role: `acs:ram::${ONE}:role/closed` }));
    expect(await codeFrom(invoke(client))).toBe('403 AccessDenied');
    const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'fc.aliyuncs.com' } };
    const newAssumeRolePolicyDocument = JSON.stringify({ Version: '1', Statement: [trust] });
    await alibabaRam(emulator.port).updateRole(
      new ram.UpdateRoleRequest({ roleName: 'closed', newAssumeRolePolicyDocument }),
    );
    expect((await toldBy(client)).context).toHaveProperty('credentials');
    await client.updateFunction(F, changes({ role: `acs:ram::${ONE}:role/gone` }));
    expect(await codeFrom(invoke(client))).toBe('403 AccessDenied');
  });

  test('loads the files beside its own, by the handler it names', async () => {
    const { client } = await start();
    const code = codeOf('', {
      'src/main.js': `exports.run = async () => require('./part.js') + require('fs').readFileSync('data/x', 'utf8')`,
      'src/part.js': `module.exports = 'part and '`,
      'src/data/x': 'data',
    });
    await client.createFunction(newFunction({ code, handler: 'src/main.run' }));
    expect(await invoke(client)).toBe('part and data');
  });

  test('is updated in part: code, settings, or both, and runs with that from then on', async () => {
    const { client } = await start();
    await client.createFunction(newFunction({ environmentVariables: { A: '1', B: '1' }, timeout: 5 }));
    await client.updateFunction(F, changes({ environmentVariables: { A: '2' } }));
    const { env } = await toldBy(client);
    expect([env.A, env.B]).toEqual(['2', undefined]);
    expect(await read(client)).toMatchObject({ timeout: 5, environmentVariables: { A: '2' } });
    const before = (await read(client))?.codeChecksum;
    await client.updateFunction(F, changes({ code: codeOf(`return 'new ' + process.env.A`) }));
    expect(await invoke(client)).toBe('new 2');
    expect((await read(client))?.codeChecksum).not.toBe(before);
  });

  test('goes on with what a call began with, while it is updated', async () => {
    const { environmentVariables, print, begun, go } = gate();
    const { client } = await start({ print });
    const code = codeOf(waitsToAnswer(`require('./part.js')`), { 'part.js': `module.exports = 'old'` });
    await client.createFunction(newFunction({ code, environmentVariables, timeout: 30 }));
    const first = invoke(client);
    await begun();
    await client.updateFunction(F, changes({ code: codeOf(`return 'new'`) }));
    expect(await invoke(client)).toBe('new');
    go();
    expect(await first).toBe('old');
  });

  test('is ended when it takes longer than its timeout', async () => {
    const { client } = await start();
    await client.createFunction(newFunction({ timeout: 1, code: codeOf('return new Promise(() => {})') }));
    expect(JSON.parse(await invoke(client))).toMatchObject({
      errorMessage: 'Function timed out after 1 seconds',
    });
  });

  test('is deleted with all that belongs to it, and leaves nothing on this machine', async () => {
    const unpacked = () =>
      readdirSync(tmpdir()).filter((name) => name.startsWith(`emulated-function-${process.pid}-`));
    const before = unpacked();
    const { client } = await start();
    await client.createFunction(newFunction());
    await client.createTrigger(F, newTimer());
    await invoke(client);
    expect(unpacked().length).toBe(before.length + 1);
    await client.deleteFunction(F);
    expect(await codeFrom(read(client))).toBe('404 FunctionNotFound');
    await vi.waitFor(() => expect(unpacked()).toEqual(before));
    await client.createFunction(newFunction());
    expect((await client.listTriggers(F, new fc.ListTriggersRequest({}))).body?.triggers).toEqual([]);
  });

  test('belongs to its account, where its name is taken', async () => {
    const { client, second } = await start();
    await client.createFunction(newFunction());
    expect(await codeFrom(client.createFunction(newFunction()))).toBe('409 FunctionAlreadyExists');
    expect(await codeFrom(second.deleteFunction(F))).toBe('404 FunctionNotFound');
    await second.createFunction(newFunction());
    expect((await toldBy(second)).context.accountId).toBe(TWO);
  });

  test('is listed by name, page by page', async () => {
    const { client } = await start();
    for (const functionName of ['b', 'a', 'ab']) await client.createFunction(newFunction({ functionName }));
    const list = async (query: object) => {
      const { body } = await client.listFunctions(new fc.ListFunctionsRequest(query));
      return { names: body?.functions?.map(({ functionName }) => functionName), next: body?.nextToken };
    };
    const first = await list({ limit: 2 });
    expect(first.names).toEqual(['a', 'ab']);
    expect(await list({ limit: 2, nextToken: first.next })).toEqual({ names: ['b'], next: undefined });
    expect((await list({ prefix: 'a' })).names).toEqual(['a', 'ab']);
  });

  test.each<[string, object]>([
    ['a name with a space', { functionName: 'a b' }],
    ['another language', { runtime: 'python3.10' }],
    ['no handler', { handler: undefined }],
    ['a handler without export', { handler: 'index' }],
    ['no time', { timeout: 0 }],
    ['memory that is no multiple of 64', { memorySize: 130 }],
    ['too little memory for its CPU', { memorySize: 128, cpu: 1 }],
    ['a role that is no ARN', { role: 'scheduler' }],
    ['a variable that is no text', { environmentVariables: { A: 1 } }],
    ['a log project that is not there', { logConfig: { project: 'none', logstore: 'function' } }],
    ['a Logstore that is not there', { logConfig: { project: 'audit', logstore: 'none' } }],
    ['no code', { code: undefined }],
    ['code that is no zip', { code: { zipFile: 'AAAA' } }],
    ['code of another checksum', { code: { ...TELLS, checksum: '1' } }],
    ['code that leaves its folder', { code: codeOf('', { '../x': '' }) }],
    ['code that is not in OSS', { code: { ossBucketName: 'b', ossObjectName: `${ONE}/x` } }],
  ])('is refused with %s', async (_, more) => {
    const { client } = await start();
    expect(await codeFrom(client.createFunction(newFunction(more)))).toBe('400 InvalidArgument');
    expect(await codeFrom(read(client))).toBe('404 FunctionNotFound');
  });

  test('that reserves one instance refuses a second call meanwhile', async () => {
    const { environmentVariables, print, begun, go } = gate();
    const { client } = await start({ print });
    const code = codeOf(waitsToAnswer(`'done'`));
    await client.createFunction(newFunction({ code, environmentVariables, timeout: 30 }));
    const get = () => client.getConcurrencyConfig(F);
    expect(await codeFrom(get())).toBe('404 OnDemandConfigNotFound');
    const body = new fc.PutConcurrencyInput({ reservedConcurrency: 1 });
    await client.putConcurrencyConfig(F, new fc.PutConcurrencyConfigRequest({ body }));
    expect((await get()).body?.reservedConcurrency).toBe(1);
    const first = invoke(client);
    await begun();
    expect(await codeFrom(invoke(client))).toBe('429 ResourceExhausted');
    go();
    expect(await first).toBe('done');
    await client.deleteConcurrencyConfig(F);
    expect(await Promise.all([invoke(client), invoke(client)])).toEqual(['done', 'done']);
  });
});

test('a function of the seed is deployed anew, and has the credentials of its role then', async () => {
  const credentials = { accessKeyId: 'given', accessKeySecret: 'by-the-seed' };
  const { client } = await start({
    functions: [{ name: F, handlerFile: 'never-started.cjs', role: ROLE, credentials }],
  });
  await client.updateFunction(F, changes({ code: TELLS, handler: 'index.handler' }));
  expect((await toldBy(client)).context.credentials?.accessKeyId).toMatch(/^STS\./);
});

describe('code uploaded to OSS', () => {
  async function upload(port: number, content: Buffer, key = DEFAULT_KEY, accountId = ONE) {
    const { data } = await alibabaFc2(port, accountId, key).getTempBucketToken();
    const ossObjectName = `${accountId}/${data.objectName}`;
    await alibabaOss(port, data).put(ossObjectName, content);
    return { ossBucketName: data.ossBucket, ossObjectName };
  }

  test('is deployed from there', async () => {
    const { emulator, client } = await start();
    const code = await upload(
      emulator.port,
      zipOf({ 'index.js': `exports.handler = async () => 'from OSS'` }),
    );
    await client.createFunction(newFunction({ code }));
    expect(await invoke(client)).toBe('from OSS');
    expect(emulator.requests.map(({ service, action }) => `${service} ${action}`)).toEqual([
      'Fc2 GetTempBucketToken',
      'Oss PutObject',
      'Fc CreateFunction',
      'Fc InvokeFunction',
    ]);
  });

  test('is for the account that uploaded it alone', async () => {
    const { emulator, second } = await start();
    const code = await upload(emulator.port, Buffer.from(TELLS.zipFile, 'base64'));
    expect(await codeFrom(second.createFunction(newFunction({ code })))).toBe('400 InvalidArgument');
  });

  test('is refused outside the account, by another key, and elsewhere', async () => {
    const { emulator } = await start();
    const { data } = await alibabaFc2(emulator.port, ONE).getTempBucketToken();
    const { credentials } = data;
    const put = (token: Partial<typeof data>, name = `${ONE}/x`) =>
      codeFrom(alibabaOss(emulator.port, { ...data, ...token }).put(name, Buffer.from('x')));
    expect(await put({}, `${TWO}/x`)).toMatch(/AccessDenied/);
    expect(await put({ ossBucket: 'elsewhere' })).toMatch(/NoSuchBucket/);
    expect(await put({ credentials: { ...credentials, AccessKeySecret: 'x' } })).toMatch(
      /SignatureDoesNotMatch/,
    );
    expect(await put({ credentials: { ...credentials, AccessKeyId: 'x' } })).toMatch(/InvalidAccessKeyId/);
    expect(await put({ credentials: { ...credentials, SecurityToken: 'x' } })).toMatch(/InvalidAccessKeyId/);
    const upload = {
      accessKeyId: credentials.AccessKeyId,
      accessKeySecret: credentials.AccessKeySecret,
      securityToken: credentials.SecurityToken,
    };
    expect(await codeFrom(openApiClient(emulator, upload)('DescribeFlowlogs', {}))).toMatch(/NotFound/);
  });

  test('needs a token of whoever asks', async () => {
    const { emulator } = await start();
    const wrong = { ...DEFAULT_KEY, accessKeySecret: 'wrong' };
    await expect(alibabaFc2(emulator.port, ONE, wrong).getTempBucketToken()).rejects.toThrow(/signature/);
  });
});

describe('a timer', () => {
  async function deployed(options: EmulatorOptions = {}) {
    const started = await start(options);
    await started.client.createFunction(newFunction({ code: codeOf('return event.toString()') }));
    return started;
  }
  const get = async (client: Client) => (await client.getTrigger(F, 'tick')).body;

  test('is created, read, changed, listed and deleted', async () => {
    const { client } = await deployed();
    const made = await client.createTrigger(F, newTimer({ description: 'd' }));
    expect(made.body).toMatchObject(timer({ description: 'd', triggerId: expect.any(String) }));
    expect(await get(client)).toEqual(made.body);
    // More would be a difference to the component fc3.
    expect(Object.keys((await get(client)) ?? {}).sort()).toEqual(
      Object.keys({ ...timer(), description: 1, createdTime: 1, lastModifiedTime: 1, triggerId: 1 }).sort(),
    );
    const triggerConfig = config('@every 1m');
    await client.updateTrigger(
      F,
      'tick',
      new fc.UpdateTriggerRequest({ body: new fc.UpdateTriggerInput({ triggerConfig }) }),
    );
    expect(await get(client)).toMatchObject({ triggerConfig, description: 'd', qualifier: 'LATEST' });
    expect(await codeFrom(client.createTrigger(F, newTimer()))).toBe('409 TriggerAlreadyExists');
    const { body } = await client.listTriggers(F, new fc.ListTriggersRequest({}));
    expect(body?.triggers).toMatchObject([{ triggerName: 'tick', triggerConfig }]);
    await client.deleteTrigger(F, 'tick');
    expect(await codeFrom(get(client))).toBe('404 TriggerNotFound');
  });

  test.each([
    ['five fields', config('*/5 * * * *')],
    ['an unknown zone', config('CRON_TZ=Asia/Peking 0 */5 * * * *')],
    ['no schedule', JSON.stringify({ enable: true })],
    ['a payload that is no text', config('@every 5m', { payload: {} })],
    ['text that is no JSON', 'every 5m'],
  ])('is refused with %s', async (_, triggerConfig) => {
    const { client } = await deployed();
    const create = client.createTrigger(F, newTimer({ triggerConfig }));
    expect(await codeFrom(create)).toBe('400 InvalidArgument');
  });

  test('is fired by hand, with the event of a timer at that time', async () => {
    const { emulator, client } = await deployed({ clock: { now: () => Date.UTC(2026, 10, 23) } });
    const triggerConfig = config('@every 5m', { payload: '{"action":"status"}' });
    await client.createTrigger(F, newTimer({ triggerConfig }));
    const execution = await emulator.fireTimer(F, 'tick');
    if (!execution.ok) expect.fail(execution.error.errorMessage);
    expect(JSON.parse(execution.body)).toEqual({
      triggerTime: '2026-11-23T00:00:00Z',
      triggerName: 'tick',
      payload: '{"action":"status"}',
    });
  });

  test('is not fired when it is off or not there', async () => {
    const { emulator, client, second } = await deployed();
    await expect(emulator.fireTimer(F, 'tick')).rejects.toThrow('no timer tick of function scheduler');
    await client.createTrigger(F, newTimer({ triggerConfig: config('@every 5m', { enable: false }) }));
    await expect(emulator.fireTimer(F, 'tick')).rejects.toThrow('is not enabled');
    await expect(emulator.fireTimer('other', 'tick')).rejects.toThrow('no function other');
    await second.createFunction(newFunction());
    await expect(emulator.fireTimer(F, 'tick')).rejects.toThrow('more than one function scheduler');
    await expect(emulator.fireTimer(F, 'tick', TWO)).rejects.toThrow('no timer tick');
  });
});

test('how asynchronous invocations are retried is set, read, listed and deleted', async () => {
  const { client } = await start();
  await client.createFunction(newFunction());
  const get = () =>
    client.getAsyncInvokeConfig(F, new fc.GetAsyncInvokeConfigRequest({ qualifier: 'LATEST' }));
  const put = (more: object) =>
    client.putAsyncInvokeConfig(
      F,
      new fc.PutAsyncInvokeConfigRequest({
        qualifier: 'LATEST',
        body: new fc.PutAsyncInvokeConfigInput(more),
      }),
    );
  const list = async () =>
    (await client.listAsyncInvokeConfigs(new fc.ListAsyncInvokeConfigsRequest({ functionName: F }))).body;
  expect(await codeFrom(get())).toBe('404 AsyncConfigNotExists');
  expect((await list())?.configs).toEqual([]);
  await put({ maxAsyncRetryAttempts: 0, maxAsyncEventAgeInSeconds: 300, destinationConfig: {} });
  expect((await get()).body).toMatchObject({
    functionArn: `acs:fc:cn-hangzhou:${ONE}:functions/${F}`,
    maxAsyncRetryAttempts: 0,
    maxAsyncEventAgeInSeconds: 300,
  });
  expect(await codeFrom(put({ maxAsyncRetryAttempts: 9 }))).toBe('400 InvalidArgument');
  expect((await list())?.configs).toHaveLength(1);
  await client.deleteAsyncInvokeConfig(F, new fc.DeleteAsyncInvokeConfigRequest({ qualifier: 'LATEST' }));
  expect(await codeFrom(get())).toBe('404 AsyncConfigNotExists');
});

test('a function has no versions, aliases, VPCs and scaling of its own', async () => {
  const { client } = await start();
  await client.createFunction(newFunction());
  const asked = await Promise.all([
    client.listFunctionVersions(F, new fc.ListFunctionVersionsRequest({})),
    client.listAliases(F, new fc.ListAliasesRequest({})),
    client.listVpcBindings(F),
    client.getScalingConfig(F, new fc.GetScalingConfigRequest({})),
    client.listScalingConfigs(new fc.ListScalingConfigsRequest({ functionName: F })),
  ]);
  expect(asked.map(({ body }) => ({ ...body }))).toEqual([
    { versions: [] },
    { aliases: [] },
    { vpcIds: [] },
    {},
    { scalingConfigs: [] },
  ]);
});

test('CRC-64 is the one of OSS', () => {
  expect(crc64(Buffer.from('123456789'))).toBe('11051210869376104954');
});
