import { Cron } from 'croner';
import * as v from 'valibot';
import { fcErrors } from './fc-errors.ts';
import { parsed } from './function-settings.ts';

const CRON =
  'must be "@every 5m", or six cron fields from seconds on, after CRON_TZ=Zone where it is not UTC';
const SWITCH = 'must be true or false';

const timer = v.object({
  cronExpression: v.pipe(v.string(CRON), v.check(isCron, CRON)),
  enable: v.optional(v.boolean(SWITCH), false),
  payload: v.optional(v.string('must be text'), ''),
});

/** When a timer fires, and with what. */
export type Timer = v.InferOutput<typeof timer>;

/**
 * Reads the `triggerConfig` of a timer.
 * @throws {ApiError} `InvalidArgument`
 * @see https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/time-triggers
 */
export function parseTimer(triggerConfig: string): Timer {
  return parsed(timer, jsonOf(triggerConfig));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw fcErrors.error('InvalidArgument', 'triggerConfig must be JSON text');
  }
}

function isCron(expression: string): boolean {
  if (/^@every [1-9]\d*[smh]$/.test(expression)) return true;
  const [, zone, fields = ''] = /^(?:CRON_TZ=(\S+) )?(.+)$/.exec(expression) ?? [];
  if (!/^\S+(?: \S+){5}$/.test(fields)) return false;
  try {
    return (
      new Cron(fields, { ...(zone !== undefined && { timezone: zone }), paused: true }).nextRun() !== null
    );
  } catch {
    return false;
  }
}
