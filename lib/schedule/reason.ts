import { formatDuration } from '../text.ts';
import type { DecidedBy } from './decision.ts';
import type { Days, Weekday, Window } from './types.ts';

const WEEKDAYS = { 1: 'Mon', 2: 'Tue', 3: 'Wed', 4: 'Thu', 5: 'Fri', 6: 'Sat', 7: 'Sun' } as const;

/**
 * Why a status is wanted, in a short phrase for people. The same phrase on every day that the same thing decides,
 * so that neighbouring intervals can share it.
 *
 * @param timezone the schedule's zone
 */
export function reasonFor(decidedBy: DecidedBy, timezone: string): string {
  switch (decidedBy.kind) {
    case 'window': {
      const window = `${describeWindow(decidedBy.window)} (${timezone})`;
      return decidedBy.lead ? `lead time of ${window}` : window;
    }
    case 'exception': {
      const { from, to, reason } = decidedBy.exception;
      return reason === null ? `exception ${from} to ${to}` : `exception: ${reason}`;
    }
    case 'rest-day':
      return decidedBy.day.label === null ? 'rest day' : `holiday: ${decidedBy.day.label}`;
    case 'outside':
      return 'outside every window';
  }
}

/** A window for people, without its zone: `window Mon-Fri 08:00-20:00`, `window cron "0 * * * *" for 10m`. */
export function describeWindow(window: Window): string {
  switch (window.kind) {
    case 'days':
      return `window ${describeDays(window.days)} ${clock(window.fromMinute)}-${clock(window.toMinute)}`;
    case 'cron':
      return `window cron "${window.cron}" for ${formatDuration(window.durationMs)}`;
  }
}

function describeDays(days: Days): string {
  if (typeof days === 'string') return days;
  const listed = new Set(days);
  const runs: Weekday[][] = [];
  for (const day of ([1, 2, 3, 4, 5, 6, 7] as const).filter((weekday) => listed.has(weekday))) {
    const run = runs.at(-1);
    if (run?.includes((day - 1) as Weekday)) run.push(day);
    else runs.push([day]);
  }
  return runs.map(describeRun).join(',');
}

function describeRun(run: readonly Weekday[]): string {
  const names = run.map((day) => WEEKDAYS[day]);
  return names.length < 3 ? names.join(',') : `${names[0]}-${names.at(-1)}`;
}

function clock(minute: number): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
