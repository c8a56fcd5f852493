import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** Two flow logs of the emulator's default seed; what they should be does not depend on the time of day. */
const STEADY = `
timezone: Asia/Shanghai
recordTo: { regionId: cn-hangzhou, project: ops-audit, logstore: flow-log-scheduler }
schedules:
  always: { windows: [{ days: daily, from: "00:00", to: "24:00" }] }
  never: { windows: [{ cron: "0 0 29 2 *", duration: 1m }] }
flowLogs:
  - { flowLogId: flowlog-m5evbtbptexample1, regionId: cn-hangzhou, schedule: never }
  - { flowLogId: flowlog-m5evbtbptexample2, regionId: cn-shanghai, schedule: always }
`;

/** Writes a config for the tests of one file; its path. */
export function configOnDisk(text: string = STEADY): string {
  const directory = mkdtempSync(join(tmpdir(), 'config-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'flow-logs.yaml');
  writeFileSync(file, text);
  return file;
}
