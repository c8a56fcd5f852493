/** Folders for init, and the accounts that it lists. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { EmulatorFlowLog } from '../../../lib/emulator/emulator.ts';
import { commandLine } from '../../support/command-line.ts';
import type { EmulatedCloud } from '../../support/emulated-cloud.ts';
import { DEFAULT_KEY } from '../../support/emulator-clients.ts';

export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'init-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

export const read = (...path: readonly string[]) => readFile(join(...path), 'utf8');
export const validate = (folder: string) =>
  commandLine(['validate', '--strict', '--config', join(folder, 'flow-logs.yaml')]);

/** An account with these flow logs, beside one that trusts it. */
export const accounts = (
  own: readonly EmulatorFlowLog[],
  retail: readonly EmulatorFlowLog[] = [],
  trusts = ['1'],
) => [
  { accountId: '1', accessKeys: [DEFAULT_KEY], flowLogs: own },
  { accountId: '2', accessKeys: [], flowLogs: retail, roles: [{ name: 'audit', trusts }] },
];
export const RETAIL = 'retail=acs:ram::2:role/audit';
export const ONE: EmulatorFlowLog = {
  flowLogId: 'flowlog-1',
  regionId: 'cn-hangzhou',
  flowLogName: 'office',
  projectName: 'netops-audit',
  logStoreName: 'cen',
  tags: { env: 'prod', 'flow-log-scheduler:override': 'Active until 2026-11-23T18:00:00+08:00' },
};
export const TWO: EmulatorFlowLog = {
  flowLogId: 'flowlog-2',
  regionId: 'cn-shanghai',
  status: 'Inactive',
  intervalSeconds: 60,
};

export const initAgainst = ({ env, emulator }: EmulatedCloud, ...args: readonly string[]) =>
  commandLine(['init', ...args], { ...env, STS_ENDPOINT: emulator.url });
