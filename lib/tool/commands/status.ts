import type { Command } from 'commander';
import { runOnce } from '../../function/run.ts';
import { runtimeOf } from '../../runtime.ts';
import { loadConfig } from '../config.ts';
import { type Io, Refused } from '../io.ts';
import { localDeps, localTime, zoneOf } from '../local-run.ts';
import { withProgress } from '../progress.ts';
import { toToolAnswer, viewStatus } from '../report-view.ts';
import { widthOf } from '../table.ts';

export function statusCommand(program: Command, io: Io): void {
  program
    .command('status')
    .description('What each flow log is and should be, why, and until when; changes nothing.')
    .option('--config <file>', 'config file')
    .option('--json', 'print JSON')
    .action(async (options: { config?: string; json?: true }) => {
      const config = await loadConfig(options.config, io);
      const deps = localDeps(io);
      const run = runOnce(config, { action: 'status', at: deps.clock.now() }, localTime(deps), deps);
      const report = await withProgress(io, 'Reading flow logs', run);
      const answer = toToolAnswer(report, null, runtimeOf(config));
      io.out(
        options.json
          ? `${JSON.stringify(answer, null, 2)}\n`
          : viewStatus(answer, zoneOf(config), widthOf(io)),
      );
      if (!report.ok) throw new Refused();
    });
}
