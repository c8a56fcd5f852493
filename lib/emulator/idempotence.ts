import { ApiError } from './api-error.ts';

/** Answers by ClientToken, so that a repeated request has no second effect. */
export interface Idempotence {
  /**
   * The first answer of this token, or what `effect` answers.
   * A refused request leaves no trace, so the same token can try again. Tokens never expire here.
   * @param request identifies the request without its token: a token belongs to one request of one account
   * @throws {ApiError} `IdempotentParameterMismatch` when the token belongs to another request
   */
  once<T extends object>(accountId: string, token: string, request: string, effect: () => T): T;
}

export function createIdempotence(): Idempotence {
  const answers = new Map<string, { readonly request: string; readonly answer: object }>();
  return {
    once: <T extends object>(accountId: string, token: string, request: string, effect: () => T): T => {
      const key = `${accountId} ${token}`;
      const known = answers.get(key);
      if (known === undefined) {
        const answer = effect();
        answers.set(key, { request, answer });
        return answer;
      }
      if (known.request !== request) {
        throw new ApiError('IdempotentParameterMismatch', {
          status: 400,
          message: 'The request uses the same client token as a previous, but non-identical request.',
        });
      }
      // The request includes the action, and one action answers one type.
      return known.answer as T;
    },
  };
}
