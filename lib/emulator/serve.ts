import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { ApiError } from './api-error.ts';
import { cenService } from './cen/cen-service.ts';
import { cmsService } from './cms/cms-service.ts';
import { fc2Service } from './fc/fc2-service.ts';
import { fc3Service } from './fc/fc3-service.ts';
import type { Answer, HttpRequest } from './http-message.ts';
import { ossService } from './oss/oss-service.ts';
import { ramService } from './ram/ram-service.ts';
import type { RateLimit } from './rate-limit.ts';
import type { RequestLog } from './request-log.ts';
import { rpcErrors } from './rpc/rpc-errors.ts';
import { unknownService } from './rpc/rpc-service.ts';
import type { AdmittedCall, Service, World } from './service.ts';
import { slsService } from './sls/sls-service.ts';
import { stsService } from './sts/sts-service.ts';
import type { ErrorFault, Fault, FaultHook, RawFault } from './types.ts';
import { vpcService } from './vpc/vpc-service.ts';

/** In the order of asking; the last one takes anything. */
const SERVICES: readonly Service[] = [
  cenService,
  vpcService,
  cmsService,
  stsService,
  ramService,
  slsService,
  fc3Service,
  fc2Service,
  ossService,
  unknownService,
];

/** What the connection gets. */
export type Reply =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' };

export interface ServeDeps {
  readonly world: World;
  readonly log: RequestLog;
  readonly rateLimit: RateLimit | undefined;
  readonly fault: () => FaultHook | undefined;
  readonly latencyMs: number;
  /** Aborts waits. */
  readonly closed: AbortSignal;
}

/**
 * Serves requests: admit, then the fault hook, then the rate limit, then the effect.
 * @returns a function that rejects only when the emulator was closed while it waited
 */
export function createServe(deps: ServeDeps): (request: HttpRequest) => Promise<Reply> {
  const counts = new Map<string, number>();

  function faultOf(service: Service, call: AdmittedCall): Fault | undefined {
    const key = `${service.name} ${call.action}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    const { action, params, accountId } = call;
    return deps.fault()?.({ service: service.name, action, params, accountId, count });
  }

  return async (request) => {
    const service = SERVICES.find((candidate) => candidate.accepts(request)) ?? unknownService;
    const { action, params } = service.read(request);
    const requestId = randomUUID().toUpperCase();
    const record = deps.log.open({
      service: service.name,
      action,
      params,
      at: deps.world.now(),
      requestId,
    });
    const refuse = (error: unknown): Answer => service.refuse(toApiError(error), requestId, request);
    if (deps.latencyMs > 0) await wait(deps.latencyMs, undefined, { signal: deps.closed });

    let reply: Reply;
    try {
      const { accountId, identity } = service.admit(request, { action, params }, deps.world);
      record.admitted(accountId);
      const call = { action, params, accountId, identity, requestId, request };
      reply = await withFault(faultOf(service, call), service, refuse, deps.closed, () =>
        perform(service, call, deps, refuse),
      );
    } catch (error) {
      if (deps.closed.aborted) throw error;
      reply = { kind: 'answer', answer: refuse(error) };
    }
    switch (reply.kind) {
      case 'answer':
        record.ended({ kind: 'answered', status: reply.answer.status, code: reply.answer.code });
        break;
      case 'reset':
        record.ended({ kind: 'reset' });
        break;
      case 'hang':
        record.ended({ kind: 'hung' });
        break;
    }
    return reply;
  };
}

async function perform(
  service: Service,
  call: AdmittedCall,
  { world, rateLimit }: ServeDeps,
  refuse: (error: unknown) => Answer,
): Promise<Answer> {
  try {
    const retryAfterMs = service.limited && rateLimit ? rateLimit(`${service.name} ${call.accountId}`) : 0;
    if (retryAfterMs > 0) throw throttled(retryAfterMs);
    return await service.perform(call, world);
  } catch (error) {
    return refuse(error);
  }
}

async function withFault(
  fault: Fault | undefined,
  service: Service,
  refuse: (error: unknown) => Answer,
  closed: AbortSignal,
  effect: () => Promise<Answer>,
): Promise<Reply> {
  switch (fault?.kind) {
    case undefined:
      return { kind: 'answer', answer: await effect() };
    case 'error':
    case 'raw':
      return { kind: 'answer', answer: faultAnswer(fault, service, refuse) };
    case 'error-after':
      await effect();
      return { kind: 'answer', answer: faultAnswer(fault.answer, service, refuse) };
    case 'delay':
      await wait(fault.ms, undefined, { signal: closed });
      return { kind: 'answer', answer: await effect() };
    case 'reset':
    case 'hang':
      if (fault.when === 'after') await effect();
      return { kind: fault.kind };
  }
}

function faultAnswer(
  fault: ErrorFault | RawFault,
  service: Service,
  refuse: (error: unknown) => Answer,
): Answer {
  if (fault.kind === 'raw') {
    return { status: fault.status, headers: { ...fault.headers }, body: fault.body, code: null };
  }
  const usual = service.error(fault.code);
  const definition = { status: fault.status ?? usual.status, message: fault.message ?? usual.message };
  return refuse(new ApiError(fault.code, definition, fault.retryAfterMs ?? null));
}

function throttled(retryAfterMs: number): ApiError {
  const { code, status, message } = rpcErrors.error('Throttling.User');
  return new ApiError(code, { status, message }, retryAfterMs);
}

/** Anything else is a mistake in the emulator or in a fault hook: it shows as a 500, the server goes on. */
function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new ApiError('InternalError', { status: 500, message: `The emulator failed: ${detail}` });
}
