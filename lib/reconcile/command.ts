/** What a run can be asked for, and what a config allows of it. Pure. */
import type { Config } from '../config/config.ts';
import { didYouMean, show } from '../config/issues.ts';
import type { DesiredStatus } from '../schedule/types.ts';
import { formatDuration } from '../text.ts';
import { formatOverride, MAX_TAG_VALUE_CHARS, type Override } from './override.ts';

/** Flow logs of the config, by ID or all of them. */
export type Selection = 'all' | readonly string[];

/** When an override ends: after a length, at an instant (milliseconds), or when the schedule changes next. */
export type OverrideEnd =
  | { readonly kind: 'for'; readonly ms: number }
  | { readonly kind: 'at'; readonly ms: number }
  | { readonly kind: 'next-transition' };

export type Command =
  | { readonly action: 'reconcile'; readonly dryRun: boolean }
  | { readonly action: 'status' }
  | {
      readonly action: 'override';
      readonly status: DesiredStatus;
      readonly end: OverrideEnd;
      readonly flowLogs: Selection;
      readonly by: string | null;
      readonly reason: string | null;
    }
  | { readonly action: 'clear-override'; readonly flowLogs: Selection };

/** What an event without a command asks for. */
export const RECONCILE: Command = { action: 'reconcile', dryRun: false };

/**
 * Why a command is refused for this config; null when it is fine.
 * @param at the instant it is given, milliseconds since the epoch
 */
export function refuseCommand(command: Command, config: Config, at: number): string | null {
  switch (command.action) {
    case 'reconcile':
    case 'status':
      return null;
    case 'clear-override':
      return unknownFlowLogs(command.flowLogs, config);
    case 'override':
      return (
        unknownFlowLogs(command.flowLogs, config) ??
        endProblem(command.end, config, at) ??
        textProblem(command, config)
      );
  }
}

/** Milliseconds since the epoch, a whole second; null when the schedule never changes. */
export function overrideEnd(end: OverrideEnd, at: number, nextTransition: number | null): number | null {
  switch (end.kind) {
    case 'for':
      return wholeSecond(at + end.ms);
    case 'at':
      return wholeSecond(end.ms);
    case 'next-transition':
      return nextTransition;
  }
}

/** Rounded up, so that an override never ends before it was to. */
const wholeSecond = (ms: number): number => Math.ceil(ms / 1000) * 1000;

/** What a selector finds is known only when the run has listed it: see `reconcile`. */
function unknownFlowLogs(selection: Selection, { flowLogs, selectors }: Config): string | null {
  if (selection === 'all' || selectors.length > 0) return null;
  return unknownFlowLog(selection, [...new Set(flowLogs.map(({ flowLogId }) => flowLogId))]);
}

/** What is wrong with IDs of which one is not known; null when all are. */
export function unknownFlowLog(flowLogIds: readonly string[], known: readonly string[]): string | null {
  const all = new Set(known);
  const unknown = flowLogIds.find((flowLogId) => !all.has(flowLogId));
  if (unknown === undefined) return null;
  return `flowLogIds: the config has no flow log ${show(unknown)}${didYouMean(unknown, known)}`;
}

function endProblem(end: OverrideEnd, config: Config, at: number): string | null {
  if (end.kind === 'next-transition') return null;
  const length = end.kind === 'for' ? end.ms : end.ms - at;
  if (length <= 0) return 'until: lies in the past; an override ends in the future';
  return tooLong(length, config);
}

/** @param length milliseconds */
export function tooLong(length: number, config: Config): string | null {
  const { maxOverrideMs } = config.limits;
  // Ends are whole seconds, so the longest override may end up to one later.
  if (length < maxOverrideMs + 1000) return null;
  return `the override would be longer than limits.maxOverride, ${formatDuration(maxOverrideMs)}`;
}

function textProblem(
  { status, by, reason }: Pick<Override, 'status' | 'by' | 'reason'>,
  { zone }: Config,
): string | null {
  // Every end is written in as many characters as this one, or in fewer.
  const value = formatOverride({ status, until: Date.UTC(2026, 0, 1), by, reason }, zone);
  if ([...value].length > MAX_TAG_VALUE_CHARS) {
    const excess = [...value].length - MAX_TAG_VALUE_CHARS;
    return `by and reason: too long by ${excess} characters; the tag that keeps the override holds ${MAX_TAG_VALUE_CHARS}`;
  }
  return null;
}
