import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { EmulatorFunction } from '../emulator/emulator.ts';
import type { Seed } from '../emulator/seed.ts';
import { configFile } from './config.ts';
import { type Io, Refused } from './io.ts';
import { FUNCTION_LOGSTORE } from './provision/definitions/logstore.ts';

const NAME = 'flow-log-scheduler';

/**
 * The built function for the emulator: `flow-log-scheduler` on Function Compute 3.0, and
 * `flow-log-scheduler/flow-log-scheduler` on 2.0. It reads the config that every other command reads, and belongs to the
 * first account of the seed. What it prints goes to standard error.
 * @param directory where the build put the tool, with the folder `handler` in it; no function is served without that
 * @param recordsProject SLS project of the config's records, which its own log goes to as well; default: the seed's first
 * @throws {Refused} when a config is named that is not there
 */
export async function emulatedFunctions(
  directory: string,
  namedConfig: string | undefined,
  { accounts, logstores }: Seed,
  io: Io,
  recordsProject: string | null = null,
): Promise<readonly EmulatorFunction[]> {
  const handlerFile = join(directory, 'handler', 'index.js');
  const [owner] = accounts;
  if (owner === undefined || !(await exists(handlerFile))) return [];
  const config = resolve(await configFile(namedConfig, io));
  const found = await exists(config);
  if (!found && namedConfig !== undefined) {
    io.err(`${namedConfig} cannot be read; name another with --config FILE\n`);
    throw new Refused();
  }
  const [credentials] = owner.accessKeys;
  const project = recordsProject ?? logstores[0]?.project;
  const deployed = {
    name: NAME,
    handlerFile,
    accountId: owner.accountId,
    ...(credentials === undefined ? {} : { credentials }),
    // As in s.yaml.
    timeoutSeconds: 180,
    env: found ? { FLOW_LOGS_CONFIG: config } : {},
    role: `acs:ram::${owner.accountId}:role/${NAME}`,
    ...(project === undefined ? {} : { logConfig: { project, logstore: FUNCTION_LOGSTORE } }),
    triggers: [
      {
        triggerName: 'tick',
        triggerType: 'timer',
        triggerConfig: { cronExpression: 'CRON_TZ=Asia/Shanghai 0 */5 * * * *', enable: true, payload: '' },
      },
    ],
    asyncInvokeConfig: { maxAsyncRetryAttempts: 0, maxAsyncEventAgeInSeconds: 300 },
    print: io.err,
  };
  return [deployed, { ...deployed, service: NAME }];
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
