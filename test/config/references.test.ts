import { describe, expect, it } from 'vitest';
import { configFile, configOf, issuesOf, OFFICE_HOURS, withSchedule } from '../support/config.ts';

const flowLog = (schedule: string, flowLogId = 'flowlog-1') => ({
  flowLogId,
  regionId: 'cn-hangzhou',
  schedule,
});
const withCalendars = (calendars: unknown) => configFile({ calendars });

describe('a schedule that a flow log names', () => {
  it('is suggested when it is nearly there', () => {
    const flowLogs = [
      flowLog('office-hours', 'fl-a'),
      flowLog('ofice-hours', 'fl-b'),
      flowLog('Office-Hours', 'fl-c'),
    ];
    expect(issuesOf(configFile({ flowLogs }))).toEqual([
      'flowLogs[1].schedule: no schedule named "ofice-hours"; did you mean "office-hours"?',
      'flowLogs[2].schedule: no schedule named "Office-Hours"; did you mean "office-hours"?',
    ]);
  });

  it('is told with all that exist when none is near', () => {
    const schedules = { 'office-hours': OFFICE_HOURS, nights: OFFICE_HOURS };
    expect(issuesOf(configFile({ schedules, flowLogs: [flowLog('weekend')] }))).toEqual([
      'flowLogs[0].schedule: no schedule named "weekend"; known: "office-hours", "nights"',
    ]);
  });

  it('is told when there are none at all', () => {
    expect(issuesOf(configFile({ schedules: {} }))).toEqual([
      'flowLogs[0].schedule: no schedule named "office-hours"; known: none',
    ]);
  });

  it('is not found among the things that every object has', () => {
    expect(issuesOf(configFile({ flowLogs: [flowLog('toString')] }))).toEqual([
      'flowLogs[0].schedule: no schedule named "toString"; known: "office-hours"',
    ]);
  });

  it('is never left out of the list without a word', () => {
    const schedules = { constructor: OFFICE_HOURS };
    expect(issuesOf(configFile({ schedules, flowLogs: [flowLog('constructor')] }))).not.toEqual([]);
  });
});

describe('a calendar', () => {
  it('that a schedule names and that is nearly there is suggested, a built-in one too', () => {
    expect(issuesOf(withSchedule({ calendar: 'chna', windows: [] }))).toEqual([
      'schedules.s.calendar: no calendar named "chna"; did you mean "china"?',
    ]);
  });

  it('that nobody knows is told with all that exist', () => {
    expect(issuesOf(withSchedule({ calendar: 'france', windows: [] }, { calendars: { plant: {} } }))).toEqual(
      ['schedules.s.calendar: no calendar named "france"; known: "plant", "china"'],
    );
  });

  it('that another one extends has to be there', () => {
    expect(issuesOf(withCalendars({ plant: { extends: 'plants' }, office: { extends: 'plant' } }))).toEqual([
      'calendars.plant.extends: no calendar named "plants"; did you mean "plant"?',
    ]);
  });

  it('that extends itself is told', () => {
    expect(issuesOf(withCalendars({ plant: { extends: 'plant' } }))).toEqual([
      'calendars.plant.extends: extends itself (plant → plant)',
    ]);
  });

  it('that extends itself by way of others is told of each in the circle, not of those that lead to it', () => {
    const calendars = { a: { extends: 'b' }, b: { extends: 'c' }, c: { extends: 'a' }, d: { extends: 'a' } };
    expect(issuesOf(withCalendars(calendars))).toEqual([
      'calendars.a.extends: extends itself (a → b → c → a)',
      'calendars.b.extends: extends itself (b → c → a → b)',
      'calendars.c.extends: extends itself (c → a → b → c)',
    ]);
  });

  it('that has the name of a built-in one is told', () => {
    expect(issuesOf(withCalendars({ china: { extends: 'china' } }))).toEqual([
      'calendars.china: "china" is built in; give your own another name',
    ]);
  });

  it('adds its own days to those that it extends, whichever is written first', () => {
    const { schedules } = configOf(
      withSchedule(
        { calendar: 'plant', windows: [] },
        {
          calendars: {
            plant: { extends: 'region', holidays: ['2026-12-24'] },
            region: { extends: 'china', workdays: ['2026-12-26'] },
          },
        },
      ),
    );
    const calendar = schedules.get('s')?.calendar;
    const isWorkday = (date: string) => calendar?.day(date).workday;
    expect(calendar?.name).toBe('plant');
    expect(['2026-12-23', '2026-12-24', '2026-12-26', '2026-10-01'].map(isWorkday)).toEqual([
      true,
      false, // a Thursday, its own holiday
      true, // a Saturday, a workday of the region
      false, // National Day
    ]);
  });

  it('may be as good as empty', () => {
    const { schedules } = configOf(
      withSchedule({ calendar: 'plain', windows: [] }, { calendars: { plain: {} } }),
    );
    const calendar = schedules.get('s')?.calendar;
    expect([calendar?.day('2026-10-01').workday, calendar?.covers(2026)]).toEqual([true, false]);
  });
});

describe('an account that a flow log names', () => {
  const accounts = { retail: { roleArn: 'acs:ram::1234567890123456:role/flow-log-scheduler' } };
  const named = (account: string) =>
    configFile({ accounts, flowLogs: [{ ...flowLog('office-hours'), account }] });

  it('is suggested when it is nearly there', () => {
    expect(issuesOf(named('retial'))).toEqual([
      'flowLogs[0].account: no account named "retial"; did you mean "retail"?',
    ]);
  });

  it('is that of the role', () => {
    const config = configOf(named('retail'));
    expect(config.flowLogs.map(({ account }) => account)).toEqual(['retail']);
    expect([...config.accounts.keys()]).toEqual(['retail']);
  });
});

describe('the number of flow logs', () => {
  const listed = (count: number) =>
    Array.from({ length: count }, (_, index) => flowLog('office-hours', `flowlog-${index}`));

  it('is told when it is over the limit', () => {
    expect(issuesOf(configFile({ flowLogs: listed(3), limits: { maxFlowLogs: 2 } }))).toEqual([
      'limits.maxFlowLogs: 3 flow logs are listed, the limit is 2; raise limits.maxFlowLogs',
    ]);
  });

  it('is told when it is over the limit that holds by default', () => {
    expect(issuesOf(configFile({ flowLogs: listed(501) }))).toEqual([
      'limits.maxFlowLogs: 501 flow logs are listed, the limit is 500; raise limits.maxFlowLogs',
    ]);
  });

  it('may be the limit', () => {
    expect(configOf(configFile({ flowLogs: listed(500) })).flowLogs).toHaveLength(500);
  });
});
