import { commonItem, describeFlowLogs } from '../flow-logs/describe-flow-logs.ts';
import { listTagResources } from '../flow-logs/list-tag-resources.ts';
import { required } from '../flow-logs/parameters.ts';
import type { FlowLogProduct } from '../flow-logs/product.ts';
import { tagResources } from '../flow-logs/tag-resources.ts';
import { activeFlowLog, deactiveFlowLog } from '../flow-logs/toggle-flow-log.ts';
import { untagResources } from '../flow-logs/untag-resources.ts';
import { type RpcOperation, rpcService } from '../rpc/rpc-service.ts';
import { vpcErrors } from './vpc-errors.ts';

const product: FlowLogProduct = {
  service: 'vpc',
  errors: vpcErrors,
  regionRequired: true,
  filters: {
    // A listing can be narrowed to a VPC, but its items do not say to which VPC they belong.
    VpcId: (flowLog) => flowLog.vpcId,
    ResourceId: (flowLog) => flowLog.resourceId,
    ResourceType: (flowLog) => flowLog.resourceType,
    TrafficType: (flowLog) => flowLog.trafficType,
    Description: (flowLog) => flowLog.description,
  },
  tagFilter: 'Tags',
  item: (flowLog) => ({
    ...commonItem(flowLog),
    AggregationInterval: flowLog.intervalSeconds / 60,
    BusinessStatus: flowLog.businessStatus,
    FlowLogDeliverErrorMessage: '',
    FlowLogDeliverStatus: 'SUCCESS',
    IpVersion: 'IPv4',
    ResourceGroupId: 'rg-1',
    ResourceId: flowLog.resourceId,
    ResourceType: flowLog.resourceType,
    ServiceType: 'sls',
    TrafficPath: { TrafficPathList: ['all'] },
    TrafficType: flowLog.trafficType,
  }),
  transient: { Active: 'Activating', Inactive: 'Deactivating' },
  clientToken: false,
  codes: { notFound: 'InvalidInstanceId.NotFound', wrongStatus: 'InvalidStatus' },
  matches: () => true,
  refuses: ({ businessStatus }) =>
    businessStatus === 'Normal' ? undefined : 'IncorrectBusinessStatus.FlowLog',
};

/** Whether the account has opened the flow-log service. */
const getFlowLogServiceStatus: RpcOperation = ({ params, accountId, requestId }, world) => {
  required(params, 'RegionId');
  return { Enabled: world.hasFlowLogService(accountId), Success: true, RequestId: requestId };
};

/** Virtual Private Cloud. Its endpoints differ by region; here one address serves all, and RegionId says which is meant. */
export const vpcService = rpcService({
  name: 'Vpc',
  version: '2016-04-28',
  operations: {
    DescribeFlowLogs: describeFlowLogs(product),
    ActiveFlowLog: activeFlowLog(product),
    DeactiveFlowLog: deactiveFlowLog(product),
    GetFlowLogServiceStatus: getFlowLogServiceStatus,
    ListTagResources: listTagResources(product),
    TagResources: tagResources(product),
    UnTagResources: untagResources(product),
  },
  errors: vpcErrors,
});
