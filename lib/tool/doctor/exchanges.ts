/** Notes about every exchange over HTTP, none of its content. */
import type { SendRequest } from '../../cloud/http/request.ts';
import type { Clock } from '../../reconcile/ports.ts';

export interface Exchange {
  /** Host and port that were asked. */
  readonly host: string;
  /** RPC action; null when the request names none. */
  readonly action: string | null;
  /** Local wall clock, milliseconds since the epoch. */
  readonly sentAt: number;
  /** From sending to the last byte of the answer. */
  readonly elapsedMs: number;
  /** Date header of the answer, milliseconds since the epoch; null without one that can be read. */
  readonly date: number | null;
}

/** @param onExchange called for every request that was answered, whatever the status */
export function noted(
  send: SendRequest,
  clock: Pick<Clock, 'now' | 'monotonic'>,
  onExchange: (exchange: Exchange) => void,
): SendRequest {
  return async (request) => {
    const sentAt = clock.now();
    const startedAt = clock.monotonic();
    const response = await send(request);
    const date = Date.parse(response.headers.date ?? '');
    onExchange({
      host: request.headers.host ?? request.url.host,
      action: request.headers['x-acs-action'] ?? null,
      sentAt,
      elapsedMs: clock.monotonic() - startedAt,
      date: Number.isNaN(date) ? null : date,
    });
    return response;
  };
}
