import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DateTime } from 'luxon';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Emulator, EmulatorOptions } from '../../lib/emulator/emulator.ts';
import { hasColours } from '../support/columns.ts';
import { commandLine, type Ran } from '../support/command-line.ts';

/** The emulator of the demo: closed when the demo has ended, but what it holds can still be read. */
const started: Emulator[] = [];
vi.mock('../../lib/emulator/emulator.ts', async (original) => {
  const { startEmulator } = await original<typeof import('../../lib/emulator/emulator.ts')>();
  return {
    startEmulator: async (options?: EmulatorOptions) => {
      const emulator = await startEmulator(options);
      started.push(emulator);
      return emulator;
    },
  };
});

/** What a deployed function does only for a config that was changed after the build. */
vi.mock('../../lib/config/read-config.ts', () => ({
  readConfig: () => {
    throw new Error('a tick parsed the text of its config');
  },
}));

const UNLISTED = 'flowlog-not-in-the-config';
const HOUR_MS = 3_600_000;
const START = Date.parse('2026-11-26T06:00+08:00');
const END = Date.parse('2026-11-30T10:00+08:00');
const BY_HAND = Date.parse('2026-11-28T15:02+08:00');

const PAGE = join(mkdtempSync(join(tmpdir(), 'demo-')), 'report.html');
afterAll(() => rmSync(dirname(PAGE), { recursive: true }));

let ran: Ran = { status: -1, out: '', err: '' };
let cpuSeconds = 0;

beforeAll(async () => {
  const before = process.cpuUsage();
  ran = await commandLine(['demo', '--page', PAGE]);
  const { user, system } = process.cpuUsage(before);
  cpuSeconds = (user + system) / 1_000_000;
}, 60_000);

function emulator(): Emulator {
  const [only, ...others] = started;
  if (only === undefined || others.length > 0) throw new Error('expected one emulator');
  return only;
}
const records = () =>
  emulator()
    .logs('ops-audit', 'flow-log-scheduler')
    .map(({ contents }) => contents);
const changes = () => records().filter(({ kind }) => kind === 'flow-log');
const calls = (...actions: readonly string[]) =>
  emulator().requests.filter(({ action }) => actions.includes(action));
const isThrottled = ({ outcome }: Emulator['requests'][number]) =>
  outcome.kind === 'answered' && outcome.code === 'Throttling.User';

const CHANGE_LINE = /^ {2}(\d\d:\d\d) {2}(.{23}) {2}(.{8}) -> (.{8}) {2}(\w+) {2}(\S.*)$/;
const changeLines = () =>
  ran.out.split('\n').flatMap((line) => {
    const match = CHANGE_LINE.exec(line);
    return match === null ? [] : [match.slice(1).map((part) => part.trim())];
  });

describe('the demo', () => {
  it('ends well, in time, and needs no terminal', () => {
    expect({ status: ran.status, err: ran.err }).toEqual({ status: 0, err: '' });
    expect(cpuSeconds).toBeLessThan(15);
    expect(hasColours(ran.out)).toBe(false);
    expect(Math.max(...ran.out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it('shows each change that was recorded, in order, and no other', () => {
    expect(changeLines().map((parts) => parts.slice(0, 5))).toEqual(
      changes().map(({ at = '', flowLogId, observed, desired, outcome }) => [
        DateTime.fromISO(at, { zone: 'Asia/Shanghai' }).toFormat('HH:mm'),
        flowLogId,
        observed,
        desired,
        outcome,
      ]),
    );
    expect(new Set(changes().map(({ outcome }) => outcome))).toEqual(new Set(['confirmed']));
    expect(changes().every(({ observed, desired }) => observed !== desired)).toBe(true);
  });

  it('shows the throttled call that is sent again, and the switch by hand that is mended', () => {
    const [, friday = ''] = ran.out.split('! CEN throttles the account');
    expect(changeLines().filter(([, , , , , why = '']) => why.endsWith(', 2 calls'))).toHaveLength(1);
    expect(friday.split('\n')[1]).toMatch(/^ {2}08:00 .*, 2 calls$/);
    expect(calls('ActiveFlowLog').filter(isThrottled)).toHaveLength(1);
    const [, saturday = ''] = ran.out.split('! somebody switches flowlog-hangzhou-office on by hand');
    expect(saturday.split('\n')[1]).toMatch(/^ {2}15:05 {2}flowlog-hangzhou-office +Active +-> Inactive /);
  });

  it('says of a quiet day that it was quiet', () => {
    expect(ran.out.match(/^ +nothing to change, all day$/gm)).toHaveLength(1);
    expect(ran.out).toContain('\nSunday 29 November\n         nothing to change, all day\n');
  });

  it('counts what the emulator counts', () => {
    const runs = records().filter(({ kind }) => kind === 'run');
    const reads = calls('DescribeFlowlogs', 'DescribeFlowLogs');
    const toggles = calls('ActiveFlowLog', 'DeactiveFlowLog');
    expect(ran.out.replace(/\s+/g, ' ')).toContain(
      `${runs.length} runs made ${changes().length} changes, all of them confirmed by reading back. ` +
        `That took ${toggles.length} calls that change something ` +
        `(${toggles.filter(isThrottled).length} throttled, and sent again) and ${reads.length} calls that only read. ` +
        `${records().length} records are in SLS `,
    );
    expect(runs).toHaveLength((END - START) / (5 * 60_000));
    expect(reads.length + toggles.length).toBe(
      emulator().requests.filter(({ service }) => service === 'Cbn' || service === 'Vpc').length,
    );
    expect(records()).toHaveLength(runs.length + changes().length);
  });

  it('shows the last record as it was written', () => {
    const last = Object.entries(changes().at(-1) ?? {}).filter(([, value]) => value !== '');
    const shown = [...ran.out.matchAll(/^ {4}(\w+) +(\S.*)$/gm)].map(([, name, value]) => [name, value]);
    expect(shown.slice(-last.length)).toEqual(last);
  });

  it('never touches the flow log that is in no list', () => {
    expect(ran.out).toContain(`${UNLISTED} lies in the same account and region`);
    expect(emulator().requests.filter(({ params }) => Object.values(params).includes(UNLISTED))).toEqual([]);
    expect(emulator().flowLog(UNLISTED)).toMatchObject({ status: 'Active', tags: {} });
  });

  it('writes its report as a page, too, with the same answer', () => {
    const [, after = ''] = ran.out.split('npx flow-logs report\n\n');
    const [headline = expect.fail('no report')] = after.split('\n');
    expect(headline).toMatch(/^About \d+\.\d\d CNY saved /);
    expect(readFileSync(PAGE, 'utf8')).toContain(`<h1>${headline}</h1>`);
  });

  it('tells the hours that each flow log captured, and what that saves', () => {
    const [, after = ''] = ran.out.split('What it came to\n\n');
    const [head = '', ...lines] = (after.split('\n\n')[0] ?? '').split('\n');
    expect(head.split(/ {2,}/)).toEqual(['FLOW LOG', 'CAPTURED', 'ALWAYS ON', 'SAVED']);
    // Numbers end at the same place.
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([head.length]));
    const rows = lines.map((line) => line.split(/ {2,}/));
    expect(rows.map(([flowLogId]) => flowLogId)).toEqual(
      emulator()
        .flowLogs()
        .map(({ flowLogId }) => flowLogId),
    );
    for (const [flowLogId = '', captured = '', always, saved = ''] of rows) {
      const hours = activeHours(flowLogId);
      expect(Number.parseFloat(captured)).toBeCloseTo(hours, 0.9);
      expect(always).toBe('100.0 h');
      expect(saved).toBe(`${Math.round(100 - hours)} %`);
    }
  });
});

/** By the calls that the emulator took, and the switch by hand: Active from the start on. */
function activeHours(flowLogId: string): number {
  const switched = calls('ActiveFlowLog', 'DeactiveFlowLog')
    .filter((call) => call.params.FlowLogId === flowLogId && !isThrottled(call))
    .map(({ action, at }) => ({ at, on: action === 'ActiveFlowLog' }));
  const byHand = flowLogId === 'flowlog-hangzhou-office' ? [{ at: BY_HAND, on: true }] : [];
  const all = [{ at: START, on: true }, ...switched, ...byHand].sort((a, b) => a.at - b.at);
  const ends = [...all.slice(1).map(({ at }) => at), END];
  return all.reduce((sum, { at, on }, index) => sum + (on ? (ends[index] ?? END) - at : 0), 0) / HOUR_MS;
}
