import type { Command } from 'commander';
import { loadConfig } from '../config.ts';
import type { Io } from '../io.ts';
import { runAndTell } from '../local-run.ts';

export function runCommand(program: Command, io: Io): void {
  program
    .command('run')
    .description('One reconcile from this machine, recorded as the function would record it.')
    .option('--config <file>', 'config file')
    .option('--json', 'print the answer as JSON; the records go to standard error')
    .action(async (options: { config?: string; json?: true }) => {
      const config = await loadConfig(options.config, io);
      await runAndTell(io, config, { action: 'reconcile', dryRun: false }, options.json === true);
    });
}
