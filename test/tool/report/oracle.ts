/**
 * What a report must say, by walking the minutes of the range one by one. Shares no code with the report: plain
 * records as SLS holds them, luxon for the local clock, sums in loops. Every instant must be a whole minute.
 */
import { DateTime } from 'luxon';

export interface OracleFlowLog {
  readonly flowLogId: string;
  readonly logstore: string | null;
  /** What it is now; null when not listed. */
  readonly now: 'Active' | 'Inactive' | null;
}

export interface OracleWorld {
  readonly zone: string;
  readonly from: number;
  readonly to: number;
  /** As GetLogs answers. */
  readonly records: readonly Readonly<Record<string, string>>[];
  /** All that report on themselves, in the config or in the records. */
  readonly flowLogs: readonly OracleFlowLog[];
  /** By Logstore: [start of 15 minutes, bytes]. */
  readonly bytes: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  readonly pricePerGB: number;
}

export interface OracleLogstore {
  readonly bytesWritten: number;
  readonly bytesNotWritten: number | null;
  readonly bytesNotWrittenAtLeast: number | null;
  readonly estimatedFrom: string | null;
  readonly amountWritten: number;
  readonly amountSaved: number | null;
}

const MINUTE = 60_000;
const DAYS_35 = 35 * 24 * 60 * MINUTE;
type Status = 'Active' | 'Inactive' | 'unknown';

export function walk(world: OracleWorld) {
  const minutes: number[] = [];
  for (let at = world.from; at < world.to; at += MINUTE) minutes.push(at);
  const runs = new Set(
    world.records.filter((each) => each.kind === 'run').map((each) => Date.parse(each.at ?? '')),
  );
  const statuses = new Map<string, readonly Status[]>();
  for (const flowLog of world.flowLogs) {
    const mine = linesOf(flowLog, world);
    statuses.set(
      flowLog.flowLogId,
      minutes.map((at) => statusAt(at, flowLog, mine, runs)),
    );
  }
  const seconds = (flowLogId: string, status: Status) =>
    (statuses.get(flowLogId) ?? []).filter((each) => each === status).length * 60;
  const logstores: Record<string, OracleLogstore> = {};
  for (const logstore of Object.keys(world.bytes)) {
    const mine = world.flowLogs.filter((each) => each.logstore === logstore);
    if (mine.length > 0) {
      const lines = mine.map(({ flowLogId }) => statuses.get(flowLogId) ?? []);
      logstores[logstore] = logstoreOf(world, logstore, minutes, lines);
    }
  }
  return {
    flowLogs: Object.fromEntries(
      world.flowLogs.map(({ flowLogId }) => [
        flowLogId,
        {
          activeSeconds: seconds(flowLogId, 'Active'),
          inactiveSeconds: seconds(flowLogId, 'Inactive'),
          unknownSeconds: seconds(flowLogId, 'unknown'),
        },
      ]),
    ),
    logstores,
    notWatchedMinutes: notWatchedMinutes(minutes, runs, world),
  };
}

type Line = Readonly<Record<string, string>> & { readonly time: number };

function linesOf(flowLog: OracleFlowLog, world: OracleWorld): readonly Line[] {
  return world.records
    .filter((each) => each.kind === 'flow-log' && each.dryRun !== 'true')
    .filter((each) => each.flowLogId === flowLog.flowLogId)
    .map((each) => ({ ...each, time: Date.parse(each.at ?? '') }) as unknown as Line)
    .filter((each) => each.time >= world.from - DAYS_35)
    .sort((a, b) => a.time - b.time);
}

function statusAt(
  at: number,
  flowLog: OracleFlowLog,
  mine: readonly Line[],
  runs: ReadonlySet<number>,
): Status {
  const definite = (text: string | undefined) => (text === 'Active' || text === 'Inactive' ? text : null);
  let left: Status | null = null;
  let wantedUntil = Number.POSITIVE_INFINITY;
  for (const each of mine) {
    if (each.time > at) break;
    if (each.action !== 'none' && ['confirmed', 'accepted', 'failed'].includes(each.outcome ?? '')) {
      wantedUntil = Date.parse(each.nextTransition ?? '') || Number.POSITIVE_INFINITY;
    } else if (definite(each.observed) !== null) {
      wantedUntil = Date.parse(each.nextTransition ?? '') || Number.POSITIVE_INFINITY;
    }
    const called = each.action !== 'none';
    if (called && (each.outcome === 'confirmed' || each.outcome === 'accepted')) {
      left = definite(each.desired) ?? 'unknown';
    } else if (called && each.outcome === 'failed') {
      left = 'unknown';
    } else {
      left = definite(each.observed) ?? left;
    }
  }
  if (left === null) {
    const first = mine.find((each) => definite(each.observed) !== null);
    left = definite(first?.observed) ?? flowLog.now ?? 'unknown';
  }
  if (left === 'unknown') return 'unknown';
  for (const each of mine) {
    if (each.time <= at) continue;
    const observed = definite(each.observed);
    const called = each.action !== 'none' && ['confirmed', 'accepted', 'failed'].includes(each.outcome ?? '');
    if (observed === null && called) return left;
    if (observed === null) continue;
    if (observed === left) return left;
    // It changed after the last run that found it so; once something else was wanted, no run did.
    const last = Math.min(each.time, wantedUntil);
    for (let run = at + MINUTE; run < last; run += MINUTE) if (runs.has(run)) return left;
    return 'unknown';
  }
  return left;
}

/** Minutes that lie in a stretch without a run of three periods of five minutes. */
function notWatchedMinutes(
  minutes: readonly number[],
  isRun: ReadonlySet<number>,
  { from, to }: OracleWorld,
) {
  const lastRun: number[] = [];
  for (const at of minutes) lastRun.push(isRun.has(at) ? at : (lastRun.at(-1) ?? from));
  const found: number[] = [];
  let next = to;
  for (const [index, at] of [...minutes.entries()].reverse()) {
    if (next - (lastRun[index] ?? from) >= 15 * MINUTE) found.push(at);
    if (isRun.has(at)) next = at;
  }
  return found.reverse();
}

function logstoreOf(
  world: OracleWorld,
  logstore: string,
  minutes: readonly number[],
  statuses: readonly (readonly Status[])[],
): OracleLogstore {
  const { zone, from, to } = world;
  interface Hour {
    minutes: number;
    all: boolean;
    none: boolean;
    bytes: number;
    slot: string;
  }
  const hours = new Map<string, Hour>();
  // Every offset from UTC, and every change of one, is a multiple of a quarter of an hour.
  const quarters = new Map<number, readonly [key: string, slot: string]>();
  const clockOf = (at: number) => {
    const quarter = Math.floor(at / (15 * MINUTE));
    const known = quarters.get(quarter);
    if (known !== undefined) return known;
    const { year, month, day, hour, offset, weekday } = DateTime.fromMillis(at, { zone });
    const read = [[year, month, day, hour, offset].join(' '), `${weekday} ${hour}`] as const;
    quarters.set(quarter, read);
    return read;
  };
  minutes.forEach((at, index) => {
    const [key, slot] = clockOf(at);
    const hour = hours.get(key) ?? { minutes: 0, all: true, none: true, bytes: 0, slot };
    hour.minutes += 1;
    for (const line of statuses) {
      if (line[index] !== 'Active') hour.all = false;
      if (line[index] !== 'Inactive') hour.none = false;
    }
    hours.set(key, hour);
  });
  let bytesWritten = 0;
  for (const [at, bytes] of world.bytes[logstore] ?? []) {
    if (at < from || at >= to) continue;
    bytesWritten += bytes;
    const hour = hours.get(clockOf(at)[0]);
    if (hour !== undefined) hour.bytes += bytes;
  }
  const whole = [...hours.values()].filter((hour) => hour.minutes === 60);
  const measured = whole.filter((hour) => hour.all);
  const amount = (bytes: number) => (bytes / (1024 * 1024 * 1024)) * world.pricePerGB;
  if (measured.length === 0) {
    return {
      bytesWritten,
      bytesNotWritten: null,
      bytesNotWrittenAtLeast: null,
      estimatedFrom: null,
      amountWritten: amount(bytesWritten),
      amountSaved: null,
    };
  }
  const mean = (of: readonly Hour[]) => of.reduce((total, hour) => total + hour.bytes, 0) / of.length;
  let bytesNotWritten = 0;
  let bytesNotWrittenAtLeast = 0;
  let estimatedFrom = 'hour-of-week';
  for (const hour of whole) {
    if (!hour.none) continue;
    const same = measured.filter(({ slot }) => slot === hour.slot);
    if (same.length > 0) {
      bytesNotWritten += mean(same);
      bytesNotWrittenAtLeast += mean(same);
    } else {
      estimatedFrom = 'all-active-hours';
      bytesNotWritten += mean(measured);
      bytesNotWrittenAtLeast += Math.min(...measured.map(({ bytes }) => bytes));
    }
  }
  return {
    bytesWritten,
    bytesNotWritten,
    bytesNotWrittenAtLeast,
    estimatedFrom,
    amountWritten: amount(bytesWritten),
    amountSaved: amount(bytesNotWritten),
  };
}
