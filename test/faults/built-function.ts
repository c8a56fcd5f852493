import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Emulator, startEmulator } from '../../lib/emulator/emulator.ts';
import { functionNode } from '../../scripts/function-runtime.ts';
import { fcContext, timerEvent } from '../support/scheduler.ts';
import { MATRIX_CONFIG, WORLD } from './cloud.ts';
import { emulatorOf } from './product.ts';

/** What Function Compute runs: `npm run build` comes first. */
const FUNCTION = resolve('dist/flow-log-scheduler/index.js');

/** One invocation by the timer; tells how long it took, and what it answered or threw. */
const PROGRAM = `
  const [file, event, context] = process.argv.slice(1);
  const began = performance.now();
  const end = (told) => process.stdout.write(JSON.stringify({ kind: 'end', tookMs: performance.now() - began, ...told }) + '\\n');
  require(file).handler(Buffer.from(event), JSON.parse(context)).then(
    (answer) => end({ answer }),
    (error) => end({ error: error.name + ': ' + error.message }),
  );
`;

const always = { windows: [{ days: 'daily', from: '00:00', to: '24:00' }] };
/** What is wanted does not depend on when the test runs. */
export const STEADY_CONFIG = { ...MATRIX_CONFIG, schedules: { office: always, night: { windows: [] } } };

export interface EndLine {
  readonly kind: string;
  readonly tookMs: number;
  readonly answer?: { readonly ok: boolean; readonly summary: Readonly<Record<string, number>> };
  readonly error?: string;
}

export interface Invocation {
  readonly child: ChildProcess;
  /** Resolves when the process has ended, with all that it wrote. */
  readonly ended: Promise<string>;
}

/** A cloud in this process, in real time, and a way to start processes of the built function against it. */
export async function startForBuilt(): Promise<{
  readonly emulator: Emulator;
  readonly start: (timeoutS?: number) => Invocation;
}> {
  const emulator = emulatorOf(await startEmulator({ ...WORLD, modifyingMs: 5 }));
  const directory = await mkdtemp(join(tmpdir(), 'flow-log-scheduler-'));
  const file = join(directory, 'flow-logs.yaml');
  await writeFile(file, JSON.stringify(STEADY_CONFIG));
  const children: ChildProcess[] = [];
  onTestFinished(async () => {
    for (const child of children) child.kill('SIGKILL');
    await emulator.close();
    await rm(directory, { recursive: true });
  });
  const env = {
    FLOW_LOGS_CONFIG: file,
    CBN_ENDPOINT: emulator.url,
    VPC_ENDPOINT: emulator.url,
    SLS_ENDPOINT: emulator.url,
    STS_ENDPOINT: emulator.url,
  };
  return {
    emulator,
    start: (timeoutS = 60) => {
      const context = JSON.stringify(fcContext({ function: { name: 'built', timeout: timeoutS } }));
      const args = ['-e', PROGRAM, FUNCTION, timerEvent().toString(), context];
      const child = spawn(functionNode() ?? process.execPath, args, {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      children.push(child);
      const written: string[] = [];
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (text) => written.push(String(text)));
      const ended = new Promise<string>((done) => child.once('close', () => done(written.join(''))));
      return { child, ended };
    },
  };
}

/** The JSON lines of an output. */
export const linesOf = (output: string): readonly Readonly<Record<string, string>>[] =>
  output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** How it ended; undefined for a process that was killed. */
export const endOf = (output: string): EndLine | undefined =>
  linesOf(output).find(({ kind }) => kind === 'end') as EndLine | undefined;
