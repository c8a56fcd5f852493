import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Emulator, startEmulator } from '../../lib/emulator/emulator.ts';
import { packageSpec } from '../../lib/tool/init/package-spec.ts';
import { DEFAULT_KEY } from '../support/emulator-clients.ts';
import { ENVIRONMENT, emptyFolder, projectCopy, runIn } from '../support/project-copy.ts';

/** What `npm pack` says of the package. */
interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

let copy = '';
let packed: Packed;
/** An empty folder in which the package was installed. */
let user = '';

beforeAll(async () => {
  copy = await projectCopy();
  // A clone in which somebody has worked.
  await writeFile(join(copy, 'functions/flow-logs.yaml'), 'timezone: nowhere\n');
  await writeFile(join(copy, 'seed.yaml'), 'accounts: []\n');
  const pack = await runIn(copy, ['npm', 'pack', '--json', '--loglevel=error']);
  if (pack.status !== 0) throw new Error(pack.err);
  [packed] = JSON.parse(pack.out) as [Packed];
  user = await emptyFolder();
  // Offline: it has no dependency to be fetched.
  const install = [
    'npm',
    'install',
    '--offline',
    '--no-audit',
    '--no-fund',
    join(copy, packed.filename),
  ] as const;
  const installed = await runIn(user, install);
  if (installed.status !== 0) throw new Error(installed.err);
}, 120_000);
afterAll(async () => {
  for (const folder of [copy, user]) await rm(folder, { recursive: true });
});

describe('the package', () => {
  it('holds the handler, the tool, the schema, what init needs, the pages and licence, and nothing else', () => {
    const isPage = (path: string) => /^(?:docs|examples)\/[\w./-]+\.(?:md|svg|yaml)$/.test(path);
    const others = packed.files.map(({ path }) => path).filter((path) => !isPage(path));
    expect(others.sort()).toEqual([
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'README.zh-CN.md',
      'SECURITY.md',
      'dist/THIRD-PARTY-LICENCES.txt',
      'dist/cli.js',
      'dist/fc2.js',
      'dist/handler/credentials.js',
      'dist/handler/cron-expression.js',
      'dist/handler/digests.js',
      'dist/handler/index.js',
      'dist/handler/read-command.js',
      'dist/handler/read-config.js',
      'dist/package.json',
      'functions/flow-logs.schema.json',
      'package.json',
      's.yaml',
    ]);
  });

  it('holds every page and picture that its pages link to', async () => {
    const paths = packed.files.map(({ path }) => path);
    const pages = paths.filter((path) => path.endsWith('.md'));
    const links: string[] = [];
    for (const page of pages) {
      const text = await readFile(join(user, 'node_modules/flow-log-scheduler', page), 'utf8');
      for (const [, link = ''] of text.matchAll(/(?:\]\(|srcset="|src=")([^)"#]+)/g)) {
        if (!/^\w+:/.test(link)) links.push(join(dirname(page), link));
      }
    }
    expect(links.length).toBeGreaterThan(40);
    const isThere = (link: string) => paths.some((path) => path === link || path.startsWith(`${link}/`));
    expect(links.filter((link) => !isThere(link))).toEqual([]);
  });

  it('passes on the licence of each package that is bundled', async () => {
    const text = await readFile(join(copy, 'dist/THIRD-PARTY-LICENCES.txt'), 'utf8');
    for (const name of ['yaml', 'luxon', 'commander', '@alicloud/fc2', 'axios', '@alicloud/credentials']) {
      expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+: \\S`, 'm'));
    }
    expect(text).not.toMatch(/^(?:ali-oss|vitest|esbuild) /m);
    expect(text).not.toContain('see its repository');
  });

  it('brings no other package with it', async () => {
    const folders = await readdir(join(user, 'node_modules'));
    expect(folders.filter((name) => !name.startsWith('.'))).toEqual(['flow-log-scheduler']);
    const manifest = JSON.parse(
      readFileSync(join(user, 'node_modules/flow-log-scheduler/package.json'), 'utf8'),
    );
    expect(manifest).not.toHaveProperty('private');
    expect(manifest).not.toHaveProperty('dependencies');
  });
});

describe('installed in an empty folder', () => {
  it.each(['flow-logs', 'flow-log-scheduler'])('%s is the tool', async (name) => {
    const { status, out } = await runIn(user, ['npx', '--no', name, '--version']);
    expect({ status, out }).toEqual({ status: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

/** The tarball, installed by npm in a project that init made from it. */
describe('a project that init made', () => {
  let emulator: Emulator;
  let env: Readonly<Record<string, string>> = {};
  let project = '';
  const FLOW_LOG = 'flowlog-m5evbtbptexample1';
  /** Everything stays in these folders, and npm asks no registry. */
  const npm = () => ({ npm_config_cache: join(copy, '.npm'), npm_config_offline: 'true' });

  beforeAll(async () => {
    emulator = await startEmulator({ modifyingMs: 10 });
    env = {
      CBN_ENDPOINT: emulator.url,
      VPC_ENDPOINT: emulator.url,
      SLS_ENDPOINT: emulator.url,
      STS_ENDPOINT: emulator.url,
      ALIBABA_CLOUD_ACCESS_KEY_ID: DEFAULT_KEY.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: DEFAULT_KEY.accessKeySecret,
    };
    const tarball = join(copy, packed.filename);
    // As `npx flow-log-scheduler init my-flow-logs` does, once the package is on a registry.
    const program = ['npx', '--yes', `--package=${tarball}`, 'flow-log-scheduler'] as const;
    const made = await runIn(copy, [...program, 'init', 'my-flow-logs', '--project', 'ops-audit'], {
      ...npm(),
      ...env,
    });
    if (made.status !== 0) throw new Error(`${made.out}${made.err}`);
    project = join(copy, 'my-flow-logs');
  }, 60_000);
  afterAll(() => emulator.close());

  const flowLogs = (...args: readonly string[]) =>
    runIn(project, [join(project, 'node_modules/.bin/flow-logs'), ...args], env);

  it('pins the tarball that init was run from, and Serverless Devs', async () => {
    const { dependencies } = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'));
    expect(dependencies).toEqual({
      '@serverless-devs/s': '3.1.10',
      'flow-log-scheduler': `file:../${packed.filename}`,
    });
  });

  it('is installed by npm', async () => {
    // Serverless Devs is 8 MB, and not in the cache of a new machine: the clone's own is what npm would install.
    const local = { ...JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) };
    const serverlessDevs = resolve('node_modules/@serverless-devs/s');
    local.dependencies['@serverless-devs/s'] = `file:${serverlessDevs}`;
    await writeFile(join(project, 'package.json'), JSON.stringify(local));
    const installed = await runIn(project, ['npm', 'install', '--no-audit', '--no-fund'], npm());
    expect(installed.status).toBe(0);
    expect((await readdir(join(project, 'node_modules/.bin'))).sort()).toEqual([
      'flow-log-scheduler',
      'flow-logs',
      's',
    ]);
  }, 60_000);

  it.each<[string, readonly string[], number, RegExp]>([
    ['validate', ['--strict'], 0, /^flow-logs\.yaml is valid: 6 flow logs, 1 schedule\n$/],
    ['preview', [], 0, /office-hours/],
    ['explain', ['--flow-log', FLOW_LOG], 0, /office-hours/],
    ['bundle', [], 0, /^dist\/flow-log-scheduler: .* config sha256 [0-9a-f]{64}\n$/],
    ['policy', [], 0, /cen:DescribeFlowlogs/],
    ['plan', ['--at', '2026-11-28T12:00:00Z'], 0, /hangzhou-office .* deactivate /],
    ['status', [], 0, /\n6 flow logs: /],
    ['override', ['set', '--status', 'Active', '--for', '2h', '--flow-log', FLOW_LOG], 0, /override by /],
    ['override', ['list'], 0, new RegExp(`${FLOW_LOG} .* Active `)],
    ['override', ['clear', '--all'], 0, /\n6 flow logs: /],
    ['provision', ['--only', 'sls'], 0, /^index +flow-log-scheduler +created$/m],
    ['run', [], 0, /recorded in Logstore flow-log-scheduler of project ops-audit\n$/],
    ['records', ['--since', '1h'], 0, /\n\d runs since .*, 0 failed, /],
    ['init', [], 0, /nothing to add: of 6 flow logs found each is in an entry\n$/],
  ])(
    '%s %j works in it',
    async (command, args, status, said) => {
      const ran = await flowLogs(command, ...args);
      expect({ status: ran.status, out: ran.out, err: ran.err }).toEqual({
        status,
        out: expect.stringMatching(said),
        err: expect.not.stringMatching(/npm ci|unexpected/),
      });
    },
    60_000,
  );

  it('serves its handler on an emulator of its own, and invokes it on both versions of Function Compute', async () => {
    const served = spawn(join(project, 'node_modules/.bin/flow-logs'), ['emulator'], {
      cwd: project,
      env: { ...ENVIRONMENT },
    });
    const lines = createInterface(served.stdout)[Symbol.asyncIterator]();
    const variables: Record<string, string> = {};
    while (!('ALIBABA_CLOUD_SECURITY_TOKEN' in variables)) {
      const { value } = await lines.next();
      const [name = '', ...rest] = String(value).split('=');
      variables[name] = rest.join('=');
    }
    for (const name of ['flow-log-scheduler/flow-log-scheduler', 'flow-log-scheduler']) {
      const invoke = [join(project, 'node_modules/.bin/flow-logs'), 'invoke', '--function', name] as const;
      const { status, out } = await runIn(project, invoke, variables);
      expect({ status, out }).toEqual({ status: 0, out: expect.stringMatching(/\n6 flow logs: /) });
    }
    served.kill();
    await once(served, 'exit');
  }, 60_000);
});

describe('what init pins', () => {
  const spec = async (resolved: string | null) => {
    const prefix = await emptyFolder();
    onTestFinished(() => rm(prefix, { recursive: true }));
    const root = join(prefix, 'node_modules/flow-log-scheduler');
    await mkdir(root, { recursive: true });
    await writeFile(join(prefix, 'here.tgz'), '');
    const packages = { 'node_modules/flow-log-scheduler': { resolved } };
    if (resolved !== null) {
      await writeFile(join(prefix, 'node_modules/.package-lock.json'), JSON.stringify({ packages }));
    }
    return packageSpec(root, join(prefix, 'project'));
  };
  const VERSION = JSON.parse(readFileSync('package.json', 'utf8')).version;
  it.each([
    [
      'a version, of a registry',
      'https://registry.example.com/flow-log-scheduler/-/flow-log-scheduler-9.9.9.tgz',
      VERSION,
    ],
    ['a version, when another program installed it', null, VERSION],
    ['a version, when the tarball is gone', 'file:gone.tgz', VERSION],
    ['a tarball, by its path from the project', 'file:here.tgz', 'file:../here.tgz'],
    [
      'another address as it is',
      'git+ssh://git@example.com/x.git#abc',
      'git+ssh://git@example.com/x.git#abc',
    ],
  ])('is %s', async (_, resolved, expected) => {
    expect(await spec(resolved)).toBe(expected);
  });

  it('is a clone, by its path from the project', async () => {
    expect(await packageSpec('/a/clone', '/a/b/project')).toBe('file:../../clone');
  });
});

describe('bundle', () => {
  const CONFIG = `timezone: UTC
recordTo: stdout
schedules: { never: { windows: [] } }
flowLogs: [{ flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: never }]
`;
  const bundle = (...more: readonly string[]) =>
    runIn(user, [join(user, 'node_modules/.bin/flow-logs'), 'bundle', ...more]);
  const deployed = () => join(user, 'dist/flow-log-scheduler');
  const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

  it('puts the handler, the config and what was compiled of it together, and says what it wrote', async () => {
    await writeFile(join(user, 'flow-logs.yaml'), CONFIG);
    await mkdir(deployed(), { recursive: true });
    await writeFile(join(deployed(), 'of-an-older-version.js'), '');
    const { status, out, err } = await bundle();
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const files = (await readdir(deployed())).sort();
    const code = files.filter((name) => name.endsWith('.js'));
    expect(code).toEqual((await readdir(join(user, 'node_modules/flow-log-scheduler/dist/handler'))).sort());
    expect(files).toEqual([...code, 'flow-logs.yaml', 'flow-logs.yaml.compiled'].sort());
    expect(await readdir(join(user, 'dist'))).toEqual(['flow-log-scheduler']);
    // As `sha256sum *.js | sha256sum` makes it.
    const sums = await Promise.all(
      code.map(async (name) => `${sha256(await readFile(join(deployed(), name)))}  ${name}\n`),
    );
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(out).toMatch(
      /^dist\/flow-log-scheduler: 8 files, \d+\.\d kB \(.*index\.js \d+\.\d kB.*\); code sha256 /,
    );
    expect(out).toContain(`code sha256 ${sha256(sums.join(''))}, config sha256 ${sha256(CONFIG)}`);
  });

  it('makes what answers for itself, by the compiled config', async () => {
    await writeFile(join(user, 'flow-logs.yaml'), CONFIG);
    await bundle();
    const script = `require('./index.js').handler(Buffer.from('{"action":"status"}'), {})
      .then(({ zoneData, flowLogs }) => console.error(JSON.stringify([zoneData.config, flowLogs[0].flowLogId])))`;
    const { err } = await runIn(deployed(), [process.execPath, '-e', script]);
    const compiled = await readFile(join(deployed(), 'flow-logs.yaml.compiled'), 'utf8');
    expect(JSON.parse(err)).toEqual([JSON.parse(compiled.split('\n')[1] ?? '').zoneData, 'flowlog-1']);
  });

  it('fails on a config that is not valid, and leaves what was there', async () => {
    await writeFile(join(user, 'flow-logs.yaml'), CONFIG);
    await bundle();
    await writeFile(join(user, 'flow-logs.yaml'), CONFIG.replace('UTC', 'nowhere'));
    const { status, out, err } = await bundle();
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(
      /^flow-logs\.yaml is not valid, so nothing was written:\n {2}timezone: .*\(line 1\)\n$/,
    );
    expect(await readFile(join(deployed(), 'flow-logs.yaml'), 'utf8')).toBe(CONFIG);
    const missing = await bundle('--config', 'nowhere.yaml');
    expect(missing).toMatchObject({ status: 1, err: expect.stringContaining('there is no such file') });
  });

  it('prints warnings, and all of it as JSON', async () => {
    const far = CONFIG.replace('cn-hangzhou', 'cn-hangzou');
    await writeFile(join(user, 'flow-logs.yaml'), far);
    const { status, out, err } = await bundle();
    expect({ status, out }).toMatchObject({ status: 0, out: expect.stringContaining('config sha256') });
    expect(err).toContain('warning: flowLogs[0].regionId: ');
    const json = JSON.parse((await bundle('--json')).out);
    expect(json).toMatchObject({
      directory: 'dist/flow-log-scheduler',
      config: sha256(far),
      warnings: [{ path: 'flowLogs[0].regionId', line: 4 }],
    });
    expect(json.files).toContainEqual({ name: 'flow-logs.yaml', bytes: far.length });
  });

  it('needs its package', async () => {
    const alone = await emptyFolder();
    await writeFile(join(alone, 'cli.js'), await readFile(join(copy, 'dist/cli.js')));
    await writeFile(join(alone, 'flow-logs.yaml'), CONFIG);
    const { status, err } = await runIn(alone, [process.execPath, 'cli.js', 'bundle']);
    await rm(alone, { recursive: true });
    expect(status).toBe(1);
    expect(err).toContain('this needs the other files of the package flow-log-scheduler');
    expect(existsSync(join(alone, 'dist'))).toBe(false);
  });
});
