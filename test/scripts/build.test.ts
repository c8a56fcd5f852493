import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Ended, emptyFolder, projectCopy, runIn } from '../support/project-copy.ts';

const project = resolve(import.meta.dirname, '../..');

const node = (cwd: string, ...args: readonly string[]) => runIn(cwd, [process.execPath, ...args]);

const build = (copy: string, ...args: readonly string[]) =>
  node(copy, '--import', 'tsx', 'scripts/build.ts', ...args);

let built = '';
let ran: Ended = { status: null, out: '', err: '' };

beforeAll(async () => {
  built = await projectCopy();
  ran = await build(built);
}, 60_000);
afterAll(() => rm(built, { recursive: true }));

const read = (path: string) => readFile(join(built, path), 'utf8');

/** A folder with these files of the build, and no packages anywhere around it. */
async function deployed(path: string): Promise<string> {
  const empty = await emptyFolder();
  onTestFinished(() => rm(empty, { recursive: true }));
  await cp(join(built, path), (await stat(join(built, path))).isDirectory() ? empty : join(empty, 'cli.js'), {
    recursive: true,
  });
  return empty;
}

describe('the build', () => {
  it('ends well, and says what will be deployed', () => {
    expect(ran).toEqual({
      status: 0,
      out: expect.stringMatching(/^dist\/flow-log-scheduler: .*\n$/),
      err: '',
    });
  });

  it('writes the handler without a config, for the package', async () => {
    const files = await readdir(join(built, 'dist/handler'));
    const deployed = await readdir(join(built, 'dist/flow-log-scheduler'));
    expect(files.sort()).toEqual(deployed.filter((name) => name.endsWith('.js')).sort());
  });

  it('writes what is deployed, with the config beside it', async () => {
    const files = await readdir(join(built, 'dist/flow-log-scheduler'));
    expect(files.sort()).toEqual([
      'credentials.js',
      'cron-expression.js',
      'digests.js',
      'flow-logs.yaml',
      'flow-logs.yaml.compiled',
      'index.js',
      'read-command.js',
      'read-config.js',
    ]);
    expect(await read('dist/flow-log-scheduler/flow-logs.yaml')).toBe(await read('functions/flow-logs.yaml'));
  });

  it('writes a schema, and the one that is committed is it', async () => {
    const committed = await readFile(join(project, 'functions/flow-logs.schema.json'), 'utf8');
    expect(await read('functions/flow-logs.schema.json')).toBe(committed);
  });
});

describe('dist/flow-log-scheduler', () => {
  it('is CommonJS, and needs nothing but Node.js', async () => {
    const files = (await readdir(join(built, 'dist/flow-log-scheduler'))).filter((file) =>
      file.endsWith('.js'),
    );
    for (const file of files) {
      const code = await read(`dist/flow-log-scheduler/${file}`);
      const needed = [...code.matchAll(/\brequire\(["'`]([^"'`]+)["'`]\)/g)].map(([, name = '']) => name);
      const others = needed.filter((name) => !builtinModules.includes(name.replace('node:', '')));
      expect(others.filter((name) => !files.includes(name.replace('./', '')))).toEqual([]);
      expect(/^\s*(import|export)\s/m.test(code)).toBe(false);
    }
  });

  it('keeps what a plain tick does not need out of index.js', async () => {
    const code = await read('dist/flow-log-scheduler/index.js');
    expect(code.length).toBeLessThan(115_000);
    for (const word of ['parseDocument', 'providers in the chain', 'IANAZone', '~standard', 'CronPattern']) {
      expect(code.includes(word)).toBe(false);
    }
  });

  it("holds neither the operator's tool nor the clients that only it needs", async () => {
    const code = await read('dist/flow-log-scheduler/index.js');
    const tool = await read('dist/cli.js');
    for (const word of ['@alicloud/fc2', 'sls20201230', 'fc20230330', 'flow-logs plan', 'yocto-spinner']) {
      expect(code).not.toContain(word);
    }
    expect(tool).toContain('flow-logs plan');
  });
});

/** What the built handler answers to an event, in a process that knows no other file than those of its folder. */
async function answerOf(empty: string, event: object) {
  const script = `
    const { handler } = require('./index.js');
    handler(Buffer.from('${JSON.stringify(event)}'), {}).then((answer) => console.log(JSON.stringify(answer)));
  `;
  const { status, out, err } = await node(empty, '-e', script);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '');
}

describe('in an empty folder without node_modules, dist/flow-log-scheduler', () => {
  it('exports the handler, and refuses an event', async () => {
    const empty = await deployed('dist/flow-log-scheduler');
    expect(await answerOf(empty, { action: 'stop' })).toMatchObject({
      ok: false,
      error: { code: 'InvalidEvent', message: expect.stringContaining('there is no action "stop"') },
    });
  });

  it('reads a config that was written after the build', async () => {
    const empty = await deployed('dist/flow-log-scheduler');
    await writeFile(join(empty, 'flow-logs.yaml'), 'timezone: UTC\nrecordTo: stdout\nowner: x\n');
    expect(await answerOf(empty, { action: 'status' })).toMatchObject({
      ok: false,
      error: { code: 'InvalidConfig', message: expect.stringContaining('owner: unknown key') },
    });
  });

  it('looks for credentials where its context has none', async () => {
    const empty = await deployed('dist/flow-log-scheduler');
    const config = `timezone: UTC
recordTo: stdout
schedules: { never: { windows: [] } }
flowLogs: [{ flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: never }]
`;
    await writeFile(join(empty, 'flow-logs.yaml'), config);
    const { flowLogs } = await answerOf(empty, { action: 'status' });
    expect(flowLogs).toHaveLength(1);
    // In the package's own words: it was loaded, and asked.
    expect(flowLogs[0].error).toMatchObject({
      code: 'CredentialsUnavailable',
      message: expect.stringContaining('providers in the chain'),
    });
  });
});

describe('dist/cli.js', () => {
  it('loads the client of Function Compute 2.0 from a file of its own, without the packages that it never uses', async () => {
    expect((await read('dist/cli.js')).includes('require("./fc2.js")')).toBe(true);
    const client = await read('dist/fc2.js');
    const found = ['x-fc-account-id', 'urllib', 'multipartUpload'].map((word) => client.includes(word));
    expect(found).toEqual([true, false, false]);
  });

  it('is a program, and checks a config without any package', async () => {
    expect((await stat(join(built, 'dist/cli.js'))).mode & 0o111).toBe(0o111);
    expect((await read('dist/cli.js')).startsWith('#!/usr/bin/env node\n')).toBe(true);
    expect(JSON.parse(await read('dist/package.json'))).toEqual({ type: 'commonjs' });
    const empty = await deployed('dist/cli.js');
    await cp(join(built, 'functions/flow-logs.yaml'), join(empty, 'flow-logs.yaml'));
    const { status, out } = await node(empty, 'cli.js', 'validate');
    expect(status).toBe(0);
    expect(out).toMatch(/^flow-logs\.yaml is valid: 6 flow logs, 4 schedules$/m);
  });
});

describe('an invalid functions/flow-logs.yaml', () => {
  it('fails the build with status 1 and every issue, and leaves what was built', async () => {
    const copy = await projectCopy();
    onTestFinished(() => rm(copy, { recursive: true }));
    const config = join(copy, 'functions/flow-logs.yaml');
    const text = await readFile(config, 'utf8');
    await writeFile(
      config,
      `${text.replace('timezone: Asia/Shanghai', 'timezone: Asia/Shangai')}\nowner: x\n`,
    );
    await mkdir(join(copy, 'dist'));
    await writeFile(join(copy, 'dist/cli.js'), 'built before');
    const { status, out, err } = await build(copy);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err.split('\n')).toEqual([
      'functions/flow-logs.yaml is not valid:',
      expect.stringMatching(/^timezone: expected an IANA time zone .*\(line \d+\)$/),
      expect.stringMatching(/^owner: unknown key; .*\(line \d+\)$/),
      '',
    ]);
    expect(await readdir(join(copy, 'dist'))).toEqual(['cli.js']);
    expect(await readFile(join(copy, 'dist/cli.js'), 'utf8')).toBe('built before');
  });
});

describe('npm start', () => {
  it('builds what the package holds and shows the demo without functions/flow-logs.yaml', async () => {
    const copy = await projectCopy();
    onTestFinished(() => rm(copy, { recursive: true }));
    await rm(join(copy, 'functions/flow-logs.yaml'));
    const { out } = await runIn(copy, ['npm', 'start']);
    expect(out).toMatch(/flowlog-hangzhou-office +Inactive -> Active +confirmed/);
  }, 120_000);

  it('neither reads nor mentions functions/flow-logs.yaml that is invalid, and leaves what was built', async () => {
    const copy = await projectCopy();
    onTestFinished(() => rm(copy, { recursive: true }));
    await writeFile(join(copy, 'functions/flow-logs.yaml'), 'timezone: nowhere\n');
    await mkdir(join(copy, 'dist/flow-log-scheduler'), { recursive: true });
    await writeFile(join(copy, 'dist/flow-log-scheduler/index.js'), 'built before');
    expect(await build(copy, '--without-config')).toEqual({ status: 0, out: '', err: '' });
    expect(await readFile(join(copy, 'dist/flow-log-scheduler/index.js'), 'utf8')).toBe('built before');
    expect((await node(copy, 'dist/cli.js', '--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
