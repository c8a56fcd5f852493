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
 * The flow logs of one account and service. Every method may throw a {@link CallError}, and nothing else.
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

/**
 * What a failed call means for what to do next.
 * `wait`: the account was throttled, or the call's turn did not come in time; it had no effect and may pass later.
 * `retry`: it was refused or never left; it may pass soon. `read-back`: nobody knows its effect, so the flow log has to
 * be read before anything else. `fail`: it had no effect, and repeating it will not help.
 */
export type Disposition = 'wait' | 'retry' | 'read-back' | 'fail';

/** A call to a cloud service that did not succeed. Its message holds no secret and no URL. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly code: string;
  readonly disposition: Disposition;
  readonly requestId: string | null;
  /** HTTP status, null when no answer was read. */
  readonly httpStatus: number | null;
  /** What the service asked to wait, in milliseconds. */
  readonly retryAfterMs: number | null;
  readonly attempts: number;

  constructor(
    message: string,
    options: {
      readonly code: string;
      readonly disposition: Disposition;
      readonly requestId?: string | null;
      readonly httpStatus?: number | null;
      readonly retryAfterMs?: number | null;
      readonly attempts?: number;
      readonly cause?: unknown;
    },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.disposition = options.disposition;
    this.requestId = options.requestId ?? null;
    this.httpStatus = options.httpStatus ?? null;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.attempts = options.attempts ?? 1;
  }
}

/** A flat record; SLS keeps strings only. */
export type LogRecord = Readonly<Record<string, string>>;

/** Where results are recorded. */
export interface Logstore {
  /**
   * Resolves when every record has been accepted.
   * @param at instant of the records, milliseconds since the epoch
   * @throws {CallError} when the records could not be written before the deadline
   */
  put(records: readonly LogRecord[], at: number): Promise<void>;
}
