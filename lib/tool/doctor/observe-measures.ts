import type { RecordTo } from '../../cloud/sls/target.ts';
import { asked } from './asked.ts';
import type { AccountSeen, MeasureSeen, RunsSeen } from './observations.ts';
import type { DoctorPorts } from './ports.ts';

const HOUR_MS = 3_600_000;

/** Two ticks may be late or fail; a run of three minutes and a slow index are no silence either. */
const PERIODS = 3;
const SHORTEST_MS = 15 * 60_000;

/**
 * Tries what `report` and `what-if` read: recent runs, and traffic and charging mode of one Logstore.
 * @param periodMs between two ticks of the timer; null when that is not known
 */
export async function readMeasures(
  recordTo: RecordTo | null,
  accounts: readonly AccountSeen[],
  periodMs: number | null,
  { measure, clock }: Pick<DoctorPorts, 'measure' | 'clock'>,
): Promise<MeasureSeen> {
  const end = clock.now();
  const start = end - HOUR_MS;
  const logstore = firstLogstore(accounts);
  const readRuns = async (where: RecordTo): Promise<RunsSeen> => {
    const stretchMs = periodMs === null ? HOUR_MS : Math.max(SHORTEST_MS, PERIODS * periodMs);
    const from = end - stretchMs;
    const [all, byTimer] = await Promise.all([
      measure.runs(where, 'anyone', from, end),
      measure.runs(where, 'timer', from, end),
    ]);
    return { stretchMs, all, byTimer };
  };
  const [runs, bytes, meteringMode] = await Promise.all([
    recordTo === null ? null : asked('SLS', () => readRuns(recordTo)),
    logstore === null ? null : asked('CloudMonitor', () => measure.bytes(logstore, start, end)),
    logstore === null ? null : asked('SLS', () => measure.meteringMode(logstore)),
  ]);
  if (logstore === null || bytes === null || meteringMode === null) return { runs, logstore: null };
  const name = `${logstore.project}/${logstore.logstore}`;
  return { runs, logstore: { name, regionId: logstore.regionId, bytes, meteringMode } };
}

/** That of a flow log of the own account. */
function firstLogstore(accounts: readonly AccountSeen[]): RecordTo | null {
  for (const { listings } of accounts.filter(({ account }) => account === null)) {
    for (const { regionId, flowLogs } of listings) {
      if (!flowLogs.ok) continue;
      for (const { logstore } of flowLogs.value.values())
        if (logstore !== null) return { regionId, ...logstore };
    }
  }
  return null;
}
