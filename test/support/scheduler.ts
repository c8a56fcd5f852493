import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SendRequest } from '../../lib/cloud/http/request.ts';
import {
  type Emulator,
  type EmulatorOptions,
  type FlowLogSnapshot,
  startEmulator,
} from '../../lib/emulator/emulator.ts';
import { createHandler, type Handler } from '../../lib/function/handler.ts';
import type { Clock } from '../../lib/reconcile/ports.ts';
import { withShortIds } from './short-ids.ts';
import { virtualClock } from './virtual-clock.ts';

/** Temporary credentials, as Function Compute hands them out. */
export const CREDENTIALS = {
  accessKeyId: 'STS.NTmadeUpAccessKeyId1',
  accessKeySecret: 'made+up/accessKeySecret==',
  securityToken: 'CAISmade+up/securityToken==',
};

/** A Monday, three seconds after eight in Shanghai. */
export const AT = '2026-11-23T00:00:03.120Z';
export const TICK = '2026-11-23T00:00:00Z';

export const RECORD_TO = { regionId: 'cn-hangzhou', project: 'ops-audit', logstore: 'flow-log-scheduler' };

/** At {@link AT} `to-activate` and `to-deactivate` are not as their schedules want them; `right` is. */
export const CONFIG = {
  timezone: 'Asia/Shanghai',
  recordTo: RECORD_TO,
  schedules: {
    office: { windows: [{ days: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'], from: '08:00', to: '20:00' }] },
    night: { windows: [{ days: 'daily', from: '22:00', to: '06:00' }] },
  },
  flowLogs: [
    { flowLogId: 'flowlog-to-activate', regionId: 'cn-hangzhou', cenId: 'cen-1', schedule: 'office' },
    { flowLogId: 'flowlog-to-deactivate', regionId: 'cn-shanghai', schedule: 'night' },
    { flowLogId: 'flowlog-right', regionId: 'cn-hangzhou', cenId: 'cen-1', schedule: 'office' },
  ],
};

export const ACCOUNT_ID = '1234567890123456';

/** The flow logs of {@link CONFIG}, and one that no config names. */
const WORLD: EmulatorOptions = {
  accounts: [
    {
      accountId: ACCOUNT_ID,
      accessKeys: [CREDENTIALS],
      flowLogs: [
        { flowLogId: 'flowlog-to-activate', regionId: 'cn-hangzhou', cenId: 'cen-1', status: 'Inactive' },
        { flowLogId: 'flowlog-to-deactivate', regionId: 'cn-shanghai', cenId: 'cen-2' },
        { flowLogId: 'flowlog-right', regionId: 'cn-hangzhou', cenId: 'cen-1' },
        { flowLogId: 'flowlog-of-others', regionId: 'cn-hangzhou', cenId: 'cen-1', status: 'Inactive' },
      ],
    },
  ],
  logstores: [RECORD_TO],
  modifyingMs: 50,
};

export interface SchedulerOptions {
  /** An object is written as JSON, text as it is; null writes no file. Default {@link CONFIG}. */
  readonly config?: object | string | null;
  /** Added to the endpoints, which are the emulator's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly emulator?: EmulatorOptions;
  /** Default: one that begins at {@link AT}, on which waiting takes no time. */
  readonly clock?: Clock;
  /** Default: real requests. */
  readonly send?: SendRequest | undefined;
}

/** A handler, a cloud of its own that it reaches over HTTP, and all that it says. */
export interface Scheduler {
  readonly handler: Handler;
  /** The handler of another process, which shares nothing with the first but the cloud and the config. */
  newHandler(): Handler;
  /** Replaces the config for the runs to come. */
  writeConfig(config: object): Promise<void>;
  readonly emulator: Emulator;
  /** Where the code and its config lie. */
  readonly directory: string;
  /** What was written to standard output, but for {@link toggleLines}. */
  readonly printed: readonly string[];
  /** The lines of each change when it was sent, and when it had settled. */
  readonly toggleLines: readonly string[];
  /** Every status by flow log. */
  statuses(): Readonly<Record<string, string>>;
  /** Printed records of a kind, parsed. */
  printedRecords(kind: string): readonly Readonly<Record<string, string>>[];
  /** What the Logstore holds. */
  recorded(): readonly Readonly<Record<string, string>>[];
}

export async function startScheduler(options: SchedulerOptions = {}): Promise<Scheduler> {
  const { config = CONFIG, env = {}, clock = virtualClock(Date.parse(AT)), send } = options;
  const now = (): number => clock.now();
  const emulator = await startEmulator({ ...WORLD, clock: { now }, wallNow: now, ...options.emulator });
  const directory = await mkdtemp(join(tmpdir(), 'flow-log-scheduler-'));
  onTestFinished(async () => {
    await emulator.close();
    await rm(directory, { recursive: true });
  });
  const writeConfig = (next: object | string) =>
    writeFile(
      join(directory, 'flow-logs.yaml'),
      typeof next === 'string' ? next : JSON.stringify(withShortIds(next), null, 2),
    );
  if (config !== null) await writeConfig(config);

  const printed: string[] = [];
  const toggleLines: string[] = [];
  const parsed = (): Readonly<Record<string, string>>[] => printed.map((line) => JSON.parse(line));
  const endpoints = {
    CBN_ENDPOINT: emulator.url,
    VPC_ENDPOINT: emulator.url,
    SLS_ENDPOINT: emulator.url,
    STS_ENDPOINT: emulator.url,
  };
  const newHandler = (): Handler =>
    createHandler({
      env: { ...endpoints, ...env },
      codeDirectory: directory,
      clock,
      newId: randomUUID,
      print: (line) => (line.startsWith('{"kind":"toggle"') ? toggleLines : printed).push(line),
      send,
    });
  return {
    handler: newHandler(),
    newHandler,
    writeConfig,
    emulator,
    directory,
    printed,
    toggleLines,
    statuses: () =>
      Object.fromEntries(emulator.flowLogs().map(({ flowLogId, status }) => [flowLogId, status])),
    printedRecords: (kind) => parsed().filter((each) => each.kind === kind),
    recorded: () => emulator.logs(RECORD_TO.project, RECORD_TO.logstore).map(({ contents }) => contents),
  };
}

/** What a run may change of a flow log, to be compared whole. */
export const stateOf = ({ status, tags }: FlowLogSnapshot) => ({ status, tags });

/** What Function Compute passes as the context, as far as it is read; the given parts replace its own. */
export function fcContext(parts: Readonly<Record<string, unknown>> = {}): object {
  return {
    requestId: 'fc-request-1',
    credentials: CREDENTIALS,
    function: { name: 'flow-log-tick', handler: 'index.handler', memory: 256, timeout: 300 },
    region: 'cn-hangzhou',
    accountId: ACCOUNT_ID,
    ...parts,
  };
}

/** A timer's event as Function Compute delivers it. */
export function timerEvent(payload = ''): Buffer {
  return Buffer.from(JSON.stringify({ triggerTime: TICK, triggerName: 'tick', payload }));
}
