import { userInfo } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readCommand } from '../../function/read-command.ts';
import { runOnce } from '../../function/run.ts';
import type { Command as SchedulerCommand } from '../../reconcile/command.ts';
import { refuseCommand } from '../../reconcile/command.ts';
import { type FlowLogResult, warningText } from '../../reconcile/report.ts';
import { selectionProblem } from '../../reconcile/selection.ts';
import { mapTexts, printable } from '../../text.ts';
import { loadConfig } from '../config.ts';
import { formatInstant, parseInstant } from '../instant.ts';
import { type Io, Refused, UsageError } from '../io.ts';
import { localDeps, localTime, runAndTell } from '../local-run.ts';
import { withProgress } from '../progress.ts';
import { type Column, failuresOf, tableOf, whichFlowLog } from '../report-view.ts';
import { widthOf } from '../table.ts';

interface SelectOptions {
  readonly config?: string;
  readonly json?: true;
  readonly flowLog?: readonly string[];
  readonly region?: string;
  readonly schedule?: string;
  readonly account?: string;
  readonly tag?: Readonly<Record<string, string>>;
  readonly all?: true;
}

interface SetOptions extends SelectOptions {
  readonly status: string;
  readonly for?: string;
  readonly until?: string;
  readonly by?: string;
  readonly reason?: string;
}

export function overrideCommand(program: Command, io: Io): void {
  const override = program
    .command('override')
    .description('Decide by hand for a while: set, clear or list overrides, kept as tags on the flow logs.');

  selecting(override.command('set'))
    .description('Set an override and apply it at once.')
    .addOption(
      new Option('--status <status>', 'what to hold').choices(['Active', 'Inactive']).makeOptionMandatory(),
    )
    .option('--for <length>', 'for how long, e.g. 2h')
    .option(
      '--until <end>',
      "until an instant (ISO; in the config's zone when it names none), or next-transition",
      untilArgument,
    )
    .option('--by <name>', 'who decides (default: you)')
    .option('--reason <text>', 'why')
    .action(async (options: SetOptions) => {
      const { status, until, by = userName(), reason } = options;
      exactlyOne(options.for, until, 'say how long: one of --for LENGTH and --until INSTANT');
      await give(io, options, (zone) => ({
        action: 'override',
        status,
        for: options.for,
        until: until === undefined ? undefined : withOffset(until, zone),
        by,
        reason,
      }));
    });

  selecting(override.command('clear'))
    .description('End overrides now; the schedule decides again at once.')
    .action((options: SelectOptions) => give(io, options, () => ({ action: 'clear-override' })));

  filtering(override.command('list'))
    .description('List the overrides in force.')
    .option('--config <file>', 'config file')
    .option('--json', 'print JSON')
    .action((options: SelectOptions) => list(io, options));
}

const NEXT_TRANSITION = 'next-transition';

function untilArgument(text: string): string {
  if (text === NEXT_TRANSITION || parseInstant(text, 'UTC') !== null) return text;
  throw new InvalidArgumentError(
    `Expected ${NEXT_TRANSITION}, or an ISO date or time such as 2026-11-23T18:00 or 2026-11-23T18:00+08:00.`,
  );
}

/** @param zone of an instant that names none */
function withOffset(until: string, zone: string): string {
  const instant = parseInstant(until, zone);
  return instant === null ? until : new Date(instant).toISOString();
}

/** Undefined for a user without a name, as in many containers. */
function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}

function selecting(command: Command): Command {
  return filtering(command.option('--flow-log <id...>', 'the flow logs, by ID'))
    .option('--all', 'all flow logs of the config')
    .option('--config <file>', 'config file')
    .option('--json', 'print the answer as JSON; the records go to standard error');
}

/** What flow logs may have in common. */
function filtering(command: Command): Command {
  return command
    .option('--region <id>', 'those in a region')
    .option('--schedule <name>', 'those on a schedule')
    .option('--account <name>', 'those in an account of the config')
    .option('--tag <key=value...>', 'those with a tag; of several, with each', tagArgument);
}

function tagArgument(text: string, before: Readonly<Record<string, string>> = {}) {
  const [, key, value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined) throw new InvalidArgumentError('Expected KEY=VALUE such as env=prod.');
  return { ...before, [key]: value };
}

/** The options that pick by what flow logs have in common; undefined without any. */
function filterOf({ region, schedule, account, tag }: SelectOptions): object | undefined {
  const given = { regionId: region, schedule, account, tags: tag };
  const filter = Object.entries(given).filter(([, value]) => value !== undefined);
  return filter.length === 0 ? undefined : Object.fromEntries(filter);
}

/** @param event the command line as the event that the function would get, in the config's zone; checked as such */
async function give(
  io: Io,
  options: SelectOptions,
  event: (zone: string) => Readonly<Record<string, unknown>>,
): Promise<void> {
  const { flowLog: flowLogIds, all } = options;
  const select = filterOf(options);
  if ([flowLogIds, select, all].filter((each) => each !== undefined).length !== 1) {
    throw new UsageError(
      'say which: --flow-log ID..., or --all, or any of --region, --schedule, --account and --tag',
    );
  }
  const config = await loadConfig(options.config, io);
  const given = { ...event(config.zone.name), flowLogIds, select, all };
  const command = readCommand(
    Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  );
  if ('refused' in command) throw new UsageError(command.refused);
  const refused = refuseCommand(command, config, Date.now());
  if (refused !== null) throw new UsageError(refused);
  await runAndTell(io, config, command, options.json === true);
}

function exactlyOne(one: unknown, other: unknown, otherwise: string): void {
  if ((one === undefined) === (other === undefined)) throw new UsageError(otherwise);
}

async function list(io: Io, options: SelectOptions): Promise<void> {
  const config = await loadConfig(options.config, io);
  const deps = localDeps(io);
  const { region, schedule, account, tag } = options;
  const where = { regionId: region ?? null, schedule: schedule ?? null, account: account ?? null };
  const flowLogs = { ...where, tags: tag ?? {} };
  const problem = selectionProblem(flowLogs, config);
  if (problem !== null) throw new UsageError(problem);
  const status: SchedulerCommand =
    filterOf(options) === undefined ? { action: 'status' } : { action: 'status', flowLogs };
  const run = runOnce(config, { ...status, at: deps.clock.now() }, localTime(deps), deps);
  const report = await withProgress(io, 'Reading flow logs', run);
  const found = report.flowLogs.filter((each) => each.override !== null);
  if (options.json) {
    const overrides = found.map(({ flowLogId, regionId, override }) => ({
      flowLogId,
      regionId,
      ...override,
      until: override === null ? null : new Date(override.until).toISOString(),
    }));
    io.out(`${JSON.stringify({ overrides, warnings: report.warnings.map(warningText) }, null, 2)}\n`);
  } else {
    const rows = mapTexts(found, printable);
    const columns: readonly Column<FlowLogResult>[] = [
      ...whichFlowLog(rows),
      { head: 'STATUS', cell: ({ override }) => override?.status ?? '' },
      {
        head: 'UNTIL',
        cell: ({ override }) => (override === null ? '' : formatInstant(override.until, config.zone.name)),
      },
      { head: 'BY', cell: ({ override }) => override?.by ?? '' },
      { head: 'REASON', cell: ({ override }) => override?.reason ?? '' },
    ];
    io.out(
      found.length === 0
        ? `${report.ok ? 'no override is in force' : 'no override was found, but not every flow log could be read'}\n`
        : tableOf(columns, rows, widthOf(io)),
    );
    for (const warning of report.warnings) io.out(`warning: ${printable(warningText(warning))}\n`);
  }
  for (const failure of failuresOf(report.flowLogs)) io.err(`${printable(failure)}\n`);
  if (report.error !== null) io.err(`error: ${report.error.code}: ${report.error.message}\n`);
  if (!report.ok) throw new Refused();
}
