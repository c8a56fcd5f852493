import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reserveMs } from '../../lib/scheduler.ts';
import { configFile, configOf } from '../support/config.ts';
import { deployed, problemsOf } from './fc3-rules.ts';

const project = resolve(import.meta.dirname, '../..');
const source = readFileSync(join(project, 's.yaml'), 'utf8');

interface Resource {
  readonly actions: Readonly<Record<string, readonly { readonly run?: string; readonly path?: string }[]>>;
  readonly props: {
    readonly code: string;
    readonly handler: string;
    readonly timeout: number;
    readonly environmentVariables: Readonly<Record<string, string>>;
  };
}

const resources = deployed(source).resources as Readonly<Record<string, Resource>>;
const [resource, ...otherResources] = Object.values(resources);
if (resource === undefined) throw new Error('s.yaml has no resource');
const { props, actions } = resource;

describe('s.yaml', () => {
  it('keeps every rule of Serverless Devs and fc3', () => {
    expect(problemsOf(source)).toEqual([]);
    expect(otherResources).toEqual([]);
  });

  it('builds before it deploys', () => {
    const [step] = actions['pre-deploy'] ?? [];
    expect(step).toMatchObject({ run: 'npm run build', path: './' });
    const scripts = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')).scripts;
    expect(scripts).toHaveProperty('build');
  });

  it('deploys the folder that the build wrote, with the handler and the config in it', () => {
    const built = resolve(project, props.code);
    const [file = '', name = ''] = props.handler.split('.');
    if (!existsSync(built)) expect.fail(`${props.code} is missing: npm run build writes it`);
    expect(createRequire(import.meta.url)(join(built, `${file}.js`))[name]).toBeTypeOf('function');
    expect(existsSync(join(built, props.environmentVariables.FLOW_LOGS_CONFIG ?? ''))).toBe(true);
  });

  it('gives a run the time to wait for CEN and to record', () => {
    const timeoutMs = props.timeout * 1000;
    const configs = [configFile(), readFileSync(join(project, 'examples/flow-logs.yaml'), 'utf8')];
    for (const { limits } of configs.map(configOf)) {
      expect(timeoutMs - reserveMs(timeoutMs)).toBeGreaterThanOrEqual(limits.settleTimeoutMs);
    }
  });
});

/** s.yaml with one place changed; fails when there is no such place. */
function changed(from: string, to: string): string {
  if (source.split(from).length !== 2) throw new Error(`s.yaml does not say ${from} once`);
  return source.replace(from, to);
}

describe('a broken s.yaml is told', () => {
  const PROPS = 'resources.flow-log-scheduler.props';
  const TIMER = `${PROPS}.triggers.0.triggerConfig`;
  const CRON = `cronExpression: "\${env('TICK', 'CRON_TZ=Asia/Shanghai 0 */5 * * * *')}"`;
  const tick = (expression: string) => changed(CRON, `cronExpression: "${expression}"`);

  it.each([
    ['an older edition', changed('edition: 3.0.0', 'edition: 1.0.0'), 'edition: expected 3.0.0'],
    ['no access', changed('access: ', 'acces: '), 'access: is missing'],
    ['a key of no meaning', changed('access: ', 'owner: x\naccess: '), 'owner: unknown key'],
    ['another component', changed('component: fc3', 'component: fc'), 'component: expected fc3'],
    ['a misspelt key', changed('memorySize: 128', 'memorySise: 128'), `${PROPS}.memorySise: unknown key`],
    ['a key left out', changed('diskSize: 512', ''), `${PROPS}.diskSize: is missing`],
    ['a runtime too new', changed('nodejs20', 'nodejs22'), 'runtime: expected nodejs20, got "nodejs22"'],
    ['another handler', changed('index.handler', 'main.handler'), 'handler: expected index.handler'],
    ['a region without the service', changed("'cn-hangzhou'", "'cn-heyuan'"), `${PROPS}.region: expected`],
    ['memory of 100', changed('memorySize: 128', 'memorySize: 100'), 'memorySize: expected a multiple of 64'],
    ['too much cpu', changed('cpu: 0.1', 'cpu: 2'), 'cpu: expected cpu:memory (GB) from 1:1 to 1:4'],
    ['too little cpu', changed('cpu: 0.1', 'cpu: 0.01'), 'cpu: expected cores, from 0.05'],
    ['too little cpu for it', changed('memorySize: 128', 'memorySize: 512'), 'cpu: expected cpu:memory'],
    ['another disk', changed('diskSize: 512', 'diskSize: 1024'), 'diskSize: expected 512 or 10240'],
    ['a timeout as text', changed('timeout: 180', 'timeout: "180"'), 'timeout: expected a multiple of 1'],
    ['over a day', changed('timeout: 180', 'timeout: 86401'), 'timeout: expected a multiple of 1'],
    ['a role in the file', changed(`\${env('ROLE_ARN')}`, 'acs:ram::1:role/x'), 'role: expected the role'],
    [
      'a number for a variable',
      changed('FLOW_LOGS_CONFIG: flow-logs.yaml', 'FLOW_LOGS_CONFIG: 1'),
      'environmentVariables: expected names without FC_, and texts in quotes, got FLOW_LOGS_CONFIG: 1',
    ],
    [
      'a reserved variable',
      changed('FLOW_LOGS_CONFIG: ', 'FC_CONFIG: '),
      'environmentVariables: expected names without FC_',
    ],
    [
      'variables beyond 4 KB',
      changed('FLOW_LOGS_CONFIG: flow-logs.yaml', `FLOW_LOGS_CONFIG: ${'x'.repeat(4_096)}`),
      'environmentVariables: expected 4096 bytes at most',
    ],
    ['logs without a place', changed('logstore: "', 'logStore: "'), 'logConfig.logstore: is missing'],
    ['no configuration of logs', changed('logConfig:\n', 'logConf:\n'), `${PROPS}.logConfig: is missing`],
    ['too many retries', changed('Attempts: 0', 'Attempts: 9'), 'RetryAttempts: expected a multiple of 1'],
    ['too old events', changed('InSeconds: 300', 'InSeconds: 604801'), 'InSeconds: expected a multiple of 1'],
    ['runs side by side', changed('Concurrency: 1', 'Concurrency: 2'), 'reservedConcurrency: expected 1'],
    ['a trigger name', changed('triggerName: tick', 'triggerName: 5-minutes'), 'triggerName: expected'],
    ['another trigger', changed('triggerType: timer', 'triggerType: http'), 'triggerType: expected timer'],
    ['a timer without cronExpression', changed(CRON, ''), `${TIMER}.cronExpression: is missing`],
    ['a timer without enable', changed('enable: true', ''), `${TIMER}.enable: is missing`],
    ['a switch as text', changed('enable: true', 'enable: "true"'), `${TIMER}.enable: expected true`],
    [
      'an object as payload',
      changed('payload: ""', 'payload: { action: status }'),
      `${TIMER}.payload: expected`,
    ],
    ['five fields', tick('CRON_TZ=Asia/Shanghai */5 * * * *'), 'cronExpression: expected six fields, got 5'],
    ['UTC unasked', tick('0 */5 * * * *'), 'cronExpression: expected CRON_TZ=<zone>'],
    ['no zone', tick('CRON_TZ=Asia/Shangai 0 */5 * * * *'), 'cronExpression: expected CRON_TZ=<zone>'],
    ['every second', tick('CRON_TZ=UTC */5 * * * * *'), 'cronExpression: expected one second'],
    ['a word in a field', tick('CRON_TZ=UTC 0 0 8 * * mon'), 'cronExpression: expected fields'],
    ['no quotes', changed(`"\${env('ROLE_ARN')}"`, `\${env('ROLE_ARN')}`), 'expected it in double quotes'],
    ['a function half called', changed("env('REGION', 'cn-hangzhou')", "env('REGION'"), 'not a variable'],
    ['a variable that is not set', changed(`\${vars.region}`, `\${vars.zone}`), 'not a variable'],
    ['a variable as a key', changed('name: flow', `"\${vars.region}": x\nname: flow`), ': a key'],
    ['no YAML at all', `${source}\n  - x: [`, 'Flow sequence'],
  ])('%s', (_, text, problem) => {
    expect(problemsOf(text).join('\n')).toContain(problem);
  });
});
