import { connect } from '../../lib/cloud/call.ts';
import { createFlowLogs } from '../../lib/cloud/flow-logs/flow-logs.ts';
import { PRODUCTS } from '../../lib/cloud/flow-logs/products.ts';
import { createGate } from '../../lib/cloud/gate.ts';
import type { SendRequest } from '../../lib/cloud/http/request.ts';
import { CEN } from '../../lib/cloud/services.ts';
import { type Emulator, type Fault, type FaultRequest, startEmulator } from '../../lib/emulator/emulator.ts';
import { CloudError } from '../../lib/reconcile/cloud-error.ts';
import { DEFAULT_KEY } from './emulator-clients.ts';
import { accountWith, IMPATIENT } from './flow-logs-of.ts';
import { refusalOf } from './made-up-service.ts';
import { virtualClock } from './virtual-clock.ts';
import {
  rateLimit,
  type TagCall,
  type Toggle,
  type World,
  type WorldCall,
  type WorldFault,
  type WorldOptions,
} from './world.ts';

const KINDS: Readonly<Record<string, WorldCall['kind']>> = {
  DescribeFlowlogs: 'list',
  ActiveFlowLog: 'activate',
  DeactiveFlowLog: 'deactivate',
  TagResources: 'tag',
  UntagResources: 'untag',
};

/** The CEN adapter over real HTTP to an emulator whose state runs on a clock on which waiting takes no time. */
export async function createEmulatorWorld(options: WorldOptions = {}): Promise<World> {
  const { modifyingMs = 2_000, latencyMs = 0, concurrency = 8, flowLogs = [], callsPerSecond } = options;
  const { replicaLagMs = [], oneChangePerTransitRouter = false } = options;
  const clock = virtualClock();
  const emulator = await startEmulator({
    clock,
    wallNow: clock.now,
    modifyingMs,
    replicaLagMs,
    oneChangePerTransitRouter,
    accounts: [
      accountWith(
        flowLogs.map((each) => ({ regionId: 'cn-hangzhou', cenId: 'cen-1', status: 'Inactive', ...each })),
      ),
    ],
  });
  const gate = createGate(concurrency, clock.monotonic);
  const waitMs = rateLimit(callsPerSecond, clock.monotonic);
  const send: SendRequest = async (request) => {
    const { service, operation, timeoutMs } = request;
    await clock.sleep(Math.min(latencyMs, timeoutMs));
    const retryAfterMs = waitMs();
    if (retryAfterMs > 0) return refusalOf('Throttling.User', { retryAfterMs });
    if (latencyMs < timeoutMs) return IMPATIENT(request);
    const lost = { service, operation, code: 'RequestTimeout', effect: 'unknown', again: 'later' } as const;
    throw new CloudError('no answer', lost);
  };
  const connection = {
    endpoint: new URL(emulator.url),
    credentials: async () => DEFAULT_KEY,
    gate,
    clock,
    send,
  };
  const requests = (kind: WorldCall['kind']) =>
    emulator.requests.filter(({ action }) => KINDS[action] === kind);

  return {
    clock,
    flowLogs: () =>
      createFlowLogs({ product: PRODUCTS.cen, call: connect(CEN, { ...connection, random: () => 0.5 }) }),
    statuses: () =>
      Object.fromEntries(emulator.flowLogs().map(({ flowLogId, status }) => [flowLogId, status])),
    tags: () => Object.fromEntries(emulator.flowLogs().map(({ flowLogId, tags }) => [flowLogId, tags])),
    setStatus: (flowLogId, status) => emulator.setStatus(flowLogId, status),
    setTags: (flowLogId, tags) => emulator.setTags(flowLogId, tags),
    beginChange: (flowLogId, afterMs, becomes) =>
      emulator.setStatus(flowLogId, 'Modifying', { afterMs, becomes }),
    remove: (flowLogId) => emulator.removeFlowLog(flowLogId),
    toggles: () =>
      emulator.requests.flatMap(({ action, params }): readonly Toggle[] => {
        const kind = KINDS[action];
        if (kind !== 'activate' && kind !== 'deactivate') return [];
        const { FlowLogId = '', CenId = null, ClientToken = '' } = params;
        return [{ action: kind, flowLogId: FlowLogId, cenId: CenId, clientToken: ClientToken }];
      }),
    tagCalls: () =>
      emulator.requests.flatMap(({ action, params }): readonly TagCall[] =>
        action === 'TagResources' || action === 'UntagResources'
          ? [
              {
                regionId: params.RegionId ?? '',
                flowLogIds: taggedBy(params),
                value: params['Tag.1.Value'] ?? null,
              },
            ]
          : [],
      ),
    listings: () => requests('list').filter(({ params }) => params.PageNumber === '1').length,
    setFaults: (faults) =>
      emulator.setFault((request) => {
        const kind = KINDS[request.action];
        const fault = kind === undefined ? undefined : faults?.(toCall(kind, request));
        return fault === undefined ? undefined : toFault(fault, request, emulator);
      }),
    close: () => emulator.close(),
  };
}

function toCall(kind: WorldCall['kind'], { params, count }: FaultRequest): WorldCall {
  return {
    kind,
    regionId: params.RegionId ?? '',
    flowLogId: params.FlowLogId ?? null,
    tagged: taggedBy(params),
    count,
  };
}

function taggedBy(params: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(params)
    .filter((name) => name.startsWith('ResourceId.'))
    .map((name) => params[name] ?? '');
}

function toFault(fault: WorldFault, { params }: FaultRequest, emulator: Emulator): Fault {
  const answer = (Success: string): Fault => ({
    kind: 'raw',
    status: 200,
    body: JSON.stringify({ Success, RequestId: 'request' }),
  });
  switch (fault.kind) {
    case 'lost-before':
      return { kind: 'reset', when: 'before' };
    case 'lost-after':
      return { kind: 'reset', when: 'after' };
    case 'refused':
      return { kind: 'error', code: fault.code };
    case 'not-successful':
      return answer('false');
    case 'ignored':
      return answer('true');
    case 'undone': {
      const { flowLogId, status } = emulator.flowLog(params.FlowLogId ?? '');
      emulator.setStatus(flowLogId, 'Modifying', { afterMs: fault.afterMs, becomes: status });
      return answer('true');
    }
  }
}
