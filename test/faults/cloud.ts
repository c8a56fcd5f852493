import { createServer } from 'node:net';
import type {
  Emulator,
  EmulatorAccount,
  EmulatorFlowLog,
  EmulatorOptions,
  FaultHook,
} from '../../lib/emulator/emulator.ts';
import type { Answer } from '../../lib/function/answer.ts';
import type { Clock } from '../../lib/reconcile/ports.ts';
import { everythingIn } from '../support/failures.ts';
import {
  ACCOUNT_ID,
  AT,
  CONFIG,
  CREDENTIALS,
  fcContext,
  RECORD_TO,
  startScheduler,
} from '../support/scheduler.ts';
import { createSimulation } from '../support/simulation.ts';
import { asOfCen, configOf, emulatorOf, flowLogOf } from './product.ts';

/** Reached by an assumed role. */
export const RETAIL_ID = '2222222222222222';

/** What the schedules want at {@link AT}. The first four have to be changed for it. */
export const WANTED: Readonly<Record<string, 'Active' | 'Inactive'>> = {
  'to-activate': 'Active',
  'to-deactivate': 'Inactive',
  neighbour: 'Active',
  retail: 'Active',
  right: 'Active',
};

const inHangzhou = { regionId: 'cn-hangzhou', cenId: 'cen-1' };

/** `neighbour` and `right` are found by the same listing as `to-activate`, the others each by their own. */
export const MATRIX_CONFIG = configOf({
  ...CONFIG,
  recordTo: { ...RECORD_TO, record: 'all' },
  accounts: { retail: { roleArn: `acs:ram::${RETAIL_ID}:role/flow-logs` } },
  flowLogs: [
    { flowLogId: 'to-activate', ...inHangzhou, schedule: 'office' },
    { flowLogId: 'to-deactivate', regionId: 'cn-shanghai', schedule: 'night' },
    { flowLogId: 'neighbour', ...inHangzhou, schedule: 'office' },
    { flowLogId: 'retail', regionId: 'cn-beijing', schedule: 'office', account: 'retail' },
    { flowLogId: 'right', ...inHangzhou, schedule: 'office' },
  ],
});

const FLOW_LOGS: readonly EmulatorFlowLog[] = [
  { flowLogId: 'of-others', ...inHangzhou, status: 'Inactive' },
  { flowLogId: 'to-activate', ...inHangzhou, status: 'Inactive' },
  { flowLogId: 'to-deactivate', regionId: 'cn-shanghai', cenId: 'cen-2' },
  { flowLogId: 'neighbour', ...inHangzhou, status: 'Inactive' },
  { flowLogId: 'right', ...inHangzhou },
];

export const accountsWith = (flowLogs: readonly EmulatorFlowLog[]): readonly EmulatorAccount[] => [
  { accountId: ACCOUNT_ID, accessKeys: [CREDENTIALS], flowLogs: flowLogs.map(flowLogOf) },
  {
    accountId: RETAIL_ID,
    accessKeys: [],
    roles: [{ name: 'flow-logs', trusts: [ACCOUNT_ID] }],
    flowLogs: [
      flowLogOf({ flowLogId: 'retail', regionId: 'cn-beijing', status: 'Inactive' }),
      flowLogOf({ flowLogId: 'retail-of-others', regionId: 'cn-beijing', status: 'Inactive' }),
    ],
  },
];

export const WORLD: EmulatorOptions = {
  accounts: accountsWith(FLOW_LOGS),
  logstores: [RECORD_TO],
  modifyingMs: 3_000,
};

/** How one invocation ended. */
export interface Ended {
  readonly answer: Answer | null;
  /** What it threw. */
  readonly error: Error | null;
  readonly tookMs: number;
  /** Printed records, parsed, in order. */
  readonly printed: readonly Readonly<Record<string, string>>[];
  /** Lines of changes that were sent and that had settled, parsed, in order. */
  readonly toggled: readonly Readonly<Record<string, string>>[];
  /** What reached the Logstore. */
  readonly recorded: readonly Readonly<Record<string, string>>[];
  /** All that anyone could read of it. */
  readonly said: string;
}

/** The real handler over real HTTP to a cloud of its own, on simulated time. */
export interface Cloud {
  readonly emulator: Emulator;
  readonly clock: Clock;
  invoke(event: unknown, timeoutS?: number): Promise<Ended>;
  setFault(fault: FaultHook | undefined): void;
  /** How wrong the clock of the function is. */
  setSkew(ms: number): void;
  /** Every status that a flow log was seen in, one after another. */
  path(flowLogId: string): readonly string[];
}

export interface CloudOptions {
  readonly emulator?: EmulatorOptions;
  readonly config?: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly startAt?: string;
}

/** An emulator's options with all flow logs of the product. */
function worldOf({ accounts, ...options }: EmulatorOptions = {}): EmulatorOptions {
  const translated = accounts?.map((account) => ({
    ...account,
    flowLogs: (account.flowLogs ?? []).map(flowLogOf),
  }));
  return { ...options, ...(translated === undefined ? {} : { accounts: translated }) };
}

export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const { clock, send, hook } = createSimulation(Date.parse(options.startAt ?? AT));
  let skewMs = 0;
  const emulatorNow = { clock: { now: () => clock.now() }, wallNow: () => clock.now() };
  const scheduler = await startScheduler({
    config: options.config === undefined ? MATRIX_CONFIG : configOf(options.config),
    emulator: { ...WORLD, ...emulatorNow, ...worldOf(options.emulator) },
    clock: { ...clock, now: () => clock.now() + skewMs },
    send,
    env: options.env ?? {},
  });
  const { printed, toggleLines } = scheduler;
  const emulator = emulatorOf(scheduler.emulator);
  const paths = new Map<string, string[]>();
  const look = () => {
    for (const { flowLogId, status } of emulator.flowLogs()) {
      const path = paths.get(flowLogId) ?? [];
      if (path.at(-1) !== status) paths.set(flowLogId, [...path, status]);
    }
  };
  // A toggle takes effect after it was looked at, and before the next request is.
  const setFault = (fault: FaultHook | undefined) => {
    const hooked = hook((request) => fault?.(asOfCen(request)));
    emulator.setFault((request) => {
      look();
      return hooked(request);
    });
  };
  setFault(undefined);

  return {
    emulator,
    clock,
    setFault,
    setSkew: (ms) => {
      skewMs = ms;
    },
    path: (flowLogId) => {
      look();
      return paths.get(flowLogId) ?? [];
    },
    async invoke(event, timeoutS = 300) {
      const [printedBefore, recordedBefore] = [printed.length, scheduler.recorded().length];
      const toggledBefore = toggleLines.length;
      const startedAt = clock.monotonic();
      look();
      const context = fcContext({ function: { name: 'flow-log-tick', timeout: timeoutS } });
      const outcome = await scheduler.handler(event, context).then(
        (answer) => ({ answer, error: null }),
        (error: Error) => ({ answer: null, error }),
      );
      look();
      const lines = printed.slice(printedBefore);
      const recorded = scheduler.recorded().slice(recordedBefore);
      return {
        ...outcome,
        tookMs: clock.monotonic() - startedAt,
        printed: lines.map((line) => JSON.parse(line)),
        toggled: toggleLines.slice(toggledBefore).map((line) => JSON.parse(line)),
        recorded,
        said: [
          ...lines,
          ...toggleLines.slice(toggledBefore),
          JSON.stringify([outcome.answer, recorded]),
          outcome.error === null ? '' : everythingIn(outcome.error),
        ].join('\n'),
      };
    },
  };
}

/** A loopback URL where nothing listens. */
export async function deadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}
