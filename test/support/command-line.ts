import type { Terminal } from '../../lib/tool/io.ts';
import { flowLogs } from '../../lib/tool/program.ts';

/** What a command line did. */
export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process, with nothing of its environment but `env`. */
export async function commandLine(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  io: Partial<Terminal> = {},
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const status = await flowLogs(args, {
    env,
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    isTerminal: false,
    columns: 120,
    ...io,
  });
  return { status, out: out.join(''), err: err.join('') };
}
