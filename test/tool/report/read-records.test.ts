import { describe, expect, it } from 'vitest';
import { parseSearch } from '../../../lib/emulator/sls/search-query.ts';
import { LOG_INDEX } from '../../../lib/tool/provision/definitions/log-index.ts';
import { readAllRecords } from '../../../lib/tool/report/read-records.ts';
import { activated, at, change, run } from './facts.ts';

type Line = Readonly<Record<string, string>>;

const RANGE = { start: at('2026-10-10T00:00Z'), end: at('2026-10-11T00:00Z') };

/** What is found of these lines, each search as SLS understands it. */
function found(lines: readonly Line[], now = RANGE.end) {
  return readAllRecords({
    range: RANGE,
    now,
    periodMs: 300_000,
    flowLogIds: ['flowlog-1'],
    source: {
      records: async (query, { start, end }, most = Number.POSITIVE_INFINITY) => {
        const matches = parseSearch(query, { ...LOG_INDEX });
        return lines
          .filter(({ at: time = '' }) => start <= at(time) && at(time) < end)
          .filter((contents) => matches({ time: 0, timeNs: null, topic: '', source: '', contents, tags: {} }))
          .slice(0, most);
      },
    },
    onProgress: () => {},
  });
}

const T = (time: string): number => at(`2026-10-10T${time}:00Z`);
const failed = { ...activated, outcome: 'failed' };
const unchanged = { observed: 'Active', desired: 'Active', action: 'none', outcome: 'unchanged' };
const waiting = { observed: 'Modifying', desired: 'Active', action: 'none', outcome: 'waiting' };

describe('the records of a report', () => {
  it('leave out dry runs, and no record that says nothing of them', async () => {
    const { dryRun, ...older } = change(T('08:00'), activated);
    const planned = change(T('09:00'), { ...activated, outcome: 'planned', dryRun: 'true' });
    const { readings } = await found([older, planned]);
    expect(readings.map((reading) => reading.at)).toEqual([T('08:00')]);
  });

  it('reach to the first reading after the range of each flow log, in the config or not', async () => {
    const later = at('2026-10-30T08:00:00Z');
    const left = { flowLogId: 'flowlog-left' };
    const { readings } = await found(
      [
        change(T('08:00'), activated),
        change(T('08:00'), { ...waiting, ...left }),
        run(at('2026-10-11T00:05:00Z')),
        change(later, { ...activated, ...left }),
      ],
      at('2026-11-20T00:00:00Z'),
    );
    expect(readings.map((reading) => reading.at)).toContain(later);
  });

  it('have what a flow log was found as after a failed call, whatever it was changing to in between', async () => {
    const { readings } = await found([
      change(T('08:00'), failed),
      change(T('09:00'), waiting),
      change(T('10:00'), unchanged),
      change(T('11:00'), unchanged),
    ]);
    expect(readings.map((reading) => reading.at)).toEqual([T('08:00'), T('09:00'), T('10:00')]);
  });
});
