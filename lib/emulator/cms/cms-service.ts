import { rpcService } from '../rpc/rpc-service.ts';
import { cmsErrors } from './cms-errors.ts';
import { describeMetricList } from './describe-metric-list.ts';

/** CloudMonitor: what flow logs wrote into their Logstores. */
export const cmsService = rpcService({
  name: 'Cms',
  version: '2019-01-01',
  operations: { DescribeMetricList: describeMetricList },
  errors: cmsErrors,
});
