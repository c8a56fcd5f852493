/** Processes, timed from outside. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { compileConfig, compiledPath } from '../lib/config/compiled.ts';
import { parseConfig } from '../lib/tool/lint/parse.ts';
import { functionNode } from '../scripts/function-runtime.ts';
import { FUNCTION_KEY } from './world.ts';

const BUILT_FOLDER = fileURLToPath(new URL('../dist/flow-log-scheduler', import.meta.url));
export const BUILT = join(BUILT_FOLDER, 'index.js');

/** The Node.js that Function Compute has, or else the one that runs this. */
export const NODE = functionNode() ?? process.execPath;

export const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** One process, from its start to its end. */
export interface Run {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakRssMb: number;
  readonly summary: Readonly<Record<string, number>>;
}

interface Told {
  readonly usage: NodeJS.ResourceUsage;
  readonly summary?: Readonly<Record<string, number>>;
}

/**
 * The environment of Function Compute, not that of this shell: `NODE_EXTRA_CA_CERTS` alone, where it is set, adds 35 ms
 * to every start of Node.js.
 * @param endpoint of every service
 */
export const functionEnv = (endpoint: string): Readonly<Record<string, string>> => ({
  PATH: process.env.PATH ?? '',
  CBN_ENDPOINT: endpoint,
  SLS_ENDPOINT: endpoint,
  STS_ENDPOINT: endpoint,
  BENCH_CREDENTIALS: JSON.stringify(FUNCTION_KEY),
});

/** @throws when the process fails, with what it wrote to standard error */
export async function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Run> {
  const startedAt = process.hrtime.bigint();
  const child = spawn(NODE, args, { env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const told: string[] = [];
  const errors: string[] = [];
  child.stdout?.resume();
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  child.stdio[3]?.on('data', (chunk: Buffer) => told.push(chunk.toString()));
  let wallMs = 0;
  child.once('exit', () => {
    wallMs = Number(process.hrtime.bigint() - startedAt) / 1e6;
  });
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`${args.join(' ')} failed:\n${errors.join('')}`);
  const { usage, summary = {} } = JSON.parse(told.join('')) as Told;
  return {
    wallMs,
    cpuMs: (usage.userCPUTime + usage.systemCPUTime) / 1000,
    peakRssMb: usage.maxRSS / 1024,
    summary,
  };
}

/**
 * How a config lies beside the function: `built` is YAML with what the build compiled of it, `changed` the YAML edited
 * since, `json` a file that was not there when the function was built.
 */
export type ConfigForm = 'built' | 'changed' | 'json';

/** The built function alone in a folder of its own with a config. */
export async function deploy(config: object, form: ConfigForm): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flow-log-scheduler-bench-'));
  for (const file of await readdir(BUILT_FOLDER)) {
    if (file.endsWith('.js')) await copyFile(join(BUILT_FOLDER, file), join(folder, file));
  }
  const text = form === 'json' ? JSON.stringify(config) : stringify(config);
  const file = join(folder, 'flow-logs.yaml');
  await writeFile(file, form === 'changed' ? `${text}# changed\n` : text);
  if (form !== 'json') {
    const parsed = parseConfig(text);
    if (!parsed.ok) throw new Error('the config of the bench is not valid');
    await writeFile(compiledPath(file), compileConfig(text, parsed.file, Date.now()));
  }
  return folder;
}

export const remove = (folder: string): Promise<void> => rm(folder, { recursive: true });

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const before = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (middle + before) / 2;
}
