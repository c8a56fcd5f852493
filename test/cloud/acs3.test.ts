import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorization, canonicalQuery } from '../../lib/cloud/acs3.ts';
import { captureKey, cbnCaptures, headerOf, queryOf } from '../support/cbn-captures.ts';

interface OpenApiUtil {
  readonly default: {
    getAuthorization(
      request: object,
      algorithm: string,
      payloadHash: string,
      accessKeyId: string,
      accessKeySecret: string,
    ): string;
  };
}

// Alibaba Cloud's own signer: what `@alicloud/openapi-client` signs with.
const require = createRequire(import.meta.url);
const fromOpenApiClient = createRequire(require.resolve('@alicloud/openapi-client'));
const { default: openApiUtil } = fromOpenApiClient('@alicloud/openapi-util') as OpenApiUtil;

describe('authorization', () => {
  it('has captures of every operation, with and without a security token, to be held against', () => {
    const kinds = new Set(cbnCaptures.map(({ operation, sts }) => `${operation} ${sts}`));
    expect(kinds.size).toBe(10);
  });

  it.each(cbnCaptures.map((capture) => [capture.operation, capture.sts, capture.url, capture] as const))(
    'signs %s (STS: %s) %s as the official client did',
    (_operation, _sts, url, capture) => {
      const signed = authorization(
        {
          method: capture.method,
          path: '/',
          query: queryOf(url),
          headers: capture.headers,
          body: Buffer.from(capture.body),
        },
        captureKey.accessKeyId,
        captureKey.accessKeySecret,
      );
      expect(signed).toBe(headerOf(capture, 'authorization'));
    },
  );

  it("signs any parameters and headers as Alibaba Cloud's own signer does", () => {
    // Names as parameters have them: the official signer does not encode names.
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,15}$/);
    const text = fc.string({ unit: 'binary' });
    const header = fc.stringMatching(/^[ -~]{1,20}$/);
    fc.assert(
      fc.property(
        fc.dictionary(name, text),
        fc.dictionary(fc.stringMatching(/^x-acs-[a-z0-9-]{1,12}$/), header),
        fc.constantFrom('GET', 'POST'),
        fc.string(),
        header,
        (query, acsHeaders, method, body, secret) => {
          const headers = { host: 'cbn.aliyuncs.com', accept: 'application/json', ...acsHeaders };
          expect(
            authorization({ method, path: '/', query, headers, body: Buffer.from(body) }, 'key-id', secret),
          ).toBe(
            openApiUtil.getAuthorization(
              { method, pathname: '/', query, headers },
              'ACS3-HMAC-SHA256',
              createHash('sha256').update(body).digest('hex'),
              'key-id',
              secret,
            ),
          );
        },
      ),
    );
  });
});

describe('canonicalQuery', () => {
  it('sorts by name and encodes what RFC 3986 reserves', () => {
    expect(canonicalQuery({ b: "!'()*", a: 'x y+z~-_.', 'Tag.1.Key': '中/' })).toBe(
      'Tag.1.Key=%E4%B8%AD%2F&a=x%20y%2Bz~-_.&b=%21%27%28%29%2A',
    );
  });

  it('says what a query string parser reads back', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.dictionary(text, text, { noNullPrototype: true }), (query) => {
        const read = [...new URLSearchParams(canonicalQuery(query))];
        expect(Object.fromEntries(read)).toEqual(query);
        expect(read).toHaveLength(Object.keys(query).length);
      }),
    );
  });
});
