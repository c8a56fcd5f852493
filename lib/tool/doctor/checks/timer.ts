/** Whether anything calls the function, how often, and with what. */
import { Cron } from 'croner';
import type { DeployedTrigger } from '../../../cloud/fc/deployed-function.ts';
import type { Config } from '../../../config/config.ts';
import { parseDuration } from '../../../config/values.ts';
import { openEvent } from '../../../function/event.ts';
import { commandOf } from '../../../function/read-command.ts';
import { isObject, parseJson } from '../../../json.ts';
import type { CloudError } from '../../../reconcile/cloud-error.ts';
import { localTime, runtimeZone } from '../../../schedule/zone.ts';
import { formatDuration } from '../../../text.ts';
import { lengthOf } from '../../lint/lint.ts';
import { type About, about, fail, type Line, ok, warn } from '../line.ts';
import type { FunctionSeen } from '../observations.ts';

/** Between two ticks. */
const LONG_MS = 15 * 60_000;
/** A week and a day, so that nights and weekends are in it. */
const LOOKAHEAD_MS = 8 * 86_400_000;
/** An expression that fires every second is not followed for as long. */
const MOST_TICKS = 12_000;

/**
 * @param at instant from which ticks are looked at, milliseconds since the epoch
 * @param unread the line about triggers that could not be listed
 */
export function checkTimers(
  { name, triggers }: FunctionSeen,
  config: Config | null,
  at: number,
  unread: (about: About, trouble: CloudError) => Line,
): readonly Line[] {
  const subject = about('function timer', name);
  if (!triggers.ok) return [unread(subject, triggers.trouble)];
  const timers = triggers.value.filter(({ type }) => type === 'timer');
  if (timers.length === 0) {
    return [
      fail(
        subject,
        'none: nothing calls the function',
        'deploy the timer trigger of s.yaml: `npx flow-logs deploy`',
      ),
    ];
  }
  return timers.map((timer) =>
    checkTimer(about('function timer', `${name}/${timer.name}`), timer, config, at),
  );
}

function checkTimer(
  subject: About,
  { config: text }: DeployedTrigger,
  config: Config | null,
  at: number,
): Line {
  const settings = readSettings(text);
  if (settings === null) {
    return fail(
      subject,
      'its settings cannot be read',
      'look at the trigger in the console, and deploy it again',
    );
  }
  const { enable, cronExpression, payload } = settings;
  const gap = longestGapMs(cronExpression, at);
  const found = `${cronExpression}${gap === null ? '' : `, at most ${formatDuration(gap)} apart`}`;
  if (!enable) return fail(subject, `disabled: ${found}`, 'enable it: nothing changes while it is off');

  const tick = { triggerTime: new Date(at).toISOString(), triggerName: 'tick', payload };
  const request = commandOf(openEvent(JSON.stringify(tick)).asked);
  if ('refused' in request) {
    return fail(subject, `${found}; payload: ${request.refused}`, 'empty the payload: that reconciles');
  }
  if (request.action !== 'reconcile' || request.dryRun) {
    return warn(
      subject,
      `${found}; payload ${payload}`,
      'it changes nothing: empty the payload to reconcile',
    );
  }
  if (gap === null) {
    return warn(
      subject,
      found,
      'the expression cannot be judged here: see the times of its next runs in the console',
    );
  }
  const shortest = Math.min(
    ...[...(config?.schedules.values() ?? [])].flatMap(({ windows }) => windows.map(lengthOf)),
  );
  if (gap > shortest) {
    return warn(
      subject,
      found,
      `a window of ${formatDuration(shortest)} may never be seen open: call it more often`,
    );
  }
  if (gap > LONG_MS) {
    return warn(subject, found, 'windows begin and end that much late: call it every five minutes');
  }
  return ok(subject, found);
}

interface TimerSettings {
  readonly enable: boolean;
  readonly cronExpression: string;
  readonly payload: string;
}

/** JSON text, by every description; an object does as well. */
function readSettings(config: unknown): TimerSettings | null {
  const value = typeof config === 'string' ? parseJson(config) : config;
  if (!isObject(value)) return null;
  const { enable, cronExpression, payload } = value;
  if (typeof cronExpression !== 'string') return null;
  return {
    enable: enable === true || enable === 'true',
    cronExpression,
    payload: typeof payload === 'string' ? payload : '',
  };
}

/** Longest time until one of the function's timers fires again; null when that is not known. */
export function periodOf(seen: FunctionSeen | null, at: number): number | null {
  if (seen === null || !seen.triggers.ok) return null;
  const gaps = seen.triggers.value.flatMap(({ type, config }) => {
    const settings = type === 'timer' ? readSettings(config) : null;
    const gap = settings?.enable === true ? longestGapMs(settings.cronExpression, at) : null;
    return gap === null ? [] : [gap];
  });
  return gaps.length === 0 ? null : Math.min(...gaps);
}

/**
 * Longest time between two of the next ticks; null when the expression is none that is understood here.
 * @see https://www.alibabacloud.com/help/en/functioncompute/time-triggers
 */
export function longestGapMs(expression: string, at: number): number | null {
  const [, every] = /^@every\s+(\S+)$/.exec(expression.trim()) ?? [];
  if (every !== undefined) return parseDuration(every);
  const [, zone = 'UTC', fields = ''] = /^(?:CRON_TZ=(\S+)\s+)?(.+)$/s.exec(expression.trim()) ?? [];
  try {
    const end = at + LOOKAHEAD_MS;
    const nextAfter = ticksOf(fields, zone, at, end);
    let longest: number | null = null;
    let previous = nextAfter(at);
    for (let count = 1; previous !== null && count < MOST_TICKS; count += 1) {
      const tick = nextAfter(previous);
      if (tick === null) break;
      longest = Math.max(longest ?? 0, tick - previous);
      previous = tick;
      if (previous > end) break;
    }
    return longest;
  } catch {
    return null;
  }
}

/**
 * The first tick after an instant, for instants from `at` on. Up to `end` it is found by the zone's offset where that does
 * not change: asking for the zone's clock anew takes five times as long.
 * @throws for an expression or a zone that is not understood
 */
function ticksOf(fields: string, zone: string, at: number, end: number): (instant: number) => number | null {
  const common = { mode: '6-part', paused: true } as const;
  const next = (job: Cron, instant: number) => job.nextRun(new Date(instant))?.getTime() ?? null;
  const byZone = new Cron(fields, { ...common, timezone: zone });
  const [segment, ...others] = localTime(runtimeZone(zone), at, end).segments;
  if (segment === undefined || others.length > 0) return (instant) => next(byZone, instant);
  const byOffset = new Cron(fields, { ...common, utcOffset: segment.offsetMs / 60_000 });
  return (instant) => {
    const tick = next(byOffset, instant);
    return tick !== null && tick <= end ? tick : next(byZone, instant);
  };
}
