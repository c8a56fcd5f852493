import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { compileConfig, compiledPath } from '../../lib/config/compiled.ts';
import { startEmulator } from '../../lib/emulator/emulator.ts';
import type { Line } from '../../lib/tool/doctor/line.ts';
import { functionNode } from '../../scripts/function-runtime.ts';
import { commandLine } from '../support/command-line.ts';
import { configFile, fileOf } from '../support/config.ts';
import { DEFAULT_KEY } from '../support/emulator-clients.ts';

/** `npm run build` comes first, and `npm run runtime` installs the Node.js of Function Compute. */
const NODE = functionNode();
const BUILT = 'dist/flow-log-scheduler';

/** What doctor says of the built function, on that Node.js, with its config compiled or not. */
async function diagnosis(compiled: boolean): Promise<(name: string) => Line | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  await cp(BUILT, folder, { recursive: true });
  const file = join(folder, 'flow-logs.yaml');
  const config = configFile({ recordTo: 'stdout' });
  const text = JSON.stringify(config);
  await writeFile(file, text);
  await writeFile(compiledPath(file), compiled ? compileConfig(text, fileOf(config), Date.now()) : '');
  const emulator = await startEmulator({
    functions: [
      {
        name: 'scheduler',
        handlerFile: join(folder, 'index.js'),
        node: NODE ?? process.execPath,
        credentials: DEFAULT_KEY,
      },
    ],
  });
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_ID', DEFAULT_KEY.accessKeyId);
  vi.stubEnv('ALIBABA_CLOUD_ACCESS_KEY_SECRET', DEFAULT_KEY.accessKeySecret);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await emulator.close();
    await rm(folder, { recursive: true });
  });
  const { url } = emulator;
  const args = ['--config', file, '--function', 'scheduler', '--region', 'cn-hangzhou', '--json'];
  const { out } = await commandLine(['doctor', ...args], {
    CBN_ENDPOINT: url,
    STS_ENDPOINT: url,
    FC_ENDPOINT: url,
    SLS_ENDPOINT: url,
    CMS_ENDPOINT: url,
  });
  const { lines } = JSON.parse(out) as { readonly lines: readonly Line[] };
  return (name) => lines.find(({ check, subject }) => `${check} ${subject}` === name);
}

describe.skipIf(NODE === null)('the built function on Node.js 20.10.0', () => {
  test('goes by the zone data of this machine, which built it', async () => {
    const line = await diagnosis(true);
    expect(line('function versions scheduler')).toMatchObject({
      status: 'ok',
      found: `v20.10.0, zone data 2023c; goes by ${process.versions.tz} of its compiled config`,
    });
    expect(line('assumption node-version')).toMatchObject({
      status: 'saw',
      found: 'v20.10.0, as assumed',
      toDo: null,
    });
  });

  test('goes by its own when its config was changed after the build', async () => {
    const line = await diagnosis(false);
    expect(line('function versions scheduler')).toMatchObject({
      status: 'warn',
      found: 'v20.10.0, zone data 2023c; goes by its own',
      toDo: expect.stringMatching(/^deploy it again: /),
    });
  });
});
