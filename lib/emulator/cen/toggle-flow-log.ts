import type { RpcOperation } from '../rpc/rpc-service.ts';
import type { AdmittedCall, World } from '../service.ts';
import { cenErrors } from './cen-errors.ts';
import { invalid, required } from './parameters.ts';

/** Enables a flow log: `Modifying` for a while, then `Active`. */
export const activeFlowLog: RpcOperation = (call, world) => toggle(call, world, 'Inactive', 'Active');

/** Disables a flow log: `Modifying` for a while, then `Inactive`. */
export const deactiveFlowLog: RpcOperation = (call, world) => toggle(call, world, 'Active', 'Inactive');

function toggle(call: AdmittedCall, world: World, from: string, to: string): object {
  const { params, accountId, requestId } = call;
  const flowLogId = required(params, 'FlowLogId');
  const regionId = required(params, 'RegionId');
  const effect = (): object => {
    const flowLog = world.flowLogs.find(flowLogId);
    if (
      flowLog?.accountId !== accountId ||
      flowLog.regionId !== regionId ||
      (params.CenId && flowLog.cenId !== params.CenId)
    ) {
      throw cenErrors.error('InvalidFlowlogId.NotFound');
    }
    // While a flow log is changing, CEN allows queries only. Its answer to a redundant toggle (already in the
    // target status) is not documented and was never seen; an error here makes redundant calls show.
    if (flowLog.status !== from) throw cenErrors.error('IncorrectStatus.flowlog');
    if (world.oneChangePerTransitRouter && isChanging(flowLog.transitRouterId, accountId, world)) {
      throw cenErrors.error('IncorrectStatus.TrFlowlog');
    }
    world.flowLogs.setStatus(flowLogId, 'Modifying', { afterMs: world.modifyingMs, becomes: to });
    return { Success: 'true', RequestId: requestId };
  };
  const { ClientToken: token, ...request } = params;
  if (token === undefined || token === '') return effect();
  checkToken(token);
  const identity = JSON.stringify([call.action, Object.entries(request).sort()]);
  return world.idempotence.once(accountId, token, identity, effect);
}

const isChanging = (transitRouterId: string, accountId: string, world: World): boolean =>
  world.flowLogs
    .list(accountId)
    .some((other) => other.transitRouterId === transitRouterId && other.status === 'Modifying');

/** The pages say ASCII only; 64 characters is the limit of Alibaba Cloud's other services. */
function checkToken(token: string): void {
  if (!/^[\x20-\x7e]{1,64}$/.test(token)) throw invalid('ClientToken is not 1 to 64 ASCII characters.');
}
