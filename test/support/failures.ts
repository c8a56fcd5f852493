import { inspect } from 'node:util';

/** What a promise rejects with, which must be an error of this class. */
export async function failureOf<Failure extends Error>(
  kind: abstract new (...args: never[]) => Failure,
  promise: Promise<unknown>,
): Promise<Failure> {
  const reason: unknown = await promise.then(
    () => new Error('it was fulfilled'),
    (error: unknown) => error,
  );
  if (reason instanceof kind) return reason;
  throw new Error(`expected a rejection with ${kind.name}`, { cause: reason });
}

/** Everything that printing, logging or recording an error could show, in one text. */
export function everythingIn(error: Error): string {
  return [
    String(error),
    error.stack ?? '',
    JSON.stringify(error),
    JSON.stringify(Object.getOwnPropertyDescriptors(error)),
    inspect(error, {
      depth: Infinity,
      showHidden: true,
      maxStringLength: Infinity,
      maxArrayLength: Infinity,
    }),
  ].join('\n');
}
