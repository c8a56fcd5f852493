import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../lib/credentials/redact.ts';

const credentials = {
  accessKeyId: 'TMP.made-up-key-id',
  accessKeySecret: 'made+up/secret==',
  securityToken: 'CAIS/made+up/token=',
};

describe('redact', () => {
  it.each([
    ['as they are', Object.values(credentials).join(' and ')],
    ['percent-encoded', Object.values(credentials).map(encodeURIComponent).join(' and ')],
    [
      'percent-encoded in lower case',
      Object.values(credentials)
        .map((value) => encodeURIComponent(value).replace(/%../g, (hex) => hex.toLowerCase()))
        .join(' and '),
    ],
    [
      'percent-encoded twice',
      Object.values(credentials)
        .map((value) => encodeURIComponent(encodeURIComponent(value)))
        .join(' and '),
    ],
    ['with escaped slashes', Object.values(credentials).join(' and ').replaceAll('/', '\\/')],
  ])('masks the given credentials %s', (_, text) => {
    expect(redact(text, credentials)).toBe('*** and *** and ***');
  });

  it('masks a credential that another one is part of', () => {
    const nested = { accessKeyId: 'abcd', accessKeySecret: 'abcdef', securityToken: 'xabcdefx' };
    expect(redact('xabcdefx abcdef abcd', nested)).toBe('*** *** ***');
  });

  it('masks a credential that is no text at all', () => {
    expect(redact('a \ud800xyz b', { accessKeyId: '\ud800xyz', accessKeySecret: '' })).toBe('a *** b');
  });

  it('masks what looks like a replacement pattern', () => {
    expect(redact('a $&$& b', { accessKeyId: '$&$&', accessKeySecret: '$1' })).toBe('a *** b');
  });

  it('leaves what is too short to be a secret, since nothing would be left to read', () => {
    expect(redact('an abc', { accessKeyId: 'a', accessKeySecret: 'abc' })).toBe('an abc');
  });

  it('leaves a text without credentials as it is', () => {
    const text =
      'POST to ops-audit.cn-hangzhou.log.aliyuncs.com: HTTP 404 LogStoreNotExist: logstore x does not exist. ' +
      'Grant log:PostLogStoreLogs on acs:log:cn-hangzhou:*:project/p/logstore/l; no credentials: why? See https://help.aliyun.com/a';
    expect(redact(text)).toBe(text);
    expect(redact(text, { accessKeyId: '', accessKeySecret: '', securityToken: '' })).toBe(text);
  });

  it.each([
    ['?AccessKeyId=LEAK&Action=DescribeFlowlogs', '?AccessKeyId=***&Action=DescribeFlowlogs'],
    ['AccessKeyId=LEAK, SignatureMethod=HMAC-SHA1', 'AccessKeyId=***, SignatureMethod=HMAC-SHA1'],
    ['accessKeySecret: LEAK', 'accessKeySecret: ***'],
    ['{"AccessKeyId":"LEAK","a":1}', '{"AccessKeyId":"***","a":1}'],
    [
      "{ accessKeySecret: 'LEAK', securityToken: 'LEAK' }",
      "{ accessKeySecret: '***', securityToken: '***' }",
    ],
    ['{\\"AccessKeySecret\\": \\"LEAK\\"}', '{\\"AccessKeySecret\\": \\"***\\"}'],
    ['SecurityToken=LEAK%2Bx%3D&Signature=LEAK%3D', 'SecurityToken=***&Signature=***'],
    ['x-acs-security-token: LEAK', 'x-acs-security-token: ***'],
    ['"x-acs-security-token":"LEAK"', '"x-acs-security-token":"***"'],
    ['security-token=LEAK', 'security-token=***'],
    ['authorization: LOG id:LEAK=\nhost: h', 'authorization: ***\nhost: h'],
    ['"Authorization":"SLS4-HMAC-SHA256 Credential=LEAK/a,Signature=LEAK"}', '"Authorization":"***"}'],
    ["authorization: 'Bearer LEAK' }", "authorization: '***' }"],
    [
      'ACS3-HMAC-SHA256 Credential=LEAK,SignedHeaders=host,Signature=LEAK',
      'ACS3-HMAC-SHA256 Credential=***,SignedHeaders=host,Signature=***',
    ],
    ['HTTP 401 InvalidAccessKeyId: no such key', 'HTTP 401 InvalidAccessKeyId: no such key'],
    ['signature LEAKuJfAJbc0ji04gb+cXhh9qWtYM9c= not match', 'signature *** not match'],
    ['the signature we calculated does not match', 'the signature we calculated does not match'],
    ['id LTAI5tLEAKLEAKLEAK is inactive, STS.LEAKLEAKLEAK too', 'id *** is inactive, *** too'],
    [
      'string to sign is:GET&%2F&AccessKeyId%3DLEAK%26Action%3DActiveFlowLog%26SecurityToken%3DLEAK%252Fx%26Version%3D1',
      'string to sign is:GET&%2F&AccessKeyId%3D***%26Action%3DActiveFlowLog%26SecurityToken%3D***%26Version%3D1',
    ],
    [
      'GET https://sts.aliyuncs.com/?Action=A&Signature=LEAK failed',
      'GET https://sts.aliyuncs.com/?*** failed',
    ],
    ['"http://100.100.100.200/latest?token=LEAK"', '"http://100.100.100.200/latest?***"'],
    ['see https://a.b/c#LEAK', 'see https://a.b/c?***'],
    ['https://user:LEAK@a.b/c', 'https://***@a.b/c'],
  ])('turns %s into %s', (text, expected) => {
    expect(redact(text)).toBe(expected);
    expect(redact(redact(text))).toBe(expected);
  });

  it('leaves no credential in any text', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9+/=.]{8,40}$/);
    const wrap = fc.constantFrom<(text: string) => string>(
      (text) => text,
      encodeURIComponent,
      (text) => encodeURIComponent(encodeURIComponent(text)),
      JSON.stringify,
    );
    fc.assert(
      fc.property(fc.tuple(secret, secret, secret), fc.array(fc.string()), wrap, (secrets, words, spell) => {
        const [accessKeyId, accessKeySecret, securityToken] = secrets;
        const text = [...words, ...secrets.map(spell), ...words].join(' ');
        const redacted = redact(text, { accessKeyId, accessKeySecret, securityToken });
        for (const value of secrets) expect(redacted).not.toContain(spell(value));
      }),
    );
  });

  it.each([
    ['quotes', `authorization${' '.repeat(50_000)}`],
    ['percent signs', `AccessKeyId${'%25'.repeat(50_000)}`],
    ['schemes', 'http://'.repeat(20_000)],
    ['signatures', 'signature '.repeat(20_000)],
    ['a long value', `Signature=${'a'.repeat(200_000)}`],
  ])('takes little time for a long text of %s', (_, text) => {
    const start = performance.now();
    redact(text, credentials);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
