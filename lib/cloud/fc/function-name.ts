import type { FunctionName } from './invocation.ts';

/** Names of services and functions; fc3 joins both with `$` when it moves a function to 3.0. */
const NAME = /^[A-Za-z_][\w-]{0,127}$/;
const NAME_ON_3 = /^[A-Za-z_][\w$-]{0,256}$/;

/**
 * `name` is a function on Function Compute 3.0, `service/function` one on 2.0.
 * @returns null for anything else
 */
export function readFunctionName(text: string): FunctionName | null {
  const [first = '', second, ...more] = text.split('/');
  if (second === undefined) {
    return NAME_ON_3.test(first) ? { generation: '3.0', functionName: first } : null;
  }
  if (more.length > 0 || !NAME.test(first) || !NAME.test(second)) return null;
  return { generation: '2.0', serviceName: first, functionName: second };
}

/** Regions whose endpoint on 3.0 is spelt the other way round, in the endpoint map that Alibaba's clients had. */
const REGION_FIRST: ReadonlySet<string> = new Set([
  'cn-hangzhou-finance',
  'cn-heyuan-acdr-1',
  'cn-shanghai-finance-1',
  'me-central-1',
]);

/**
 * The public endpoint of Function Compute 3.0. The client's own rule (`fc.{region}.aliyuncs.com`) names no host of it.
 * @see https://github.com/aliyun/alibabacloud-typescript-sdk/blob/master/fc-20230330/src/client.ts
 */
export function publicEndpointV3(regionId: string): URL {
  return new URL(
    REGION_FIRST.has(regionId)
      ? `https://${regionId}.fc.aliyuncs.com`
      : `https://fcv3.${regionId}.aliyuncs.com`,
  );
}

/** The public endpoint of Function Compute 2.0, which is the account's own. */
export function publicEndpointV2(regionId: string, accountId: string): URL {
  return new URL(`https://${accountId}.${regionId}.fc.aliyuncs.com`);
}
