/** The services that only the tool calls. */
import { roa, rpc } from './acs3.ts';
import type { ErrorTable, Verdict } from './advice.ts';
import type { Service } from './call.ts';

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
