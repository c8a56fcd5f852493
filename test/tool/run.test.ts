import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { cellsOf, hasColours } from '../support/columns.ts';
import { commandLine } from '../support/command-line.ts';
import { configOnDisk } from '../support/config-on-disk.ts';
import { emulatedCloud } from '../support/emulated-cloud.ts';

/** flowlog-…1 is Active and should never be, flowlog-…2 is not and should always be. */
const CONFIG = configOnDisk();
const RUN = ['run', '--config', CONFIG];
const [ONE, TWO] = ['flowlog-m5evbtbptexample1', 'flowlog-m5evbtbptexample2'];

const recordsIn = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{"'))
    .map((line) => JSON.parse(line) as Readonly<Record<string, string>>);

/** A port of loopback on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

describe('run', () => {
  it('changes what has to change, and is then done', async () => {
    const { run, emulator } = await emulatedCloud();
    const { status, out, err } = await run(...RUN);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toContain('2 flow logs: 2 confirmed\n');
    expect([emulator.flowLog(ONE).status, emulator.flowLog(TWO).status]).toEqual(['Inactive', 'Active']);
    const again = await run(...RUN);
    expect(again.out).toContain('2 flow logs: 2 unchanged\n');
  });

  it.each([
    ['on a terminal', true],
    ['in a pipe', false],
  ])('%s prints the table and says where the records are', async (_, isTerminal) => {
    const { env, emulator } = await emulatedCloud();
    const { status, out, err } = await commandLine(RUN, env, { isTerminal, columns: 200 });
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(recordsIn(out)).toEqual([]);
    const [tableText = '', counts] = out.split('\n\n');
    expect(cellsOf(tableText).map((row) => [row[0], row[1], row[6], row[7]])).toEqual([
      [ONE, 'hangzhou-office', 'deactivate', 'confirmed'],
      [TWO, 'shanghai-sampling', 'activate', 'confirmed'],
    ]);
    expect(counts).toBe(
      '2 flow logs: 2 confirmed\nrecorded in Logstore flow-log-scheduler of project ops-audit\n',
    );
    expect(hasColours(out)).toBe(false);
    const written = emulator.logs('ops-audit', 'flow-log-scheduler');
    expect(written.map(({ contents }) => contents.kind).sort()).toEqual(['flow-log', 'flow-log', 'run']);
    expect(written[0]).toMatchObject({ topic: 'flow-log-scheduler', source: 'flow-logs' });
  });

  it('on a terminal of 80 columns no line of the table is longer, and each row keeps its order', async () => {
    const { env } = await emulatedCloud();
    const { out } = await commandLine(RUN, env, { isTerminal: true, columns: 80 });
    const table = (out.split('\n\n')[0] ?? '').split('\n');
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(table.filter((line) => line.startsWith('flowlog-')).map((line) => line.split(/ +/)[0])).toEqual([
      ONE,
      TWO,
    ]);
    for (const word of ['OUTCOME', 'deactivate', 'confirmed', 'WHY'])
      expect(table.join('\n')).toContain(word);
  });

  it('with --json prints each change and record on standard error, those that it writes to SLS', async () => {
    const { run, emulator } = await emulatedCloud();
    const { err } = await run(...RUN, '--json');
    const toggles = recordsIn(err).filter(({ kind }) => kind === 'toggle');
    expect(toggles.map(({ phase, action }) => `${phase} ${action}`).sort()).toEqual([
      'sent activate',
      'sent deactivate',
      'settled activate',
      'settled deactivate',
    ]);
    const records = recordsIn(err).filter(({ kind }) => kind !== 'toggle');
    expect(records.every(({ trigger }) => trigger === 'local')).toBe(true);
    const written = emulator.logs('ops-audit', 'flow-log-scheduler');
    expect(written.map(({ contents }) => contents)).toEqual(records);
  });

  it('prints the records where they are to be, with recordTo: stdout', async () => {
    const { run } = await emulatedCloud();
    const { out } = await run(
      'run',
      '--config',
      configOnDisk(`timezone: UTC
recordTo: stdout
schedules: { never: { windows: [] } }
flowLogs: [{ flowLogId: ${ONE}, regionId: cn-hangzhou, schedule: never }]
`),
    );
    expect(recordsIn(out).map(({ kind }) => kind)).toContain('run');
    expect(out).toMatch(/\n1 flow log: 1 confirmed\n$/);
  });

  it('prints records that could not be written', async () => {
    const { env } = await emulatedCloud();
    const nowhere = { ...env, SLS_ENDPOINT: `http://127.0.0.1:${await closedPort()}` };
    const { status, out, err } = await commandLine(RUN, nowhere, { isTerminal: true });
    expect(status).toBe(1);
    expect(recordsIn(out).map(({ kind }) => kind)).toContain('recording');
    expect(err).toContain('not recorded: ');
  });

  it('--json leaves standard output to the answer, and the records to standard error', async () => {
    const { run } = await emulatedCloud();
    const { status, out, err } = await run(...RUN, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ ok: true, dryRun: false, summary: { total: 2, confirmed: 2 } });
    expect(
      recordsIn(err)
        .map(({ kind }) => kind)
        .filter((kind) => kind !== 'toggle')
        .sort(),
    ).toEqual(['flow-log', 'flow-log', 'run']);
    expect(recordsIn(err)).toHaveLength(err.trimEnd().split('\n').length);
  });

  it('is a no when one flow log fails, and the other is changed all the same', async () => {
    const { run, emulator } = await emulatedCloud();
    emulator.setFault(({ params, action }) =>
      action !== 'DescribeFlowlogs' && params.FlowLogId === ONE
        ? { kind: 'error', code: 'ProjectOrLogstoreNotExist' }
        : undefined,
    );
    const { status, out } = await run(...RUN);
    expect(status).toBe(1);
    expect(out).toMatch(new RegExp(`\\n${ONE}: ProjectOrLogstoreNotExist: `));
    expect(out).toContain('2 flow logs: 1 confirmed, 1 failed\n');
    expect([emulator.flowLog(ONE).status, emulator.flowLog(TWO).status]).toEqual(['Active', 'Active']);
  });

  it('is a no when SLS is out of reach: it says so, and the records are on standard output', async () => {
    const { env, emulator } = await emulatedCloud();
    const down = { ...env, SLS_ENDPOINT: `http://127.0.0.1:${await closedPort()}` };
    const { status, out, err } = await commandLine(RUN, down);
    expect(status).toBe(1);
    expect(err).toMatch(
      /^not recorded: PutLogs to Logstore flow-log-scheduler of project ops-audit: 3 of 3 /,
    );
    expect(recordsIn(out).map(({ kind }) => kind)).toContain('run');
    expect(out).toContain('2 flow logs: 2 confirmed\n');
    expect(emulator.flowLog(TWO).status).toBe('Active');
  });

  it('is a no when the Logstore is not there, in the answer too', async () => {
    const { run } = await emulatedCloud({ logstores: [] });
    const { status, out, err } = await run(...RUN, '--json');
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ ok: false, error: { code: expect.stringMatching(/NotExist/) } });
    expect(err).toContain('not recorded: ');
  });

  it('does nothing at all with an endpoint that is not accepted', async () => {
    const { env, actions } = await emulatedCloud();
    const { status, out, err } = await commandLine(RUN, { ...env, CBN_ENDPOINT: 'http://example.com' });
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain('error: CBN_ENDPOINT is plain http to example.com');
    expect(actions()).toEqual([]);
  });

  it('prints no secret, whatever happens', async () => {
    const { run, env, emulator } = await emulatedCloud();
    const message = 'no such key: emulator-access-key-secret';
    emulator.setFault(() => ({ kind: 'error', code: 'Forbidden.RAM', status: 400, message }));
    const failed = await run(...RUN);
    expect(failed.status).toBe(1);
    expect(failed.out).toContain('Forbidden.RAM: no such key: ');
    const refused = await commandLine(RUN, { ...env, CBN_ENDPOINT: 'https://user:s3cret@example.com' });
    for (const { out, err } of [failed, refused]) {
      expect(`${out}${err}`).not.toMatch(/emulator-access-key-secret|s3cret/);
    }
  });
});
