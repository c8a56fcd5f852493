import type { Command } from 'commander';
import { DateTime } from 'luxon';
import { systemClock } from '../../clock.ts';
import type { Config, FlowLogEntry } from '../../config/config.ts';
import { didYouMean, formatPath } from '../../config/issues.ts';
import { describeOverride, type Override } from '../../reconcile/override.ts';
import { resolveTargets } from '../../reconcile/targets.ts';
import { coverageWarnings, decide } from '../../schedule/decide.ts';
import type { DecidedBy, Decision } from '../../schedule/decision.ts';
import { describeWindow } from '../../schedule/reason.ts';
import type { Schedule } from '../../schedule/types.ts';
import { runOnce } from '../../scheduler.ts';
import { checkConfig, validConfig } from '../config.ts';
import { explain } from '../explanation.ts';
import { isoArgument, parseInstant } from '../instant.ts';
import { type Io, Refused } from '../io.ts';
import { localDeps, localTime } from '../local-run.ts';
import { printable } from '../preview/words.ts';
import { withProgress } from '../progress.ts';

interface ExplainOptions {
  readonly config?: string;
  readonly flowLog: string;
  readonly at?: string;
  readonly live?: true;
  readonly json?: true;
}

export function explainCommand(program: Command, io: Io): void {
  program
    .command('explain')
    .description(
      'Say why a flow log should be Active or Inactive, and what comes next. Reads the config, and with --live ' +
        'the cloud.',
    )
    .requiredOption('--flow-log <id>', 'a flow log of the config')
    .option('--config <file>', 'config file')
    .option(
      '--at <instant>',
      "explain this instant (ISO; in the config's zone when it names none; default: now)",
      isoArgument,
    )
    .option('--live', 'read from CEN whether an override decides instead')
    .option('--json', 'print JSON')
    .action(async (options: ExplainOptions) => {
      const checked = await checkConfig(options.config, io);
      const config = validConfig(checked, io);
      const at =
        options.at === undefined
          ? systemClock.now()
          : (parseInstant(options.at, config.timezone) ?? Number.NaN);
      const mentions = config.flowLogs.filter(({ flowLogId }) => flowLogId === options.flowLog);
      const [target] = resolveTargets(mentions, [], []).targets;
      if (target === undefined) throw notListed(options.flowLog, checked.file, config, io);

      const explained = mentions.map((entry) => explainEntry(entry, at));
      const warnings = [...new Set(explained.flatMap((each) => each.warnings))];
      const conflict = target.conflict?.message ?? null;
      const override = options.live ? await readOverride(options.flowLog, at, config, io) : null;
      if (options.json) {
        // With one entry its fields stand for themselves, with several each is told apart.
        const entries = explained.map(({ json }) => json);
        const told = conflict === null ? entries[0] : { entries };
        const live = options.live ? { override } : {};
        const answer = { flowLogId: options.flowLog, at: iso(at), conflict, ...told, ...live, warnings };
        io.out(`${JSON.stringify(answer, null, 2)}\n`);
      } else {
        if (conflict !== null) io.out(`${conflict}. What each entry would want by itself:\n\n`);
        io.out(explained.map(({ text }) => text).join('\n'));
        if (override !== null) {
          io.out(
            `But a person decides: ${override.status} by an ${describeOverride(override, config.timezone)}. ` +
              'The schedule has its say again after that.\n',
          );
        }
        for (const warning of warnings) io.out(`warning: ${warning}\n`);
      }
      if (conflict !== null) throw new Refused();
    });
}

/** The override in force at an instant. @throws {Refused} when the flow log could not be read */
async function readOverride(flowLogId: string, at: number, config: Config, io: Io): Promise<Override | null> {
  const deps = localDeps(io);
  const run = runOnce(config, { action: 'status', at }, localTime(deps), deps);
  const report = await withProgress(io, 'Reading flow logs', run);
  const result = report.flowLogs.find((each) => each.flowLogId === flowLogId);
  if (result === undefined || result.observed === null) {
    const error = result?.error ?? report.error;
    io.err(`its override could not be read: ${error?.code}: ${error?.message}\n`);
    throw new Refused();
  }
  return result.override === null ? null : { ...result.override, until: Date.parse(result.override.until) };
}

function notListed(flowLogId: string, file: string, { flowLogs, selectors }: Config, io: Io): Refused {
  const known = flowLogs.map((entry) => entry.flowLogId);
  const selected =
    selectors.length === 0 ? '' : ' (what a select entry picks, only the cloud can tell: flow-logs plan)';
  io.err(
    `${file} lists no flow log ${JSON.stringify(flowLogId)}${didYouMean(flowLogId, known)}${selected}\n`,
  );
  return new Refused();
}

function explainEntry(entry: FlowLogEntry, at: number) {
  const { schedule } = entry;
  const decision = decide(schedule, at);
  const { now, next, path } = explain(entry.flowLogId, schedule, at, decision);
  const until = decision.next?.at ?? at;
  return {
    text: `${[now, next, `Decided by ${path} for ${formatPath(['flowLogs', entry.position])}.`].map(printable).join('\n')}\n`,
    json: {
      entry: formatPath(['flowLogs', entry.position]),
      regionId: entry.regionId,
      cenId: entry.cenId,
      account: entry.account,
      schedule: schedule.name,
      timezone: schedule.timezone,
      atLocal: localIso(at, schedule),
      desired: decision.status,
      reason: decision.reason,
      decidedBy: { path, ...decidedByJson(decision.decidedBy) },
      explanation: now,
      next: nextJson(decision, schedule, next),
    },
    warnings: coverageWarnings(schedule, at, until + 1),
  };
}

function nextJson({ next }: Decision, schedule: Schedule, explanation: string) {
  if (next === null) return null;
  const { at, status, reason, decidedBy } = next;
  return {
    at: iso(at),
    atLocal: localIso(at, schedule),
    status,
    reason,
    decidedBy: decidedByJson(decidedBy),
    explanation,
  };
}

function decidedByJson(decidedBy: DecidedBy) {
  switch (decidedBy.kind) {
    case 'window': {
      const { kind, window, occurrence, lead, day } = decidedBy;
      return {
        kind,
        window: describeWindow(window),
        opens: iso(occurrence.start),
        closes: iso(occurrence.end),
        lead,
        day,
      };
    }
    case 'exception':
      return { kind: decidedBy.kind, ...decidedBy.exception };
    case 'rest-day':
    case 'outside':
      return decidedBy;
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();

const localIso = (ms: number, { timezone }: Schedule): string | null =>
  DateTime.fromMillis(ms, { zone: timezone }).toISO();
