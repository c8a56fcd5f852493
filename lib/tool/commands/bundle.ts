import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '../../cloud/clock.ts';
import { inFileOrder } from '../../config/check.ts';
import { formatIssue } from '../../config/issues.ts';
import { type BundledConfig, describeBundle, readForBundle, writeBundle } from '../bundle/bundle.ts';
import { calendarWarnings, configFile } from '../config.ts';
import { settleTimeoutWarnings } from '../function-timeout.ts';
import { type Io, Refused } from '../io.ts';
import { packageRoot } from '../package-root.ts';

/** What is deployed, from the current folder: `code` in `s.yaml` names it. */
export const DEPLOYED = 'dist/flow-log-scheduler';

const YEAR_MS = 366 * 86_400_000;

export function bundleCommand(program: Command, io: Io): void {
  program
    .command('bundle')
    .description(`Put the handler and the config together into ${DEPLOYED}, which is what is deployed.`)
    .option('--config <file>', 'config file')
    .option('--json', 'print JSON')
    .action(async (options: { config?: string; json?: true }) => {
      const now = systemClock.now();
      const file = await configFile(options.config, io);
      const read = readForBundle(file, now);
      if (!read.ok) {
        const issues = read.issues.map((issue) => `  ${formatIssue(issue)}\n`).join('');
        io.err(`${file} is not valid, so nothing was written:\n${issues}`);
        throw new Refused();
      }
      const warnings = [...read.warnings, ...(await moreWarnings(file, read.config, now))];
      const handler = await prebuiltHandler(io);
      const bundle = await writeBundle(read.config, handler, DEPLOYED, now).catch((error: Error) => {
        io.err(`${DEPLOYED} cannot be written: ${error.message}\n`);
        throw new Refused();
      });
      if (options.json) {
        io.out(`${JSON.stringify({ ...bundle, warnings: inFileOrder(warnings) }, null, 2)}\n`);
        return;
      }
      for (const warning of inFileOrder(warnings)) io.err(`warning: ${formatIssue(warning)}\n`);
      io.out(`${describeBundle(bundle)}\n`);
    });
}

async function moreWarnings(file: string, { config, locate }: BundledConfig, now: number) {
  const settle = await settleTimeoutWarnings(file, config.limits.settleTimeoutMs);
  return [...settle.map(locate), ...calendarWarnings(config, now, now + YEAR_MS, locate)];
}

async function prebuiltHandler(io: Io): Promise<string> {
  const root = await packageRoot(io);
  const handler = join(root, 'dist/handler');
  await access(join(handler, 'index.js')).catch(() => {
    io.err(`${handler} is missing: install the package again, or build it in the clone with npm run build\n`);
    throw new Refused();
  });
  return handler;
}
