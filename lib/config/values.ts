import type { FlowLogService } from './config.ts';

/** As a config names them, from Monday on. */
export const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** An ID as Alibaba Cloud gives them. */
export const RESOURCE_ID = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/** The product whose flow logs have IDs such as this; null when it is neither's. */
export function serviceOf(flowLogId: string): FlowLogService | null {
  if (flowLogId.startsWith('flowlog-')) return 'cen';
  return flowLogId.startsWith('fl-') ? 'vpc' : null;
}

const DURATION = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/**
 * Reads a length such as `90s`, `10m`, `2h`, `1d` or `1h30m`.
 * @returns milliseconds, always positive; null when the text is no such length
 */
export function parseDuration(text: string): number | null {
  const match = DURATION.exec(text);
  if (match === null) return null;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ];
  const ms = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  return ms > 0 && Number.isSafeInteger(ms) ? ms : null;
}

/** Minutes after midnight for `HH:MM`, `00:00` to `24:00`; null when the text is no such time. */
export function parseTimeOfDay(text: string): number | null {
  const match = /^(\d{2}):(\d{2})$/.exec(text);
  if (match === null) return null;
  const [hours, minutes] = [Number(match[1]), Number(match[2])];
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : text === '24:00' ? 1440 : null;
}

/** Whether `YYYY-MM-DD` names a date that exists. */
export function isDate(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) &&
    new Date(`${text}T00:00:00Z`).toISOString().startsWith(text)
  );
}

/** Whether `YYYY-MM-DDTHH:MM` names a local time that a calendar and a clock can show. */
export function isLocalDateTime(text: string): boolean {
  const [date = '', time = ''] = text.split('T');
  return text.length === 16 && isDate(date) && (parseTimeOfDay(time) ?? 1440) < 1440;
}

/** First local date-time of an exception that is written from this date or local date-time. */
export function exceptionStart(from: string): string {
  return from.includes('T') ? from : `${from}T00:00`;
}

/** Local date-time at which an exception ends: a date is included whole, a date-time is not. */
export function exceptionEnd(to: string): string {
  return to.includes('T') ? to : `${nextDate(to)}T00:00`;
}

/** Whether one local date-time comes before another. Not by their text: the year after 9999 is `+010000`. */
export function isBefore(local: string, other: string): boolean {
  return Date.parse(`${local}Z`) < Date.parse(`${other}Z`);
}

/** The date after `YYYY-MM-DD`. */
export function nextDate(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().replace(/T.*/, '');
}

/** Whether the runtime's zone database has this IANA name. Fixed offsets such as `+08:00` are no names. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
