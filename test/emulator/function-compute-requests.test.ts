import { createHash, randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../lib/emulator/emulator.ts';
import { DEFAULT_KEY, type RawAnswer, sendRaw } from '../support/emulator-clients.ts';
import { acs3Authorization, fc2Authorization } from '../support/fc-signatures.ts';

/** Requests that Alibaba's clients do not send, signed rightly unless a test breaks them. */
type Headers = Readonly<Record<string, string>>;

const FUNCTIONS = [
  { name: 'f', handlerFile: 'never-started.cjs' },
  { name: 'f', service: 's', handlerFile: 'never-started.cjs' },
];
const { accessKeyId, accessKeySecret } = DEFAULT_KEY;

async function send(
  path: string,
  headers: Headers,
  sign: typeof acs3Authorization,
  method = 'POST',
  body = '{}',
) {
  const emulator = await startEmulator({ functions: FUNCTIONS });
  onTestFinished(() => emulator.close());
  const unsigned = { host: `127.0.0.1:${emulator.port}`, ...headers };
  const received = { method, path, headers: unsigned, body: Buffer.from(body), connection: 1 };
  const authorization = sign(received, accessKeyId, accessKeySecret);
  return sendRaw(emulator, { method, path, headers: { authorization, ...unsigned }, body });
}

const onV3 = (path: string, headers: Headers = {}, method = 'POST') =>
  send(
    path,
    {
      'x-acs-date': new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
      'x-acs-signature-nonce': randomUUID(),
      'x-acs-content-sha256': createHash('sha256').update('{}').digest('hex'),
      'content-type': 'application/octet-stream',
      ...headers,
    },
    acs3Authorization,
    method,
  );

const onV2 = (path: string, headers: Headers = {}, method = 'POST') =>
  send(path, { date: new Date().toUTCString(), ...headers }, fc2Authorization, method);

const V3 = '/2023-03-30/functions/f/invocations';
const V2 = '/2016-08-15/services/s/functions/f/invocations';

const codeOf = ({ status, body }: RawAnswer) => {
  const { Code, ErrorCode } = JSON.parse(body) as { Code?: string; ErrorCode?: string };
  return `${status} ${Code ?? ErrorCode}`;
};

test.each([
  ['a version', `${V3}?qualifier=3`, {}, '404 VersionNotFound'],
  ['a kind of invocation', V3, { 'x-fc-invocation-type': 'Later' }, '400 InvalidArgument'],
  ['an operation', '/2023-03-30/layers', {}, '400 PathNotSupported'],
  ['a name', '/2023-03-30/functions/%zz/invocations', {}, '400 PathNotSupported'],
  ['a function', '/2023-03-30/functions/g/invocations', {}, '404 FunctionNotFound'],
])('3.0 does not know %s', async (_, path, headers: Headers, expected) => {
  const answer = await onV3(path, headers);
  expect(codeOf(answer)).toBe(expected);
  expect(JSON.parse(answer.body)).toMatchObject({ RequestId: answer.headers['x-fc-request-id'] });
});

test.each([
  ['a kind of invocation', V2, { 'x-fc-invocation-type': 'Later' }, '400 InvalidArgument'],
  ['an operation', '/2016-08-15/services', {}, '400 PathNotSupported'],
  ['a qualifier', '/2016-08-15/services/s.prod/functions/f/invocations', {}, '404 ServiceNotFound'],
  ['a service', '/2016-08-15/services/%zz/functions/f/invocations', {}, '404 ServiceNotFound'],
  ['a body', V2, { 'content-md5': 'bm90IHRoYXQ=' }, '400 InvalidArgument'],
  ['another account', V2, { 'x-fc-account-id': '42' }, '403 AccessDenied'],
  ['no signature', V2, { authorization: 'Bearer x' }, '400 MissingRequiredHeader'],
  ['no date', V2, { date: '' }, '403 AccessDenied'],
  ['a nonsense date', V2, { date: 'yesterday' }, '403 AccessDenied'],
])('2.0 refuses %s', async (_, path, headers: Headers, expected) => {
  const answer = await onV2(path, headers);
  expect(codeOf(answer)).toBe(expected);
  expect(answer.headers['x-fc-request-id']).toMatch(/./);
});

test('invocations are POST', async () => {
  expect(codeOf(await onV3(V3, {}, 'PUT'))).toBe('400 PathNotSupported');
  expect(codeOf(await onV2(V2, {}, 'PUT'))).toBe('400 PathNotSupported');
});

test('2.0 wants a date', async () => {
  const emulator = await startEmulator({ functions: FUNCTIONS });
  onTestFinished(() => emulator.close());
  const headers = { authorization: 'FC id:signature' };
  expect(codeOf(await sendRaw(emulator, { path: V2, headers }))).toBe('400 MissingRequiredHeader');
});

test('an emulator without functions knows none', async () => {
  const emulator = await startEmulator({ accounts: [], logstores: [] });
  onTestFinished(() => emulator.close());
  const answer = await sendRaw(emulator, { path: V3 });
  expect(codeOf(answer)).toBe('400 IncompleteSignature');
});
