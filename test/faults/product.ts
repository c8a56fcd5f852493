/**
 * The matrix runs for the flow logs of each product. Its rows speak of CEN; where `FLOW_LOGS_OF` is `vpc`, what they arrange
 * is done to VPC flow logs, and what they look at is translated back. `cenId` becomes `vpcId`.
 */
import type {
  Emulator,
  EmulatorFlowLog,
  FaultRequest,
  RecordedRequest,
} from '../../lib/emulator/emulator.ts';

export const PRODUCT = process.env.FLOW_LOGS_OF === 'vpc' ? 'vpc' : 'cen';
const isVpc = PRODUCT === 'vpc';

/** What a flow log is on its way to another status. */
export const TRANSIENT: readonly string[] = isVpc ? ['Activating', 'Deactivating'] : ['Modifying'];

/** How many flow logs a page has. */
export const PAGE_SIZE = isVpc ? 50 : 20;

/** How a flow log is refused that is locked. */
export const LOCKED = isVpc ? 'TaskConflict' : 'LOCK_ERROR';

const ACTIONS: Readonly<Record<string, string>> = {
  DescribeFlowLogs: 'DescribeFlowlogs',
  UnTagResources: 'UntagResources',
};

/** A request as the rows know it. */
export function asOfCen<Request extends FaultRequest | RecordedRequest>(request: Request): Request {
  if (request.service !== 'Vpc') return request;
  return { ...request, service: 'Cbn', action: ACTIONS[request.action] ?? request.action };
}

export function flowLogOf(flowLog: EmulatorFlowLog): EmulatorFlowLog {
  const { cenId = 'cen-1', ...rest } = flowLog;
  return isVpc ? { ...rest, service: 'vpc', vpcId: cenId } : flowLog;
}

/** A config whose flow logs are all of the product. */
export function configOf<Config extends object>(config: Config): Config {
  if (!('flowLogs' in config) || !Array.isArray(config.flowLogs)) return config;
  return { ...config, flowLogs: config.flowLogs.map(entryOf) };
}

function entryOf(entry: Readonly<Record<string, unknown>>): object {
  if (typeof entry.select === 'object' && entry.select !== null) {
    return { ...entry, select: renamed({ ...entry.select }) };
  }
  return renamed(entry);
}

function renamed({ cenId, transitRouterId, ...rest }: Readonly<Record<string, unknown>>): object {
  if (!isVpc) return { cenId, transitRouterId, service: 'cen', ...rest };
  return { ...rest, service: 'vpc', vpcId: cenId, resourceId: transitRouterId };
}

/** An emulator as the rows know it. */
export function emulatorOf(emulator: Emulator): Emulator {
  if (!isVpc) return emulator;
  return {
    ...emulator,
    get requests() {
      return emulator.requests.map(asOfCen);
    },
    addFlowLog: (accountId, flowLog) => emulator.addFlowLog(accountId, flowLogOf(flowLog)),
    setStatus: (flowLogId, status, settles) => {
      const changing = settles?.becomes === 'Inactive' ? 'Deactivating' : 'Activating';
      emulator.setStatus(flowLogId, status === 'Modifying' ? changing : status, settles);
    },
  };
}
