import type { Occurrence } from './decision.ts';
import { DAY_MS } from './local-date.ts';
import { occurrences } from './occurrences.ts';
import type { Schedule, Window } from './types.ts';
import { type LocalTime, localTime } from './zone.ts';

/** Two windows of one schedule that are open at the same time. */
export interface Overlap {
  /** Positions in the schedule's `windows`; `first` is the lower one. */
  readonly first: number;
  readonly second: number;
  readonly firstWindow: Window;
  /** The earliest stretch of [fromMs, toMs) in which both are open. */
  readonly both: Occurrence;
}

/**
 * Every pair of a schedule's windows that are ever open at the same time in [fromMs, toMs), without lead time.
 * Exceptions play no part.
 *
 * Cost: for each pair, linear in the occurrences up to the first overlap.
 *
 * @throws as {@link occurrences} does.
 */
export function overlaps(schedule: Schedule, fromMs: number, toMs: number): readonly Overlap[] {
  const { windows, zone } = schedule;
  const longest = Math.max(0, ...windows.map((window) => (window.kind === 'cron' ? window.durationMs : 0)));
  const time = localTime(zone, fromMs - longest - 3 * DAY_MS, toMs + 3 * DAY_MS);
  return windows.flatMap((second, secondIndex) =>
    windows.slice(0, secondIndex).flatMap((first, firstIndex) => {
      const both = firstOverlap(first, second, schedule, time, fromMs, toMs);
      return both === null ? [] : [{ first: firstIndex, second: secondIndex, firstWindow: first, both }];
    }),
  );
}

function firstOverlap(
  first: Window,
  second: Window,
  schedule: Schedule,
  time: LocalTime,
  fromMs: number,
  toMs: number,
): Occurrence | null {
  const ofFirst = occurrences(first, schedule, time, fromMs, toMs);
  const ofSecond = occurrences(second, schedule, time, fromMs, toMs);
  let a = ofFirst.next();
  let b = ofSecond.next();
  while (!a.done && !b.done) {
    const start = Math.max(a.value.start, b.value.start, fromMs);
    const end = Math.min(a.value.end, b.value.end, toMs);
    if (start < end) return { start, end };
    if (a.value.end <= b.value.end) a = ofFirst.next();
    else b = ofSecond.next();
  }
  return null;
}
