import type { Command } from 'commander';
import { systemClock } from '../../cloud/clock.ts';
import { inFileOrder } from '../../config/check.ts';
import { formatIssue } from '../../config/issues.ts';
import { calendarWarnings, checkConfig } from '../config.ts';
import { settleTimeoutWarnings } from '../function-timeout.ts';
import { type Io, Refused } from '../io.ts';

const YEAR_MS = 366 * 86_400_000;

export function validateCommand(program: Command, io: Io): void {
  program
    .command('validate')
    .description('Check the config; list every issue and warning. Exit status 1 when it is not valid.')
    .option('--config <file>', 'config file')
    .option('--strict', 'exit status 1 for warnings too, but those about calendar years not announced yet')
    .option('--json', 'print JSON')
    .action(async (options: { config?: string; json?: true; strict?: true }) => {
      const now = systemClock.now();
      const { file, config, issues, warnings, locate } = await checkConfig(options.config, io, now);
      const settle = config === null ? [] : await settleTimeoutWarnings(file, config.limits.settleTimeoutMs);
      const avoidable = inFileOrder([...warnings, ...settle.map(locate)]);
      const coverage = config === null ? [] : calendarWarnings(config, now, now + YEAR_MS, locate);
      const allWarnings = [...avoidable, ...coverage];
      const tooDoubtful = options.strict === true && avoidable.length > 0;
      if (options.json) {
        io.out(
          `${JSON.stringify({ file, valid: config !== null, issues, warnings: allWarnings }, null, 2)}\n`,
        );
      } else {
        for (const warning of allWarnings) io.out(`warning: ${formatIssue(warning)}\n`);
        for (const issue of issues) io.out(`error: ${formatIssue(issue)}\n`);
        const many = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
        const selectors = (count: number) =>
          count === 0 ? '' : `${count} select ${count === 1 ? 'entry' : 'entries'}, `;
        io.out(
          config === null
            ? `${file} is not valid: ${many(issues.length, 'issue')}\n`
            : `${file} is valid: ${many(config.flowLogs.length, 'flow log')}, ${selectors(config.selectors.length)}${many(config.schedules.size, 'schedule')}\n`,
        );
        if (tooDoubtful) io.out(`--strict refuses ${many(avoidable.length, 'warning')}\n`);
      }
      if (config === null || tooDoubtful) throw new Refused();
    });
}
