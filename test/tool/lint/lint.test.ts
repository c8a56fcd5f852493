import { describe, expect, it } from 'vitest';
import { formatIssue } from '../../../lib/config/issues.ts';
import { lint } from '../../../lib/tool/lint/lint.ts';
import { parseConfig } from '../../../lib/tool/lint/parse.ts';
import { commandLine } from '../../support/command-line.ts';
import { configFile, configOf, withSchedule, withWindow } from '../../support/config.ts';
import { configOnDisk } from '../../support/config-on-disk.ts';

const NOW = Date.parse('2026-11-23T00:00:00+08:00'); // a Monday

/** Every warning of a file as `path: message`. */
function warningsOf(file: unknown, now = NOW): readonly string[] {
  const parsed = parseConfig(typeof file === 'string' ? file : JSON.stringify(file), now);
  if (!parsed.ok) expect.fail('it does not validate');
  return parsed.warnings.map((issue) => formatIssue({ ...issue, line: null }));
}

const flowLog = (flowLogId: string, schedule = 'office-hours') => ({
  flowLogId,
  regionId: 'cn-hangzhou',
  schedule,
});
const daily = (from: string, to: string) => ({ days: 'daily', from, to });

describe('a config that means what it says', () => {
  it('has no warnings', () => {
    expect(warningsOf(configFile())).toEqual([]);
  });
});

describe('a region that nobody knows', () => {
  it('is warned of wherever it stands, with the one that may be meant', () => {
    const selector = { select: { regionId: 'cn-hangzou', all: true }, schedule: 'office-hours' };
    const file = configFile({
      recordTo: { regionId: 'cn-beijin', project: 'ops-audit', logstore: 'runs' },
      flowLogs: [{ ...flowLog('flowlog-1'), regionId: 'ap-southeast1' }, selector, flowLog('flowlog-2')],
    });
    expect(warningsOf(file).filter((warning) => warning.includes('region'))).toEqual([
      'recordTo.regionId: cn-beijin is no region that this version knows; did you mean "cn-beijing"?',
      'flowLogs[0].regionId: ap-southeast1 is no region that this version knows; did you mean "ap-southeast-1"?',
      'flowLogs[1].select.regionId: cn-hangzou is no region that this version knows; did you mean "cn-hangzhou"?',
    ]);
  });

  it('may be new', () => {
    const file = configFile({ flowLogs: [{ ...flowLog('flowlog-1'), regionId: 'af-northwest-12' }] });
    expect(warningsOf(file)).toEqual([
      'flowLogs[0].regionId: af-northwest-12 is no region that this version knows',
    ]);
  });
});

describe('windows of one schedule', () => {
  const overlapsOf = (...windows: unknown[]) =>
    warningsOf(withSchedule({ windows })).filter((warning) => warning.includes('overlaps'));

  it('are warned of when they overlap, with when they do next', () => {
    expect(
      overlapsOf(
        daily('08:00', '20:00'),
        { days: ['Wed'], from: '18:00', to: '22:00' },
        daily('19:30', '20:30'),
      ),
    ).toEqual([
      'schedules.s.windows[1]: overlaps windows[0] (window daily 08:00-20:00), next on Wed 2026-11-25 18:00-20:00 Asia/Shanghai; merge the two, or move one',
      'schedules.s.windows[2]: overlaps windows[0] (window daily 08:00-20:00), next on Mon 2026-11-23 19:30-20:00 Asia/Shanghai; merge the two, or move one',
      'schedules.s.windows[2]: overlaps windows[1] (window Wed 18:00-22:00), next on Wed 2026-11-25 19:30-20:30 Asia/Shanghai; merge the two, or move one',
    ]);
  });

  it.each([
    ['that touch', [daily('08:00', '12:00'), daily('12:00', '20:00')]],
    [
      'of other days',
      [
        { days: ['Mon'], from: '08:00', to: '12:00' },
        { days: ['Tue'], from: '08:00', to: '12:00' },
      ],
    ],
    [
      'by cron that take turns',
      [
        { cron: '0 * * * *', duration: '30m' },
        { cron: '30 * * * *', duration: '30m' },
      ],
    ],
    [
      'on workdays and on holidays',
      [
        { ...daily('08:00', '20:00'), days: 'workdays' },
        { ...daily('08:00', '20:00'), days: 'holidays' },
      ],
    ],
  ])('are fine when they do not: %s', (_, windows) => {
    expect(overlapsOf(...windows)).toEqual([]);
  });

  it.each([
    [
      'over midnight',
      [
        { days: ['Fri'], from: '22:00', to: '06:00' },
        { days: ['Sat'], from: '05:00', to: '08:00' },
      ],
    ],
    ['by cron', [daily('08:00', '20:00'), { cron: '0 * * * *', duration: '10m' }]],
    ['once a year', [daily('08:00', '20:00'), { cron: '0 12 1 10 *', duration: '1h' }]],
  ])('are warned of: %s', (_, windows) => {
    expect(overlapsOf(...windows)).toHaveLength(1);
  });
});

describe('a short window', () => {
  const timer =
    "schedules.s.windows[0]: is 4m long, shorter than the timer's period (5m), so that a run may never see it open";
  const interval =
    "long, shorter than a flow log's capture interval (600 s by default), so that it may capture nothing; " +
    'make it longer, or give its flow logs an Interval of 60';

  it.each([
    ['10m', []],
    ['9m', [`schedules.s.windows[0]: is 9m ${interval}`]],
    ['5m', [`schedules.s.windows[0]: is 5m ${interval}`]],
    ['4m', [timer, `schedules.s.windows[0]: is 4m ${interval}`]],
    [
      '30s',
      [
        timer.replace('4m', '30s'),
        'schedules.s.windows[0]: is 30s long, shorter than either capture interval of a flow log (600 s or 60 s), so that it may capture nothing',
      ],
    ],
  ])('of %s is warned of where it is too short', (duration, warnings) => {
    expect(warningsOf(withWindow({ cron: '0 * * * *', duration }))).toEqual(warnings);
  });

  it('by the clock is as long as the clock says, over midnight too', () => {
    expect(warningsOf(withWindow(daily('23:55', '00:04')))).toEqual([
      `schedules.s.windows[0]: is 9m ${interval}`,
    ]);
    expect(warningsOf(withWindow(daily('23:55', '00:05')))).toEqual([]);
    expect(warningsOf(withWindow(daily('00:00', '24:00')))).toEqual([]);
  });

  it('is measured against the period of the timer that there is', () => {
    const config = configOf(withWindow({ cron: '0 * * * *', duration: '10m' }));
    expect(lint(config, NOW, 900_000).map(({ message }) => message)).toEqual([
      "is 10m long, shorter than the timer's period (15m), so that a run may never see it open",
    ]);
    expect(lint(config, NOW, 600_000)).toEqual([]);
  });
});

describe('a schedule', () => {
  it('that no flow log is on is warned of', () => {
    const schedules = { ...(configFile().schedules as object), spare: { windows: [] } };
    expect(warningsOf(configFile({ schedules }))).toEqual([
      'schedules.spare: no flow log is on this schedule',
    ]);
  });

  it('that a selector puts flow logs on is used', () => {
    const flowLogs = [{ select: { regionId: 'cn-hangzhou', all: true }, schedule: 'office-hours' }];
    expect(warningsOf(configFile({ flowLogs }))).toEqual([]);
  });
});

describe('an exception', () => {
  const file = withSchedule({
    timezone: 'America/New_York',
    windows: [],
    exceptions: [
      { from: '2026-11-01', to: '2026-11-02', status: 'Active' },
      { from: '2026-11-01', to: '2026-12-31', status: 'Active' },
      { from: '2026-11-22T01:00', to: '2026-11-22T11:00', status: 'Active' },
    ],
  });
  const ended = (index: number, to: string) =>
    `schedules.s.exceptions[${index}]: has ended (${to} America/New_York) and decides nothing any more; it can be removed`;

  it('that has ended is warned of, from the instant of its end on', () => {
    const end = Date.parse('2026-11-22T11:00-05:00');
    expect(warningsOf(file, end - 1)).toEqual([ended(0, '2026-11-03T00:00')]);
    expect(warningsOf(file, end)).toEqual([ended(0, '2026-11-03T00:00'), ended(2, '2026-11-22T11:00')]);
  });
});

describe("a flow log's ID", () => {
  it('as those of another service than the entry says is warned of', () => {
    const flowLogs = [
      flowLog('flowlog-1'),
      flowLog('fl-bp1example'),
      { ...flowLog('fl-2'), service: 'cen' },
      { ...flowLog('flowlog-2'), service: 'vpc' },
      { ...flowLog('log-1'), service: 'cen' },
    ];
    expect(warningsOf(configFile({ flowLogs }))).toEqual([
      'flowLogs[2].service: fl-2 has an ID as those of VPC, and service is cen; correct one of the two',
      'flowLogs[3].service: flowlog-2 has an ID as those of CEN, and service is vpc; correct one of the two',
    ]);
  });

  it('that is there twice is warned of at each further mention, also when nothing else is looked for', () => {
    const text = JSON.stringify(configFile({ flowLogs: [flowLog('fl-1'), flowLog('fl-1')] }));
    const twice =
      'flowLogs[1]: fl-1 is listed at flowLogs[0] too: every run leaves it as it is and fails for it; remove one of the two';
    expect(warningsOf(text)).toContain(twice);
    const parsed = parseConfig(text);
    if (!parsed.ok) expect.fail('it does not validate');
    expect(parsed.warnings.map((issue) => formatIssue({ ...issue, line: null }))).toEqual([twice]);
  });
});

describe('a schedule without a calendar', () => {
  it.each([
    ['workdays', 'Monday to Friday, holidays included', '[Mon, Tue, Wed, Thu, Fri]'],
    ['weekdays', 'Monday to Friday, holidays included', '[Mon, Tue, Wed, Thu, Fri]'],
    ['holidays', 'Saturday and Sunday, no other holiday', '[Sat, Sun]'],
  ])('is warned of where a window says %s, with what that means then', (days, meaning, list) => {
    expect(warningsOf(withWindow({ days, from: '08:00', to: '20:00' }))).toEqual([
      `schedules.s.windows[0].days: without a calendar ${days} means ${meaning}; add calendar: china (or your own) to the schedule, or write days: ${list}`,
    ]);
  });

  it.each(['daily', ['Mon', 'Tue', 'Wed', 'Thu', 'Fri']])('is fine with days: %j', (days) => {
    expect(warningsOf(withWindow({ days, from: '08:00', to: '20:00' }))).toEqual([]);
  });
});

describe('a calendar', () => {
  const idle = (name: string) =>
    `schedules.s.calendar: calendar ${name} has no effect: no window says workdays, weekdays or holidays; use days: weekdays`;

  it.each([
    ['windows by weekday names', [{ days: ['Mon', 'Fri'], from: '08:00', to: '20:00' }], [idle('china')]],
    [
      'windows for every day and by cron',
      [daily('08:00', '20:00'), { cron: '0 22 * * *', duration: '1h' }],
      [idle('china')],
    ],
    ['no window', [], [idle('china')]],
    ['a window for workdays', [{ ...daily('08:00', '20:00'), days: 'workdays' }], []],
    ['a window for weekdays', [{ ...daily('08:00', '20:00'), days: 'weekdays' }], []],
    [
      'a window for holidays beside others',
      [daily('06:00', '07:00'), { ...daily('08:00', '20:00'), days: 'holidays' }],
      [],
    ],
  ])('with %s has an effect, or is warned of', (_, windows, warnings) => {
    expect(warningsOf(withSchedule({ calendar: 'china', windows }))).toEqual(warnings);
  });

  it('of the file is named in the warning', () => {
    const file = withSchedule(
      { calendar: 'plant', windows: [daily('08:00', '20:00')] },
      { calendars: { plant: {} } },
    );
    expect(warningsOf(file)).toEqual([idle('plant')]);
  });
});

describe('a window by cron', () => {
  it.each(['0 0 30 2 *', '0 8 31 4,6,9,11 *', '0 8 31 FEB *'])(
    'that never opens is warned of: %s',
    (cron) => {
      expect(warningsOf(withWindow({ cron, duration: '1h' }))).toEqual([
        `schedules.s.windows[0].cron: never opens: no date matches "${cron}"; correct its day or month, or remove the window`,
      ]);
    },
  );

  it.each(['0 0 29 2 *', '0 8 L 2 *', '0 8 30 2 MON', '0 8 * * FRI#5'])(
    'that opens seldom is not: %s',
    (cron) => {
      expect(warningsOf(withWindow({ cron, duration: '1h' }))).toEqual([]);
    },
  );
});

describe('a zone whose sign is the other way round', () => {
  const message =
    'Etc/GMT+8 is UTC-8: its sign is the other way round; write Etc/GMT-8 for UTC+8, or the name of a place such as Asia/Shanghai';

  it('is warned of once, where it is written', () => {
    expect(warningsOf(configFile({ timezone: 'Etc/GMT+8' }))).toEqual([`timezone: ${message}`]);
    expect(warningsOf(withSchedule({ timezone: 'Etc/GMT+8', windows: [] }))).toEqual([
      `schedules.s.timezone: ${message}`,
    ]);
  });

  it('says what the other sign is', () => {
    expect(warningsOf(configFile({ timezone: 'Etc/GMT-14' }))).toEqual([
      expect.stringContaining(
        'Etc/GMT-14 is UTC+14: its sign is the other way round; write Etc/GMT+14 for UTC-14',
      ),
    ]);
  });

  it.each(['Etc/GMT', 'Etc/GMT+0', 'Etc/UTC', 'UTC', 'GMT', 'Asia/Shanghai', 'PRC', 'CET'])(
    'is not %s',
    (timezone) => {
      expect(warningsOf(configFile({ timezone }))).toEqual([]);
    },
  );
});

describe('a select', () => {
  const whole =
    'flowLogs[0].select: selects every flow log of cn-hangzhou; say all: true beside regionId if that is meant, or narrow it down with tags, cenId or transitRouterId';

  it.each([
    ['of a whole region', {}, [whole]],
    ['with empty tags', { tags: {} }, [whole]],
    ['of all, as it says', { all: true }, []],
    ['by tags', { tags: { env: 'dev' } }, []],
    ['by CEN', { cenId: 'cen-1' }, []],
    ['by transit router', { transitRouterId: 'tr-1' }, []],
  ])('%s is warned of only where it may be meant otherwise', (_, keys, warnings) => {
    const flowLogs = [{ select: { regionId: 'cn-hangzhou', ...keys }, schedule: 'office-hours' }];
    expect(warningsOf(configFile({ flowLogs }))).toEqual(warnings);
  });
});

describe('validate', () => {
  it('tells warnings in the order of the file, each with its line, and the config is valid', async () => {
    const config = configOnDisk(`
timezone: Asia/Shanghai
recordTo: stdout
schedules:
  a:
    windows:
      - { cron: "0 * * * *", duration: 6m }
    exceptions:
      - { from: 2020-01-01, to: 2020-01-02, status: Active }
  spare: { windows: [] }
flowLogs:
  - { flowLogId: fl-1, regionId: cn-hangzhou, service: cen, schedule: a }
`);
    const { status, out } = await commandLine(['validate', '--config', config]);
    expect(status).toBe(0);
    expect(
      out.split('\n').map((line) => line.replace(/: (is|has|no|fl-1) .*(\(line \d+\))$/, ' $2')),
    ).toEqual([
      'warning: schedules.a.windows[0] (line 7)',
      'warning: schedules.a.exceptions[0] (line 9)',
      'warning: schedules.spare (line 10)',
      'warning: flowLogs[0].service (line 12)',
      `${config} is valid: 1 flow log, 2 schedules`,
      '',
    ]);
  });
});

describe('pricing', () => {
  const pricing = { currency: 'CNY', pricePerGB: 0.4 };

  it('is read as it is, and null when it is not there', () => {
    expect(configOf(configFile({ pricing })).pricing).toEqual(pricing);
    expect(configOf(configFile()).pricing).toBeNull();
  });

  it.each([
    ['currency', 'yuan', 'expected a currency code of three letters such as CNY, got "yuan"'],
    ['pricePerGB', 0, 'expected what a GB of flow log costs, a number above 0, got 0'],
    ['pricePerGB', '0.4', 'expected what a GB of flow log costs, a number above 0, got "0.4"'],
  ])('is refused with a wrong %s: %j', (key, value, message) => {
    const parsed = parseConfig(JSON.stringify(configFile({ pricing: { ...pricing, [key]: value } })));
    expect(parsed).toMatchObject({ ok: false, issues: [{ path: `pricing.${key}`, message }] });
  });

  it('is all there or not at all', () => {
    const parsed = parseConfig(JSON.stringify(configFile({ pricing: {} })));
    if (parsed.ok) expect.fail('it validates');
    expect(parsed.issues.map(({ path }) => path)).toEqual(
      expect.arrayContaining(Object.keys(pricing).map((key) => `pricing.${key}`)),
    );
  });

  it.each([
    { gbPerActiveHour: 2.5, basis: 'assumed' },
    { gbPerActiveHour: -1, basis: ['guessed'] },
  ])('of an older config is read without its forecast, with a warning for each key: %j', (older) => {
    const file = configFile({ pricing: { ...pricing, ...older } });
    expect(configOf(file).pricing).toEqual(pricing);
    expect(warningsOf(file)).toEqual([
      'pricing.gbPerActiveHour: is not used any more: `npx flow-logs report` measures what was written; remove it',
      'pricing.basis: is not used any more: `npx flow-logs report` measures what was written; remove it',
    ]);
  });
});
