import { createFlowLogs, type FlowLogsOptions } from '../../lib/cen/flow-logs.ts';
import type { Emulator, EmulatorAccount, EmulatorFlowLog } from '../../lib/emulator/emulator.ts';
import { createBudget } from '../../lib/reconcile/budget.ts';
import type { Clock, FlowLogs } from '../../lib/reconcile/ports.ts';
import { createRpcCall, type RpcCall } from '../../lib/rpc/client.ts';
import { createGate } from '../../lib/rpc/gate.ts';
import { DEFAULT_KEY } from './emulator-clients.ts';
import { virtualClock } from './virtual-clock.ts';

export interface FlowLogsOfOptions extends Partial<Omit<FlowLogsOptions, 'call' | 'budget' | 'gate'>> {
  readonly clock?: Clock;
  /** Milliseconds of the clock. Default: ten minutes. */
  readonly timeMs?: number;
  readonly concurrency?: number;
}

/** The CEN adapter over any call, with waiting that takes no time. */
export function flowLogsOver(call: RpcCall, options: FlowLogsOfOptions = {}): FlowLogs {
  const { clock = virtualClock(), timeMs = 600_000, concurrency = 8, ...rest } = options;
  return createFlowLogs({
    ...rest,
    call,
    gate: createGate(concurrency, clock.monotonic),
    budget: createBudget(clock, clock.monotonic() + timeMs),
  });
}

/** The CEN adapter over HTTP to an emulator, as the account that signs with {@link DEFAULT_KEY}. */
export function flowLogsOf(emulator: Emulator, options: FlowLogsOfOptions = {}): FlowLogs {
  return flowLogsOver(rpcCallTo(emulator), options);
}

/** No answer takes an emulator as long as 250 ms, so waiting for a hanging one ends then. */
export function rpcCallTo(emulator: Emulator): RpcCall {
  const call = createRpcCall({
    endpoint: new URL(emulator.url),
    version: '2017-09-12',
    credentials: async () => DEFAULT_KEY,
  });
  return (action, params, timeoutMs) => call(action, params, Math.min(timeoutMs, 250));
}

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
