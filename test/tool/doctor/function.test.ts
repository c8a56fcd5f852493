import { describe, expect, test } from 'vitest';
import { checkFunction } from '../../../lib/tool/doctor/checks/function.ts';
import { longestGapMs } from '../../../lib/tool/doctor/checks/timer.ts';
import type { Observations } from '../../../lib/tool/doctor/observations.ts';
import { OFFICE_HOURS } from '../../support/config.ts';
import {
  found,
  functionSeen,
  ON_LOOPBACK,
  observations,
  refused,
  seenConfig,
  statusSeen,
  timer,
  told,
} from '../../support/observations.ts';

const NO_CONFIG: Observations['config'] = { file: 'f', config: null, issues: [], warnings: [] };

function lineOf(check: string, more: Partial<Observations>): string {
  const lines = checkFunction(observations(more)).filter((each) => each.check === check);
  return lines.map(told).join('\n');
}

test('everything as s.yaml deploys it is ok', () => {
  const lines = checkFunction(observations());
  expect(lines.map(({ status }) => status)).toEqual(Array(9).fill('ok'));
});

describe.each([
  ['function', { state: 'Failed' }, 'fail: in cn-hangzhou, Failed → deploy it again'],
  ['function', { state: 'Pending' }, 'warn: in cn-hangzhou, Pending, being deployed'],
  ['function', { lastUpdateStatus: 'InProgress' }, 'warn: in cn-hangzhou, Active, being deployed'],
  ['function', { lastUpdateStatus: 'Failed' }, 'warn: in cn-hangzhou, Active, its last update failed'],
  ['function', { state: null }, 'ok: in cn-hangzhou, state not known'],
  [
    'function runtime',
    { runtime: 'nodejs18' },
    'fail: nodejs18, handler index.handler → set runtime: nodejs20',
  ],
  ['function runtime', { runtime: 'nodejs22' }, 'ok: nodejs22'],
  ['function runtime', { runtime: 'custom.debian12' }, 'warn: custom.debian12'],
  ['function runtime', { runtime: null, handler: null }, 'warn: not known, handler not known'],
  [
    'function runtime',
    { handler: 'main.run' },
    'fail: nodejs20, handler main.run → set handler: index.handler',
  ],
  ['function timeout', { timeoutSeconds: 130 }, 'ok: 130 s, for settleTimeout 2m and 10 s'],
  [
    'function timeout',
    { timeoutSeconds: 129 },
    'fail: 129 s, for settleTimeout 2m and 10 s for recording → set timeout: 130',
  ],
  ['function timeout', { timeoutSeconds: 3 }, 'fail: 3 s, for settleTimeout 2m and 0.75 s'],
  ['function timeout', { timeoutSeconds: null }, 'warn: not known → set timeout: 180'],
  ['function role', { role: null }, 'fail: none → give it a role'],
  ['function role', { role: 'acs:ram::42:role/x' }, 'warn: acs:ram::42:role/x, of another account'],
  [
    'function environment',
    { environment: {} },
    'ok: FLOW_LOGS_CONFIG not set: flow-logs.yaml beside the handler',
  ],
  [
    'function environment',
    { environment: { STS_ENDPOINT: 'http://sts.vpc' } },
    'fail: FLOW_LOGS_CONFIG not set: flow-logs.yaml beside the handler, STS_ENDPOINT → STS_ENDPOINT is plain http',
  ],
  [
    'function environment',
    { environment: { ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'hush' } },
    'ALIBABA_CLOUD_ACCESS_KEY_SECRET → remove them',
  ],
  [
    'function environment',
    { internetAccess: false },
    'warn: FLOW_LOGS_CONFIG=flow-logs.yaml; no internet access → set CBN_ENDPOINT',
  ],
  [
    'function environment',
    { internetAccess: false, environment: { CBN_ENDPOINT: 'https://cen.vpc-proxy.aliyuncs.com' } },
    'beside the handler, CBN_ENDPOINT',
  ],
  ['function log', { log: null }, 'warn: none → set logConfig'],
] as const)('%s with %j', (check, deployed, expected) => {
  test(expected, () => {
    const line = lineOf(check, { function: functionSeen(deployed) });
    expect(line).toContain(expected);
    expect(line).not.toContain('hush');
  });
});

test('without a config, how long a run has to wait is not known', () => {
  expect(lineOf('function timeout', { config: NO_CONFIG })).toBe('skip: 180 s → see config first');
});

test.each([
  ['no credentials', { function: 'no-credentials' as const }, 'skip: not asked'],
  ['2.0', { function: 'unsupported' as const }, 'skip: a function of Function Compute 2.0'],
  [
    'not there',
    { function: functionSeen({}, { deployed: refused('FunctionNotFound', 404) }) },
    'fail: FunctionNotFound: told why (request R-1) → check the name and the region (cn-hangzhou), or deploy it',
  ],
  [
    'not allowed',
    { function: functionSeen({}, { deployed: refused('AccessDenied', 403) }) },
    'warn: AccessDenied: told why (request R-1) → to look, these credentials need fc:GetFunction on acs:fc:cn-hangzhou:*:functions/scheduler',
  ],
])('%s', (_, more, expected) => {
  expect(lineOf('function', more)).toContain(expected);
});

describe("the function's own log", () => {
  test.each([
    [found({ ttl: 30 }), 'ok: p/l in cn-hangzhou, kept 30 days'],
    [
      refused('LogStoreNotExist', 404),
      'warn: p/l: LogStoreNotExist: told why (request R-1) → what it prints is lost, and it cannot be deployed again: `npx flow-logs provision` creates flow-log-scheduler-function',
    ],
    [
      refused('ProjectNotExist', 404),
      'Function Compute needs a project in the region of the function, cn-hangzhou: set FC_LOG_PROJECT in .env',
    ],
    [
      refused('Unauthorized', 403),
      'warn: p/l: Unauthorized: told why (request R-1) → to look, these credentials need log:GetLogStore on acs:log:cn-hangzhou:*:project/p/logstore/l',
    ],
    [null, 'warn: none → set logConfig'],
  ])('%j', (logstore, expected) => {
    expect(lineOf('function log', { function: functionSeen({}, { logstore }) })).toContain(expected);
  });
});

describe('the Node.js and the zone data that the function has', () => {
  test.each([
    [statusSeen(), 'ok: v20.10.0, zone data 2023c; goes by 2025c of its compiled config'],
    [statusSeen({ config: '2026a' }), 'ok: v20.10.0, zone data 2023c; goes by 2026a of its compiled config'],
    [statusSeen({ runtime: '2025c' }), 'ok: v20.10.0, zone data 2025c; goes by its own'],
    [
      statusSeen({ config: '2023c' }),
      'warn: v20.10.0, zone data 2023c; goes by its own → deploy it again: it goes by its own, older zone data; this machine has 2025c',
    ],
    [
      statusSeen({ config: '2024b' }),
      'warn: v20.10.0, zone data 2023c; goes by 2024b of its compiled config → deploy it again: it was built with older zone data than this machine has, 2025c',
    ],
    [statusSeen({ runtime: '' }), 'ok: v20.10.0, zone data none; goes by 2025c of its compiled config'],
    [
      statusSeen({ config: '' }),
      'warn: v20.10.0, zone data 2023c; its config cannot be read → `npx flow-logs invoke` it to see what is wrong with its config',
    ],
    [statusSeen({}, 'v20.10.1'), 'ok: v20.10.1, zone data 2023c; goes by 2025c of its compiled config'],
    [
      statusSeen({}, 'v20.100.0'),
      'warn: v20.100.0, zone data 2023c; goes by 2025c of its compiled config → tested on v20.10.0: look at the records of its next runs',
    ],
    [
      statusSeen({ config: '2024b' }, 'v22.1.0'),
      '→ deploy it again: it was built with older zone data than this machine has, 2025c; tested on v20.10.0',
    ],
    [
      found({ errorType: null, runtime: null }),
      'warn: its answer has no nodeVersion and no zoneData → deploy this version',
    ],
    [
      found({ errorType: 'UnhandledInvocationError', runtime: null }),
      'warn: its status failed: UnhandledInvocationError → `npx flow-logs invoke` it',
    ],
    [
      refused('AccessDenied', 403),
      'warn: AccessDenied: told why (request R-1) → to ask for its status, these credentials need fc:InvokeFunction on acs:fc:cn-hangzhou:*:functions/scheduler',
    ],
    [
      refused('RequestTimeout', 0),
      'warn: RequestTimeout: told why (request R-1) → `npx flow-logs invoke` it, and look at its log',
    ],
    [
      refused('ResourceExhausted', 429),
      'warn: ResourceExhausted: told why (request R-1) → too many calls in this account: try again later',
    ],
    [null, 'skip: not invoked → see function runtime first'],
  ])('%j', (status, expected) => {
    expect(lineOf('function versions', { function: functionSeen({}, { status }) })).toContain(expected);
  });

  test('of an emulated function are those of this machine', () => {
    const status = statusSeen({}, 'v22.1.0');
    const more = { endpoints: [ON_LOOPBACK], function: functionSeen({}, { status }) };
    expect(lineOf('function versions', more)).toMatch(/^ok: v22\.1\.0 of this machine, zone data/);
  });

  test('on a machine without zone data nothing is older', () => {
    expect(lineOf('function versions', { zoneData: '' })).toMatch(/^ok: /);
  });
});

describe('retries', () => {
  test.each([
    [
      found(null),
      'warn: not set: a failed tick is repeated up to three times → set maxAsyncRetryAttempts: 0',
    ],
    [
      found({ maxAttempts: 3, maxAgeSeconds: null, onFailure: 'acs:mns:x' }),
      'warn: 3 attempts more, failed ones go to acs:mns:x → set',
    ],
    [
      found({ maxAttempts: null, maxAgeSeconds: 300, onFailure: null }),
      'warn: default attempts more, events kept 5m, failed ones go nowhere',
    ],
    [refused('AccessDenied', 403), 'fc:GetAsyncInvokeConfig'],
  ])('%j', (asyncRetries, expected) => {
    expect(lineOf('function retries', { function: functionSeen({}, { asyncRetries }) })).toContain(expected);
  });
});

describe('the timer', () => {
  const timers = (...triggers: readonly object[]) => ({
    function: functionSeen({}, { triggers: found(triggers as ReturnType<typeof timer>[]) }),
  });

  test.each([
    ['@every 5m', 'ok: @every 5m, at most 5m apart'],
    ['CRON_TZ=Asia/Shanghai 0 */5 * * * *', 'ok: CRON_TZ=Asia/Shanghai 0 */5 * * * *, at most 5m apart'],
    ['0 0,10 * * * ?', 'warn: 0 0,10 * * * ?, at most 50m apart → windows begin and end that much late'],
    ['0 */5 8-19 ? * MON-FRI', 'at most 2d12h5m apart → a window of 12h'],
    ['* * * * * *', 'ok: * * * * * *, at most 1s apart'],
    ['0 0 0 1 1 *', 'at most 365d apart'],
    ['@every 1h', 'warn: @every 1h, at most 1h apart → windows begin and end that much late'],
    ['@every 13h', 'a window of 12h may never be seen open'],
    ['@every 0.5s', 'the expression cannot be judged here'],
    ['at noon', 'the expression cannot be judged here'],
    ['CRON_TZ=Mars/Olympus 0 * * * * *', 'the expression cannot be judged here'],
  ])('%s', (cron, expected) => {
    expect(lineOf('function timer', timers(timer(cron)))).toContain(expected);
  });

  test.each([
    ['a clock that is put back', 'CRON_TZ=Europe/Berlin 0 0 12 * * *', '2026-10-24T00:00:00Z', 25],
    ['a clock that is put on', 'CRON_TZ=Europe/Berlin 0 0 12 * * *', '2026-03-27T00:00:00Z', 24],
    ['a clock that is changed later', 'CRON_TZ=Europe/Berlin 0 0 0 1 * *', '2026-03-05T00:00:00Z', 30 * 24],
    ['half an hour', 'CRON_TZ=Asia/Kolkata 0 0 0,8 * * *', '2026-03-05T00:00:00Z', 16],
  ])('is followed by %s', (_, cron, from, hours) => {
    expect(longestGapMs(cron, Date.parse(from))).toBe(hours * 3_600_000);
  });

  test.each([
    [
      'disabled',
      timer('@every 5m', { enable: false }),
      'fail: disabled: @every 5m, at most 5m apart → enable it',
    ],
    ['no JSON', { ...timer(''), config: 'x' }, 'fail: its settings cannot be read'],
    ['no expression', { ...timer(''), config: '{}' }, 'fail: its settings cannot be read'],
    ['an object', { ...timer(''), config: { enable: 'true', cronExpression: '@every 1m' } }, 'ok: @every 1m'],
    [
      'an unreadable payload',
      timer('@every 5m', { payload: 'go' }),
      'fail: @every 5m, at most 5m apart; payload: ',
    ],
    [
      'a payload that changes nothing',
      timer('@every 5m', { payload: '{"action":"status"}' }),
      'payload {"action":"status"} → it changes nothing',
    ],
    [
      'a dry run',
      timer('@every 5m', { payload: '{"action":"reconcile","dryRun":true}' }),
      '→ it changes nothing',
    ],
    ['a payload that reconciles', timer('@every 5m', { payload: '{"action":"reconcile"}' }), 'ok: '],
  ])('%s', (_, trigger, expected) => {
    expect(lineOf('function timer', timers(trigger))).toContain(expected);
  });

  test('each of several gets its line, other triggers none', () => {
    const lines = lineOf(
      'function timer',
      timers(timer('@every 5m'), { ...timer(''), type: 'http' }, timer('@every 1m')),
    );
    expect(lines.split('\n')).toHaveLength(2);
  });

  test('none at all, and one that may not be looked at', () => {
    expect(lineOf('function timer', timers())).toContain('fail: none: nothing calls the function');
    const triggers = refused('AccessDenied', 403);
    expect(lineOf('function timer', { function: functionSeen({}, { triggers }) })).toContain(
      'fc:ListTriggers',
    );
  });

  test('a window that is shorter than the time between two ticks', () => {
    const sampling = { windows: [{ cron: '0 * * * *', duration: '4m' }] };
    const config = seenConfig({ schedules: { 'office-hours': OFFICE_HOURS, sampling } });
    expect(lineOf('function timer', { config })).toContain('a window of 4m may never be seen open');
  });
});
