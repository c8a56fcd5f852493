import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configOnDisk } from '../support/config-on-disk.ts';

/** The built tool against the built function on the built emulator: `npm run build` comes first. */
const CLI = 'dist/cli.js';
const FUNCTION = 'dist/flow-log-scheduler/index.js';
const CONFIG = configOnDisk();

const run = promisify(execFile);
let emulator: ReturnType<typeof spawn> | undefined;
let variables: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  const child = spawn(process.execPath, [CLI, 'emulator', '--config', CONFIG], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  emulator = child;
  const told: [string, string][] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const [name = '', ...value] = line.split('=');
    told.push([name, value.join('=')]);
    if (name === 'ALIBABA_CLOUD_ACCESS_KEY_SECRET') break;
  }
  variables = Object.fromEntries(told);
});

afterAll(async () => {
  if (emulator === undefined || emulator.exitCode !== null) return;
  const ended = new Promise((resolve) => emulator?.once('exit', resolve));
  emulator.kill('SIGTERM');
  await ended;
});

async function invoke(...args: readonly string[]) {
  const env = { PATH: process.env.PATH, ...variables };
  const { stdout } = await run(process.execPath, [CLI, 'invoke', ...args], { env });
  return stdout;
}

test('the emulator prints everything that invoke needs', () => {
  expect(variables).toMatchObject({
    FC_ENDPOINT: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    ALIBABA_CLOUD_ACCOUNT_ID: '1234567890123456',
    ALIBABA_CLOUD_ACCESS_KEY_ID: expect.stringMatching(/./),
    ALIBABA_CLOUD_ACCESS_KEY_SECRET: expect.stringMatching(/./),
  });
});

test.each(['flow-log-scheduler', 'flow-log-scheduler/flow-log-scheduler'])(
  'the built function %s is invoked by its own client and tells its status',
  async (name) => {
    const answer = JSON.parse(await invoke('--function', name, '--json'));
    expect(answer).toMatchObject({ action: 'status', ok: true, summary: { total: 2, failed: 0 } });
    expect(answer.flowLogs.map((each: { flowLogId: string }) => each.flowLogId)).toEqual([
      'flowlog-m5evbtbptexample1',
      'flowlog-m5evbtbptexample2',
    ]);
  },
);

test('it reconciles, and then there is nothing left to do', async () => {
  const payload = ['--payload', '{"action":"reconcile"}'];
  await invoke('--function', 'flow-log-scheduler', ...payload);
  const again = await invoke('--function', 'flow-log-scheduler', ...payload);
  expect(again).toContain('2 flow logs: 2 unchanged');
});

test('no client of Alibaba Cloud is in the function, and in the tool one that only invoke loads', async () => {
  const built = await readFile(FUNCTION, 'utf8');
  expect(built).not.toMatch(/2023-03-30|2016-08-15|fc20230330|alicloud\/fc2|ali-oss|axios/);
  const tool = await readFile(CLI, 'utf8');
  expect(tool).toContain('require("./fc2.js")');
  expect(tool).not.toMatch(/require\("@alicloud\/(fc2023|sls)/);
  expect(tool).not.toContain('node_modules/ali-oss');
});
