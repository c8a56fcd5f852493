import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { bundleCommand } from './commands/bundle.ts';
import { deployCommand } from './commands/deploy.ts';
import { doctorCommand } from './commands/doctor.ts';
import { emulatorCommand } from './commands/emulator.ts';
import { explainCommand } from './commands/explain.ts';
import { initCommand } from './commands/init.ts';
import { invokeCommand } from './commands/invoke.ts';
import { overrideCommand } from './commands/override.ts';
import { planCommand } from './commands/plan.ts';
import { policyCommand } from './commands/policy.ts';
import { previewCommand } from './commands/preview.ts';
import { provisionCommand } from './commands/provision.ts';
import { recordsCommand } from './commands/records.ts';
import { removeCommand } from './commands/remove.ts';
import { reportCommand } from './commands/report.ts';
import { runCommand } from './commands/run.ts';
import { statusCommand } from './commands/status.ts';
import { validateCommand } from './commands/validate.ts';
import { whatIfCommand } from './commands/what-if.ts';
import { demoCommand } from './demo/demo.ts';
import { guarded, Refused, type Terminal, UsageError } from './io.ts';

const COMMANDS = [
  initCommand,
  validateCommand,
  bundleCommand,
  previewCommand,
  explainCommand,
  statusCommand,
  planCommand,
  runCommand,
  overrideCommand,
  recordsCommand,
  reportCommand,
  whatIfCommand,
  policyCommand,
  deployCommand,
  removeCommand,
  doctorCommand,
  provisionCommand,
  invokeCommand,
  emulatorCommand,
  demoCommand,
];

/**
 * Runs one command line.
 * @param args without the interpreter and the script
 * @returns the exit status: 0 fine, 1 the answer is "no", 2 wrong usage
 */
export async function flowLogs(args: readonly string[], terminal: Terminal): Promise<number> {
  const io = guarded(terminal);
  const program = new Command('flow-logs')
    .description('Enables and disables Alibaba Cloud CEN and VPC flow logs on a schedule.')
    .version(manifest.version)
    .configureOutput({ writeOut: io.out, writeErr: io.err })
    .showHelpAfterError('(add --help for what is accepted)')
    .exitOverride();
  for (const register of COMMANDS) register(program, io);
  for (const command of program.commands) inheritSettings(command, program);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof Refused) return 1;
    if (error instanceof UsageError) {
      io.err(`error: ${error.message}\n`);
      return 2;
    }
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    io.err(`unexpected failure, please report it: ${error instanceof Error ? error.stack : String(error)}\n`);
    return 1;
  }
}

function inheritSettings(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent).allowExcessArguments(false);
  for (const child of command.commands) inheritSettings(child, command);
}
