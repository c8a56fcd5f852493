import { readObject } from '../call.ts';
import { PATIENT } from '../retry.ts';
import { askProject, type SlsProjectOptions } from './project.ts';

export const METERING_MODES = ['ChargeByFunction', 'ChargeByDataIngest'] as const;

/** How SLS charges for a Logstore: by its use of each feature, or by the raw data that is written. */
export type MeteringMode = (typeof METERING_MODES)[number];

/** @throws {CloudError}; {TypeError} when `recordTo` holds no valid names, or the endpoint is not accepted */
export async function readMeteringMode(options: SlsProjectOptions): Promise<MeteringMode> {
  const ask = askProject({ attempts: PATIENT.attempts, timeoutMs: 30_000, ...options });
  return ask({
    name: 'GetLogStoreMeteringMode',
    method: 'GET',
    path: `/logstores/${encodeURIComponent(options.recordTo.logstore)}/meteringmode`,
    read: (answer) => {
      const { meteringMode } = readObject(answer);
      const known = METERING_MODES.find((mode) => mode === meteringMode);
      if (known === undefined) throw answer.unreadable('a charging mode that this version does not know');
      return known;
    },
    isRepeatable: true,
    permission: 'grant log:GetLogStoreMeteringMode on *',
  });
}
