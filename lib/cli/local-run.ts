import { randomUUID } from 'node:crypto';
import { systemClock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { createAssumedRoles } from '../credentials/assumed-role.ts';
import { defaultCredentials } from '../credentials/provider.ts';
import { toAnswer } from '../fc/answer.ts';
import { EndpointError } from '../http/endpoint.ts';
import type { Command } from '../reconcile/command.ts';
import {
  type RecordingDeps,
  type RunTime,
  readEndpoints,
  record,
  runOnce,
  type SchedulerDeps,
} from '../scheduler.ts';
import { type Io, Refused, UsageError } from './io.ts';
import { withProgress } from './progress.ts';
import { viewReport } from './report-view.ts';

/** Function Compute's limit is a day; nobody watches a terminal longer than this. */
const TIMEOUT_MS = 600_000;

/** The scheduler on this machine: endpoints and credentials of the environment. @throws {UsageError} */
export function localDeps(io: Io): SchedulerDeps {
  try {
    const endpoints = readEndpoints(io.env);
    const roles = createAssumedRoles(systemClock.now);
    return { endpoints, credentials: defaultCredentials(), roles, clock: systemClock, newId: randomUUID };
  } catch (error) {
    if (error instanceof EndpointError) throw new UsageError(error.message);
    throw error;
  }
}

export function localTime({ clock }: SchedulerDeps): RunTime {
  return { startedAt: clock.monotonic(), timeoutMs: TIMEOUT_MS };
}

/** The zone to tell times of a schedule in. */
export function zoneOf(config: Config): (schedule: string) => string {
  return (schedule) => config.schedules.get(schedule)?.timezone ?? config.timezone;
}

/** Runs a command as the function would, records it, and tells what came of it. @throws {Refused} when anything failed */
export async function runAndTell(io: Io, config: Config, command: Command, json: boolean): Promise<void> {
  const lines: string[] = [];
  const deps: RecordingDeps = {
    ...localDeps(io),
    print: (line) => lines.push(`${line}\n`),
    source: 'flow-logs',
  };
  const time = localTime(deps);
  // A run that is killed has said what it did.
  const say = json || io.isTerminal ? io.err : io.out;
  const saying = { ...deps, print: (line: string) => say(`${line}\n`) };
  const run = runOnce(config, { ...command, at: deps.clock.now() }, time, saying);
  const report = await withProgress(io, 'Reconciling', run);
  const origin = { trigger: 'local', requestId: '', triggerName: '', triggerTime: '' } as const;
  const recordingFailure = await record(report, origin, config.recordTo, time, deps);
  // On a terminal, records that are safe elsewhere would only bury the table.
  const { recordTo } = config;
  const recorded = recordTo.kind === 'sls' && recordingFailure === null;
  if (!(recorded && io.isTerminal)) for (const line of lines) json ? io.err(line) : io.out(line);
  if (json) io.out(`${JSON.stringify(toAnswer(report, recordingFailure), null, 2)}\n`);
  else io.out(`\n${viewReport(report, zoneOf(config))}`);
  if (recorded && io.isTerminal)
    io.err(`recorded in Logstore ${recordTo.logstore} of project ${recordTo.project}\n`);
  if (recordingFailure !== null) io.err(`not recorded: ${recordingFailure.message}\n`);
  if (!report.ok || recordingFailure !== null) throw new Refused();
}
