import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder, projectCopy, runIn } from '../support/project-copy.ts';

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
  it('holds the handler, the tool, the schema, what init needs, README and licence, and nothing else', () => {
    expect(packed.files.map(({ path }) => path).sort()).toEqual([
      'LICENSE',
      'README.md',
      'README.zh-CN.md',
      'dist/cli.js',
      'dist/fc2.js',
      'dist/handler/credentials.js',
      'dist/handler/cron-expression.js',
      'dist/handler/index.js',
      'dist/handler/read-command.js',
      'dist/handler/read-config.js',
      'dist/package.json',
      'functions/flow-logs.schema.json',
      'package.json',
      's.yaml',
    ]);
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

describe('bundle', () => {
  const CONFIG = `timezone: UTC
recordTo: stdout
schedules: { never: { windows: [] } }
flowLogs: [{ flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: never }]
`;
  const bundle = (...more: readonly string[]) => runIn(user, ['npx', '--no', 'flow-logs', 'bundle', ...more]);
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
      /^dist\/flow-log-scheduler: 7 files, \d+\.\d kB \(.*index\.js \d+\.\d kB.*\); code sha256 /,
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
