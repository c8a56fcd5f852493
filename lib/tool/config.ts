import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { formatIssue, formatPath, type Issue, type RawIssue } from '../config/issues.ts';
import { readConfigText } from '../config/text.ts';
import { coverageWarnings } from '../schedule/decide.ts';
import { type Io, Refused } from './io.ts';
import { parseConfig } from './lint/parse.ts';

/** Where a config is looked for when none is named: the project's own place, then the place beside a handler. */
const DEFAULT_FILES = ['functions/flow-logs.yaml', 'flow-logs.yaml'];

/** The file that `--config`, else `FLOW_LOGS_CONFIG` names, else the first default that exists. */
export async function configFile(named: string | undefined, io: Io): Promise<string> {
  const file = named ?? io.env.FLOW_LOGS_CONFIG;
  if (file !== undefined && file !== '') return file;
  for (const candidate of DEFAULT_FILES) {
    const exists = await access(candidate).then(
      () => true,
      () => false,
    );
    if (exists) return candidate;
  }
  return 'functions/flow-logs.yaml';
}

const isNamedByNobody = (named: string | undefined, { env }: Io): boolean =>
  named === undefined && (env.FLOW_LOGS_CONFIG ?? '') === '';

export interface CheckedConfig {
  readonly file: string;
  readonly config: Config | null;
  readonly issues: readonly Issue[];
  readonly warnings: readonly Issue[];
  /** Writes out where in the file an issue is. */
  readonly locate: (issue: RawIssue) => Issue;
}

/**
 * Reads and checks the config, valid or not.
 * @param lintAt instant for which to warn of what is probably not meant; without one there are only a few warnings
 * @throws {Refused} when there is no such file
 */
export async function checkConfig(
  named: string | undefined,
  io: Io,
  lintAt?: number,
): Promise<CheckedConfig> {
  const file = await configFile(named, io);
  const read = readConfigText(file);
  if (!read.ok && read.code === 'ENOENT' && isNamedByNobody(named, io)) {
    io.err(
      `there is no config here: neither ${DEFAULT_FILES.join(' nor ')} is in ${resolve()}; change to the folder of your ` +
        'project, make one with `npx flow-log-scheduler init DIR`, or name the file with --config FILE\n',
    );
    throw new Refused();
  }
  if (!read.ok && read.code !== null) {
    io.err(`${file} ${read.issue.message}; name another with --config FILE\n`);
    throw new Refused();
  }
  if (!read.ok) return { file, config: null, issues: [read.issue], warnings: [], locate: withoutLine };
  const parsed = parseConfig(read.text, lintAt);
  if (!parsed.ok) return { file, config: null, issues: parsed.issues, warnings: [], locate: withoutLine };
  const { config, warnings, locate } = parsed;
  return { file, config, issues: [], warnings, locate };
}

const withoutLine = ({ keys, message }: RawIssue): Issue => ({ path: formatPath(keys), message, line: null });

/** The config, for commands that need a valid one. @throws {Refused} after printing every issue */
export async function loadConfig(named: string | undefined, io: Io): Promise<Config> {
  return validConfig(await checkConfig(named, io), io);
}

/** The config that was checked. @throws {Refused} after printing every issue when it is not valid */
export function validConfig({ file, config, issues }: CheckedConfig, io: Io): Config {
  if (config !== null) return config;
  io.err(`${file} is not valid:\n${issues.map((issue) => `  ${formatIssue(issue)}\n`).join('')}`);
  throw new Refused();
}

/** Warnings about the years of [from, to) that calendars of the config do not know. */
export function calendarWarnings(
  config: Config,
  from: number,
  to: number,
  locate: (issue: RawIssue) => Issue = withoutLine,
): readonly Issue[] {
  return [...config.schedules].flatMap(([name, schedule]) =>
    coverageWarnings(schedule, from, to).map((message) =>
      locate({ keys: ['schedules', name, 'calendar'], message }),
    ),
  );
}
