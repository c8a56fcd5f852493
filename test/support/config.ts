import { expect } from 'vitest';
import type { Config } from '../../lib/config/config.ts';
import { formatIssue } from '../../lib/config/issues.ts';
import type { ConfigFile } from '../../lib/config/schema.ts';
import { type ParsedConfig, parseConfig } from '../../lib/tool/lint/parse.ts';

export const OFFICE_HOURS = {
  windows: [{ days: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri'], from: '08:00', to: '20:00' }],
};

/** A config file that validates, as the object that it is; the given keys replace its own. */
export function configFile(keys: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    timezone: 'Asia/Shanghai',
    recordTo: 'stdout',
    schedules: { 'office-hours': OFFICE_HOURS },
    flowLogs: [{ flowLogId: 'flowlog-1', regionId: 'cn-hangzhou', schedule: 'office-hours' }],
    ...keys,
  };
}

/** {@link configFile} with one schedule `s`, which is also the one of its flow log. */
export function withSchedule(
  schedule: unknown,
  keys: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const flowLogs = [{ flowLogId: 'flowlog-1', regionId: 'cn-hangzhou', schedule: 's' }];
  return configFile({ schedules: { s: schedule }, flowLogs, ...keys });
}

/** {@link withSchedule} with one window. */
export const withWindow = (window: unknown) => withSchedule({ windows: [window] });

/** {@link withSchedule} with one exception. */
export const withException = (exception: unknown) => withSchedule({ windows: [], exceptions: [exception] });

/** A node without one of its keys. */
export const without = (node: object, key: string): object =>
  Object.fromEntries(Object.entries(node).filter(([each]) => each !== key));

/** @param file text, or what JSON writes of anything else */
export function parse(file: unknown): ParsedConfig {
  return parseConfig(typeof file === 'string' ? file : JSON.stringify(file));
}

function valid(file: unknown): Extract<ParsedConfig, { ok: true }> {
  const parsed = parse(file);
  if (!parsed.ok) expect.fail(`it does not validate:\n${parsed.issues.map(formatIssue).join('\n')}`);
  return parsed;
}

/** The config that a file holds; fails the test when it does not validate. */
export const configOf = (file: unknown): Config => valid(file).config;

/** A file that was checked; fails the test when it does not validate. */
export const fileOf = (file: unknown): ConfigFile => valid(file).file;

/** Every issue of a file as `path: message`, without lines; none when it validates. */
export function issuesOf(file: unknown): readonly string[] {
  const parsed = parse(file);
  return parsed.ok ? [] : parsed.issues.map((issue) => formatIssue({ ...issue, line: null }));
}
