import { describe, expect, it } from 'vitest';
import { formatIssue } from '../../lib/config/issues.ts';
import { lint } from '../../lib/config/lint.ts';
import { parseConfig } from '../../lib/config/parse.ts';
import {
  configFile,
  configOf,
  OFFICE_HOURS,
  withException,
  withSchedule,
  withWindow,
} from '../support/config.ts';

/** A Monday. */
const NOW = Date.parse('2026-11-23T00:00:00Z');

/** Every warning of a file as `path: message`; fails the test when it does not validate. */
function warningsOf(file: unknown): readonly string[] {
  const parsed = parseConfig(JSON.stringify(file), NOW);
  if (!parsed.ok) expect.fail(parsed.issues.map(formatIssue).join('\n'));
  return parsed.warnings.map((issue) => formatIssue({ ...issue, line: null }));
}

const flowLog = (flowLogId: string) => ({ flowLogId, regionId: 'cn-hangzhou', schedule: 'office-hours' });
const window = { days: 'daily', from: '08:00', to: '20:00' };

describe('a config that means what it says', () => {
  it.each([
    ['office hours', configFile()],
    ['a window over midnight', withWindow({ days: ['Fri'], from: '22:00', to: '06:00' })],
    ['whole days', withWindow({ days: 'daily', from: '00:00', to: '24:00' })],
    ['ten minutes of every hour', withWindow({ cron: '0 * * * *', duration: '10m' })],
    [
      'windows that touch',
      withSchedule({ windows: [window, { days: 'daily', from: '20:00', to: '22:00' }] }),
    ],
    ['an exception to come', withException({ from: '2026-12-28', to: '2026-12-31', status: 'Active' })],
    ['an exception of today', withException({ from: '2026-11-01', to: '2026-11-23', status: 'Active' })],
  ])('has no warnings: %s', (_, file) => {
    expect(warningsOf(file)).toEqual([]);
  });

  it('is on a schedule by what it selects, too', () => {
    const select = { select: { regionId: 'cn-beijing' }, schedule: 'office-hours' };
    expect(warningsOf(configFile({ flowLogs: [select] }))).toEqual([]);
  });
});

describe('a warning is given of', () => {
  it('a schedule that no flow log is on', () => {
    expect(
      warningsOf(configFile({ schedules: { 'office-hours': OFFICE_HOURS, spare: OFFICE_HOURS } })),
    ).toEqual(['schedules.spare: no flow log is on this schedule']);
  });

  it('a window that is shorter than the capture interval of a flow log', () => {
    expect(warningsOf(withWindow({ days: 'daily', from: '23:55', to: '00:04' }))).toEqual([
      expect.stringMatching(
        /^schedules\.s\.windows\[0\]: is 9m long, shorter than a flow log's capture interval/,
      ),
    ]);
  });

  it('a window that the timer may never see open', () => {
    expect(warningsOf(withWindow({ cron: '0 * * * *', duration: '4m' }))[0]).toMatch(
      /^schedules\.s\.windows\[0\]: is 4m long, shorter than the timer's period \(5m\)/,
    );
  });

  it('a window by the period that the timer really has', () => {
    const config = configOf(withWindow({ cron: '0 * * * *', duration: '10m' }));
    expect(lint(config, NOW, 15 * 60_000)).toMatchObject([
      { keys: ['schedules', 's', 'windows', 0], message: expect.stringContaining("timer's period (15m)") },
    ]);
    expect(lint(config, NOW, 10 * 60_000)).toEqual([]);
  });

  it('a window that is shorter than any capture interval', () => {
    expect(warningsOf(withWindow({ cron: '0 * * * *', duration: '59s' }))[1]).toContain(
      'is 59s long, shorter than either capture interval of a flow log (600 s or 60 s)',
    );
  });

  it('windows that overlap, with when they do next', () => {
    const evening = { days: ['Wed'], from: '18:00', to: '22:00' };
    expect(warningsOf(withSchedule({ windows: [window, evening] }))).toEqual([
      expect.stringMatching(
        /^schedules\.s\.windows\[1\]: overlaps windows\[0\] \(.*\), next on Wed 2026-11-25 18:00-20:00 Asia\/Shanghai$/,
      ),
    ]);
  });

  it('an exception that has ended', () => {
    expect(warningsOf(withException({ from: '2026-11-01', to: '2026-11-22', status: 'Active' }))).toEqual([
      'schedules.s.exceptions[0]: has ended (2026-11-23T00:00 Asia/Shanghai) and decides nothing any more; it can be removed',
    ]);
  });

  it('an ID that is not of a CEN flow log, at its place in the file', () => {
    const select = { select: { regionId: 'cn-beijing' }, schedule: 'office-hours' };
    const flowLogs = [select, flowLog('fl-m5e1'), flowLog('m5e2')];
    expect(warningsOf(configFile({ flowLogs }))).toEqual([
      expect.stringMatching(/^flowLogs\[1\]\.flowLogId: fl-m5e1 is the ID of a VPC flow log/),
      expect.stringMatching(/^flowLogs\[2\]\.flowLogId: m5e2 does not begin with flowlog-/),
    ]);
  });

  it('a flow log that is listed twice', () => {
    expect(warningsOf(configFile({ flowLogs: [flowLog('flowlog-1'), flowLog('flowlog-1')] }))).toEqual([
      expect.stringMatching(/^flowLogs\[1\]: flowlog-1 is listed at flowLogs\[0\] too/),
    ]);
  });
});
