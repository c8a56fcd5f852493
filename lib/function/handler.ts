/** The Function Compute handler: event and context in, answer out. */
import { basename, resolve } from 'node:path';
import { createAssumedRoles } from '../cloud/credentials/assumed-role.ts';
import { credentialsOfContext, defaultCredentials, inTime } from '../cloud/credentials/provider.ts';
import { createSecrets, type Secrets } from '../cloud/credentials/secrets.ts';
import { EndpointError, type Endpoints, readEndpoints } from '../cloud/http/endpoint.ts';
import type { SendRequest } from '../cloud/http/request.ts';
import { loadConfigFile } from '../config/load.ts';
import { objectAt } from '../json.ts';
import { refuseCommand } from '../reconcile/command.ts';
import type { Clock } from '../reconcile/ports.ts';
import type { Failure, Report } from '../reconcile/report.ts';
import { runtimeOf } from '../runtime.ts';
import { sentence } from '../text.ts';
import { type Answer, throwIfFailed, toAnswer } from './answer.ts';
import { readEvent } from './event.ts';
import { configFailure, failedReport, type RecordingDeps, type RunTime, record, runOnce } from './run.ts';

export interface HandlerOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the code lies: relative paths of `FLOW_LOGS_CONFIG` start here. */
  readonly codeDirectory: string;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Writes one line to standard output. */
  readonly print: (line: string) => void;
  /** Default: real requests. */
  readonly send?: SendRequest | undefined;
}

/**
 * @param event a Buffer in Function Compute
 * @param context Function Compute's; every field of it is treated as optional
 */
export type Handler = (event: unknown, context: unknown) => Promise<Answer>;

/** Function Compute's own default is 3 s; `s.yaml` sets it, and `context.function.timeout` has it. */
const DEFAULT_TIMEOUT_S = 60;

export function createHandler(options: HandlerOptions): Handler {
  const { env, clock, newId, print, send } = options;
  const file = resolve(options.codeDirectory, env.FLOW_LOGS_CONFIG || 'flow-logs.yaml');
  const chain = defaultCredentials();
  // Kept from run to run of this instance: only what saves asking STS again, nothing that a run decides by.
  const roles = createAssumedRoles(clock.now);

  return async (event, context) => {
    const time: RunTime = { startedAt: clock.monotonic(), timeoutMs: timeoutOf(context) };
    const at = clock.now();
    // Every text that leaves is cleaned: the report from which records, answer and error are made, and what is printed.
    const secrets = createSecrets();
    const own = credentialsOfContext(context);
    if (own !== null) secrets.remember(own);
    const { request, ...origin } = await readEvent(event, secrets.clean);
    const parsed = await loadConfigFile(file);
    const endpoints = readEndpointsOrFail(env);
    const deps: RecordingDeps = {
      endpoints: 'code' in endpoints ? NO_ENDPOINTS : endpoints,
      credentials: own === null ? secrets.of(inTime(chain, time.timeoutMs / 4)) : async () => own,
      roles: { ...roles, provider: (role, run) => secrets.of(roles.provider(role, run)) },
      clock,
      newId,
      print: (line) => print(cleanLine(line, secrets)),
      send,
      source: textOf(context, 'function', 'name') ?? 'flow-log-scheduler',
    };

    const run = async (): Promise<Report> => {
      if ('code' in endpoints) return failedReport(endpoints, at, newId());
      if (!parsed.ok) return failedReport(configFailure(parsed, basename(file)), at, newId());
      if ('refused' in request) return failedReport(invalidEvent(request.refused), at, newId());
      const refused = refuseCommand(request, parsed.config, at);
      if (refused !== null)
        return failedReport(invalidEvent(`${sentence(refused)} Nothing was touched`), at, newId());
      return runOnce(parsed.config, { ...request, at }, time, deps);
    };
    const report = secrets.cleanAll(await run());

    // With an endpoint that is not accepted nothing is sent anywhere.
    const configured = parsed.ok ? parsed.config.recordTo : parsed.recordTo;
    const recordTo = 'code' in endpoints ? null : configured;
    const requestId = textOf(context, 'requestId') ?? '';
    const runtime = runtimeOf(parsed.ok ? parsed.config : null);
    const failure = await record(report, { ...origin, requestId, runtime }, recordTo, time, deps);
    const recordingFailure = secrets.cleanAll(failure);
    if (origin.trigger === 'timer') throwIfFailed(report, recordingFailure);
    const answer = toAnswer(report, recordingFailure, runtime);
    if (report.action !== 'status') return answer;
    const { digestsOf } = await import('./digests.ts');
    return { ...answer, digests: digestsOf(options.codeDirectory, file) };
  };
}

const NO_ENDPOINTS = readEndpoints({});

function readEndpointsOrFail(env: HandlerOptions['env']): Endpoints | Failure {
  try {
    return readEndpoints(env);
  } catch (error) {
    if (!(error instanceof EndpointError)) throw error;
    return { code: 'InvalidEndpoint', message: error.message, requestId: null };
  }
}

const invalidEvent = (message: string): Failure => ({ code: 'InvalidEvent', message, requestId: null });

/** As data: in its JSON a pattern could take a quote for a part of a secret. */
function cleanLine(line: string, { cleanAll }: Secrets): string {
  const data: unknown = JSON.parse(line);
  const cleaned = cleanAll(data);
  return cleaned === data ? line : JSON.stringify(cleaned);
}

function timeoutOf(context: unknown): number {
  const seconds = Number(objectAt(objectAt(context).function).timeout);
  return (seconds > 0 ? seconds : DEFAULT_TIMEOUT_S) * 1000;
}

function textOf(context: unknown, ...path: readonly string[]): string | null {
  const value = path.reduce<unknown>((node, name) => objectAt(node)[name], context);
  return typeof value === 'string' && value !== '' ? value : null;
}
