/** One flow log that is being changed. */
import type { CloudError } from './cloud-error.ts';
import type { Override } from './override.ts';
import { readStatus, type Step } from './plan.ts';
import type { FlowLog } from './ports.ts';
import type { Action } from './report.ts';
import type { Target } from './targets.ts';

/** What the last sending of a call came to. */
export type Sending =
  | { readonly kind: 'accepted'; readonly requestId: string | null }
  /** It had no effect. */
  | { readonly kind: 'refused'; readonly error: CloudError }
  /** Nobody knows whether it had an effect. */
  | { readonly kind: 'unanswered'; readonly error: CloudError };

/** Bringing a flow log to a status. Its ClientToken stays the same however often it is sent. */
export interface Intent {
  readonly step: Step;
  readonly action: Exclude<Action, 'none'>;
  readonly clientToken: string;
  /** Monotonic milliseconds of the first sending. */
  readonly sentAt: number;
  /** Null while it was only throttled. */
  last: Sending | null;
  unanswered: number;
  /** How many readings showed that the override which it was decided by was cleared before its end. */
  cleared: number;
}

/** Setting or clearing the override of a flow log. */
export interface Tagging {
  /** What the tag shall hold; null for no tag. */
  readonly wanted: Override | null;
  /** The tag's text, as it shall be and as it was. */
  readonly value: string | undefined;
  readonly before: string | undefined;
  /** How the call ended; null when CEN accepted it. */
  sent: 'under-way' | CloudError | null;
  /** Monotonic milliseconds of the reading that showed it; null before. */
  confirmedAt: number | null;
}

export interface Change {
  readonly target: Target;
  /** As the run found it. */
  readonly before: FlowLog;
  /** The last reading; null when the listing had no such flow log. */
  flowLog: FlowLog | null;
  /** By the last reading. */
  step: Step;
  /**
   * `tag`: its override is being set or cleared. `send`: to be sent when it is due and its reading is fresh.
   * `settle`: to be read until it has settled.
   */
  phase: 'tag' | 'send' | 'settle';
  /** Null when the run does not change its override. */
  readonly tagging: Tagging | null;
  /** Null until something was sent. */
  intent: Intent | null;
  /** Whether it was read since it was sent last. */
  isRead: boolean;
  /** Monotonic milliseconds: when its last reading was asked for, not to be sent before, and settled by. */
  readAt: number;
  notBefore: number;
  deadline: number;
  attempts: number;
  throttled: number;
  /** Why it was throttled, or could not be read, when it was tried last. */
  unsent: CloudError | null;
  unread: CloudError | null;
}

/** One whose override is being set or cleared. */
export type TaggedChange = Change & { readonly tagging: Tagging };

export const isBeingTagged = (change: Change): change is TaggedChange => change.phase === 'tag';

export const isTransient = ({ flowLog }: Change): boolean =>
  flowLog !== null && readStatus(flowLog) === 'transient';

/** Whether a call was sent that has not had its effect, which nobody wants any more. */
export const isUnwanted = ({ intent, step: { todo } }: Change): boolean =>
  intent !== null && todo.kind === 'none' && todo.outcome === 'unchanged';
