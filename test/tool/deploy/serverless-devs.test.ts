/** The real tool, from npm, with a component that notes what it is handed. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Caller } from '../../../lib/tool/caller.ts';
import { CannotDeploy } from '../../../lib/tool/deploy/cannot-deploy.ts';
import { type ServerlessDevs, withServerlessDevs } from '../../../lib/tool/deploy/serverless-devs.ts';

const ACCOUNT = '1234567890123456';
const KEY = { accessKeyId: 'STS.madeUpAccessKeyId', accessKeySecret: 'made-up-secret' };
const CALLER: Caller = {
  accountId: ACCOUNT,
  arn: `acs:ram::${ACCOUNT}:assumed-role/netops/me`,
  credentials: { ...KEY, securityToken: 'made-up-token' },
};
const WITHOUT_TOKEN: Caller = { ...CALLER, credentials: KEY };
const THREE = { AccountID: ACCOUNT, AccessKeyID: KEY.accessKeyId, AccessKeySecret: KEY.accessKeySecret };

/** Notes the credentials, the command line and the environment. */
const COMPONENT = `
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
module.exports = class {
  async deploy({ getCredential, props }) {
    const credential = await getCredential();
    const { DEBUG, FC_CLIENT_CUSTOM_ENDPOINT } = process.env;
    writeFileSync(join(__dirname, 'noted.json'), JSON.stringify({ credential, props, DEBUG, FC_CLIENT_CUSTOM_ENDPOINT }));
    return {};
  }
};
`;

/** Notes every process that is started and every host that is connected to. */
const WATCH = `
const { appendFileSync } = require('node:fs');
const childProcess = require('node:child_process');
const { Socket } = require('node:net');
const note = (text) => appendFileSync(process.env.WATCHED, text + '\\n');
for (const name of ['spawn', 'fork']) {
  const original = childProcess[name];
  childProcess[name] = function (command, args, ...more) {
    note('started ' + [command, ...[args].flat()].join(' '));
    return original.call(this, command, args, ...more);
  };
}
const connect = Socket.prototype.connect;
Socket.prototype.connect = function (...args) {
  note('connected ' + JSON.stringify(args[0]));
  return connect.apply(this, args);
};
`;

const S_YAML = `
edition: 3.0.0
name: project
resources:
  one:
    component: ./component
    actions:
      pre-deploy: [{ run: "node -e 0", path: ./ }]
    props: { region: "\${env('REGION', 'cn-hangzhou')}" }
`;

interface SetUp {
  readonly env?: Readonly<Record<string, string>>;
  readonly dotEnv?: string;
  readonly caller?: Caller;
  readonly source?: string;
}

async function project<Result>(
  { env = {}, dotEnv, caller = CALLER, source = S_YAML }: SetUp,
  work: (tool: ServerlessDevs, folder: string) => Promise<Result>,
) {
  const root = mkdtempSync(join(tmpdir(), 'serverless-devs-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const folder = join(root, 'project');
  mkdirSync(join(folder, 'component'), { recursive: true });
  mkdirSync(join(root, 'home'));
  writeFileSync(join(folder, 's.yaml'), source);
  writeFileSync(join(folder, 'component/index.js'), COMPONENT);
  writeFileSync(join(folder, 'component/package.json'), '{"main":"index.js","type":"commonjs"}');
  writeFileSync(join(root, 'watch.cjs'), WATCH);
  if (dotEnv !== undefined) writeFileSync(join(folder, '.env'), dotEnv);
  const watched = join(root, 'watched');
  const result = await withServerlessDevs(
    {
      folder,
      configFile: join(folder, 'flow-logs.yaml'),
      env: {
        HOME: join(root, 'home'),
        PATH: [dirname(process.execPath), process.env.PATH].join(':'),
        NODE_OPTIONS: `--require ${join(root, 'watch.cjs')}`,
        WATCHED: watched,
        ...env,
      },
      caller,
      fcEndpoint: new URL('http://127.0.0.1:1'),
    },
    (tool) => work(tool, folder),
  );
  return { result, folder, watched: existsSync(watched) ? readFileSync(watched, 'utf8') : '' };
}

const noted = (folder: string): unknown =>
  JSON.parse(readFileSync(join(folder, 'component/noted.json'), 'utf8'));
const deploy = async (setUp: SetUp = {}) => {
  const { result, folder, watched } = await project(setUp, (tool) => tool.deploy(false));
  expect(result).toMatchObject({ status: 0 });
  return { noted: noted(folder), watched };
};

describe('Serverless Devs', () => {
  it('gets the credentials with their token, and the endpoint', async () => {
    const { noted } = await deploy({
      env: { DEBUG: 'true', serverless_devs_access_cicd_alias_name: 'other', CI: '1' },
    });
    expect(noted).toEqual({
      credential: {
        AccountID: ACCOUNT,
        AccessKeyID: KEY.accessKeyId,
        AccessKeySecret: KEY.accessKeySecret,
        SecurityToken: 'made-up-token',
      },
      props: { region: 'cn-hangzhou' },
      FC_CLIENT_CUSTOM_ENDPOINT: 'http://127.0.0.1:1',
    });
  });

  it('reports nothing, looks for no update, and connects to nobody', async () => {
    const { watched } = await deploy();
    expect(watched).toContain('started node -e 0');
    expect(watched).not.toMatch(/report\.js|update-cli|connected/);
  });

  it('leaves nothing behind, and uses the components that were downloaded before', async () => {
    const homes = () => readdirSync(tmpdir()).filter((name) => name.startsWith('flow-logs-serverless-devs-'));
    const before = homes();
    const { folder } = await project({}, async (tool, folder) => {
      const cached = join(folder, '../home/.s/components/devsapp.cn/v3/fc9');
      mkdirSync(cached, { recursive: true });
      writeFileSync(join(cached, 'index.js'), COMPONENT);
      writeFileSync(join(cached, 'package.json'), '{"main":"index.js","type":"commonjs"}');
      writeFileSync(
        join(cached, '.s.lock'),
        JSON.stringify({ version: '0.0.1', lastUpdateCheck: Date.now() }),
      );
      writeFileSync(join(folder, 's.yaml'), S_YAML.replace('./component', 'fc9'));
      const { status, said } = await tool.deploy(false);
      expect({ status, said }).toMatchObject({ status: 0 });
      expect(existsSync(join(cached, 'noted.json'))).toBe(true);
    });
    expect(existsSync(join(folder, '../home/.s/components'))).toBe(true);
    expect(homes()).toEqual(before);
  });

  it('renders s.yaml with .env, as it would deploy it', async () => {
    const { result } = await project({ dotEnv: 'REGION=cn-beijing\n' }, (tool) => tool.render());
    expect(result).toMatchObject({ resources: { one: { props: { region: 'cn-beijing' } } } });
  });

  it('does not run the actions of s.yaml again that were run already', async () => {
    const source = S_YAML.replace('node -e 0', 'exit 3');
    expect((await project({ source }, (tool) => tool.deploy(true))).result).toMatchObject({ status: 0 });
    expect((await project({ source }, (tool) => tool.deploy(false))).result).not.toMatchObject({ status: 0 });
  });

  it('says why s.yaml cannot be rendered', async () => {
    const source = S_YAML.replace("'REGION', 'cn-hangzhou'", "'OTHER', undefined");
    await expect(project({ source }, (tool) => tool.render())).rejects.toThrow(/cannot be rendered:.*OTHER/s);
  });

  it.each(['FC_LOG_PROJECT', 'REGION'])('says in its own words that %s is not set', async (name) => {
    const source = S_YAML.replace("'REGION', 'cn-hangzhou'", `'${name}', undefined`);
    await expect(project({ source }, (tool) => tool.render())).rejects.toThrow(
      new RegExp(`^${name} is not set: put ${name}=… into a file \\.env beside s\\.yaml`),
    );
  });

  it('keeps its log, and says what to do about a component that cannot be downloaded', async () => {
    // Nothing leaves this machine.
    const offline = `
      const dns = require('node:dns');
      dns.lookup = (host, options, done) =>
        (done ?? options)(Object.assign(new Error('getaddrinfo ENOTFOUND ' + host), { code: 'ENOTFOUND' }));`;
    const source = S_YAML.replace('./component', 'fc3');
    const { result, folder } = await project({ source }, (tool, folder) => {
      writeFileSync(join(folder, '../watch.cjs'), offline);
      return tool.deploy(false);
    });
    expect(result.status).not.toBe(0);
    expect(result.said).toContain('ENOTFOUND');
    const home = join(folder, '../home');
    expect(result.said).toContain(
      `The component fc3 is not on this machine, and Serverless Devs could not download it: allow access to ` +
        `https://api.devsapp.cn and deploy again, or copy ${join(home, '.s/components/devsapp.cn/v3/fc3')}`,
    );
    const [, log = ''] = /log of this run can be found in: (\S+)/.exec(result.said) ?? [];
    expect(log).toContain(join(home, '.s/logs'));
    expect(readdirSync(log)).toContain('engine.log');
    expect(readFileSync(join(log, 'engine.log'), 'utf8')).not.toContain(KEY.accessKeySecret);
  });

  it('runs a step without the credentials, with the config by its name', async () => {
    const command = `node -p "[process.env.FLOW_LOGS_CONFIG, Object.keys(process.env).filter((name) => /devs_key/.test(name)).length].join()"`;
    const { result, folder } = await project({}, (tool) => tool.step(command, './'));
    expect(result).toEqual({ status: 0, said: `${join(folder, 'flow-logs.yaml')},0\n` });
    expect((await project({}, (tool) => tool.step('exit 3', '.'))).result).toMatchObject({ status: 3 });
  });
});

describe("Serverless Devs' own three variables", () => {
  it.each([
    ['of the same identity, which are left out', { env: THREE }, CALLER.credentials.securityToken],
    [
      'of the same identity, in .env, without a token',
      { dotEnv: dotEnvOf(THREE), caller: WITHOUT_TOKEN },
      undefined,
    ],
    ['two of them', { env: { AccountID: '9', AccessKeyID: 'other' } }, CALLER.credentials.securityToken],
  ])('%s', async (_, setUp, SecurityToken) => {
    const { noted } = await deploy(setUp);
    expect(noted).toMatchObject({
      credential: {
        AccountID: ACCOUNT,
        AccessKeyID: KEY.accessKeyId,
        ...(SecurityToken && { SecurityToken }),
      },
    });
  });

  it.each([
    ['of another account', { env: { ...THREE, AccountID: '9' } }, 'two different accounts: AccountID is 9'],
    ['of another key', { env: { ...THREE, AccessKeyID: 'other' } }, 'two identities of account 1234'],
    [
      'of another account, in .env',
      { dotEnv: dotEnvOf({ ...THREE, AccountID: '9' }) },
      'two different accounts',
    ],
    [
      'of another account, some of them in .env',
      { env: { AccountID: '9' }, dotEnv: dotEnvOf({ AccessKeyID: 'x', AccessKeySecret: 'y' }) },
      'two different accounts',
    ],
    ['temporary, in .env', { dotEnv: dotEnvOf(THREE) }, 'without their token'],
  ])('%s are refused', async (_, setUp, message) => {
    const refused = project(setUp, (tool) => tool.deploy(false));
    await expect(refused).rejects.toThrow(CannotDeploy);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.not.toThrow(KEY.accessKeySecret);
  });
});

function dotEnvOf(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
