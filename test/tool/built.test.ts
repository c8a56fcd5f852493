import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { configOnDisk } from '../support/config-on-disk.ts';

/** The tool as it is built, in a process of its own. */
const CLI = resolve('dist/cli.js');
const CONFIG = configOnDisk();

beforeAll(() => {
  if (!existsSync(CLI)) throw new Error(`${CLI} is missing: npm run build writes it`);
});

const start = (...args: readonly string[]) =>
  spawn(process.execPath, [CLI, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH },
  });

/** Exit status, or the signal that ended the process. */
async function ended(child: ChildProcess): Promise<unknown> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode ?? child.signalCode;
}

describe('dist/cli.js', () => {
  it('answers, with its exit status', async () => {
    const child = start('validate', '--config', CONFIG);
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(out).toContain(`${CONFIG} is valid: 2 flow logs, 2 schedules\n`);
    expect({ err, status: await ended(child) }).toEqual({ err: '', status: 0 });
    const wrong = start('vaildate');
    expect(await text(wrong.stderr)).toContain("error: unknown command 'vaildate'");
    expect(await ended(wrong)).toBe(2);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('emulator ends on %s with status 0', async (signal) => {
    const child = start('emulator');
    const [line] = await once(child.stdout, 'data');
    expect(String(line)).toMatch(/^CBN_ENDPOINT=http:\/\/127\.0\.0\.1:\d+\n/);
    child.kill(signal);
    const err = await text(child.stderr);
    expect({ err, status: await ended(child) }).toEqual({ err: '', status: 0 });
  });

  it('does not mind a reader that has gone, as of `| head`', async () => {
    const child = start('validate', '--config', CONFIG);
    child.stdout.destroy();
    const err = await text(child.stderr);
    expect({ err, status: await ended(child) }).toEqual({ err: '', status: 0 });
  });

  // Only Linux has a file that is always full.
  it.skipIf(process.platform !== 'linux')(
    'says that standard output cannot be written, without a stack',
    async () => {
      const full = await open('/dev/full', 'w');
      const child = spawn(process.execPath, [CLI, 'validate', '--config', CONFIG], {
        stdio: ['ignore', full.fd, 'pipe'],
        env: { PATH: process.env.PATH },
      });
      const err = child.stderr === null ? '' : await text(child.stderr);
      expect({ err, status: await ended(child) }).toEqual({
        err: 'error: standard output cannot be written: ENOSPC: no space left on device, write\n',
        status: 1,
      });
      await full.close();
    },
  );

  it('does not mind either when nobody reads its standard error', async () => {
    const child = start('plan', '--config', 'nowhere.yaml');
    child.stderr.destroy();
    expect({ out: await text(child.stdout), status: await ended(child) }).toEqual({ out: '', status: 1 });
  });
});
