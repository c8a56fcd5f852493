import { createServer } from 'node:net';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { commandLine } from '../support/command-line.ts';
import { configOnDisk } from '../support/config-on-disk.ts';
import { signWith } from '../support/emulated-cloud.ts';

const SEED = configOnDisk(`
accounts:
  - accountId: "4242424242424242"
    accessKeys: [{ accessKeyId: seed-key-id, accessKeySecret: seed-key-secret }]
    flowLogs: [{ flowLogId: flowlog-seed, regionId: cn-beijing, status: Inactive }]
logstores: [{ project: ops-audit, logstore: flow-log-scheduler, regionId: cn-hangzhou }]
`);
const TEMPORARY_KEY = configOnDisk(`
accounts:
  - accountId: "1"
    accessKeys: [{ accessKeyId: id, accessKeySecret: secret, securityToken: token }]
`);
const configFor = (flowLogId: string, regionId: string) =>
  configOnDisk(`timezone: UTC
recordTo: stdout
schedules: { never: { windows: [] } }
flowLogs: [{ flowLogId: ${flowLogId}, regionId: ${regionId}, schedule: never }]
`);
const OF_SEED = configFor('flowlog-seed', 'cn-beijing');
const OF_DEFAULT_SEED = configFor('flowlog-m5evbtbptexample2', 'cn-shanghai');

/** Ends the emulators that are still served. */
const interrupts: (() => void)[] = [];
const once = process.once.bind(process);
vi.spyOn(process, 'once').mockImplementation((event: string | symbol, listener: () => void) => {
  if (event !== 'SIGTERM') return once(event, listener);
  interrupts.push(listener);
  return process;
});
afterEach(() => {
  for (const interrupt of interrupts.splice(0)) interrupt();
});

interface Served {
  readonly lines: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Resolves with the exit status. */
  readonly interrupt: () => Promise<number>;
}

/** Serves an emulator until the test ends; waits until it can be interrupted. */
async function served(...args: readonly string[]): Promise<Served> {
  const told: string[] = [];
  const out = (text: string) => void told.push(text);
  const ended = commandLine(['emulator', ...args], {}, { out });
  await vi.waitFor(() => expect(interrupts).toHaveLength(1), 5_000);
  const lines = told.join('').trimEnd().split('\n');
  return {
    lines,
    env: Object.fromEntries(lines.map((line) => line.split('=') as [string, string])),
    interrupt: async () => {
      for (const interrupt of interrupts.splice(0)) interrupt();
      return (await ended).status;
    },
  };
}

describe('emulator', () => {
  it('prints what to connect to, one NAME=value a line, and serves it until it is interrupted', async () => {
    const { lines, env, interrupt } = await served();
    expect(lines[0]).toMatch(/^CBN_ENDPOINT=http:\/\/127\.0\.0\.1:\d+$/);
    expect(lines.filter((line) => !/^[A-Z_]+=\S*$/.test(line))).toEqual([]);
    expect(env).toEqual({
      CBN_ENDPOINT: env.CBN_ENDPOINT,
      VPC_ENDPOINT: env.CBN_ENDPOINT,
      CMS_ENDPOINT: env.CBN_ENDPOINT,
      SLS_ENDPOINT: env.CBN_ENDPOINT,
      STS_ENDPOINT: env.CBN_ENDPOINT,
      RAM_ENDPOINT: env.CBN_ENDPOINT,
      FC_ENDPOINT: env.CBN_ENDPOINT,
      FC_CLIENT_CUSTOM_ENDPOINT: env.CBN_ENDPOINT,
      FC_CODE_TEMP_OSS_ENDPOINT: env.CBN_ENDPOINT,
      ALIBABA_CLOUD_ACCOUNT_ID: '1234567890123456',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'emulator-access-key-id',
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'emulator-access-key-secret',
      ALIBABA_CLOUD_SECURITY_TOKEN: '',
    });
    signWith('emulator-access-key-id', 'emulator-access-key-secret');
    const planned = ['plan', '--config', OF_DEFAULT_SEED];
    expect(await commandLine(planned, env)).toMatchObject({
      status: 0,
      out: expect.stringContaining('1 flow log: 1 unchanged'),
    });
    expect(await interrupt()).toBe(0);
    await expect(fetch(env.CBN_ENDPOINT ?? '')).rejects.toThrow();
  });

  it('serves the flow logs and the key of --seed', async () => {
    const { env } = await served('--seed', SEED);
    expect(env).toMatchObject({
      ALIBABA_CLOUD_ACCOUNT_ID: '4242424242424242',
      ALIBABA_CLOUD_ACCESS_KEY_ID: 'seed-key-id',
    });
    signWith('seed-key-id', 'seed-key-secret');
    expect(await commandLine(['plan', '--config', OF_SEED], env)).toMatchObject({ status: 0 });
    expect(await commandLine(['plan', '--config', OF_DEFAULT_SEED], env)).toMatchObject({ status: 1 });
  });

  it('has the Logstore that the config records to, unless a seed says which there are', async () => {
    const config = configOnDisk(`timezone: UTC
recordTo: { regionId: cn-beijing, project: netops-logs, logstore: audit }
schedules: { never: { windows: [] } }
flowLogs: [{ flowLogId: flowlog-m5evbtbptexample2, regionId: cn-shanghai, schedule: never }]
`);
    signWith('emulator-access-key-id', 'emulator-access-key-secret');
    const { env, interrupt } = await served('--config', config);
    expect(await commandLine(['run', '--config', config], env)).toMatchObject({ status: 0, err: '' });
    await interrupt();
    const seeded = await served('--config', config, '--seed', SEED);
    signWith('seed-key-id', 'seed-key-secret');
    const { err } = await commandLine(['run', '--config', config], seeded.env);
    expect(err).toContain('ProjectNotExist');
  });

  it('prints the token that a temporary key needs', async () => {
    const { lines } = await served('--seed', TEMPORARY_KEY);
    expect(lines.at(-1)).toBe('ALIBABA_CLOUD_SECURITY_TOKEN=token');
  });

  it('is signed to with its own key in a shell that has a token of another', async () => {
    const { env } = await served();
    vi.stubEnv('ALIBABA_CLOUD_SECURITY_TOKEN', 'of-another');
    onTestFinished(() => void vi.unstubAllEnvs());
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    expect(await commandLine(['plan', '--config', OF_DEFAULT_SEED], env)).toMatchObject({ status: 0 });
  });

  it('serves the port that is asked for, and tells when it is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = String(typeof address === 'object' ? address?.port : '');
    const { status, out, err } = await commandLine(['emulator', '--port', port]);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(/^the emulator cannot start: .*EADDRINUSE/);
    await new Promise((resolve) => server.close(resolve));
    expect((await served('--port', port)).env.CBN_ENDPOINT).toBe(`http://127.0.0.1:${port}`);
  });
});

describe('a seed that cannot be used is told with every issue, and nothing is served', () => {
  const account = (more: string) =>
    `accounts: [{ accountId: "1", accessKeys: [{ accessKeyId: id, accessKeySecret: s3cret }]${more} }]`;

  it.each([
    ['a key of no meaning', configOnDisk(account(', owner: x')), 'accounts[0].owner: unknown key'],
    ['what is missing', configOnDisk('accounts: [{}]'), 'accounts[0].accountId: is missing'],
    [
      'a value that is not accepted',
      configOnDisk(account(', flowLogs: [{ flowLogId: a, regionId: b, intervalSeconds: 61 }]')),
      'accounts[0].flowLogs[0].intervalSeconds: must be 60, 300 or 600',
    ],
    [
      'a contradiction',
      configOnDisk(account(', flowLogs: [{ flowLogId: a, regionId: b }, { flowLogId: a, regionId: b }]')),
      'flow log a is there twice',
    ],
    ['no YAML', configOnDisk('accounts: ['), 'line 1, column '],
    ['no file', 'nowhere.yaml', 'cannot be read (ENOENT); name another with --seed FILE'],
    [
      'a status that CEN has not',
      configOnDisk(account(', flowLogs: [{ flowLogId: a, regionId: b, status: "On" }]')),
      'accounts[0].flowLogs[0].status: must be Active, Inactive, Creating, Modifying, Deleting, Activating or Deactivating',
    ],
  ])('%s', async (_, file, message) => {
    const { status, out, err } = await commandLine(['emulator', '--seed', file]);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err.startsWith(`${file}: `)).toBe(true);
    expect(err).toContain(message);
    expect(err).not.toContain('s3cret');
    expect(interrupts).toEqual([]);
  });
});
