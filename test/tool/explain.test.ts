import { beforeEach, describe, expect, it, vi } from 'vitest';
import { commandLine } from '../support/command-line.ts';
import { configOnDisk } from '../support/config-on-disk.ts';

const CONFIG = configOnDisk(`
timezone: Asia/Shanghai
recordTo: stdout
calendars: { plant: { workdays: [2026-10-12] } }
schedules:
  nights:
    timezone: America/New_York
    lead: 15m
    windows:
      - { days: [Fri], from: "22:00", to: "06:00" }
  china-workdays:
    calendar: china
    windows:
      - { days: workdays, from: "08:00", to: "20:00" }
    exceptions:
      - { from: 2026-12-28, to: 2026-12-30, status: Active, reason: quarter close }
      - { from: 2026-12-31T12:00, to: 2026-12-31T18:00, status: Inactive }
  holidays:
    calendar: china
    windows:
      - { days: holidays, from: "08:00", to: "20:00" }
  china-nights: { calendar: china, windows: [{ days: workdays, from: "22:00", to: "06:00" }] }
  china-weekdays: { calendar: china, windows: [{ days: weekdays, from: "08:00", to: "20:00" }] }
  plant: { calendar: plant, windows: [{ days: workdays, from: "08:00", to: "20:00" }] }
  sampling:
    windows: [{ cron: "0 * * * *", duration: 90s }]
  never: { windows: [] }
  weekend: { windows: [{ days: workdays, from: "08:00", to: "20:00" }] }
flowLogs:
  - { flowLogId: flowlog-m5eexample1, regionId: cn-hangzhou, schedule: nights, cenId: cen-1 }
  - { flowLogId: flowlog-m5eexample2, regionId: cn-hangzhou, schedule: china-workdays }
  - { flowLogId: flowlog-holidays, regionId: cn-hangzhou, schedule: holidays }
  - { flowLogId: flowlog-sampling, regionId: cn-hangzhou, schedule: sampling }
  - { flowLogId: flowlog-never, regionId: cn-hangzhou, schedule: never }
  - { flowLogId: flowlog-weekend, regionId: cn-hangzhou, schedule: weekend }
  - { flowLogId: flowlog-twice, regionId: cn-hangzhou, schedule: never }
  - { flowLogId: flowlog-twice, regionId: cn-hangzhou, schedule: weekend }
  - { flowLogId: flowlog-nights, regionId: cn-hangzhou, schedule: china-nights }
  - { flowLogId: flowlog-weekdays, regionId: cn-hangzhou, schedule: china-weekdays }
  - { flowLogId: flowlog-plant, regionId: cn-hangzhou, schedule: plant }
`);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-10-10T02:00:00Z') });
  return () => vi.useRealTimers();
});

const explain = (id: string, ...more: readonly string[]) =>
  commandLine(['explain', '--config', CONFIG, '--flow-log', id, ...more]);

async function sentences(id: string, at: string): Promise<readonly string[]> {
  const { status, out, err } = await explain(id, '--at', at);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return out.trimEnd().split('\n');
}

describe('the explanation of', () => {
  it('a window that is open, in its own zone and in UTC', async () => {
    expect(await sentences('flowlog-m5eexample1', '2026-11-28T12:00')).toEqual([
      'flowlog-m5eexample1 should be Active at Fri 2026-11-27 23:00 -05:00 America/New_York ' +
        '(Sat 2026-11-28 04:00 UTC): window Fri 22:00-06:00 of schedule "nights" is open, from Fri 22:00 to Sat 06:00.',
      'It should become Inactive at Sat 2026-11-28 06:00 -05:00 America/New_York (11:00 UTC), in 7 h, ' +
        'when window Fri 22:00-06:00 closes.',
      'Decided by schedules.nights.windows[0] for flowLogs[0].',
    ]);
  });

  it('lead time', async () => {
    const [now, next] = await sentences('flowlog-m5eexample1', '2026-11-27T21:50-05:00');
    expect(now).toContain(
      ': window Fri 22:00-06:00 of schedule "nights" opens at Fri 22:00, and the schedule asks for Active 15m ahead.',
    );
    expect(next).toContain('in 8 h 10 min, when window Fri 22:00-06:00 closes.');
  });

  it('what comes before lead time', async () => {
    const [now, next] = await sentences('flowlog-m5eexample1', '2026-11-27T21:00-05:00');
    expect(now).toContain('should be Inactive');
    expect(now).toContain(': no window of schedule "nights" is open.');
    expect(next).toContain('at Fri 2026-11-27 21:45 -05:00');
    expect(next).toContain('in 45 min, when 15m are left until window Fri 22:00-06:00 opens.');
  });

  it('a make-up workday, and now when nothing else is asked for', async () => {
    const { out } = await explain('flowlog-m5eexample2');
    expect(out.split('\n')[0]).toBe(
      'flowlog-m5eexample2 should be Active at Sat 2026-10-10 10:00 +08:00 Asia/Shanghai (02:00 UTC): ' +
        'window workdays 08:00-20:00 of schedule "china-workdays" is open, from Sat 08:00 to Sat 20:00; ' +
        'Sat 2026-10-10 is a make-up workday (National Day) in calendar "china".',
    );
  });

  it('a holiday, and the make-up workday that ends it', async () => {
    const [now, next] = await sentences('flowlog-m5eexample2', '2026-10-01T10:00');
    expect(now).toContain(
      ': Thu 2026-10-01 is a holiday (National Day) in calendar "china", and no window of schedule "china-workdays" is open.',
    );
    expect(next).toContain('at Thu 2026-10-08 08:00 +08:00 Asia/Shanghai (00:00 UTC), in 166 h, when window');
    const [, weekend] = await sentences('flowlog-m5eexample2', '2026-10-09T21:00');
    expect(weekend).toContain(
      'opens; Sat 2026-10-10 is a make-up workday (National Day) in calendar "china".',
    );
  });

  it('a make-up workday that a window for weekdays leaves out', async () => {
    const [now, next] = await sentences('flowlog-weekdays', '2026-10-10T10:00');
    expect(now).toContain(
      ': Sat 2026-10-10 is a make-up workday (National Day) in calendar "china", which weekdays leaves out, ' +
        'and no window of schedule "china-weekdays" is open.',
    );
    expect(next).toContain(
      'at Mon 2026-10-12 08:00 +08:00 Asia/Shanghai (00:00 UTC), in 46 h, when window weekdays',
    );
  });

  it('a window for holidays', async () => {
    const [now] = await sentences('flowlog-holidays', '2026-10-01T10:00');
    expect(now).toContain('is open, from Thu 08:00 to Thu 20:00; Thu 2026-10-01 is a holiday (National Day)');
  });

  it('a rest day without a calendar', async () => {
    const [now] = await sentences('flowlog-weekend', '2026-10-10T10:00');
    expect(now).toContain(': Sat 2026-10-10 is a rest day, and no window of schedule "weekend" is open.');
  });

  it('an exception, and what follows it', async () => {
    const [now, next, where] = await sentences('flowlog-m5eexample2', '2026-12-28T10:00');
    expect(now).toContain(
      ': the exception "quarter close" (Active from 2026-12-28T00:00 to 2026-12-31T00:00 Asia/Shanghai) ' +
        'of schedule "china-workdays" wins over its windows.',
    );
    expect(next).toContain('It should become Inactive at Thu 2026-12-31 00:00');
    expect(next).toContain('when no window is open any more.');
    expect(where).toBe('Decided by schedules.china-workdays.exceptions[0] for flowLogs[1].');
  });

  it('an exception to come, and the window that is open after it', async () => {
    const [, before] = await sentences('flowlog-m5eexample2', '2026-12-31T10:00');
    expect(before).toContain(
      'when the exception (Inactive from 2026-12-31T12:00 to 2026-12-31T18:00 Asia/Shanghai) begins to decide.',
    );
    const [, after] = await sentences('flowlog-m5eexample2', '2026-12-31T13:00');
    expect(after).toContain(
      'when window workdays 08:00-20:00 is open and no exception is in its way any more.',
    );
  });

  it('a window that closes on a holiday', async () => {
    const [, next] = await sentences('flowlog-nights', '2026-10-01T05:00');
    expect(next).toContain(
      'when window workdays 22:00-06:00 closes; Thu 2026-10-01 is a holiday (National Day) in calendar "china".',
    );
  });

  it('a workday that an own calendar names', async () => {
    const [now] = await sentences('flowlog-plant', '2026-10-12T10:00');
    expect(now).toContain('; Mon 2026-10-12 is a workday (plant calendar) in calendar "plant".');
  });

  it('seconds, where there are any', async () => {
    const [now, next] = await sentences('flowlog-sampling', '2026-10-01T10:01:15');
    expect(now).toContain('at Thu 2026-10-01 10:01:15 +08:00 Asia/Shanghai (02:01:15 UTC)');
    expect(now).toContain('from Thu 10:00 to Thu 10:01:30');
    expect(next).toContain('in 15 s, when window cron "0 * * * *" for 1m30s closes.');
  });

  it('a schedule that never changes', async () => {
    const [, next] = await sentences('flowlog-never', '2026-10-01T10:00');
    expect(next).toBe('No change follows within three years.');
  });

  it('a year that the calendar does not know, with a warning', async () => {
    const lines = await sentences('flowlog-m5eexample2', '2031-01-01');
    expect(lines.at(-1)).toBe(
      'warning: calendar "china" does not know 2031: workdays fall back to Monday to Friday',
    );
  });
});

describe('as JSON it', () => {
  it('has the decision, what decides, and what comes next', async () => {
    const { out } = await explain('flowlog-m5eexample1', '--at', '2026-11-27T23:00-05:00', '--json');
    const answer = JSON.parse(out);
    expect(answer).toMatchObject({
      flowLogId: 'flowlog-m5eexample1',
      at: '2026-11-28T04:00:00.000Z',
      atLocal: '2026-11-27T23:00:00.000-05:00',
      conflict: null,
      entry: 'flowLogs[0]',
      regionId: 'cn-hangzhou',
      cenId: 'cen-1',
      account: null,
      schedule: 'nights',
      timezone: 'America/New_York',
      desired: 'Active',
      decidedBy: {
        path: 'schedules.nights.windows[0]',
        kind: 'window',
        window: 'window Fri 22:00-06:00',
        opens: '2026-11-28T03:00:00.000Z',
        closes: '2026-11-28T11:00:00.000Z',
        lead: false,
        day: null,
      },
      next: { at: '2026-11-28T11:00:00.000Z', status: 'Inactive', decidedBy: { kind: 'outside' } },
      warnings: [],
    });
    expect(answer.explanation).toMatch(/^flowlog-m5eexample1 should be Active/);
    expect(answer.next.explanation).toMatch(/^It should become Inactive/);
  });

  it('has the exception or the day that decides', async () => {
    const decided = async (at: string) =>
      JSON.parse((await explain('flowlog-m5eexample2', '--at', at, '--json')).out).decidedBy;
    expect(await decided('2026-12-28')).toEqual({
      path: 'schedules.china-workdays.exceptions[0]',
      kind: 'exception',
      from: '2026-12-28T00:00',
      to: '2026-12-31T00:00',
      status: 'Active',
      reason: 'quarter close',
    });
    expect(await decided('2026-10-01')).toMatchObject({
      path: 'schedules.china-workdays',
      kind: 'rest-day',
      day: { date: '2026-10-01', label: 'National Day' },
    });
  });

  it('has no next change where there is none', async () => {
    expect(JSON.parse((await explain('flowlog-never', '--json')).out).next).toBeNull();
  });
});

describe('a flow log that is listed twice', () => {
  it('is said to be, with what each entry would want, and status 1', async () => {
    const { status, out, err } = await explain('flowlog-twice');
    expect({ status, err }).toEqual({ status: 1, err: '' });
    expect(out).toMatch(
      /^flowlog-twice is listed 2 times .*; keep one entry\. What each entry would want by itself:\n/,
    );
    expect(out).toContain('Decided by schedules.never for flowLogs[6].');
    expect(out).toContain('Decided by schedules.weekend for flowLogs[7].');
  });

  it('has its entries in JSON', async () => {
    const { status, out } = await explain('flowlog-twice', '--json');
    expect(status).toBe(1);
    const { conflict, entries, desired } = JSON.parse(out);
    expect(conflict).toContain('is listed 2 times');
    expect(desired).toBeUndefined();
    expect(entries.map((each: { entry: string }) => each.entry)).toEqual(['flowLogs[6]', 'flowLogs[7]']);
  });
});

describe('a command line that asks for nothing there is', () => {
  it('is answered with the flow log that may be meant, and status 1', async () => {
    const { status, out, err } = await explain('flowlog-m5eexampel1');
    expect({ status, out }).toEqual({ status: 1, out: '' });
    expect(err).toBe(
      `${CONFIG} lists no flow log "flowlog-m5eexampel1"; did you mean "flowlog-m5eexample1"?\n`,
    );
  });

  it('is told that a selector may pick it', async () => {
    const config = configOnDisk(`
timezone: UTC
recordTo: stdout
schedules: { never: { windows: [] } }
flowLogs: [{ select: { regionId: cn-hangzhou }, schedule: never }]
`);
    const { status, err } = await commandLine(['explain', '--config', config, '--flow-log', 'flowlog-1']);
    expect(status).toBe(1);
    expect(err).toBe(
      `${config} lists no flow log "flowlog-1" (only the cloud knows what a select entry picks: add --live)\n`,
    );
  });

  it.each([
    [[], "required option '--flow-log <id>' not specified"],
    [['--flow-log', 'flowlog-never', '--at', 'noon'], 'Expected an ISO date or time'],
    [['--flow-log', 'flowlog-never', '--at', '0001-01-01'], 'Expected a time from 1970'],
  ])('is refused with status 2: %j', async (args, message) => {
    const { status, err } = await commandLine(['explain', '--config', CONFIG, ...args]);
    expect(status).toBe(2);
    expect(err).toContain(message);
  });
});

it('names the dates of a window that is longer than a week', async () => {
  const config = configOnDisk(`
timezone: UTC
recordTo: stdout
schedules: { long: { windows: [{ cron: "0 0 1 1 *", duration: 30d }] } }
flowLogs: [{ flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: long }]
`);
  const asked = ['explain', '--config', config, '--flow-log', 'flowlog-1', '--at', '2026-01-20'];
  const { out } = await commandLine(asked);
  expect(out).toContain('is open, from Thu 2026-01-01 00:00 to Sat 2026-01-31 00:00');
});
