import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import * as imported from '@alicloud/fc20230330';
import { expect, test } from 'vitest';
import { createInvokeV3, createReaderV3 } from '../../../lib/cloud/fc/functions-v3.ts';
import { loopbackServer, type Received } from '../http/loopback-server.ts';

type Sdk = typeof imported.default;

/** The client is CommonJS: by who imports it, its exports are the default of the namespace, or the namespace. */
const sdk = ('InvokeFunctionRequest' in imported.default ? imported.default : imported) as Sdk;
type Client = InstanceType<Sdk['default']>;

const KEY = { accessKeyId: 'test-key-id', accessKeySecret: 'test-key-secret' };
const NAME = 'ops$scheduler';
const PAYLOAD = '{"action":"override","by":"王小明"}';
const NO_OPTIONS = {} as Parameters<Client['invokeFunctionWithOptions']>[3];

type Options = Parameters<typeof createReaderV3>[1];
type Ours = (options: Options) => Promise<unknown>;
type Theirs = (client: Client) => Promise<unknown>;

const OPERATIONS: readonly (readonly [string, Ours, Theirs])[] = [
  [
    'InvokeFunction',
    (options) => createInvokeV3(NAME, options)({ payload: PAYLOAD, async: true }),
    (client) =>
      client.invokeFunctionWithOptions(
        NAME,
        new sdk.InvokeFunctionRequest({ body: Readable.from([Buffer.from(PAYLOAD)]) }),
        new sdk.InvokeFunctionHeaders({ xFcInvocationType: 'Async' }),
        NO_OPTIONS,
      ),
  ],
  [
    'GetFunction',
    (options) => createReaderV3(NAME, options).read(),
    (client) => client.getFunctionWithOptions(NAME, new sdk.GetFunctionRequest({}), {}, NO_OPTIONS),
  ],
  [
    'ListTriggers',
    (options) => createReaderV3(NAME, options).triggers(),
    (client) =>
      client.listTriggersWithOptions(NAME, new sdk.ListTriggersRequest({ limit: 50 }), {}, NO_OPTIONS),
  ],
  [
    'GetAsyncInvokeConfig',
    (options) => createReaderV3(NAME, options).asyncRetries(),
    (client) =>
      client.getAsyncInvokeConfigWithOptions(NAME, new sdk.GetAsyncInvokeConfigRequest({}), {}, NO_OPTIONS),
  ],
];

const CASES = OPERATIONS.flatMap(([name, ours, theirs]) => [
  { name, sts: false, ours, theirs },
  { name, sts: true, ours, theirs },
]);

test.each(CASES)('$name (STS: $sts) is what Alibaba Cloud sends', async ({ sts, ours, theirs }) => {
  const key = sts ? { ...KEY, securityToken: 'test-token' } : KEY;
  const server = await loopbackServer((response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
  );
  await ours({ endpoint: server.url, credentials: key, timeoutMs: 5_000 });
  const config = { endpoint: server.url.host, protocol: 'http', ...key };
  await theirs(new sdk.default(config as ConstructorParameters<Sdk['default']>[0]));
  const [own, wanted] = server.received.map(comparable);
  expect(own).toEqual(wanted);
});

/** Of each client, or of each time. */
const CHANGING = [
  'authorization',
  'user-agent',
  'x-acs-date',
  'x-acs-signature-nonce',
  'x-acs-credentials-provider',
];
/** How the bytes of a body are framed. */
const FRAMING = ['content-length', 'transfer-encoding', 'connection'];

function comparable({ method, path, headers, body }: Received) {
  const authorization = headers.authorization ?? '';
  const kept = Object.entries(headers).filter(([name]) => ![...CHANGING, ...FRAMING].includes(name));
  return {
    ...{ method, path, body: body.toString(), headers: Object.fromEntries(kept) },
    hash: createHash('sha256').update(body).digest('hex') === headers['x-acs-content-sha256'],
    signed: /SignedHeaders=([^,]+)/
      .exec(authorization)?.[1]
      ?.split(';')
      .filter((name) => name !== 'x-acs-credentials-provider'),
    signer: /Credential=([^,]+)/.exec(authorization)?.[1],
  };
}
