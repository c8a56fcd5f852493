import { type Connection, connect } from '../../lib/cloud/call.ts';
import { createFlowLogs, type FlowLogsOptions } from '../../lib/cloud/flow-logs/flow-logs.ts';
import { PRODUCTS } from '../../lib/cloud/flow-logs/products.ts';
import { createGate } from '../../lib/cloud/gate.ts';
import { request, type SendRequest } from '../../lib/cloud/http/request.ts';
import type { Emulator, EmulatorAccount, EmulatorFlowLog } from '../../lib/emulator/emulator.ts';
import { createBudget } from '../../lib/reconcile/budget.ts';
import type {
  Accepted,
  CallLimits,
  Clock,
  FlowLog,
  FlowLogRef,
  FlowLogScope,
  LookingFor,
} from '../../lib/reconcile/ports.ts';
import { DEFAULT_KEY } from './emulator-clients.ts';
import { virtualClock } from './virtual-clock.ts';

export interface FlowLogsOfOptions
  extends Partial<Omit<FlowLogsOptions, 'call'>>,
    Partial<Pick<Connection, 'onCall' | 'random' | 'credentials'>> {
  readonly clock?: Clock;
  readonly endpoint?: URL;
  /** Milliseconds of the clock. Default: ten minutes. */
  readonly timeMs?: number;
  readonly concurrency?: number;
}

/** {@link FlowLogs} with the same time for every call. */
export interface TimedFlowLogs {
  list(
    scope: FlowLogScope,
    limits?: Partial<CallLimits>,
    lookingFor?: LookingFor,
  ): Promise<readonly FlowLog[]>;
  activate(ref: FlowLogRef, clientToken: string, limits?: Partial<CallLimits>): Promise<Accepted>;
  deactivate(ref: FlowLogRef, clientToken: string, limits?: Partial<CallLimits>): Promise<Accepted>;
  tag(
    regionId: string,
    flowLogIds: readonly string[],
    key: string,
    value: string,
    limits?: Partial<CallLimits>,
  ): Promise<void>;
  untag(
    regionId: string,
    flowLogIds: readonly string[],
    key: string,
    limits?: Partial<CallLimits>,
  ): Promise<void>;
}

/** The adapter, CEN's by default, over anything that answers requests, with waiting that takes no time. */
export function flowLogsOver(send: SendRequest, options: FlowLogsOfOptions = {}): TimedFlowLogs {
  const { clock = virtualClock(), timeMs = 600_000, concurrency = 8, ...rest } = options;
  const { endpoint = new URL('http://127.0.0.1:9'), onCall, random } = options;
  const { credentials = async () => DEFAULT_KEY } = options;
  const { product = PRODUCTS.cen } = options;
  const call = connect(product.api, {
    endpoint,
    credentials,
    gate: createGate(concurrency, clock.monotonic),
    // The emulator's own wall clock is the real one.
    clock: { ...clock, now: Date.now },
    ...{ send, onCall, random },
  });
  const port = createFlowLogs({ ...rest, product, call });
  const time = createBudget(clock, clock.monotonic() + timeMs);
  const within = (limits: Partial<CallLimits> = {}): CallLimits => ({ time, ...limits });
  return {
    list: async (scope, limits, lookingFor) => [
      ...(await port.list(scope, within(limits), lookingFor)).values(),
    ],
    activate: (ref, token, limits) => port.activate(ref, token, within(limits)),
    deactivate: (ref, token, limits) => port.deactivate(ref, token, within(limits)),
    tag: (regionId, ids, key, value, limits) => port.tag(regionId, ids, key, value, within(limits)),
    untag: (regionId, ids, key, limits) => port.untag(regionId, ids, key, within(limits)),
  };
}

/** The CEN adapter over HTTP to an emulator, as the account that signs with {@link DEFAULT_KEY}. */
export function flowLogsOf(emulator: Emulator, options: FlowLogsOfOptions = {}): TimedFlowLogs {
  return flowLogsOver(IMPATIENT, { ...options, endpoint: new URL(emulator.url) });
}

/** No answer takes an emulator as long as 250 ms, so waiting for a hanging one ends then. */
export const IMPATIENT: SendRequest = (each) =>
  request({ ...each, timeoutMs: Math.min(each.timeoutMs, 250) });

/** An account with these flow logs, which signs with {@link DEFAULT_KEY}. */
export function accountWith(flowLogs: readonly EmulatorFlowLog[]): EmulatorAccount {
  return { accountId: '1', accessKeys: [DEFAULT_KEY], flowLogs };
}

/** `flowlog-1` to `flowlog-<count>` of a region. */
export function manyFlowLogs(
  count: number,
  more: Partial<EmulatorFlowLog> = {},
): readonly (EmulatorFlowLog & { readonly regionId: string })[] {
  return Array.from({ length: count }, (_, index) => ({
    flowLogId: `flowlog-${index + 1}`,
    regionId: 'cn-hangzhou',
    ...more,
  }));
}
