/**
 * The dashboard's hours, by its own SQL over records that the scheduler wrote, in SQLite. Its dialect differs from SLS's
 * (Presto's): quoted names of columns that are not there are texts in it, dates have other functions, and it has no
 * `max_by`; `lead`, `case`, `round` and arithmetic on whole numbers, which this query is made of, are the same. SLS cuts
 * the records to the time range and to the search before any SQL; here both are done by hand.
 */
import fc from 'fast-check';
import initSqlJs from 'sql.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseSearch } from '../../../lib/emulator/sls/search-query.ts';
import { toRecords } from '../../../lib/reconcile/records.ts';
import { type Report, summarise } from '../../../lib/reconcile/report.ts';
import { LOG_INDEX } from '../../../lib/tool/provision/definitions/log-index.ts';
import { CAPTURE_TIMELINE, captureHours, OUTCOMES } from '../../../lib/tool/provision/definitions/queries.ts';
import { RUNTIME } from '../../support/runtime.ts';

type Sql = Awaited<ReturnType<typeof initSqlJs>>;
let sql: Sql;
beforeAll(async () => {
  sql = await initSqlJs();
});

const START = Date.parse('2026-10-01T00:00:00Z');
const MINUTE = 60_000;
const ORIGIN = {
  trigger: 'timer',
  requestId: '',
  triggerName: 'tick',
  triggerTime: '',
  runtime: RUNTIME,
} as const;

interface Tick {
  readonly minute: number;
  readonly active: number;
  readonly inactive: number;
  readonly changing: number;
  readonly kind: 'whole' | 'some' | 'dry' | 'status';
}

function recordsOf({
  minute,
  active,
  inactive,
  changing,
  kind,
}: Tick): readonly Readonly<Record<string, string>>[] {
  const report: Report = {
    ...{
      runId: `run-${minute}`,
      action: kind === 'status' ? 'status' : 'reconcile',
      dryRun: kind === 'dry',
      ok: true,
    },
    at: START + minute * MINUTE,
    summary: { ...summarise([]), total: active + inactive + changing, confirmed: active },
    ...{ flowLogs: [], notInConfig: [], warnings: [], error: null, apiCalls: 1, durationMs: 10 },
    statuses: kind === 'some' ? null : { active, inactive },
  };
  return toRecords(report, ORIGIN, false);
}

/** As SLS hands them to SQL: numbers where the index says so, and null for an empty one. */
function ask(query: string, ticks: readonly Tick[], from: number, to: number) {
  const [search = '', statement = ''] = query.split(' | ');
  const terms = [...search.matchAll(/(\w+): (\w+)/g)].map(([, field = '', value]) => [field, value] as const);
  expect(terms).toHaveLength(3);
  const rows = ticks
    .filter(({ minute }) => from <= minute && minute < to)
    .flatMap((tick) => recordsOf(tick).map((record) => ({ tick, record })))
    .filter(({ record }) => terms.every(([field, value]) => record[field] === value));
  const columns = Object.entries(LOG_INDEX.keys);
  const db = new sql.Database();
  db.run(`create table log (__time__ integer, ${columns.map(([name]) => `"${name}"`).join(', ')})`);
  const insert = db.prepare(`insert into log values (${['?', ...columns.map(() => '?')].join(', ')})`);
  db.run('begin');
  for (const { tick, record } of rows) {
    const values = columns.map(([name, { type }]) => {
      const text = record[name] ?? '';
      return type === 'text' ? text : text === '' ? null : Number(text);
    });
    insert.run([(START + tick.minute * MINUTE) / 1000, ...values]);
  }
  db.run('commit');
  const [result] = db.exec(statement);
  db.close();
  return (result?.values ?? []).map((row) =>
    Object.fromEntries((result?.columns ?? []).map((name, index) => [name, row[index]])),
  );
}

/** Every minute between the first and the last run that counted statuses counts as that run did, unless nobody looked. */
function walk(ticks: readonly Tick[], from: number, to: number, periodMs: number) {
  const runs = ticks.filter(({ minute, kind }) => kind === 'whole' && from <= minute && minute < to);
  const minutes = { active: 0, inactive: 0, unknown: 0, notWatched: 0 };
  for (let minute = runs[0]?.minute ?? 0; minute < (runs.at(-1)?.minute ?? 0); minute += 1) {
    const before = runs.filter((run) => run.minute <= minute).at(-1);
    const after = runs.find((run) => run.minute > minute);
    if (before === undefined || after === undefined) continue;
    if ((after.minute - before.minute) * MINUTE >= 3 * periodMs) {
      minutes.notWatched += 1;
      continue;
    }
    minutes.active += before.active;
    minutes.inactive += before.inactive;
    minutes.unknown += before.changing;
  }
  return { ...minutes, runs: runs.length };
}

const count = fc.nat({ max: 500 });
const ticksIn = fc
  .uniqueArray(
    fc.record({
      minute: fc.nat({ max: 2_000 }),
      active: count,
      inactive: count,
      changing: fc.constantFrom(0, 0, 0, 1, 3),
      kind: fc.constantFrom<Tick['kind'][]>('whole', 'whole', 'whole', 'whole', 'some', 'dry', 'status'),
    }),
    { maxLength: 120, selector: ({ minute }) => minute },
  )
  .map((ticks) => [...ticks].sort((one, other) => one.minute - other.minute));

describe('the hours that the dashboard shows', () => {
  it('are those of a walk of the minutes, for any records and any time range', () => {
    fc.assert(
      fc.property(
        ticksIn,
        fc.tuple(fc.nat({ max: 2_000 }), fc.nat({ max: 2_000 })),
        fc.constantFrom(5, 10, 60),
        (ticks, bounds, period) => {
          const [from, to] = [Math.min(...bounds), Math.max(...bounds)];
          const [found = {}] = ask(captureHours(period * MINUTE), ticks, from, to);
          const expected = walk(ticks, from, to, period * MINUTE);
          expect(found.runs).toBe(expected.runs);
          if (expected.runs === 0) return;
          const figures = [
            [found.active_hours, expected.active],
            [found.inactive_hours, expected.inactive],
            [found.unknown_hours, expected.unknown],
            [found.hours_not_watched, expected.notWatched],
          ] as const;
          for (const [hours, minutes] of figures) {
            expect(Math.abs(Number(hours) - minutes / 60)).toBeLessThanOrEqual(0.051);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are all hours of a flow log that is Inactive all month and of one that left the config', () => {
    const perDay = 48;
    const month = Array.from({ length: 31 * perDay + 1 }, (_, tick): Tick => {
      const left = tick >= 10 * perDay;
      return { minute: tick * 30, active: left ? 0 : 1, inactive: 1, changing: 0, kind: 'whole' };
    });
    expect(ask(captureHours(1_800_000), month, 0, 31 * 1440 + 1)).toEqual([
      {
        active_hours: 240,
        inactive_hours: 744,
        unknown_hours: 0,
        hours_not_watched: 0,
        runs: 31 * perDay + 1,
      },
    ]);
  });

  it.each([
    ['the hours', captureHours(300_000)],
    ['the outcomes', OUTCOMES],
  ])('%s count a run once that SLS holds twice', (_, query) => {
    const once = Array.from({ length: 30 }, (_each, tick): Tick => {
      return { minute: tick * 5, active: tick % 3, inactive: 1, changing: 0, kind: 'whole' };
    });
    expect(ask(query, [...once, ...once.slice(10, 20)], 0, 150)).toEqual(ask(query, once, 0, 150));
  });
});

describe('the capture timeline', () => {
  it.each([
    ['confirmed', true],
    ['accepted', true],
    ['failed', false],
    ['planned', false],
  ])('has a call that was %s: %s', (outcome, has) => {
    const matches = parseSearch(CAPTURE_TIMELINE.split(' | ')[0] ?? '', { ...LOG_INDEX });
    const contents = { kind: 'flow-log', dryRun: 'false', action: 'activate', outcome };
    expect(matches({ time: 0, timeNs: null, topic: '', source: '', contents, tags: {} })).toBe(has);
  });
});
