import type { RpcOperation } from '../rpc/rpc-service.ts';
import { invalid, list, required } from './parameters.ts';
import type { FlowLogProduct } from './product.ts';
import { taggedFlowLogs } from './tagged-flow-logs.ts';

const MAX_KEYS = 20;

/** Removes tags from flow logs: those of `TagKey.N`, or every one with `All=true`. Keys that are not there are fine. */
export const untagResources =
  (product: FlowLogProduct): RpcOperation =>
  (call, world) => {
    const flowLogs = taggedFlowLogs(product, call, world);
    const keys = list(call.params, 'TagKey');
    const all = keys.length === 0 && call.params.All === 'true';
    if (keys.length === 0 && !all) required(call.params, 'TagKey.1');
    if (keys.length > MAX_KEYS) throw invalid(`More than ${MAX_KEYS} tag keys.`);
    for (const { flowLogId, tags } of flowLogs) {
      const left = Object.entries(tags).filter(([key]) => !all && !keys.includes(key));
      world.flowLogs.setTags(flowLogId, Object.fromEntries(left));
    }
    return { RequestId: call.requestId };
  };
