import type { Budget } from './budget.ts';

/** Milliseconds since the epoch, and waiting. Injected, so that a simulated clock can stand in. */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Steadily growing milliseconds from an arbitrary origin; for deadlines and durations. */
  monotonic(): number;
  sleep(ms: number): Promise<void>;
}

/** A flow log as its product described it. */
export interface FlowLog {
  readonly flowLogId: string;
  /** `FlowLogName`; empty when it has none. */
  readonly name: string;
  /** Empty when it is not known. */
  readonly regionId: string;
  readonly cenId: string | null;
  /** `Active`, `Inactive`, a transient status such as `Modifying`, or one never heard of. */
  readonly status: string;
  /** Whether that status leads to another one; until then a flow log can only be read. */
  readonly isTransient: boolean;
  /** Capture interval in seconds (60 to 600), when it is known. */
  readonly intervalSeconds: number | null;
  readonly transitRouterId: string | null;
  /** What is captured, where the product says so. */
  readonly resourceId: string | null;
  /** Where it delivers to; null when that is not known. */
  readonly logstore: { readonly project: string; readonly logstore: string } | null;
  /** Null when they could not be read: a person's override may be among them. */
  readonly tags: Readonly<Record<string, string>> | null;
  /** When its page was asked for, in the clock's monotonic milliseconds. */
  readonly readAt: number;
}

/** What to list: one account's flow logs of a region, narrowed where given. */
export interface FlowLogScope {
  readonly regionId: string;
  readonly cenId?: string;
  readonly vpcId?: string;
  readonly flowLogId?: string;
}

/**
 * The flow logs that a listing must not miss, by ID: while one of them is not found, a full last page is followed by
 * another, whatever the total says.
 */
export type LookingFor = 'all' | readonly string[];

export interface FlowLogRef {
  readonly flowLogId: string;
  readonly regionId: string;
  readonly cenId: string | null;
}

/** What a call may take. */
export interface CallLimits {
  /** For the call as a whole, waiting for its turn and for retries included. */
  readonly time: Budget;
  /** How often it may be sent. Default: as often as harmless retries go. */
  readonly attempts?: number;
  /** It is not sent after the end of this, nor while the account has to wait longer. Default: `time`. */
  readonly turn?: Budget;
  /** Called right before each request goes out. */
  readonly onSend?: () => void;
}

/**
 * The flow logs of one account and service. Every method may throw a {@link CloudError}, and nothing else.
 * Retries that are certain to be harmless happen behind it, within the limits.
 */
export interface FlowLogs {
  /** All pages, by flow log ID. @param lookingFor default: none in particular */
  list(
    scope: FlowLogScope,
    limits: CallLimits,
    lookingFor?: LookingFor,
  ): Promise<ReadonlyMap<string, FlowLog>>;
  /** Sends it once. Resolves when the call was accepted; the change itself is asynchronous. */
  activate(ref: FlowLogRef, clientToken: string, limits: CallLimits): Promise<Accepted>;
  deactivate(ref: FlowLogRef, clientToken: string, limits: CallLimits): Promise<Accepted>;
  /** Sets one tag on up to 20 flow logs of a region; a value that is there is replaced, other tags stay. */
  tag(
    regionId: string,
    flowLogIds: readonly string[],
    key: string,
    value: string,
    limits: CallLimits,
  ): Promise<void>;
  /** Removes one tag from up to 20 flow logs of a region. */
  untag(regionId: string, flowLogIds: readonly string[], key: string, limits: CallLimits): Promise<void>;
}

export interface Accepted {
  readonly requestId: string | null;
  /** How often the request was sent. */
  readonly attempts: number;
}

/** A flat record; SLS keeps strings only. */
export type LogRecord = Readonly<Record<string, string>>;
