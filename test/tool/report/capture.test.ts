import { describe, expect, it } from 'vitest';
import { captureSpans, notWatched } from '../../../lib/tool/report/capture.ts';
import { readRecords } from '../../../lib/tool/report/records.ts';
import { activated, at, change, deactivated, run } from './facts.ts';

const T = (time: string): number => at(`2026-10-${time}:00Z`);
const RANGE = { start: T('10T00:00'), end: T('11T00:00') };
const failed = { observed: 'Inactive', desired: 'Active', action: 'activate', outcome: 'failed' };
const reading = { observed: 'Active', desired: 'Active', action: 'none', outcome: 'unchanged' };

type Lines = Parameters<typeof readRecords>[0];

const spansOf = (lines: Lines, now: 'Active' | 'Inactive' | null = null) => {
  const { readings, watches } = readRecords(lines);
  return captureSpans({ range: RANGE, readings, watches, now }).map(
    ({ start, status }) => `${new Date(start).toISOString().slice(8, 16)} ${status}`,
  );
};

describe('when a flow log captured', () => {
  it.each<[string, Lines, 'Active' | 'Inactive' | null, readonly string[]]>([
    [
      'an edge ends one status and begins another',
      [change(T('10T08:00'), activated), change(T('10T20:00'), deactivated)],
      null,
      ['10T00:00 Inactive', '10T08:00 Active', '10T20:00 Inactive'],
    ],
    [
      'before the first edge it is what the last edge before the range left',
      [change(T('08T08:00'), activated), change(T('10T20:00'), deactivated)],
      null,
      ['10T00:00 Active', '10T20:00 Inactive'],
    ],
    [
      'an edge of more than 35 days before says nothing',
      [change(at('2026-09-04T23:59Z'), activated)],
      null,
      ['10T00:00 unknown'],
    ],
    [
      'without an edge before, it is what the first edge after the range observed',
      [change(T('12T08:00'), activated)],
      'Active',
      ['10T00:00 Inactive'],
    ],
    ['without any edge it is what it is now', [], 'Inactive', ['10T00:00 Inactive']],
    ['one that is not listed either is unknown', [], null, ['10T00:00 unknown']],
    [
      'an accepted call counts as done',
      [change(T('10T08:00'), { ...activated, outcome: 'accepted' })],
      null,
      ['10T00:00 Inactive', '10T08:00 Active'],
    ],
    [
      'a dry run never counts',
      [change(T('10T08:00'), { ...activated, outcome: 'planned', dryRun: 'true' })],
      'Inactive',
      ['10T00:00 Inactive'],
    ],
    [
      'after a failed call it is unknown until the next reading',
      [change(T('10T08:00'), failed), change(T('10T09:00'), reading)],
      null,
      ['10T00:00 Inactive', '10T08:00 unknown', '10T09:00 Active'],
    ],
    [
      'a failure before any call leaves it as it was',
      [change(T('09T08:00'), activated), change(T('10T08:00'), { ...failed, action: 'none', observed: '' })],
      null,
      ['10T00:00 Active'],
    ],
    [
      'an edge that contradicts what was left makes the stretch since the last run unknown',
      [
        change(T('10T08:00'), activated),
        run(T('10T08:00')),
        run(T('10T11:00')),
        change(T('10T12:00'), activated),
        run(T('10T12:00')),
      ],
      null,
      ['10T00:00 Inactive', '10T08:00 Active', '10T11:00 unknown', '10T12:00 Active'],
    ],
    [
      'a run vouches for what was left only while the same was wanted',
      [
        change(T('10T08:00'), { ...activated, nextTransition: '2026-10-10T20:00:00.000Z' }),
        ...['10T19:55', '10T20:05', '10T23:50'].map((time) => run(T(time))),
        change(T('10T23:55'), activated),
      ],
      null,
      ['10T00:00 Inactive', '10T08:00 Active', '10T19:55 unknown', '10T23:55 Active'],
    ],
    [
      'no run of a part, no dry run and no run that could not begin vouches for what was left',
      [
        change(T('10T08:00'), activated),
        run(T('10T09:00'), { action: 'override' }),
        run(T('10T10:00'), { dryRun: 'true' }),
        run(T('10T11:00'), { errorCode: 'InvalidConfig' }),
        change(T('10T12:00'), activated),
      ],
      null,
      ['10T00:00 Inactive', '10T08:00 unknown', '10T12:00 Active'],
    ],
    [
      'a contradiction after the range reaches into it when no run lies between',
      [change(T('10T08:00'), activated), run(T('10T22:00')), change(T('11T09:00'), activated)],
      null,
      ['10T00:00 Inactive', '10T08:00 Active', '10T22:00 unknown'],
    ],
    [
      'a reading in between that shows it changing says nothing',
      [
        change(T('10T08:00'), activated),
        change(T('10T12:00'), { ...reading, observed: 'Modifying', outcome: 'waiting' }),
      ],
      null,
      ['10T00:00 Inactive', '10T08:00 Active'],
    ],
  ])('%s', (_, lines, now, expected) => {
    expect(spansOf(lines, now)).toEqual(expected);
  });
});

describe('the records', () => {
  it('are read by what they say, whatever an older version did not write yet', () => {
    const old = { kind: 'flow-log', flowLogId: 'fl-1', at: '2026-10-10T08:00:00.500Z', ...activated };
    expect(readRecords([old])).toMatchObject({
      readings: [{ flowLogId: 'fl-1', service: 'vpc', account: null, name: null, at: T('10T08:00') + 500 }],
      warnings: [],
    });
  });

  it('count once when SLS holds a line twice', () => {
    const line = change(T('10T08:00'), activated);
    expect(readRecords([line, { ...line }]).readings).toHaveLength(1);
  });

  it('go by the time of SLS when they hold none', () => {
    const { at: _, ...line } = change(0, activated);
    expect(readRecords([{ ...line, __time__: '1764115200' }]).readings[0]?.at).toBe(1_764_115_200_000);
  });

  it('say how many lines were of no use, and how many come from a newer version', () => {
    const { warnings } = readRecords([
      { kind: 'note' },
      { kind: 'flow-log', at: '2026-10-10T08:00:00Z' },
      change(T('10T08:00'), { ...activated, schemaVersion: '2' }),
    ]);
    expect(warnings).toEqual([
      expect.stringMatching(/^2 lines .* left out/),
      expect.stringMatching(/^1 line come.* newer version/),
    ]);
  });
});

describe('stretches that nobody watched', () => {
  const hours = (...times: readonly string[]) => times.map((time) => T(`10T${time}`));
  it.each<[string, readonly number[], readonly string[]]>([
    ['the whole range without a run', [], ['00:00 24:00']],
    [
      'before the first run, between runs and after the last',
      hours('06:00', '12:00'),
      ['00:00 06:00', '06:00 12:00', '12:00 24:00'],
    ],
    ['not two periods', hours('00:00', '00:10', '00:20'), ['00:20 24:00']],
    ['three periods', hours('00:00', '00:10', '00:25'), ['00:10 00:25', '00:25 24:00']],
  ])('%s', (_, runs, expected) => {
    const time = (ms: number) => (ms === RANGE.end ? '24:00' : new Date(ms).toISOString().slice(11, 16));
    const found = notWatched([at('2026-10-09T23:00Z'), ...runs], RANGE, 300_000);
    expect(found.map(({ start, end }) => `${time(start)} ${time(end)}`)).toEqual(expected);
  });
});
