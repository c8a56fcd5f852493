/** Whole runs of the built function over clouds of any size: calls, time, memory. */
import type { Cloud } from './cloud.ts';
import type { Traffic } from './emulator-process.ts';
import { type ConfigForm, deploy, functionEnv, median, type Run, remove, run, script } from './measure.ts';
import { createWorld, type WorldSize } from './world.ts';

export interface Conditions {
  readonly latencyMs: number;
  readonly callsPerSecond?: number;
  readonly modifyingMs: number;
}

export interface Measured {
  readonly size: WorldSize;
  /** Of the process: medians. */
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakRssMb: number;
  /** Of the last run. */
  readonly traffic: Traffic;
  readonly apiCalls: number;
}

export const NO_LIMITS: Conditions = { latencyMs: 0, modifyingMs: 300 };

/** Each time in a new process, against a cloud that is as it was at first. */
export async function measure(
  cloud: Cloud,
  size: WorldSize,
  conditions: Conditions,
  times: number,
  form: ConfigForm = 'built',
): Promise<Measured> {
  const now = Date.now();
  const folder = await deploy(createWorld(size, now).config, form);
  const runs: Run[] = [];
  let traffic: Traffic | null = null;
  for (let time = 0; time < times; time += 1) {
    const url = await cloud.start({ size, now, ...conditions });
    const result = await run([script('processes/function.cjs'), folder], functionEnv(url));
    traffic = await cloud.traffic();
    const { confirmed = 0, unchanged = 0 } = result.summary;
    if (confirmed !== size.changes || confirmed + unchanged !== size.flowLogs) {
      throw new Error(
        `of ${size.flowLogs} flow logs ${size.changes} were to change: ${JSON.stringify(result.summary)}`,
      );
    }
    runs.push(result);
  }
  await remove(folder);
  if (traffic === null) throw new Error('nothing was measured');
  const { PutLogs: _recording, ...calls } = traffic.answered;
  return {
    size,
    wallMs: median(runs.map(({ wallMs }) => wallMs)),
    cpuMs: median(runs.map(({ cpuMs }) => cpuMs)),
    peakRssMb: median(runs.map(({ peakRssMb }) => peakRssMb)),
    traffic,
    apiCalls: Object.values(calls).reduce((sum, each) => sum + each, 0),
  };
}

const PAGE_SIZE = 20;

/**
 * The fewest calls that this config can do with: a role for each account, every page of every account and region, a
 * toggle for each change, and the pages once more for each account and region in which something changed. Flow logs
 * and changes are spread evenly; an account of its own has its flow logs in two regions.
 */
export function fewestCalls({ flowLogs, accounts, changes }: WorldSize): number {
  const groups =
    accounts === 0
      ? [Math.ceil(flowLogs * 0.6), flowLogs - Math.ceil(flowLogs * 0.6)]
      : Array.from({ length: accounts }, () => flowLogs / accounts);
  const pages = groups.reduce((sum, size) => sum + Math.max(1, Math.ceil(size / PAGE_SIZE)), 0);
  return accounts + pages + changes + (changes === 0 ? 0 : pages);
}

/**
 * The shortest that a run can take, in milliseconds, if computing took no time.
 *
 * The function's own account may be asked `rate` times a second for roles, after a burst of as many; so the last of
 * `accounts` roles comes after `(accounts - rate) / rate` seconds and the latency. What is left to do for that account
 * follows on: list it (latency), send its toggles at once (latency; more only where they go beyond that account's own
 * burst), wait until CEN has changed them (`modifyingMs` from the toggle's effect on, of which the toggle's answer
 * is the end), read back (latency), record (latency for each 4,096 records, one after another).
 */
export function shortestMs(size: WorldSize, conditions: Conditions): number {
  const { latencyMs, modifyingMs, callsPerSecond: rate } = conditions;
  const limitMs = (calls: number) => (rate === undefined ? 0 : Math.max(0, ((calls - rate) / rate) * 1000));
  const groups = Math.max(1, size.accounts);
  const roles = size.accounts === 0 ? 0 : limitMs(size.accounts) + latencyMs;
  const perGroup = size.changes / groups;
  const pages = Math.ceil(size.flowLogs / groups / PAGE_SIZE);
  const calls = pages + perGroup + (perGroup > 0 ? pages : 0);
  const changing = perGroup === 0 ? 0 : latencyMs + modifyingMs + pages * latencyMs;
  const recording = Math.ceil((size.changes + 1) / 4_096) * latencyMs;
  return roles + Math.max(pages * latencyMs + changing, limitMs(calls)) + recording;
}
