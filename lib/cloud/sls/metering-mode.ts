import { readObject } from '../call.ts';
import { PATIENT } from '../retry.ts';
import { askProject, isMissingLogstore, isMissingProject, type SlsProjectOptions } from './project.ts';

export const METERING_MODES = ['ChargeByFunction', 'ChargeByDataIngest'] as const;

/** How SLS charges for a Logstore: by its use of each feature, or by the raw data that is written. */
export type MeteringMode = (typeof METERING_MODES)[number];

/** @throws {CloudError}; {TypeError} when `recordTo` holds no valid names, or the endpoint is not accepted */
export async function readMeteringMode(options: SlsProjectOptions): Promise<MeteringMode> {
  const { regionId, project, logstore } = options.recordTo;
  const ask = askProject({ attempts: PATIENT.attempts, timeoutMs: 30_000, ...options });
  const gone = `create Logstore ${logstore} in project ${project} in ${regionId}, to which a flow log delivers, or delete the flow log`;
  return ask({
    name: 'GetLogStoreMeteringMode',
    method: 'GET',
    path: `/logstores/${encodeURIComponent(logstore)}/meteringmode`,
    read: (answer) => {
      const { meteringMode } = readObject(answer);
      const known = METERING_MODES.find((mode) => mode === meteringMode);
      if (known === undefined) throw answer.unreadable('a charging mode that this version does not know');
      return known;
    },
    isRepeatable: true,
    permission: 'grant log:GetLogStoreMeteringMode on *',
    otherwise: 'look the code up among the error codes of SLS',
    errors: (code) => (isMissingProject({ code }) || isMissingLogstore({ code }) ? { advice: gone } : null),
  });
}
