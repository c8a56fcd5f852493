import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { commandLine } from '../../support/command-line.ts';
import { emulatedCloud, signWith } from '../../support/emulated-cloud.ts';
import { accounts, emptyFolder, initAgainst, ONE, RETAIL, read, TWO, validate } from './folders.ts';

describe('init in a project', () => {
  const CONFIG = [
    '# Mine: 季度',
    'timezone: UTC   # of the machines',
    'recordTo: stdout',
    'schedules:',
    '  never: &never { windows: [] }',
    "  'late': *never",
    'flowLogs: # the list',
    '  - { flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: late } # the first',
    '',
    '',
    '# the end',
  ].join('\r\n');

  async function project(text = CONFIG): Promise<string> {
    const folder = await emptyFolder();
    await writeFile(join(folder, 'flow-logs.yaml'), text);
    return folder;
  }

  it('adds what is in no entry, and leaves every byte that is there', async () => {
    const cloud = await emulatedCloud({
      accounts: accounts([ONE, { ...ONE, flowLogId: 'flowlog-3', flowLogName: 'new' }, TWO]),
    });
    const folder = await project();
    const { status, out, err } = await initAgainst(cloud, folder);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toContain('flow-logs.yaml: added 1 flow log on schedule late; ');
    const added =
      '\r\n  # new: Active, every 600 s into netops-audit/cen; env=prod' +
      '\r\n  - { flowLogId: flowlog-3, regionId: cn-hangzhou, schedule: late }';
    expect(await read(folder, 'flow-logs.yaml')).toBe(CONFIG.replace('# the first', `# the first${added}`));
    expect((await readdir(folder)).sort()).toEqual([
      '.gitignore',
      'flow-logs.yaml',
      'package.json',
      's.yaml',
    ]);

    const again = await initAgainst(cloud, folder);
    expect(again.out).toMatch(
      /^.*flow-logs\.yaml: nothing to add: of 2 flow logs found each is in an entry\n$/,
    );
    expect(await read(folder, 'flow-logs.yaml')).toBe(CONFIG.replace('# the first', `# the first${added}`));
  });

  it('says when nothing was found, and how to list other regions', async () => {
    const cloud = await emulatedCloud({ accounts: accounts([ONE]) });
    const folder = await emptyFolder();
    await initAgainst(cloud, folder);
    const { status, out } = await initAgainst(cloud, folder, '--region', 'cn-beijing');
    expect(status).toBe(0);
    expect(out).toMatch(
      /nothing to add: no flow log was found; --region lists others than those of the config\n$/,
    );
  });

  it('lists the regions that are named in every account, and adds accounts', async () => {
    const cloud = await emulatedCloud({
      accounts: accounts([ONE, TWO], [{ ...TWO, flowLogId: 'flowlog-r' }]),
    });
    const folder = await project();
    const { status, out } = await initAgainst(cloud, folder, '--region', 'cn-shanghai', '--account', RETAIL);
    expect(status).toBe(0);
    expect(out).toMatch(/added 1 account\n.*added 2 flow logs/);
    const text = await read(folder, 'flow-logs.yaml');
    expect(parse(text)).toMatchObject({
      accounts: { retail: { roleArn: 'acs:ram::2:role/audit' } },
      flowLogs: [
        { flowLogId: 'flowlog-1' },
        { flowLogId: 'flowlog-2' },
        { flowLogId: 'flowlog-r', account: 'retail' },
      ],
    });
    const kept = CONFIG.split('\r\n');
    expect(text.split('\r\n').filter((line) => kept.includes(line))).toEqual(expect.arrayContaining(kept));
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  });

  it.each(['flowLogs: []', 'flowLogs:'])('fills a list that is empty: %s', async (list) => {
    const cloud = await emulatedCloud({ accounts: accounts([ONE]) });
    const folder = await emptyFolder();
    const config = `timezone: UTC
recordTo: { regionId: cn-hangzhou, project: netops-audit, logstore: audit }
schedules: { never: { windows: [] } } # mine
${list}
`;
    await writeFile(join(folder, 'flow-logs.yaml'), config);
    const { status, err } = await initAgainst(cloud, folder, '--region', 'cn-hangzhou');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const text = await read(folder, 'flow-logs.yaml');
    expect(text.startsWith(config.slice(0, config.indexOf('flowLogs:')))).toBe(true);
    expect(parse(text).flowLogs).toEqual([
      { flowLogId: 'flowlog-1', regionId: 'cn-hangzhou', schedule: 'never' },
    ]);
    await writeFile(join(folder, 'flow-logs.yaml'), `${config}owner: x\n`);
    expect((await initAgainst(cloud, folder)).err).toContain('is not valid, so nothing was added');
  });

  it('does not add what a select entry selects', async () => {
    const cloud = await emulatedCloud({
      accounts: accounts([ONE, { ...ONE, flowLogId: 'flowlog-3', tags: {} }]),
    });
    const entry = '{ select: { regionId: cn-hangzhou, tags: { env: prod } }, schedule: late }';
    const folder = await project(
      CONFIG.replace('{ flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: late }', entry),
    );
    await initAgainst(cloud, folder);
    const { flowLogs } = parse(await read(folder, 'flow-logs.yaml'));
    expect(flowLogs.slice(1)).toEqual([
      { flowLogId: 'flowlog-3', regionId: 'cn-hangzhou', schedule: 'late' },
    ]);
  });

  it('does not add what a select entry selects by its VPC', async () => {
    const vpc = { ...ONE, tags: {}, resourceId: 'vsw-1' };
    const cloud = await emulatedCloud({
      accounts: accounts([
        { ...vpc, flowLogId: 'fl-1', vpcId: 'vpc-1' },
        { ...vpc, flowLogId: 'fl-2', vpcId: 'vpc-2' },
      ]),
    });
    const entry = '{ select: { service: vpc, regionId: cn-hangzhou, vpcId: vpc-1 }, schedule: late }';
    const folder = await project(
      CONFIG.replace('{ flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: late }', entry),
    );
    await initAgainst(cloud, folder);
    const { flowLogs } = parse(await read(folder, 'flow-logs.yaml'));
    expect(flowLogs.slice(1)).toEqual([{ flowLogId: 'fl-2', regionId: 'cn-hangzhou', schedule: 'late' }]);
  });

  it('warns of an entry whose flow log is not there', async () => {
    const cloud = await emulatedCloud({ accounts: accounts([{ ...ONE, flowLogId: 'flowlog-9' }]) });
    const folder = await project();
    const { status, err } = await initAgainst(cloud, folder);
    expect(status).toBe(0);
    expect(err).toMatch(
      /^warning: flowlog-1 is in .*flow-logs\.yaml, but was not found where its entry says/,
    );
  });

  it('leaves a config alone that it cannot add to, and prints what is to be added', async () => {
    const cloud = await emulatedCloud({ accounts: accounts([ONE, { ...ONE, flowLogId: 'flowlog-3' }]) });
    const odd = CONFIG.replace(
      "'late': *never",
      'late: { windows: [] }\r\ncalendars: &none {}\r\naccounts: *none',
    );
    const folder = await project(odd);
    const { status, err, out } = await initAgainst(cloud, folder, '--account', RETAIL);
    expect(status).toBe(1);
    expect(err).toContain('Add this by hand:');
    expect(parse(out)).toMatchObject({ accounts: { retail: {} }, flowLogs: [{ flowLogId: 'flowlog-3' }] });
    expect(await read(folder, 'flow-logs.yaml')).toBe(odd);
  });

  it('refuses an account that the config knows by another role', async () => {
    const cloud = await emulatedCloud({ accounts: accounts([ONE]) });
    const text = CONFIG.replace(
      'flowLogs:',
      'accounts: { retail: { roleArn: "acs:ram::9:role/other" } }\r\nflowLogs:',
    );
    const folder = await project(text);
    const { status, err } = await initAgainst(cloud, folder, '--account', RETAIL);
    expect({ status, err }).toEqual({
      status: 2,
      err: 'error: the config has another role as account retail: acs:ram::9:role/other\n',
    });
  });

  it('refuses a config that is not valid, or would be after', async () => {
    const cloud = await emulatedCloud({ accounts: accounts([ONE, { ...ONE, flowLogId: 'flowlog-3' }]) });
    const invalid = await project(CONFIG.replace('UTC', 'nowhere'));
    expect(await initAgainst(cloud, invalid)).toMatchObject({
      status: 1,
      err: expect.stringContaining('is not valid, so nothing was added:\n  timezone: '),
    });
    const text = `limits: { maxFlowLogs: 1 }\r\n${CONFIG}`;
    const full = await project(text);
    const refused = await initAgainst(cloud, full);
    expect(refused.status).toBe(1);
    expect(refused.err).toContain('would not be valid, so it was not written:\n  ');
    expect(await read(full, 'flow-logs.yaml')).toBe(text);
  });

  it('needs credentials', async () => {
    signWith('', '');
    const folder = await project();
    const { status, err } = await commandLine(['init', folder]);
    expect(status).toBe(1);
    expect(err).toContain('no credentials to list flow logs with, so nothing was added');
    expect(await readdir(folder)).toEqual(['flow-logs.yaml']);
  });

  it('without a config writes one, and leaves the other files', async () => {
    const cloud = await emulatedCloud({ accounts: accounts([ONE]) });
    const folder = await emptyFolder();
    const manifest = '{"dependencies":{"flow-log-scheduler":"1.0.0"}}';
    await writeFile(join(folder, 'package.json'), manifest);
    await writeFile(join(folder, '.gitignore'), '/node_modules\n');
    const { status, out } = await initAgainst(cloud, folder);
    expect(status).toBe(0);
    expect(out).not.toContain('package.json\n');
    expect(out).toMatch(/package\.json stays as it is, .* npm install @serverless-devs\/s@\d+\.\d+\.\d+\n/);
    expect(out).not.toContain('flow-log-scheduler@');
    expect(out).toMatch(
      /\.gitignore stays as it is; add the lines that it lacks: dist\/ \.s\/ \.env emulator\.env [^\n]*\n/,
    );
    expect(await read(folder, 'package.json')).toBe(manifest);
    expect((await validate(folder)).status).toBe(0);
  });

  it('that is a clone writes its config alone', async () => {
    const cloud = await emulatedCloud({ accounts: accounts([ONE]) });
    const folder = await emptyFolder();
    await mkdir(join(folder, 'functions'));
    await writeFile(join(folder, 'package.json'), '{"name":"flow-log-scheduler"}');
    const { status, out } = await initAgainst(cloud, folder);
    expect(status).toBe(0);
    expect(out).not.toContain('npm install');
    expect(await readdir(folder)).toEqual(['functions', 'package.json']);
    expect(await read(folder, 'functions/flow-logs.yaml')).toContain('$schema=./flow-logs.schema.json\n');
  });
});
