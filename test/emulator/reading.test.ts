import { expect, onTestFinished, test } from 'vitest';
import { type EmulatorOptions, startEmulator } from '../../lib/emulator/emulator.ts';
import { openApiClient, sendRaw, thrown } from '../support/emulator-clients.ts';

async function start(options: EmulatorOptions = {}) {
  const emulator = await startEmulator(options);
  onTestFinished(() => emulator.close());
  return emulator;
}

const ASKED = { RegionId: 'cn-hangzhou', ResourceType: 'Flowlog' };

test('ListTagResources tells each tag of the flow logs that are named', async () => {
  const list = openApiClient(await start());
  const { body } = await list('ListTagResources', { ...ASKED, 'ResourceId.1': 'flowlog-m5evbtbptexample1' });
  const tag = { ResourceId: 'flowlog-m5evbtbptexample1', ResourceType: 'FLOWLOG' };
  expect(body).toMatchObject({
    TagResources: {
      TagResource: [
        { ...tag, TagKey: 'env', TagValue: 'prod' },
        { ...tag, TagKey: 'team', TagValue: 'netops' },
      ],
    },
  });
});

test.each([
  [{ ...ASKED, 'ResourceId.1': 'flowlog-nobody' }, 'InvalidResourceId.NotFound'],
  [
    { ...ASKED, RegionId: 'cn-shanghai', 'ResourceId.1': 'flowlog-m5evbtbptexample1' },
    'InvalidResourceId.NotFound',
  ],
  [{ ...ASKED, ResourceType: 'Log', 'ResourceId.1': 'flowlog-m5evbtbptexample1' }, 'InvalidParameter'],
  [ASKED, 'MissingParameter'],
])('ListTagResources refuses %j', async (params, code) => {
  const list = openApiClient(await start());
  expect(await thrown(list('ListTagResources', params))).toMatchObject({ code });
});

test('the Date header tells the clock that signatures are checked by', async () => {
  const emulator = await start({ wallNow: () => Date.parse('2030-01-02T03:04:05.678Z') });
  const { headers } = await sendRaw(emulator, { method: 'GET' });
  expect(headers.date).toBe('Wed, 02 Jan 2030 03:04:05 GMT');
});
