/** The services that are called with signature version 3, and where they are. */
import { roa, rpc } from './acs3.ts';
import type { ErrorTable, Verdict } from './advice.ts';
import type { Service } from './call.ts';
import { cenErrors } from './cen/errors.ts';

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

export const RAM: Service = {
  name: 'RAM',
  variable: 'RAM_ENDPOINT',
  dialect: rpc('2015-05-01'),
  permission:
    'grant these credentials the RAM action of this operation, such as by the policy AliyunRAMFullAccess',
};

export const RAM_ENDPOINT = new URL('https://ram.aliyuncs.com');

export const CLOUD_MONITOR: Service = {
  name: 'CloudMonitor',
  variable: 'CMS_ENDPOINT',
  dialect: rpc('2019-01-01'),
  permission: 'grant these credentials cms:QueryMetricList',
};

export const cloudMonitorEndpoint = (regionId: string): URL =>
  new URL(`https://metrics.${regionId}.aliyuncs.com`);

const MISSING: Verdict = {
  advice:
    'check the name, the region and the account; SERVICE/FUNCTION names one on Function Compute 2.0, a bare name one on 3.0',
};
const functionErrors: ErrorTable = (code) =>
  /FunctionNotFound|ServiceNotFound/i.test(code) ? MISSING : null;

/** Function Compute 3.0. Its endpoints are in `fc/function-name.ts`. */
export const FUNCTION_COMPUTE: Service = {
  name: 'Function Compute',
  variable: 'FC_ENDPOINT',
  dialect: roa('2023-03-30'),
  permission: 'these credentials need the RAM action fc:InvokeFunction for it, in the account that owns it',
  otherwise: 'see https://www.alibabacloud.com/help/en/functioncompute/error-codes',
  errors: functionErrors,
};
