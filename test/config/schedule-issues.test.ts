import { describe, expect, it } from 'vitest';
import { issuesOf, withException, without, withSchedule, withWindow } from '../support/config.ts';

const window = { days: 'daily', from: '08:00', to: '20:00' };
const exception = { from: '2026-12-28', to: '2026-12-31', status: 'Active' };

const ZONE = 'an IANA time zone such as Asia/Shanghai';
const LENGTH = 'a positive length such as 90s, 10m, 2h, 1d or 1h30m';
const DAY = 'one of Mon, Tue, Wed, Thu, Fri, Sat, Sun';
const DAYS = 'a list of Mon, Tue, Wed, Thu, Fri, Sat, Sun, or one of daily, workdays, weekdays, holidays';
const FROM = 'a local time "00:00" to "23:59", in quotes';
const TO = 'a local time "00:00" to "24:00", in quotes';
const WHEN = 'a date such as 2026-12-28 or a local date and time such as 2026-12-31T18:00';
const WINDOW = 'a window such as { days: workdays, from: "08:00", to: "20:00" }';
const CRON = 'five fields (minute hour day-of-month month day-of-week) such as "0 8 * * MON-FRI"';
const W = 'schedules.s.windows[0]';
const X = 'schedules.s.exceptions[0]';

describe('the one thing that is wrong with a schedule is told, with its path:', () => {
  it.each<[string, unknown, string]>([
    [
      'a schedule that is none',
      withSchedule('office'),
      'schedules.s: expected a schedule with windows, got "office"',
    ],
    [
      'a schedule without windows',
      withSchedule({}),
      'schedules.s.windows: missing; expected a list of windows',
    ],
    [
      'a schedule with one window for a list',
      withSchedule({ windows: window }),
      `schedules.s.windows: expected a list of windows, got {"days":"daily","from":"08:00","to":"20:00"}`,
    ],
    [
      'a schedule with a misspelled key',
      withSchedule({ windows: [], timezon: 'UTC' }),
      'schedules.s.timezon: unknown key; did you mean "timezone"?',
    ],
    [
      "a schedule's zone",
      withSchedule({ windows: [], timezone: 'Mars/Base' }),
      `schedules.s.timezone: expected ${ZONE}, got "Mars/Base"`,
    ],
    [
      "a schedule's lead",
      withSchedule({ windows: [], lead: 5 }),
      `schedules.s.lead: expected ${LENGTH}, got 5`,
    ],
    ['a window that is none', withWindow('daily'), `${W}: expected ${WINDOW}, got "daily"`],
    ['a list for a window', withWindow([]), `${W}: expected ${WINDOW}, got []`],
    ['a window without days', withWindow(without(window, 'days')), `${W}.days: missing; expected ${DAYS}`],
    ['a window without from', withWindow(without(window, 'from')), `${W}.from: missing; expected ${FROM}`],
    ['a window without to', withWindow(without(window, 'to')), `${W}.to: missing; expected ${TO}`],
    [
      'a window from 25:00',
      withWindow({ ...window, from: '25:00' }),
      `${W}.from: expected ${FROM}, got "25:00"`,
    ],
    [
      'a window from 24:00',
      withWindow({ ...window, from: '24:00' }),
      `${W}.from: expected ${FROM}, got "24:00"`,
    ],
    ['a window to 24:01', withWindow({ ...window, to: '24:01' }), `${W}.to: expected ${TO}, got "24:01"`],
    ['a window from a number', withWindow({ ...window, from: 8 }), `${W}.from: expected ${FROM}, got 8`],
    [
      'a window as long as nothing',
      withWindow({ ...window, to: '08:00' }),
      `${W}: from and to are the same; a whole day is from "00:00" to "24:00"`,
    ],
    [
      'a day for days',
      withWindow({ ...window, days: 'Mon' }),
      `${W}.days: expected ${DAYS}, got "Mon"; did you mean [Mon]?`,
    ],
    [
      'a misspelled day',
      withWindow({ ...window, days: ['Mon', 'tue'] }),
      `${W}.days[1]: expected ${DAY}, got "tue"; did you mean "Tue"?`,
    ],
    [
      'a day in full',
      withWindow({ ...window, days: ['Monday'] }),
      `${W}.days[0]: expected ${DAY}, got "Monday"; did you mean "Mon"?`,
    ],
    [
      'no day at all in a list',
      withWindow({ ...window, days: ['someday'] }),
      `${W}.days[0]: expected ${DAY}, got "someday"`,
    ],
    [
      'a word for days within a list',
      withWindow({ ...window, days: ['workdays'] }),
      `${W}.days[0]: expected ${DAY}, got "workdays"; write days: workdays, without a list`,
    ],
    [
      'a misspelled word for days',
      withWindow({ ...window, days: 'workday' }),
      `${W}.days: expected ${DAYS}, got "workday"; did you mean "workdays"?`,
    ],
    [
      'a day in full for days',
      withWindow({ ...window, days: 'Monday' }),
      `${W}.days: expected ${DAYS}, got "Monday"; did you mean [Mon]?`,
    ],
    [
      'no day of a list',
      withWindow({ ...window, days: [] }),
      `${W}.days: expected at least one of Mon, Tue, Wed, Thu, Fri, Sat, Sun`,
    ],
    [
      'a cron window without duration',
      withWindow({ cron: '0 * * * *' }),
      `${W}.duration: missing; expected ${LENGTH}`,
    ],
    [
      'a duration without cron',
      withWindow({ duration: '10m' }),
      `${W}.cron: missing; expected a cron expression of five fields such as "0 8 * * MON-FRI"`,
    ],
    [
      'an empty cron',
      withWindow({ cron: ' ', duration: '10m' }),
      `${W}.cron: expected a cron expression of five fields such as "0 8 * * MON-FRI", got " "`,
    ],
    [
      'a cron with seconds',
      withWindow({ cron: '0 0 8 * * *', duration: '10m' }),
      `${W}.cron: expected ${CRON}, got 6 fields`,
    ],
    [
      'a cron of one word',
      withWindow({ cron: '@daily', duration: '10m' }),
      `${W}.cron: expected ${CRON}, got one field`,
    ],
    [
      'a cron out of range',
      withWindow({ cron: '61 * * * *', duration: '10m' }),
      `${W}.cron: expected ${CRON}: Invalid value for minute: 61`,
    ],
    [
      'a negative duration',
      withWindow({ cron: '0 * * * *', duration: '-10m' }),
      `${W}.duration: expected ${LENGTH}, got "-10m"`,
    ],
    [
      'a duration of nothing',
      withWindow({ cron: '0 * * * *', duration: '0s' }),
      `${W}.duration: expected ${LENGTH}, got "0s"`,
    ],
    [
      'a window of both kinds',
      withWindow({ cron: '0 * * * *', duration: '10m', from: '08:00' }),
      `${W}.from: unknown key; known keys: cron, duration`,
    ],
    [
      'one exception for a list',
      withSchedule({ windows: [], exceptions: 'no' }),
      'schedules.s.exceptions: expected a list of exceptions, got "no"',
    ],
    [
      'an exception that is none',
      withException(null),
      `${X}: expected an exception such as { from: 2026-12-28, to: 2026-12-31, status: Active }, got null`,
    ],
    [
      'an exception without from',
      withException(without(exception, 'from')),
      `${X}.from: missing; expected ${WHEN}`,
    ],
    [
      'an exception without status',
      withException(without(exception, 'status')),
      `${X}.status: missing; expected Active or Inactive`,
    ],
    [
      'an exception with another status',
      withException({ ...exception, status: 'on' }),
      `${X}.status: expected Active or Inactive, got "on"`,
    ],
    [
      'an exception from an impossible date',
      withException({ ...exception, from: '2026-02-30' }),
      `${X}.from: expected ${WHEN}, got "2026-02-30"`,
    ],
    [
      'an exception to an impossible date',
      withException({ ...exception, to: '2026-12-32' }),
      `${X}.to: expected ${WHEN}, got "2026-12-32"`,
    ],
    [
      'an exception to no date at all',
      withException({ ...exception, to: 'New Year' }),
      `${X}.to: expected ${WHEN}, got "New Year"`,
    ],
    [
      'an exception to an impossible time',
      withException({ ...exception, to: '2026-12-31T24:00' }),
      `${X}.to: expected ${WHEN}, got "2026-12-31T24:00"`,
    ],
    [
      'an exception that ends before it starts',
      withException({ ...exception, to: '2026-12-27' }),
      `${X}: ends before it starts: from must lie before to (a date as \`to\` includes that whole day)`,
    ],
    [
      'an exception that ends as it starts',
      withException({ ...exception, from: '2026-12-28T08:00', to: '2026-12-28T08:00' }),
      `${X}: ends before it starts: from must lie before to (a date as \`to\` includes that whole day)`,
    ],
    [
      "an exception's reason",
      withException({ ...exception, reason: 5 }),
      `${X}.reason: expected a text, got 5`,
    ],
  ])('%s', (_, file, issue) => {
    expect(issuesOf(file)).toEqual([issue]);
  });
});
