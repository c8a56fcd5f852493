import { expect, test } from 'vitest';
import { RpcError } from '../../../lib/cloud/acs/client.ts';
import { InvokeError } from '../../../lib/cloud/fc/invocation.ts';
import { HttpError } from '../../../lib/cloud/http/http-error.ts';
import { SlsError } from '../../../lib/cloud/sls/sls-error.ts';
import { CallError } from '../../../lib/reconcile/ports.ts';
import {
  asked,
  isCredentialTrouble,
  isDenied,
  describe as tell,
  troubleOf,
} from '../../../lib/tool/doctor/trouble.ts';

test.each([
  [new RpcError('m', { kind: 'not-sent', code: 'ENOTFOUND' }), 'no-answer', 'ENOTFOUND', null],
  [
    new RpcError('m', { kind: 'unusable', code: 'CredentialsUnavailable' }),
    'no-credentials',
    'CredentialsUnavailable',
    null,
  ],
  [new RpcError('m', { kind: 'no-answer', code: 'X', httpStatus: 502 }), 'no-answer', 'X', 502],
  [
    new RpcError('m', { kind: 'refused', code: 'X', httpStatus: 400, retryAfterMs: null }),
    'refused',
    'X',
    400,
  ],
  [new CallError('m', { code: 'X', disposition: 'fail', httpStatus: 403 }), 'refused', 'X', 403],
  [new CallError('m', { code: 'X', disposition: 'retry', httpStatus: 503 }), 'refused', 'X', 503],
  [new CallError('m', { code: 'X', disposition: 'read-back' }), 'no-answer', 'X', null],
  [
    new SlsError('m', { kind: 'refused', operation: 'GetIndex', code: 'X', httpStatus: 404 }),
    'refused',
    'X',
    404,
  ],
  [new InvokeError('m', { failure: 'refused', code: 'X', status: 404 }), 'refused', 'X', 404],
  [new InvokeError('m', { failure: 'timeout', code: 'RequestTimeout' }), 'no-answer', 'RequestTimeout', null],
  [
    new HttpError('m', { kind: 'network', code: 'EPIPE', mayHaveBeenReceived: true }),
    'no-answer',
    'EPIPE',
    null,
  ],
  [new TypeError('m'), 'no-answer', 'UnexpectedFailure', null],
  ['m', 'no-answer', 'UnexpectedFailure', null],
])('%s is %s', (error, kind, code, httpStatus) => {
  expect(troubleOf(error)).toEqual({ kind, code, httpStatus, message: 'm', requestId: null });
});

test('a client that runs two texts into one is put in order', () => {
  const error = new InvokeError('getaddrinfo ENOTFOUNDGET https://…', {
    failure: 'network',
    code: 'ENOTFOUND',
  });
  expect(tell(troubleOf(error))).toBe('Function Compute cannot be reached (ENOTFOUND)');
});

test('secrets do not get through', async () => {
  const told = await asked(() => Promise.reject(new Error('signed with AccessKeySecret=hush')));
  expect(JSON.stringify(told)).not.toContain('hush');
});

test('the code and the request are told once each', () => {
  const trouble = { kind: 'refused', httpStatus: 403, requestId: 'R-1' } as const;
  expect(tell({ ...trouble, code: 'X', message: 'no' })).toBe('X: no (request R-1)');
  expect(tell({ ...trouble, code: 'X', message: 'X: no', requestId: null })).toBe('X: no');
});

test('what is denied to good credentials is not their own trouble', () => {
  const refusal = (code: string, httpStatus = 403) => ({
    ...({ kind: 'refused', message: '', requestId: null } as const),
    code,
    httpStatus,
  });
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
