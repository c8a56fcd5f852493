import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../lib/emulator/emulator.ts';
import { configOnDisk } from '../support/config-on-disk.ts';
import { DEFAULT_KEY } from '../support/emulator-clients.ts';

/** The tool as it is built, in a process of its own. */
const CLI = resolve('dist/cli.js');
const CONFIG = configOnDisk();
const [ONE, TWO] = ['flowlog-m5evbtbptexample1', 'flowlog-m5evbtbptexample2'];
const SET = ['override', 'set', '--status', 'Inactive', '--for', '2h', '--all', '--by', 'netops'];

beforeAll(() => {
  if (!existsSync(CLI)) throw new Error(`${CLI} is missing: npm run build writes it`);
});

/** A cloud in which changes take as long as said, or for ever. */
async function cloud(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startEmulator({ modifyingMs: 3_600_000, ...options });
  onTestFinished(() => emulator.close());
  return emulator;
}

function start(emulator: Emulator, ...args: readonly string[]) {
  const child = spawn(process.execPath, [CLI, ...args, '--config', CONFIG], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      CBN_ENDPOINT: emulator.url,
      SLS_ENDPOINT: emulator.url,
      ALIBABA_CLOUD_ACCESS_KEY_ID: DEFAULT_KEY.accessKeyId,
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: DEFAULT_KEY.accessKeySecret,
      ALIBABA_CLOUD_ECS_METADATA_DISABLED: 'true',
      ALIBABA_CLOUD_CLI_PROFILE_DISABLED: 'true',
    },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  return { child, said };
}

/** Exit status, or the signal that ended the process. */
async function ended(child: ChildProcess): Promise<unknown> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode ?? child.signalCode;
}

const until = (what: () => boolean) => expect.poll(what, { timeout: 20_000, interval: 20 }).toBe(true);

const recorded = (emulator: Emulator) =>
  emulator.logs('ops-audit', 'flow-log-scheduler').map(({ contents }) => contents);

describe.each([
  ['run', ['run'], [ONE, TWO]],
  ['override set', SET, [ONE]],
])('flow-logs %s', (_, args, changed) => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends it in order, and recorded', async (signal) => {
    const emulator = await cloud();
    const { child, said } = start(emulator, ...args);
    await until(() => changed.every((id) => emulator.flowLog(id).status === 'Modifying'));
    const asked = Date.now();
    child.kill(signal);
    expect(await ended(child)).toBe(1);
    expect(Date.now() - asked).toBeLessThan(8_000);
    const [out, err] = await said;
    expect(err).toContain(`${signal}: `);
    const [run, ...flowLogs] = recorded(emulator);
    expect(run).toMatchObject({ kind: 'run', warnings: expect.stringContaining(`interrupted by ${signal}`) });
    for (const id of changed) {
      expect(flowLogs).toContainEqual(expect.objectContaining({ flowLogId: id, attempts: '1' }));
    }
    expect(out).toContain(`warning: interrupted by ${signal}`);
    for (const id of changed) expect(out).toContain(id);
  });
});

describe('flow-logs run', () => {
  it('ends at once on a second signal', async () => {
    const emulator = await cloud();
    emulator.setFault(({ action }) => (action === 'PutLogs' ? { kind: 'hang', when: 'before' } : undefined));
    const { child, said } = start(emulator, 'run');
    await until(() => emulator.flowLog(ONE).status === 'Modifying');
    child.kill('SIGINT');
    await until(() => emulator.requests.some(({ action }) => action === 'PutLogs'));
    // Sooner it would be taken for the first one, which npm passes on a second time.
    await setTimeout(200);
    const asked = Date.now();
    child.kill('SIGINT');
    expect(await ended(child)).toBe('SIGINT');
    expect(Date.now() - asked).toBeLessThan(2_000);
    expect((await said)[0]).toContain(ONE);
  });

  it('does not wait long for an answer that does not come', async () => {
    const emulator = await cloud();
    emulator.setFault(({ action }) =>
      action === 'DescribeFlowlogs' ? { kind: 'hang', when: 'before' } : undefined,
    );
    const { child } = start(emulator, 'run');
    await until(() => emulator.requests.some(({ action }) => action === 'DescribeFlowlogs'));
    const asked = Date.now();
    child.kill('SIGINT');
    expect(await ended(child)).toBe(1);
    expect(Date.now() - asked).toBeLessThan(6_000);
    expect(recorded(emulator)).toMatchObject([{ kind: 'run', ok: 'false' }, {}, {}]);
  });
});
