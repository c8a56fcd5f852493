import { expect, test } from 'vitest';
import { InvokeError, type InvokeFailure } from '../../../lib/cloud/fc/invocation.ts';
import { describeInvokeError } from '../../../lib/cloud/fc/invoke-advice.ts';

const ON_3 = {
  name: { generation: '3.0', functionName: 'f' },
  host: 'fcv3.cn-hangzhou.aliyuncs.com',
  timeoutMs: 600_000,
} as const;
const ON_2 = { ...ON_3, name: { generation: '2.0', serviceName: 's', functionName: 'f' } } as const;

function described(
  failure: InvokeFailure,
  code: string,
  status: number | null = null,
  where: typeof ON_3 | typeof ON_2 = ON_3,
) {
  return describeInvokeError(new InvokeError('told', { failure, code, status, requestId: 'r-1' }), where);
}

test.each<[InvokeFailure, string, number | null, RegExp]>([
  ['refused', 'FunctionNotFound', 404, /^FunctionNotFound: told \(request r-1\); .*SERVICE\/FUNCTION/],
  ['refused', 'SignatureNotMatch', 403, /access key/],
  ['refused', 'InvalidAccessKeyId.NotFound', 404, /access key/],
  ['refused', 'AccessDenied', 403, /fc:InvokeFunction/],
  ['refused', 'NoPermission', 400, /fc:InvokeFunction/],
  ['refused', 'ResourceExhausted', 429, /later/],
  ['refused', 'Throttling.User', 400, /later/],
  ['refused', 'InternalServerError', 500, /Function Compute itself failed/],
  ['refused', 'InvalidArgument', 400, /error-codes/],
  ['unreadable', 'UnreadableAnswer', 502, /HTTP 502.*no proxy answers/],
  ['unreadable', 'UnreadableAnswer', null, /told; check/],
  ['timeout', 'RequestTimeout', null, /within 600 s; the function may still run/],
  ['network', 'ENOTFOUND', null, /check the region/],
  ['network', 'ECONNREFUSED', null, /FC_ENDPOINT/],
  ['network', 'ECONNRESET', null, /whether the function ran is not known/],
])('%s %s (HTTP %s) comes with what to do', (failure, code, status, expected) => {
  expect(described(failure, code, status)).toMatch(expected);
});

test('a name that is not found on 2.0 points to 3.0', () => {
  expect(described('refused', 'ServiceNotFound', 404, ON_2)).toContain(
    'a bare name names one on Function Compute 3.0',
  );
});
