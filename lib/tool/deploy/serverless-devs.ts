/**
 * Serverless Devs, run as a process in the folder of `s.yaml`: one identity, no telemetry, nobody to ask.
 * @see https://github.com/Serverless-Devs/Serverless-Devs
 */
import { type SpawnOptions, spawn } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Caller } from '../caller.ts';
import { CannotDeploy } from './cannot-deploy.ts';

type Env = Readonly<Record<string, string | undefined>>;

export interface Ran {
  readonly status: number | null;
  /** Standard output and standard error, without colours. */
  readonly said: string;
}

export interface ServerlessDevs {
  /** `s.yaml` with everything rendered, as a component would get it. @throws {CannotDeploy} */
  render(): Promise<unknown>;
  /** One step that `s.yaml` runs before a deployment. @param path from the folder of `s.yaml` */
  step(command: string, path: string): Promise<Ran>;
  /**
   * May end well having done nothing: read back what is there.
   * @param skipActions whether every action of `s.yaml` was run already
   */
  deploy(skipActions: boolean): Promise<Ran>;
}

/** The variable with the credentials; Serverless Devs finds them by the end of its name. */
const ALIAS = 'flow_logs_serverless_devs_key';

/** Where all three are set, Serverless Devs takes them before anything else, and without a security token. */
const KEY_VARIABLES = ['AccountID', 'AccessKeyID', 'AccessKeySecret'] as const;

/**
 * Besides, what makes Serverless Devs take another alias (in a pipeline), or send everything over plain http (debugging).
 */
const LEFT_OUT: readonly string[] = [...KEY_VARIABLES, 'serverless_devs_access_cicd_alias_name', 'DEBUG'];

/**
 * @param folder with `s.yaml`
 * @param configFile absolute path of the config, for the steps
 * @throws {CannotDeploy} when the tool is not installed, or the folder has another identity for it
 */
export async function withServerlessDevs<Result>(
  {
    folder,
    configFile,
    env,
    caller,
    fcEndpoint,
  }: {
    readonly folder: string;
    readonly configFile: string;
    readonly env: Env;
    readonly caller: Caller;
    /** Of `FC_ENDPOINT`. */
    readonly fcEndpoint: URL | undefined;
  },
  work: (tool: ServerlessDevs) => Promise<Result>,
): Promise<Result> {
  const program = programIn(folder);
  await refuseOtherIdentity(folder, env, caller);
  const usual = env.serverless_devs_config_home || env.HOME || homedir();
  const home = await makeHome(usual);
  const { accountId, credentials } = caller;
  const childEnv = {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !LEFT_OUT.includes(name))),
    FLOW_LOGS_CONFIG: configFile,
    serverless_devs_config_home: home,
    [ALIAS]: JSON.stringify({
      AccountID: accountId,
      AccessKeyID: credentials.accessKeyId,
      AccessKeySecret: credentials.accessKeySecret,
      ...(credentials.securityToken === undefined ? {} : { SecurityToken: credentials.securityToken }),
    }),
    ...(fcEndpoint === undefined ? {} : { FC_CLIENT_CUSTOM_ENDPOINT: fcEndpoint.origin }),
  };
  const tool = async (...args: readonly string[]): Promise<Ran> => {
    const command = [program, ...args, '-t', join(folder, 's.yaml')];
    const { status, said } = await run(process.execPath, command, { cwd: folder, env: childEnv });
    // Its log is kept there, and the other home is removed.
    return { status, said: said.replaceAll(home, usual) };
  };
  try {
    return await work({
      render: async () => {
        const { status, said } = await tool('preview', '-o', 'json');
        const rendered = status === 0 ? jsonIn(said) : undefined;
        if (rendered === undefined) {
          throw new CannotDeploy(adviceOnVariable(said) ?? `s.yaml cannot be rendered:\n${lastLines(said)}`);
        }
        return rendered;
      },
      step: (command, path) => {
        // The credentials are for Serverless Devs alone.
        const { [ALIAS]: _, ...stepEnv } = childEnv;
        return run(command, [], { cwd: resolve(folder, path), env: stepEnv, shell: true });
      },
      deploy: async (skipActions) => {
        const ran = await tool('deploy', '-y', '-a', ALIAS, ...(skipActions ? ['--skip-actions'] : []));
        if (ran.status === 0) return ran;
        return { ...ran, said: `${ran.said}${await adviceOnComponent(folder, usual)}` };
      },
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** What a person needs of a long output. */
export function lastLines(said: string, count = 30): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-count).join('\n');
}

/** The project's own Serverless Devs, else the one that was installed with this tool. */
function programIn(folder: string): string {
  for (const place of [folder, import.meta.dirname]) {
    try {
      return join(
        dirname(createRequire(join(place, 'package.json')).resolve('@serverless-devs/s/package.json')),
        'bin/s',
      );
    } catch {
      // Looked for in the next place.
    }
  }
  throw new CannotDeploy(
    'Serverless Devs is not installed in this folder: run npm install, or npm install --save-dev @serverless-devs/s@3.1.10',
  );
}

/**
 * A file `.env` beside `s.yaml` is read by Serverless Devs itself, so nothing here keeps its three variables from it.
 * @throws {CannotDeploy}
 */
async function refuseOtherIdentity(
  folder: string,
  env: Env,
  { accountId, credentials }: Caller,
): Promise<void> {
  const file = join(folder, '.env');
  const text = await readFile(file, 'utf8').catch(() => '');
  const inFile: Env = parseEnv(text);
  const both = { ...inFile, ...env };
  const [account, keyId, secret] = KEY_VARIABLES.map((name) => both[name]);
  if (account === undefined || keyId === undefined || secret === undefined) return;
  const where = KEY_VARIABLES.some((name) => name in inFile)
    ? `${file} or the environment`
    : 'the environment';
  const advice = `remove ${KEY_VARIABLES.join(', ')} from ${where}: Serverless Devs would deploy with them`;
  if (account !== accountId) {
    throw new CannotDeploy(
      `two different accounts: AccountID is ${account}, but the credentials are of account ${accountId}; ${advice}`,
    );
  }
  if (keyId !== credentials.accessKeyId || secret !== credentials.accessKeySecret) {
    throw new CannotDeploy(
      `two identities of account ${accountId}: AccessKeyID is another access key than that of the credentials; ${advice}`,
    );
  }
  if (credentials.securityToken !== undefined && KEY_VARIABLES.every((name) => name in inFile)) {
    throw new CannotDeploy(
      `temporary credentials in ${file}: Serverless Devs would take them without their token; ${advice}`,
    );
  }
}

/** What s.yaml asks for where it has no default, and what it is. */
const VARIABLES: Readonly<Record<string, string>> = {
  REGION: "the function's region",
  FC_LOG_PROJECT: "the name of an SLS project in the function's region, for the function's own log",
};

/** What to do about a variable that is not set; null when it is not that. @param said by Serverless Devs */
function adviceOnVariable(said: string): string | null {
  const [, name = ''] = /env\('(\w+)'\) not found/.exec(said) ?? [];
  const what = VARIABLES[name];
  if (what === undefined) return null;
  return `${name} is not set: put ${name}=… into a file .env beside s.yaml, with ${what}. Nothing was changed`;
}

/** What to do when a component is not there after a call that needed it; else empty. @param usual home folder */
async function adviceOnComponent(folder: string, usual: string): Promise<string> {
  const source = await readFile(join(folder, 's.yaml'), 'utf8').catch(() => '');
  const [, name] = /^\s*component:\s*["']?(\w[\w@.-]*)/m.exec(source) ?? [];
  if (name === undefined) return '';
  const place = join(usual, COMPONENTS, 'devsapp.cn/v3', name);
  const isThere = await access(place).then(
    () => true,
    () => false,
  );
  if (isThere) return '';
  return (
    `\nThe component ${name} is not on this machine, and Serverless Devs could not download it: allow access to ` +
    `https://api.devsapp.cn and deploy again, or copy ${place} from a machine where it is\n`
  );
}

const COMPONENTS = '.s/components';

/**
 * A home of its own for these calls: nothing is reported, no update is looked for, and no other alias is there. Components
 * that were downloaded before are used, and new ones and the logs kept, in the usual one.
 */
async function makeHome(usual: string): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'flow-logs-serverless-devs-'));
  await mkdir(join(home, '.s/config'), { recursive: true });
  await writeFile(join(home, '.s/set-config.yml'), 'analysis: disable\n');
  const notifier = JSON.stringify({ lastUpdateCheck: Date.now(), output: false });
  await writeFile(join(home, '.s/config/update-notifier.json'), notifier);
  for (const kept of [COMPONENTS, '.s/logs']) {
    await mkdir(join(usual, kept), { recursive: true });
    // A junction needs no rights on Windows.
    await symlink(join(usual, kept), join(home, kept), 'junction');
  }
  return home;
}

function run(command: string, args: readonly string[], options: SpawnOptions): Promise<Ran> {
  return new Promise((settle) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (said += text));
    }
    child.on('error', (error) => settle({ status: null, said: `${said}${error.message}\n` }));
    child.on('close', (status) => settle({ status, said: said.replace(COLOURS, '') }));
  });
}

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g');

/** The JSON that an output ends with, after whatever was said before; undefined without any. */
function jsonIn(said: string): unknown {
  const start = said.startsWith('{') ? 0 : said.indexOf('\n{') + 1;
  try {
    return JSON.parse(said.slice(start, said.lastIndexOf('}') + 1)) as unknown;
  } catch {
    return undefined;
  }
}
