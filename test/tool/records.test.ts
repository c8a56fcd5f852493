import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/cloud/clock.ts';
import { createHandler } from '../../lib/function/handler.ts';
import { cellsOf } from '../support/columns.ts';
import { commandLine } from '../support/command-line.ts';
import { configOnDisk } from '../support/config-on-disk.ts';
import { emulatedCloud } from '../support/emulated-cloud.ts';

/** flowlog-…1 is Active and should never be, flowlog-…2 is not and should always be. */
const CONFIG = configOnDisk();
const [ONE, TWO] = ['flowlog-m5evbtbptexample1', 'flowlog-m5evbtbptexample2'];

/** A cloud whose Logstore has its index. */
async function provisioned() {
  const cloud = await emulatedCloud();
  const { status, err } = await cloud.run('provision', '--config', CONFIG, '--only', 'sls');
  expect({ status, err }).toEqual({ status: 0, err: '' });
  const records = (...args: readonly string[]) => cloud.run('records', '--config', CONFIG, ...args);
  const run = () => cloud.run('run', '--config', CONFIG);
  return { ...cloud, records, run };
}

const rowsOf = (out: string) => cellsOf(out.split('\n\n')[0] ?? '');

describe('records', () => {
  it('are a table of what was changed, newest first, and how the runs went', async () => {
    const { emulator, records, run } = await provisioned();
    await run();
    emulator.setStatus(ONE, 'Active');
    emulator.setFault(({ action }) =>
      action === 'DeactiveFlowLog' ? { kind: 'error', code: 'ProjectOrLogstoreNotExist' } : undefined,
    );
    await run();
    emulator.setFault(undefined);
    const { status, out, err } = await records();
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out.split('\n')[0]?.split(/ {2,}/)).toEqual([
      'AT',
      'FLOW LOG',
      'NAME',
      'REGION',
      'OBSERVED',
      'DESIRED',
      'ACTION',
      'OUTCOME',
      'BY',
      'WHY',
      'REQUEST',
    ]);
    expect(rowsOf(out).map((row) => row.slice(1, 9))).toEqual([
      [ONE, 'hangzhou-office', 'cn-hangzhou', 'Active', 'Inactive', 'deactivate', 'failed', 'local'],
      [ONE, 'hangzhou-office', 'cn-hangzhou', 'Active', 'Inactive', 'deactivate', 'confirmed', 'local'],
      [TWO, 'shanghai-sampling', 'cn-shanghai', 'Inactive', 'Active', 'activate', 'confirmed', 'local'],
    ]);
    expect(rowsOf(out)[0]?.[9]).toMatch(/^ProjectOrLogstoreNotExist: (?!.*\(request )/);
    expect(rowsOf(out)[0]?.[10]).toMatch(/^[\w-]{20,}$/);
    expect(out).toMatch(/\n\n2 runs since .*, 1 failed, the last \w{3} \d{4}-.* \+08:00; 3 lines above\n$/);
  });

  it('are of one flow log, or of what failed', async () => {
    const { emulator, records, run } = await provisioned();
    emulator.setFault(({ action }) =>
      action === 'ActiveFlowLog' ? { kind: 'error', code: 'ProjectOrLogstoreNotExist' } : undefined,
    );
    await run();
    const one = await records('--flow-log', ONE);
    expect(rowsOf(one.out).map((row) => row[1])).toEqual([ONE]);
    expect(one.out).toMatch(/\n\n1 record since [^\n]*\n$/);
    const failed = await records('--failed');
    expect(rowsOf(failed.out).map((row) => row[1])).toEqual([TWO]);
    const json = JSON.parse((await records('--failed', '--json')).out);
    expect(json.records.map(({ kind }: { kind: string }) => kind).sort()).toEqual(['flow-log', 'run']);
    expect(JSON.stringify(json)).not.toContain('__');
    const both = await records('--failed', '--flow-log', ONE);
    expect(both.out).toMatch(new RegExp(`^no failure of ${ONE} since [^;]*\n$`));
    const misspelt = await records('--flow-log', `${ONE.slice(0, -1)}9`);
    expect(misspelt.out).toMatch(
      /^no record of flowlog-m5evbtbptexample9 since .*; did you mean "flowlog-m5.*"\?\n$/,
    );
  });

  it('say that no failure is among them', async () => {
    const { records, run } = await provisioned();
    await run();
    expect((await records('--failed')).out).toMatch(/^no failure was recorded since .*\n$/);
  });

  it('are more than SLS gives at a time', async () => {
    const { emulator, records, env } = await provisioned();
    const { accountId } = emulator.flowLog(ONE);
    const many = Array.from({ length: 30 }, (_, index) => `flowlog-${index}`);
    for (const flowLogId of many) emulator.addFlowLog(accountId, { flowLogId, regionId: 'cn-hangzhou' });
    const config = configOnDisk(`timezone: UTC
recordTo: { regionId: cn-hangzhou, project: ops-audit, logstore: flow-log-scheduler }
schedules: { never: { windows: [] } }
flowLogs: [${many.map((id) => `{ flowLogId: ${id}, regionId: cn-hangzhou, schedule: never }`).join()}]
`);
    for (let runs = 0; runs < 4; runs += 1) {
      for (const flowLogId of many) emulator.setStatus(flowLogId, 'Active');
      expect(await commandLine(['run', '--config', config], env)).toMatchObject({ status: 0 });
    }
    const { records: found } = JSON.parse((await records('--json')).out);
    expect(found).toHaveLength(4 * (1 + many.length));
    const instants = found.map(({ at }: { at: string }) => at);
    expect(instants).toEqual([...instants].sort().reverse());
  });

  it('leave out what a status recorded, which only looked', async () => {
    const { emulator, records, run, env } = await provisioned();
    await run();
    emulator.setStatus(ONE, 'Active');
    const handler = createHandler({
      env: { ...env, FLOW_LOGS_CONFIG: CONFIG },
      codeDirectory: '/',
      clock: systemClock,
      newId: randomUUID,
      print: () => {},
    });
    expect(await handler({ action: 'status' }, {})).toMatchObject({ ok: true, summary: { planned: 1 } });
    emulator.setFault(({ params }) =>
      params.RegionId === 'cn-hangzhou' ? { kind: 'error', code: 'Forbidden.RAM' } : undefined,
    );
    expect(await handler({ action: 'status' }, {})).toMatchObject({ ok: false, summary: { failed: 1 } });
    const { out } = await records();
    expect(rowsOf(out).map((row) => row.slice(1, 2).concat(row[7] ?? ''))).toEqual([
      [ONE, 'confirmed'],
      [TWO, 'confirmed'],
    ]);
    expect(out).toMatch(/\n\n1 run since .*, 0 failed, .*; 2 lines above\n$/);
    const one = await records('--flow-log', ONE);
    expect(rowsOf(one.out)).toHaveLength(1);
    expect((await records('--failed')).out).toMatch(/^no failure was recorded since/);
    expect((await records('--failed', '--flow-log', ONE)).out).toMatch(/^no failure of .* since/);
    expect(JSON.parse((await records('--json')).out).records.length).toBeGreaterThan(4);
  });

  it('say that no run was recorded', async () => {
    const { records } = await provisioned();
    const { status, out } = await records('--since', '7d');
    expect(status).toBe(0);
    expect(out).toMatch(
      /^no run was recorded since .*: look at the trigger, and at the function's own log\n$/,
    );
  });

  it('name a run that failed as a whole', async () => {
    const { env, records } = await provisioned();
    const tooMany = configOnDisk(`timezone: UTC
recordTo: { regionId: cn-hangzhou, project: ops-audit, logstore: flow-log-scheduler }
schedules: { never: { windows: [] } }
flowLogs: [{ select: { regionId: cn-hangzhou, all: true }, schedule: never }]
limits: { maxFlowLogs: 2 }
`);
    expect((await commandLine(['run', '--config', tooMany], env)).status).toBe(1);
    expect(rowsOf((await records()).out).map((row) => row.slice(1))).toEqual([
      ['(the run)', 'reconcile', 'failed', 'local', expect.stringMatching(/^TooManyFlowLogs: 3 flow logs/)],
    ]);
  });

  it('are a no, status 1, where SLS refuses, and on standard output', async () => {
    const { run } = await emulatedCloud({ logstores: [] });
    const missing = await run('records', '--config', CONFIG);
    expect({ status: missing.status, out: missing.out }).toEqual({ status: 1, out: '' });
    expect(missing.err).toMatch(/^Logstore flow-log-scheduler of project ops-audit: \w*NotExist/);
    const stdout = configOnDisk(`timezone: UTC
recordTo: stdout
schedules: { never: { windows: [] } }
flowLogs: [{ flowLogId: ${ONE}, regionId: cn-hangzhou, schedule: never }]
`);
    expect(await run('records', '--config', stdout)).toEqual({
      status: 1,
      out: '',
      err: "recordTo is stdout: the records are in the function's own log, and nowhere else\n",
    });
    for (const wrong of [
      ['--since', 'yesterday'],
      ['--flow-log', 'x" or *'],
    ]) {
      expect((await run('records', '--config', CONFIG, ...wrong)).status).toBe(2);
    }
  });
});
