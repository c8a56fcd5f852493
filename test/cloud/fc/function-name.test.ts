import { expect, test } from 'vitest';
import { publicEndpointV2, publicEndpointV3, readFunctionName } from '../../../lib/cloud/fc/function-name.ts';

test.each([
  ['flow-log-scheduler', { generation: '3.0', functionName: 'flow-log-scheduler' }],
  ['ops$scheduler', { generation: '3.0', functionName: 'ops$scheduler' }],
  ['ops/scheduler', { generation: '2.0', serviceName: 'ops', functionName: 'scheduler' }],
  ['', null],
  ['/', null],
  ['ops/', null],
  ['a/b/c', null],
  ['ops.prod/scheduler', null],
  ['ops/x?y', null],
  ['../x', null],
  ['1st', null],
  ['a'.repeat(200).concat('/b'), null],
])('%j is read as %j', (text, name) => {
  expect(readFunctionName(text)).toEqual(name);
});

test.each([
  ['cn-hangzhou', 'https://fcv3.cn-hangzhou.aliyuncs.com/'],
  // Alibaba's own map had a tab at the end of this one.
  ['ap-southeast-5', 'https://fcv3.ap-southeast-5.aliyuncs.com/'],
  ['me-central-1', 'https://me-central-1.fc.aliyuncs.com/'],
])('Function Compute 3.0 of %s is at %s', (regionId, url) => {
  expect(publicEndpointV3(regionId).href).toBe(url);
});

test('Function Compute 2.0 is at a host of the account, by HTTPS', () => {
  expect(publicEndpointV2('cn-hangzhou', '1234567890123456').href).toBe(
    'https://1234567890123456.cn-hangzhou.fc.aliyuncs.com/',
  );
});
