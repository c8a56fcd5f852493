import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DEFAULT_SEED } from '../../../lib/emulator/seed.ts';
import { commandLine } from '../../support/command-line.ts';
import { emulatedCloud, signWith } from '../../support/emulated-cloud.ts';
import { DEFAULT_KEY } from '../../support/emulator-clients.ts';
import { accounts, emptyFolder, initAgainst, ONE, RETAIL, read, TWO, validate } from './folders.ts';

describe('init makes a project', () => {
  it('of four files, with every flow log that is there', async () => {
    const cloud = await emulatedCloud();
    const folder = join(await emptyFolder(), 'My Flow Logs');
    const { status, out, err } = await initAgainst(cloud, folder);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toContain('6 flow logs of 2 regions, all on schedule office-hours');
    expect((await readdir(folder)).sort()).toEqual([
      '.gitignore',
      'flow-logs.yaml',
      'package.json',
      's.yaml',
    ]);
    const config = parse(await read(folder, 'flow-logs.yaml'));
    const ids = (list: readonly { flowLogId: string }[]) => list.map(({ flowLogId }) => flowLogId).sort();
    expect(ids(config.flowLogs)).toEqual(ids(DEFAULT_SEED.accounts[0]?.flowLogs ?? []));
    expect(await validate(folder)).toMatchObject({ status: 0, out: expect.not.stringContaining('warning') });
    const manifest = JSON.parse(await read(folder, 'package.json'));
    expect(manifest).toMatchObject({ name: 'my-flow-logs', private: true });
    expect(manifest.dependencies).toEqual({
      '@serverless-devs/s': expect.stringMatching(/^\d+\.\d+\.\d+$/),
      'flow-log-scheduler': expect.stringMatching(/^file:/),
    });
    expect(await read(folder, '.gitignore')).toMatch(/^node_modules\/\ndist\/\n.*^\.env$/ms);
  });

  it('in the current folder when none is named', async () => {
    const cloud = await emulatedCloud({ accounts: accounts([ONE]) });
    const before = process.cwd();
    process.chdir(await emptyFolder());
    try {
      expect((await initAgainst(cloud)).out).toMatch(
        /^wrote flow-logs\.yaml\nwrote s\.yaml\n.*Next:\n {2}npm install/s,
      );
    } finally {
      process.chdir(before);
    }
  });

  it('whose entries say what a person knows the flow logs by', async () => {
    const cloud = await emulatedCloud({ accounts: accounts([TWO, ONE]) });
    const folder = await emptyFolder();
    await initAgainst(cloud, folder);
    const text = await read(folder, 'flow-logs.yaml');
    expect(text).toContain(`flowLogs:
  # ---- cn-hangzhou
  # office: Active, every 600 s into netops-audit/cen; env=prod
  - { flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: office-hours }

  # ---- cn-shanghai
`);
    expect(text).toMatch(
      / {2}# .*: Inactive, every 60 s.*\n {2}- \{ flowLogId: flowlog-2, regionId: cn-shanghai, /,
    );
  });

  it("with the machine's zone, or Shanghai's, and says which", async () => {
    const cloud = await emulatedCloud({ accounts: accounts([ONE]) });
    const folder = await emptyFolder();
    await initAgainst(cloud, folder);
    // What the tests run with.
    expect(await read(folder, 'flow-logs.yaml')).toContain("timezone: America/New_York # this machine's;");
  });

  it('that records in the project of most flow logs, or in the one that is named', async () => {
    const other = { ...ONE, regionId: 'cn-beijing', projectName: 'beijing-audit' };
    const cloud = await emulatedCloud({
      accounts: accounts(
        [ONE, { ...other, flowLogId: 'flowlog-a' }, { ...other, flowLogId: 'flowlog-b' }],
        [3, 4, 5].map((each) => ({ ...ONE, flowLogId: `flowlog-r${each}`, projectName: 'retail-audit' })),
      ),
    });
    const usual = await emptyFolder();
    await initAgainst(cloud, usual, '--account', RETAIL);
    expect(parse(await read(usual, 'flow-logs.yaml')).recordTo).toEqual({
      regionId: 'cn-beijing',
      project: 'beijing-audit',
      logstore: 'flow-log-scheduler',
    });
    const named = await emptyFolder();
    await initAgainst(cloud, named, '--project', 'netops-audit');
    expect(parse(await read(named, 'flow-logs.yaml')).recordTo).toMatchObject({
      regionId: 'cn-hangzhou',
      project: 'netops-audit',
    });
  });

  it('with the flow logs of other accounts', async () => {
    const cloud = await emulatedCloud({ accounts: accounts([ONE], [{ ...TWO, flowLogId: 'flowlog-r' }]) });
    const folder = await emptyFolder();
    const { status } = await initAgainst(
      cloud,
      folder,
      '--account',
      RETAIL,
      '--region',
      'cn-hangzhou',
      'cn-shanghai',
    );
    expect(status).toBe(0);
    const { accounts: roles, flowLogs } = parse(await read(folder, 'flow-logs.yaml'));
    expect(roles).toEqual({ retail: { roleArn: 'acs:ram::2:role/audit' } });
    expect(flowLogs).toEqual([
      { flowLogId: 'flowlog-1', regionId: 'cn-hangzhou', schedule: 'office-hours' },
      { flowLogId: 'flowlog-r', regionId: 'cn-shanghai', schedule: 'office-hours', account: 'retail' },
    ]);
    expect(await read(folder, 'flow-logs.yaml')).toContain('  # ---- cn-shanghai, account retail\n');
    expect((await validate(folder)).status).toBe(0);
  });

  it('of the regions that are named, and of no other', async () => {
    const cloud = await emulatedCloud({ accounts: accounts([ONE, TWO]) });
    const folder = await emptyFolder();
    await initAgainst(cloud, folder, '--region', 'cn-shanghai');
    expect(parse(await read(folder, 'flow-logs.yaml')).flowLogs).toMatchObject([{ flowLogId: 'flowlog-2' }]);
    expect(new Set(cloud.emulator.requests.map(({ params }) => params.RegionId))).toEqual(
      new Set(['cn-shanghai']),
    );
  });

  it.each([
    ['cen', ['flowlog-1']],
    ['vpc', ['fl-1']],
    ['vpc,cen', ['flowlog-1', 'fl-1']],
  ])('of the services that are named: %s', async (service, ids) => {
    const cloud = await emulatedCloud({ accounts: accounts([ONE, { ...ONE, flowLogId: 'fl-1' }]) });
    const folder = await emptyFolder();
    await initAgainst(cloud, folder, '--region', 'cn-hangzhou', '--service', service);
    const { flowLogs } = parse(await read(folder, 'flow-logs.yaml'));
    expect(flowLogs.map(({ flowLogId }: { flowLogId: string }) => flowLogId).sort()).toEqual(ids.sort());
    expect((await validate(folder)).status).toBe(0);
  });

  it("in which other people's words stay comments", async () => {
    const flowLogName = 'x\n  - { flowLogId: evil } # \u2028\u001b[2J\u0085';
    const cloud = await emulatedCloud({
      accounts: accounts([{ ...ONE, flowLogName, tags: { 'a: b': '\r\n- c', long: 'x'.repeat(1_000) } }]),
    });
    const folder = await emptyFolder();
    expect((await initAgainst(cloud, folder)).status).toBe(0);
    const text = await read(folder, 'flow-logs.yaml');
    expect(parse(text).flowLogs).toHaveLength(1);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(310);
    expect(text).not.toContain('\u001b');
  });

  it('that may have more flow logs than are allowed by default', async () => {
    const many = Array.from({ length: 501 }, (_, index) => ({ ...ONE, flowLogId: `flowlog-${index}` }));
    const cloud = await emulatedCloud({ accounts: accounts(many) });
    const folder = await emptyFolder();
    expect((await initAgainst(cloud, folder, '--region', 'cn-hangzhou')).status).toBe(0);
    expect(parse(await read(folder, 'flow-logs.yaml')).limits).toEqual({ maxFlowLogs: 501 });
    expect((await validate(folder)).status).toBe(0);
  });

  it('with an example, without credentials or flow logs, and says so', async () => {
    const nobody = await emptyFolder();
    signWith('', '');
    const without = await commandLine(['init', nobody]);
    expect(without.status).toBe(0);
    expect(without.err).toMatch(
      /^no credentials, so no flow logs were listed: the one in .*flow-logs\.yaml is an example\. Set .*run npx flow-logs init again\n$/,
    );
    expect(without.out).toMatch(/Next:\n.*npm install\n {2}set ALIBABA_CLOUD_.*\n {2}npx flow-logs init\n$/);
    expect(await read(nobody, 'flow-logs.yaml')).toMatch(/project: ops-audit # which SLS project .*\?/);

    const cloud = await emulatedCloud({ accounts: accounts([]) });
    const nothing = await emptyFolder();
    expect((await initAgainst(cloud, nothing, '--region', 'cn-qingdao')).out).toContain(
      'No flow log was found',
    );
    expect(parse(await read(nothing, 'flow-logs.yaml')).recordTo.regionId).toBe('cn-qingdao');
    for (const folder of [nobody, nothing]) expect((await validate(folder)).status).toBe(0);
  });

  it('to which it adds the flow logs of every region, once there are credentials', async () => {
    const delivering = { ...TWO, projectName: 'netops-audit', logStoreName: 'cen' };
    const cloud = await emulatedCloud({ accounts: accounts([delivering]) });
    const folder = await emptyFolder();
    signWith('', '');
    await commandLine(['init', folder]);
    signWith(DEFAULT_KEY.accessKeyId, DEFAULT_KEY.accessKeySecret);
    const { status, out, err } = await initAgainst(cloud, folder);
    expect(status).toBe(0);
    expect(out).toMatch(
      /added 1 flow log on schedule .*\n {2}flowlog-2 {2}\S.*: Inactive, every 60 s into \S+\n/,
    );
    expect(err).toMatch(
      /^warning: flowlog-m5evbtbptexample1 is in .*, but is an example; correct the entry, or remove it$/m,
    );
    expect(err).toMatch(
      /^warning: recordTo\.project in .* is ops-audit, as in the example; most of the flow logs deliver to netops-audit: /m,
    );
    expect(parse(await read(folder, 'flow-logs.yaml')).flowLogs).toMatchObject([
      { flowLogId: 'flowlog-m5evbtbptexample1' },
      { flowLogId: 'flowlog-2', regionId: 'cn-shanghai' },
    ]);
  });

  it('in a region without Function Compute, and says what that takes', async () => {
    const cloud = await emulatedCloud({ accounts: accounts([{ ...ONE, regionId: 'cn-guangzhou' }]) });
    const folder = await emptyFolder();
    const { status, out } = await initAgainst(cloud, folder, '--region', 'cn-guangzhou');
    expect(status).toBe(0);
    expect(await read(folder, 'flow-logs.yaml')).toContain(
      'regionId: cn-guangzhou # not the function: Function Compute is not available here; set REGION and FC_LOG_PROJECT in .env\n',
    );
    expect(out).toMatch(
      / {2}set REGION and FC_LOG_PROJECT in \.env: .* not available in cn-guangzhou, .*\n {2}npx flow-logs deploy\n$/,
    );
  });
});

describe('init writes nothing', () => {
  it('into a folder that is not empty and no project, unless it is told to', async () => {
    const cloud = await emulatedCloud({ accounts: accounts([ONE]) });
    const folder = await emptyFolder();
    await writeFile(join(folder, 'package.json'), '{"name":"somebody-elses"}');
    await writeFile(join(folder, 'notes.txt'), 'mine');
    const { status, out, err } = await initAgainst(cloud, folder);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toContain('is not empty and holds no project of this tool, so nothing was written there');
    expect((await readdir(folder)).sort()).toEqual(['notes.txt', 'package.json']);
    expect(cloud.actions()).toEqual([]);

    const forced = await initAgainst(cloud, folder, '--force');
    expect(forced.out).toMatch(/^wrote .*flow-logs\.yaml\nwrote .*s\.yaml\nreplaced .*package\.json\n/);
    expect(await read(folder, 'notes.txt')).toBe('mine');
    expect(JSON.parse(await read(folder, 'package.json')).dependencies).toHaveProperty('flow-log-scheduler');
  });

  it('over a file that is no folder', async () => {
    const folder = await emptyFolder();
    await writeFile(join(folder, 'file'), '');
    const { status, err } = await commandLine(['init', join(folder, 'file')]);
    expect(status).toBe(1);
    expect(err).toContain('cannot be read as a folder (ENOTDIR)');
  });

  it('when nothing can be listed', async () => {
    const cloud = await emulatedCloud({ fault: () => ({ kind: 'error', code: 'Forbidden.RAM' }) });
    const folder = await emptyFolder();
    const { status, err } = await initAgainst(
      cloud,
      folder,
      '--region',
      'cn-hangzhou',
      '--region',
      'cn-shanghai',
    );
    expect(status).toBe(1);
    expect(err).toMatch(
      /^no flow logs could be listed, so nothing was written:\n {2}cn-hangzhou, cn-shanghai: Forbidden\.RAM: /,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    [['--region', 'Hangzhou'], 'Expected a region ID'],
    [['--account', 'retail'], 'Expected NAME=ROLE_ARN'],
    [['--project', 'Ops_Audit'], 'Expected the name of an SLS project'],
    [['--service', 'vpn'], 'Expected cen, vpc or cen,vpc.'],
  ])('for %j', async (args, message) => {
    const folder = await emptyFolder();
    const { status, err } = await commandLine(['init', folder, ...args]);
    expect(status).toBe(2);
    expect(err).toContain(message);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('init says what it could not list, with status 1,', () => {
  it.each([
    ['of the regions that were named', ['--region', 'cn-hangzhou', 'cn-shanghai'], 1],
    ['but not of all regions', [], 0],
  ] as const)('%s', async (_, args, expected) => {
    const cloud = await emulatedCloud({
      accounts: accounts([ONE, TWO]),
      fault: ({ params }) =>
        params.RegionId === 'cn-shanghai'
          ? { kind: 'error', code: 'OperationUnsupported.action' }
          : undefined,
    });
    const folder = await emptyFolder();
    const { status, err } = await initAgainst(cloud, folder, ...args);
    expect(status).toBe(expected);
    expect(err).toMatch(
      /^not listed, and so not in the config:\n {2}cn-shanghai: OperationUnsupported\.action: /,
    );
    expect(parse(await read(folder, 'flow-logs.yaml')).flowLogs).toHaveLength(1);
  });

  it('of an account whose role it may not assume; the account is in the config', async () => {
    const cloud = await emulatedCloud({ accounts: accounts([ONE], [TWO], ['3']) });
    const folder = await emptyFolder();
    const { status, err } = await initAgainst(cloud, folder, '--account', RETAIL);
    expect(status).toBe(1);
    expect(err).toMatch(/of account retail: \S*NoPermission/);
    expect(parse(await read(folder, 'flow-logs.yaml'))).toMatchObject({
      accounts: { retail: { roleArn: 'acs:ram::2:role/audit' } },
      flowLogs: [{ flowLogId: 'flowlog-1' }],
    });
  });
});
