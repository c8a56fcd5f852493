import type { ErrorTable } from '../api-error.ts';
import type { AdmittedCall, World } from '../service.ts';
import type { FlowLogSnapshot } from '../types.ts';

/** How the flow logs of one product differ from those of another; the operations are the same code. */
export interface FlowLogProduct {
  readonly service: FlowLogSnapshot['service'];
  readonly errors: ErrorTable;
  /** Whether a listing must name its region; without one, all regions are listed. */
  readonly regionRequired: boolean;
  /** Parameters of a listing and what they are compared with. */
  readonly filters: Readonly<Record<string, (flowLog: FlowLogSnapshot) => string>>;
  /** Name before `.1.Key` and `.1.Value` in a listing. */
  readonly tagFilter: string;
  /** A flow log as a listing shows it. */
  readonly item: (flowLog: FlowLogSnapshot) => object;
  /** Status on the way to another one. */
  readonly transient: { readonly Active: string; readonly Inactive: string };
  /** Whether a toggle with the ClientToken of an earlier one has no second effect. Without it the parameter is ignored. */
  readonly clientToken: boolean;
  /** Codes of refusals. */
  readonly codes: { readonly notFound: string; readonly wrongStatus: string };
  /** Whether a toggle's parameters are about this flow log, besides its ID and region. */
  readonly matches: (flowLog: FlowLogSnapshot, params: AdmittedCall['params']) => boolean;
  /** Code of another reason not to toggle a flow log; undefined when there is none. */
  readonly refuses: (flowLog: FlowLogSnapshot, world: World) => string | undefined;
}

/** The caller's flow log of this product in a region; undefined when there is none. */
export function findFlowLog(
  { service }: FlowLogProduct,
  world: World,
  accountId: string,
  regionId: string,
  flowLogId: string,
): FlowLogSnapshot | undefined {
  const flowLog = world.flowLogs.find(flowLogId);
  const isIt =
    flowLog?.service === service && flowLog.accountId === accountId && flowLog.regionId === regionId;
  return isIt ? flowLog : undefined;
}
