import { rpcService } from '../rpc/rpc-service.ts';
import { cenErrors } from './cen-errors.ts';
import { describeFlowlogs } from './describe-flowlogs.ts';
import { listTagResources } from './list-tag-resources.ts';
import { tagResources } from './tag-resources.ts';
import { activeFlowLog, deactiveFlowLog } from './toggle-flow-log.ts';
import { untagResources } from './untag-resources.ts';

/** Cloud Enterprise Network, product code Cbn. */
export const cenService = rpcService({
  name: 'Cbn',
  version: '2017-09-12',
  operations: {
    DescribeFlowlogs: describeFlowlogs,
    ActiveFlowLog: activeFlowLog,
    DeactiveFlowLog: deactiveFlowLog,
    ListTagResources: listTagResources,
    TagResources: tagResources,
    UntagResources: untagResources,
  },
  errors: cenErrors,
});
