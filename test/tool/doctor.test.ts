import { mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../lib/cloud/clock.ts';
import { createSlsProject } from '../../lib/cloud/sls/project.ts';
import { createLogstore } from '../../lib/cloud/sls/put-logs.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../lib/emulator/emulator.ts';
import { LOGSTORE_TOPIC } from '../../lib/function/run.ts';
import { createBudget } from '../../lib/reconcile/budget.ts';
import { OVERRIDE_TAG } from '../../lib/reconcile/override.ts';
import type { Line } from '../../lib/tool/doctor/line.ts';
import { LOG_INDEX } from '../../lib/tool/provision/definitions/log-index.ts';
import { FUNCTION_LOGSTORE } from '../../lib/tool/provision/definitions/logstore.ts';
import { commandLine } from '../support/command-line.ts';
import { OFFICE_HOURS } from '../support/config.ts';
import { configOnDisk } from '../support/config-on-disk.ts';
import { DEFAULT_KEY } from '../support/emulator-clients.ts';
import { inFolder, serverlessYaml } from '../support/project-folder.ts';

const OWN = '1234567890123456';
const RETAIL = '6543210987654321';
const ROLE = `acs:ram::${RETAIL}:role/flow-log-scheduler`;
const RECORD_TO = { regionId: 'cn-hangzhou', project: 'ops-audit', logstore: 'audit' };

const CONFIG = {
  timezone: 'Asia/Shanghai',
  recordTo: RECORD_TO,
  schedules: { 'office-hours': OFFICE_HOURS },
  accounts: { retail: { roleArn: ROLE } },
  flowLogs: [
    { flowLogId: 'flowlog-a', regionId: 'cn-hangzhou', cenId: 'cen-1', schedule: 'office-hours' },
    { flowLogId: 'flowlog-b', regionId: 'cn-shanghai', schedule: 'office-hours' },
    { flowLogId: 'flowlog-c', regionId: 'cn-beijing', account: 'retail', schedule: 'office-hours' },
    { select: { regionId: 'cn-hangzhou', tags: { env: 'dev' } }, schedule: 'office-hours' },
  ],
};
const FILE = configOnDisk(JSON.stringify(CONFIG));

/** A handler that answers this; `doctor-built.test.ts` asks the built function. */
function handlerOf(answer: object, statements = ''): string {
  const file = join(mkdtempSync(join(dirname(FILE), 'function-')), 'index.js');
  writeFileSync(file, `exports.handler = async () => { ${statements}; return ${JSON.stringify(answer)}; };`);
  return file;
}

const FUNCTION = {
  name: 'scheduler',
  handlerFile: handlerOf({
    nodeVersion: 'v20.10.0',
    zoneData: { config: process.versions.tz, runtime: '2023c' },
  }),
  timeoutSeconds: 180,
  role: `acs:ram::${OWN}:role/flow-log-scheduler`,
  env: { FLOW_LOGS_CONFIG: 'flow-logs.yaml' },
  logConfig: { project: 'ops-audit', logstore: FUNCTION_LOGSTORE },
  triggers: [
    {
      triggerName: 'tick',
      triggerType: 'timer',
      triggerConfig: { enable: true, cronExpression: 'CRON_TZ=Asia/Shanghai 0 */5 * * * *', payload: '' },
    },
  ],
  asyncInvokeConfig: { maxAsyncRetryAttempts: 0, maxAsyncEventAgeInSeconds: 300 },
};

const WORLD: EmulatorOptions = {
  accounts: [
    {
      accountId: OWN,
      accessKeys: [DEFAULT_KEY],
      roles: [{ name: 'flow-log-scheduler', trusts: [], services: ['fc.aliyuncs.com'] }],
      flowLogs: [
        { flowLogId: 'flowlog-a', regionId: 'cn-hangzhou', cenId: 'cen-1', status: 'Inactive' },
        { flowLogId: 'flowlog-b', regionId: 'cn-shanghai' },
        { flowLogId: 'flowlog-d', regionId: 'cn-hangzhou', tags: { env: 'dev' } },
      ],
    },
    {
      accountId: RETAIL,
      accessKeys: [],
      roles: [{ name: 'flow-log-scheduler', trusts: [OWN] }],
      flowLogs: [{ flowLogId: 'flowlog-c', regionId: 'cn-beijing' }],
    },
  ],
  logstores: [
    RECORD_TO,
    { ...RECORD_TO, logstore: FUNCTION_LOGSTORE },
    { ...RECORD_TO, project: 'net-flowlogs', logstore: 'flowlogs' },
  ],
  functions: [FUNCTION],
};

/** Everything that the emulator serves and that changes nothing; `''` is the plain request of the endpoint check. */
const READING = new Set([
  '',
  'AssumeRole',
  'DescribeFlowlogs',
  'GetAsyncInvokeConfig',
  'GetCallerIdentity',
  'GetFunction',
  'GetIndex',
  'GetLogStore',
  'GetLogs',
  'GetLogStoreMeteringMode',
  'DescribeMetricList',
  'InvokeFunction',
  'ListTagResources',
  'ListTriggers',
]);

interface Told {
  readonly ok: boolean;
  readonly config: string;
  readonly summary: Readonly<Record<string, number>>;
  readonly lines: readonly Line[];
}

async function world(options: EmulatorOptions = {}, index = true): Promise<Emulator> {
  const emulator = await startEmulator({ ...WORLD, ...options });
  cleanUp.push(() => emulator.close());
  if (index) {
    const endpoint = new URL(emulator.url);
    const sls = createSlsProject({ recordTo: RECORD_TO, endpoint, credentials: async () => DEFAULT_KEY });
    await sls.indexes.create(RECORD_TO.logstore, { ...LOG_INDEX });
  }
  return emulator;
}

/** As the function does. */
async function recordRun({ url }: Emulator, trigger: 'timer' | 'manual') {
  const signed = { recordTo: RECORD_TO, endpoint: new URL(url), credentials: async () => DEFAULT_KEY };
  const logstore = createLogstore({
    ...signed,
    clock: systemClock,
    source: 'scheduler',
    topic: LOGSTORE_TOPIC,
  });
  const time = createBudget(systemClock, systemClock.monotonic() + 10_000);
  await logstore.put([{ kind: 'run', ok: 'true', trigger }], Date.now() - 1_000, time);
}

const cleanUp: (() => Promise<void>)[] = [];

beforeEach(() => {
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_ID', DEFAULT_KEY.accessKeyId);
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', DEFAULT_KEY.accessKeySecret);
  return async () => {
    vi.unstubAllEnvs();
    await Promise.all(cleanUp.splice(0).map((close) => close()));
  };
});

const endpointsOf = ({ url }: Emulator) => ({
  CBN_ENDPOINT: url,
  SLS_ENDPOINT: url,
  STS_ENDPOINT: url,
  FC_ENDPOINT: url,
  CMS_ENDPOINT: url,
});

async function doctor(emulator: Emulator, args: readonly string[] = [], env = {}) {
  const before = emulator.requests.length;
  const ran = await commandLine(['doctor', '--config', FILE, ...args], { ...endpointsOf(emulator), ...env });
  const sent = emulator.requests.slice(before);
  expect(sent.map(({ action }) => action).filter((action) => !READING.has(action))).toEqual([]);
  expect(ran.out + ran.err).not.toContain(DEFAULT_KEY.accessKeySecret);
  return { ...ran, sent };
}

/** What it says as data, about the function too. */
async function diagnosis(emulator: Emulator, args: readonly string[] = [], env = {}) {
  const { status, out } = await doctor(emulator, ['--json', '--function', 'scheduler', ...args], env);
  const told = JSON.parse(out) as Told;
  expect(status).toBe(told.ok ? 0 : 1);
  expect(told.ok).toBe(told.lines.every((line) => line.status !== 'fail'));
  const failing = told.lines.filter(({ status }) => status === 'fail').map(nameOf);
  const line = (name: string) => told.lines.find((each) => nameOf(each) === name);
  return { ...told, failing, line };
}

const nameOf = ({ check, subject }: Line) => (subject === null ? check : `${check} ${subject}`);

test('runs by hand do not hide a timer that never fires', async () => {
  const emulator = await world();
  const line = async () => (await diagnosis(emulator)).line('records ops-audit/audit');
  await recordRun(emulator, 'manual');
  expect(await line()).toMatchObject({ status: 'skip', found: expect.stringMatching(/^none of 1 run /) });
  await recordRun(emulator, 'timer');
  expect(await line()).toMatchObject({
    status: 'ok',
    found: '2 runs recorded in the last 15m, 1 of them by the timer',
  });
});

describe('a healthy world', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator(WORLD);
    const endpoint = new URL(emulator.url);
    const sls = createSlsProject({ recordTo: RECORD_TO, endpoint, credentials: async () => DEFAULT_KEY });
    await sls.indexes.create(RECORD_TO.logstore, { ...LOG_INDEX });
    await recordRun(emulator, 'timer');
  });
  afterAll(() => emulator.close());

  test('everything is ok or seen as assumed, and the status is 0', async () => {
    const { lines, failing, summary } = await diagnosis(emulator);
    expect(failing).toEqual([]);
    expect(lines.filter(({ status }) => status !== 'ok' && status !== 'saw')).toEqual([]);
    expect(lines.filter(({ toDo }) => toDo !== null)).toEqual([]);
    expect(summary).toMatchObject({ ok: lines.length - 12, saw: 12, warn: 0, fail: 0, skip: 0 });
    expect(lines.map(nameOf)).toEqual([
      'config',
      'endpoint CEN',
      'endpoint STS',
      'endpoint SLS',
      'endpoint Function Compute',
      'clock',
      'credentials',
      'account retail',
      'DescribeFlowlogs cn-hangzhou',
      'DescribeFlowlogs cn-shanghai',
      'DescribeFlowlogs cn-beijing of retail',
      'flow-log flowlog-a',
      'flow-log flowlog-b',
      'flow-log flowlog-c',
      'selector flowLogs[3]',
      'limits maxFlowLogs',
      'logstore ops-audit/audit',
      'index ops-audit/audit',
      'records ops-audit/audit',
      'traffic net-flowlogs/flowlogs',
      'charging-mode net-flowlogs/flowlogs',
      'function scheduler',
      'function runtime scheduler',
      'function timeout scheduler',
      'function role scheduler',
      'function environment scheduler',
      'function log scheduler',
      'function versions scheduler',
      'function timer scheduler/tick',
      'function retries scheduler',
      ...lines.slice(-12).map(nameOf),
    ]);
  });

  test('what was found is told', async () => {
    const { line } = await diagnosis(emulator);
    const found = (name: string) => line(name)?.found;
    expect(found('credentials')).toBe(`found by default/env: account ${OWN}, acs:ram::${OWN}:root`);
    expect(found('account retail')).toContain(`in account ${RETAIL}`);
    expect(found('DescribeFlowlogs cn-hangzhou')).toBe('allowed, 2 flow logs');
    expect(found('flow-log flowlog-a')).toBe('cn-hangzhou, Inactive, every 600 s, cen-1');
    expect(found('flow-log flowlog-c')).toMatch(/^cn-beijing of retail, Active, /);
    expect(found('selector flowLogs[3]')).toBe('selects 1 flow log of cn-hangzhou for office-hours');
    expect(found('limits maxFlowLogs')).toBe('4 of 500');
    expect(found('function timer scheduler/tick')).toContain('at most 5m apart');
    expect(found('function versions scheduler')).toBe(
      `v20.10.0, zone data 2023c; goes by ${process.versions.tz} of its compiled config`,
    );
    expect(found('function retries scheduler')).toContain('0 attempts more');
    expect(found('assumption tag-type')).toMatch(/^Flowlog is taken/);
    expect(found('assumption missing-names')).toBe(
      'project: ProjectNotExist, Logstore: LogStoreNotExist, as assumed',
    );
    expect(found('assumption trigger-config')).toContain('text with enable, cronExpression, payload');
  });

  test('without --function it is the one of s.yaml', async () => {
    inFolder({ 's.yaml': serverlessYaml({ functionName: 'scheduler', region: 'cn-hangzhou' }) });
    const { status, out, err } = await doctor(emulator);
    expect({ status, err }).toEqual({ status: 0, err: 'scheduler, the function of s.yaml in this folder\n' });
    expect(out).toMatch(/^ok +function scheduler +in cn-hangzhou, Active/m);
  });

  test('without --function and s.yaml that part is skipped, and nothing is asked about it', async () => {
    inFolder({});
    const { status, out, sent } = await doctor(emulator);
    expect(status).toBe(0);
    expect(sent.filter(({ service }) => service === 'Fc')).toEqual([]);
    expect(out).toMatch(/^skip {2}function +none named, .* → add --function NAME/m);
  });

  test('a function of Function Compute 2.0 is not looked at', async () => {
    const { status, out, sent } = await doctor(emulator, ['--function', 'ops/scheduler']);
    expect(status).toBe(0);
    expect(sent.filter(({ service }) => service.startsWith('Fc'))).toEqual([]);
    expect(out).toMatch(/^skip {2}function +a function of Function Compute 2.0/m);
  });

  test('the lines line up, one for each check, and the counts come last', async () => {
    const { out, err } = await doctor(emulator, ['--function', 'scheduler']);
    expect(err).toBe('');
    const [head = '', ...lines] = out.trimEnd().split('\n');
    const at = head.indexOf('FOUND');
    expect(head).toMatch(/^ +CHECK +FOUND$/);
    const body = lines.slice(0, -2);
    for (const line of body) expect(line.slice(at - 2, at + 1)).toMatch(/^ {2}\S$/);
    expect(lines.at(-1)).toBe(`${body.length - 12} ok, 0 warn, 0 fail, 0 skip, 12 saw`);
  });

  test('on a terminal the words are coloured, unless nobody wants that', async () => {
    const args = ['doctor', '--config', FILE];
    const coloured = await commandLine(args, endpointsOf(emulator), { isTerminal: true });
    const plain = await commandLine(args, { ...endpointsOf(emulator), NO_COLOR: '1' }, { isTerminal: true });
    const esc = String.fromCharCode(27);
    expect(coloured.out).toContain(`${esc}[32mok${esc}[39m`);
    expect(plain.out).not.toContain(esc);
  });
});

describe('what can be wrong', () => {
  test('no credentials: the rest is looked at as far as it goes', async () => {
    vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_ID', '');
    vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', '');
    const { failing, line, summary } = await diagnosis(await world());
    expect(failing).toEqual(['credentials']);
    expect(line('credentials')?.toDo).toContain('set ALIBABA_CLOUD_ACCESS_KEY_ID');
    for (const name of ['account retail', 'flow-log flowlog-a', 'logstore ops-audit/audit', 'function']) {
      expect(line(name)).toMatchObject({ status: 'skip' });
    }
    expect(line('endpoint CEN')?.status).toBe('ok');
    expect(line('clock')?.status).toBe('ok');
    expect(summary.saw).toBe(0);
  });

  test('a wrong secret is told once', async () => {
    vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'another-secret');
    const { failing, line } = await diagnosis(await world());
    expect(failing).toEqual(['credentials']);
    expect(line('credentials')?.found).toContain('SignatureDoesNotMatch');
    expect(line('credentials')?.toDo).toContain('belong together');
    expect(line('credentials')?.found).not.toContain('another-secret');
  });

  test('a clock that is 20 minutes off', async () => {
    const { failing, line } = await diagnosis(
      await world({ wallNow: () => Date.now() + 20 * 60_000 }, false),
    );
    expect(failing).toEqual(['clock', 'credentials']);
    expect(line('clock')?.found).toMatch(/^20 min behind 127\.0\.0\.1:\d+: every signature is refused$/);
    expect(line('credentials')?.toDo).toContain('set the clock');
  });

  test('a clock that is two minutes off is doubtful', async () => {
    const { failing, line } = await diagnosis(await world({ wallNow: () => Date.now() - 130_000 }));
    expect(failing).toEqual([]);
    expect(line('clock')).toMatchObject({ status: 'warn', found: expect.stringMatching(/^2 min ahead of/) });
  });

  test('a region that is refused does not keep another from being looked at', async () => {
    const emulator = await world();
    emulator.setFault(({ action, params }) =>
      action === 'DescribeFlowlogs' && params.RegionId === 'cn-shanghai'
        ? { kind: 'error', code: 'Forbidden.RAM' }
        : undefined,
    );
    const { failing, line } = await diagnosis(emulator);
    expect(failing).toEqual(['DescribeFlowlogs cn-shanghai']);
    expect(line('DescribeFlowlogs cn-shanghai')?.toDo).toContain(
      'grant cen:DescribeFlowlogs on acs:cbn:cn-shanghai:*:flowlog/*',
    );
    expect(line('flow-log flowlog-b')?.status).toBe('skip');
    expect(line('flow-log flowlog-a')?.status).toBe('ok');
    expect(line('limits maxFlowLogs')?.found).toBe('at least 4 of 500');
  });

  test("the Logstore of the function's own log is not there", async () => {
    const { failing, line } = await diagnosis(await world({ logstores: [RECORD_TO] }));
    expect(failing).toEqual([]);
    expect(line('function log scheduler')).toMatchObject({
      status: 'warn',
      found: expect.stringMatching(/^ops-audit\/flow-log-scheduler-function: LogStoreNotExist/),
      toDo: expect.stringContaining('`npx flow-logs provision` creates flow-log-scheduler-function'),
    });
  });

  test('a flow log that is not there', async () => {
    const emulator = await world();
    emulator.removeFlowLog('flowlog-b');
    const { failing, line } = await diagnosis(emulator);
    expect(failing).toEqual(['flow-log flowlog-b']);
    expect(line('flow-log flowlog-b')?.found).toContain('CEN lists no flow log flowlog-b in cn-shanghai');
  });

  test('an interval of 60 s, and an override tag that cannot be read', async () => {
    const emulator = await world();
    emulator.removeFlowLog('flowlog-b');
    const tags = { [OVERRIDE_TAG]: 'on for a while' };
    emulator.addFlowLog(OWN, { flowLogId: 'flowlog-b', regionId: 'cn-shanghai', intervalSeconds: 60, tags });
    const { failing, line } = await diagnosis(emulator);
    expect(failing).toEqual([]);
    expect(line('flow-log flowlog-b')).toMatchObject({ status: 'warn' });
    expect(line('flow-log flowlog-b')?.found).toContain('every 60 s');
    expect(line('flow-log flowlog-b')?.found).toContain('cannot be read: on for a while');
    expect(line('flow-log flowlog-b')?.toDo).toContain('ten times the entries');
    expect(line('assumption interval')?.found).toBe('number 60, number 600, as assumed');
  });

  test('a role that another account does not let be assumed', async () => {
    const [own, retail] = WORLD.accounts ?? [];
    if (own === undefined || retail === undefined) throw new Error('two accounts');
    const roles = [{ name: 'flow-log-scheduler', trusts: [] }];
    const { failing, line } = await diagnosis(await world({ accounts: [own, { ...retail, roles }] }));
    expect(failing).toEqual(['account retail']);
    expect(line('account retail')?.toDo).toContain(`sts:AssumeRole on ${ROLE}`);
    expect(line('flow-log flowlog-c')?.status).toBe('skip');
  });

  test('a role that does not exist', async () => {
    const [own] = WORLD.accounts ?? [];
    if (own === undefined) throw new Error('an account');
    const { line } = await diagnosis(await world({ accounts: [own] }));
    expect(line('account retail')?.toDo).toBe(`create the role ${ROLE}, or correct roleArn`);
  });

  test('a Logstore that is missing', async () => {
    const other = { ...RECORD_TO, logstore: 'other' };
    const { failing, line } = await diagnosis(await world({ logstores: [other] }, false));
    expect(failing).toEqual(['logstore ops-audit/audit']);
    expect(line('logstore ops-audit/audit')?.found).toContain('LogStoreNotExist');
    expect(line('logstore ops-audit/audit')?.toDo).toContain('flow-logs provision');
    expect(line('index ops-audit/audit')?.status).toBe('skip');
  });

  test('a project that is missing', async () => {
    const { failing, line } = await diagnosis(await world({ logstores: [] }, false));
    expect(failing).toEqual(['logstore ops-audit/audit']);
    expect(line('logstore ops-audit/audit')?.toDo).toBe(
      "add it to logstores of the emulator's --seed, or correct recordTo",
    );
  });

  test('an index that is missing', async () => {
    const { failing, line } = await diagnosis(await world({}, false));
    expect(failing).toEqual(['index ops-audit/audit']);
    expect(line('index ops-audit/audit')?.found).toContain('there is none');
    expect(line('assumption index-shape')?.status).toBe('skip');
  });

  test.each([
    ['is missing', [], 'function scheduler', 'FunctionNotFound'],
    [
      'has a timeout that is too short',
      [{ ...FUNCTION, timeoutSeconds: 60 }],
      'function timeout scheduler',
      '60 s, for settleTimeout 2m and 10 s',
    ],
    [
      'has a timer that is disabled',
      [
        {
          ...FUNCTION,
          triggers: [
            {
              triggerName: 'tick',
              triggerType: 'timer',
              triggerConfig: { enable: false, cronExpression: '@every 5m' },
            },
          ],
        },
      ],
      'function timer scheduler/tick',
      'disabled: @every 5m',
    ],
    [
      'has no timer',
      [{ ...FUNCTION, triggers: [{ triggerName: 'http', triggerType: 'http', triggerConfig: {} }] }],
      'function timer scheduler',
      'nothing calls the function',
    ],
    [
      'has an older runtime',
      [{ ...FUNCTION, runtime: 'nodejs18' }],
      'function runtime scheduler',
      'nodejs18, handler index.handler',
    ],
  ])('a function that %s', async (_, functions, name, found) => {
    const { failing, line } = await diagnosis(await world({ functions }));
    expect(failing).toEqual([name]);
    expect(line(name)?.found).toContain(found);
  });

  test('a function whose failed ticks are repeated, and that has no role', async () => {
    const { role: _, asyncInvokeConfig: __, ...bare } = FUNCTION;
    const { failing, line } = await diagnosis(await world({ functions: [bare] }));
    expect(failing).toEqual(['function role scheduler']);
    expect(line('function retries scheduler')).toMatchObject({ status: 'warn' });
  });

  test.each([
    ['answers without its versions', {}, '', 'its answer has no nodeVersion', 'deploy this version'],
    [
      'throws',
      {},
      'throw new Error("boom")',
      'its status failed: UnhandledInvocationError',
      'look at its log',
    ],
  ])('a function that %s', async (_, answer, statements, found, toDo) => {
    const functions = [{ ...FUNCTION, handlerFile: handlerOf(answer, statements) }];
    const { failing, line } = await diagnosis(await world({ functions }));
    expect(failing).toEqual([]);
    expect(line('function versions scheduler')).toMatchObject({
      status: 'warn',
      found: expect.stringContaining(found),
      toDo: expect.stringContaining(toDo),
    });
    expect(line('assumption node-version')?.status).toBe('skip');
  });

  test('a function that may not be invoked', async () => {
    const emulator = await world();
    emulator.setFault(({ action }) =>
      action === 'InvokeFunction' ? { kind: 'error', code: 'AccessDenied', status: 403 } : undefined,
    );
    const { failing, line } = await diagnosis(emulator);
    expect(failing).toEqual([]);
    expect(line('function versions scheduler')).toMatchObject({
      status: 'warn',
      found: expect.stringContaining('AccessDenied'),
      toDo: expect.stringContaining('need fc:InvokeFunction on acs:fc:cn-hangzhou:*:functions/scheduler'),
    });
  });

  test('another function, named by mistake, is not invoked', async () => {
    const emulator = await world({ functions: [{ ...FUNCTION, runtime: 'python3.10' }] });
    const { line } = await diagnosis(emulator);
    expect(emulator.requests.filter(({ action }) => action === 'InvokeFunction')).toEqual([]);
    expect(line('function versions scheduler')).toMatchObject({ status: 'skip', found: 'not invoked' });
  });

  test('an endpoint that nobody listens on', async () => {
    const gone = await startEmulator(WORLD);
    await gone.close();
    const { failing, line } = await diagnosis(await world(), [], { CBN_ENDPOINT: gone.url });
    expect(failing).toEqual([
      'endpoint CEN',
      'DescribeFlowlogs cn-hangzhou',
      'DescribeFlowlogs cn-shanghai',
      'DescribeFlowlogs cn-beijing of retail',
    ]);
    expect(line('endpoint CEN')).toMatchObject({
      found: expect.stringContaining('ECONNREFUSED'),
      toDo: 'correct or unset CBN_ENDPOINT',
    });
    expect(line('assumption page-size')).toMatchObject({ status: 'skip' });
  });

  test('a config that is not valid, or not there', async () => {
    const emulator = await world();
    const invalid = configOnDisk(JSON.stringify({ ...CONFIG, timezone: 'Mars/Olympus' }));
    for (const [file, told] of [
      [invalid, '1 issue, the first: timezone: '],
      ['nowhere.yaml', 'cannot be read'],
    ] as const) {
      const args = ['--config', file, '--region', 'cn-hangzhou'];
      const { failing, line } = await diagnosis(emulator, args);
      expect(failing).toEqual(['config']);
      expect(line('config')?.found).toContain(told);
      expect(line('credentials')?.status).toBe('ok');
      expect(line('function timer scheduler/tick')?.status).toBe('ok');
    }
  });

  test('recordTo stdout', async () => {
    const file = configOnDisk(JSON.stringify({ ...CONFIG, recordTo: 'stdout' }));
    const { failing, line } = await diagnosis(await world(), ['--config', file, '--region', 'cn-hangzhou']);
    expect(failing).toEqual([]);
    expect(line('logstore')).toMatchObject({ status: 'skip', found: expect.stringContaining('stdout') });
    expect(line('assumption missing-names')).toMatchObject({ status: 'skip' });
  });
});

describe('wrong usage is status 2, and nothing is asked', () => {
  test.each([
    [['--function', 'a/b/c'], {}, 'Expected NAME'],
    [['--region', 'nowhere'], {}, 'Expected a region ID'],
    [['--function', 'f'], { FC_ENDPOINT: 'http://fc.example' }, 'FC_ENDPOINT is plain http'],
    [[], { STS_ENDPOINT: 'http://sts.example' }, 'STS_ENDPOINT is plain http'],
  ])('%j %j', async (args, env, told) => {
    const { status, err } = await commandLine(['doctor', '--config', FILE, ...args], env);
    expect(status).toBe(2);
    expect(err).toContain(told);
  });

  test('what is wrong with the config is said before the region is asked for', async () => {
    const emulator = await world();
    const file = configOnDisk('timezone: Asia/Shanghi\n');
    const args = ['doctor', '--config', file, '--function', 'scheduler'];
    const env = { ...endpointsOf(emulator), FC_ENDPOINT: '' };
    const { status, out } = await commandLine(args, env);
    expect(status).toBe(1);
    expect(out).toMatch(/^fail +config +.*4 issues, the first: recordTo: missing/m);
    expect(out).toMatch(/^skip +function +not asked: its region is not known → add --region/m);
  });

  test('a function whose region nobody names', async () => {
    const file = configOnDisk(JSON.stringify({ ...CONFIG, recordTo: 'stdout' }));
    const { status, err } = await commandLine(['doctor', '--config', file, '--function', 'f']);
    expect(status).toBe(2);
    expect(err).toContain('which region is the function in?');
  });
});
