/** Overrides that a command sets or clears: which, by what calls, and whether their tags show it. */
import type { Config } from '../config/config.ts';
import { type Change, isBeingTagged, type TaggedChange, type Tagging } from './change.ts';
import { CloudError } from './cloud-error.ts';
import { type Command, overrideEnd, tooLong } from './command.ts';
import { formatOverride, OVERRIDE_TAG, type Override, overrideTagOf, parseOverride } from './override.ts';
import { changeOverrideTags } from './override-tags.ts';
import { type Decide, productOf } from './plan.ts';
import type { FlowLog } from './ports.ts';
import { type Failure, type FlowLogResult, failureOf } from './report.ts';
import { notTagged } from './settle.ts';
import type { Target } from './targets.ts';
import { settle, type Work } from './work.ts';

/** A tag call that hangs must not take the time of reading back. */
const WRITTEN_WITHIN_SHARE = 0.25;
const WRITTEN_WITHIN_MS = 16_000;

/** How long a tag may take to show after its call has ended. */
const SHOWS_WITHIN_MS = 15_000;
const SHOWS_WITHIN_SHARE = 0.25;
/** It is read once at least. */
const SHOWS_NOT_BEFORE_MS = 1_000;

/** A tag of before that is read longer after the new one was read is no lagging replica: somebody put it back. */
const REPLICAS_LAG_MS = 3_000;

/**
 * What a command does to a flow log's override.
 * @param at milliseconds since the epoch
 * @returns null for nothing; a failure when this override is not possible for it
 */
export function taggingFor(
  { entry: { schedule } }: Target,
  flowLog: FlowLog,
  command: Command,
  at: number,
  config: Config,
  decide: Decide,
): Tagging | Failure | null {
  const before = overrideTagOf(flowLog);
  const tagging = (wanted: Override | null, value: string | undefined): Tagging => ({
    wanted,
    value,
    before,
    sent: 'under-way',
    confirmedAt: null,
  });
  switch (command.action) {
    case 'reconcile':
    case 'status':
      return null;
    case 'clear-override':
      return before === undefined ? null : tagging(null, undefined);
    case 'override': {
      const until = overrideEnd(command.end, at, decide(schedule, at).nextTransition);
      if (until === null) return impossible('its schedule never changes, so there is no next transition');
      const problem = tooLong(until - at, config);
      if (problem !== null) return impossible(problem);
      const { status, by, reason } = command;
      const wanted = { status, until, by, reason };
      return tagging(wanted, formatOverride(wanted, config.zone));
    }
  }
}

const impossible = (message: string): Failure => ({ code: 'InvalidOverride', message, requestId: null });

/** Sends the tag calls of all that are to be tagged. Each goes on, or fails, when its own call has ended. */
export async function startTagging(work: Work): Promise<void> {
  const { budget, open, region } = work;
  const values = new Map<string, string | undefined>();
  for (const [flowLogId, { tagging }] of open) if (tagging !== null) values.set(flowLogId, tagging.value);
  const withinMs = Math.min(WRITTEN_WITHIN_MS, budget.remainingMs() * WRITTEN_WITHIN_SHARE);
  await changeOverrideTags(values, region, { time: budget.within(withinMs) }, (flowLogIds, error) => {
    for (const flowLogId of flowLogIds) {
      const change = open.get(flowLogId);
      // One whose tag showed while its call was under way has gone on.
      if (change !== undefined && isBeingTagged(change)) ended(work, change, error);
    }
  });
}

function ended(work: Work, change: TaggedChange, error: CloudError | null): void {
  const { budget } = work;
  change.tagging.sent = error;
  if (error !== null && error.effect !== 'unknown') {
    settle(work, change, notTagged(change, failureOf(error)));
    return;
  }
  const shareMs = Math.min(SHOWS_WITHIN_MS, budget.remainingMs() * SHOWS_WITHIN_SHARE);
  change.deadline = budget.now() + Math.max(SHOWS_NOT_BEFORE_MS, shareMs);
}

/** Whether a reading shows the override as it shall be; from then on it counts. @param now monotonic milliseconds */
export function isConfirmed(change: TaggedChange, now: number): boolean {
  const { flowLog, tagging } = change;
  if (flowLog === null || flowLog.tags === null || !holds(overrideTagOf(flowLog), tagging.wanted))
    return false;
  tagging.confirmedAt = now;
  change.deadline = Number.POSITIVE_INFINITY;
  return true;
}

/** `by` and `reason` may differ where two people set the same override. */
function holds(value: string | undefined, wanted: Override | null): boolean {
  if (wanted === null) return value === undefined;
  const held = value === undefined ? null : parseOverride(value);
  return held?.status === wanted.status && held.until === wanted.until;
}

/** A flow log as it is: a replica may still show the tag from before this run changed it. @param now monotonic */
export function asConfirmed({ tagging }: Change, flowLog: FlowLog, now: number): FlowLog {
  const { tags } = flowLog;
  if (tagging === null || tagging.confirmedAt === null || tags === null) return flowLog;
  if (now - tagging.confirmedAt > REPLICAS_LAG_MS || tags[OVERRIDE_TAG] !== tagging.before) return flowLog;
  const { [OVERRIDE_TAG]: _, ...others } = tags;
  const { value } = tagging;
  return { ...flowLog, tags: value === undefined ? others : { ...others, [OVERRIDE_TAG]: value } };
}

/** What is known of a tag that did not show in time. */
export function endOfTagging(change: TaggedChange): FlowLogResult {
  const { target, tagging, unread } = change;
  if (tagging.sent instanceof CloudError) {
    const failure = failureOf(tagging.sent);
    const doubt = 'its override may or may not have been changed; {"action": "status"} tells';
    return notTagged(change, { ...failure, message: `${failure.message}; ${doubt}` });
  }
  const what = tagging.wanted === null ? 'to clear the override' : 'the override';
  const accepted = `${productOf(target.entry)} accepted ${what} of ${target.entry.flowLogId}`;
  if (unread !== null) {
    const message = `${accepted}, but reading back failed: ${unread.message}; try again`;
    return notTagged(change, { ...failureOf(unread), message });
  }
  const [code, problem] = problemOf(change);
  return notTagged(change, { code, message: `${accepted}, but ${problem}`, requestId: null });
}

function problemOf({ isRead, flowLog }: Change): readonly [code: string, problem: string] {
  if (!isRead) {
    return ['OverrideNotConfirmed', "the run's time ended before it could be read back; try again"];
  }
  if (flowLog === null) return ['FlowLogNotFound', 'it is not listed any more; was it deleted meanwhile?'];
  const value = overrideTagOf(flowLog);
  const held =
    value === undefined ? `there is no tag ${OVERRIDE_TAG}` : `tag ${OVERRIDE_TAG} holds "${value}"`;
  return ['OverrideNotConfirmed', `${held} now; try again`];
}
