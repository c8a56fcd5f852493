import { InvalidArgumentError } from 'commander';
import { DateTime } from 'luxon';

/** Reads an instant of a command line; one without a zone or offset is meant in `zone`. */
export function parseInstant(text: string, zone: string): number | null {
  const instant = DateTime.fromISO(text, { zone });
  return instant.isValid ? instant.toMillis() : null;
}

/** What schedules are worked out for, with a day to spare in any zone, and a year for what comes next. */
const EARLIEST = Date.UTC(1970, 0, 2);
const LATEST = Date.UTC(2999, 0, 1);

/** For commander: the text as it is, when it is an ISO date or date-time. */
export function isoArgument(text: string): string {
  const instant = parseInstant(text, 'UTC');
  if (instant === null) {
    throw new InvalidArgumentError(
      'Expected an ISO date or time such as 2026-11-23 or 2026-11-23T08:00+08:00.',
    );
  }
  if (instant < EARLIEST || instant > LATEST) {
    throw new InvalidArgumentError('Expected a time from 1970-01-02 to 2999-01-01.');
  }
  return text;
}

/** E.g. `Mon 2026-11-23 08:00 +08:00` in `zone`, with seconds only where there are any. */
export function formatInstant(ms: number, zone: string): string {
  const instant = DateTime.fromMillis(ms, { zone });
  const seconds = instant.second === 0 ? '' : ':ss';
  return instant.toFormat(`ccc yyyy-MM-dd HH:mm${seconds} ZZ`, { locale: 'en' });
}
