import { setMaxListeners } from 'node:events';
import type { SendRequest } from '../cloud/http/request.ts';
import type { Interrupt } from '../reconcile/budget.ts';

/** Ctrl-C, the end of a service, and a terminal that is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

type Signal = (typeof SIGNALS)[number];

/** One Ctrl-C arrives twice under `npm run`: from the terminal, and from npm, which passes it on. Milliseconds. */
const SAME_MS = 100;

/** What a request that is on its way may take after an interrupt. Milliseconds. */
const ON_ITS_WAY_MS = 2_000;

export interface Interruptible extends Interrupt {
  readonly signal: () => Signal | null;
  /** Requests that are on their way when the interrupt happens have two seconds left; later ones are as ever. */
  readonly sending: (send: SendRequest) => SendRequest;
}

export interface Interrupted {
  readonly first: (signal: Signal) => void;
  /** Called before the process ends. */
  readonly second: () => void;
}

/**
 * Runs `work`, which the first signal asks to end in order. The second one ends the process as if nobody listened.
 * Changes the process's signal handlers until `work` has ended.
 */
export async function interruptible<Result>(
  { first, second }: Interrupted,
  work: (interrupt: Interruptible) => Promise<Result>,
): Promise<Result> {
  let by: Signal | null = null;
  let since = 0;
  let resolve = () => {};
  const promise = new Promise<void>((now) => {
    resolve = now;
  });
  const abandoned = new AbortController();
  // One listener for each request that is on its way.
  setMaxListeners(0, abandoned.signal);
  const ignore = () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  function onSignal(signal: Signal): void {
    if (by === null) {
      by = signal;
      since = Date.now();
      first(signal);
      resolve();
      setTimeout(() => abandoned.abort(), ON_ITS_WAY_MS).unref();
    } else if (Date.now() - since >= SAME_MS) {
      second();
      ignore();
      process.kill(process.pid, signal);
    }
  }
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await work({
      happened: () => by !== null,
      promise,
      signal: () => by,
      sending: (send) => (request) => send(by === null ? { ...request, signal: abandoned.signal } : request),
    });
  } finally {
    ignore();
  }
}
