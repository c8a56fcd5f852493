import { commonItem, describeFlowLogs } from '../flow-logs/describe-flow-logs.ts';
import { listTagResources } from '../flow-logs/list-tag-resources.ts';
import type { FlowLogProduct } from '../flow-logs/product.ts';
import { tagResources } from '../flow-logs/tag-resources.ts';
import { activeFlowLog, deactiveFlowLog } from '../flow-logs/toggle-flow-log.ts';
import { untagResources } from '../flow-logs/untag-resources.ts';
import { rpcService } from '../rpc/rpc-service.ts';
import { cenErrors } from './cen-errors.ts';

const product: FlowLogProduct = {
  service: 'cen',
  errors: cenErrors,
  regionRequired: false,
  filters: {
    CenId: (flowLog) => flowLog.cenId,
    TransitRouterId: (flowLog) => flowLog.transitRouterId,
    TransitRouterAttachmentId: (flowLog) => flowLog.transitRouterAttachmentId,
    Interval: (flowLog) => String(flowLog.intervalSeconds),
  },
  tagFilter: 'Tag',
  item: (flowLog) => ({
    ...commonItem(flowLog),
    CenId: flowLog.cenId,
    FlowLogVersion: '3',
    Interval: flowLog.intervalSeconds,
    TransitRouterAttachmentId: flowLog.transitRouterAttachmentId,
    TransitRouterId: flowLog.transitRouterId,
  }),
  transient: { Active: 'Modifying', Inactive: 'Modifying' },
  clientToken: true,
  codes: { notFound: 'InvalidFlowlogId.NotFound', wrongStatus: 'IncorrectStatus.flowlog' },
  matches: ({ cenId }, params) => !params.CenId || params.CenId === cenId,
  refuses: ({ transitRouterId, accountId }, world) => {
    const isChanging = world.flowLogs
      .list(accountId)
      .some((other) => other.transitRouterId === transitRouterId && other.status === 'Modifying');
    return world.oneChangePerTransitRouter && isChanging ? 'IncorrectStatus.TrFlowlog' : undefined;
  },
};

/** Cloud Enterprise Network, product code Cbn. */
export const cenService = rpcService({
  name: 'Cbn',
  version: '2017-09-12',
  operations: {
    DescribeFlowlogs: describeFlowLogs(product),
    ActiveFlowLog: activeFlowLog(product),
    DeactiveFlowLog: deactiveFlowLog(product),
    ListTagResources: listTagResources(product),
    TagResources: tagResources(product),
    UntagResources: untagResources(product),
  },
  errors: cenErrors,
});
