import { type Command, InvalidArgumentError } from 'commander';
import type { Config } from '../../config/config.ts';
import type { Schedule } from '../../schedule/types.ts';
import { didYouMean } from '../../text.ts';
import { loadConfig } from '../config.ts';
import { type Io, Refused } from '../io.ts';
import { lastDays } from '../report/range.ts';
import { layoutOf } from '../report/text.ts';
import { whatIf } from '../report/what-if.ts';
import { whatIfJson, whatIfText } from '../report/what-if-view.ts';
import { periodOption, readReport } from './report.ts';

interface WhatIfOptions {
  readonly config?: string;
  readonly schedule?: readonly string[];
  readonly days: number;
  readonly period: number;
  readonly json?: true;
}

/** CloudMonitor keeps no more. */
const MOST_DAYS = 91;

export function whatIfCommand(program: Command, io: Io): void {
  program
    .command('what-if')
    .description('What each schedule would have written and cost, by the measured traffic of the last days.')
    .option('--config <file>', 'config file')
    .option('--schedule <name...>', 'only these schedules (default: all of the config)')
    .option('--days <number>', 'how many of the last days', daysArgument, 28)
    .addOption(periodOption())
    .option('--json', 'print JSON')
    .action(async (options: WhatIfOptions) => {
      const config = await loadConfig(options.config, io);
      const schedules = schedulesOf(options.schedule, config, io);
      const now = Date.now();
      const range = lastDays(options.days, config.zone.name, now);
      const report = await readReport(io, config, range, now, options.period);
      const found = whatIf(report, schedules);
      io.outInColour(
        options.json
          ? `${JSON.stringify(whatIfJson(report, found), null, 2)}\n`
          : whatIfText(report, found, layoutOf(io)),
      );
    });
}

function daysArgument(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS) return days;
  throw new InvalidArgumentError(`Expected a number of days from 1 to ${MOST_DAYS}.`);
}

/** @throws {Refused} after saying which schedule there is not */
function schedulesOf(names: readonly string[] | undefined, config: Config, io: Io): readonly Schedule[] {
  if (names === undefined) return [...config.schedules.values()];
  const known = [...config.schedules.keys()];
  return [...new Set(names)].map((name) => {
    const schedule = config.schedules.get(name);
    if (schedule !== undefined) return schedule;
    const remedy = didYouMean(name, known) || `; known: ${known.join(', ')}`;
    io.err(`no schedule named ${JSON.stringify(name)}${remedy}\n`);
    throw new Refused();
  });
}
