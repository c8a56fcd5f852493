import type { Command } from 'commander';
import { DateTime } from 'luxon';
import { systemClock } from '../../cloud/clock.ts';
import type { Config, FlowLogEntry, FlowLogService } from '../../config/config.ts';
import { formatPath } from '../../config/issues.ts';
import { runOnce } from '../../function/run.ts';
import { CloudError } from '../../reconcile/cloud-error.ts';
import { describeOverride } from '../../reconcile/override.ts';
import { type FlowLogResult, warningText } from '../../reconcile/report.ts';
import { resolveTargets } from '../../reconcile/targets.ts';
import { coverageWarnings, decide } from '../../schedule/decide.ts';
import type { DecidedBy, Decision } from '../../schedule/decision.ts';
import { describeWindow } from '../../schedule/reason.ts';
import type { Schedule } from '../../schedule/types.ts';
import { didYouMean, printable } from '../../text.ts';
import { checkConfig, validConfig } from '../config.ts';
import { explain } from '../explanation.ts';
import { listAll } from '../init/discover.ts';
import { isoArgument, parseInstant } from '../instant.ts';
import { type Io, Refused } from '../io.ts';
import { localDeps, localTime } from '../local-run.ts';
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
    .requiredOption(
      '--flow-log <id>',
      'a flow log of the config; with --live also one that a select entry picks',
    )
    .option('--config <file>', 'config file')
    .option(
      '--at <instant>',
      "explain this instant (ISO; in the config's zone when it names none; default: now)",
      isoArgument,
    )
    .option('--live', 'read from CEN whether an override decides instead, and what select entries pick')
    .option('--json', 'print JSON')
    .action(async (options: ExplainOptions) => {
      const checked = await checkConfig(options.config, io);
      const config = validConfig(checked, io);
      const at =
        options.at === undefined
          ? systemClock.now()
          : (parseInstant(options.at, config.zone.name) ?? Number.NaN);
      const listed = config.flowLogs.filter(({ flowLogId }) => flowLogId === options.flowLog);
      const mayBeSelected = options.live && config.selectors.length > 0;
      if (listed.length === 0 && !mayBeSelected) throw notListed(options.flowLog, checked.file, config, io);
      const read = options.live ? await readLive(options.flowLog, at, checked.file, config, io) : null;
      if (read instanceof Refused && listed.length === 0) throw read;
      const live = read instanceof Refused ? null : read;
      const selected = listed.length > 0 || live === null || live.desired === null;
      const mentions = selected ? listed : [selectedEntry(live, config)];

      const explained = mentions.map((entry) => explainEntry(entry, at));
      const ofCalendars = explained.flatMap((each) => each.warnings);
      const warnings = [...new Set([...ofCalendars, ...(live?.warnings ?? [])])];
      const [target] = resolveTargets(listed, [], []).targets;
      const conflict = target?.conflict?.message ?? (live?.desired === null ? live.reason : null);
      const override = live?.override ?? null;
      if (options.json) {
        // With one entry its fields stand for themselves, with several they are a list.
        const entries = explained.map(({ json }) => json);
        const which = conflict === null ? entries[0] : { entries };
        const decider = options.live ? { flowLog: live?.found ?? null, override } : {};
        const answer = { flowLogId: options.flowLog, at: iso(at), conflict, ...which, ...decider, warnings };
        io.out(`${JSON.stringify(answer, null, 2)}\n`);
      } else {
        if (live !== null) io.out(`${printable(whatItIs(live))}\n\n`);
        const each = mentions.length === 0 ? '' : ' What each entry would want by itself:\n';
        if (conflict !== null) io.out(`${conflict}.${each}\n`);
        io.out(explained.map(({ text }) => text).join('\n'));
        if (override !== null) {
          const decides = `${override.status} by an ${printable(describeOverride(override, config.zone))}.`;
          const agree = explained.every(({ json }) => json.desired === override.status);
          const person = agree ? 'A person decides the same' : 'But a person decides';
          io.out(`${person}: ${decides} The schedule has its say again after that.\n`);
        }
        for (const warning of warnings) io.out(`warning: ${printable(warning)}\n`);
      }
      if (conflict !== null || read instanceof Refused) throw new Refused();
    });
}

interface LiveFlowLog extends FlowLogResult {
  readonly found: Found;
  /** Of the listing and of this flow log. */
  readonly warnings: readonly string[];
}

/** @returns {Refused} after printing why the flow log could not be read @throws {Refused} when there is none such */
async function readLive(
  flowLogId: string,
  at: number,
  file: string,
  config: Config,
  io: Io,
): Promise<LiveFlowLog | Refused> {
  const deps = localDeps(io);
  const run = runOnce(config, { action: 'status', at }, localTime(deps), deps);
  const report = await withProgress(io, 'Reading flow logs', run);
  const result = report.flowLogs.find((each) => each.flowLogId === flowLogId);
  if (result === undefined && report.error === null) throw notListed(flowLogId, file, config, io, true);
  if (result === undefined || result.observed === null) {
    const error = result?.error ?? report.error;
    io.err(`its override could not be read: ${printable(`${error?.code}: ${error?.message}`)}\n`);
    return new Refused();
  }
  const others = new Set(report.flowLogs.map((each) => each.flowLogId).filter((id) => id !== flowLogId));
  const warnings = report.warnings.filter(({ subject }) => subject === null || !others.has(subject));
  const found = await find(result, config, io);
  return { ...result, found, warnings: warnings.map(warningText) };
}

/** What the flow log is, as its service lists it. */
interface Found {
  readonly name: string;
  readonly service: FlowLogService;
  readonly regionId: string;
  readonly account: string | null;
  readonly status: string | null;
  /** IDs of what is captured: CEN and transit router, or an instance of VPC. */
  readonly captures: readonly string[];
  readonly intervalSeconds: number | null;
  /** `PROJECT/LOGSTORE`; null when it is not known. */
  readonly logstore: string | null;
}

async function find(result: FlowLogResult, config: Config, io: Io): Promise<Found> {
  const { flowLogId, name, service, regionId, account, observed } = result;
  const place = { account, service, regionId, vpcId: null };
  const { listings } = await listAll([place], config.accounts, io);
  const [flowLog] = listings.flatMap(({ flowLogs }) =>
    flowLogs instanceof CloudError ? [] : (flowLogs.get(flowLogId) ?? []),
  );
  const {
    cenId = result.cenId,
    transitRouterId,
    resourceId,
    intervalSeconds = null,
    logstore,
  } = flowLog ?? {};
  return {
    ...{ name, service, regionId, account, status: observed, intervalSeconds },
    captures: [cenId, transitRouterId, resourceId].filter((id) => id !== null && id !== undefined),
    logstore: logstore ? `${logstore.project}/${logstore.logstore}` : null,
  };
}

/** E.g. `flowlog-1 (hangzhou-office) is a flow log of CEN in cn-hangzhou: Active, captures cen-1, every 600 s, into …`. */
function whatItIs({ flowLogId, found }: LiveFlowLog): string {
  const { name, service, regionId, account, status, captures, intervalSeconds, logstore } = found;
  const facts = [
    status,
    captures.length === 0 ? null : `captures ${captures.join(' and ')}`,
    intervalSeconds === null ? null : `every ${intervalSeconds} s`,
    logstore === null ? null : `into ${logstore}`,
  ].filter((fact) => fact !== null);
  const named = name === '' ? flowLogId : `${flowLogId} (${name})`;
  const owner = account === null ? '' : ` of account ${account}`;
  return `${named} is a flow log of ${service.toUpperCase()} in ${regionId}${owner}: ${facts.join(', ')}.`;
}

/** What the config says of a flow log that a select entry picked. */
function selectedEntry(live: FlowLogResult, { selectors }: Config): FlowLogEntry {
  const { flowLogId, regionId, cenId, account, position } = live;
  const selector = selectors.find((each) => each.position === position);
  if (selector === undefined) throw new Error(`the report names flowLogs[${position}], which is no select`);
  const { service, vpcId, schedule } = selector;
  return { flowLogId, service, regionId, cenId, vpcId, account, schedule, position };
}

function notListed(
  flowLogId: string,
  file: string,
  { flowLogs, selectors }: Config,
  io: Io,
  asked = false,
): Refused {
  const known = flowLogs.map((entry) => entry.flowLogId);
  const hint = asked
    ? ', and no select entry picks it'
    : ' (only the cloud knows what a select entry picks: add --live)';
  const selected = selectors.length === 0 ? '' : hint;
  io.err(
    `${file} lists no flow log ${JSON.stringify(flowLogId)}${didYouMean(flowLogId, known)}${selected}\n`,
  );
  return new Refused();
}

function explainEntry(entry: FlowLogEntry, at: number) {
  const { schedule } = entry;
  const position = formatPath(['flowLogs', entry.position]);
  const decision = decide(schedule, at);
  const { now, next, path } = explain(entry.flowLogId, schedule, at, decision);
  const until = decision.next?.at ?? at;
  return {
    text: `${[now, next, `Decided by ${path} for ${position}.`].map(printable).join('\n')}\n`,
    json: {
      entry: position,
      regionId: entry.regionId,
      cenId: entry.cenId,
      account: entry.account,
      schedule: schedule.name,
      timezone: schedule.zone.name,
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

const localIso = (ms: number, { zone }: Schedule): string | null =>
  DateTime.fromMillis(ms, { zone: zone.name }).toISO();
