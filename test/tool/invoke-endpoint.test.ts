import { beforeEach, expect, test, vi } from 'vitest';
import type { InvokerOptions } from '../../lib/cloud/fc/invocation.ts';
import { CloudError } from '../../lib/reconcile/cloud-error.ts';
import { commandLine } from '../support/command-line.ts';
import { configOnDisk } from '../support/config-on-disk.ts';

/** Where the clients were pointed to; nothing is sent. */
const connections: (InvokerOptions & { readonly accountId?: string })[] = [];

const refusing = (options: InvokerOptions) => {
  connections.push(options);
  const about = { service: 'Function Compute', operation: 'InvokeFunction' } as const;
  return () => Promise.reject(new CloudError('nobody', { ...about, code: 'ENOTFOUND', advice: 'check it' }));
};

vi.mock('../../lib/cloud/fc/functions-v3.ts', () => ({
  createInvokeV3: (_: string, options: InvokerOptions) => refusing(options),
}));
vi.mock('../../lib/cloud/fc/invoke-v2.ts', () => ({
  createInvokeV2: (_: string, __: string, options: InvokerOptions) => refusing(options),
}));

beforeEach(() => {
  connections.length = 0;
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_ID', 'test-key-id');
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'test-key-secret');
  return () => vi.unstubAllEnvs();
});

const CONFIG = configOnDisk(); // recordTo.regionId is cn-hangzhou
const TO_STDOUT = configOnDisk('timezone: UTC\nrecordTo: stdout\nschedules: {}\nflowLogs: []\n');

test.each([
  [['--function', 'f'], 'https://fcv3.cn-hangzhou.aliyuncs.com'],
  [['--function', 'f', '--region', 'cn-shanghai'], 'https://fcv3.cn-shanghai.aliyuncs.com'],
  [['--function', 's/f', '--account-id', '12345678'], 'https://12345678.cn-hangzhou.fc.aliyuncs.com'],
])('%j goes to %s', async (args, origin) => {
  const { status, err } = await commandLine(['invoke', '--config', CONFIG, ...args]);
  expect(connections.map(({ endpoint }) => endpoint.origin)).toEqual([origin]);
  expect(connections[0]).toMatchObject({
    credentials: { accessKeyId: 'test-key-id' },
    timeoutMs: 600_000,
  });
  expect(status).toBe(1);
  expect(err).toMatch(/ cannot be reached \(ENOTFOUND\); check it/);
});

test('FC_ENDPOINT wins over the region', async () => {
  const env = { FC_ENDPOINT: 'https://fc.vpc.example:8443' };
  await commandLine(['invoke', '--function', 'f', '--region', 'cn-shanghai'], env);
  expect(connections[0]?.endpoint.origin).toBe('https://fc.vpc.example:8443');
});

test('with no region anywhere the function is not looked for', async () => {
  for (const FLOW_LOGS_CONFIG of [TO_STDOUT, '/nowhere/flow-logs.yaml']) {
    const { status, err } = await commandLine(['invoke', '--function', 'f'], { FLOW_LOGS_CONFIG });
    expect({ status, connections }).toEqual({ status: 2, connections: [] });
    expect(err).toBe('error: which region is the function in? Add --region, e.g. --region cn-hangzhou\n');
  }
});
