import type { EmulatorFlowLog, FlowLogSnapshot, Settles } from './types.ts';

type State =
  | { readonly kind: 'settled'; readonly status: string }
  | { readonly kind: 'transient'; readonly status: string; readonly until: number; readonly becomes: string };

type Stored = Omit<FlowLogSnapshot, 'status'> & { readonly state: State; readonly since: number };

/** How long it is known what a flow log was, milliseconds. */
const REMEMBERED_MS = 60_000;

/** The flow logs of all accounts. Statuses follow from the clock at the instant of asking; no timer runs. */
export interface FlowLogStore {
  add(accountId: string, flowLog: EmulatorFlowLog): void;
  remove(flowLogId: string): void;
  /** In the order of creation. @param agoMs as they were so long ago; those that are gone by now are left out */
  list(accountId?: string, agoMs?: number): readonly FlowLogSnapshot[];
  find(flowLogId: string): FlowLogSnapshot | undefined;
  setStatus(flowLogId: string, status: string, settles?: Settles): void;
  setTags(flowLogId: string, tags: Readonly<Record<string, string>>): void;
}

export function createFlowLogStore(now: () => number): FlowLogStore {
  const byId = new Map<string, Stored>();
  /** What each was before, oldest first. */
  const past = new Map<string, readonly Stored[]>();
  const idsByAccount = new Map<string, Set<string>>();

  function snapshot({ state, since: _, ...attributes }: Stored, agoMs = 0): FlowLogSnapshot {
    return { ...attributes, status: statusAt(state, now() - agoMs) };
  }

  const asOf = (stored: Stored, at: number): Stored =>
    stored.since <= at
      ? stored
      : (past.get(stored.flowLogId)?.findLast(({ since }) => since <= at) ?? stored);

  function update(flowLogId: string, change: Partial<Stored>): void {
    const stored = byId.get(flowLogId);
    if (stored === undefined) throw new Error(`no flow log ${flowLogId}`);
    const remembered = (past.get(flowLogId) ?? []).filter(
      (_, index, all) => (all[index + 1]?.since ?? Number.POSITIVE_INFINITY) > now() - REMEMBERED_MS,
    );
    past.set(flowLogId, [...remembered, stored]);
    byId.set(flowLogId, { ...stored, ...change, since: now() });
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
      byId.set(flowLog.flowLogId, toStored(accountId, flowLog));
      const ids = idsByAccount.get(accountId) ?? new Set();
      idsByAccount.set(accountId, ids.add(flowLog.flowLogId));
    },
    remove: (flowLogId) => {
      const flowLog = byId.get(flowLogId);
      if (flowLog === undefined) throw new Error(`no flow log ${flowLogId}`);
      byId.delete(flowLogId);
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
      update(flowLogId, { state });
    },
    setTags: (flowLogId, tags) => update(flowLogId, { tags }),
  };
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
