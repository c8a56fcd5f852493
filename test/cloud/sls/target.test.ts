import { describe, expect, it } from 'vitest';
import { projectAddress } from '../../../lib/cloud/sls/target.ts';

const recordTo = { regionId: 'cn-hangzhou', project: 'ops-audit', logstore: 'flow-log-scheduler' };
const publicHost = 'ops-audit.cn-hangzhou.log.aliyuncs.com';

describe('projectAddress', () => {
  it.each([
    [undefined, `https://${publicHost}`, publicHost],
    ['http://127.0.0.1:8081', 'http://127.0.0.1:8081', publicHost],
    ['http://localhost:8081', 'http://localhost:8081', publicHost],
    ['http://[::1]:8081', 'http://[::1]:8081', publicHost],
    ['https://10.0.0.7', 'https://10.0.0.7', publicHost],
    ['https://[fd00::7]:8443', 'https://[fd00::7]:8443', publicHost],
    [
      'https://cn-hangzhou-intranet.log.aliyuncs.com',
      'https://ops-audit.cn-hangzhou-intranet.log.aliyuncs.com',
      'ops-audit.cn-hangzhou-intranet.log.aliyuncs.com',
    ],
    [
      'https://sls.corp.example:8443',
      'https://ops-audit.sls.corp.example:8443',
      'ops-audit.sls.corp.example:8443',
    ],
    ['https://ops-audit.example', 'https://ops-audit.ops-audit.example', 'ops-audit.ops-audit.example'],
  ])('with endpoint %s connects to %s and asks for %s', (endpoint, origin, host) => {
    const address = projectAddress(recordTo, endpoint === undefined ? undefined : new URL(endpoint));
    expect({ origin: address.origin.origin, host: address.host }).toEqual({ origin, host });
  });

  it.each([
    { ...recordTo, project: 'evil.com/' },
    { ...recordTo, project: 'user@evil' },
    { ...recordTo, project: '' },
    { ...recordTo, regionId: 'cn-hangzhou.evil.com#' },
  ])('refuses names that would be another host: %j', (wrong) => {
    expect(() => projectAddress(wrong)).toThrow(TypeError);
  });

  it('refuses to send credentials in clear', () => {
    expect(() => projectAddress(recordTo, new URL('http://10.0.0.7'))).toThrow(/in clear/);
    expect(() => projectAddress(recordTo, new URL('http://cn-hangzhou-intranet.log.aliyuncs.com'))).toThrow(
      /in clear/,
    );
  });
});
