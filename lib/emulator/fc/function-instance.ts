import { type ChildProcess, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { EmulatorExecution } from '../types.ts';
import { INSTANCE_PROGRAM } from './instance-program.ts';

/** A process with a handler in it; it serves one request at a time and lives on between them. */
export interface FunctionInstance {
  /** False once its process ended or was killed. */
  readonly alive: boolean;
  /**
   * Calls the handler. Never rejects: a process that ends or takes too long is an error of the function, and the
   * instance is dead then. Must not be called while another call is under way.
   */
  run(event: Buffer, context: object, timeoutSeconds: number): Promise<EmulatorExecution>;
  stop(): void;
}

export interface InstanceOptions {
  /** Path of the program. */
  readonly node: string;
  readonly handlerFile: string;
  /** Name of the handler in it. */
  readonly exportName: string;
  /** All that its `process.env` holds. */
  readonly env: Readonly<Record<string, string>>;
  readonly print: (text: string) => void;
}

/** Starts a process of its own, so that its environment is its own and its crash is nobody else's. */
export function startInstance({
  node,
  handlerFile,
  exportName,
  env,
  print,
}: InstanceOptions): FunctionInstance {
  const child = spawn(node, ['--eval', INSTANCE_PROGRAM, handlerFile, exportName], {
    cwd: dirname(handlerFile),
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => print(text));
  }
  let alive = true;
  const died = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  }).then(() => {
    alive = false;
  });

  const started = new Promise((resolve) => child.once('message', resolve));

  const stop = (): void => {
    alive = false;
    child.kill('SIGKILL');
  };

  return {
    get alive() {
      return alive;
    },
    run: async (event, context, timeoutSeconds) => {
      // The start of a process is not the function's time.
      await Promise.race([started, died]);
      let timer: NodeJS.Timeout | undefined;
      const tooLong = new Promise<EmulatorExecution>((resolve) => {
        timer = setTimeout(() => {
          stop();
          resolve(failed(`Function timed out after ${timeoutSeconds} seconds`));
        }, timeoutSeconds * 1000);
      });
      const crashed = died.then(() => failed('Process exited unexpectedly before completing request'));
      const execution = await Promise.race([
        answerOf(child, { event: event.toString('base64'), context }),
        crashed,
        tooLong,
      ]);
      clearTimeout(timer);
      return execution;
    },
    stop,
  };
}

function answerOf(child: ChildProcess, call: object): Promise<EmulatorExecution> {
  return new Promise((resolve) => {
    child.once('message', (message) => resolve(message as EmulatorExecution));
    // A process that is gone already cannot be sent to; its end is the answer then.
    child.send(call, () => {});
  });
}

const failed = (errorMessage: string): EmulatorExecution => ({ ok: false, error: { errorMessage } });
