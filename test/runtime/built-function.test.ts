import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { compileConfig, compiledPath } from '../../lib/config/compiled.ts';
import { startEmulator } from '../../lib/emulator/emulator.ts';
import type { Answer } from '../../lib/function/answer.ts';
import { functionNode } from '../../scripts/function-runtime.ts';
import { fileOf } from '../support/config.ts';
import { ACCOUNT_ID, CREDENTIALS, fcContext, RECORD_TO, timerEvent } from '../support/scheduler.ts';

const run = promisify(execFile);
const NODE = functionNode();

/** Calls the handler once. Writes its answer, the files and built-in modules that were loaded, and whether `Intl` was used. */
const PROGRAM = `
  const intl = Intl;
  let intlUsed = false;
  Object.defineProperty(globalThis, 'Intl', { get: () => { intlUsed = true; return intl; } });
  const [event, context] = process.argv.slice(1);
  require('./index.js').handler(Buffer.from(event), JSON.parse(context)).then((answer) => {
    const files = Object.keys(require.cache).map((file) => require('node:path').basename(file));
    process.stderr.write(JSON.stringify({ answer, files, intlUsed }));
  });
`;

interface Told {
  readonly answer: Answer;
  readonly files: readonly string[];
  readonly intlUsed: boolean;
}

const always = { windows: [{ days: 'daily', from: '00:00', to: '24:00' }] };

/** What Function Compute has: the built files in a folder of their own, an emulated cloud, and nothing else. */
async function deployed(config: object, compile = true) {
  const emulator = await startEmulator({
    accounts: [
      {
        accountId: ACCOUNT_ID,
        accessKeys: [CREDENTIALS],
        flowLogs: [{ flowLogId: 'flowlog-1', regionId: 'cn-hangzhou', status: 'Inactive' }],
      },
    ],
    logstores: [RECORD_TO],
    modifyingMs: 5,
  });
  const folder = await mkdtemp(join(tmpdir(), 'runtime-'));
  onTestFinished(async () => {
    await emulator.close();
    await rm(folder, { recursive: true });
  });
  await cp(resolve('dist/flow-log-scheduler'), folder, { recursive: true });
  const text = JSON.stringify(config);
  const file = join(folder, 'flow-logs.yaml');
  await writeFile(file, text);
  await writeFile(compiledPath(file), compile ? compileConfig(text, fileOf(config), Date.now()) : '');
  const env = { CBN_ENDPOINT: emulator.url, SLS_ENDPOINT: emulator.url, STS_ENDPOINT: emulator.url };
  return {
    emulator,
    invoke: async (event: string | Buffer, context: object = fcContext()): Promise<Told> => {
      const args = ['-e', PROGRAM, event.toString(), JSON.stringify(context)];
      const { stderr } = await run(NODE ?? process.execPath, args, { cwd: folder, env });
      return JSON.parse(stderr) as Told;
    },
  };
}

const configWith = (schedule: object) => ({
  timezone: 'Asia/Shanghai',
  recordTo: RECORD_TO,
  schedules: { s: schedule },
  flowLogs: [{ flowLogId: 'flowlog-1', regionId: 'cn-hangzhou', schedule: 's' }],
});

describe.skipIf(NODE === null)(
  'the built function on Node.js 20.10.0 (`npm run runtime` installs it)',
  () => {
    it('brings a flow log right by a tick, with the code and data that a tick needs', async () => {
      const { emulator, invoke } = await deployed(configWith(always));
      const { answer, files, intlUsed } = await invoke(timerEvent());
      expect(answer).toMatchObject({
        ok: true,
        summary: { confirmed: 1 },
        nodeVersion: 'v20.10.0',
        zoneData: { config: process.versions.tz, runtime: '2023c' },
      });
      expect(emulator.flowLogs()).toMatchObject([{ status: 'Active' }]);
      expect(files).toEqual(['index.js']);
      expect(intlUsed).toBe(false);
    });

    it.each([
      ['of workdays', { calendar: 'china', windows: [{ days: 'workdays', from: '08:00', to: '20:00' }] }, []],
      ['of cron windows', { windows: [{ cron: '*/5 * * * *', duration: '1m' }] }, ['cron-expression.js']],
      [
        'of New York',
        { timezone: 'America/New_York', windows: [{ cron: '0 22 * * 5', duration: '8h' }] },
        ['cron-expression.js'],
      ],
      [
        'with exceptions',
        { windows: [], exceptions: [{ from: '2026-01-01', to: '2026-01-02', status: 'Active' }] },
        [],
      ],
    ])('decides by a schedule %s without the zone data of the runtime', async (_, schedule, more) => {
      const { invoke } = await deployed(configWith(schedule));
      const { answer, files, intlUsed } = await invoke(timerEvent());
      expect({ ok: answer.ok, files, intlUsed }).toEqual({
        ok: true,
        files: ['index.js', ...more],
        intlUsed: false,
      });
    });

    it('reads a config that was not compiled, and goes by its own zone data then', async () => {
      const { invoke } = await deployed(configWith(always), false);
      const { answer, files } = await invoke('{"action":"status"}');
      expect(answer).toMatchObject({ ok: true, zoneData: { config: '2023c', runtime: '2023c' } });
      expect(files).toEqual(['index.js', 'read-command.js', 'read-config.js', 'digests.js']);
    });

    it('knows the offset of UTC by its own zone data', async () => {
      const { invoke } = await deployed({ ...configWith(always), timezone: 'UTC' }, false);
      const { answer } = await invoke('{"action":"status"}');
      expect(answer).toMatchObject({ ok: true, flowLogs: [{ desired: 'Active' }] });
    });

    it('looks for credentials where its context has none', async () => {
      const { invoke } = await deployed(configWith(always));
      const { answer, files } = await invoke('{"action":"status"}', { requestId: 'r' });
      expect(answer.flowLogs).toMatchObject([{ error: { code: 'CredentialsUnavailable' } }]);
      expect(files).toEqual(['index.js', 'read-command.js', 'credentials.js', 'digests.js']);
    });

    /** Kazakhstan gave up +06:00 on 1 March 2024, which zone data 2023c does not know. */
    it('decides by the zone data that its config was compiled with, as preview does', async () => {
      const clock = (ms: number) => new Date(Date.now() + 5 * 3_600_000 + ms).toISOString().slice(11, 16);
      const schedule = {
        timezone: 'Asia/Almaty',
        windows: [{ days: 'daily', from: clock(-25 * 60_000), to: clock(25 * 60_000) }],
      };
      const config = configWith(schedule);
      const desiredOf = async (compile: boolean) => {
        const { answer } = await (await deployed(config, compile)).invoke('{"action":"status"}');
        return answer.flowLogs[0]?.desired;
      };
      expect({ compiled: await desiredOf(true), byItself: await desiredOf(false) }).toEqual({
        compiled: 'Active',
        byItself: 'Inactive',
      });

      const folder = await mkdtemp(join(tmpdir(), 'runtime-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      const file = join(folder, 'flow-logs.yaml');
      await writeFile(file, JSON.stringify(config));
      const args = [resolve('dist/cli.js'), 'preview', '--config', file, '--format', 'json'];
      const at = (ms: number) => new Date(Date.now() + ms).toISOString();
      const { stdout } = await run(process.execPath, [...args, '--from', at(0), '--to', at(60_000)]);
      expect(JSON.parse(stdout).schedules.s.intervals).toMatchObject([{ status: 'Active' }]);
    });
  },
);
