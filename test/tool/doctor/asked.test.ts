import { expect, test } from 'vitest';
import { CloudError } from '../../../lib/reconcile/cloud-error.ts';
import { asked, describe, isCredentialTrouble, isDenied, isRefused } from '../../../lib/tool/doctor/asked.ts';

const failed = (
  code: string,
  httpStatus: number | null = null,
  problem = 'no',
  requestId: string | null = null,
) => new CloudError(problem, { service: 'SLS', operation: 'GetIndex', code, httpStatus, requestId });

test('what was read is the value, and a call that failed its own error', async () => {
  expect(await asked('SLS', async () => 7)).toEqual({ ok: true, value: 7 });
  const error = failed('X', 400);
  expect(await asked('SLS', () => Promise.reject(error))).toEqual({ ok: false, trouble: error });
});

test.each([new TypeError('m'), 'm'])(
  'anything else that goes wrong stops no other question: %s',
  async (thrown) => {
    const { trouble } = (await asked('SLS', () => Promise.reject(thrown))) as {
      readonly trouble?: CloudError;
    };
    expect(trouble).toMatchObject({
      service: 'SLS',
      code: 'UnexpectedFailure',
      problem: 'm',
      httpStatus: null,
    });
  },
);

test.each([
  ['ENOTFOUND', null, false],
  ['CredentialsUnavailable', null, false],
  ['RequestTimeout', null, false],
  ['UnreadableAnswer', 502, false],
  ['Http502', 502, false],
  ['X', 403, true],
  ['X', 503, true],
  ['Throttling.User', 400, true],
])('%s (HTTP %s) is a refusal of the service: %s', (code, httpStatus, expected) => {
  expect(isRefused(failed(code, httpStatus))).toBe(expected);
});

test('secrets do not get through', async () => {
  const seen = await asked('STS', () => Promise.reject(new Error('signed with AccessKeySecret=hush')));
  expect(JSON.stringify(seen)).not.toContain('hush');
});

test('the code and the request are said once each', () => {
  expect(describe(failed('X', 403, 'no', 'R-1'))).toBe('X: no (request R-1)');
  expect(describe(failed('X', 403, 'X: no'))).toBe('X: no');
});

test('what is denied to good credentials is not their own trouble', () => {
  const refusal = (code: string, httpStatus = 403) => failed(code, httpStatus);
  expect([isDenied(refusal('AnyCode')), isCredentialTrouble(refusal('AnyCode'))]).toEqual([true, false]);
  expect([isDenied(refusal('NoPermission', 400)), isDenied(refusal('Other', 400))]).toEqual([true, false]);
  for (const code of [
    'InvalidAccessKeyId.NotFound',
    'SignatureDoesNotMatch',
    'InvalidSecurityToken.Expired',
    'InvalidTimeStamp.Expired',
    'RequestTimeExpired',
  ]) {
    expect([isDenied(refusal(code)), isCredentialTrouble(refusal(code))]).toEqual([false, true]);
  }
});
