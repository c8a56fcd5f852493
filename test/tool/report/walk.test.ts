import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportJson } from '../../../lib/tool/report/json.ts';
import { reportOf } from '../../../lib/tool/report/report.ts';
import { change, facts, run } from './facts.ts';
import { type OracleWorld, walk } from './oracle.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Ranges that hold a change of the clock, an hour that comes twice, half an hour, and none. */
const PLACES = [
  { zone: 'Asia/Shanghai', from: '2026-10-01T00:00+08:00' },
  { zone: 'America/New_York', from: '2026-10-31T00:00-04:00' },
  { zone: 'Europe/Berlin', from: '2026-03-28T00:00+01:00' },
  { zone: 'Australia/Lord_Howe', from: '2026-04-04T12:00+11:00' },
  { zone: 'Asia/Kolkata', from: '2026-08-01T00:00+05:30' },
  { zone: 'Asia/Kathmandu', from: '2026-08-01T07:20+05:45' },
] as const;

const STATUSES = ['Active', 'Inactive'] as const;
const status = fc.constantFrom(...STATUSES);

/** One line of a flow log: minutes after the range's start, before it when negative. */
const line = (minutesOfRange: number) =>
  fc.record({
    minute: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: minutesOfRange }) },
      { weight: 1, arbitrary: fc.integer({ min: -40 * 1440, max: -1 }) },
      { weight: 1, arbitrary: fc.integer({ min: minutesOfRange, max: minutesOfRange + 2 * 1440 }) },
    ),
    desired: status,
    observed: fc.constantFrom('Active', 'Inactive', 'Active', 'Inactive', 'Modifying', ''),
    called: fc.constantFrom(true, true, true, false),
    outcome: fc.constantFrom(
      'confirmed',
      'confirmed',
      'confirmed',
      'accepted',
      'failed',
      'waiting',
      'unchanged',
      'planned',
    ),
    /** Minutes until something else is wanted. */
    wanted: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: minutesOfRange })),
    dryRun: fc.constantFrom(false, false, false, false, true),
  });

const world = fc
  .record({
    place: fc.constantFrom(...PLACES),
    hours: fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 1, max: 40 }) },
      // Hours of the week that come twice.
      { weight: 1, arbitrary: fc.integer({ min: 170, max: 220 }) },
    ),
    extraMinutes: fc.constantFrom(0, 0, 7, 45),
  })
  .chain(({ place, hours, extraMinutes }) => {
    const minutes = hours * 60 + extraMinutes;
    const from = Date.parse(place.from);
    return fc.record({
      zone: fc.constant(place.zone),
      from: fc.constant(from),
      to: fc.constant(from + minutes * MINUTE),
      flowLogs: fc.array(
        fc.record({
          lines: fc.uniqueArray(line(minutes), { maxLength: 8, selector: ({ minute }) => minute }),
          logstore: fc.constantFrom('a', 'a', 'b', null),
          now: fc.constantFrom('Active', 'Inactive', null),
          configured: fc.boolean(),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      /** Stretches without a tick, in minutes. */
      gaps: fc.array(
        fc.record({
          start: fc.integer({ min: -60, max: minutes }),
          length: fc.integer({ min: 1, max: 300 }),
        }),
        { maxLength: 3 },
      ),
      bytes: fc.array(fc.nat({ max: 2 ** 32 }), { minLength: 8, maxLength: 8 }),
    });
  });

/** Consistent or not: a report has to say the same as the walk about any records. */
function toWorld({
  flowLogs,
  gaps,
  bytes,
  ...rest
}: typeof world extends fc.Arbitrary<infer W> ? W : never): OracleWorld & {
  readonly configured: readonly string[];
} {
  const { from, to } = rest;
  const records: Record<string, string>[] = [];
  const inGap = (minute: number) =>
    gaps.some(({ start, length }) => start <= minute && minute < start + length);
  for (let at = from - HOUR; at < to + HOUR; at += 5 * MINUTE) {
    if (!inGap((at - from) / MINUTE)) records.push(run(at));
  }
  flowLogs.forEach(({ lines }, index) => {
    for (const { minute, desired, observed, called, outcome, wanted, dryRun } of lines) {
      const at = from + minute * MINUTE;
      const action = called ? (desired === 'Active' ? 'activate' : 'deactivate') : 'none';
      const nextTransition = wanted === null ? '' : new Date(at + wanted * MINUTE).toISOString();
      const fields = {
        nextTransition,
        action,
        outcome,
        desired,
        observed,
        dryRun: String(dryRun),
        flowLogId: `flowlog-${index}`,
      };
      records.push(change(at, { ...fields, runId: `run-${at}-${index}` }));
      if (!dryRun) records.push(run(at, { runId: `run-${at}-${index}` }));
    }
  });
  const points = (factor: number) => {
    const all: (readonly [number, number])[] = [];
    const first = Math.floor((from - DAY) / (15 * MINUTE)) * 15 * MINUTE;
    for (let at = first, index = 0; at < to + DAY; at += 15 * MINUTE, index += 1) {
      const size = (bytes[index % bytes.length] ?? 0) * factor;
      // A missing point is zero.
      if (size % 3 !== 0) all.push([at, size]);
    }
    return all;
  };
  const shown = flowLogs.map((each, index) => ({ ...each, flowLogId: `flowlog-${index}` }));
  return {
    ...rest,
    records,
    flowLogs: shown
      .filter(
        ({ configured, lines }) =>
          configured || lines.some(({ dryRun, minute }) => !dryRun && from + minute * MINUTE < to),
      )
      .map(({ flowLogId, now, logstore }) => ({ flowLogId, now, logstore })),
    bytes: { a: points(1), b: points(2) },
    pricePerGB: 0.4,
    configured: shown.filter(({ configured }) => configured).map(({ flowLogId }) => flowLogId),
  };
}

describe('the report of any records and metrics', () => {
  it('says what a walk of the minutes finds', () => {
    fc.assert(
      fc.property(world, (arbitrary) => {
        const told = toWorld(arbitrary);
        const expected = walk(told);
        const { flowLogs, logstores, notWatched } = reportJson(
          reportOf(
            facts({
              ...told,
              configured: told.configured.map((flowLogId) => ({ flowLogId })),
              listed: told.flowLogs.map(({ flowLogId, now, logstore }) => ({
                flowLogId,
                status: now,
                logstore: logstore === null ? null : { project: 'net', logstore },
              })),
              bytes: { 'net/a': told.bytes.a ?? [], 'net/b': told.bytes.b ?? [] },
              modes: { 'net/a': 'ChargeByDataIngest', 'net/b': 'ChargeByDataIngest' },
            }),
          ),
        );
        expect(
          Object.fromEntries(
            flowLogs.map(({ flowLogId, activeSeconds, inactiveSeconds, unknownSeconds }) => [
              flowLogId,
              { activeSeconds, inactiveSeconds, unknownSeconds },
            ]),
          ),
        ).toEqual(expected.flowLogs);
        for (const { activeSeconds, inactiveSeconds, unknownSeconds } of flowLogs) {
          expect(activeSeconds + inactiveSeconds + unknownSeconds).toBe((told.to - told.from) / 1000);
        }
        expect(logstores.map(({ logstore }) => logstore).sort()).toEqual(
          Object.keys(expected.logstores).sort(),
        );
        for (const found of logstores) {
          const { estimatedFrom, ...numbers } = expected.logstores[found.logstore] ?? expect.fail();
          expect(found.estimatedFrom).toBe(estimatedFrom);
          for (const [name, number] of Object.entries(numbers)) {
            const figure = found[name as keyof typeof numbers];
            if (number === null) expect(figure, name).toBeNull();
            else
              expect(Math.abs((figure ?? Number.NaN) - number), name).toBeLessThanOrEqual(
                1e-9 * Math.max(1, number),
              );
          }
        }
        const minutes = notWatched.flatMap(({ from, to }) => {
          const found: number[] = [];
          for (let at = Date.parse(from); at < Date.parse(to); at += MINUTE) found.push(at);
          return found;
        });
        expect(minutes).toEqual(expected.notWatchedMinutes);
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});
