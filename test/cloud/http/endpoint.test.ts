import { describe, expect, it } from 'vitest';
import { EndpointError, isAddress, isLoopback, parseEndpoint } from '../../../lib/cloud/http/endpoint.ts';

describe('parseEndpoint', () => {
  it.each([
    ['https://cn-hangzhou-intranet.log.aliyuncs.com', 'https://cn-hangzhou-intranet.log.aliyuncs.com'],
    ['https://10.0.0.7:8443/', 'https://10.0.0.7:8443'],
    ['HTTPS://Cbn.Aliyuncs.Com', 'https://cbn.aliyuncs.com'],
    ['http://127.0.0.1:8081', 'http://127.0.0.1:8081'],
    ['http://127.0.0.1:8081/', 'http://127.0.0.1:8081'],
    ['http://127.255.0.3', 'http://127.255.0.3'],
    ['http://localhost:1', 'http://localhost:1'],
    ['http://LOCALHOST', 'http://localhost'],
    ['http://[::1]:8081', 'http://[::1]:8081'],
    ['http://[0:0:0:0:0:0:0:1]', 'http://[::1]'],
  ])('accepts %s', (value, origin) => {
    expect(parseEndpoint('SLS_ENDPOINT', value).origin).toBe(origin);
  });

  it.each([
    'http://127.1',
    'http://0x7f000001',
    'http://2130706433',
    'http://0177.0.0.1',
    'http://１２７.0.0.1',
  ])('connects to the loopback address that %s is a spelling of', (value) => {
    expect(parseEndpoint('SLS_ENDPOINT', value).hostname).toBe('127.0.0.1');
  });

  it.each([
    ['plain http elsewhere', 'http://cbn.aliyuncs.com'],
    ['a loopback address as a prefix', 'http://127.0.0.1.evil.com'],
    ['a loopback name as a prefix', 'http://localhost.evil.com'],
    ['a loopback name as a suffix', 'http://evil.localhost'],
    ['a loopback address as a suffix', 'http://evil-127.0.0.1.com'],
    ['a trailing dot, which is a question to DNS', 'http://localhost.'],
    ['all addresses', 'http://0.0.0.0'],
    ['a private network', 'http://10.0.0.7'],
    ['the metadata service', 'http://100.100.100.200'],
    ['an address one above the loopback', 'http://128.0.0.1'],
    ['hex that is not loopback', 'http://0x80000001'],
    ['a mapped address', 'http://[::ffff:127.0.0.1]'],
    ['a six-part address that begins like ::1', 'http://[::1:2]'],
    ['a user that looks like a host', 'http://127.0.0.1@evil.com'],
    ['a user and password', 'https://user:hunter2@cbn.aliyuncs.com'],
    ['an empty user', 'http://@127.0.0.1'],
    ['an encoded @ in the host', 'http://127.0.0.1%40evil.com'],
    ['a backslash before another host', 'http://127.0.0.1\\@evil.com'],
    ['a path', 'https://cbn.aliyuncs.com/api'],
    ['a path of dots', 'https://cbn.aliyuncs.com/..'],
    ['a query', 'https://cbn.aliyuncs.com?a=b'],
    ['an empty query', 'https://cbn.aliyuncs.com/?'],
    ['a fragment', 'https://cbn.aliyuncs.com#x'],
    ['an empty fragment', 'https://cbn.aliyuncs.com/#'],
    ['another scheme', 'ftp://127.0.0.1'],
    ['a file', 'file:///etc/hosts'],
    ['missing slashes', 'http:127.0.0.1'],
    ['missing slashes with https', 'https:cbn.aliyuncs.com'],
    ['no scheme', '127.0.0.1:8081'],
    ['a bare name', 'localhost'],
    ['nothing', ''],
    ['a tab inside', 'http://127.0.0.1\t:80'],
    ['a line break at the end', 'https://cbn.aliyuncs.com\n'],
    ['a space before it', ' https://cbn.aliyuncs.com'],
    ['an impossible port', 'https://cbn.aliyuncs.com:99999'],
  ])('refuses %s', (_, value) => {
    expect(() => parseEndpoint('SLS_ENDPOINT', value)).toThrow(EndpointError);
  });

  it('names the variable, what is wrong and what is accepted', () => {
    expect(() => parseEndpoint('CBN_ENDPOINT', 'http://localhost.evil.com')).toThrow(
      /^CBN_ENDPOINT is plain http to localhost\.evil\.com, which is not a loopback host\. Accepted: https:\/\/HOST/,
    );
    expect(() => parseEndpoint('CBN_ENDPOINT', 'http://localhost.evil.com')).toThrow(
      expect.objectContaining({ name: 'EndpointError', variable: 'CBN_ENDPOINT' }),
    );
  });

  it('does not repeat a password', () => {
    for (const value of [
      'https://user:hunter2@x.com',
      'hunter2',
      'https://x.com/hunter2',
      'https://x.com?hunter2',
    ]) {
      expect(() => parseEndpoint('STS_ENDPOINT', value)).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
      );
    }
  });
});

describe('isLoopback and isAddress', () => {
  it.each([
    ['127.0.0.1', true, true],
    ['[::1]', true, true],
    ['localhost', true, false],
    ['10.0.0.1', false, true],
    ['[fe80::1]', false, true],
    ['127.evil.com', false, false],
    ['cbn.aliyuncs.com', false, false],
  ])('%s: loopback %s, address %s', (hostname, loopback, address) => {
    expect(isLoopback(hostname)).toBe(loopback);
    expect(isAddress(hostname)).toBe(address);
  });
});
