import type { HostedFunction } from './functions.ts';

/**
 * What is deployed. Shows only the environment that was given, not what Function Compute adds.
 * @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-getfunction
 */
export function getFunction({ accountId, deployed }: HostedFunction): object {
  const { name, regionId, runtime, handler, timeoutSeconds, memoryMb, role = '', env = {} } = deployed;
  return {
    functionName: name,
    functionArn: `acs:fc:${regionId}:${accountId}:functions/${name}`,
    functionId: name,
    runtime,
    handler,
    role,
    timeout: timeoutSeconds,
    memorySize: memoryMb,
    environmentVariables: env,
    internetAccess: true,
    logConfig: deployed.logConfig ?? { project: '', logstore: '' },
    state: 'Active',
    lastUpdateStatus: 'Successful',
  };
}
