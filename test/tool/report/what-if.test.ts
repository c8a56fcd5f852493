import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { coloursFor } from '../../../lib/tool/colours.ts';
import { parseConfig } from '../../../lib/tool/lint/parse.ts';
import { GB } from '../../../lib/tool/report/charge.ts';
import { reportJson } from '../../../lib/tool/report/json.ts';
import { reportOf } from '../../../lib/tool/report/report.ts';
import { whatIf } from '../../../lib/tool/report/what-if.ts';
import { whatIfJson, whatIfText } from '../../../lib/tool/report/what-if-view.ts';
import { activated, at, change, facts, type World } from './facts.ts';

const LAYOUT = { paint: coloursFor({ isTerminal: false, env: {} }), columns: 120, width: null };
const ZONE = 'Asia/Shanghai';
const HOUR = 3_600_000;
const KEY = 'net/flowlogs';
const FROM = at('2026-10-05T00:00+08:00');

const parsed = parseConfig(`
timezone: ${ZONE}
recordTo: stdout
schedules:
  office-hours: { windows: [{ days: [Mon, Tue, Wed, Thu, Fri], from: "08:00", to: "20:00" }] }
  nights: { windows: [{ days: daily, from: "22:00", to: "06:30" }] }
  always: { windows: [{ days: daily, from: "00:00", to: "24:00" }] }
  sampling: { windows: [{ cron: "0 * * * *", duration: 10m }] }
flowLogs:
  - { flowLogId: flowlog-1, regionId: cn-hangzhou, schedule: office-hours }
`);
if (!parsed.ok) throw new Error(JSON.stringify(parsed));
const SCHEDULES = [...parsed.config.schedules.values()];

/** The same, by the clock. */
const ACTIVE: Readonly<Record<string, (weekday: number, hour: number, minute: number) => boolean>> = {
  'office-hours': (weekday, hour) => weekday < 6 && hour >= 8 && hour < 20,
  nights: (_, hour, minute) => hour >= 22 || hour * 60 + minute < 390,
  always: () => true,
  sampling: (_weekday, _hour, minute) => minute < 10,
};

/** Two weeks, Active throughout, with these bytes by the hour of the week. */
const measured = (bytesOf: (hourOfWeek: number) => number): World => ({
  from: FROM,
  to: FROM + 14 * 24 * HOUR,
  records: [change(FROM - HOUR, activated)],
  configured: [{}],
  listed: [{ name: 'office', logstore: { project: 'net', logstore: 'flowlogs' }, status: 'Active' }],
  bytes: {
    [KEY]: Array.from({ length: 14 * 24 * 4 }, (_, quarter) => {
      return [FROM + quarter * 900_000, bytesOf(Math.floor(quarter / 4) % 168) / 4] as const;
    }),
  },
  modes: { [KEY]: 'ChargeByDataIngest' },
});

const found = (world: World) => {
  const report = reportOf(facts(world));
  return { report, logstores: whatIf(report, SCHEDULES) };
};

describe('what each schedule would have written', () => {
  it('is what its minutes would have, by the traffic of each hour of the week', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 2 ** 31 }), { minLength: 168, maxLength: 168 }), (bytes) => {
        const { logstores } = found(measured((hour) => bytes[hour] ?? 0));
        for (const schedule of SCHEDULES) {
          let expected = 0;
          let minutes = 0;
          for (let time = FROM; time < FROM + 14 * 24 * HOUR; time += 10 * 60_000) {
            const { weekday, hour, minute } = DateTime.fromMillis(time, { zone: ZONE });
            if (!ACTIVE[schedule.name]?.(weekday, hour, minute)) continue;
            expected += (bytes[(weekday - 1) * 24 + hour] ?? 0) / 6;
            minutes += 10;
          }
          const cost = logstores[0]?.schedules.find((each) => each.schedule === schedule.name);
          expect(cost?.activeMs).toBe(minutes * 60_000);
          expect(Math.abs((cost?.bytes ?? Number.NaN) - expected)).toBeLessThanOrEqual(
            1e-9 * expected + 1e-6,
          );
          expect(cost?.amount).toBeCloseTo((expected / GB) * 0.4, 6);
        }
      }),
      { numRuns: 3 },
    );
  });

  it('comes cheapest first, with the current schedule marked', () => {
    const { report, logstores } = found(measured((hour) => (hour % 24 < 8 ? GB / 10 : GB)));
    const names = logstores[0]?.schedules.map(({ schedule, current }) => `${schedule}${current ? ' *' : ''}`);
    expect(names).toEqual(['nights', 'sampling', 'office-hours *', 'always']);
    const text = whatIfText(report, logstores, LAYOUT);
    expect(text).toMatch(/\* +office-hours +120\.0 h +120 GB +48\.00 CNY +51 %/);
    expect(text).toMatch(/\(around the clock\) +336\.0 h/);
    expect(text).toMatch(/CloudMonitor/);
  });

  it('names the stretches without a run', () => {
    const { report, logstores } = found(measured(() => GB));
    expect(report.notWatched).not.toEqual([]);
    expect(whatIfJson(report, logstores).notWatched).toEqual(reportJson(report).notWatched);
    expect(whatIfText(report, logstores, LAYOUT)).toMatch(/Not watched \(no run was recorded\)/);
  });

  it('says which figures rest on hours that were never measured', () => {
    const world = measured(() => GB);
    const { report, logstores } = found({
      ...world,
      records: [
        change(FROM + 8 * HOUR, activated),
        change(FROM + 20 * HOUR, {
          observed: 'Active',
          desired: 'Inactive',
          action: 'deactivate',
          outcome: 'confirmed',
        }),
      ],
    });
    const [logstore] = whatIfJson(report, logstores).logstores;
    expect(logstore?.schedules.map(({ estimatedFrom }) => estimatedFrom)).toContain('all-active-hours');
    expect(logstore?.alwaysOn).toMatchObject({ bytes: 336 * GB, activeSeconds: 336 * 3600 });
  });

  it('is not known without an hour to measure by, and still says how long each would capture', () => {
    const { report, logstores } = found({
      ...measured(() => GB),
      records: [],
      listed: [{ logstore: { project: 'net', logstore: 'flowlogs' }, status: 'Inactive' }],
    });
    expect(logstores[0]?.schedules[0]).toMatchObject({
      schedule: 'sampling',
      bytes: null,
      amount: null,
      activeMs: 56 * HOUR,
    });
    expect(whatIfText(report, logstores, LAYOUT)).toMatch(/sampling +56\.0 h +unknown +unknown/);
  });
});
