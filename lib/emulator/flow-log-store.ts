import type { EmulatorFlowLog, FlowLogSnapshot, Settles } from './types.ts';

type State =
  | { readonly kind: 'settled'; readonly status: string }
  | { readonly kind: 'transient'; readonly status: string; readonly until: number; readonly becomes: string };

type Stored = Omit<FlowLogSnapshot, 'status'> & { readonly state: State; readonly since: number };

/** How long it is known what a flow log was, milliseconds. */
const REMEMBERED_MS = 60_000;

/** How long it is known when a flow log was Active, milliseconds: CloudMonitor keeps 91 days. */
const HISTORY_MS = 92 * 86_400_000;

/** A status from an instant on, until the next one. */
interface Change {
  readonly since: number;
  /** Null once the flow log is gone. */
  readonly state: State | null;
}

/** Half-open, milliseconds since the epoch. */
export interface ActiveStretch {
  readonly flowLog: Pick<FlowLogSnapshot, 'accountId' | 'flowLogId' | 'projectName' | 'logStoreName'>;
  readonly start: number;
  readonly end: number;
}

/** The flow logs of all accounts. Statuses follow from the clock at the instant of asking; no timer runs. */
export interface FlowLogStore {
  add(accountId: string, flowLog: EmulatorFlowLog): void;
  remove(flowLogId: string): void;
  /** In the order of creation. @param agoMs as they were so long ago; those that are gone by now are left out */
  list(accountId?: string, agoMs?: number): readonly FlowLogSnapshot[];
  find(flowLogId: string): FlowLogSnapshot | undefined;
  setStatus(flowLogId: string, status: string, settles?: Settles): void;
  setTags(flowLogId: string, tags: Readonly<Record<string, string>>): void;
  /** When flow logs were Active within [from, to), those that are gone by now included. */
  activeStretches(from: number, to: number): readonly ActiveStretch[];
}

export function createFlowLogStore(now: () => number): FlowLogStore {
  const byId = new Map<string, Stored>();
  /** What each was before, oldest first. */
  const past = new Map<string, readonly Stored[]>();
  const histories = new Map<string, { readonly flowLog: Stored; readonly changes: readonly Change[] }>();
  const idsByAccount = new Map<string, Set<string>>();

  function snapshot({ state, since: _, ...attributes }: Stored, agoMs = 0): FlowLogSnapshot {
    return { ...attributes, status: statusAt(state, now() - agoMs) };
  }

  const asOf = (stored: Stored, at: number): Stored =>
    stored.since <= at
      ? stored
      : (past.get(stored.flowLogId)?.findLast(({ since }) => since <= at) ?? stored);

  function update(flowLogId: string, change: Partial<Stored>): Stored {
    const stored = byId.get(flowLogId);
    if (stored === undefined) throw new Error(`no flow log ${flowLogId}`);
    const remembered = (past.get(flowLogId) ?? []).filter(
      (_, index, all) => (all[index + 1]?.since ?? Number.POSITIVE_INFINITY) > now() - REMEMBERED_MS,
    );
    past.set(flowLogId, [...remembered, stored]);
    const updated = { ...stored, ...change, since: now() };
    byId.set(flowLogId, updated);
    return updated;
  }

  function remember(flowLog: Stored, change: Change): void {
    const { changes = [] } = histories.get(flowLog.flowLogId) ?? {};
    const next = changes[1];
    const kept = next !== undefined && next.since < now() - HISTORY_MS ? changes.slice(1) : changes;
    histories.set(flowLog.flowLogId, { flowLog, changes: [...kept, change] });
  }

  function* stored(ids: Iterable<string>): Generator<Stored> {
    for (const id of ids) {
      const flowLog = byId.get(id);
      if (flowLog !== undefined) yield flowLog;
    }
  }

  return {
    add: (accountId, flowLog) => {
      if (byId.has(flowLog.flowLogId)) throw new Error(`flow log ${flowLog.flowLogId} is there twice`);
      const added = toStored(accountId, flowLog);
      byId.set(flowLog.flowLogId, added);
      const isNew = !histories.has(flowLog.flowLogId);
      remember(added, { since: isNew ? added.since : now(), state: added.state });
      const ids = idsByAccount.get(accountId) ?? new Set();
      idsByAccount.set(accountId, ids.add(flowLog.flowLogId));
    },
    remove: (flowLogId) => {
      const flowLog = byId.get(flowLogId);
      if (flowLog === undefined) throw new Error(`no flow log ${flowLogId}`);
      byId.delete(flowLogId);
      remember(flowLog, { since: now(), state: null });
      idsByAccount.get(flowLog.accountId)?.delete(flowLogId);
    },
    list: (accountId, agoMs = 0) => {
      const ids = accountId === undefined ? byId.keys() : (idsByAccount.get(accountId) ?? []);
      const at = now() - agoMs;
      return Array.from(stored(ids), (flowLog) => snapshot(agoMs === 0 ? flowLog : asOf(flowLog, at), agoMs));
    },
    find: (flowLogId) => {
      const flowLog = byId.get(flowLogId);
      return flowLog && snapshot(flowLog);
    },
    setStatus: (flowLogId, status, settles) => {
      const state: State =
        settles === undefined
          ? { kind: 'settled', status }
          : { kind: 'transient', status, until: now() + settles.afterMs, becomes: settles.becomes };
      const flowLog = update(flowLogId, { state });
      remember(flowLog, { since: flowLog.since, state });
    },
    setTags: (flowLogId, tags) => {
      update(flowLogId, { tags });
    },
    activeStretches: (from, to) =>
      [...histories.values()].flatMap(({ flowLog, changes }) =>
        changes.flatMap(({ since, state }, index) => {
          const active = activeIn(state, since);
          const start = Math.max(from, active.start);
          const end = Math.min(to, active.end, changes[index + 1]?.since ?? to);
          return start < end ? [{ flowLog, start, end }] : [];
        }),
      ),
  };
}

/** When a state is Active, by itself. A transient status captures nothing. */
function activeIn(state: State | null, since: number): { readonly start: number; readonly end: number } {
  const never = { start: Number.POSITIVE_INFINITY, end: Number.POSITIVE_INFINITY };
  const always = { start: since, end: Number.POSITIVE_INFINITY };
  if (state === null) return never;
  if (state.kind === 'settled') return state.status === 'Active' ? always : never;
  const { status, until, becomes } = state;
  if (status !== 'Active') return becomes === 'Active' ? { ...always, start: until } : never;
  return becomes === 'Active' ? always : { ...always, end: until };
}

function statusAt(state: State, now: number): string {
  switch (state.kind) {
    case 'settled':
      return state.status;
    case 'transient':
      return now < state.until ? state.status : state.becomes;
  }
}

function toStored(accountId: string, flowLog: EmulatorFlowLog): Stored {
  const service = flowLog.service ?? (flowLog.flowLogId.startsWith('fl-') ? 'vpc' : 'cen');
  const resourceId = flowLog.resourceId ?? (service === 'vpc' ? 'vpc-bp1nwd16gvo1wgs12345' : '');
  return {
    accountId,
    flowLogId: flowLog.flowLogId,
    regionId: flowLog.regionId,
    service,
    cenId: flowLog.cenId ?? (service === 'cen' ? 'cen-7qthudw0ll6jmcexample' : ''),
    flowLogName: flowLog.flowLogName ?? '',
    description: flowLog.description ?? '',
    intervalSeconds: flowLog.intervalSeconds ?? 600,
    projectName: flowLog.projectName ?? 'net-flowlogs',
    logStoreName: flowLog.logStoreName ?? 'flowlogs',
    transitRouterId: flowLog.transitRouterId ?? '',
    transitRouterAttachmentId: flowLog.transitRouterAttachmentId ?? '',
    vpcId: flowLog.vpcId ?? resourceId,
    resourceId,
    resourceType: flowLog.resourceType ?? (service === 'vpc' ? 'VPC' : ''),
    trafficType: flowLog.trafficType ?? (service === 'vpc' ? 'All' : ''),
    businessStatus: flowLog.businessStatus ?? (service === 'vpc' ? 'Normal' : ''),
    creationTime: flowLog.creationTime ?? '2026-01-05T02:11:07Z',
    tags: { ...flowLog.tags },
    state: { kind: 'settled', status: flowLog.status ?? 'Active' },
    since: Number.NEGATIVE_INFINITY,
  };
}
