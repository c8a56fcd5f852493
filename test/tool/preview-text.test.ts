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
      'Week 10, 2026 00    03    06    09    12    15    18    21    24  55 h, 67.1 % not captured',
      '  Mon  2 Mar  ████████████································████  8 h',
      '  Tue  3 Mar  ████████████································████  8 h',
      '  Wed  4 Mar  ████████████································████  8 h',
      '  Thu  5 Mar  ████████████································████  8 h',
      '  Fri  6 Mar  ████████████································████  8 h',
      '  Sat  7 Mar  ████████████································████  8 h',
      '  Sun  8 Mar  ████//██████································████  7 h  clock +1 h 02:00',
    ]);
    expect(lines).toContain('█ Active   · Inactive   / skipped by the clock');
    expect(lines).toContain('  Each flow log would have been Active 55 h of 167 h, 67.1 % not captured');
  });

  it('the week in which New York has an hour twice', async () => {
    const lines = await picture(['--schedule', 'nights', ...range('2026-10-26', '2026-11-02')]);
    expect(week(lines).at(0)).toContain('57 h, 66.3 % not captured');
    expect(week(lines).at(-1)).toBe(
      '  Sun  1 Nov  ████████████································████  9 h  clock -1 h 02:00',
    );
  });

  it('the week of National Day in China, with holidays and the workday that makes up for one', async () => {
    const days = range('2026-10-05T00:00+08:00', '2026-10-12T00:00+08:00');
    expect(week(await picture(['--schedule', 'china-workdays', ...days]))).toEqual([
      'Week 41, 2026 00    03    06    09    12    15    18    21    24  36 h, 78.6 % not captured',
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
      'Week 40, 2026 00    03    06    09    12    15    18    21    24  52 h 45 min, 68.6 % not captured',
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
      'Week 40, 2026 00    03    06    09    12    15    18    21    24  4 h, 83.3 % not captured',
      '  Sat  3 Oct  ▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·▒·  4 h',
    ]);
    expect(lines).toContain('█ Active   ▒ Active for a part of it   · Inactive');
  });

  it('days of which only a part is shown, without the rest', async () => {
    const hours = range('2026-10-01T18:00', '2026-10-02T03:30');
    expect(week(await picture(['--schedule', 'nights', ...hours]))).toEqual([
      'Week 40, 2026 00    03    06    09    12    15    18    21    24  5 h 30 min, 42.1 % not captured',
      '  Thu  1 Oct                                      ········████         2 h',
      '  Fri  2 Oct  ███████                                           3 h 30 min',
    ]);
  });

  it('80 columns has a character for each hour', async () => {
    const lines = await picture(['--schedule', 'sampling', ...range('2026-03-08', '2026-03-09')], 80);
    expect(week(lines)).toEqual([
      'Week 10, 2026 00 03 06 09 12 15 18 21 24  3 h 50 min, 83.3 % not captured',
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

  it('adds up how long all flow logs are Active', async () => {
    const lines = await picture(range('2026-09-28', '2026-09-29'));
    // 8 h, twice 12 h 15 min, 12 h and 4 h of five days.
    expect(lines.slice(-2)).toEqual([
      '5 flow logs in all would have been Active 48 h 30 min of 120 h, 59.6 % not captured',
      '',
    ]);
  });

  const NOTE =
    "What is past is shown by today's config; `npx flow-logs report` says what was really captured.";

  it('speaks of the future in the future tense', async () => {
    const lines = await picture(range('2026-10-01', '2026-10-02'));
    expect(lines[0]).toMatch(/^When flow logs will capture, /);
    expect(lines).toContain('  Each flow log will be Active 8 h of 24 h, 66.7 % not captured');
    expect(lines.at(-2)).toMatch(/^5 flow logs in all will be Active /);
    expect(lines).not.toContain(NOTE);
  });

  it("says of the past that it goes by today's config, and where to find what really happened", async () => {
    const lines = await picture(range('2026-08-03', '2026-08-04'));
    expect(lines[0]).toMatch(/^When flow logs would have captured by today's config, /);
    expect(lines).toContain('  Each flow log would have been Active 8 h of 24 h, 66.7 % not captured');
    expect(lines).toContain(NOTE);
    // A week that has begun is both.
    const week = await picture(range('2026-09-28', '2026-10-05'));
    expect(week[0]).toMatch(/^When flow logs will capture, /);
    expect(week).toContain(NOTE);
  });

  it('says when no flow log is on what it shows', async () => {
    const lines = await picture(['--schedule', 'nothing', ...range('2026-09-28', '2026-09-29')]);
    expect(lines.slice(-4)).toEqual([
      '  Each flow log would have been Active 0 h of 24 h, 100 % not captured',
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
      'When flow logs will capture, Mon 2026-09-28 00:00 -04:00 to Mon 2026-10-26 00:00 -04:00',
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
