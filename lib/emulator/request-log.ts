import type { Outcome, RecordedRequest } from './types.ts';

export interface RequestLog {
  readonly requests: readonly RecordedRequest[];
  /** Adds a pending request. Its account and outcome are added when they are known. */
  open(request: Omit<RecordedRequest, 'accountId' | 'outcome'>): OpenRequest;
}

export interface OpenRequest {
  admitted(accountId: string): void;
  ended(outcome: Outcome): void;
}

/** @param most the oldest requests are forgotten when there are more */
export function createRequestLog(most = Number.POSITIVE_INFINITY): RequestLog {
  const requests: { -readonly [Field in keyof RecordedRequest]: RecordedRequest[Field] }[] = [];
  return {
    requests,
    open: (request) => {
      const recorded: (typeof requests)[number] = {
        ...request,
        accountId: null,
        outcome: { kind: 'pending' },
      };
      requests.push(recorded);
      if (requests.length > most) requests.shift();
      return {
        admitted: (accountId) => {
          recorded.accountId = accountId;
        },
        ended: (outcome) => {
          recorded.outcome = outcome;
        },
      };
    },
  };
}
