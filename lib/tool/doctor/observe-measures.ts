import type { RecordTo } from '../../cloud/sls/target.ts';
import { asked } from './asked.ts';
import type { AccountSeen, MeasureSeen } from './observations.ts';
import type { DoctorPorts } from './ports.ts';

const HOUR_MS = 3_600_000;

/** Tries what `report` and `what-if` read: records of the last hour, and traffic and charging mode of one Logstore. */
export async function readMeasures(
  recordTo: RecordTo | null,
  accounts: readonly AccountSeen[],
  { measure, clock }: Pick<DoctorPorts, 'measure' | 'clock'>,
): Promise<MeasureSeen> {
  const end = clock.now();
  const start = end - HOUR_MS;
  const logstore = firstLogstore(accounts);
  const [runs, bytes, meteringMode] = await Promise.all([
    recordTo === null ? null : asked('SLS', () => measure.runs(recordTo, start, end)),
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
