import { expect, it } from 'vitest';
import { createRpcCall } from '../../../lib/cloud/acs/client.ts';
import type { HttpRequest } from '../../../lib/cloud/http/request.ts';

it('what the credentials took counts towards the time of a call', async () => {
  const asked: HttpRequest[] = [];
  const call = createRpcCall({
    endpoint: new URL('http://127.0.0.1:1'),
    version: '2017-09-12',
    credentials: async () => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return { accessKeyId: 'id', accessKeySecret: 'secret' };
    },
    send: async (request) => {
      asked.push(request);
      return { status: 200, headers: {}, body: Buffer.from('{}') };
    },
  });
  await call('DescribeFlowlogs', {}, 1_000);
  expect(asked[0]?.timeoutMs).toBeLessThanOrEqual(945);
  expect(asked[0]?.timeoutMs).toBeGreaterThan(0);
});
