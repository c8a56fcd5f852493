import { IANAZone } from 'luxon';
import { DAY_MS, type LocalMs } from './local-date.ts';

/** A stretch [start, end) of instants with one offset from UTC: local = instant + offsetMs. */
export interface OffsetSegment {
  readonly start: number;
  readonly end: number;
  readonly offsetMs: number;
}

/** The local clock of one zone over a stretch of instants. Outside of it the nearest offset is carried on. */
export interface LocalTime {
  /** Contiguous; the first starts at -Infinity, the last ends at Infinity. */
  readonly segments: readonly OffsetSegment[];
  /** What the local clock shows at an instant. */
  toLocal(instantMs: number): LocalMs;
  /** First instant at which the local clock shows `local` or later. In a spring gap: the end of the gap. */
  firstAtOrAfter(local: LocalMs): number;
  /**
   * End (exclusive) of the instants at which the local clock shows a time before `local`.
   * In an autumn overlap: the second pass. In a spring gap: the start of the gap.
   */
  endBefore(local: LocalMs): number;
}

/** The clocks of some zones, worked out ahead: loading the zone data is the dearest part of a cold start. */
export interface KnownClocks {
  /** Of the zone data that they were worked out with, as `process.versions.tz` tells it. */
  readonly dataVersion: string;
  /** They are exact for instants in [fromMs, toMs]. */
  readonly fromMs: number;
  readonly toMs: number;
  /** By IANA name: offsets from UTC in milliseconds, each with the instant that it holds from. */
  readonly zones: Readonly<Record<string, Offsets>>;
}

type Offsets = readonly (readonly [startMs: number, offsetMs: number])[];

export const NO_CLOCKS: KnownClocks = { dataVersion: '', fromMs: 0, toMs: 0, zones: {} };

/** What is known by zone, and the instants for which it is. */
let known = { ...NO_CLOCKS, byZone: new Map<string, Offsets>() };

/**
 * From now on answers from these clocks where they reach, in this process. They say what this runtime's own zone
 * data says, or they are not used.
 * @param dataVersion of this runtime's zone data
 */
export function useKnownClocks(clocks: KnownClocks, dataVersion: string | undefined): void {
  const used = clocks.dataVersion === dataVersion ? clocks : NO_CLOCKS;
  known = { ...used, byZone: new Map(Object.entries(used.zones)) };
}

export const isKnownZone = (zone: string): boolean => known.byZone.has(zone);

/**
 * @param dataVersion of this runtime's zone data
 * @throws RangeError for a zone that the runtime does not know.
 */
export function knowClocks(
  zones: Iterable<string>,
  fromMs: number,
  toMs: number,
  dataVersion: string,
): KnownClocks {
  const offsetsOf = (zone: string) =>
    localTime(zone, fromMs, toMs).segments.map(
      ({ start, offsetMs }) => [Math.max(start, fromMs), offsetMs] as const,
    );
  return {
    dataVersion,
    fromMs,
    toMs,
    zones: Object.fromEntries(Array.from(zones, (zone) => [zone, offsetsOf(zone)])),
  };
}

function knownSegments(zone: string, fromMs: number, toMs: number): readonly OffsetSegment[] | null {
  const offsets = known.byZone.get(zone);
  if (offsets === undefined || fromMs < known.fromMs || known.toMs < toMs) return null;
  return offsets
    .map(([start, offsetMs], index) => ({
      start: index === 0 || start <= fromMs ? Number.NEGATIVE_INFINITY : start,
      end: offsets[index + 1]?.[0] ?? Number.POSITIVE_INFINITY,
      offsetMs,
    }))
    .filter(({ start, end }) => fromMs < end && start <= toMs)
    .map((segment) => (segment.end <= toMs ? segment : { ...segment, end: Number.POSITIVE_INFINITY }));
}

/**
 * The local clock of a zone, exact for instants in [fromMs, toMs]. Uses the zone's offsets only, never a library's
 * choice among ambiguous local times.
 *
 * Cost: one offset look-up for every two days, and 28 for each transition.
 *
 * @param zone IANA name
 * @throws RangeError for a zone that the runtime does not know.
 */
export function localTime(zone: string, fromMs: number, toMs: number): LocalTime {
  const remembered = knownSegments(zone, fromMs, toMs);
  if (remembered !== null) return localTimeOf(remembered);
  const iana = IANAZone.create(zone);
  if (!iana.isValid) throw new RangeError(`unknown time zone "${zone}"`);
  const offsetAt = (instantMs: number): number => Math.round(iana.offset(instantMs) * 60_000);
  return localTimeOf(offsetSegments(offsetAt, fromMs, toMs));
}

/**
 * Two days: since 1970 no zone changed its offset and changed back in less than a week (the closest are Brazil's
 * in October 2000 and Palestine's around Ramadan), so no pair of transitions hides between two samples.
 */
const SAMPLE_MS = 2 * DAY_MS;

/**
 * Finds every change of an offset function in (fromMs, toMs], to the millisecond: samples every two days, then
 * halves the stretch between two samples that differ.
 *
 * @param offsetAt milliseconds to add to an instant to get local time
 */
export function offsetSegments(
  offsetAt: (instantMs: number) => number,
  fromMs: number,
  toMs: number,
): readonly OffsetSegment[] {
  const segments: OffsetSegment[] = [];
  let start = Number.NEGATIVE_INFINITY;
  let offsetMs = offsetAt(fromMs);
  let at = fromMs;
  while (at < toMs) {
    const probe = Math.min(at + SAMPLE_MS, toMs);
    if (offsetAt(probe) === offsetMs) {
      at = probe;
      continue;
    }
    at = firstChange(offsetAt, at, probe);
    segments.push({ start, end: at, offsetMs });
    start = at;
    offsetMs = offsetAt(at);
  }
  return [...segments, { start, end: Number.POSITIVE_INFINITY, offsetMs }];
}

function firstChange(offsetAt: (instantMs: number) => number, fromMs: number, toMs: number): number {
  const initial = offsetAt(fromMs);
  let before = fromMs;
  let after = toMs;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle) === initial) before = middle;
    else after = middle;
  }
  return after;
}

function localTimeOf(segments: readonly OffsetSegment[]): LocalTime {
  return {
    segments,
    toLocal(instantMs) {
      let offset = 0;
      for (const segment of segments) if (segment.start <= instantMs) offset = segment.offsetMs;
      return instantMs + offset;
    },
    firstAtOrAfter(local) {
      let first = Number.POSITIVE_INFINITY;
      for (const { start, end, offsetMs } of segments) {
        const candidate = Math.max(start, local - offsetMs);
        if (candidate < end) first = Math.min(first, candidate);
      }
      return first;
    },
    endBefore(local) {
      let last = Number.NEGATIVE_INFINITY;
      for (const { start, end, offsetMs } of segments) {
        const candidate = Math.min(end, local - offsetMs);
        if (candidate > start) last = Math.max(last, candidate);
      }
      return last;
    },
  };
}
