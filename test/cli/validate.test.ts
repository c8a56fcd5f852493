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
