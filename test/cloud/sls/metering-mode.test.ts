import { expect, it, onTestFinished } from 'vitest';
import { readMeteringMode } from '../../../lib/cloud/sls/metering-mode.ts';
import { startEmulator } from '../../../lib/emulator/emulator.ts';

const key = { accessKeyId: 'emulated-id', accessKeySecret: 'emulated-secret' };

async function modeOf(project: string, logstore: string, accessKeyId = key.accessKeyId) {
  const emulator = await startEmulator({
    accounts: [{ accountId: '1111111111111111', accessKeys: [key] }],
    logstores: [{ project: 'net', logstore: 'flows', regionId: 'cn-hangzhou' }],
  });
  onTestFinished(() => emulator.close());
  return readMeteringMode({
    recordTo: { regionId: 'cn-hangzhou', project, logstore },
    endpoint: new URL(`http://127.0.0.1:${emulator.port}`),
    credentials: async () => ({ ...key, accessKeyId }),
  });
}

it('is read of the Logstore to which a flow log delivers', async () => {
  expect(await modeOf('net', 'flows')).toBe('ChargeByDataIngest');
});

it.each([
  ['gone', 'flows', 'ProjectNotExist'],
  ['net', 'gone', 'LogStoreNotExist'],
])('says what to do where that is gone: %s/%s', async (project, logstore, code) => {
  await expect(modeOf(project, logstore)).rejects.toMatchObject({
    code,
    advice: `create Logstore ${logstore} in project ${project} in cn-hangzhou, to which a flow log delivers, or delete the flow log`,
  });
});

it("says so when the access key is nobody's", async () => {
  await expect(modeOf('net', 'flows', 'another-id')).rejects.toMatchObject({
    advice: expect.stringContaining('check that access key id, secret and token belong together'),
  });
});
