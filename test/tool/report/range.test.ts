import { expect, it } from 'vitest';
import { lastDays, rangeOf } from '../../../lib/tool/report/range.ts';

const ZONE = 'America/New_York';
const NOW = Date.parse('2026-11-26T10:20:30.400-05:00');
const iso = (ms: number) => new Date(ms).toISOString();

it.each([
  [
    'last month by default, by the clock of the zone',
    {},
    '2026-10-01T04:00:00.000Z',
    '2026-11-01T04:00:00.000Z',
  ],
  [
    'a month with a change of the clock',
    { month: '2026-03' },
    '2026-03-01T05:00:00.000Z',
    '2026-04-01T04:00:00.000Z',
  ],
  [
    'the running month until now',
    { month: '2026-11' },
    '2026-11-01T04:00:00.000Z',
    '2026-11-26T15:20:30.000Z',
  ],
  [
    'a month in the future as it is',
    { month: '2027-01' },
    '2027-01-01T05:00:00.000Z',
    '2027-02-01T05:00:00.000Z',
  ],
  [
    'from an instant until now',
    { from: '2026-11-20' },
    '2026-11-20T05:00:00.000Z',
    '2026-11-26T15:20:30.000Z',
  ],
  [
    'no further than now',
    { from: '2026-11-20T00:00Z', to: '2026-12-20T00:00Z' },
    '2026-11-20T00:00:00.000Z',
    '2026-11-26T15:20:30.000Z',
  ],
])('a report is about %s', (_, options, start, end) => {
  const range = rangeOf(options, ZONE, NOW);
  expect('problem' in range ? range : [iso(range.start), iso(range.end)]).toEqual([start, end]);
});

it('what-if is about whole hours until now, and whole local days back', () => {
  const { start, end } = lastDays(28, ZONE, NOW);
  expect([iso(start), iso(end)]).toEqual(['2026-10-29T14:00:00.000Z', '2026-11-26T15:00:00.000Z']);
});
