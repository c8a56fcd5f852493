/** What a run can be asked for, and what a config allows of it. Pure. */
import type { Config } from '../config/config.ts';
import type { DesiredStatus } from '../schedule/types.ts';
import { formatDuration } from '../text.ts';
import { formatOverride, MAX_TAG_VALUE_CHARS, type Override } from './override.ts';
import { type Selection, selectionProblem } from './selection.ts';

/** When an override ends: after a length, at an instant (milliseconds), or when the schedule changes next. */
export type OverrideEnd =
  | { readonly kind: 'for'; readonly ms: number }
  | { readonly kind: 'at'; readonly ms: number }
  | { readonly kind: 'next-transition' };

export type Command =
  | { readonly action: 'reconcile'; readonly dryRun: boolean }
  | { readonly action: 'status' }
  | { readonly action: 'status'; readonly flowLogs: Selection }
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
      return selectionProblem(command.flowLogs, config);
    case 'override':
      return (
        selectionProblem(command.flowLogs, config) ??
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
