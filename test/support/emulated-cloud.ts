import { onTestFinished, vi } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../lib/emulator/emulator.ts';
import { commandLine, type Ran } from './command-line.ts';
import { DEFAULT_KEY } from './emulator-clients.ts';

export interface EmulatedCloud {
  readonly emulator: Emulator;
  /** Runs a command line against the emulator, with a key that it knows. */
  readonly run: (...args: readonly string[]) => Promise<Ran>;
  /** The environment that points a command line to it. */
  readonly env: Readonly<Record<string, string>>;
  /** The operations that were asked for, in order. */
  readonly actions: () => readonly string[];
}

/** An emulator with the default seed for one test, and the command line pointed at it. */
export async function emulatedCloud(options: EmulatorOptions = {}): Promise<EmulatedCloud> {
  const emulator = await startEmulator({ modifyingMs: 10, ...options });
  onTestFinished(() => emulator.close());
  signWith(DEFAULT_KEY.accessKeyId, DEFAULT_KEY.accessKeySecret);
  const { url } = emulator;
  const env = { CBN_ENDPOINT: url, VPC_ENDPOINT: url, SLS_ENDPOINT: url, STS_ENDPOINT: url };
  return {
    emulator,
    run: (...args) => commandLine(args, env),
    env,
    actions: () => emulator.requests.map(({ action }) => action),
  };
}

/** What Alibaba's default credential chain finds, for one test. */
export function signWith(accessKeyId: string, accessKeySecret: string): void {
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', accessKeySecret);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}
