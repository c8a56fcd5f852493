import { fcErrors } from './fc-errors.ts';
import type { HostedFunction } from './functions.ts';

/**
 * @throws {ApiError} `AsyncConfigNotExists` for a function without one
 * @see https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/developer-reference/api-fc-2023-03-30-getasyncinvokeconfig
 */
export function getAsyncInvokeConfig({ accountId, deployed }: HostedFunction): object {
  const { name, regionId, asyncInvokeConfig } = deployed;
  if (asyncInvokeConfig === undefined) throw fcErrors.error('AsyncConfigNotExists');
  const { maxAsyncRetryAttempts, maxAsyncEventAgeInSeconds = 86_400, onFailure } = asyncInvokeConfig;
  return {
    functionArn: `acs:fc:${regionId}:${accountId}:functions/${name}`,
    maxAsyncRetryAttempts,
    maxAsyncEventAgeInSeconds,
    destinationConfig: onFailure === undefined ? {} : { onFailure: { destination: onFailure } },
  };
}
