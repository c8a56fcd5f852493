import type { Clock, FlowLogs } from '../../lib/reconcile/ports.ts';
import { type RunDeps, type RunRequest, reconcile } from '../../lib/reconcile/reconcile.ts';
import { type FlowLogResult, type Report, warningText } from '../../lib/reconcile/report.ts';
import { configOf } from './config.ts';
import { createEmulatorWorld } from './emulator-world.ts';
import { createInMemoryWorld } from './in-memory-world.ts';
import { withShortIds } from './short-ids.ts';

/** A flow log to begin with. */
export interface WorldFlowLog {
  readonly flowLogId: string;
  /** Default `cn-hangzhou`. */
  readonly regionId?: string;
  /** Default `cen-1`. */
  readonly cenId?: string;
  /** Default `Inactive`. */
  readonly status?: string;
  /** Default: none. */
  readonly transitRouterId?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What goes wrong with one call; what happens instead of, or besides, what was asked for. */
export type WorldFault =
  /** The connection breaks; nothing has happened. */
  | { readonly kind: 'lost-before' }
  /** The connection breaks; what was asked for has been done. */
  | { readonly kind: 'lost-after' }
  | { readonly kind: 'refused'; readonly code: string }
  /** The answer says `Success: "false"` and nothing more; nothing has happened. */
  | { readonly kind: 'not-successful' }
  /** A toggle is accepted, and nothing happens. */
  | { readonly kind: 'ignored' }
  /** A toggle is accepted, and the flow log goes back to where it was after so long. */
  | { readonly kind: 'undone'; readonly afterMs: number };

export interface WorldCall {
  readonly kind: 'list' | 'activate' | 'deactivate' | 'tag' | 'untag';
  readonly regionId: string;
  /** Null for a listing that is not narrowed to one, and for a tag call. */
  readonly flowLogId: string | null;
  /** Of a tag call; empty for any other. */
  readonly tagged: readonly string[];
  /** How many calls of this kind there were, this one included. */
  readonly count: number;
}

export type WorldFaults = (call: WorldCall) => WorldFault | undefined;

/** A tag call that arrived, whatever became of it. */
export interface TagCall {
  readonly regionId: string;
  readonly flowLogIds: readonly string[];
  /** Null when the tag was to be removed. */
  readonly value: string | null;
}

/** A toggle that arrived, whatever became of it. */
export interface Toggle {
  readonly flowLogId: string;
  readonly action: 'activate' | 'deactivate';
  readonly cenId: string | null;
  readonly clientToken: string;
}

export interface WorldOptions {
  readonly flowLogs?: readonly WorldFlowLog[];
  /** How long `Modifying` lasts. Default 2 s; `Infinity` never ends. */
  readonly modifyingMs?: number;
  /** How long every call takes. Default 0. */
  readonly latencyMs?: number;
  /** Calls in flight. Default 8. */
  readonly concurrency?: number;
  /** More calls than that are throttled, with the time to wait. Default: none is. */
  readonly callsPerSecond?: number;
  /** How far the replicas lag that listings are read from, one after another. Default: none does. */
  readonly replicaLagMs?: readonly number[];
  /** Whether a transit router changes one flow log at a time. */
  readonly oneChangePerTransitRouter?: boolean;
}

/** CEN as one account sees it, on a clock on which waiting takes no time. */
export interface World {
  readonly clock: Clock;
  flowLogs(): FlowLogs;
  /** Statuses at this instant by flow log ID. */
  statuses(): Readonly<Record<string, string>>;
  /** Tags at this instant by flow log ID. */
  tags(): Readonly<Record<string, Readonly<Record<string, string>>>>;
  setStatus(flowLogId: string, status: string): void;
  setTags(flowLogId: string, tags: Readonly<Record<string, string>>): void;
  /** Under way to `becomes`, which it is after so long. */
  beginChange(flowLogId: string, afterMs: number, becomes: string): void;
  remove(flowLogId: string): void;
  /** In the order of arrival. */
  toggles(): readonly Toggle[];
  /** In the order of arrival. */
  tagCalls(): readonly TagCall[];
  /** How many listings arrived. */
  listings(): number;
  setFaults(faults: WorldFaults | undefined): void;
  close(): Promise<void>;
}

const IN_MEMORY = ['in memory', createInMemoryWorld] as const;
const OVER_HTTP = ['over HTTP', createEmulatorWorld] as const;

/** Each as a row of `describe.each`. Mutants of the core are tried in memory only. */
export const WORLDS: readonly [typeof IN_MEMORY, ...(typeof OVER_HTTP)[]] = [
  IN_MEMORY,
  ...(process.env.WORLDS === 'in memory' ? [] : [OVER_HTTP]),
];

export interface Entry {
  readonly flowLogId: string;
  /** Default `on`: always Active. `off` is never, `office` daily from 08:00 to 20:00. */
  readonly schedule?: 'on' | 'off' | 'office';
  readonly regionId?: string;
  readonly cenId?: string;
}

/** The config of a run over these flow logs, each by its ID or with what differs from the defaults. */
export function configFor(entries: readonly (string | Entry)[], limits: object = {}, keys: object = {}) {
  const file = {
    timezone: 'UTC',
    recordTo: 'stdout',
    schedules: {
      on: { windows: [{ days: 'daily', from: '00:00', to: '24:00' }] },
      off: { windows: [] },
      office: { windows: [{ days: 'daily', from: '08:00', to: '20:00' }] },
    },
    flowLogs: entries.map((entry) => ({
      regionId: 'cn-hangzhou',
      schedule: 'on',
      ...(typeof entry === 'string' ? { flowLogId: entry } : entry),
    })),
    limits,
    ...keys,
  };
  return configOf(withShortIds(file));
}

export interface RunOptions {
  readonly request?: Partial<RunRequest>;
  /** Time of the run; default ten minutes. */
  readonly timeMs?: number;
  readonly limits?: object;
  /** Of the config file, instead of its own. */
  readonly keys?: object;
  readonly deps?: Partial<RunDeps>;
}

let runs = 0;

/** One reconcile over a world. */
export function run(
  world: World,
  entries: readonly (string | Entry)[],
  { request = {}, timeMs = 600_000, limits, keys, deps = {} }: RunOptions = {},
): Promise<Report> {
  const { clock } = world;
  runs += 1;
  const name = `run-${runs}`;
  let ids = 0;
  return reconcile(
    configFor(entries, limits, keys),
    { action: 'reconcile', dryRun: false, at: clock.now(), ...request } as RunRequest,
    {
      flowLogs: () => world.flowLogs(),
      ...deps,
      apiCalls: () => 0,
      clock,
      endsAt: clock.monotonic() + timeMs,
      newId: () => {
        ids += 1;
        return `${name}-${ids}`;
      },
    },
  );
}

/** What a report warns of, as people read it. */
export const warningsOf = ({ warnings }: Report): readonly string[] => warnings.map(warningText);

/** The result of one flow log. */
export function resultOf(report: Report, flowLogId: string): FlowLogResult {
  const [result, ...others] = report.flowLogs.filter((each) => each.flowLogId === flowLogId);
  if (result === undefined || others.length > 0) {
    throw new Error(`${others.length + (result ? 1 : 0)} results for ${flowLogId}`);
  }
  return result;
}

/** Waits in milliseconds until the next call may pass; 0 when this one does. */
export function rateLimit(callsPerSecond: number | undefined, now: () => number): () => number {
  if (callsPerSecond === undefined) return () => 0;
  const gapMs = 1_000 / callsPerSecond;
  let tokens = callsPerSecond;
  let at = now();
  return () => {
    tokens = Math.min(callsPerSecond, tokens + (now() - at) / gapMs);
    at = now();
    if (tokens < 1) return Math.ceil((1 - tokens) * gapMs);
    tokens -= 1;
    return 0;
  };
}
