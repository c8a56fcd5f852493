import { randomUUID } from 'node:crypto';
import { systemClock } from '../cloud/clock.ts';
import { createAssumedRoles } from '../cloud/credentials/assumed-role.ts';
import { defaultCredentials, inTime } from '../cloud/credentials/provider.ts';
import { EndpointError, readEndpoints } from '../cloud/http/endpoint.ts';
import { request } from '../cloud/http/request.ts';
import type { Config } from '../config/config.ts';
import { type RecordingDeps, type RunTime, record, runOnce, type SchedulerDeps } from '../function/run.ts';
import type { Command } from '../reconcile/command.ts';
import type { Warning } from '../reconcile/report.ts';
import { runtimeOf } from '../runtime.ts';
import { interruptible } from './interrupt.ts';
import { type Io, Refused, UsageError } from './io.ts';
import { withProgress } from './progress.ts';
import { toToolAnswer, viewReport } from './report-view.ts';
import { widthOf } from './table.ts';

/** Function Compute's limit is a day; nobody watches a terminal longer than this. */
const TIMEOUT_MS = 600_000;

/** For a source of credentials to answer. */
const CREDENTIALS_MS = 30_000;

/** After an interrupt. */
const INTERRUPTED_RECORDING_MS = 10_000;

/** The scheduler on this machine: endpoints and credentials of the environment. @throws {UsageError} */
export function localDeps(io: Io): SchedulerDeps {
  try {
    const endpoints = readEndpoints(io.env);
    const { secrets } = io;
    const roles = createAssumedRoles(systemClock.now);
    return {
      endpoints,
      credentials: secrets.of(inTime(defaultCredentials(), CREDENTIALS_MS)),
      roles: { ...roles, provider: (role, run) => secrets.of(roles.provider(role, run)) },
      clock: systemClock,
      newId: randomUUID,
    };
  } catch (error) {
    if (error instanceof EndpointError) throw new UsageError(error.message);
    throw error;
  }
}

export function localTime({ clock }: SchedulerDeps): RunTime {
  return { startedAt: clock.monotonic(), timeoutMs: TIMEOUT_MS };
}

/** The zone in which to show a schedule's times. */
export function zoneOf(config: Config): (schedule: string) => string {
  return (schedule) => config.schedules.get(schedule)?.zone.name ?? config.zone.name;
}

/**
 * Runs a command as the function would, records it, and shows the result. Ctrl-C ends it in order.
 * @throws {Refused} when anything failed, or it was interrupted: status 1, since it did not do all that was asked
 */
export async function runAndTell(io: Io, config: Config, command: Command, json: boolean): Promise<void> {
  // Records that are safe elsewhere would only bury the table.
  const held: string[] = [];
  const showHeld = () => {
    for (const line of held.splice(0)) io.out(line);
  };
  const signals = {
    first: (signal: string) => io.err(`${signal}: recording what was done; once more ends at once\n`),
    second: showHeld,
  };
  await interruptible(signals, async (interrupt) => {
    const deps: RecordingDeps = {
      ...localDeps(io),
      send: interrupt.sending(request),
      print: (line) => (json ? io.err(`${line}\n`) : void held.push(`${line}\n`)),
      source: 'flow-logs',
    };
    const time = localTime(deps);
    const run = runOnce(config, { ...command, at: deps.clock.now() }, { ...time, interrupt }, deps);
    const ended = await withProgress(io, 'Reconciling', run);
    const by = interrupt.signal();
    const warnings = by === null ? ended.warnings : [...ended.warnings, interruptedBy(by)];
    const report = io.secrets.cleanAll({ ...ended, warnings });
    const runtime = runtimeOf(config);
    const origin = { trigger: 'local', requestId: '', triggerName: '', triggerTime: '', runtime } as const;
    const recordingTime =
      by === null ? time : { startedAt: deps.clock.monotonic(), timeoutMs: INTERRUPTED_RECORDING_MS };
    const recordingFailure = await record(report, origin, config.recordTo, recordingTime, deps);
    const { recordTo } = config;
    const recorded = recordTo.kind === 'sls' && recordingFailure === null;
    if (!recorded) showHeld();
    if (json) io.out(`${JSON.stringify(toToolAnswer(report, recordingFailure, runtime), null, 2)}\n`);
    else io.out(viewReport(toToolAnswer(report, null, runtime), zoneOf(config), widthOf(io)));
    if (recorded && !json)
      io.out(`recorded in Logstore ${recordTo.logstore} of project ${recordTo.project}\n`);
    if (recordingFailure !== null) io.err(`not recorded: ${recordingFailure.message}\n`);
    if (!report.ok || recordingFailure !== null || by !== null) throw new Refused();
  });
}

const interruptedBy = (signal: string): Warning => ({
  subject: null,
  message: `interrupted by ${signal}: what was not begun is left to the next run`,
});
