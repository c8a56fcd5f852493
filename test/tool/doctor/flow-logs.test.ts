import { describe, expect, test } from 'vitest';
import { OVERRIDE_TAG } from '../../../lib/reconcile/override.ts';
import { checkFlowLogs } from '../../../lib/tool/doctor/checks/flow-log.ts';
import type { Observations } from '../../../lib/tool/doctor/observations.ts';
import { OFFICE_HOURS } from '../../support/config.ts';
import { flowLog, OF_CEN, observations, own, refused, seenConfig, told } from '../../support/observations.ts';

const SAMPLING = { windows: [{ cron: '0 * * * *', duration: '10m' }] };
const entry = { flowLogId: 'flowlog-1', regionId: 'cn-hangzhou', schedule: 'office-hours' };
const bySampling = seenConfig({
  schedules: { 'office-hours': SAMPLING },
  flowLogs: [entry],
});

function lineOf(name: string, more: Partial<Observations>): string {
  const lines = checkFlowLogs(observations(more));
  const line = lines.find(({ check, subject }) => `${check} ${subject}` === name);
  return line === undefined ? 'none' : told(line);
}

const of = (more: Parameters<typeof flowLog>[0], config = seenConfig()) =>
  lineOf('flow-log flowlog-1', { accounts: [own(flowLog(more))], config });

const override = (value: string) => ({ tags: { [OVERRIDE_TAG]: value } });

describe('a flow log', () => {
  test.each([
    ['as it should be', {}, 'ok: cn-hangzhou, Active, every 600 s, cen-1'],
    ['without a CEN', { cenId: null }, 'ok: cn-hangzhou, Active, every 600 s, CEN not known'],
    [
      'that is changing',
      { status: 'Modifying' },
      'warn: cn-hangzhou, Modifying, every 600 s, cen-1 → it is not touched while it is changing',
    ],
    ['in an unknown status', { status: 'Frozen' }, 'fail: flowlog-1 has the status "Frozen"'],
    [
      'under an ID of its own',
      { flowLogId: 'flowlog-2' },
      'fail: CEN lists no flow log flowlog-1 in cn-hangzhou',
    ],
    [
      'under an override',
      override('Active until 2026-11-23T18:00:00+08:00; by=netops'),
      'ok: cn-hangzhou, Active, every 600 s, cen-1, override by netops until 2026-11-23T18:00:00+08:00',
    ],
    [
      'whose override has ended',
      override('Active until 2026-11-22T18:00:00+08:00'),
      'its override has ended → the next run removes the tag',
    ],
    [
      'whose override cannot be read',
      override('soon\u001b[2J'),
      'cannot be read: soon [2J → an override that cannot be read is ignored: `npx flow-logs override clear --flow-log flowlog-1`',
    ],
    [
      'that captures every minute',
      { intervalSeconds: 60 },
      'every 60 s, cen-1 → an interval of 60 s writes up to ten times',
    ],
    [
      'with another interval',
      { intervalSeconds: 300 },
      'every 300 s, cen-1 → an interval other than 60 and 600',
    ],
    ['whose interval is not known', { intervalSeconds: null }, 'ok: cn-hangzhou, Active, interval not known'],
  ])('%s', (_, more, expected) => {
    expect(of(more)).toContain(expected);
  });

  test('short windows want a short interval', () => {
    expect(of({}, bySampling)).toContain(
      'windows of 10m may hold less than one whole interval: set it to 60',
    );
    expect(of({ intervalSeconds: 60 }, bySampling)).toMatch(/^ok: /);
  });

  test('of another CEN than the config says', () => {
    const config = seenConfig({ flowLogs: [{ ...entry, cenId: 'cen-2' }] });
    expect(of({}, config)).toContain('fail: flowlog-1 belongs to cen-1, the config says cen-2');
  });

  test('that is listed twice', () => {
    expect(of({}, seenConfig({ flowLogs: [entry, entry] }))).toContain('fail: flowlog-1 is listed 2 times');
  });

  test('of a place that could not be listed, or of an account that was not reached', () => {
    const [account] = [own()];
    const listings = [{ ...OF_CEN, regionId: 'cn-hangzhou', flowLogs: refused('Forbidden.RAM', 403) }];
    for (const accounts of [[{ ...account, listings }], []]) {
      expect(lineOf('flow-log flowlog-1', { accounts })).toBe(
        'skip: cn-hangzhou could not be listed → see its account and DescribeFlowlogs first',
      );
      expect(lineOf('limits maxFlowLogs', { accounts })).toBe('ok: at least 1 of 500');
    }
  });
});

describe('a selector', () => {
  const select = (tags: object) => ({ select: { regionId: 'cn-hangzhou', tags }, schedule: 'office-hours' });
  const dev = (flowLogId: string, more = {}) => flowLog({ flowLogId, tags: { env: 'dev' }, ...more });
  const config = seenConfig({ flowLogs: [entry, select({ env: 'dev' })] });

  test('what it selects is counted, and only what is doubtful has a line of its own', () => {
    const accounts = [own(flowLog(), dev('flowlog-2'), dev('flowlog-3', { status: 'Creating' }))];
    const seen = { accounts, config };
    expect(lineOf('selector flowLogs[1]', seen)).toBe(
      'ok: selects 2 flow logs of cn-hangzhou for office-hours',
    );
    expect(lineOf('flow-log flowlog-2', seen)).toBe('none');
    expect(lineOf('flow-log flowlog-3', seen)).toMatch(/^warn: /);
    expect(lineOf('limits maxFlowLogs', seen)).toBe('ok: 3 of 500');
  });

  test('one that selects nothing', () => {
    expect(lineOf('selector flowLogs[1]', { config })).toContain('warn: selects 0 flow logs of cn-hangzhou');
  });

  test('one of a place that could not be listed', () => {
    expect(lineOf('selector flowLogs[1]', { config, accounts: [] })).toMatch(/^skip: /);
  });

  test.each([
    [4, 'warn: 4 of 4 → raise it before it is reached'],
    [3, 'fail: 4 of 3 → narrow the selectors or raise the limit'],
    [5, 'ok: 4 of 5'],
  ])('a limit of %i', (maxFlowLogs, expected) => {
    const limited = seenConfig({
      schedules: { 'office-hours': OFFICE_HOURS },
      flowLogs: [entry, select({ env: 'dev' })],
      limits: { maxFlowLogs },
    });
    const accounts = [own(flowLog(), dev('flowlog-2'), dev('flowlog-3'), dev('flowlog-4'))];
    expect(lineOf('limits maxFlowLogs', { config: limited, accounts })).toContain(expected);
  });
});

test('without a config there is nothing to look for', () => {
  const config = { file: 'f', config: null, issues: [], warnings: [] };
  expect(checkFlowLogs(observations({ config }))).toEqual([]);
});
