const HOUR_MS = 3_600_000;
const HOURS_A_WEEK = 168;
const MIB = 2 ** 20;

/** Share of the busiest hour that is written in each hour of a working day, by the clock of UTC+8. */
const WORKING_DAY = [
  ...[12, 10, 9, 8, 8, 10, 16, 30, 58, 85, 96, 100],
  ...[82, 88, 98, 96, 92, 84, 66, 50, 42, 34, 24, 16],
];
const WEEKEND_SHARE = 0.35;
/** The epoch was a Thursday, 08:00 in UTC+8. */
const EPOCH_HOUR_OF_WEEK = 3 * 24 + 8;

/**
 * What a flow log writes in an hour, raw, by the hour of the week: 40 to 640 MiB in its busiest one, which one follows from its
 * ID. The same at every call.
 * @param at milliseconds since the epoch
 */
export function bytesPerHour(flowLogId: string, at: number): number {
  const hour = (Math.floor(at / HOUR_MS) + EPOCH_HOUR_OF_WEEK) % HOURS_A_WEEK;
  const busiest = (40 + 600 * fraction(flowLogId)) * MIB;
  const share = ((WORKING_DAY[hour % 24] ?? 0) / 100) * (hour < 5 * 24 ? 1 : WEEKEND_SHARE);
  return Math.round(busiest * share * (0.9 + 0.1 * fraction(`${flowLogId} ${hour}`)));
}

/** A number from 0 up to 1 that follows from a text. @see FNV-1a */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  // FNV's low bits depend on the last bytes most; mixed, so do all.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}
