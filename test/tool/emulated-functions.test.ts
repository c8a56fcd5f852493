import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DEFAULT_SEED } from '../../lib/emulator/seed.ts';
import { emulatedFunctions } from '../../lib/tool/emulated-functions.ts';
import { guarded, Refused } from '../../lib/tool/io.ts';

const io = guarded({ env: {}, out: () => {}, err: () => {}, isTerminal: false, columns: 80 });

async function built(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'dist-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await mkdir(join(directory, 'handler'));
  await writeFile(join(directory, 'handler', 'index.js'), '');
  return directory;
}

test('the built function is served on 3.0 and 2.0, with the config that the other commands read', async () => {
  const directory = await built();
  const functions = await emulatedFunctions(directory, undefined, DEFAULT_SEED, io);
  const common = {
    name: 'flow-log-scheduler',
    handlerFile: join(directory, 'handler', 'index.js'),
    accountId: '1234567890123456',
    credentials: DEFAULT_SEED.accounts[0]?.accessKeys[0],
    env: { FLOW_LOGS_CONFIG: resolve('functions/flow-logs.yaml') },
  };
  expect(functions).toMatchObject([common, { ...common, service: 'flow-log-scheduler' }]);
  expect(functions[0]).not.toHaveProperty('service');
});

test("its own log goes to the project of the config's records, else to the first of the seed", async () => {
  const of = async (project: string | null) => {
    const [first] = await emulatedFunctions(await built(), undefined, DEFAULT_SEED, io, project);
    return first?.logConfig;
  };
  const logstore = 'flow-log-scheduler-function';
  expect(await of('netops-logs')).toEqual({ project: 'netops-logs', logstore });
  expect(await of(null)).toEqual({ project: 'ops-audit', logstore });
});

test('with no config around, the function gets no path of one', async () => {
  const elsewhere = { ...io, env: { FLOW_LOGS_CONFIG: '/nowhere/flow-logs.yaml' } };
  const [first] = await emulatedFunctions(await built(), undefined, DEFAULT_SEED, elsewhere);
  expect(first?.env).toEqual({});
});

test('a config that is named must be there', async () => {
  const told: string[] = [];
  const telling = { ...io, err: (text: string) => told.push(text) };
  const served = emulatedFunctions(await built(), 'nowhere.yaml', DEFAULT_SEED, telling);
  await expect(served).rejects.toThrow(Refused);
  expect(told.join('')).toContain('nowhere.yaml cannot be read');
});

test('without a build, or without an account, there is no function', async () => {
  expect(await emulatedFunctions('/nowhere', undefined, DEFAULT_SEED, io)).toEqual([]);
  expect(await emulatedFunctions(await built(), undefined, { accounts: [], logstores: [] }, io)).toEqual([]);
});

test('an account without keys owns a function without a role', async () => {
  const seed = { accounts: [{ accountId: '42', accessKeys: [] }], logstores: [] };
  const [first] = await emulatedFunctions(await built(), undefined, seed, io);
  expect(first).not.toHaveProperty('credentials');
});
