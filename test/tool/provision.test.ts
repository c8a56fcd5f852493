import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../lib/emulator/emulator.ts';
import { flowLogs } from '../../lib/tool/program.ts';
import { CONFIG } from '../support/scheduler.ts';

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator();
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_ID', 'emulator-access-key-id');
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'emulator-access-key-secret');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await emulator.close();
});

async function run(args: readonly string[], { recordTo = RECORD_TO as unknown, env = {} } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'provision-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, 'flow-logs.yaml');
  await writeFile(file, JSON.stringify({ ...CONFIG, recordTo }));
  const said = { out: '', err: '' };
  const status = await flowLogs(['provision', '--config', file, '--only', 'sls', ...args], {
    env: { SLS_ENDPOINT: emulator.url, ...env },
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    isTerminal: false,
    columns: 100,
  });
  return { status, ...said };
}

const RECORD_TO = { regionId: 'cn-hangzhou', project: 'ops-audit', logstore: 'audit-trail' };

describe('flow-logs provision --only sls', () => {
  it('creates what is missing and prints a table', async () => {
    const { status, out, err } = await run([]);
    expect(status).toBe(0);
    expect(err).toBe('');
    expect(out.split('\n').slice(0, 8)).toEqual([
      expect.stringMatching(/^WHAT +NAME +STATE$/),
      expect.stringMatching(/^logstore +audit-trail +created$/),
      expect.stringMatching(/^index +audit-trail +created$/),
      expect.stringMatching(/^dashboard +audit-trail-overview +created$/),
      expect.stringMatching(/^alert +audit-trail-has-not-run +created$/),
      expect.stringMatching(/^alert +audit-trail-out-of-status +created$/),
      expect.stringMatching(/^logstore +flow-log-scheduler-function +created$/),
      expect.stringMatching(/^index +flow-log-scheduler-function +created$/),
    ]);
    expect(out).toContain('alert audit-trail-has-not-run: choose its action policy');
    expect(Object.keys(emulator.sls('ops-audit').alerts)).toHaveLength(2);
  });

  it('changes nothing the second time, and says so as JSON', async () => {
    await run([]);
    const before = emulator.sls('ops-audit');
    const { status, out } = await run(['--json']);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toEqual({
      ...{ ok: true, regionId: 'cn-hangzhou', project: 'ops-audit' },
      items: expect.arrayContaining([
        { kind: 'index', name: 'audit-trail', state: 'exists', detail: '' },
        { kind: 'alert', name: 'audit-trail-has-not-run', state: 'exists', detail: '' },
      ]),
    });
    expect(emulator.sls('ops-audit')).toEqual(before);
  });

  it('brings the alerts in line with another period when asked to', async () => {
    await run([]);
    const told = await run(['--period', '10m']);
    expect(told.status).toBe(0);
    expect(told.out).toMatch(/alert +audit-trail-has-not-run +differs/);
    expect(told.out).toContain('start is "-15m", wanted "-30m"');
    const { out } = await run(['--period', '10m', '--update']);
    expect(out).toMatch(/alert +audit-trail-has-not-run +updated/);
    expect(emulator.sls('ops-audit').alerts['audit-trail-has-not-run']).toMatchObject({
      configuration: { queryList: [{ start: '-30m' }] },
    });
  });

  it('tells each failure, and exits with 1', async () => {
    emulator.setFault(({ action }) =>
      action === 'CreateDashboard' ? { kind: 'error', code: 'Unauthorized', status: 403 } : undefined,
    );
    const { status, out, err } = await run([]);
    expect(status).toBe(1);
    expect(out).toMatch(/dashboard +audit-trail-overview +failed/);
    expect(out).toMatch(/alert +audit-trail-out-of-status +created/);
    expect(err).toMatch(
      /^dashboard audit-trail-overview: Unauthorized: CreateDashboard: .*grant log:CreateDashboard on acs:log:/,
    );
    const json = await run(['--json']);
    expect(json.status).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({ ok: false });
  });

  it('creates no project', async () => {
    const { status, err } = await run([], { recordTo: { ...RECORD_TO, project: 'nobodys' } });
    expect(status).toBe(1);
    expect(err).toMatch(/Project nobodys does not exist in cn-hangzhou.*aliyun sls CreateProject/);
    expect(emulator.requests.map(({ action }) => action)).toEqual(['GetLogStore']);
  });

  it('has nothing to do when records go to standard output', async () => {
    const { status, err } = await run([], { recordTo: 'stdout' });
    expect(status).toBe(1);
    expect(err).toMatch(/^recordTo is stdout.*create the Logstore flow-log-scheduler-function/);
    expect(emulator.requests).toEqual([]);
  });

  it("does not mix the records with the function's own log", async () => {
    const recordTo = { ...RECORD_TO, logstore: 'flow-log-scheduler-function' };
    const { status, err } = await run([], { recordTo });
    expect(status).toBe(1);
    expect(err).toMatch(/each record would be there twice. Name another Logstore/);
    expect(emulator.requests).toEqual([]);
  });
});

describe('flow-logs provision --only sls --dry-run', () => {
  it('prints the definitions and calls nothing', async () => {
    const { status, out, err } = await run(['--dry-run', '--period', '1h']);
    expect(status).toBe(0);
    const definitions = JSON.parse(out);
    expect(definitions).toMatchObject({
      ...{ regionId: 'cn-hangzhou', project: 'ops-audit' },
      logstore: { logstoreName: 'audit-trail' },
      index: { keys: { lagMs: { type: 'long', doc_value: true } } },
      dashboard: { dashboardName: 'audit-trail-overview' },
      functionLog: { logstore: { logstoreName: 'flow-log-scheduler-function' }, index: { line: {} } },
    });
    expect(definitions.alerts[0].configuration.queryList[0]).toMatchObject({
      ...{ region: 'cn-hangzhou', project: 'ops-audit', store: 'audit-trail', start: '-180m' },
    });
    expect(err).toMatch(/index +audit-trail +planned/);
    expect(err).toMatch(/logstore +flow-log-scheduler-function +planned/);
    expect(emulator.requests).toEqual([]);
  });

  it('prints nothing else with --json, and needs no endpoint and no credentials', async () => {
    vi.unstubAllEnvs();
    const { status, out, err } = await run(['--dry-run', '--json'], { env: { SLS_ENDPOINT: 'not a URL' } });
    expect([status, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toHaveProperty('dashboard');
  });
});

describe('wrong usage', () => {
  it.each([['--period', 'often'], ['--period', '10s'], ['--period', '9h'], ['--frequency', '5m'], ['extra']])(
    '%s %s',
    async (...args) => {
      const { status, err } = await run(args.filter((each) => each !== undefined));
      expect(status).toBe(2);
      expect(err).not.toBe('');
      expect(emulator.requests).toEqual([]);
    },
  );

  it('of SLS_ENDPOINT', async () => {
    const { status, err } = await run([], { env: { SLS_ENDPOINT: 'http://sls.example' } });
    expect(status).toBe(2);
    expect(err).toMatch(/SLS_ENDPOINT/);
  });
});
