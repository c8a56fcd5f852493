import { expect, test } from 'vitest';
import { advise, verdictOf } from '../../../lib/cloud/advice.ts';
import { describeInvokeError } from '../../../lib/cloud/fc/invoke-advice.ts';
import { FUNCTION_COMPUTE } from '../../../lib/cloud/tool-services.ts';
import { CloudError } from '../../../lib/reconcile/cloud-error.ts';

function described(code: string, httpStatus: number | null): string {
  const { errors } = FUNCTION_COMPUTE;
  const known =
    httpStatus === null
      ? ({
          advice: advise({ code }, FUNCTION_COMPUTE),
          effect: code === 'ECONNRESET' ? 'unknown' : 'none',
        } as const)
      : verdictOf(code, httpStatus, FUNCTION_COMPUTE, [errors]);
  const error = new CloudError('told', {
    ...{ service: 'Function Compute', operation: 'InvokeFunction', code, httpStatus, requestId: 'r-1' },
    ...known,
  });
  return describeInvokeError(error, { host: 'fcv3.cn-hangzhou.aliyuncs.com', timeoutMs: 600_000 });
}

test.each<[string, number | null, RegExp]>([
  ['FunctionNotFound', 404, /^FunctionNotFound: told \(request r-1\); .*SERVICE\/FUNCTION/],
  ['ServiceNotFound', 404, /a bare name one on 3\.0/],
  ['SignatureNotMatch', 403, /access key/],
  ['InvalidAccessKeyId.NotFound', 404, /access key/],
  ['AccessDenied', 403, /fc:InvokeFunction/],
  ['NoPermission', 400, /fc:InvokeFunction/],
  ['ResourceExhausted', 429, /later/],
  ['Throttling.User', 400, /later/],
  ['InternalServerError', 500, /the service itself is in trouble/],
  ['InvalidArgument', 400, /error-codes/],
  ['UnreadableAnswer', 502, /FC_ENDPOINT and any proxy/],
  ['RequestTimeout', null, /within 600 s; the function may still run/],
  [
    'ENOTFOUND',
    null,
    /cannot be reached \(ENOTFOUND\); check that this network reaches it, and FC_ENDPOINT if it is set$/,
  ],
  ['ECONNRESET', null, /whether the function ran is not known/],
])('%s (HTTP %s) comes with what to do', (code, httpStatus, expected) => {
  expect(described(code, httpStatus)).toMatch(expected);
});
