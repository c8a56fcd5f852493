import { expect } from 'vitest';
import type { FaultHook, RecordedRequest } from '../../lib/emulator/emulator.ts';
import { ReconcileFailed, RecordingFailed } from '../../lib/function/answer.ts';
import { timerEvent } from '../support/scheduler.ts';
import { leaksIn } from '../support/secrets.ts';
import { type Cloud, type CloudOptions, type Ended, startCloud, WANTED } from './cloud.ts';
import { TRANSIENT } from './product.ts';

/** One line of the fault matrix: what goes wrong, and what the run is to tell. */
export interface Row extends CloudOptions {
  /** In force during the first run only. */
  readonly fault?: (cloud: Cloud) => FaultHook;
  /** Besides the fault: before the first run, and what ends it before the next one. */
  readonly arrange?: (cloud: Cloud) => void;
  readonly repair?: (cloud: Cloud) => void;
  /**
   * By flow log what is told, where it is not that all is well: `confirmed`, `accepted`, `failed Unauthorized`, …
   * `gone` is told nothing about.
   */
  readonly told?: Readonly<Record<string, string>>;
  /** Code of the run's own error. */
  readonly error?: string;
  /** Code of why it could not be recorded; null when it was. */
  readonly recording?: string | null;
  /** Said somewhere in the failure that is thrown. */
  readonly says?: RegExp;
  /** Part of a warning; none by default. */
  readonly warning?: string;
  readonly timeoutS?: number;
  /** Default: the timer's. */
  readonly event?: object;
  /** The flow logs that it is about, and what is wanted of them. Default {@link WANTED}. */
  readonly wanted?: Readonly<Record<string, 'Active' | 'Inactive'>>;
  /** How often CEN itself puts a flow log back, by flow log. */
  readonly reverted?: Readonly<Record<string, number>>;
}

const CHANGED = new Set(['to-activate', 'to-deactivate', 'neighbour', 'retail']);

/**
 * Runs with the fault, then without it, and holds against the cloud all that was told.
 * @returns the first run, for what only one row can say
 */
export async function check(row: Row): Promise<{ readonly first: Ended; readonly cloud: Cloud }> {
  const cloud = await startCloud(row);
  const timeoutS = row.timeoutS ?? 300;
  const wanted = row.wanted ?? WANTED;
  row.arrange?.(cloud);
  const before = cloud.emulator.requests.length;
  cloud.setFault(row.fault?.(cloud));
  const first = await cloud.invoke(row.event ?? timerEvent(), timeoutS);

  checkTold(first, row, wanted);
  checkTruth(first, cloud, wanted);
  checkRecords(first, row.recording ?? null);
  checkThrown(first, row);
  checkToggled(first);
  checkCalls(cloud.emulator.requests.slice(before), first);
  expect(first.tookMs).toBeLessThanOrEqual(timeoutS * 1000);
  for (const flowLogId of Object.keys(wanted)) {
    expect([flowLogId, begun(cloud.path(flowLogId))]).toEqual([flowLogId, expect.toBeOneOf([0, 1])]);
  }

  cloud.setFault(undefined);
  cloud.setSkew(0);
  row.repair?.(cloud);
  await cloud.clock.sleep(300_000);
  const next = await cloud.invoke(row.event ?? timerEvent(), timeoutS);
  checkConverged(next, cloud, row, wanted);
  for (const { said } of [first, next]) {
    expect(leaksIn(said)).toEqual([]);
    // What STS made up: key IDs, and secrets and tokens that are longer than anything else.
    expect(said).not.toMatch(/STS\.[0-9a-f]{8}|\b[0-9a-f]{48}\b|[\w+/]{60}/);
  }
  return { first, cloud };
}

const flowLogsOf = ({ printed }: Ended) => printed.filter(({ kind }) => kind === 'flow-log');

/** Each flow log's outcome is the one of the table, and every failure says why. */
function checkTold(ended: Ended, row: Row, wanted: Row['wanted']): void {
  const expected = Object.fromEntries(
    Object.keys(wanted ?? {}).map((id) => [
      id,
      row.told?.[id] ?? (CHANGED.has(id) ? 'confirmed' : 'unchanged'),
    ]),
  );
  const told = Object.fromEntries(
    flowLogsOf(ended).map(({ flowLogId, outcome, errorCode }) => [
      flowLogId,
      `${outcome} ${errorCode}`.trim(),
    ]),
  );
  expect(told).toEqual(
    Object.fromEntries(Object.entries(expected).filter(([, outcome]) => outcome !== 'gone')),
  );
  for (const { outcome, errorCode, errorMessage = '' } of flowLogsOf(ended)) {
    expect(errorMessage.length > 20).toBe(outcome === 'failed');
    expect(errorCode !== '').toBe(outcome === 'failed');
  }
  const [run, ...others] = ended.printed.filter(({ kind }) => kind === 'run');
  expect(others).toEqual([]);
  expect(run?.errorCode).toBe(row.error ?? '');
  const outcomes = flowLogsOf(ended).map(({ outcome }) => outcome);
  for (const outcome of ['confirmed', 'unchanged', 'accepted', 'waiting', 'failed']) {
    expect([outcome, run?.[outcome]]).toEqual([
      outcome,
      String(outcomes.filter((each) => each === outcome).length),
    ]);
  }
  expect(run?.ok).toBe(String(run?.failed === '0' && row.error === undefined));
  if (row.warning === undefined) expect(run?.warnings).toBe('');
  else expect(run?.warnings).toContain(row.warning);
}

/** What is told of a flow log is so in the cloud, and what nobody asked for was not touched. */
function checkTruth(ended: Ended, cloud: Cloud, wanted: Readonly<Record<string, string>>): void {
  for (const { flowLogId = '', outcome = '', desired, observed } of flowLogsOf(ended)) {
    const path = cloud.path(flowLogId);
    const is = [flowLogId, outcome, path.at(-1)];
    if (outcome === 'confirmed' || outcome === 'unchanged') {
      expect([flowLogId, desired]).toEqual([flowLogId, wanted[flowLogId]]);
      expect(is).toEqual([flowLogId, outcome, wanted[flowLogId]]);
    }
    if (outcome === 'unchanged' || outcome === 'waiting')
      expect([flowLogId, begun(path)]).toEqual([flowLogId, 0]);
    // Called, and not read back in the status that it may have by now.
    if (outcome === 'accepted') {
      expect(is).toEqual([flowLogId, outcome, expect.toBeOneOf([...TRANSIENT, wanted[flowLogId]])]);
      expect([flowLogId, begun(path)]).toEqual([flowLogId, 1]);
    }
    if (observed !== '') expect(path).toContain(observed);
  }
  expect([cloud.path('of-others'), cloud.path('retail-of-others')]).toEqual([['Inactive'], ['Inactive']]);
}

/** How often a change began: a flow log was settled and then is changing, or is at once what it was not. */
function begun(path: readonly string[]): number {
  const settled = (status: string | undefined) => status === 'Active' || status === 'Inactive';
  return path.filter((status, index) => settled(path[index - 1]) && path[index - 1] !== status).length;
}

/** How often a flow log went from one of its two statuses to the other. */
function turns(path: readonly string[]): number {
  const settled = path.filter((status) => status === 'Active' || status === 'Inactive');
  return settled.filter((status, index) => index > 0 && status !== settled[index - 1]).length;
}

/** Printed whole; and in SLS the same, once or (when an answer was lost) more than once. */
function checkRecords({ printed, recorded }: Ended, recording: string | null): void {
  const records = printed.filter(({ kind }) => kind !== 'recording');
  const failures = printed.filter(({ kind }) => kind === 'recording');
  expect(failures.map(({ ok, code }) => [ok, code])).toEqual(
    recording === null ? [] : [['false', recording]],
  );
  const inSls = [...new Map(recorded.map((each) => [JSON.stringify(each), each])).values()];
  if (recording === null) expect(inSls).toEqual(records);
  else for (const each of inSls) expect(records).toContainEqual(each);
}

/** Each change is told once when it is sent, and once when it has settled, as the record tells it. */
function checkToggled(ended: Ended): void {
  const changed = flowLogsOf(ended).filter(({ attempts }) => attempts !== '0');
  const told = (phase: string) =>
    ended.toggled
      .filter((each) => each.phase === phase)
      .map(({ flowLogId, action, outcome, runId }) => [flowLogId, action, outcome, runId].join())
      .sort();
  const expected = (outcome: (each: Readonly<Record<string, string>>) => string | undefined) =>
    changed.map((each) => [each.flowLogId, each.action, outcome(each), each.runId].join()).sort();
  expect(told('sent')).toEqual(expected(() => ''));
  expect(told('settled')).toEqual(expected(({ outcome }) => outcome));
}

/** A timer's failure is thrown, a person's is answered; either names every code. */
function checkThrown({ answer, error, printed }: Ended, row: Row): void {
  const failed = printed.flatMap(({ errorCode }) => (errorCode ? [errorCode] : []));
  const recording = row.recording ?? null;
  if (row.event === undefined) {
    const expected = failed.length > 0 ? ReconcileFailed : recording === null ? null : RecordingFailed;
    if (expected === null) expect(error).toBe(null);
    else expect(error).toBeInstanceOf(expected);
    if (expected === RecordingFailed) expect(error?.message).toContain(recording);
    if (expected === ReconcileFailed && recording !== null) expect(error?.message).toContain('not recorded');
  } else {
    expect(error).toBe(null);
    expect(answer?.ok).toBe(failed.length === 0 && recording === null);
  }
  const text = error?.message ?? JSON.stringify(answer);
  for (const code of failed) expect(text).toContain(code);
  if (row.says !== undefined) expect(text).toMatch(row.says);
}

const TOGGLES = new Set(['ActiveFlowLog', 'DeactiveFlowLog']);

/** Sent, and its effect is not known. */
function isDoubtful(call: RecordedRequest | undefined): boolean {
  if (call === undefined || !TOGGLES.has(call.action)) return false;
  if (call.outcome.kind !== 'answered') return true;
  const { status, code } = call.outcome;
  return (code === null && [200, 302, 500, 502].includes(status)) || code === 'InternalError';
}

/** Bounded, counted right, with one token for one intent, and never sent again blindly. */
function checkCalls(requests: readonly RecordedRequest[], ended: Ended): void {
  const calls = requests.filter(({ service }) => service === 'Cbn' || service === 'Sts');
  const [run] = ended.printed;
  expect(run?.apiCalls).toBe(String(calls.length));
  expect(calls.length).toBeLessThan(300);
  const toggles = calls.filter(({ action }) => TOGGLES.has(action));
  for (const flowLogId of new Set(toggles.map(({ params }) => params.FlowLogId))) {
    const own = toggles.filter(({ params }) => params.FlowLogId === flowLogId);
    // Every five seconds in the end, for as long as the run lasts.
    expect(own.length).toBeLessThanOrEqual(70);
    expect(new Set(own.map(({ action, params }) => `${action} ${params.ClientToken}`)).size).toBe(1);
    // Nobody knows what became of such a call: the flow log is read before it is sent again.
    const about = calls.filter(({ action, params }) =>
      action === 'DescribeFlowlogs'
        ? params.RegionId === own[0]?.params.RegionId
        : params.FlowLogId === flowLogId,
    );
    const resent = about.filter((call, index) => TOGGLES.has(call.action) && isDoubtful(about[index - 1]));
    expect([flowLogId, resent]).toEqual([flowLogId, []]);
    const told = flowLogsOf(ended).find((each) => each.flowLogId === flowLogId);
    expect([flowLogId, told?.attempts]).toEqual([flowLogId, String(own.length)]);
  }
}

/** The fault is gone: everything is as it should be, said so, recorded, and nothing went to and fro on the way. */
function checkConverged(next: Ended, cloud: Cloud, row: Row, wanted: Readonly<Record<string, string>>): void {
  expect(next.error).toBe(null);
  expect(next.answer).toMatchObject({ ok: true, summary: { failed: 0, accepted: 0, waiting: 0 } });
  checkTruth(
    { ...next, printed: next.printed.filter(({ outcome }) => outcome === 'confirmed') },
    cloud,
    wanted,
  );
  checkRecords(next, null);
  for (const [flowLogId, status] of Object.entries(wanted)) {
    const path = cloud.path(flowLogId);
    expect([flowLogId, path.at(-1)]).toEqual([flowLogId, status]);
    const most = 1 + 2 * (row.reverted?.[flowLogId] ?? 0);
    expect([flowLogId, turns(path) <= most, path]).toEqual([flowLogId, true, path]);
  }
}
