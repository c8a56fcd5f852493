import { beforeEach, describe, expect, it, vi } from 'vitest';
import { commandLine } from '../support/command-line.ts';
import { configOnDisk } from '../support/config-on-disk.ts';

const CONFIG = configOnDisk(`
timezone: America/New_York
recordTo: stdout
schedules:
  nights:
    windows:
      - { days: daily, from: "22:00", to: "06:00" }
  china-workdays:
    timezone: Asia/Shanghai
    calendar: china
    windows:
      - { days: workdays, from: "08:00", to: "20:00" }
  quarter-end:
    lead: 15m
    windows:
      - { days: [Mon, Tue, Wed, Thu, Fri], from: "08:00", to: "20:00" }
    exceptions:
      - { from: 2026-09-30, to: 2026-09-30, status: Active, reason: quarter close }
      - { from: 2026-10-01T12:00, to: 2026-10-03T08:00, status: Inactive }
  sampling:
    windows:
      - { cron: "0 * * * *", duration: 10m }
  nothing:
    windows: []
flowLogs:
  - { flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: nights }
  - { flowLogId: flowlog-2, regionId: cn-hangzhou, schedule: quarter-end }
  - { flowLogId: flowlog-3, regionId: cn-hangzhou, schedule: quarter-end }
  - { flowLogId: flowlog-4, regionId: cn-hangzhou, schedule: china-workdays }
  - { flowLogId: flowlog-5, regionId: cn-hangzhou, schedule: sampling }
  - { select: { regionId: cn-beijing, all: true }, schedule: quarter-end }
  - { select: { regionId: cn-shanghai, all: true }, schedule: nothing }
`);

const PRICED = configOnDisk(`
timezone: UTC
recordTo: stdout
pricing: { currency: CNY, pricePerGB: 0.4, gbPerActiveHour: 2.5, basis: assumed }
schedules:
  mornings: { windows: [{ days: daily, from: "00:00", to: "12:00" }] }
flowLogs:
  - { flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: mornings }
  - { flowLogId: flowlog-2, regionId: cn-hangzhou, schedule: mornings }
`);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-09-30T16:05:00Z') });
  return () => vi.useRealTimers();
});

async function picture(args: readonly string[], columns = 100) {
  const { status, out, err } = await commandLine(['preview', '--config', CONFIG, ...args], {}, { columns });
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return out.split('\n');
}

/** The lines of the only week, with its head. */
function week(lines: readonly string[]): readonly string[] {
  const start = lines.findIndex((line) => line.startsWith('Week'));
  return lines.slice(start, lines.indexOf('', start));
}

const range = (from: string, to: string) => ['--from', from, '--to', to];

describe('the picture of', () => {
  it('the week in which New York skips an hour', async () => {
    const lines = await picture(['--schedule', 'nights', ...range('2026-03-02', '2026-03-09')]);
    expect(week(lines)).toEqual([
      'Week 10, 2026 00    03    06    09    12    15    18    21    24  55 h of 167 h, 67.1 % saved',
      '  Mon  2 Mar  ████████████································████  8 h',
      '  Tue  3 Mar  ████████████································████  8 h',
      '  Wed  4 Mar  ████████████································████  8 h',
      '  Thu  5 Mar  ████████████································████  8 h',
      '  Fri  6 Mar  ████████████································████  8 h',
      '  Sat  7 Mar  ████████████································████  8 h',
      '  Sun  8 Mar  ████//██████································████  7 h  clock +1 h 02:00',
    ]);
    expect(lines).toContain('█ Active   · Inactive   / skipped by the clock');
    expect(lines).toContain('  Captured: 55 h of 167 h, 67.1 % saved against always-on');
  });

  it('the week in which New York has an hour twice', async () => {
    const lines = await picture(['--schedule', 'nights', ...range('2026-10-26', '2026-11-02')]);
    expect(week(lines).at(0)).toContain('57 h of 169 h, 66.3 % saved');
    expect(week(lines).at(-1)).toBe(
      '  Sun  1 Nov  ████████████································████  9 h  clock -1 h 02:00',
    );
  });

  it('the week of National Day in China, with holidays and the workday that makes up for one', async () => {
    const days = range('2026-10-05T00:00+08:00', '2026-10-12T00:00+08:00');
    expect(week(await picture(['--schedule', 'china-workdays', ...days]))).toEqual([
      'Week 41, 2026 00    03    06    09    12    15    18    21    24  36 h of 168 h, 78.6 % saved',
      '  Mon  5 Oct  ················································   0 h  holiday: National Day',
      '  Tue  6 Oct  ················································   0 h  holiday: National Day',
      '  Wed  7 Oct  ················································   0 h  holiday: National Day',
      '  Thu  8 Oct  ················████████████████████████········  12 h',
      '  Fri  9 Oct  ················████████████████████████········  12 h',
      '  Sat 10 Oct  ················████████████████████████········  12 h  make-up workday: National Day',
      '  Sun 11 Oct  ················································   0 h',
    ]);
  });

  it('a week with exceptions and lead time, today marked', async () => {
    expect(week(await picture(['--schedule', 'quarter-end', ...range('2026-09-28', '2026-10-05')]))).toEqual([
      'Week 40, 2026 00    03    06    09    12    15    18    21    24  52 h 45 min of 168 h, 68.6 % saved',
      '  Mon 28 Sep  ···············▒████████████████████████········  12 h 15 min',
      '  Tue 29 Sep  ···············▒████████████████████████········  12 h 15 min',
      '> Wed 30 Sep  ████████████████████████████████████████████████         24 h  today, now 12:05',
      '                                                                             exception: quarter',
      '                                                                             close',
      '  Thu  1 Oct  ···············▒████████························   4 h 15 min  exception: Inactive',
      '  Fri  2 Oct  ················································          0 h  exception: Inactive',
      '  Sat  3 Oct  ················································          0 h  exception: Inactive',
      '  Sun  4 Oct  ················································          0 h',
    ]);
  });

  it('ten minutes of each hour, told apart from whole ones', async () => {
    const lines = await picture(['--schedule', 'sampling', ...range('2026-10-03', '2026-10-04')]);
    expect(week(lines)).toEqual([
      'Week 40, 2026 00    03    06    09    12    15    18    21    24  4 h of 24 h, 83.3 % saved',
      '  Sat  3 Oct  ▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·  4 h',
    ]);
    expect(lines).toContain('█ Active   ▒ Active for a part of it   · Inactive');
  });

  it('days of which only a part is shown, without the rest', async () => {
    const hours = range('2026-10-01T18:00', '2026-10-02T03:30');
    expect(week(await picture(['--schedule', 'nights', ...hours]))).toEqual([
      'Week 40, 2026 00    03    06    09    12    15    18    21    24  5 h 30 min of 9 h 30 min, 42.1 % saved',
      '  Thu  1 Oct                                      ········████         2 h',
      '  Fri  2 Oct  ███████                                           3 h 30 min',
    ]);
  });

  it('80 columns has a character for each hour', async () => {
    const lines = await picture(['--schedule', 'sampling', ...range('2026-03-08', '2026-03-09')], 80);
    expect(week(lines)).toEqual([
      'Week 10, 2026 00 03 06 09 12 15 18 21 24  3 h 50 min of 23 h, 83.3 % saved',
      '  Sun  8 Mar  ▒▒/▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒  3 h 50 min  clock +1 h 02:00',
    ]);
    expect(lines).toContain("A character is an hour; days are those of each schedule's own zone.");
  });
});

describe('the page', () => {
  it('tells of each schedule what it is, and what it wants now and next', async () => {
    const lines = await picture(range('2026-09-28', '2026-10-05'));
    const start = lines.indexOf('quarter-end');
    expect(lines.slice(start, start + 4)).toEqual([
      'quarter-end',
      '  America/New_York, Active 15m ahead of each window, 2 flow logs, what `select` picks (not counted',
      '  here)',
      '  Active: Mon-Fri 08:00-20:00',
    ]);
    expect(lines).toContain(
      '  Now Active (exception: quarter close), then Inactive from Thu 2026-10-01 00:00 -04:00',
    );
    expect(lines).toContain('  Active: daily 22:00-06:00 (the next day)');
    expect(lines).toContain('  Asia/Shanghai, calendar china, 1 flow log');
    expect(lines).toContain('  America/New_York, what `select` picks (not counted here)');
    expect(lines).toContain('  Active: never, but for exceptions');
    expect(lines).toContain('  Now Inactive (outside every window), and does not change');
  });

  it.each([100, 80])('keeps within %i columns', async (columns) => {
    const lines = await picture(range('2026-09-21', '2026-11-09'), columns);
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
  });

  it('adds up what all flow logs capture, and names no money that nobody stated', async () => {
    const lines = await picture(range('2026-09-28', '2026-09-29'));
    // 8 h, twice 12 h 15 min, 12 h and 4 h of five days.
    expect(lines.slice(-2)).toEqual([
      '5 flow logs in all: 48 h 30 min of 120 h, 59.6 % saved against always-on',
      '',
    ]);
    expect(lines).toContain('  Saved by one flow log: 11 h 45 min; by all 2: 23 h 30 min');
    expect(lines.join('\n')).not.toMatch(/CNY|GB/);
  });

  it('tells with pricing what is saved, what that rests on, and what is still billed', async () => {
    const args = ['preview', '--config', PRICED, ...range('2026-09-28', '2026-10-08')];
    const { out } = await commandLine(args, {}, { columns: 100 });
    // 120 h at 1 CNY.
    expect(out.slice(out.indexOf('  Captured'))).toBe(
      [
        '  Captured: 120 h of 240 h, 50 % saved against always-on',
        '  Saved by one flow log: 120 h or 120.00 CNY; by all 2: 240 h or 240.00 CNY',
        '',
        '2 flow logs in all: 240 h of 480 h, 50 % saved against always-on',
        'Saved in all: 240.00 CNY',
        'That rests on: assumed 2.5 GB per active hour and flow log at 0.4 CNY/GB',
        'Still billed by SLS: writing, index and storage of what was captured, for as long as it is kept, and',
        "the Logstore's shards",
        '',
      ].join('\n'),
    );
  });

  it('says when no flow log is on what it shows', async () => {
    const lines = await picture(['--schedule', 'nothing', ...range('2026-09-28', '2026-09-29')]);
    expect(lines.slice(-4)).toEqual([
      '  Captured: 0 h of 24 h, 100 % saved against always-on',
      '',
      'No flow log is listed for these schedules',
      '',
    ]);
  });

  it('warns of years that a calendar does not know, and of what the config probably does not mean', async () => {
    const lines = await picture(range('2026-12-28', '2027-01-04'));
    expect(lines.filter((line) => line.startsWith('warning'))).toEqual([
      'warning: schedules.china-workdays.calendar: calendar "china" does not know 2027: workdays fall back',
    ]);
    vi.setSystemTime(Date.parse('2026-10-05T00:00:00Z'));
    const later = (await picture(range('2026-12-21', '2026-12-28'), 120)).join(' ');
    expect(later).toContain('warning: schedules.quarter-end.exceptions[0]: has ended');
  });

  it('shows four weeks from Monday of this week by default', async () => {
    const lines = await picture(['--schedule', 'nights']);
    expect(lines[0]).toBe(
      'When flow logs capture, Mon 2026-09-28 00:00 -04:00 to Mon 2026-10-26 00:00 -04:00',
    );
    expect(lines.filter((line) => line.startsWith('Week'))).toHaveLength(4);
  });
});

describe('colours', () => {
  const painted = (isTerminal: boolean, env: Readonly<Record<string, string>>) =>
    commandLine(['preview', '--config', CONFIG, ...range('2026-09-28', '2026-11-09')], env, { isTerminal });

  it('are there on a terminal', async () => {
    expect((await painted(true, {})).out).toContain('\u001b[32m█');
  });

  it('take nothing away: without them the text is the same', async () => {
    const [{ out: plain }, { out: coloured }] = [await painted(false, {}), await painted(true, {})];
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain);
  });

  it.each([
    ['output is no terminal', false, {}],
    ['NO_COLOR is set', true, { NO_COLOR: '1' }],
  ])('are not there when %s', async (_, isTerminal, env) => {
    expect((await painted(isTerminal, env)).out).not.toContain('\u001b');
  });
});
