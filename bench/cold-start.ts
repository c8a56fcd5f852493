/** How long the first answer takes, against processes that do less and that do the same otherwise. */
import type { Cloud } from './cloud.ts';
import { type ConfigForm, deploy, functionEnv, median, type Run, remove, run, script } from './measure.ts';
import { createWorld } from './world.ts';

export interface ColdStart {
  readonly name: string;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakRssMb: number;
  /** Medians against those of the bare process. */
  readonly wallRatio: number;
  readonly cpuRatio: number;
}

const FLOW_LOGS = 10;

/** The order in which the figures are told; the first one is what the others are compared with. */
export const COLD_STARTS = [
  'bare node process',
  'unavoidable: signature, request, line',
  'function, config compiled',
  'function, YAML changed since',
  'function, JSON',
  'with Alibaba Cloud SDK clients',
] as const;

/**
 * Medians of processes that take turns, so that whatever else the machine does meets all of them.
 * @param inherited added to the environment of Function Compute
 */
export async function coldStarts(
  cloud: Cloud,
  rounds: number,
  inherited: Readonly<Record<string, string>> = {},
): Promise<readonly ColdStart[]> {
  const now = Date.now();
  const size = { flowLogs: FLOW_LOGS, accounts: 0, changes: 0 };
  const url = await cloud.start({ size, now, latencyMs: 0, modifyingMs: 300 });
  const { config } = createWorld(size, now);
  const forms: readonly ConfigForm[] = ['built', 'changed', 'json'];
  const folders = await Promise.all(forms.map((form) => deploy(config, form)));
  const [, changed = ''] = folders;
  const commands: readonly (readonly string[])[] = [
    [script('processes/nothing.cjs')],
    [script('processes/unavoidable.cjs')],
    ...folders.map((folder) => [script('processes/function.cjs'), folder]),
    [script('with-alibaba-sdk.mjs'), changed],
  ];
  const env = { ...functionEnv(url), ...inherited };
  const runs: Run[][] = commands.map(() => []);
  // The first round fills the caches of the file system.
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, command] of commands.entries()) {
      const result = await run(command, env);
      const { total = 0, unchanged = 0 } = result.summary;
      if (unchanged !== total || (index >= 2 && total !== FLOW_LOGS)) {
        throw new Error(`${command.join(' ')} told ${JSON.stringify(result.summary)}`);
      }
      if (round >= 0) runs[index]?.push(result);
    }
  }
  await Promise.all(folders.map(remove));

  const of = (results: readonly Run[] = []) => ({
    wallMs: median(results.map(({ wallMs }) => wallMs)),
    cpuMs: median(results.map(({ cpuMs }) => cpuMs)),
    peakRssMb: median(results.map(({ peakRssMb }) => peakRssMb)),
  });
  const bare = of(runs[0]);
  return COLD_STARTS.map((name, index) => {
    const medians = of(runs[index]);
    return {
      name,
      ...medians,
      wallRatio: medians.wallMs / bare.wallMs,
      cpuRatio: medians.cpuMs / bare.cpuMs,
    };
  });
}
