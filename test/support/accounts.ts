import type { EmulatorFlowLog, EmulatorOptions, EmulatorRole } from '../../lib/emulator/emulator.ts';
import type { Clock } from '../../lib/reconcile/ports.ts';
import { CREDENTIALS, RECORD_TO, type Scheduler, startScheduler } from './scheduler.ts';
import { virtualClock } from './virtual-clock.ts';

/** The function's own account. */
export const OWN = '1234567890123456';
const START = Date.parse('2026-11-23T00:00:03.120Z');

/** Another account, with a role that trusts the function's. */
export interface OtherAccount {
  /** In the config. */
  readonly name: string;
  readonly accountId: string;
  /** What differs from a role that trusts {@link OWN} and asks for nothing. */
  readonly role?: Partial<EmulatorRole>;
  /** What the config says; default what the role asks for. */
  readonly externalId?: string | null;
  readonly flowLogs: readonly EmulatorFlowLog[];
}

export const roleArn = (accountId: string, role = 'flow-log-scheduler') =>
  `acs:ram::${accountId}:role/${role}`;

/** A flow log that is off, and that its schedule wants on. */
export const off = (flowLogId: string, regionId = 'cn-hangzhou'): EmulatorFlowLog => ({
  flowLogId,
  regionId,
  cenId: 'cen-1',
  status: 'Inactive',
});

export interface AccountsOptions {
  readonly own?: readonly EmulatorFlowLog[];
  readonly others: readonly OtherAccount[];
  readonly limits?: object;
  readonly clock?: Clock;
  readonly emulator?: EmulatorOptions;
}

export interface AccountsScheduler extends Scheduler {
  readonly clock: Clock;
  /** Requests to STS for a role, in the order of arrival. */
  assumed(accountId?: string): readonly Readonly<Record<string, string>>[];
}

/** A handler whose config is about flow logs of several accounts, all of which are to be on. */
export async function startAccounts(options: AccountsOptions): Promise<AccountsScheduler> {
  const { own = [], others, limits = {}, clock = virtualClock(START), emulator = {} } = options;
  const entriesOf = (flowLogs: readonly EmulatorFlowLog[], account?: string) =>
    flowLogs.map(({ flowLogId, regionId }) => ({ flowLogId, regionId, schedule: 'always', account }));
  const scheduler = await startScheduler({
    clock,
    config: {
      timezone: 'Asia/Shanghai',
      recordTo: RECORD_TO,
      schedules: { always: { windows: [{ days: 'daily', from: '00:00', to: '24:00' }] } },
      accounts: Object.fromEntries(
        others.map(({ name, accountId, role, externalId = role?.externalId }) => [
          name,
          { roleArn: roleArn(accountId), externalId: externalId ?? undefined },
        ]),
      ),
      flowLogs: [...entriesOf(own), ...others.flatMap(({ name, flowLogs }) => entriesOf(flowLogs, name))],
      limits,
    },
    emulator: {
      accounts: [
        { accountId: OWN, accessKeys: [CREDENTIALS], flowLogs: own },
        ...others.map(({ accountId, role, flowLogs }) => ({
          accountId,
          accessKeys: [],
          roles: [{ name: 'flow-log-scheduler', trusts: [OWN], ...role }],
          flowLogs,
        })),
      ],
      ...emulator,
    },
  });
  return {
    ...scheduler,
    clock,
    assumed: (accountId) =>
      scheduler.emulator.requests
        .filter(({ action }) => action === 'AssumeRole')
        .map(({ params }) => params)
        .filter(({ RoleArn }) => accountId === undefined || RoleArn === roleArn(accountId)),
  };
}
