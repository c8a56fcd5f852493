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

/** Offsets from UTC that were read from zone data: a list of changes, exact for instants in [fromMs, toMs]. Plain data. */
export interface OffsetTable {
  readonly fromMs: number;
  readonly toMs: number;
  /** Milliseconds to add to UTC, each with the instant from which it holds; ascending. */
  readonly offsets: readonly (readonly [startMs: number, offsetMs: number])[];
}

/** A time zone. Plain data. */
export interface Zone {
  /** IANA name. */
  readonly name: string;
  /** Goes before the runtime's own zone data as far as it reaches; null to use the runtime's alone. */
  readonly table: OffsetTable | null;
}

/** A zone by the zone data of the runtime that asks. @param name IANA name; an unknown one is refused when it is used */
export const runtimeZone = (name: string): Zone => ({ name, table: null });

/**
 * A zone with a table for [fromMs, toMs], so that the same offsets are used wherever the table is read.
 * @throws RangeError for a zone that the runtime does not know.
 */
export function tabulate(zone: Zone, fromMs: number, toMs: number): Zone {
  const offsets = localTime(zone, fromMs, toMs).segments.map(
    ({ start, offsetMs }) => [Math.max(start, fromMs), offsetMs] as const,
  );
  return { name: zone.name, table: { fromMs, toMs, offsets } };
}

/**
 * The local clock of a zone, exact for instants in [fromMs, toMs].
 *
 * Cost without a table: one question to the runtime for every two days, and 28 for each transition.
 *
 * @throws RangeError for a zone that the runtime does not know.
 */
export function localTime({ name, table }: Zone, fromMs: number, toMs: number): LocalTime {
  const reaches = table !== null && table.fromMs <= fromMs && toMs <= table.toMs;
  return localTimeOf(
    reaches ? tableSegments(table, fromMs, toMs) : offsetSegments(runtimeOffsets(name), fromMs, toMs),
  );
}

/**
 * An instant as the zone's clock shows it: `2026-11-23T18:00:00.000+08:00`, or with `Z` in UTC.
 * @throws as {@link localTime} does
 */
export function toIso(zone: Zone, instantMs: number): string {
  const local = localTime(zone, instantMs, instantMs).toLocal(instantMs);
  return `${new Date(local).toISOString().slice(0, -1)}${zone.name === 'UTC' ? 'Z' : offsetText(local - instantMs)}`;
}

function offsetText(offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function tableSegments({ offsets }: OffsetTable, fromMs: number, toMs: number): readonly OffsetSegment[] {
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
 * Offsets by the runtime's own zone data. Not luxon: it would be a third of the function's code for this one question.
 * @returns milliseconds to add to an instant to get local time
 * @throws RangeError for a zone that the runtime does not know.
 */
function runtimeOffsets(name: string): (instantMs: number) => number {
  const format = offsetFormat(name);
  return (instantMs) => {
    // `11/1/2026, GMT+08:00`, with seconds for local mean times. Node.js 20.10.0 writes none as `GMT`.
    const text = format.format(instantMs).replace(/GMT$/, 'GMT+00:00');
    const offset = text.slice(text.indexOf('GMT') + 'GMT'.length);
    const ms = Date.parse(`1970-01-01T${offset.slice(1)}Z`);
    return offset.startsWith('-') ? -ms : ms;
  };
}

/** By zone name, since making one takes as long as asking it thirty times. */
const formats = new Map<string, Intl.DateTimeFormat>();

function offsetFormat(name: string): Intl.DateTimeFormat {
  const known = formats.get(name);
  if (known !== undefined) return known;
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    formats.set(name, format);
    return format;
  } catch {
    throw new RangeError(`unknown time zone "${name}"`);
  }
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
