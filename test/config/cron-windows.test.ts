import { describe, expect, it } from 'vitest';
import { decide } from '../../lib/schedule/decide.ts';
import { configFile, configOf, issuesOf, withSchedule, withWindow } from '../support/config.ts';

const repeated = (window: unknown, count: number) => Array.from({ length: count }, () => window);
const schedules = (count: number, windows: readonly unknown[]) =>
  configFile({
    schedules: Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, { windows }])),
    flowLogs: [{ flowLogId: 'flowlog-1', regionId: 'cn-hangzhou', schedule: 's0' }],
  });

const remedy = 'let fewer windows open less often, for longer, or use days, from and to';
const atOnce = (count: number) =>
  `schedules.s.windows[0].duration: opens again before it closes: up to ${count} openings at once, 100 at most; ` +
  'shorten the duration, or use days: daily, from: "00:00", to: "24:00"';
const inAll = (work: number) =>
  `schedules: have too many openings by cron for a run to look at: openings a day, times windows, and 250 for each window that names dates, are ${work} over all schedules, 5000 at most; ${remedy}`;

describe('cron windows that no run can afford are refused:', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['every minute for a year', withWindow({ cron: '* * * * *', duration: '366d' }), [atOnce(527_040)]],
    ['every hour for a year', withWindow({ cron: '0 * * * *', duration: '366d' }), [atOnce(8_784)]],
    ['every minute for 101 minutes', withWindow({ cron: '* * * * *', duration: '101m' }), [atOnce(101)]],
    [
      'many that open often in one schedule',
      withSchedule({ windows: repeated({ cron: '*/5 * * * *', duration: '1m' }, 5) }),
      [inAll(288 * 5 * 5)],
    ],
    ['many that open often', schedules(4, [{ cron: '* * * * *', duration: '1m' }]), [inAll(4 * 1_440)]],
    [
      'one that opens often beside many others',
      withSchedule({
        windows: [
          { cron: '*/10 * * * *', duration: '5m' },
          ...repeated({ days: 'daily', from: '08:00', to: '20:00' }, 40),
        ],
      }),
      [inAll(144 * 41)],
    ],
    ['many that name dates', schedules(20, [{ cron: '0 0 1-31 * *', duration: '1d' }]), [inAll(20 * 251)]],
    [
      'many on weekdays that never close',
      schedules(20, [{ cron: '0 0 * * MON-SUN', duration: '24h' }]),
      [inAll(20 * 251)],
    ],
    [
      'very many',
      schedules(101, [{ cron: '0 8 * * *', duration: '1h' }]),
      [`schedules: have 101 cron windows in all, 100 at most; ${remedy}`],
    ],
  ])('%s', (_, file, issues) => {
    expect(issuesOf(file)).toEqual(issues);
  });
});

describe('cron windows as people write them are accepted:', () => {
  it.each<[string, unknown]>([
    ['every minute', withWindow({ cron: '* * * * *', duration: '1m' })],
    ['every minute for 100 minutes', withWindow({ cron: '* * * * *', duration: '100m' })],
    ['two that start together, for long', withWindow({ cron: '0,1 8 * * *', duration: '12h' })],
    ['once a year for a year', withWindow({ cron: '0 0 1 1 *', duration: '100d' })],
    ['each half hour in many schedules', schedules(100, [{ cron: '*/30 * * * *', duration: '10m' }])],
    ['on weekdays in many schedules', schedules(90, [{ cron: '0 8 * * MON-FRI', duration: '2h' }])],
    ['once a month in some', schedules(12, [{ cron: '0 8 1 * *', duration: '2h' }])],
    ['ten in one schedule', withSchedule({ windows: repeated({ cron: '0 * * * *', duration: '10m' }, 10) })],
  ])('%s', (_, file) => {
    expect(issuesOf(file)).toEqual([]);
  });
});

it('the most that is accepted is decided in a few seconds, in lead time for ever', () => {
  const window = (minute: number) => ({ cron: `${minute} * * * *`, duration: '1m' });
  const windows = Array.from({ length: 14 }, (_, index) => window(index * 4));
  const config = configOf(withSchedule({ timezone: 'America/New_York', lead: '366d', windows }));
  const [schedule] = config.schedules.values();
  if (schedule === undefined) expect.fail('there is a schedule');
  const before = process.cpuUsage();
  expect(decide(schedule, Date.UTC(2026, 10, 26)).status).toBe('Active');
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(8);
});
