import type { RpcOperation } from '../rpc/rpc-service.ts';
import { invalid, required } from './parameters.ts';
import { type FlowLogProduct, findFlowLog } from './product.ts';

/** Enables a flow log: a transient status for a while, then `Active`. */
export const activeFlowLog = (product: FlowLogProduct): RpcOperation => toggle(product, 'Inactive', 'Active');

/** Disables a flow log: a transient status for a while, then `Inactive`. */
export const deactiveFlowLog = (product: FlowLogProduct): RpcOperation =>
  toggle(product, 'Active', 'Inactive');

const toggle =
  (product: FlowLogProduct, from: string, to: 'Active' | 'Inactive'): RpcOperation =>
  ({ action, params, accountId, requestId }, world) => {
    const { codes, errors } = product;
    const flowLogId = required(params, 'FlowLogId');
    const regionId = required(params, 'RegionId');
    const effect = (): object => {
      const flowLog = findFlowLog(product, world, accountId, regionId, flowLogId);
      if (flowLog === undefined || !product.matches(flowLog, params)) throw errors.error(codes.notFound);
      // While a flow log is changing, CEN allows queries only. The answer to a redundant toggle (already in the
      // target status) is not documented and was never seen; an error here makes redundant calls show.
      if (flowLog.status !== from) throw errors.error(codes.wrongStatus);
      const refusal = product.refuses(flowLog, world);
      if (refusal !== undefined) throw errors.error(refusal);
      world.flowLogs.setStatus(flowLogId, product.transient[to], {
        afterMs: world.modifyingMs,
        becomes: to,
      });
      return { Success: 'true', RequestId: requestId };
    };
    const { ClientToken: token, ...request } = params;
    if (!product.clientToken || token === undefined || token === '') return effect();
    checkToken(token);
    const identity = JSON.stringify([action, Object.entries(request).sort()]);
    return world.idempotence.once(accountId, token, identity, effect);
  };

/** The pages say ASCII only; 64 characters is the limit of Alibaba Cloud's other services. */
function checkToken(token: string): void {
  if (!/^[\x20-\x7e]{1,64}$/.test(token)) throw invalid('ClientToken is not 1 to 64 ASCII characters.');
}
