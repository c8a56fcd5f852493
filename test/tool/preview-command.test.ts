import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PreviewJson } from '../../lib/tool/preview/json.ts';
import { commandLine } from '../support/command-line.ts';
import { configOnDisk } from '../support/config-on-disk.ts';

const YAML = `
timezone: America/New_York
recordTo: stdout
pricing: { currency: USD, pricePerGB: 0.5 }
calendars:
  plant: { extends: china, holidays: [2026-10-27], workdays: [2026-10-28, 2026-10-31] }
schedules:
  nights:
    windows:
      - { days: daily, from: "22:00", to: "06:00" }
  plant:
    calendar: plant
    windows:
      - { days: workdays, from: "08:00", to: "20:00" }
  never: { windows: [] }
flowLogs:
  - { flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: nights }
  - { flowLogId: flowlog-2, regionId: cn-hangzhou, schedule: nights }
  - { flowLogId: flowlog-3, regionId: cn-hangzhou, schedule: plant }
  - { flowLogId: flowlog-4, regionId: cn-hangzhou, schedule: plant }
  - { flowLogId: flowlog-4, regionId: cn-hangzhou, schedule: nights }
`;
const CONFIG = configOnDisk(YAML);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-10-28T16:05:00Z') });
  return () => vi.useRealTimers();
});

const run = (...args: readonly string[]) => commandLine(['preview', '--config', CONFIG, ...args]);
const RANGE = ['--from', '2026-10-26', '--to', '2026-11-02'] as const;

async function json(...args: readonly string[]): Promise<PreviewJson> {
  const { status, out, err } = await run('--json', ...args);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return JSON.parse(out) as PreviewJson;
}

describe('the preview as JSON', () => {
  it('has the exact intervals of each schedule, contiguous over the range', async () => {
    const { from, to, schedules } = await json(...RANGE);
    expect({ from, to }).toEqual({ from: '2026-10-26T04:00:00.000Z', to: '2026-11-02T05:00:00.000Z' });
    const { nights, never } = schedules;
    expect(nights?.intervals.slice(0, 2)).toEqual([
      {
        from,
        to: '2026-10-26T10:00:00.000Z',
        status: 'Active',
        reason: 'window daily 22:00-06:00 (America/New_York)',
      },
      {
        from: '2026-10-26T10:00:00.000Z',
        to: '2026-10-27T02:00:00.000Z',
        status: 'Inactive',
        reason: 'outside every window',
      },
    ]);
    expect(nights?.intervals.at(-1)?.to).toBe(to);
    expect(never?.intervals).toEqual([{ from, to, status: 'Inactive', reason: 'outside every window' }]);
  });

  it('adds up how long one flow log is Active, and all of them, without those in conflict', async () => {
    const { schedules, flowLogs } = await json(...RANGE);
    // Seven nights of 8 h, one of them an hour longer.
    const nights = { activeSeconds: 57 * 3600, totalSeconds: 169 * 3600 };
    expect(schedules.nights).toMatchObject({ ...nights, flowLogs: 2 });
    // Mon, Wed to Fri, and Sat: 60 h.
    expect(schedules.plant).toMatchObject({ activeSeconds: 60 * 3600, flowLogs: 1 });
    expect(flowLogs).toEqual({
      count: 3,
      activeSeconds: (2 * 57 + 60) * 3600,
      totalSeconds: 3 * 169 * 3600,
    });
  });

  it('has the totals that the picture has', async () => {
    const { schedules } = await json(...RANGE);
    const { out } = await run(...RANGE);
    const totals = [...out.matchAll(/Each flow log will be Active (\d+) h of (\d+) h,/g)].map((match) =>
      match.slice(1).map(Number),
    );
    const hours = Object.values(schedules).map((each) => [
      each.activeSeconds / 3600,
      each.totalSeconds / 3600,
    ]);
    expect(totals).toEqual(hours);
  });

  it('has the warnings', async () => {
    const { warnings } = await json('--from', '2027-01-01', '--to', '2027-01-02');
    expect(warnings).toEqual([
      'schedules.never: no flow log is on this schedule (line 15)',
      'flowLogs[4]: flowlog-4 is listed at flowLogs[3] too: every run leaves it as it is and fails for it; remove one of the two (line 21)',
      'schedules.plant.calendar: calendar "plant" does not know 2027: workdays fall back to Monday to Friday',
    ]);
  });

  it('notes that it cannot know the past', async () => {
    const note =
      "What is past is shown by today's config; `npx flow-logs report` says what was really captured.";
    expect((await json(...RANGE)).notes).toEqual([note]);
    expect((await json('--from', '2026-10-28T12:05')).notes).toEqual([]);
  });

  it('forecasts no money', async () => {
    for (const format of ['text', 'json', 'html']) {
      expect((await run('--format', format, ...RANGE)).out).not.toMatch(/USD|price|saved|amount/i);
    }
  });

  it('is the same with --json and --format json', async () => {
    expect((await run('--format', 'json', '--json', ...RANGE)).out).toBe((await run('--json', ...RANGE)).out);
  });
});

describe('--schedule', () => {
  it('shows one schedule only, and counts only its flow logs', async () => {
    const { schedules, flowLogs, warnings } = await json(
      '--schedule',
      'nights',
      '--from',
      '2027-01-01',
      '--to',
      '2027-01-02',
    );
    expect(Object.keys(schedules)).toEqual(['nights']);
    expect(flowLogs.count).toBe(2);
    expect(warnings.join()).not.toContain('calendar');
  });

  it.each([
    ['nihgts', 'no schedule named "nihgts"; did you mean "nights"?\n'],
    ['office-hours', 'no schedule named "office-hours"; known: nights, plant, never\n'],
  ])('is refused when there is none named %s', async (name, err) => {
    expect(await run('--schedule', name)).toEqual({ status: 1, out: '', err });
  });
});

describe('days of an own calendar', () => {
  it('are labelled with its name', async () => {
    const { out } = await run('--schedule', 'plant', ...RANGE);
    expect(out).toMatch(/Tue 27 Oct .* 0 h {2}holiday: plant calendar/);
    expect(out).toMatch(/Wed 28 Oct .* 12 h {2}today, now 12:05\n {70}workday: plant calendar/);
    expect(out).toMatch(/Sat 31 Oct .* 12 h {2}make-up workday: plant calendar/);
  });

  it('are labelled for a window for weekdays too, which leaves make-up workdays out', async () => {
    const config = configOnDisk(YAML.replace('days: workdays', 'days: weekdays'));
    const { out } = await commandLine(['preview', '--config', config, '--schedule', 'plant', ...RANGE]);
    expect(out).toMatch(/Tue 27 Oct .* 0 h {2}holiday: plant calendar/);
    expect(out).toMatch(/Sat 31 Oct .* 0 h {2}make-up workday, not a weekday: plant\s+calendar/);
  });
});

describe('a command line that cannot be understood', () => {
  it.each([
    [['--from', '2026-11-02', '--to', '2026-11-01'], 'error: --to must be later than --from\n'],
    [['--from', '2026-11-02', '--to', '2026-11-02'], 'error: --to must be later than --from\n'],
    [['--from', '1969-01-01'], 'Expected a time from 1970-01-02 to 2999-01-01.'],
    [['--to', '9995-01-01'], 'Expected a time from 1970-01-02 to 2999-01-01.'],
    [
      ['--from', '2026-11-02', '--to', '2036-11-02T00:01'],
      'error: --from and --to must lie 10 years apart at most\n',
    ],
    [
      ['--json', '--format', 'svg'],
      'error: --json and --format svg contradict each other; give one of them\n',
    ],
    [
      ['--format', 'pdf'],
      "error: option '--format <format>' argument 'pdf' is invalid. Allowed choices are text, json, svg, html.",
    ],
    [['--from', 'monday'], 'Expected an ISO date or time such as 2026-11-23'],
    [['--from', '2026-11-23T08:00[Mars/Base]'], 'Expected an ISO date or time such as 2026-11-23'],
  ])('is told, with status 2: %j', async (args, message) => {
    const { status, out, err } = await run(...args);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toContain(message);
  });
});

describe('a config that cannot be used', () => {
  it('is told with every issue, and status 1', async () => {
    const config = configOnDisk(
      YAML.replace('America/New_York', 'Mars/Base').replace('schedule: plant', 'schedule: palnt'),
    );
    const { status, out, err } = await commandLine(['preview', '--config', config]);
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toContain(
      'timezone: expected an IANA time zone such as Asia/Shanghai, got "Mars/Base" (line 2)',
    );
    expect(err).toContain('no schedule named "palnt"; did you mean "plant"?');
  });

  it('is told when there is none', async () => {
    const { status, err } = await commandLine(['preview', '--config', '/no/such.yaml']);
    expect(status).toBe(1);
    expect(err).toContain('/no/such.yaml cannot be read (ENOENT)');
  });
});
