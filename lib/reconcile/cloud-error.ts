/** The services of Alibaba Cloud that are called. */
export type ServiceName = 'CEN' | 'VPC' | 'STS' | 'SLS' | 'Function Compute' | 'RAM' | 'CloudMonitor';

/** What is known of a call that did not succeed. */
export interface CloudFailure {
  readonly service: ServiceName;
  readonly operation: string;
  /** The service's own (`Throttling.User`), Node's (`ECONNRESET`), or one of ours (`RequestTimeout`, `OutOfTime`). */
  readonly code: string;
  /** `none`: it certainly changed nothing. `unknown`: it may have, so what it was about has to be read. Default `none`. */
  readonly effect?: 'none' | 'unknown';
  /** Whether the same call may pass later in this run. Default `never`. */
  readonly again?: 'later' | 'never';
  /** The account was throttled, or the call's turn did not come: its other calls will fare the same. */
  readonly throttled?: boolean;
  /** What a person does about it. */
  readonly advice?: string;
  /** Null when no answer was read. */
  readonly httpStatus?: number | null;
  readonly requestId?: string | null;
  /** What the service asked to wait, in milliseconds. */
  readonly retryAfterMs?: number | null;
  /** How often the request was sent. Default 1. */
  readonly attempts?: number;
}

/**
 * A call to a cloud service that did not succeed. Nothing in it looks like a secret, and it has no URL with a query.
 * Its message is the problem and the advice.
 */
export class CloudError extends Error implements Required<CloudFailure> {
  override readonly name = 'CloudError';
  readonly problem: string;
  readonly service: ServiceName;
  readonly operation: string;
  readonly code: string;
  readonly effect: 'none' | 'unknown';
  readonly again: 'later' | 'never';
  readonly throttled: boolean;
  readonly advice: string;
  readonly httpStatus: number | null;
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;
  readonly attempts: number;

  constructor(problem: string, failure: CloudFailure) {
    const { advice = '' } = failure;
    super(advice === '' ? problem : `${problem} (${advice})`);
    this.problem = problem;
    this.service = failure.service;
    this.operation = failure.operation;
    this.code = failure.code;
    this.effect = failure.effect ?? 'none';
    this.again = failure.again ?? 'never';
    this.throttled = failure.throttled ?? false;
    this.advice = advice;
    this.httpStatus = failure.httpStatus ?? null;
    this.requestId = failure.requestId ?? null;
    this.retryAfterMs = failure.retryAfterMs ?? null;
    this.attempts = failure.attempts ?? 1;
  }

  /** The same error with something else known of it. */
  with(known: Partial<CloudFailure>): CloudError {
    return new CloudError(this.problem, { ...this, ...known });
  }
}
