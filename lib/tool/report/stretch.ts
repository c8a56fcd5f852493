/** A stretch of instants, half-open: [start, end), milliseconds since the epoch. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export const lengthOf = ({ start, end }: Stretch): number => end - start;

/** The common part of two stretches; null when there is none. */
export function meet(one: Stretch, other: Stretch): Stretch | null {
  const start = Math.max(one.start, other.start);
  const end = Math.min(one.end, other.end);
  return start < end ? { start, end } : null;
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
