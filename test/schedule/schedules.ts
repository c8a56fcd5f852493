import { parseCron } from '../../lib/schedule/cron-expression.ts';
import type { Interval } from '../../lib/schedule/decision.ts';
import type {
  CronWindow,
  Days,
  DaysWindow,
  DesiredStatus,
  Schedule,
  ScheduleException,
} from '../../lib/schedule/types.ts';
import { runtimeZone } from '../../lib/schedule/zone.ts';

/** A schedule with no windows in UTC, but for what is given. */
export function schedule({
  timezone = 'UTC',
  ...parts
}: Partial<Schedule> & { timezone?: string }): Schedule {
  return {
    name: 's',
    zone: runtimeZone(timezone),
    calendar: null,
    windows: [],
    exceptions: [],
    leadMs: 0,
    ...parts,
  };
}

/** `from` and `to` as `HH:MM`. */
export function daysWindow(days: Days, from: string, to: string): DaysWindow {
  return { kind: 'days', days, fromMinute: minuteOf(from), toMinute: minuteOf(to) };
}

export function cronWindow(cron: string, durationMinutes: number): CronWindow {
  return { kind: 'cron', cron, times: parseCron(cron), durationMs: durationMinutes * 60_000 };
}

export function exception(
  from: string,
  to: string,
  status: DesiredStatus,
  reason: string | null = null,
): ScheduleException {
  return { from, to, status, reason };
}

function minuteOf(clock: string): number {
  const [hour, minute] = clock.split(':').map(Number);
  return (hour ?? 0) * 60 + (minute ?? 0);
}

/** An instant from ISO text with a zone or an offset. */
export function at(iso: string): number {
  return Date.parse(iso);
}

/** The Active stretches as `from/to` in UTC. */
export function activeSpans(found: readonly Interval[]): string[] {
  return found
    .filter(({ status }) => status === 'Active')
    .map(({ from, to }) => `${short(from)}/${short(to)}`);
}

/** `2026-03-08T06:59Z`, with seconds and milliseconds only where they are not zero. */
export function short(instantMs: number): string {
  return new Date(instantMs).toISOString().replace('.000Z', 'Z').replace(/:00Z$/, 'Z');
}
