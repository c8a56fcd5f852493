import { describe, expect, it } from 'vitest';
import { describeIssues, parseConfig } from '../../lib/tool/lint/parse.ts';
import { configFile, configOf, issuesOf, parse, withException, without } from '../support/config.ts';

const BAD_IN_MANY_WAYS = `timezone: Asia/Shangai
recordTo:
  regionId: cn-hangzhou
  project: ops-audit
  logstor: flow-log-scheduler
schedules:
  office-hours:
    windows:
      - { days: [Mon], from: "08:00", to: "25:00" }
      - { cron: "* * * * * *", duration: 0m }
    exceptions:
      - { from: 2026-12-31, to: 2026-12-28, status: Active }
  china-workdays:
    calendar: chyna
    windows: []
flowLogs:
  - { flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: ofice-hours }
limits: { maxFlowLogs: many }
`;

const YAML = `timezone: Asia/Shanghai
recordTo: stdout
schedules:
  always: { windows: [{ days: daily, from: "00:00", to: "24:00" }] }
flowLogs: [{ flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: always }]
`;

describe('a file with many issues', () => {
  it('has all of them told at once, in the order of the file, each with its line', () => {
    const parsed = parseConfig(BAD_IN_MANY_WAYS);
    if (parsed.ok) expect.fail('it validates');
    expect(parsed.issues.map(({ path, line }) => [path, line])).toEqual([
      ['timezone', 1],
      ['recordTo.logstore', 3],
      ['recordTo.logstor', 5],
      ['schedules.office-hours.windows[0].to', 9],
      ['schedules.office-hours.windows[1].duration', 10],
      ['schedules.office-hours.windows[1].cron', 10],
      ['schedules.office-hours.exceptions[0]', 12],
      ['schedules.china-workdays.calendar', 14],
      ['flowLogs[0].schedule', 17],
      ['limits.maxFlowLogs', 18],
    ]);
  });

  it('is described with a line of text for each', () => {
    const parsed = parseConfig(BAD_IN_MANY_WAYS);
    if (parsed.ok) expect.fail('it validates');
    const text = describeIssues(parsed.issues).split('\n');
    expect(text).toHaveLength(10);
    expect(text[8]).toBe(
      'flowLogs[0].schedule: no schedule named "ofice-hours"; did you mean "office-hours"? (line 17)',
    );
  });
});

describe('text that is no YAML', () => {
  it.each([
    ['an open list', 'timezone: UTC\nflowLogs: [\n', 3],
    ['a key twice', 'timezone: UTC\nrecordTo: stdout\ntimezone: UTC\n', 3],
    ['a tab before a key', 'limits:\n\tconcurrency: 8\n', 2],
    ['an unknown tag', 'timezone: UTC\nrecordTo: !secret x\n', 2],
  ])('is told with its line: %s', (_, text, line) => {
    expect(parseConfig(text)).toMatchObject({
      ok: false,
      issues: [{ path: '', message: expect.stringMatching(/^not valid YAML: ./), line }],
      recordTo: null,
    });
  });

  it.each([
    ['timezone: UTC\nrecordTo: stdout\ntimezone: UTC\n', 'the key timezone is there twice', 3],
    ['recordTo: { a: b, "a": c }\n', 'the key "a" is there twice', 1],
    ['recordTo: { regionId: cn-hangzhou project: ops }\n', 'is a comma, or a closing } or ], missing?', 1],
    ['flowLogs:\n  - { flowLogId: a\n  - { flowLogId: c }\n', 'is a closing } or ] missing before it?', 3],
    ['limits:\n\tconcurrency: 8\n', '; indent with spaces', 2],
    ['timezone: UTC\n recordTo: stdout\n', 'is the next line indented too far?', 1],
  ])('is told with what may be behind it: %j', (text, end, line) => {
    const parsed = parseConfig(text);
    const [first] = parsed.ok ? [] : parsed.issues;
    expect(first).toMatchObject({ line, message: expect.stringMatching(/^not valid YAML: /) });
    expect(first?.message.slice(-end.length)).toBe(end);
  });

  it('is told when an alias has no anchor', () => {
    expect(issuesOf('timezone: *zone\n')).toEqual([
      'not valid YAML: *zone repeats what &zone marks, and nothing before it is marked so; a text that begins with * needs quotes',
    ]);
  });

  it('is told when aliases would grow out of hand', () => {
    const levels = Array.from({ length: 12 }, (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(9)}]`);
    expect(issuesOf(`l0: &l0 [x]\n${levels.join('\n')}\n`)).toEqual([
      'too many values are repeated by YAML aliases (*name); write them out',
    ]);
  });

  it('is told by what is wrong with it when an alias makes it contain itself', () => {
    expect(issuesOf(`${YAML}limits: &self [*self]\n`)).toEqual([
      'limits: expected an object of limits, got a value that JSON cannot write',
    ]);
  });
});

describe('a file', () => {
  const file = { ...configFile(), $schema: './flow-logs.schema.json' };

  it.each([
    ['JSON', JSON.stringify(file)],
    ['JSON indented with tabs', JSON.stringify(file, null, '\t')],
    ['JSON after a byte order mark', `\uFEFF${JSON.stringify(file)}`],
  ])('may be %s', (_, text) => {
    expect(configOf(text)).toEqual(configOf(file));
  });

  it.each([
    ['with the line ends of Windows', YAML.replaceAll('\n', '\r\n')],
    ['after a byte order mark', `\uFEFF${YAML}`],
    ['with comments', `# which flow logs\n${YAML.replace('stdout', 'stdout # for now')}`],
    ['with times that are not quoted', YAML.replaceAll('"', '')],
  ])('may be YAML %s', (_, text) => {
    expect(configOf(text)).toEqual(configOf(YAML));
  });

  it('may use anchors', () => {
    const text = YAML.replace('windows', 'timezone: *zone, windows').replace('Asia', '&zone Asia');
    expect(configOf(text).schedules.get('always')).toEqual(configOf(YAML).schedules.get('always'));
  });

  it('tells an issue inside an alias at each place that uses it', () => {
    const text = YAML.replace('always: ', 'always: &a ')
      .replace('daily', 'dayly')
      .replace('flowLogs', '  again: *a\nflowLogs');
    const parsed = parseConfig(text);
    if (parsed.ok) expect.fail('it validates');
    expect(parsed.issues.map(({ path, line }) => [path, line])).toEqual([
      ['schedules.always.windows[0].days', 4],
      ['schedules.again.windows[0].days', 5],
    ]);
  });

  it('keeps dates as they are written, quoted or not', () => {
    const exception = '{ from: 2026-12-28, to: "2026-12-31T18:00", status: Inactive }';
    const text = YAML.replace('windows:', `exceptions: [${exception}], windows:`);
    expect(configOf(text).schedules.get('always')?.exceptions).toEqual([
      { from: '2026-12-28T00:00', to: '2026-12-31T18:00', status: 'Inactive', reason: null },
    ]);
  });

  it('may have an exception until the last day that can be written', () => {
    const parsed = configOf(withException({ from: '2026-01-01', to: '9999-12-31', status: 'Inactive' }));
    expect(parsed.schedules.get('s')?.exceptions).toMatchObject([
      { from: '2026-01-01T00:00', to: '+010000-01-01T00:00' },
    ]);
  });

  it('may ask for lead time', () => {
    expect(configOf(YAML.replace('{ windows', '{ lead: 5m, windows')).flowLogs).toMatchObject([
      { schedule: { name: 'always', leadMs: 300_000 } },
    ]);
  });
});

describe('recordTo', () => {
  const recordTo = { regionId: 'cn-hangzhou', project: 'ops-audit', logstore: 'runs' };
  const sls = { kind: 'sls', ...recordTo, recordAll: false };

  it.each([
    ['stdout', { kind: 'stdout' }],
    [recordTo, sls],
    [{ ...recordTo, record: 'changes' }, sls],
    [
      { ...recordTo, record: 'all' },
      { ...sls, recordAll: true },
    ],
  ])('may be %j', (written, expected) => {
    expect(configOf(configFile({ recordTo: written })).recordTo).toEqual(expected);
  });

  it.each([
    ['another part is wrong', configFile({ recordTo, timezone: 'nowhere' })],
    ['a reference is wrong', configFile({ recordTo, schedules: {} })],
    ['everything else is missing', { recordTo }],
  ])('is known even though %s', (_, file) => {
    expect(parse(file)).toMatchObject({ ok: false, recordTo: sls });
  });

  it.each([
    ['it is missing', without(configFile(), 'recordTo')],
    ['it is wrong itself', configFile({ recordTo: { ...recordTo, project: '' } })],
    ['there is no document', ''],
    ['the document is a text', 'stdout'],
  ])('is not known when %s', (_, file) => {
    expect(parse(file)).toMatchObject({ ok: false, recordTo: null });
  });
});

describe('a flow log that is listed twice', () => {
  const entry = (id: string) => `  - { flowLogId: ${id}, regionId: cn-hangzhou, schedule: always }\n`;
  const text = YAML.replace(
    /flowLogs: .*\n/,
    `flowLogs:\n${['fl-a', 'fl-b', 'fl-a', 'fl-a'].map(entry).join('')}`,
  );

  it('is a warning at each further mention, with its line, and no issue', () => {
    const message =
      'fl-a is listed at flowLogs[0] too: every run leaves it as it is and fails for it; remove one of the two';
    expect(parseConfig(text)).toMatchObject({
      ok: true,
      warnings: [
        { path: 'flowLogs[2]', message, line: 8 },
        { path: 'flowLogs[3]', message, line: 9 },
      ],
    });
  });

  it('is told by its place in the file, whatever is listed between', () => {
    const select = '  - { select: { regionId: cn-beijing }, schedule: always }\n';
    const parsed = parseConfig(text.replace(entry('fl-b'), select + entry('fl-b')));
    expect(parsed).toMatchObject({
      warnings: [
        { path: 'flowLogs[3]', message: expect.stringContaining('at flowLogs[0] too'), line: 9 },
        { path: 'flowLogs[4]', message: expect.stringContaining('at flowLogs[0] too'), line: 10 },
      ],
    });
  });

  it('stays listed twice, for the run to report it', () => {
    const listed = configOf(text).flowLogs.map(({ flowLogId }) => flowLogId);
    expect(listed).toEqual(['fl-a', 'fl-b', 'fl-a', 'fl-a']);
  });
});
