import { describe, expect, it } from 'vitest';
import { redact } from '../../../lib/cloud/credentials/redact.ts';

describe('redact', () => {
  it('leaves a text without credentials as it is', () => {
    const text =
      'POST to ops-audit.cn-hangzhou.log.aliyuncs.com: HTTP 404 LogStoreNotExist: logstore x does not exist. ' +
      'Grant log:PostLogStoreLogs on acs:log:cn-hangzhou:*:project/p/logstore/l; no credentials: why? See https://help.aliyun.com/a';
    expect(redact(text)).toBe(text);
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

  it.each([
    ['quotes', `authorization${' '.repeat(50_000)}`],
    ['percent signs', `AccessKeyId${'%25'.repeat(50_000)}`],
    ['schemes', 'http://'.repeat(20_000)],
    ['signatures', 'signature '.repeat(20_000)],
    ['a long value', `Signature=${'a'.repeat(200_000)}`],
  ])('takes little time for a long text of %s', (_, text) => {
    const start = performance.now();
    redact(text);
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
