import { describe, expect, it } from 'vitest';
import { CannotDeploy } from '../../../lib/tool/deploy/cannot-deploy.ts';
import {
  asyncDifferences,
  contentDifferences,
  functionDifferences,
  triggerDifferences,
} from '../../../lib/tool/deploy/compare-function.ts';
import { refuseWrongTimers, targetOf, timerOf } from '../../../lib/tool/deploy/target.ts';

const ACCOUNT = '1234567890123456';
const CRON = 'CRON_TZ=Asia/Shanghai 0 */5 * * * *';
const PROPS = {
  region: 'cn-hangzhou',
  functionName: 'flow-log-scheduler',
  runtime: 'nodejs20',
  handler: 'index.handler',
  code: './dist/flow-log-scheduler',
  memorySize: 128,
  cpu: 0.1,
  role: 'flow-log-scheduler',
  environmentVariables: { FLOW_LOGS_CONFIG: 'flow-logs.yaml' },
  logConfig: { project: 'ops-audit', logstore: 'flow-log-scheduler-function' },
  asyncInvokeConfig: { qualifier: 'LATEST', maxAsyncRetryAttempts: 0, maxAsyncEventAgeInSeconds: 300 },
  triggers: [
    {
      triggerName: 'tick',
      triggerType: 'timer',
      triggerConfig: { cronExpression: CRON, enable: true, payload: '' },
    },
  ],
};
const rendered = (props: object = {}, more: object = {}) => ({
  resources: {
    scheduler: {
      component: 'fc3',
      actions: { 'pre-deploy': [{ run: 'npx flow-logs bundle' }, { run: 'true', path: './functions' }] },
      props: { ...PROPS, ...props },
    },
    ...more,
  },
});
const target = (props?: object) => targetOf(rendered(props), '/home/netops/project', ACCOUNT);

describe('what s.yaml deploys', () => {
  it('is one function with its timer, its log, its code and the steps before it', () => {
    expect(target()).toMatchObject({
      functionName: 'flow-log-scheduler',
      regionId: 'cn-hangzhou',
      role: { accountId: null, roleName: 'flow-log-scheduler' },
      log: { project: 'ops-audit', logstore: 'flow-log-scheduler-function' },
      codeDirectory: '/home/netops/project/dist/flow-log-scheduler',
      steps: [
        { command: 'npx flow-logs bundle', path: '.' },
        { command: 'true', path: './functions' },
      ],
    });
    expect(timerOf(target())).toBe(CRON);
    expect(timerOf(target({ triggers: [] }))).toBe(null);
  });

  it('has all of its actions among the steps, or not', () => {
    expect(target().isAllSteps).toBe(true);
    const one = { ...rendered().resources.scheduler };
    const withActions = (actions: object, more: object = {}) =>
      targetOf({ ...more, resources: { one: { ...one, actions } } }, '/', ACCOUNT).isAllSteps;
    const step = { run: 'true' };
    expect(withActions({ 'pre-deploy': [step] })).toBe(true);
    expect(withActions({ 'pre-deploy': [step, { plugin: 'x' }] })).toBe(false);
    expect(withActions({ 'pre-deploy': [step], 'post-deploy': [step] })).toBe(false);
    expect(withActions({ 'pre-deploy': [step] }, { actions: { 'pre-deploy': [step] } })).toBe(false);
  });

  it("has a role in the account of the credentials, in the component's lower case", () => {
    expect(target({ role: `acs:ram::${ACCOUNT}:role/FlowLogs` }).role).toEqual({
      accountId: ACCOUNT,
      roleName: 'flowlogs',
    });
  });

  it.each([
    ['no function', { resources: {} }, 'expected exactly one function, got 0'],
    ['two functions', rendered({}, { other: { props: PROPS } }), 'expected exactly one function, got 2'],
    ['nothing', null, 'expected exactly one function, got 0'],
    [
      'a region without Function Compute',
      rendered({ region: 'cn-nowhere' }),
      /not available in cn-nowhere; set REGION in \.env to one of .*, and FC_LOG_PROJECT in \.env to an SLS project/,
    ],
    ['no region', rendered({ region: undefined }), 's.yaml: region: expected text, got nothing'],
    ['no log', rendered({ logConfig: undefined }), 'logConfig.project: expected text'],
    [
      'a role of another account',
      rendered({ role: 'acs:ram::999:role/x' }),
      'belongs to account 999, but the credentials are of account 1234',
    ],
    ['something that is no role', rendered({ role: 'my role' }), '"my role" is no role'],
  ])('is refused with %s', (_, file, message) => {
    expect(() => targetOf(file, '/', ACCOUNT)).toThrow(CannotDeploy);
    expect(() => targetOf(file, '/', ACCOUNT)).toThrow(message);
  });
});

describe('the timer', () => {
  const AT = Date.parse('2026-11-26T00:00:00Z');
  const check = (cronExpression: unknown) => () =>
    refuseWrongTimers(
      target({
        triggers: [{ triggerName: 'tick', triggerType: 'timer', triggerConfig: { cronExpression } }],
      }),
      AT,
    );

  it.each([CRON, '0 */5 * * * *', '0 0 8 ? * MON-FRI', '@every 5m', '@every 1h30m'])('may be %s', (text) => {
    expect(check(text)).not.toThrow();
  });

  it.each([
    '*/5 * * * *',
    'CRON_TZ=Asia/Shanghai */5 * * * *',
    'CRON_TZ=Asia/Shangai 0 */5 * * * *',
    '0 61 * * * *',
    '0 0 0 30 2 *',
    '@every',
    '@every five',
    'often',
    '',
    undefined,
  ])('may not be %j', (text) => {
    expect(check(text)).toThrow(CannotDeploy);
    expect(check(text)).toThrow(/timer tick: .*expected six fields.*Correct TICK in \.env/);
  });
});

describe('a deployed function', () => {
  const deployed = {
    functionName: 'flow-log-scheduler',
    runtime: 'nodejs20',
    handler: 'index.handler',
    memorySize: 128,
    cpu: 0.1,
    role: `acs:ram::${ACCOUNT}:role/flow-log-scheduler`,
    environmentVariables: { FLOW_LOGS_CONFIG: 'flow-logs.yaml' },
    logConfig: { project: 'ops-audit', logstore: 'flow-log-scheduler-function', logBeginRule: 'None' },
    instanceConcurrency: 1,
  };
  const found = (more: object) => functionDifferences(target(), ACCOUNT, { ...deployed, ...more });

  it('is as it should be', () => {
    expect(found({})).toEqual([]);
  });

  it('is so too where Function Compute does not say everything, and writes the role otherwise', () => {
    expect(found({ cpu: undefined, role: `acs:ram::${ACCOUNT}:role/Flow-Log-Scheduler` })).toEqual([]);
  });

  it.each([
    ['the memory', { memorySize: 512 }, ['memorySize is 512, wanted 128']],
    [
      'the role',
      { role: 'acs:ram::9:role/x' },
      ['role is "acs:ram::9:role/x", wanted "acs:ram::1234567890123456:role/flow-log-scheduler"'],
    ],
    [
      'a variable',
      { environmentVariables: { FLOW_LOGS_CONFIG: 'secret' } },
      ['environmentVariables.FLOW_LOGS_CONFIG has another value'],
    ],
    [
      'variables',
      { environmentVariables: { SECRET: 'secret' } },
      [
        'environmentVariables.FLOW_LOGS_CONFIG is missing',
        'environmentVariables.SECRET is set, and not in s.yaml',
      ],
    ],
  ])('has %s changed', (_, more, differences) => {
    expect(found(more)).toEqual(differences);
    expect(found(more).join()).not.toContain('secret"');
  });

  const [tick] = target().triggers;
  if (tick === undefined) throw new Error('s.yaml has no trigger');
  const trigger = (config: unknown, type = 'timer') =>
    triggerDifferences(tick, [{ name: 'tick', type, config }]);

  it.each([
    ['as text', JSON.stringify({ payload: '', cronExpression: CRON, enable: true }), []],
    ['as an object', { payload: '', cronExpression: CRON, enable: true }, []],
    ['disabled', { payload: '', cronExpression: CRON, enable: false }, ['enable is false, wanted true']],
    ['unreadable', '{', [`cronExpression is absent, wanted "${CRON}"`, 'enable is absent, wanted true']],
  ])('has its timer %s', (_, config, differences) => {
    expect(trigger(config)).toEqual(differences);
  });

  it('lacks its timer, or has another trigger of its name', () => {
    expect(triggerDifferences(tick, [])).toEqual(['it is missing']);
    expect(trigger({}, 'http')).toEqual(['it is of type http, wanted timer']);
  });

  it.each([
    [{ maxAttempts: 0, maxAgeSeconds: 300, onFailure: null }, []],
    [
      { maxAttempts: 3, maxAgeSeconds: null, onFailure: null },
      ['maxAsyncRetryAttempts is 3, wanted 0', 'maxAsyncEventAgeInSeconds is absent, wanted 300'],
    ],
    [null, ['asyncInvokeConfig is missing']],
  ])('has asynchronous settings: %j', (retries, differences) => {
    expect(asyncDifferences(target(), retries)).toEqual(differences);
  });

  it('needs none where s.yaml has none', () => {
    expect(asyncDifferences(target({ asyncInvokeConfig: undefined }), null)).toEqual([]);
  });

  const local = { code: 'a', config: 'b', zoneData: '2025c' };
  it.each([
    [local, []],
    [null, ['the function does not say which code and config it has']],
    [{ ...local, code: 'x' }, ['its code is another one']],
    [{ ...local, config: 'x' }, ['its config is another one']],
    [{ ...local, zoneData: '2023c' }, ['its config was compiled with zone data 2023c, here it is 2025c']],
  ])('has other content: %j', (contents, differences) => {
    expect(contentDifferences(contents, local)).toEqual(differences);
  });
});
