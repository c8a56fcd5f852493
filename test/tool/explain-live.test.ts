import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../lib/emulator/emulator.ts';
import { commandLine } from '../support/command-line.ts';
import { configOnDisk } from '../support/config-on-disk.ts';

const TAG = 'flow-log-scheduler:override';
const AT = '2026-11-23T09:00:00+08:00';
let emulator: Emulator;

beforeEach(() => {
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_ID', 'key-id');
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'key-secret');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await emulator.close();
});

const YAML = `timezone: Asia/Shanghai
recordTo: stdout
schedules: { office: { windows: [{ days: daily, from: "08:00", to: "20:00" }] } }
flowLogs: [{ flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: office }]
`;

const CONFIG = configOnDisk(YAML);

async function explainLive(tags: Readonly<Record<string, string>>, ...args: readonly string[]) {
  return explainWith(CONFIG, tags, ...args);
}

async function explainWith(
  config: string,
  tags: Readonly<Record<string, string>>,
  ...args: readonly string[]
) {
  const key = { accessKeyId: 'key-id', accessKeySecret: 'key-secret' };
  const flowLogs = [{ flowLogId: 'flowlog-1', regionId: 'cn-hangzhou', tags }];
  emulator = await startEmulator({ accounts: [{ accountId: '1', accessKeys: [key], flowLogs }] });
  const asked = ['explain', '--config', config, '--flow-log', 'flowlog-1', '--at', AT, '--live', ...args];
  return commandLine(asked, { CBN_ENDPOINT: emulator.url });
}

it('names the person who decides, and the end of it', async () => {
  const { status, out } = await explainLive({
    [TAG]: 'Inactive until 2026-11-23T10:00:00+08:00; by=netops; reason=freeze',
  });
  expect(status).toBe(0);
  expect(out).toContain(
    'But a person decides: Inactive by an override by netops until 2026-11-23T10:00:00+08:00: freeze.',
  );
});

it('says first what the flow log is', async () => {
  const { out } = await explainLive({ env: 'dev' });
  expect(out).toMatch(
    /^flowlog-1 is a flow log of CEN in cn-hangzhou: Active, captures cen-\S+.*, every 600 s, into [\w-]+\/[\w-]+\.\n\nflowlog-1 should be /,
  );
  await emulator.close();
  const { flowLog } = JSON.parse((await explainLive({}, '--json')).out);
  expect(flowLog).toMatchObject({ service: 'cen', regionId: 'cn-hangzhou', status: 'Active' });
});

it('says so when the person wants what the schedule wants', async () => {
  const { out } = await explainLive({ [TAG]: 'Active until 2026-11-23T10:00:00+08:00; by=netops' });
  expect(out).toContain('flowlog-1 should be Active');
  expect(out).toContain(
    'A person decides the same: Active by an override by netops until 2026-11-23T10:00:00+08:00.',
  );
  expect(out).not.toContain('But');
});

it('does not mention an override that has ended by then', async () => {
  const { out } = await explainLive({ [TAG]: 'Inactive until 2026-11-23T08:59:59+08:00' });
  expect(out).not.toContain('a person decides');
  expect(out).toContain('flowlog-1 should be Active');
});

it('tells it as data too', async () => {
  const { out } = await explainLive({ [TAG]: 'Inactive until 2026-11-23T10:00:00+08:00' }, '--json');
  expect(JSON.parse(out)).toMatchObject({
    override: { status: 'Inactive', until: Date.parse('2026-11-23T10:00:00+08:00'), by: null, reason: null },
  });
});

it('warns of an override that cannot be read, and shows nothing that steers a terminal', async () => {
  const unreadable = await explainLive({ [TAG]: 'Active\u001b[31m; by=x' });
  expect(unreadable.out).toContain(
    'warning: flowlog-1: tag flow-log-scheduler:override holds "Active\ufffd[31m; by=x"',
  );
  await emulator.close();
  const by = 'Inactive until 2026-11-23T10:00:00+08:00; by=a\u001b]0,own\u0007';
  expect((await explainLive({ [TAG]: by })).out).toContain('by an override by a\ufffd]0,own\ufffd until');
});

it('fails when the flow log cannot be read', async () => {
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'wrong');
  const { status, err } = await explainLive({});
  expect(status).toBe(1);
  expect(err).toContain('its override could not be read: SignatureDoesNotMatch');
});

/** A config with select entries alone. */
const selecting = (...entries: readonly string[]) =>
  configOnDisk(`timezone: Asia/Shanghai
recordTo: stdout
schedules:
  office: { windows: [{ days: daily, from: "08:00", to: "20:00" }] }
  night: { windows: [{ days: daily, from: "20:00", to: "08:00" }] }
flowLogs: [${entries.join(', ')}]
`);
const OF_NIGHT = '{ select: { regionId: cn-hangzhou, tags: { env: dev } }, schedule: night }';
const OF_OFFICE = '{ select: { regionId: cn-hangzhou }, schedule: office }';

it('explains a flow log that a select entry picks', async () => {
  const config = selecting(OF_NIGHT, OF_OFFICE);
  const { status, out } = await explainWith(config, { [TAG]: 'Inactive until 2026-11-23T10:00:00+08:00' });
  expect(status).toBe(0);
  expect(out).toContain('flowlog-1 should be Active');
  expect(out).toMatch(/Decided by .* for flowLogs\[1\]\./);
  expect(out).toContain('But a person decides: Inactive');
});

it('names the first of two select entries that pick it for the same schedule', async () => {
  const { out } = await explainWith(selecting(OF_OFFICE, OF_OFFICE), {});
  expect(out).toMatch(/Decided by .* for flowLogs\[0\]\./);
});

it('tells a flow log that is selected for two schedules', async () => {
  const { status, out } = await explainWith(selecting(OF_NIGHT, OF_OFFICE), { env: 'dev' });
  expect(status).toBe(1);
  expect(out).toMatch(/^flowlog-1 is selected by flowLogs\[0\] and flowLogs\[1\] with different schedules/m);
});

it('tells that no select entry picks it', async () => {
  const config = selecting(OF_NIGHT);
  const { status, err } = await explainWith(config, {});
  expect(status).toBe(1);
  expect(err).toBe(`${config} lists no flow log "flowlog-1", and no select entry picks it\n`);
});
