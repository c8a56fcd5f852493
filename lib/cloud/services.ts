/** The services that the function calls with signature version 3, and where they are. SLS is in `sls/service.ts`. */
import { rpc } from './acs3.ts';
import type { Service } from './call.ts';
import { cenErrors } from './flow-logs/cen-errors.ts';
import { vpcErrors } from './flow-logs/vpc-errors.ts';

const NEXT_RUN = 'the next run tries again';

export const CEN: Service = {
  name: 'CEN',
  variable: 'CBN_ENDPOINT',
  dialect: rpc('2017-09-12'),
  permission:
    'grant the role cen:DescribeFlowlogs, cen:ActiveFlowLog, cen:DeactiveFlowLog, and for overrides cen:TagResources and ' +
    'cen:UntagResources, on this flow log',
  later: NEXT_RUN,
  otherwise: 'look the code up among the API error codes of CEN',
  errors: cenErrors,
};

/** For every region: the central host serves them all. */
export const CEN_ENDPOINT = new URL('https://cbn.aliyuncs.com');

export const VPC: Service = {
  name: 'VPC',
  variable: 'VPC_ENDPOINT',
  dialect: rpc('2016-04-28'),
  permission:
    'grant the role vpc:DescribeFlowLogs, vpc:ActiveFlowLog, vpc:DeactiveFlowLog, and for overrides vpc:TagResources and ' +
    'vpc:UnTagResources',
  later: NEXT_RUN,
  otherwise: 'look the code up among the API error codes of VPC',
  errors: vpcErrors,
};

export const vpcEndpoint = (regionId: string): URL => new URL(`https://vpc.${regionId}.aliyuncs.com`);

export const STS: Service = {
  name: 'STS',
  variable: 'STS_ENDPOINT',
  dialect: rpc('2015-04-01'),
  permission: 'these credentials may not even ask who they are: look at the policies that deny it',
  later: NEXT_RUN,
};

export const STS_ENDPOINT = new URL('https://sts.aliyuncs.com');
