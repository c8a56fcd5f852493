/** When a flow log captured, by what was recorded; never by the config. Pure. */
import { type Reading, type Status, saysNothing } from './records.ts';
import { DAY_MS, lengthOf, type Stretch, sum } from './stretch.ts';

export type CaptureStatus = Status | 'unknown';

export interface CaptureSpan extends Stretch {
  readonly status: CaptureStatus;
}

/** How long before the range the edge may lie that says what a flow log was when the range began. */
export const LOOK_BACK_MS = 35 * DAY_MS;

export interface CaptureFacts {
  readonly range: Stretch;
  /** Of this flow log, ascending, from {@link LOOK_BACK_MS} before the range to after it. */
  readonly readings: readonly Reading[];
  /** Instants of the runs that looked at every flow log, ascending. */
  readonly watches: readonly number[];
  /** What the flow log is now, when nothing was ever recorded for it; null when that is not known either. */
  readonly now: Status | null;
}

/**
 * Contiguous over the range, neighbours differ.
 *
 * A reading that contradicts what was left (somebody changed it by hand, or a record was lost) makes the stretch
 * since the last run that vouches for it unknown. A run without a record of the flow log found it as it was wanted, so
 * it vouches for what was left as long as the same was wanted. After a failed call the status is unknown until the
 * next reading.
 */
export function captureSpans({ range, readings, watches, now }: CaptureFacts): readonly CaptureSpan[] {
  const near = readings.filter(({ at }) => at >= range.start - LOOK_BACK_MS);
  const spans: CaptureSpan[] = [];
  const add = (status: CaptureStatus, until: number) => {
    const start = spans.at(-1)?.end ?? range.start;
    const end = Math.min(until, range.end);
    if (start >= end) return;
    const last = spans.at(-1);
    if (last?.status === status) spans[spans.length - 1] = { ...last, end };
    else spans.push({ start, end, status });
  };
  const first = near.find(({ observed }) => observed !== null)?.observed;
  let status: CaptureStatus = first ?? now ?? 'unknown';
  let since = Number.NEGATIVE_INFINITY;
  let wantedUntil = Number.POSITIVE_INFINITY;
  for (const reading of near) {
    const { at, observed } = reading;
    if (saysNothing(reading)) continue;
    const contradicts = observed !== null && status !== 'unknown' && observed !== status;
    if (contradicts) {
      add(status, Math.max(since, lastBefore(watches, Math.min(at, wantedUntil))));
      add('unknown', at);
    } else {
      add(status, at);
    }
    status = statusAfter(reading);
    since = at;
    wantedUntil = reading.wantedUntil ?? Number.POSITIVE_INFINITY;
  }
  add(status, range.end);
  return spans;
}

function statusAfter({ effect, observed }: Reading): CaptureStatus {
  switch (effect.kind) {
    case 'edge':
      return effect.to ?? 'unknown';
    case 'failed-call':
      return 'unknown';
    case 'none':
      return observed ?? 'unknown';
  }
}

/** The last of ascending instants that lies before one; -Infinity when there is none. */
function lastBefore(instants: readonly number[], at: number): number {
  let low = 0;
  let high = instants.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((instants[middle] ?? at) < at) low = middle + 1;
    else high = middle;
  }
  return instants[low - 1] ?? Number.NEGATIVE_INFINITY;
}

/** Milliseconds with this status. */
export const timeOf = (spans: readonly CaptureSpan[], status: CaptureStatus): number =>
  sum(spans.filter((span) => span.status === status).map(lengthOf));

/** The status that a flow log had throughout a stretch; null when it had several. */
export function statusThroughout(spans: readonly CaptureSpan[], stretch: Stretch): CaptureStatus | null {
  const within = spans.find(({ start, end }) => start <= stretch.start && stretch.end <= end);
  return within?.status ?? null;
}

/** Stretches of the range without any run for three timer periods or longer. @param runs ascending */
export function notWatched(runs: readonly number[], range: Stretch, periodMs: number): readonly Stretch[] {
  const inside = runs.filter((at) => range.start <= at && at < range.end);
  return [range.start, ...inside]
    .map((start, index) => ({ start, end: inside[index] ?? range.end }))
    .filter((gap) => lengthOf(gap) >= 3 * periodMs);
}
