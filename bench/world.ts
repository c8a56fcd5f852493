/** Clouds of any size for the emulator, and the configs that go with them. */
import type { EmulatorAccessKey, EmulatorAccount, EmulatorLogstore } from '../lib/emulator/emulator.ts';

/** What Function Compute hands to an invocation. */
export const FUNCTION_KEY = {
  accessKeyId: 'STS.benchAccessKeyId',
  accessKeySecret: 'benchAccessKeySecret',
  securityToken: 'benchSecurityToken',
} satisfies EmulatorAccessKey;

export const RECORD_TO = { regionId: 'cn-hangzhou', project: 'ops-audit', logstore: 'flow-log-scheduler' };

export interface WorldSize {
  readonly flowLogs: number;
  /** How many accounts they are spread over, each reached by its role; 0 is the function's own account. */
  readonly accounts: number;
  /** How many of the flow logs are not as their schedule wants them. */
  readonly changes: number;
}

export interface World {
  readonly accounts: readonly EmulatorAccount[];
  readonly logstores: readonly EmulatorLogstore[];
  /** The content of `flow-logs.yaml`, as plain data. */
  readonly config: object;
}

const OWN_ACCOUNT = '1234567890123456';
const ROLE = 'flow-log-scheduler';

/**
 * Half of the flow logs are within a window, by Shanghai's clock, the others are outside of theirs, by New York's. No
 * window opens or closes within two hours of `now`. In the function's own account they lie in two regions.
 * @param now milliseconds since the epoch
 */
export function createWorld({ flowLogs, accounts, changes }: WorldSize, now: number): World {
  const owners = accounts === 0 ? [null] : Array.from({ length: accounts }, (_, number) => number);
  const all = Array.from({ length: flowLogs }, (_, index) => {
    const isOpen = index % 4 < 2;
    // Spread evenly, so over every account and both schedules.
    const isRight =
      Math.floor((index * changes) / flowLogs) === Math.floor(((index + 1) * changes) / flowLogs);
    return {
      owner: owners[Math.floor((index * owners.length) / flowLogs)] ?? null,
      flowLogId: `flowlog-bench${String(index).padStart(12, '0')}`,
      regionId: accounts === 0 && index >= flowLogs * 0.6 ? 'cn-shanghai' : 'cn-hangzhou',
      schedule: isOpen ? 'open' : 'closed',
      status: isOpen === isRight ? 'Active' : 'Inactive',
    };
  });
  const ownedBy = (owner: number | null) => {
    const first = all.findIndex((flowLog) => flowLog.owner === owner);
    const last = all.findLastIndex((flowLog) => flowLog.owner === owner);
    return first < 0
      ? []
      : all
          .slice(first, last + 1)
          .map(({ flowLogId, regionId, status }) => ({ flowLogId, regionId, status }));
  };
  const others = owners.filter((owner) => owner !== null);
  return {
    accounts: [
      { accountId: OWN_ACCOUNT, accessKeys: [FUNCTION_KEY], flowLogs: ownedBy(null) },
      ...others.map((owner) => ({
        accountId: accountId(owner),
        accessKeys: [],
        roles: [{ name: ROLE, trusts: [OWN_ACCOUNT] }],
        flowLogs: ownedBy(owner),
      })),
    ],
    logstores: [RECORD_TO],
    config: {
      timezone: 'Asia/Shanghai',
      recordTo: RECORD_TO,
      schedules: {
        open: { windows: [{ days: 'daily', from: clock(now, 8 - 3), to: clock(now, 8 + 3) }] },
        closed: {
          timezone: 'America/New_York',
          windows: [{ days: 'daily', from: clock(now, -5 + 4), to: clock(now, -5 + 7) }],
        },
      },
      accounts: Object.fromEntries(
        others.map((owner) => [accountName(owner), { roleArn: `acs:ram::${accountId(owner)}:role/${ROLE}` }]),
      ),
      flowLogs: all.map(({ owner, flowLogId, regionId, schedule }) => ({
        flowLogId,
        regionId,
        schedule,
        ...(owner === null ? {} : { account: accountName(owner) }),
      })),
      limits: { maxFlowLogs: 100_000 },
    },
  };
}

const accountId = (owner: number): string => String(2_000_000_000_000_000 + owner);
const accountName = (owner: number): string => `account-${owner}`;

/** `HH:MM` so many hours after `now` by UTC's clock. */
const clock = (now: number, hours: number): string =>
  new Date(now + hours * 3_600_000).toISOString().slice(11, 16);
