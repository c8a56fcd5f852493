import type { RpcOperation } from '../rpc/rpc-service.ts';
import { taggedFlowLogs } from './tagged-flow-logs.ts';

/**
 * The tags of up to 20 flow logs, one entry per flow log and tag. Unlike CEN's it has no pages, and the flow logs must
 * be named.
 * @see https://www.alibabacloud.com/help/en/cen/developer-reference/api-cbn-2017-09-12-listtagresources
 */
export const listTagResources: RpcOperation = (call, world) => ({
  TagResources: {
    TagResource: taggedFlowLogs(call, world).flatMap(({ flowLogId, tags }) =>
      Object.entries(tags).map(([TagKey, TagValue]) => ({
        ResourceId: flowLogId,
        ResourceType: 'FLOWLOG',
        TagKey,
        TagValue,
      })),
    ),
  },
  RequestId: call.requestId,
});
