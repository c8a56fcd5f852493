/** The scheduler put together: a parsed config and a request in, a report out, its records printed and written. */

import { connect } from '../cloud/call.ts';
import type { AssumedRoles } from '../cloud/credentials/assumed-role.ts';
import type { CredentialsProvider } from '../cloud/credentials/types.ts';
import { createFlowLogs } from '../cloud/flow-logs/flow-logs.ts';
import { PRODUCTS } from '../cloud/flow-logs/products.ts';
import { createGate, createSlots, type Gate, type Slots } from '../cloud/gate.ts';
import type { Endpoints } from '../cloud/http/endpoint.ts';
import type { SendRequest } from '../cloud/http/request.ts';
import { STS, STS_ENDPOINT } from '../cloud/services.ts';
import { createLogstore } from '../cloud/sls/put-logs.ts';
import type { Config, FlowLogService, RecordTo } from '../config/config.ts';
import { describeIssues } from '../config/issues.ts';
import type { LoadedConfig } from '../config/load.ts';
import { type Budget, createBudget, type Interrupt, reserveMs } from '../reconcile/budget.ts';
import { CloudError } from '../reconcile/cloud-error.ts';
import type { Clock, FlowLogs } from '../reconcile/ports.ts';
import { type RunRequest, reconcile } from '../reconcile/reconcile.ts';
import { type Origin, toRecords } from '../reconcile/records.ts';
import { type Failure, failureOf, type Report, summarise } from '../reconcile/report.ts';
import type { ListingScope } from '../reconcile/targets.ts';

export interface SchedulerDeps {
  readonly endpoints: Endpoints;
  /** Of the function's own account. */
  readonly credentials: CredentialsProvider;
  /** Of the other accounts. */
  readonly roles: AssumedRoles;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Default: real requests. */
  readonly send?: SendRequest | undefined;
  /** Writes one line to standard output: each change when it is sent and when it has settled. Default: nowhere. */
  readonly print?: (line: string) => void;
}

export interface RecordingDeps extends SchedulerDeps {
  /** Writes one line to standard output. */
  readonly print: (line: string) => void;
  /** `__source__` of the records: the function's name. */
  readonly source: string;
}

/** When a run began and how long it may take in all, in the clock's monotonic milliseconds. */
export interface RunTime {
  readonly startedAt: number;
  readonly timeoutMs: number;
  /** Ends the run early; recording has its time nevertheless. */
  readonly interrupt?: Interrupt | undefined;
}

/** `__topic__` of all records. */
export const LOGSTORE_TOPIC = 'flow-log-scheduler';

/** Observes, plans and, unless the request says not to, changes. Records nothing. */
export async function runOnce(
  config: Config,
  request: RunRequest,
  time: RunTime,
  deps: SchedulerDeps,
): Promise<Report> {
  const { clock, newId } = deps;
  const endsAt = time.startedAt + time.timeoutMs - reserveMs(time.timeoutMs);
  const cloud = connectAccounts(config, createBudget(clock, endsAt, time.interrupt), deps);
  const report = await reconcile(config, request, {
    flowLogs: cloud.flowLogs,
    apiCalls: cloud.apiCalls,
    clock,
    endsAt,
    interrupt: time.interrupt,
    newId,
    clockSkewMs: cloud.clockSkewMs,
    onToggle: ({ at, ...event }) =>
      deps.print?.(JSON.stringify({ kind: 'toggle', ...event, at: new Date(at).toISOString() })),
  });
  const warnings = Array.from(cloud.doubts, (message) => ({ subject: null, message }));
  return { ...report, warnings: [...report.warnings, ...warnings] };
}

export interface Connected {
  /** The flow logs that a listing covers; account null is that of the credentials. */
  readonly flowLogs: (listing: ListingScope) => FlowLogs;
  readonly credentials: (account: string | null) => CredentialsProvider;
  readonly apiCalls: () => number;
  readonly clockSkewMs: () => number | null;
  /** Why a listing may lack a flow log. */
  readonly doubts: ReadonlySet<string>;
}

/**
 * The accounts of a config.
 * @param budget for assuming roles
 */
export function connectAccounts(
  { accounts, limits }: Pick<Config, 'accounts' | 'limits'>,
  budget: Budget,
  { endpoints, credentials, roles, clock, send }: Omit<SchedulerDeps, 'newId'>,
): Connected {
  const gates = new Map<string, Gate>();
  const slots = new Map<string | null, Slots>();
  // A service that throttles must not hold the calls of the account's other one.
  const gateOf = (account: string | null, service: FlowLogService): Gate => {
    const key = JSON.stringify([account, service]);
    const ofAccount = slots.get(account) ?? createSlots(limits.concurrency);
    const gate = gates.get(key) ?? createGate(limits.concurrency, clock.monotonic, ofAccount);
    slots.set(account, ofAccount);
    gates.set(key, gate);
    return gate;
  };
  let apiCalls = 0;
  const onCall = () => {
    apiCalls += 1;
  };
  const sts = connect(STS, {
    endpoint: endpoints.sts ?? STS_ENDPOINT,
    credentials,
    gate: createGate(limits.concurrency, clock.monotonic),
    ...{ clock, send, onCall },
  });

  function credentialsOf(account: string | null): CredentialsProvider {
    const role = account === null ? undefined : accounts.get(account);
    return role === undefined ? credentials : roles.provider(role, { call: sts, budget });
  }

  let clockSkewMs: number | null = null;
  const onSkew = (ms: number) => {
    if (clockSkewMs === null || Math.abs(ms) > Math.abs(clockSkewMs)) clockSkewMs = ms;
  };

  // Each once: many listings of one region may say the same.
  const doubts = new Set<string>();
  const flowLogs = ({ account, service, scope }: ListingScope) => {
    const product = PRODUCTS[service];
    return createFlowLogs({
      product,
      call: connect(product.api, {
        endpoint: endpoints[product.override] ?? product.endpoint(scope.regionId),
        credentials: credentialsOf(account),
        gate: gateOf(account, service),
        onRefused: roles.forget,
        ...{ clock, send, onCall, onSkew },
      }),
      onDoubt: (warning) => doubts.add(account === null ? warning : `account ${account}, ${warning}`),
    });
  };
  return {
    flowLogs,
    credentials: credentialsOf,
    apiCalls: () => apiCalls,
    clockSkewMs: () => clockSkewMs,
    doubts,
  };
}

/** The report of a run that could not begin. */
export function failedReport(failure: Failure, at: number, runId: string): Report {
  return {
    runId,
    action: 'none',
    dryRun: false,
    ok: false,
    at,
    summary: summarise([]),
    flowLogs: [],
    notInConfig: [],
    warnings: [],
    error: failure,
    apiCalls: 0,
    durationMs: 0,
    statuses: null,
  };
}

/** Why a config cannot be used, as the failure of a run. */
export function configFailure(parsed: Extract<LoadedConfig, { ok: false }>, file: string): Failure {
  const message = `${file} is not valid, so nothing was touched:\n${describeIssues(parsed.issues)}`;
  return { code: 'InvalidConfig', message, requestId: null };
}

/**
 * Prints every record, then writes them to the Logstore.
 * @returns why they could not be written; null when they were, or when standard output is all that is asked for
 */
export async function record(
  report: Report,
  origin: Origin,
  recordTo: RecordTo | null,
  time: RunTime,
  deps: RecordingDeps,
): Promise<Failure | null> {
  const records = toRecords(report, origin, recordTo?.kind === 'sls' && recordTo.recordAll);
  for (const each of records) deps.print(JSON.stringify(each));
  if (recordTo === null || recordTo.kind === 'stdout') return null;
  const logstore = createLogstore({
    recordTo,
    endpoint: deps.endpoints.sls,
    credentials: deps.credentials,
    source: deps.source,
    topic: LOGSTORE_TOPIC,
    clock: deps.clock,
    send: deps.send,
  });
  const endsAt = time.startedAt + time.timeoutMs - reserveMs(time.timeoutMs) / 5;
  try {
    await logstore.put(records, report.at, createBudget(deps.clock, endsAt));
    return null;
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    const failure = failureOf(error);
    deps.print(JSON.stringify({ kind: 'recording', runId: report.runId, ok: 'false', ...failure }));
    return failure;
  }
}
