import pLimit from 'p-limit';
import { classify } from '../../lib/cen/errors.ts';
import type { Budget } from '../../lib/reconcile/budget.ts';
import { CallError, type FlowLog, type FlowLogRef, type FlowLogs } from '../../lib/reconcile/ports.ts';
import { virtualClock } from './virtual-clock.ts';
import type { TagCall, Toggle, World, WorldCall, WorldFault, WorldFaults, WorldOptions } from './world.ts';

interface State extends Omit<FlowLog, 'status'> {
  status: string;
  change: { readonly until: number; readonly becomes: string } | null;
}

/** The port FlowLogs with nothing behind it but a map. */
export async function createInMemoryWorld(options: WorldOptions = {}): Promise<World> {
  const { modifyingMs = 2_000, latencyMs = 0, concurrency = 8 } = options;
  const clock = virtualClock();
  const states = new Map<string, State>();
  const toggles: Toggle[] = [];
  const tagCalls: TagCall[] = [];
  const accepted = new Set<string>();
  const counts = { list: 0, activate: 0, deactivate: 0, tag: 0, untag: 0 };
  let faults: WorldFaults | undefined;

  for (const {
    flowLogId,
    regionId = 'cn-hangzhou',
    cenId = 'cen-1',
    status = 'Inactive',
    tags = {},
  } of options.flowLogs ?? []) {
    const rest = { intervalSeconds: 600, transitRouterId: null, tags };
    states.set(flowLogId, { flowLogId, regionId, cenId, status, change: null, ...rest });
  }

  function current(): readonly State[] {
    for (const state of states.values()) {
      if (state.change === null || clock.monotonic() < state.change.until) continue;
      state.status = state.change.becomes;
      state.change = null;
    }
    return [...states.values()];
  }
  function find(flowLogId: string): State {
    const state = current().find((each) => each.flowLogId === flowLogId);
    if (state === undefined) throw new Error(`no flow log ${flowLogId}`);
    return state;
  }
  function beginChange(flowLogId: string, afterMs: number, becomes: string): void {
    const state = find(flowLogId);
    state.status = 'Modifying';
    state.change = { until: clock.monotonic() + afterMs, becomes };
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
        if (flowLogId !== null) beginChange(flowLogId, fault.afterMs, find(flowLogId).status);
        return accept();
      }
      case 'ignored':
        return accept();
    }
  }

  function flowLogs(budget: Budget): FlowLogs {
    const limit = pLimit(concurrency);
    const take = <Answer>(effect: () => Answer): Promise<Answer> =>
      limit(async () => {
        if (budget.remainingMs() === 0)
          throw new CallError('no time left', { code: 'OutOfTime', disposition: 'fail', attempts: 0 });
        if (!(await budget.sleep(latencyMs)))
          throw new CallError('no answer', { code: 'RequestTimeout', disposition: 'read-back' });
        return effect();
      });
    const change = (kind: 'activate' | 'deactivate') => (ref: FlowLogRef, clientToken: string) =>
      take(() => {
        toggles.push({ action: kind, flowLogId: ref.flowLogId, cenId: ref.cenId, clientToken });
        const answer = { requestId: `request-${toggles.length}`, attempts: 1 };
        const effect = () => {
          if (accepted.has(clientToken)) return answer;
          const state = current().find((each) => matches(each, ref));
          if (state === undefined) throw refusal('InvalidFlowlogId.NotFound');
          const [from, to] = kind === 'activate' ? ['Inactive', 'Active'] : ['Active', 'Inactive'];
          if (state.status !== from) throw refusal('IncorrectStatus.flowlog');
          beginChange(state.flowLogId, modifyingMs, to);
          accepted.add(clientToken);
          return answer;
        };
        const call = { kind, regionId: ref.regionId, flowLogId: ref.flowLogId, tagged: [] };
        return serve(call, effect, () => answer);
      });
    const retag = (
      kind: 'tag' | 'untag',
      regionId: string,
      ids: readonly string[],
      change: (tags: State['tags']) => State['tags'],
      value: string | null,
    ) =>
      take(() => {
        tagCalls.push({ regionId, flowLogIds: ids, value });
        const effect = () => {
          const found = current().filter(
            (each) => ids.includes(each.flowLogId) && each.regionId === regionId,
          );
          if (found.length < ids.length) throw refusal('InvalidResourceId.NotFound');
          for (const each of found) states.set(each.flowLogId, { ...each, tags: change(each.tags) });
        };
        serve({ kind, regionId, flowLogId: null, tagged: ids }, effect, () => undefined);
      });
    return {
      list: (scope) =>
        take(() => {
          const listed = () =>
            current()
              .filter((each) => matches(each, scope))
              .map(({ change: _, ...each }) => each);
          return serve(
            { kind: 'list', regionId: scope.regionId, flowLogId: scope.flowLogId ?? null, tagged: [] },
            listed,
            () => [],
          );
        }),
      activate: change('activate'),
      deactivate: change('deactivate'),
      tag: (regionId, ids, key, value) =>
        retag('tag', regionId, ids, (tags) => ({ ...tags, [key]: value }), value),
      untag: (regionId, ids, key) => retag('untag', regionId, ids, ({ [key]: _, ...kept }) => kept, null),
    };
  }

  return {
    clock,
    flowLogs,
    statuses: () => Object.fromEntries(current().map(({ flowLogId, status }) => [flowLogId, status])),
    tags: () => Object.fromEntries(current().map(({ flowLogId, tags }) => [flowLogId, tags])),
    setStatus: (flowLogId, status) => Object.assign(find(flowLogId), { status, change: null }),
    beginChange,
    remove: (flowLogId) => void states.delete(flowLogId),
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
): CallError {
  switch (fault.kind) {
    case 'lost-before':
    case 'lost-after':
      return new CallError('the connection broke', { code: 'ECONNRESET', disposition: 'read-back' });
    case 'not-successful':
      return new CallError('Success=false', {
        code: 'NotSuccessful',
        disposition: 'read-back',
        httpStatus: 200,
      });
    case 'refused':
      return refusal(fault.code);
  }
}

function refusal(code: string): CallError {
  return new CallError(`refused with ${code}`, {
    code,
    disposition: classify(code, 400).disposition,
    httpStatus: 400,
    requestId: 'request',
  });
}
