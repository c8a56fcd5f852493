import { describe, expect, it } from 'vitest';
import { cellsOf } from '../support/columns.ts';
import { commandLine } from '../support/command-line.ts';
import { configOnDisk } from '../support/config-on-disk.ts';
import { emulatedCloud } from '../support/emulated-cloud.ts';
import { DEFAULT_KEY } from '../support/emulator-clients.ts';

/** flowlog-…1 is Active and should never be, flowlog-…2 is not and should always be. */
const CONFIG = configOnDisk();
const [ONE, TWO] = ['flowlog-m5evbtbptexample1', 'flowlog-m5evbtbptexample2'];
const STATUS = ['status', '--config', CONFIG];

const RETAIL = configOnDisk(`timezone: UTC
recordTo: stdout
schedules: { never: { windows: [] } }
accounts: { retail: { roleArn: "acs:ram::2:role/audit" } }
flowLogs:
  - { flowLogId: flowlog-own, regionId: cn-hangzhou, schedule: never }
  - { flowLogId: flowlog-theirs, regionId: cn-hangzhou, schedule: never, account: retail }
`);
const flowLog = (flowLogId: string, flowLogName: string) => ({
  flowLogId,
  flowLogName,
  regionId: 'cn-hangzhou',
  status: 'Inactive',
});
const ACCOUNTS = [
  { accountId: '1', accessKeys: [DEFAULT_KEY], flowLogs: [flowLog('flowlog-own', 'mine')] },
  {
    accountId: '2',
    accessKeys: [],
    roles: [{ name: 'audit', trusts: ['1'] }],
    flowLogs: [flowLog('flowlog-theirs', 'shop\u001b[2J'), flowLog('flowlog-other', 'shop 2')],
  },
];

describe('status', () => {
  it('says what each flow log is and should be, why and until when, and which are in no entry', async () => {
    const { run } = await emulatedCloud();
    const { status, out, err } = await run(...STATUS);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const [standing = '', others = '', counts] = out.split('\n\n');
    expect(standing.split('\n')[0]?.split(/ {2,}/)).toEqual([
      'FLOW LOG',
      'NAME',
      'REGION',
      'SCHEDULE',
      'OBSERVED',
      'DESIRED',
      'UNTIL',
      'WHY',
    ]);
    expect(cellsOf(standing)).toEqual([
      [
        ONE,
        'hangzhou-office',
        'cn-hangzhou',
        'never',
        'Active',
        'Inactive',
        expect.any(String),
        'outside every window',
      ],
      [
        TWO,
        'shanghai-sampling',
        'cn-shanghai',
        'always',
        'Inactive',
        'Active',
        'never',
        expect.stringContaining('00:00'),
      ],
    ]);
    const [said, ...table] = others.split('\n');
    expect(said).toBe(
      '3 flow logs of these regions are in no entry of the config; npx flow-logs init adds them:',
    );
    expect(cellsOf(table.join('\n'))).toEqual([
      ['flowlog-m5evbtbptexample3', 'hangzhou-dev', 'cn-hangzhou', 'Active'],
      ['flowlog-m5evbtbptexample4', 'hangzhou-night-batch', 'cn-hangzhou', 'Inactive'],
      ['flowlog-m5evbtbptexample5', 'shanghai-office', 'cn-shanghai', 'Inactive'],
    ]);
    expect(counts).toBe('2 flow logs: 2 not as desired\n');
  });

  it('changes nothing', async () => {
    const { run, actions } = await emulatedCloud();
    await run(...STATUS);
    expect(new Set(actions())).toEqual(new Set(['DescribeFlowlogs']));
  });

  it('names accounts where there are several, and lets no name steer the terminal', async () => {
    const { env, emulator } = await emulatedCloud({ accounts: ACCOUNTS });
    const withSts = { ...env, STS_ENDPOINT: emulator.url };
    const { out } = await commandLine(['status', '--config', RETAIL], withSts);
    const [standing = '', others = '', counts] = out.split('\n\n');
    expect(cellsOf(standing).map((row) => row.slice(0, 4))).toEqual([
      ['flowlog-own', 'mine', '-', 'cn-hangzhou'],
      ['flowlog-theirs', 'shop\ufffd[2J', 'retail', 'cn-hangzhou'],
    ]);
    expect(others).toMatch(
      /^1 flow log of these regions is in no entry .*\n.*\nflowlog-other +shop 2 +retail +cn-hangzhou +Inactive$/,
    );
    expect(counts).toBe('2 flow logs: 2 as desired\n');
  });

  it('shows an override, and when it ends', async () => {
    const { run } = await emulatedCloud();
    await run('override', 'set', '--config', CONFIG, '--status', 'Active', '--for', '2h', '--flow-log', ONE);
    const { out } = await run(...STATUS);
    const [first] = cellsOf(out.split('\n\n')[0] ?? '');
    expect(first?.slice(4, 6)).toEqual(['Active', 'Active']);
    expect(first?.at(-1)).toContain('override by');
    expect(out).toContain('1 as desired');
  });

  it('--json has names, accounts and what is in no entry', async () => {
    const { run } = await emulatedCloud();
    const { out, err } = await run(...STATUS, '--json');
    expect(err).toBe('');
    expect(JSON.parse(out)).toMatchObject({
      action: 'status',
      ok: true,
      flowLogs: [
        { flowLogId: ONE, name: 'hangzhou-office', account: null, observed: 'Active', desired: 'Inactive' },
        {},
      ],
      notInConfig: [
        {
          flowLogId: 'flowlog-m5evbtbptexample3',
          name: 'hangzhou-dev',
          regionId: 'cn-hangzhou',
          account: null,
          status: 'Active',
        },
        {},
        {},
      ],
    });
  });

  it('is a no, status 1, when something cannot be read, and says where a flow log is instead', async () => {
    const { run } = await emulatedCloud();
    const wrong = configOnDisk(`timezone: UTC
recordTo: stdout
schedules: { never: { windows: [] } }
flowLogs:
  - { flowLogId: ${ONE}, regionId: cn-shanghai, schedule: never }
  - { flowLogId: flowlog-m5evbtbptexample3, regionId: cn-hangzhou, schedule: never }
`);
    const { status, out } = await run('status', '--config', wrong);
    expect(status).toBe(1);
    expect(out).toMatch(new RegExp(`\\n${ONE}: .*it is in cn-hangzhou`));
    expect(out).toMatch(/\n2 flow logs: 1 not as desired, 1 failed\n$/);
  });
});
