import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorizationV4, sls4 } from '../../../lib/cloud/sls/sls4.ts';
import { capturesV4, credentialsOf, instantOf } from './captures.ts';

interface Gateway {
  getAuthorizationV4(
    context: {
      readonly request: {
        readonly method: string;
        readonly pathname: string;
        readonly query: Readonly<Record<string, string>>;
        readonly headers: Readonly<Record<string, string>>;
      };
      readonly configuration: { readonly regionId: string };
    },
    date: string,
    contentHash: string,
    accessKeyId: string,
    accessKeySecret: string,
  ): Promise<string>;
}

const { default: GatewayClient }: { default: new () => Gateway } = createRequire(import.meta.url)(
  '@alicloud/gateway-sls',
);
const gateway = new GatewayClient();

const ADDED = ['authorization', 'x-log-date', 'x-log-content-sha256', 'x-acs-security-token'];

describe('the headers of a request', () => {
  it('has captures to be checked against', () => {
    expect(capturesV4.map(({ name, sts }) => `${name} ${sts}`).sort()).toEqual([
      'one false',
      'one true',
      'utf8-tags-ns false',
      'utf8-tags-ns true',
    ]);
  });

  it.each(capturesV4)('are those that Alibaba Cloud sends: $name, sts $sts', (capture) => {
    const all = Object.entries(capture.headers);
    const headers = Object.fromEntries(all.filter(([name]) => !ADDED.includes(name)));
    const body = Buffer.from(capture.body_base64, 'base64');
    const { method, url: path } = capture;
    const request = { operation: 'PutLogs', method, path, query: {}, headers, body };
    const signed = sls4('cn-hangzhou').sign(request, credentialsOf(capture), instantOf(capture));
    expect(signed).toEqual(capture.headers);
  });
});

describe('authorizationV4', () => {
  it('is what @alicloud/gateway-sls computes for any request', async () => {
    const word = fc.stringMatching(/^[a-z0-9-]{1,12}$/);
    const value = fc.oneof(fc.string(), fc.string({ unit: 'binary' }));
    const headerName = fc.oneof(
      word,
      word.map((rest) => `x-log-${rest}`),
      word.map((rest) => `x-acs-${rest}`),
      fc.constantFrom('accept', 'user-agent', 'content-md5', 'date', 'x-logs', 'xx-log-a', 'host-a'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
          path: fc.webPath().map((path) => path || '/'),
          // It encodes only the first of several asterisks.
          query: fc.dictionary(
            word,
            fc.string({ unit: 'binary' }).map((text) => text.replace(/\*(?=.*\*)/gs, '')),
          ),
          more: fc.dictionary(headerName, value),
          host: fc.domain(),
          contentType: fc.constantFrom('application/json', ' application/x-protobuf '),
          date: fc.date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true }),
          body: fc.stringMatching(/^[0-9a-f]{64}$/),
          regionId: word,
          accessKeyId: fc.string({ minLength: 1 }),
          accessKeySecret: fc.string({ minLength: 1 }),
        }),
        async (given) => {
          const { method, path, query, more, host, contentType, body, regionId } = given;
          const headers = { ...more, host, 'content-type': contentType };
          const date = given.date.toISOString().replace(/[-:]|\.\d+/g, '');
          const expected = await gateway.getAuthorizationV4(
            { request: { method, pathname: path, query, headers }, configuration: { regionId } },
            date,
            body,
            given.accessKeyId,
            given.accessKeySecret,
          );
          expect(authorizationV4({ method, path, query, headers, regionId }, date, body, given)).toBe(
            expected,
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('does not depend on the spelling or the order of header names', () => {
    const credentials = { accessKeyId: 'a', accessKeySecret: 'b' };
    const sign = (headers: Readonly<Record<string, string>>) =>
      authorizationV4(
        { method: 'GET', path: '/', headers, regionId: 'r' },
        '20261121T015535Z',
        '',
        credentials,
      );
    expect(sign({ Host: 'h', 'X-Log-A': '1', 'x-acs-b': '2' })).toBe(
      sign({ 'x-acs-b': '2', 'x-log-a': '1', host: 'h' }),
    );
  });
});
