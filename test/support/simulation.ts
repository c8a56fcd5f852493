import { type HttpRequest, request, type SendRequest } from '../../lib/cloud/http/request.ts';
import type { Fault, FaultHook } from '../../lib/emulator/emulator.ts';
import { CloudError } from '../../lib/reconcile/cloud-error.ts';
import type { Clock } from '../../lib/reconcile/ports.ts';
import { virtualClock } from './virtual-clock.ts';

/** Simulated time, and real HTTP that takes none of it but what a fault says. */
export interface Simulation {
  /** Stands still while a request is under way. */
  readonly clock: Clock;
  readonly send: SendRequest;
  /** Makes the waiting of `hang` and `delay` simulated too; a delayed operation takes effect before the delay. */
  hook(fault: FaultHook): FaultHook;
}

export function createSimulation(start: number): Simulation {
  let underWay = 0;
  /** How long the answers to requests that were served are still to take, by request. */
  const delays = new Map<string, number>();
  const clock = virtualClock(start, () => underWay > 0);

  async function now(sent: HttpRequest) {
    underWay += 1;
    try {
      return { answer: await request(sent) };
    } catch (error) {
      return { error };
    } finally {
      underWay -= 1;
    }
  }

  return {
    clock,
    send: async (sent) => {
      const came = await now(sent);
      const key = keyOfRequest(sent);
      const delayMs = delays.get(key) ?? 0;
      delays.delete(key);
      await clock.sleep(Math.min(delayMs, sent.timeoutMs));
      if (delayMs >= sent.timeoutMs) {
        const { service, operation } = sent;
        const lost = {
          service,
          operation,
          code: 'RequestTimeout',
          effect: 'unknown',
          again: 'later',
        } as const;
        throw new CloudError(`no complete answer within ${Math.round(sent.timeoutMs)} ms`, lost);
      }
      if (came.answer === undefined) throw came.error;
      return came.answer;
    },
    hook: (fault) => (asked) => {
      const found = fault(asked);
      const key = keyOf(asked.action, asked.params);
      switch (found?.kind) {
        case 'hang':
          delays.set(key, Number.POSITIVE_INFINITY);
          return { kind: 'reset', when: found.when } satisfies Fault;
        case 'delay':
          delays.set(key, found.ms);
          return undefined;
        default:
          return found;
      }
    },
  };
}

/** Requests to SLS are one at a time; others are told apart by what they ask for. */
function keyOf(action: string, params: Readonly<Record<string, string>>): string {
  return action === 'PutLogs' ? action : JSON.stringify([action, Object.entries(params).sort()]);
}

function keyOfRequest({ headers, url }: HttpRequest): string {
  const action = headers['x-acs-action'];
  return action === undefined ? 'PutLogs' : keyOf(action, Object.fromEntries(url.searchParams));
}
