import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { reserveMs } from '../../lib/reconcile/budget.ts';
import { FUNCTION_LOGSTORE } from '../../lib/tool/provision/definitions/logstore.ts';
import { configFile, configOf } from '../support/config.ts';
import { problemsOf } from './fc3-rules.ts';
import {
  deployment,
  handedOver,
  install,
  propsOf,
  RECORD_TO,
  type Rendered,
  rendered,
  S_YAML,
  USER_S_YAML,
  withStandIn,
} from './serverless-devs.ts';

const project = resolve(import.meta.dirname, '../..');

let usual: Rendered;
beforeAll(async () => {
  // Nothing of the config is rendered but what is needed: its texts may look like variables.
  const schedules = { s: { windows: [], exceptions: [{ reason: `\${env('NO_SUCH')}` }] } };
  usual = await rendered({ config: { schedules } });
});

describe('s.yaml, with nothing exported', () => {
  it('is rendered wholly, and keeps every rule', () => {
    expect(problemsOf(usual)).toEqual([]);
    expect(usual).not.toHaveProperty('access');
  });

  it("deploys to the records' region, and logs to their project", () => {
    expect(propsOf(usual)).toMatchObject({
      region: RECORD_TO.regionId,
      role: 'flow-log-scheduler',
      runtime: 'nodejs20',
      logConfig: { project: RECORD_TO.project, logstore: FUNCTION_LOGSTORE, logBeginRule: 'None' },
    });
  });

  it('builds before it deploys', () => {
    const [resource] = Object.values(usual.resources);
    expect(resource?.actions['pre-deploy']).toMatchObject([{ run: 'npm run build', path: './' }]);
    const scripts = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')).scripts;
    expect(scripts).toHaveProperty('build');
  });

  it('deploys the folder that the build wrote, with the handler and the config in it', () => {
    const { code, handler, environmentVariables } = propsOf(usual);
    const built = resolve(project, code);
    const [file = '', name = ''] = handler.split('.');
    if (!existsSync(built)) expect.fail(`${code} is missing: npm run build writes it`);
    expect(createRequire(import.meta.url)(join(built, `${file}.js`))[name]).toBeTypeOf('function');
    expect(existsSync(join(built, environmentVariables.FLOW_LOGS_CONFIG ?? ''))).toBe(true);
  });

  it('gives a run the time to wait for CEN and to record', () => {
    const timeoutMs = propsOf(usual).timeout * 1000;
    const configs = [configFile(), readFileSync(join(project, 'examples/flow-logs.yaml'), 'utf8')];
    for (const { limits } of configs.map(configOf)) {
      expect(timeoutMs - reserveMs(timeoutMs)).toBeGreaterThanOrEqual(limits.settleTimeoutMs);
    }
  });
});

describe('.env', () => {
  it('is read by the tool, and ignored by git', async () => {
    const dotEnv = [
      'REGION=cn-beijing',
      'FC_LOG_PROJECT=beijing-audit',
      'ROLE_ARN=acs:ram::1234567890123456:role/netops',
      'TICK="CRON_TZ=UTC 30 */10 * * * *"',
    ].join('\n');
    const root = await rendered({ dotEnv });
    expect(problemsOf(root)).toEqual([]);
    expect(propsOf(root)).toMatchObject({
      region: 'cn-beijing',
      role: 'acs:ram::1234567890123456:role/netops',
      logConfig: { project: 'beijing-audit', logstore: FUNCTION_LOGSTORE },
      triggers: [{ triggerConfig: { cronExpression: 'CRON_TZ=UTC 30 */10 * * * *' } }],
    });
    expect(readFileSync(join(project, '.gitignore'), 'utf8').split('\n')).toContain('.env');
  });

  it('with empty values, or those that are the default, changes nothing', async () => {
    const dotEnv = `REGION=${RECORD_TO.regionId}\nFC_LOG_PROJECT=\nROLE_ARN=\nTICK=\n`;
    expect(await rendered({ dotEnv })).toEqual(usual);
  });

  it('names region and project of the log where the records go to standard output', async () => {
    const dotEnv = 'REGION=cn-beijing\nFC_LOG_PROJECT=beijing-audit\n';
    const root = await rendered({ recordTo: 'stdout', dotEnv });
    expect(problemsOf(root)).toEqual([]);
    expect(propsOf(root)).toMatchObject({
      region: 'cn-beijing',
      logConfig: { project: 'beijing-audit', logstore: FUNCTION_LOGSTORE },
    });
  });

  it.each([
    ['records on standard output', 'stdout', '', 'set REGION in .env'],
    ['records on standard output and a region', 'stdout', 'REGION=cn-beijing', 'set FC_LOG_PROJECT in .env'],
    // Function Compute takes a project of its own region only.
    ['a region without the records', RECORD_TO, 'REGION=cn-beijing', 'set FC_LOG_PROJECT in .env'],
  ])('is asked for with %s', async (_, recordTo, dotEnv, message) => {
    const { status, said } = await deployment({ recordTo, dotEnv }).run('preview');
    expect(status).not.toBe(0);
    expect(said).toContain(message);
  });
});

describe('the tool', () => {
  it('verifies the file, and would refuse one that cannot be rendered', async () => {
    const passed = await withStandIn().run('verify');
    expect(passed).toMatchObject({ status: 0, said: expect.stringContaining('[s.yaml] passed') });
    const source = changed(S_YAML, 'vars:\n', 'variables:\n');
    expect(await withStandIn({ source }).run('verify')).toMatchObject({ status: 1 });
  });

  it('deploys the first time and the second, without a terminal, by the default key', async () => {
    const made = withStandIn();
    const { folder, run } = made;
    const scripts = { build: `node -e "fs.appendFileSync('built', 'built;')"` };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts }));
    const key = ['--AccountID', '1234567890123456', '--AccessKeyID', 'id', '--AccessKeySecret', 'secret'];
    expect(await run('config', 'add', ...key, '-a', 'default')).toMatchObject({ status: 0 });
    for (const args of [['deploy'], ['deploy', '-y']]) {
      const { status, said } = await run(...args);
      expect({ status, said }).toMatchObject({ status: 0, said: expect.stringContaining('completed') });
    }
    expect(handedOver(made)).toMatchObject(
      Array(2).fill({ accountId: '1234567890123456', props: propsOf(usual) }),
    );
    expect(readFileSync(join(folder, 'built'), 'utf8')).toBe('built;built;');
  });

  it('refuses an access that is a variable', async () => {
    const source = changed(S_YAML, 'name: flow', `access: "\${env('ACCESS', 'default')}"\nname: flow`);
    const { folder, run } = withStandIn({ source });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { build: 'true' } }));
    const { status, said } = await run('deploy');
    expect(status).not.toBe(0);
    expect(said).toContain('Not found access');
  });
});

describe("a user's own s.yaml", () => {
  const USER = { source: USER_S_YAML, configFile: 'flow-logs.yaml' };

  it('is the same but for where the config is, and what puts it together', async () => {
    const root = await rendered(USER);
    expect(problemsOf(root)).toEqual([]);
    expect(propsOf(root)).toEqual(propsOf(usual));
    const [resource] = Object.values(root.resources);
    expect(resource?.actions['pre-deploy']).toMatchObject([{ run: 'npx --no flow-logs bundle', path: './' }]);
    expect(USER_S_YAML).not.toMatch(/functions\/|npm run/);
  });

  it('has the code put together before it is deployed, and nothing deployed of an invalid config', {
    timeout: 120_000,
  }, async () => {
    const config = {
      timezone: 'UTC',
      schedules: { never: { windows: [] } },
      flowLogs: [{ flowLogId: 'flowlog-1', regionId: 'cn-hangzhou', schedule: 'never' }],
    };
    const key = { AccountID: '1234567890123456', AccessKeyID: 'id', AccessKeySecret: 'secret' };
    const deploy = async (valid: boolean) => {
      const made = withStandIn({
        ...USER,
        config: valid ? config : { ...config, timezone: '' },
        env: key,
      });
      const { folder, run } = made;
      install(made);
      return { folder, ...(await run('deploy', '-y')), deployed: handedOver(made) };
    };
    const done = await deploy(true);
    expect(done).toMatchObject({ status: 0, said: expect.stringContaining('code sha256') });
    expect(readdirSync(join(done.folder, done.deployed[0]?.props.code ?? ''))).toEqual(
      expect.arrayContaining(['index.js', 'flow-logs.yaml', 'flow-logs.yaml.compiled']),
    );
    const refused = await deploy(false);
    expect(refused.status).not.toBe(0);
    expect(refused.said).toContain('timezone: expected an IANA time zone');
    expect(refused.deployed).toEqual([]);
  });
});

/** A text with one place changed; fails when there is no such place. */
function changed(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`s.yaml does not say ${from} once`);
  return text.replace(from, () => to);
}

describe('the rules find', () => {
  const props = (more: object): Rendered => {
    const [[name, resource] = ['', null]] = Object.entries(usual.resources);
    if (resource === null) throw new Error('s.yaml has no resource');
    return { ...usual, resources: { [name]: { ...resource, props: { ...resource.props, ...more } } } };
  };
  const tick = (cronExpression: string) => ({ triggers: [{ triggerConfig: { cronExpression } }] });

  it.each([
    ['something left', { description: `\${x}` }, 'something is left that is not rendered'],
    ['no qualifier', { asyncInvokeConfig: {} }, 'asyncInvokeConfig.qualifier: expected LATEST'],
    [
      'runs one at a time',
      { concurrencyConfig: { reservedConcurrency: 1 } },
      'concurrencyConfig: expected none',
    ],
    ['a misspelt key', { diskSise: 512 }, 'props.diskSise: unknown key'],
    [
      'a misspelt key of the log',
      { logConfig: { project: 'p', logStore: 'l' } },
      'logConfig.logStore: unknown key',
    ],
    ['no role', { role: undefined }, 'role: is missing'],
    ['a role with capitals', { role: 'FlowLogs' }, 'role: expected lower case'],
    ['too much cpu', { cpu: 2 }, 'cpu: expected cpu:memory'],
    ['too little cpu', { memorySize: 512 }, 'cpu: expected cpu:memory'],
    ['a reserved variable', { environmentVariables: { FC_X: '' } }, 'expected names without FC_'],
    ['variables beyond 4 KB', { environmentVariables: { X: 'x'.repeat(4_096) } }, 'expected 4096 bytes'],
    ['five fields', tick('CRON_TZ=Asia/Shanghai */5 * * * *'), 'expected six fields, got 5'],
    ['UTC unasked', tick('0 */5 * * * *'), 'expected CRON_TZ=<zone>'],
    ['no zone', tick('CRON_TZ=Asia/Shangai 0 */5 * * * *'), 'expected CRON_TZ=<zone>'],
    ['every second', tick('CRON_TZ=UTC */5 * * * * *'), 'expected one second'],
    ['a word in a field', tick('CRON_TZ=UTC 0 0 8 * * mon'), 'cronExpression: got 0 0 8 * * mon'],
  ])('%s', (_, more, problem) => {
    expect(problemsOf(props(more)).join('\n')).toContain(problem);
  });
});
