/** The real tool Serverless Devs, run on this project's s.yaml beside a config of the test's own. */
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll } from 'vitest';
import { serverlessYaml } from '../../lib/tool/init/project-files.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const S = join(dirname(createRequire(import.meta.url).resolve('@serverless-devs/s/package.json')), 'bin/s');

const everything = mkdtempSync(join(tmpdir(), 'deployment-'));
afterAll(() => rmSync(everything, { recursive: true }));

export const S_YAML = readFileSync(join(PROJECT, 's.yaml'), 'utf8');

/** What `flow-logs init` writes into a user's project. */
export const USER_S_YAML = serverlessYaml(S_YAML);

export const RECORD_TO = { regionId: 'eu-central-1', project: 'netops-audit', logstore: 'audit' };

export interface SetUp {
  /** Text of s.yaml. */
  readonly source?: string;
  /** Where the config is. */
  readonly configFile?: string;
  /** What the config says besides `recordTo`; written as JSON, which is YAML too. */
  readonly config?: object;
  readonly recordTo?: unknown;
  /** Text of `.env`; there is none without it. */
  readonly dotEnv?: string;
  /** What is exported besides. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ran {
  readonly status: number | null;
  /** Standard output and standard error. */
  readonly said: string;
}

export interface Deployment {
  readonly folder: string;
  /** Runs `s` in the folder, without a terminal, with nothing exported but `env`, and a home folder of its own. */
  run(...args: readonly string[]): Promise<Ran>;
}

/** A folder with s.yaml and what it reads, in which `s` can be run until the last test ends. */
export function deployment({
  source = S_YAML,
  configFile = 'functions/flow-logs.yaml',
  config,
  recordTo = RECORD_TO,
  dotEnv,
  env = {},
}: SetUp = {}): Deployment {
  const root = mkdtempSync(join(everything, 'each-'));
  const folder = join(root, 'project');
  const home = join(root, 'home');
  mkdirSync(dirname(join(folder, configFile)), { recursive: true });
  mkdirSync(home);
  writeFileSync(join(folder, 's.yaml'), source);
  writeFileSync(join(folder, configFile), JSON.stringify({ ...config, recordTo }));
  if (dotEnv !== undefined) writeFileSync(join(folder, '.env'), dotEnv);
  return { folder, run: (...args) => run(args, folder, home, env) };
}

function run(
  args: readonly string[],
  cwd: string,
  home: string,
  exported: Readonly<Record<string, string>>,
): Promise<Ran> {
  const env = {
    HOME: home,
    // The steps that s.yaml runs before a deploy find node and npm by it.
    PATH: [dirname(process.execPath), process.env.PATH].join(':'),
    // Keeps the tool from asking for its newest version and from sending what was run.
    NODE_ENV: 'test',
    npm_config_update_notifier: 'false',
    ...exported,
  };
  return new Promise((settle, reject) => {
    const child = spawn(process.execPath, [S, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (said += String(bytes)));
    child.on('error', reject);
    child.on('close', (status) => settle({ status, said }));
  });
}

/** What `s` would hand to the component: s.yaml with everything rendered. @throws {Error} when it refuses */
export async function rendered(setUp: SetUp = {}): Promise<Rendered> {
  const { status, said } = await deployment(setUp).run('preview', '-o', 'json');
  if (status !== 0) throw new Error(said);
  return JSON.parse(said.slice(said.indexOf('\n{') + 1)) as Rendered;
}

export interface Rendered {
  readonly access?: unknown;
  readonly resources: Readonly<Record<string, Resource>>;
}

export interface Resource {
  readonly actions: Readonly<Record<string, readonly { readonly run?: string; readonly path?: string }[]>>;
  readonly props: Props;
}

export interface Props {
  readonly region: string;
  readonly code: string;
  readonly handler: string;
  readonly cpu: number;
  readonly memorySize: number;
  readonly timeout: number;
  readonly role?: string;
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly logConfig: { readonly project: string; readonly logstore: string };
  readonly asyncInvokeConfig: { readonly qualifier?: string };
  readonly concurrencyConfig?: unknown;
  readonly triggers: readonly { readonly triggerConfig: { readonly cronExpression: string } }[];
}

/** The props of the one resource that s.yaml has. */
export function propsOf({ resources }: Rendered): Props {
  const [resource, ...others] = Object.values(resources);
  if (resource === undefined || others.length > 0) throw new Error('s.yaml has not exactly one resource');
  return resource.props;
}

/**
 * A folder with a stand-in for the component fc3, which no package registry has: `s` takes a folder of that name before it
 * looks elsewhere. The stand-in notes in `handed-over.jsonl` what `s` hands to it.
 */
export function withStandIn(setUp: SetUp = {}): Deployment {
  const made = deployment(setUp);
  symlinkSync(join(import.meta.dirname, 'stand-in'), join(made.folder, 'fc3'));
  return made;
}

/** Installs this package into the folder, as npm would. */
export function install({ folder }: Deployment): void {
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(PROJECT, join(folder, 'node_modules/flow-log-scheduler'));
  symlinkSync('../flow-log-scheduler/dist/cli.js', join(folder, 'node_modules/.bin/flow-logs'));
  writeFileSync(join(folder, 'package.json'), '{}');
}

/** What `s` handed to the stand-in, in turn; empty when it handed nothing. */
export function handedOver({ folder }: Deployment): readonly HandedOver[] {
  const file = join(folder, 'handed-over.jsonl');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as HandedOver);
}

export interface HandedOver {
  readonly command: 'deploy' | 'remove';
  readonly props: Props;
  readonly args: readonly string[];
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly hasToken: boolean;
}
