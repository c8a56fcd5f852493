import type { Outcome, RecordedRequest } from './types.ts';

export interface RequestLog {
  readonly requests: readonly RecordedRequest[];
  /** Adds a pending request. Its account and outcome are told when they are known. */
  open(request: Omit<RecordedRequest, 'accountId' | 'outcome'>): OpenRequest;
}

export interface OpenRequest {
  admitted(accountId: string): void;
  ended(outcome: Outcome): void;
}

export function createRequestLog(): RequestLog {
  const requests: RecordedRequest[] = [];
  return {
    requests,
    open: (request) => {
      const index = requests.push({ ...request, accountId: null, outcome: { kind: 'pending' } }) - 1;
      const update = (change: Partial<RecordedRequest>): void => {
        const present = requests[index];
        if (present !== undefined) requests[index] = { ...present, ...change };
      };
      return {
        admitted: (accountId) => update({ accountId }),
        ended: (outcome) => update({ outcome }),
      };
    },
  };
}
