import { verdictOf } from '../../lib/cloud/advice.ts';
import { createGate } from '../../lib/cloud/gate.ts';
import { CEN } from '../../lib/cloud/services.ts';
import { CloudError } from '../../lib/reconcile/cloud-error.ts';
import type { CallLimits, FlowLog, FlowLogRef, FlowLogs } from '../../lib/reconcile/ports.ts';
import { CALL } from './cloud-call.ts';
import { virtualClock } from './virtual-clock.ts';
import {
  rateLimit,
  type TagCall,
  type Toggle,
  type World,
  type WorldCall,
  type WorldFault,
  type WorldFaults,
  type WorldOptions,
} from './world.ts';

interface State extends Omit<FlowLog, 'readAt' | 'tags' | 'isTransient'> {
  readonly tags: Readonly<Record<string, string>>;
  /** From when it is so, and what it becomes. */
  readonly since: number;
  readonly change: { readonly until: number; readonly becomes: string } | null;
}

const TRANSIENT: ReadonlySet<string> = new Set(['Modifying', 'Creating', 'Deleting']);

/** The port FlowLogs with nothing behind it but a map. */
export async function createInMemoryWorld(options: WorldOptions = {}): Promise<World> {
  const { modifyingMs = 2_000, latencyMs = 0, concurrency = 8, replicaLagMs = [] } = options;
  const clock = virtualClock();
  /** Each flow log as it was, oldest first. */
  const histories = new Map<string, State[]>();
  const toggles: Toggle[] = [];
  const tagCalls: TagCall[] = [];
  const accepted = new Set<string>();
  const counts = { list: 0, activate: 0, deactivate: 0, tag: 0, untag: 0 };
  const waitMs = rateLimit(options.callsPerSecond, clock.monotonic);
  const gate = createGate(concurrency, clock.monotonic);
  let faults: WorldFaults | undefined;
  let listings = 0;

  for (const {
    flowLogId,
    regionId = 'cn-hangzhou',
    cenId = 'cen-1',
    status = 'Inactive',
    transitRouterId = null,
    tags = {},
  } of options.flowLogs ?? []) {
    const rest = {
      name: `${flowLogId}-name`,
      intervalSeconds: 600,
      transitRouterId,
      resourceId: null,
      logstore: null,
      tags,
      since: Number.NEGATIVE_INFINITY,
    };
    histories.set(flowLogId, [{ flowLogId, regionId, cenId, status, change: null, ...rest }]);
  }

  /** As they were so long ago. */
  function current(agoMs = 0): readonly State[] {
    const at = clock.monotonic() - agoMs;
    return [...histories.values()].flatMap((history) => {
      const state = history.findLast(({ since }) => since <= at);
      if (state === undefined) return [];
      const isOver = state.change !== null && at >= state.change.until;
      return [isOver ? { ...state, status: state.change?.becomes ?? '', change: null } : state];
    });
  }
  function find(flowLogId: string): State {
    const state = current().find((each) => each.flowLogId === flowLogId);
    if (state === undefined) throw new Error(`no flow log ${flowLogId}`);
    return state;
  }
  function update(flowLogId: string, parts: Partial<State>): void {
    const state = find(flowLogId);
    histories.get(flowLogId)?.push({ ...state, ...parts, since: clock.monotonic() });
  }
  function beginChange(flowLogId: string, afterMs: number, becomes: string): void {
    update(flowLogId, { status: 'Modifying', change: { until: clock.monotonic() + afterMs, becomes } });
  }

  /** What a call does and answers, faults included. */
  function serve<Answer>(call: Omit<WorldCall, 'count'>, effect: () => Answer, accept: () => Answer): Answer {
    counts[call.kind] += 1;
    const fault = faults?.({ ...call, count: counts[call.kind] });
    switch (fault?.kind) {
      case undefined:
        return effect();
      case 'lost-after':
        effect();
        throw failed(fault);
      case 'lost-before':
      case 'refused':
      case 'not-successful':
        throw failed(fault);
      case 'undone': {
        const { flowLogId } = call;
        if (flowLogId !== null) {
          const { status, change } = find(flowLogId);
          beginChange(flowLogId, fault.afterMs, change?.becomes ?? status);
        }
        return accept();
      }
      case 'ignored':
        return accept();
    }
  }

  /** Throttled calls go on behind the port, unless they must not be sent again. */
  async function take<Answer>(effect: () => Answer, limits: CallLimits): Promise<Answer> {
    const { time, attempts = 8, turn = time, onSend } = limits;
    for (let attempt = 1; ; attempt += 1) {
      let throttledMs = 0;
      const passed = await gate.pass(turn, async () => {
        onSend?.();
        if (!(await time.sleep(latencyMs)))
          throw new CloudError('no answer', {
            ...CALL,
            code: 'RequestTimeout',
            effect: 'unknown',
            again: 'later',
          });
        throttledMs = waitMs();
        if (throttledMs === 0) return { answer: effect() };
        gate.pause(throttledMs);
        return null;
      });
      if (passed !== null) return passed.answer;
      const code = 'Throttling.User';
      if (time.remainingMs() === 0)
        throw new CloudError('no time left', { ...CALL, code: 'OutOfTime', again: 'never', attempts: 0 });
      if (throttledMs === 0)
        throw new CloudError('no turn', { ...CALL, code, again: 'later', throttled: true, attempts: 0 });
      if (attempt >= attempts)
        throw new CloudError('slow down', {
          ...CALL,
          code,
          again: 'later',
          throttled: true,
          retryAfterMs: throttledMs,
        });
    }
  }

  function flowLogs(): FlowLogs {
    const change =
      (kind: 'activate' | 'deactivate') => (ref: FlowLogRef, clientToken: string, limits: CallLimits) =>
        take(
          () => {
            toggles.push({ action: kind, flowLogId: ref.flowLogId, cenId: ref.cenId, clientToken });
            const answer = { requestId: `request-${toggles.length}`, attempts: 1 };
            const effect = () => {
              if (accepted.has(clientToken)) return answer;
              const state = current().find((each) => matches(each, ref));
              if (state === undefined) throw refusal('InvalidFlowlogId.NotFound');
              const [from, to] = kind === 'activate' ? ['Inactive', 'Active'] : ['Active', 'Inactive'];
              if (state.status !== from) throw refusal('IncorrectStatus.flowlog');
              const isBusy = current().some(
                (other) =>
                  other.transitRouterId !== null &&
                  other.transitRouterId === state.transitRouterId &&
                  other.status === 'Modifying',
              );
              if (options.oneChangePerTransitRouter && isBusy) throw refusal('IncorrectStatus.TrFlowlog');
              beginChange(state.flowLogId, modifyingMs, to);
              accepted.add(clientToken);
              return answer;
            };
            const call = { kind, regionId: ref.regionId, flowLogId: ref.flowLogId, tagged: [] };
            return serve(call, effect, () => answer);
          },
          { ...limits, attempts: 1 },
        );
    const retag = (
      kind: 'tag' | 'untag',
      regionId: string,
      ids: readonly string[],
      changed: (tags: State['tags']) => State['tags'],
      value: string | null,
      limits: CallLimits,
    ) =>
      take(() => {
        tagCalls.push({ regionId, flowLogIds: ids, value });
        const effect = () => {
          const found = current().filter(
            (each) => ids.includes(each.flowLogId) && each.regionId === regionId,
          );
          if (found.length < ids.length) throw refusal('InvalidResourceId.NotFound');
          for (const { flowLogId, tags } of found) update(flowLogId, { tags: changed(tags) });
        };
        serve({ kind, regionId, flowLogId: null, tagged: ids }, effect, () => undefined);
      }, limits);
    return {
      list: (scope, limits) => {
        const readAt = clock.monotonic();
        return take(() => {
          const listed = () => {
            const lagMs = replicaLagMs[listings % replicaLagMs.length] ?? 0;
            listings += 1;
            const found = current(lagMs).filter((each) => matches(each, scope));
            return new Map(
              found.map(({ change: _, since: __, ...each }) => [
                each.flowLogId,
                { ...each, isTransient: TRANSIENT.has(each.status), readAt },
              ]),
            );
          };
          const call = { regionId: scope.regionId, flowLogId: scope.flowLogId ?? null, tagged: [] };
          return serve({ kind: 'list', ...call }, listed, () => new Map());
        }, limits);
      },
      activate: change('activate'),
      deactivate: change('deactivate'),
      tag: (regionId, ids, key, value, limits) =>
        retag('tag', regionId, ids, (tags) => ({ ...tags, [key]: value }), value, limits),
      untag: (regionId, ids, key, limits) =>
        retag('untag', regionId, ids, ({ [key]: _, ...kept }) => kept, null, limits),
    };
  }

  return {
    clock,
    flowLogs,
    statuses: () => Object.fromEntries(current().map(({ flowLogId, status }) => [flowLogId, status])),
    tags: () => Object.fromEntries(current().map(({ flowLogId, tags }) => [flowLogId, tags])),
    setStatus: (flowLogId, status) => update(flowLogId, { status, change: null }),
    setTags: (flowLogId, tags) => update(flowLogId, { tags }),
    beginChange,
    remove: (flowLogId) => void histories.delete(flowLogId),
    toggles: () => toggles,
    tagCalls: () => tagCalls,
    listings: () => counts.list,
    setFaults: (next) => {
      faults = next;
    },
    close: async () => {},
  };
}

function matches(
  state: State,
  {
    regionId,
    cenId,
    flowLogId,
  }: { readonly regionId: string; readonly cenId?: string | null; readonly flowLogId?: string },
): boolean {
  return (
    state.regionId === regionId &&
    (cenId === undefined || cenId === null || state.cenId === cenId) &&
    (flowLogId === undefined || state.flowLogId === flowLogId)
  );
}

function failed(
  fault: Extract<WorldFault, { kind: 'lost-before' | 'lost-after' | 'refused' | 'not-successful' }>,
): CloudError {
  switch (fault.kind) {
    case 'lost-before':
    case 'lost-after':
      return new CloudError('the connection broke', {
        ...CALL,
        code: 'ECONNRESET',
        effect: 'unknown',
        again: 'later',
      });
    case 'not-successful':
      return new CloudError('Success=false', {
        ...CALL,
        code: 'NotSuccessful',
        effect: 'unknown',
        again: 'later',
        httpStatus: 200,
      });
    case 'refused':
      return refusal(fault.code);
  }
}

function refusal(code: string): CloudError {
  return new CloudError(`refused with ${code}`, {
    ...CALL,
    code,
    ...verdictOf(code, 400, CEN, [CEN.errors]),
    advice: '',
    httpStatus: 400,
    requestId: 'request',
  });
}
