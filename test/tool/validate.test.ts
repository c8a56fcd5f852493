import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { hasColours } from '../support/columns.ts';
import { commandLine } from '../support/command-line.ts';
import { configOnDisk } from '../support/config-on-disk.ts';

const VALID = configOnDisk(`timezone: Asia/Shanghai
recordTo: stdout
schedules:
  office-hours: { windows: [{ days: daily, from: "08:00", to: "20:00" }] }
flowLogs:
  - { flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: office-hours }
  - { flowLogId: flowlog-2, regionId: cn-shanghai, schedule: office-hours }
`);
const BROKEN = configOnDisk(`timezone: Asia/Shanghai
recordTo: stdout
schedules:
  office-hours: { windows: [{ days: daily, from: "08:00", to: "20:00" }] }
flowLogs:
  - { flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: ofice-hours }
  - { flowLogId: flowlog-2, regionId: Hangzhou, schedule: office-hours }
`);
/** Its calendar does not know the years to come. */
const UNCOVERED = configOnDisk(`timezone: Asia/Shanghai
recordTo: stdout
schedules:
  plant: { calendar: china, windows: [{ days: workdays, from: "08:00", to: "20:00" }] }
  unused: { windows: [] }
flowLogs:
  - { flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: plant }
`);
const ISSUES = [
  {
    path: 'flowLogs[0].schedule',
    line: 6,
    message: 'no schedule named "ofice-hours"; did you mean "office-hours"?',
  },
  { path: 'flowLogs[1].regionId', line: 7, message: expect.stringContaining('a region ID such as') },
];

describe('validate', () => {
  it('says what is in a valid config', async () => {
    expect(await commandLine(['validate', '--config', VALID])).toEqual({
      status: 0,
      out: `${VALID} is valid: 2 flow logs, 1 schedule\n`,
      err: '',
    });
  });

  it('tells every issue of one that is not, each with its line and path', async () => {
    const { status, out, err } = await commandLine(['validate', '--config', BROKEN]);
    expect({ status, err }).toEqual({ status: 1, err: '' });
    expect(out.split('\n')).toEqual([
      expect.stringMatching(
        /^error: .*flowLogs\[0\]\.schedule: no schedule named "ofice-hours"; did you mean/,
      ),
      expect.stringMatching(/^error: .*flowLogs\[1\]\.regionId: /),
      `${BROKEN} is not valid: 2 issues`,
      '',
    ]);
    expect(out).toContain('line 6');
    expect(hasColours(out)).toBe(false);
  });

  it.each([
    [VALID, 0, { valid: true, issues: [], warnings: [] }],
    [BROKEN, 1, { valid: false, issues: ISSUES, warnings: [] }],
  ])('--json prints nothing but JSON: %s', async (file, status, answer) => {
    const ran = await commandLine(['validate', '--json', '--config', file]);
    expect(ran).toMatchObject({ status, err: '' });
    expect(JSON.parse(ran.out)).toMatchObject({ file, ...answer });
  });

  it('warns of what is probably not meant, and of years that the calendar does not know', async () => {
    vi.useFakeTimers({ now: Date.parse('2098-03-01T00:00:00Z'), toFake: ['Date'] });
    try {
      const { status, out } = await commandLine(['validate', '--config', UNCOVERED]);
      expect(status).toBe(0);
      expect(out).toMatch(/^warning: schedules\.plant\.calendar: .*209[89]/m);
      expect(out).toMatch(/^warning: .*schedules\.unused/m);
      expect(out).toMatch(/is valid: 1 flow log, 2 schedules\n$/);
    } finally {
      vi.useRealTimers();
    }
  });

  it('reads JSON too, and what is no document is an issue', async () => {
    const json = configOnDisk('{"timezone": "UTC"}');
    expect(await commandLine(['validate', '--config', json])).toMatchObject({
      status: 1,
      out: expect.stringMatching(/recordTo: .*\n(.*\n)*.* is not valid: 3 issues\n$/),
    });
  });
});

describe('validate --strict', () => {
  const REGION = configOnDisk(`timezone: Asia/Shanghai
recordTo: stdout
schedules:
  office-hours: { windows: [{ days: daily, from: "08:00", to: "20:00" }] }
flowLogs:
  - { select: { regionId: cn-hangzhou }, schedule: office-hours }
  - { flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: office-hours }
  - { flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: office-hours }
`);

  it('fails for warnings, each of which is printed with its path and line', async () => {
    const { status, out, err } = await commandLine(['validate', '--strict', '--config', REGION]);
    expect({ status, err }).toEqual({ status: 1, err: '' });
    expect(out.split('\n')).toEqual([
      expect.stringMatching(
        /^warning: flowLogs\[0\]\.select: selects every flow log of cn-hangzhou; .*\(line 6\)$/,
      ),
      expect.stringMatching(
        /^warning: flowLogs\[2\]: flowlog-1 is listed at flowLogs\[1\] too: .*\(line 8\)$/,
      ),
      `${REGION} is valid: 2 flow logs, 1 select entry, 1 schedule`,
      '--strict refuses 2 warnings',
      '',
    ]);
    expect((await commandLine(['validate', '--config', REGION])).status).toBe(0);
  });

  it('prints JSON and fails too with --json', async () => {
    const { status, out } = await commandLine(['validate', '--strict', '--json', '--config', REGION]);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ valid: true, warnings: [{ line: 6 }, { line: 8 }] });
  });

  it('accepts what has no warnings', async () => {
    expect((await commandLine(['validate', '--strict', '--config', VALID])).status).toBe(0);
  });

  it('accepts a calendar that does not know next year yet, with a warning at its line', async () => {
    vi.useFakeTimers({ now: Date.parse('2098-03-01T00:00:00Z'), toFake: ['Date'] });
    try {
      const config = configOnDisk(readFileSync(UNCOVERED, 'utf8').replace(/ {2}unused: .*\n/, ''));
      const { status, out } = await commandLine(['validate', '--strict', '--config', config]);
      expect(status).toBe(0);
      expect(out).toMatch(/^warning: schedules\.plant\.calendar: .*209[89].*\(line 4\)$/m);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("a settleTimeout that the function's timeout does not allow", () => {
  /** A project with `s.yaml` in one of its folders; the path of its config. */
  function project(where: string, text: string | null, settleTimeout = '170s'): string {
    const config = configOnDisk(`${readFileSync(VALID, 'utf8')}limits:\n  settleTimeout: ${settleTimeout}\n`);
    const root = dirname(config);
    const functions = join(root, 'functions');
    mkdirSync(functions);
    if (text !== null) writeFileSync(join(root, where, 's.yaml'), text);
    const file = join(functions, 'flow-logs.yaml');
    copyFileSync(config, file);
    return file;
  }
  const serverless = (timeout: unknown, more = '') =>
    `edition: 3.0.0\nresources:\n  f:\n    component: fc3\n    props: { timeout: ${timeout}, role: "\${env('ROLE')}" }\n${more}`;
  const warningsFor = async (config: string) => {
    const { out } = await commandLine(['validate', '--json', '--config', config]);
    return JSON.parse(out).warnings as { path: string; message: string; line: number }[];
  };

  it.each(['.', 'functions'])('is a warning at its line, with s.yaml in %s of the project', async (where) => {
    const config = project(where, serverless(179));
    expect(await warningsFor(config)).toEqual([
      {
        path: 'limits.settleTimeout',
        line: 9,
        message: `2m50s, and time to record, do not fit into the function's timeout of 179 s in ${join(dirname(config), where === '.' ? '..' : '.', 's.yaml')}; set timeout: 180 or more there, or settleTimeout: 2m49s or less`,
      },
    ]);
    expect((await commandLine(['validate', '--strict', '--config', config])).status).toBe(1);
  });

  it.each([
    ['with time to record', project('.', serverless(180))],
    ['with a timeout that is computed', project('.', serverless(`"\${env('TIMEOUT')}"`))],
    [
      'with several functions',
      project('.', serverless(60, '  g: { component: fc3, props: { timeout: 600 } }\n')),
    ],
    ['with something else in s.yaml', project('.', 'edition: 3.0.0\nresources: none\n')],
    ['with s.yaml that cannot be parsed', project('.', 'resources: [\n')],
  ])('is none %s', async (_, config) => {
    expect(await warningsFor(config)).toEqual([]);
  });

  it('is looked for in the current folder too', async () => {
    // The project's own s.yaml: 180 seconds.
    expect(await warningsFor(project('.', null, '9m'))).toEqual([
      expect.objectContaining({ message: expect.stringContaining(join(process.cwd(), 's.yaml')) }),
    ]);
  });
});
