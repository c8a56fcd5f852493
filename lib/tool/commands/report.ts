import { type Command, InvalidArgumentError, Option } from 'commander';
import { EndpointError, readToolEndpoints } from '../../cloud/http/endpoint.ts';
import type { Config } from '../../config/config.ts';
import { parseDuration } from '../../config/values.ts';
import { loadConfig } from '../config.ts';
import { isoArgument } from '../instant.ts';
import { type Io, UsageError } from '../io.ts';
import { localDeps } from '../local-run.ts';
import { writeOut } from '../out-file.ts';
import { withProgress } from '../progress.ts';
import { cloudSources } from '../report/cloud-sources.ts';
import { reportCsv } from '../report/csv.ts';
import { reportHtml } from '../report/html.ts';
import { reportJson } from '../report/json.ts';
import { rangeOf } from '../report/range.ts';
import { readFacts } from '../report/read.ts';
import { type Report, reportOf } from '../report/report.ts';
import type { Stretch } from '../report/stretch.ts';
import { reportSvg } from '../report/svg.ts';
import { layoutOf, reportText } from '../report/text.ts';
import { headline } from '../report/words.ts';

const FORMATS = ['text', 'json', 'csv', 'html', 'svg'] as const;
type Format = (typeof FORMATS)[number];

interface ReportOptions {
  readonly config?: string;
  readonly month?: string;
  readonly from?: string;
  readonly to?: string;
  readonly period: number;
  readonly format?: Format;
  readonly json?: true;
  readonly out?: string;
}

export function reportCommand(program: Command, io: Io): void {
  program
    .command('report')
    .description('What was really captured, written and saved, and how that is known; changes nothing.')
    .option('--config <file>', 'config file')
    .option(
      '--month <month>',
      "calendar month in the config's zone, such as 2026-10 (default: last month)",
      monthArgument,
    )
    .option('--from <instant>', "start (ISO; in the config's zone when it names none)", isoArgument)
    .option('--to <instant>', 'end, not included (ISO; default: now)', isoArgument)
    .addOption(periodOption())
    .addOption(new Option('--format <format>', 'what to write (default: text)').choices(FORMATS))
    .option('--json', 'the same as --format json')
    .option('--out <file>', 'write to a file instead of standard output')
    .action(async (options: ReportOptions) => {
      const format = formatOf(options);
      const config = await loadConfig(options.config, io);
      const now = Date.now();
      const range = rangeOf(options, config.zone.name, now);
      if ('problem' in range) throw new UsageError(range.problem);
      const report = await readReport(io, config, range, now, options.period);
      if (options.out === undefined) return io.outInColour(write(report, format, io));
      await writeOut(options.out, write(report, format, { ...io, isTerminal: false }), io);
      for (const warning of report.warnings) io.err(`warning: ${warning}\n`);
      io.out(`${options.out}: ${headline(report)}\n`);
    });
}

/** Reads all that the report rests on, with progress on a terminal. @throws {UsageError} for an endpoint that is not accepted */
export async function readReport(
  io: Io,
  config: Config,
  range: Stretch,
  now: number,
  periodMs: number,
): Promise<Report> {
  const sources = cloudSources(config, { ...localDeps(io), endpoints: toolEndpoints(io) });
  const facts = await withProgress(io, 'Reading records', (onProgress) =>
    readFacts({ config, range, now, periodMs, sources, onProgress }),
  );
  return io.secrets.cleanAll(reportOf(facts));
}

function toolEndpoints(io: Io) {
  try {
    return readToolEndpoints(io.env);
  } catch (error) {
    if (error instanceof EndpointError) throw new UsageError(error.message);
    throw error;
  }
}

export const periodOption = (): Option =>
  new Option('--period <length>', 'how often the timer calls the function')
    .argParser(periodArgument)
    .default(300_000, '5m');

function periodArgument(text: string): number {
  const period = parseDuration(text);
  if (period === null) throw new InvalidArgumentError('Expected a length such as 90s, 5m or 1h.');
  return period;
}

function monthArgument(text: string): string {
  if (/^(19[7-9]\d|2\d{3})-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw new InvalidArgumentError('Expected a month such as 2026-10.');
}

function formatOf({ format, json }: ReportOptions): Format {
  if (json === undefined) return format ?? 'text';
  if (format !== undefined && format !== 'json') {
    throw new UsageError(`--json and --format ${format} contradict each other; give one of them`);
  }
  return 'json';
}

function write(report: Report, format: Format, io: Io): string {
  switch (format) {
    case 'text':
      return reportText(report, layoutOf(io));
    case 'json':
      return `${JSON.stringify(reportJson(report), null, 2)}\n`;
    case 'csv':
      return reportCsv(report);
    case 'html':
      return reportHtml(report);
    case 'svg':
      return reportSvg(report);
  }
}
