/** What V8 makes of the function's bundle, kept from the build for cold starts. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeIssues } from '../lib/config/check.ts';
import { compileConfig, compiledPath, writeCompiled } from '../lib/config/compiled.ts';
import { parseConfig } from '../lib/config/parse.ts';
import { startEmulator } from '../lib/emulator/emulator.ts';

const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** A CommonJS bundle as a file that runs it from a text, compiled ahead where {@link precompile} was called. */
export async function runFromText(bundle: string): Promise<string> {
  const loader = await readFile(beside('precompiled-loader.cjs'), 'utf8');
  const wrapped = `(function (exports, require, module, __filename, __dirname) {${bundle}\n})`;
  return loader.replace("''", () => JSON.stringify(wrapped));
}

const KEY = { accessKeyId: 'precompile', accessKeySecret: 'precompile' };

/** JSON is YAML, too; it lies there as the function's own does, with what is compiled of it. */
const CONFIG = {
  timezone: 'Asia/Shanghai',
  recordTo: { regionId: 'cn-hangzhou', project: 'precompile', logstore: 'precompile' },
  schedules: { always: { windows: [{ days: 'daily', from: '00:00', to: '24:00' }] } },
  flowLogs: [{ flowLogId: 'flowlog-1', regionId: 'cn-hangzhou', schedule: 'always' }],
};

/**
 * Runs the function once, against an emulator, so that V8 has compiled what a run uses that changes nothing, and keeps
 * that beside it. What other runs use is left out: everything that is kept is read at each cold start.
 * @param folder of the file that {@link runFromText} made, as index.js
 */
export async function precompile(folder: string): Promise<void> {
  const emulator = await startEmulator({
    accounts: [
      {
        accountId: '1',
        accessKeys: [KEY],
        flowLogs: [{ flowLogId: 'flowlog-1', regionId: 'cn-hangzhou', status: 'Active' }],
      },
    ],
    logstores: [{ project: 'precompile', logstore: 'precompile', regionId: 'cn-hangzhou' }],
  });
  const scratch = await mkdtemp(join(tmpdir(), 'precompile-'));
  const config = join(scratch, 'flow-logs.yaml');
  const text = JSON.stringify(CONFIG);
  const parsed = parseConfig(text);
  if (!parsed.ok) throw new Error(describeIssues(parsed.issues));
  await writeFile(config, text);
  const compiled = compileConfig(text, CONFIG, parsed.config, Date.now());
  await writeFile(compiledPath(config), writeCompiled(compiled));
  const env = {
    // Node.js does not start on Windows without it.
    SystemRoot: process.env.SystemRoot,
    FLOW_LOGS_CONFIG: config,
    CBN_ENDPOINT: emulator.url,
    SLS_ENDPOINT: emulator.url,
    STS_ENDPOINT: emulator.url,
    PRECOMPILE_KEY: JSON.stringify(KEY),
  };
  try {
    await promisify(execFile)(process.execPath, [beside('precompile-run.cjs'), folder], { env });
  } finally {
    await Promise.all([emulator.close(), rm(scratch, { recursive: true })]);
  }
}
