import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { DateTime } from 'luxon';
import { systemClock } from '../../cloud/clock.ts';
import type { Config } from '../../config/config.ts';
import { formatIssue } from '../../config/issues.ts';
import { resolveTargets } from '../../reconcile/targets.ts';
import type { Schedule } from '../../schedule/types.ts';
import { didYouMean } from '../../text.ts';
import { coloursFor } from '../colours.ts';
import { calendarWarnings, checkConfig, validConfig } from '../config.ts';
import { isoArgument, parseInstant } from '../instant.ts';
import { type Io, Refused, UsageError } from '../io.ts';
import { previewHtml } from '../preview/html.ts';
import { previewJson } from '../preview/json.ts';
import { type Preview, preview } from '../preview/model.ts';
import { countOf } from '../preview/sentences.ts';
import { previewSvg } from '../preview/svg.ts';
import { previewText } from '../preview/text.ts';

const FORMATS = ['text', 'json', 'svg', 'html'] as const;
type Format = (typeof FORMATS)[number];

interface PreviewOptions {
  readonly config?: string;
  readonly from?: string;
  readonly to?: string;
  readonly schedule?: string;
  readonly format?: Format;
  readonly json?: true;
  readonly out?: string;
}

const DEFAULT_WEEKS = 4;
const MOST_YEARS = 10;

export function previewCommand(program: Command, io: Io): void {
  program
    .command('preview')
    .description('Show exactly when each schedule captures, by the same decision as the handler.')
    .option('--config <file>', 'config file')
    .option(
      '--from <instant>',
      "start (ISO; in the config's zone when it names none; default: Monday of this week)",
      isoArgument,
    )
    .option(
      '--to <instant>',
      `end, not included (ISO; default: ${DEFAULT_WEEKS} weeks after the start)`,
      isoArgument,
    )
    .option('--schedule <name>', 'only this schedule')
    .addOption(new Option('--format <format>', 'what to write (default: text)').choices(FORMATS))
    .option('--json', 'the same as --format json')
    .option('--out <file>', 'write to a file instead of standard output')
    .action(async (options: PreviewOptions) => {
      const format = formatOf(options);
      const now = systemClock.now();
      const checked = await checkConfig(options.config, io, now);
      const config = validConfig(checked, io);
      const { from, to } = rangeOf(options, config.zone.name, now);
      const schedules = schedulesOf(options, config, io);
      const calendars = new Set(schedules.map(({ name }) => `schedules.${name}.calendar`));
      const known = calendarWarnings(config, from, to).filter(({ path }) => calendars.has(path));
      const model = preview({
        schedules,
        flowLogs: resolveTargets(config.flowLogs, [], []).targets.flatMap(({ entry, conflict }) =>
          conflict === null ? [entry] : [],
        ),
        selectors: config.selectors,
        from,
        to,
        now,
        timezone: config.zone.name,
        warnings: [...checked.warnings, ...known].map(formatIssue),
      });
      if (options.out === undefined) io.outInColour(write(model, format, io));
      else await writeTo(options.out, model, format, io);
    });
}

function formatOf({ format, json }: PreviewOptions): Format {
  if (json === undefined) return format ?? 'text';
  if (format !== undefined && format !== 'json') {
    throw new UsageError(`--json and --format ${format} contradict each other; give one of them`);
  }
  return 'json';
}

function rangeOf(options: PreviewOptions, zone: string, now: number): { from: number; to: number } {
  const monday = DateTime.fromMillis(now, { zone }).startOf('week').toMillis();
  const from = options.from === undefined ? monday : (parseInstant(options.from, zone) ?? Number.NaN);
  const to =
    options.to === undefined
      ? DateTime.fromMillis(from, { zone }).plus({ weeks: DEFAULT_WEEKS }).toMillis()
      : (parseInstant(options.to, zone) ?? Number.NaN);
  if (to <= from) throw new UsageError('--to must be later than --from');
  if (to > DateTime.fromMillis(from, { zone }).plus({ years: MOST_YEARS }).toMillis()) {
    throw new UsageError(`--from and --to must lie ${MOST_YEARS} years apart at most`);
  }
  return { from, to };
}

/** @throws {Refused} when there is no such schedule */
function schedulesOf({ schedule: name }: PreviewOptions, config: Config, io: Io): readonly Schedule[] {
  if (name === undefined) return [...config.schedules.values()];
  const schedule = config.schedules.get(name);
  if (schedule !== undefined) return [schedule];
  const names = [...config.schedules.keys()];
  io.err(
    `no schedule named ${JSON.stringify(name)}${didYouMean(name, names) || `; known: ${names.join(', ')}`}\n`,
  );
  throw new Refused();
}

function write(model: Preview, format: Format, io: Io): string {
  switch (format) {
    case 'text':
      return previewText(model, { columns: io.columns, paint: coloursFor(io) });
    case 'json':
      return `${JSON.stringify(previewJson(model), null, 2)}\n`;
    case 'svg':
      return previewSvg(model);
    case 'html':
      return previewHtml(model);
  }
}

async function writeTo(file: string, model: Preview, format: Format, io: Io): Promise<void> {
  try {
    await writeFile(file, write(model, format, { ...io, isTerminal: false }));
  } catch (error) {
    io.err(`${file} cannot be written (${(error as NodeJS.ErrnoException).code})\n`);
    throw new Refused();
  }
  for (const warning of model.warnings) io.err(`warning: ${warning}\n`);
  io.out(`${file}: ${countOf(model.schedules.length, 'schedule')} as ${format}\n`);
}
