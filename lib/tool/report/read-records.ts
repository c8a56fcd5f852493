/** Reads the records that a report needs: bounded, and in parallel by day. */
import pLimit from 'p-limit';
import type { LogRecord } from '../../reconcile/ports.ts';
import { LOOK_BACK_MS } from './capture.ts';
import { type Reading, type Recorded, readRecords, saysNothing } from './records.ts';
import type { Sources } from './sources.ts';
import { DAY_MS, type Stretch } from './stretch.ts';

/** Searches at a time. */
const CONCURRENCY = 8;

/** One search finds this much at a time. */
const PIECE_MS = DAY_MS;

const RUNS = 'kind: run';
/** Of flow logs; an older record may lack `dryRun`. */
const FLOW_LOGS = 'kind: "flow-log" not dryRun: true';
/** Unchanged flow logs are left out: with `record: all` each run recorded every one of them. */
const CHANGES = `${FLOW_LOGS} not outcome: unchanged`;

/** After failed calls, the next reading is looked for this often at most. */
const MOST_LOOKED_FOR = 200;

export interface RecordsNeeded {
  readonly range: Stretch;
  readonly now: number;
  readonly periodMs: number;
  /** The flow logs of the config; of these and of those that were recorded it must be known what they were. */
  readonly flowLogIds: readonly string[];
  readonly source: Pick<Sources, 'records'>;
  /** Called with how far it has come. */
  readonly onProgress: (text: string) => void;
}

/**
 * Runs and changes of the range, changes before it (what the last one left), and after it until the status of each flow log was read.
 * @throws {CloudError} when any of it could not be read: with records missing, the rest would say something untrue
 */
export async function readAllRecords(needed: RecordsNeeded): Promise<Recorded> {
  const { range, now, flowLogIds, source, onProgress } = needed;
  const limit = pLimit(CONCURRENCY);
  let [done, all] = [0, 0];
  const search = (query: string, stretch: Stretch, most?: number): Promise<readonly LogRecord[]> => {
    all += 1;
    return limit(async () => {
      const found = await source.records(query, stretch, most);
      done += 1;
      onProgress(`Reading records: ${done} of ${all} days and searches`);
      return found;
    });
  };
  const days = async (query: string, stretch: Stretch) =>
    (await Promise.all(piecesOf(stretch).map((piece) => search(query, piece)))).flat();
  const end = Math.min(range.end, now);
  const [runs, before, within, [next]] = await Promise.all([
    days(RUNS, { start: range.start, end }),
    days(CHANGES, { start: range.start - LOOK_BACK_MS, end: range.start }),
    days(CHANGES, { start: range.start, end }),
    end < now ? search(RUNS, { start: end, end: now }, 1) : [],
  ]);
  const lines = [...runs, ...before, ...within, ...(next === undefined ? [] : [next])];
  for (let from = end; from < now; ) {
    const known = readRecords(lines);
    const read = new Set(
      known.readings.flatMap(({ flowLogId, observed }) => (observed === null ? [] : [flowLogId])),
    );
    const missing = [...flowLogIds, ...known.readings.map(({ flowLogId }) => flowLogId)].some(
      (id) => !read.has(id),
    );
    // A run after the range may contradict what was left in it.
    if (!missing && known.runs.some((at) => end <= at && at < from)) break;
    const stretch = { start: from, end: Math.min(now, from + CONCURRENCY * PIECE_MS) };
    lines.push(...(await days(CHANGES, stretch)));
    from = stretch.end;
  }
  const recorded = readRecords(lines);
  const looked = await Promise.all(
    unansweredFailures(recorded.readings, { start: range.start, end }, needed.periodMs).map(
      ({ flowLogId, stretch }) =>
        search(`${FLOW_LOGS} and outcome: unchanged and flowLogId: "${flowLogId}"`, stretch, 1),
    ),
  );
  return looked.every((found) => found.length === 0) ? recorded : readRecords([...lines, ...looked.flat()]);
}

function piecesOf({ start, end }: Stretch): readonly Stretch[] {
  const pieces: Stretch[] = [];
  for (let from = start; from < end; from += PIECE_MS)
    pieces.push({ start: from, end: Math.min(end, from + PIECE_MS) });
  return pieces;
}

/** Failed calls after which nothing was recorded for a while: a flow log that needed nothing may have a record then. */
function unansweredFailures(readings: readonly Reading[], range: Stretch, periodMs: number) {
  const found: { readonly flowLogId: string; readonly stretch: Stretch }[] = [];
  const last = new Map<string, Reading>();
  const close = (failed: Reading | undefined, until: number) => {
    if (failed?.effect.kind !== 'failed-call' || failed.at < range.start - LOOK_BACK_MS) return;
    const end = Math.min(until, range.end);
    if (end - failed.at > periodMs)
      found.push({ flowLogId: failed.flowLogId, stretch: { start: failed.at, end } });
  };
  for (const reading of readings) {
    if (saysNothing(reading)) continue;
    close(last.get(reading.flowLogId), reading.at);
    last.set(reading.flowLogId, reading);
  }
  for (const reading of last.values()) close(reading, range.end);
  return found.slice(-MOST_LOOKED_FOR);
}
