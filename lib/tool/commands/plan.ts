import type { Command } from 'commander';
import { runOnce } from '../../function/run.ts';
import { runtimeOf } from '../../runtime.ts';
import { loadConfig } from '../config.ts';
import { isoArgument, parseInstant } from '../instant.ts';
import { type Io, Refused } from '../io.ts';
import { localDeps, localTime, zoneOf } from '../local-run.ts';
import { withProgress } from '../progress.ts';
import { toToolAnswer, viewPlan } from '../report-view.ts';
import { widthOf } from '../table.ts';

export function planCommand(program: Command, io: Io): void {
  program
    .command('plan')
    .description('Read the cloud, change nothing, and print what a run would do.')
    .option('--config <file>', 'config file')
    .option(
      '--at <instant>',
      "plan for this instant (ISO; in the config's zone when it names none)",
      isoArgument,
    )
    .option('--json', 'print JSON')
    .action(async (options: { config?: string; at?: string; json?: true }) => {
      const config = await loadConfig(options.config, io);
      const deps = localDeps(io);
      const at =
        options.at === undefined
          ? deps.clock.now()
          : (parseInstant(options.at, config.zone.name) ?? Number.NaN);
      const run = runOnce(config, { action: 'reconcile', dryRun: true, at }, localTime(deps), deps);
      const report = await withProgress(io, 'Reading flow logs', run);
      const answer = toToolAnswer(report, null, runtimeOf(config));
      io.out(
        options.json ? `${JSON.stringify(answer, null, 2)}\n` : viewPlan(answer, zoneOf(config), widthOf(io)),
      );
      if (!report.ok) throw new Refused();
    });
}
