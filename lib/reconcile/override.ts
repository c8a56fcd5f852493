/** A decision of a person's that wins over the schedule until it ends, kept as a tag on the flow log. Pure. */
import { dateText, dayNumber } from '../schedule/local-date.ts';
import type { DesiredStatus } from '../schedule/types.ts';
import { toIso, type Zone } from '../schedule/zone.ts';
import type { FlowLog } from './ports.ts';

export const OVERRIDE_TAG = 'flow-log-scheduler:override';

/** @see https://www.alibabacloud.com/help/en/cen/developer-reference/api-cbn-2017-09-12-tagresources */
export const MAX_TAG_VALUE_CHARS = 128;

export interface Override {
  readonly status: DesiredStatus;
  /** In force before this instant, milliseconds since the epoch. */
  readonly until: number;
  readonly by: string | null;
  readonly reason: string | null;
}

const VALUE = /^(active|inactive) until (\S+?)(?:; by=([^;]*))?(?:; reason=(.*))?$/i;

/** Null for a value that is no override. */
export function parseOverride(value: string): Override | null {
  const match = VALUE.exec(value.trim());
  if (match === null) return null;
  const [, status = '', end = '', by = '', reason = ''] = match;
  const until = parseInstantWithOffset(end);
  if (until === null) return null;
  return {
    status: status.toLowerCase() === 'active' ? 'Active' : 'Inactive',
    until,
    by: by.trim() || null,
    reason: reason.trim() || null,
  };
}

/** What the override tag of a flow log says at an instant. */
export type TagReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'in-force'; readonly override: Override }
  | { readonly kind: 'expired'; readonly override: Override }
  /** It is no override: ignored, reported, and left alone. */
  | { readonly kind: 'unreadable'; readonly value: string };

/** The tag's text; undefined where there is none, or where tags cannot be read. */
export const overrideTagOf = ({ tags }: FlowLog): string | undefined => tags?.[OVERRIDE_TAG];

/** @param at milliseconds since the epoch */
export function readOverrideTag(flowLog: FlowLog, at: number): TagReading {
  const value = overrideTagOf(flowLog);
  if (value === undefined) return { kind: 'none' };
  const override = parseOverride(value);
  if (override === null) return { kind: 'unreadable', value };
  return { kind: at < override.until ? 'in-force' : 'expired', override };
}

/** The tag's value; may be longer than a tag may be. @param zone in which the end is written */
export function formatOverride({ status, until, by, reason }: Override, zone: Zone): string {
  const owner = by === null ? '' : `; by=${by}`;
  const why = reason === null ? '' : `; reason=${reason}`;
  return `${status} until ${formatEnd(until, zone)}${owner}${why}`;
}

/** For people: `override by netops until 2026-11-23T18:00:00+08:00: incident 42`. */
export function describeOverride({ until, by, reason }: Override, zone: Zone): string {
  const owner = by === null ? '' : ` by ${by}`;
  return `override${owner} until ${formatEnd(until, zone)}${reason === null ? '' : `: ${reason}`}`;
}

/** What a new override takes the place of, for people: ` (was Active until …)`; empty when none is in force. */
export function describeReplaced(flowLog: FlowLog, at: number, zone: Zone): string {
  const reading = readOverrideTag(flowLog, at);
  if (reading.kind !== 'in-force') return '';
  const { status, until } = reading.override;
  return ` (was ${status} until ${formatEnd(until, zone)})`;
}

const TIME = String.raw`(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?|24:00(?::00)?`;
const INSTANT = new RegExp(String.raw`^(\d{4}-\d\d-\d\d)T(${TIME})(?:Z|([+-]\d\d):?([0-5]\d))$`, 'i');
const MOST_HOURS = 14;

/** Milliseconds since the epoch of an ISO date-time with `Z` or an offset; null for anything else. */
export function parseInstantWithOffset(text: string): number | null {
  const [match, date = '', time, hours = '+00', minutes = '00'] = INSTANT.exec(text) ?? [];
  if (match === undefined || Math.abs(Number(hours)) > MOST_HOURS) return null;
  // `Date.parse` takes 30 February for 2 March.
  if (dateText(dayNumber(date)) !== date) return null;
  return Date.parse(`${date}T${time}${hours}:${minutes}`);
}

const formatEnd = (until: number, zone: Zone): string => toIso(zone, until).replace('.000', '');
