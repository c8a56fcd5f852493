import type { RpcOperation } from '../rpc/rpc-service.ts';
import type { FlowLogProduct } from './product.ts';
import { taggedFlowLogs } from './tagged-flow-logs.ts';

/**
 * The tags of up to 20 flow logs, one entry per flow log and tag. Unlike the cloud's it has one page, and the flow logs
 * must be named.
 * @see https://www.alibabacloud.com/help/en/cen/developer-reference/api-cbn-2017-09-12-listtagresources
 * @see https://www.alibabacloud.com/help/en/vpc/developer-reference/api-vpc-2016-04-28-listtagresources
 */
export const listTagResources =
  (product: FlowLogProduct): RpcOperation =>
  (call, world) => ({
    TagResources: {
      TagResource: taggedFlowLogs(product, call, world).flatMap(({ flowLogId, tags }) =>
        Object.entries(tags).map(([TagKey, TagValue]) => ({
          ResourceId: flowLogId,
          ResourceType: 'FLOWLOG',
          TagKey,
          TagValue,
        })),
      ),
    },
    NextToken: '',
    RequestId: call.requestId,
  });
