import type { MeteringMode } from '../../../lib/cloud/sls/metering-mode.ts';
import { runtimeZone } from '../../../lib/schedule/zone.ts';
import type { Pricing } from '../../../lib/tool/report/charge.ts';
import { type ConfiguredFlowLog, type FlowLogNow, involved } from '../../../lib/tool/report/involved.ts';
import { readRecords } from '../../../lib/tool/report/records.ts';
import type { ReportFacts } from '../../../lib/tool/report/report.ts';
import type { DataPoint, Measured } from '../../../lib/tool/report/traffic.ts';

export const at = (iso: string): number => Date.parse(iso);

/** A flow log of the config that is listed now. */
export interface World {
  readonly from: number;
  readonly to: number;
  readonly now?: number;
  readonly zone?: string;
  readonly periodMs?: number;
  readonly records?: readonly Readonly<Record<string, string>>[];
  readonly configured?: readonly Partial<ConfiguredFlowLog>[];
  readonly listed?: readonly Partial<FlowLogNow>[];
  /** By `project/logstore`; NetFlow's are a fifth of these. */
  readonly bytes?: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  readonly measured?: ReadonlyMap<string, Measured>;
  readonly modes?: Readonly<Record<string, MeteringMode>>;
  readonly pricing?: Pricing | null;
  readonly problems?: readonly string[];
}

export function facts(world: World): ReportFacts {
  const recorded = readRecords(world.records ?? []);
  const configured = (world.configured ?? []).map((each) => ({
    flowLogId: 'flowlog-1',
    service: 'cen' as const,
    regionId: 'cn-hangzhou',
    account: null,
    schedule: 'office-hours',
    ...each,
  }));
  const listed = (world.listed ?? []).map((each) => ({
    flowLogId: 'flowlog-1',
    service: 'cen' as const,
    regionId: 'cn-hangzhou',
    account: null,
    name: null,
    status: null,
    intervalSeconds: 600,
    logstore: null,
    ...each,
  }));
  return {
    range: { start: world.from, end: world.to },
    now: world.now ?? world.to,
    zone: runtimeZone(world.zone ?? 'Asia/Shanghai'),
    periodMs: world.periodMs ?? 300_000,
    recorded,
    recordedIn: 'Logstore flow-log-scheduler of project ops-audit',
    involved: involved(
      configured,
      listed,
      recorded.readings.filter(({ at: time }) => time < world.to),
    ),
    measured:
      world.measured ??
      new Map(Object.entries(world.bytes ?? {}).map(([key, points]) => [key, measuredAs(points)])),
    meteringModes: new Map(Object.entries(world.modes ?? {})),
    pricing: world.pricing ?? null,
    problems: world.problems ?? [],
  };
}

export function measuredAs(points: readonly (readonly [number, number])[]): Measured {
  const times = (factor: number): readonly DataPoint[] =>
    points.map(([start, bytes]) => ({ at: start, bytes: bytes * factor }));
  return { LogInflow: times(1), NetFlow: times(0.2) };
}

/** A record of kind `flow-log`. */
export const change = (time: number, fields: Readonly<Record<string, string>>) => ({
  schemaVersion: '1',
  kind: 'flow-log',
  runId: `run-${time}`,
  at: new Date(time).toISOString(),
  dryRun: 'false',
  flowLogId: 'flowlog-1',
  flowLogRegionId: 'cn-hangzhou',
  account: '',
  schedule: 'office-hours',
  ...fields,
});

export const run = (time: number, fields: Readonly<Record<string, string>> = {}) => ({
  schemaVersion: '1',
  kind: 'run',
  runId: `run-${time}`,
  at: new Date(time).toISOString(),
  dryRun: 'false',
  action: 'reconcile',
  errorCode: '',
  ...fields,
});

export const activated = {
  observed: 'Inactive',
  desired: 'Active',
  action: 'activate',
  outcome: 'confirmed',
};
export const deactivated = {
  observed: 'Active',
  desired: 'Inactive',
  action: 'deactivate',
  outcome: 'confirmed',
};
