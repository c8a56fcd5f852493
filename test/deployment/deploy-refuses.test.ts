import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { CONFIG, emulator, NAME, project, RECORD_TO, RETAIL, writes } from './emulated-project.ts';

describe('flow-logs deploy refuses, having changed nothing,', () => {
  const OTHER_ROLE = `acs:ram::${RETAIL}:role/${NAME}`;
  it.each<
    [
      string,
      { config?: object; recordTo?: unknown; dotEnv?: string; env?: Readonly<Record<string, string>> },
      string,
    ]
  >([
    [
      'AccountID of another account',
      { env: { AccountID: RETAIL, AccessKeyID: 'a', AccessKeySecret: 'b' } },
      `two different accounts: AccountID is ${RETAIL}`,
    ],
    [
      'a role of another account',
      { dotEnv: `ROLE_ARN=${OTHER_ROLE}\n` },
      `the role in s.yaml (ROLE_ARN) belongs to account ${RETAIL}`,
    ],
    [
      'a region without Function Compute',
      { dotEnv: 'REGION=cn-nowhere\nFC_LOG_PROJECT=x\n' },
      'Function Compute is not available in cn-nowhere; set REGION in .env to one of',
    ],
    [
      'a timer with five fields',
      { dotEnv: 'TICK=*/5 * * * *\n' },
      'timer tick: cronExpression "*/5 * * * *" is none of Function Compute: expected six fields',
    ],
    [
      "a region without the function's own log",
      { dotEnv: 'REGION=cn-shanghai\n' },
      'FC_LOG_PROJECT is not set: put FC_LOG_PROJECT=… into a file .env beside s.yaml',
    ],
    [
      'a project that is not there',
      { recordTo: { ...RECORD_TO, project: 'nobodys' } },
      'Project nobodys does not exist in cn-beijing',
    ],
    [
      'a project of another account',
      { recordTo: { ...RECORD_TO, project: 'foreign', logstore: 'theirs' } },
      'project foreign belongs to another account',
    ],
    [
      "records in the function's own log",
      { recordTo: { ...RECORD_TO, logstore: 'flow-log-scheduler-function' } },
      'each record would be there twice',
    ],
    [
      'a config that is not valid',
      { config: { ...CONFIG, timezone: 'Asia/Shangai' } },
      'flow-logs.yaml is not valid',
    ],
  ])('%s', async (_, { env = {}, ...setUp }, message) => {
    const { flowLogs } = project(setUp);
    const { status, err } = await flowLogs(['deploy', '--yes'], { env });
    expect(status).toBe(1);
    expect(err).toContain(message);
    expect(writes()).toEqual([]);
  });

  it('a dry run, where what the function needs is not there', async () => {
    const { flowLogs } = project({ recordTo: { ...RECORD_TO, project: 'nobodys' } });
    const { status, err } = await flowLogs(['deploy', '--dry-run']);
    expect(status).toBe(1);
    expect(err).toContain('Project nobodys does not exist in cn-beijing');
    expect(writes()).toEqual([]);
  });

  it('no terminal to ask on', async () => {
    const { flowLogs } = project();
    for (const command of ['deploy', 'remove']) {
      const { status, err } = await flowLogs([command]);
      expect(status).toBe(2);
      expect(err).toContain('there is no terminal to ask on: add --yes');
    }
    expect(emulator.requests).toEqual([]);
  });

  it('no credentials', async () => {
    vi.unstubAllEnvs();
    const { flowLogs } = project();
    expect(await flowLogs(['deploy', '--yes'])).toMatchObject({
      status: 1,
      err: expect.stringContaining('no credentials; set ALIBABA_CLOUD_ACCESS_KEY_ID'),
    });
    expect(emulator.requests).toEqual([]);
  });

  it("a function of that name that is somebody else's", async () => {
    const { flowLogs } = project();
    emulator.setFault(({ action }) =>
      action === 'GetFunction'
        ? {
            kind: 'raw',
            status: 200,
            body: '{"functionName":"flow-log-scheduler","runtime":"python3.12","handler":"main.run"}',
          }
        : undefined,
    );
    for (const args of [
      ['deploy', '--yes'],
      ['remove', '--yes'],
    ]) {
      const { status, err } = await flowLogs(args);
      expect(status).toBe(1);
      expect(err).toContain('is another function than the scheduler: its runtime is python3.12');
      expect(writes()).toEqual([]);
    }
  });

  it('a folder that is no project', async () => {
    const { flowLogs, folder } = project();
    rmSync(join(folder, 's.yaml'));
    expect(await flowLogs(['deploy', '--yes'])).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^there is no s\.yaml in .*flow-logs init/),
    });
  });
});
