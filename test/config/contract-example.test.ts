import { describe, expect, it } from 'vitest';
import { runtimeZone } from '../../lib/schedule/zone.ts';
import { cronWindow } from '../schedule/schedules.ts';
import { configOf, parse } from '../support/config.ts';

const EXAMPLE = `
timezone: Asia/Shanghai                 # IANA name; default zone of every schedule. Required.
recordTo:                               # where results go. Required: an object, or the word stdout.
  regionId: cn-hangzhou
  project: ops-audit
  logstore: flow-log-scheduler

schedules:
  office-hours:
    windows:
      - { days: [Mon, Tue, Wed, Thu, Fri], from: "08:00", to: "20:00" }
  china-workdays:
    calendar: china                     # built in: statutory holidays and make-up workdays
    windows:
      - { days: workdays, from: "08:00", to: "20:00" }
  night-batch:
    timezone: America/New_York
    windows:
      - { days: [Fri], from: "22:00", to: "06:00" }      # ends on Saturday
  sampling:
    windows:
      - { cron: "0 * * * *", duration: 10m }             # ten minutes of every hour
  quarter-end:
    windows:
      - { days: workdays, from: "08:00", to: "20:00" }
    exceptions:                         # win over the windows
      - { from: 2026-12-28, to: 2026-12-31, status: Active, reason: quarter close }
      - { from: 2026-12-31T18:00, to: 2027-01-04T08:00, status: Inactive }

calendars:                              # optional, your own
  plant:
    extends: china
    holidays: [2026-12-24]
    workdays: [2026-12-26]

accounts:                               # optional, other accounts by assumed role
  retail: { roleArn: "acs:ram::1234567890123456:role/flow-log-scheduler" }

flowLogs:                               # the list
  - { flowLogId: flowlog-m5evbtbptexample1, regionId: cn-hangzhou, cenId: cen-7qthudw0ll6jmcexample, schedule: office-hours }
  - { flowLogId: flowlog-m5evbtbptexample2, regionId: cn-shanghai, schedule: sampling, account: retail }
  - { select: { regionId: cn-beijing, tags: { env: dev } }, schedule: china-workdays }
  - { flowLogId: fl-m5e8vhz2t21sel1nq1234, regionId: cn-hangzhou, schedule: office-hours }          # a VPC flow log, by its ID
  - { select: { service: vpc, regionId: cn-beijing, vpcId: vpc-2ze, tags: { env: dev } }, schedule: sampling }

limits:                                 # optional, with defaults
  concurrency: 8                        # API calls in flight per account
  settleTimeout: 120s                   # how long to wait for Modifying to end
  maxFlowLogs: 500                      # more selected than this: touch nothing, fail
  maxOverride: 7d                       # longest override anyone may set
`;

const config = configOf(EXAMPLE);

const scheduleOf = (name: string) => {
  const { calendar, ...rest } = config.schedules.get(name) ?? expect.fail(`no schedule ${name}`);
  return { ...rest, calendar: calendar?.name ?? null };
};

const plain = { zone: runtimeZone('Asia/Shanghai'), calendar: null, exceptions: [], leadMs: 0 };
const workingHours = { kind: 'days', fromMinute: 480, toMinute: 1200 };

describe('a config with everything in it', () => {
  it('says where to record', () => {
    expect(config.recordTo).toEqual({
      kind: 'sls',
      regionId: 'cn-hangzhou',
      project: 'ops-audit',
      logstore: 'flow-log-scheduler',
      recordAll: false,
    });
  });

  it.each([
    {
      ...plain,
      name: 'office-hours',
      windows: [{ ...workingHours, days: [1, 2, 3, 4, 5] }],
    },
    {
      ...plain,
      name: 'china-workdays',
      calendar: 'china',
      windows: [{ ...workingHours, days: 'workdays' }],
    },
    {
      ...plain,
      name: 'night-batch',
      zone: runtimeZone('America/New_York'),
      windows: [{ kind: 'days', days: [5], fromMinute: 1320, toMinute: 360 }],
    },
    {
      ...plain,
      name: 'sampling',
      windows: [cronWindow('0 * * * *', 10)],
    },
    {
      ...plain,
      name: 'quarter-end',
      windows: [{ ...workingHours, days: 'workdays' }],
      exceptions: [
        { from: '2026-12-28T00:00', to: '2027-01-01T00:00', status: 'Active', reason: 'quarter close' },
        { from: '2026-12-31T18:00', to: '2027-01-04T08:00', status: 'Inactive', reason: null },
      ],
    },
  ])('has schedule $name', (expected) => {
    expect(scheduleOf(expected.name)).toEqual(expected);
  });

  it('has no other schedule', () => {
    expect([...config.schedules.keys()]).toEqual([
      'office-hours',
      'china-workdays',
      'night-batch',
      'sampling',
      'quarter-end',
    ]);
  });

  const withName = <Entry extends { readonly schedule: { readonly name: string } }>(entry: Entry) => ({
    ...entry,
    schedule: entry.schedule.name,
  });

  it('lists the flow logs, each with its schedule and account', () => {
    expect(config.flowLogs.map(withName)).toEqual([
      {
        position: 0,
        service: 'cen',
        flowLogId: 'flowlog-m5evbtbptexample1',
        regionId: 'cn-hangzhou',
        cenId: 'cen-7qthudw0ll6jmcexample',
        vpcId: null,
        account: null,
        schedule: 'office-hours',
      },
      {
        position: 1,
        service: 'cen',
        flowLogId: 'flowlog-m5evbtbptexample2',
        regionId: 'cn-shanghai',
        cenId: null,
        vpcId: null,
        account: 'retail',
        schedule: 'sampling',
      },
      {
        position: 3,
        service: 'vpc',
        flowLogId: 'fl-m5e8vhz2t21sel1nq1234',
        regionId: 'cn-hangzhou',
        cenId: null,
        vpcId: null,
        account: null,
        schedule: 'office-hours',
      },
    ]);
  });

  it('selects others by what they have', () => {
    expect(config.selectors.map(withName)).toEqual([
      {
        position: 2,
        all: false,
        service: 'cen',
        regionId: 'cn-beijing',
        cenId: null,
        transitRouterId: null,
        vpcId: null,
        resourceId: null,
        tags: { env: 'dev' },
        account: null,
        schedule: 'china-workdays',
      },
      {
        position: 4,
        all: false,
        service: 'vpc',
        regionId: 'cn-beijing',
        cenId: null,
        transitRouterId: null,
        vpcId: 'vpc-2ze',
        resourceId: null,
        tags: { env: 'dev' },
        account: null,
        schedule: 'sampling',
      },
    ]);
  });

  it('knows the other accounts by their roles', () => {
    expect([...config.accounts]).toEqual([
      ['retail', { roleArn: 'acs:ram::1234567890123456:role/flow-log-scheduler', externalId: null }],
    ]);
  });

  it('shares one schedule object between the list and its entries', () => {
    for (const { schedule } of [...config.flowLogs, ...config.selectors]) {
      expect(config.schedules.get(schedule.name)).toBe(schedule);
    }
  });

  it('has its limits in milliseconds', () => {
    expect(config.limits).toEqual({
      concurrency: 8,
      settleTimeoutMs: 120_000,
      maxFlowLogs: 500,
      maxOverrideMs: 604_800_000,
    });
  });

  it('has no warnings', () => {
    expect(parse(EXAMPLE)).toMatchObject({ ok: true, warnings: [] });
  });

  it('has the limits that it states by default', () => {
    expect(configOf(EXAMPLE.slice(0, EXAMPLE.indexOf('\nlimits:'))).limits).toEqual(config.limits);
  });
});
