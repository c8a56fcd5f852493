import { type Command, InvalidArgumentError } from 'commander';
import type { Config } from '../../config/config.ts';
import { loadConfig } from '../config.ts';
import { type Io, UsageError } from '../io.ts';
import { operatorPoliciesFor, policiesFor, UNKNOWN_ROLE } from '../policy/policy.ts';

export function policyCommand(program: Command, io: Io): void {
  program
    .command('policy')
    .description('Print the RAM policies that this config needs, one account after the other, as JSON.')
    .option('--config <file>', 'config file')
    .option(
      '--function-role <arn>',
      "ARN of the function's role: names its account in the policies, and the role in the trust policies of others " +
        '(default: ROLE_ARN)',
      roleArgument,
    )
    .option('--operator', 'what whoever runs report, what-if and records needs, instead of the function')
    .option('--json', 'print JSON (the only format)')
    .action(async (options: { config?: string; functionRole?: string; operator?: true }) => {
      const role = options.functionRole ?? roleOf(io.env);
      const config = await loadConfig(options.config, io);
      if (options.operator) {
        io.out(`${JSON.stringify(operatorPoliciesFor(config, role), null, 2)}\n`);
        return;
      }
      io.out(`${JSON.stringify(policiesFor(config, role), null, 2)}\n`);
      if (role === null) io.err(`note: the function's role is not known. ${whatIsOpen(config)}\n`);
    });
}

function whatIsOpen({ accounts }: Config): string {
  const open = 'Its account is * in the resources.';
  if (accounts.size === 0) return `${open} --function-role ARN fills it in`;
  const replace = `In the trust policies, replace ${UNKNOWN_ROLE} before you use them.`;
  return `${open} ${replace} --function-role ARN fills in both`;
}

const ROLE_ARN = /^acs:ram::\d+:role\/[\w.-]{1,64}$/i;
const EXPECTED = 'Expected a role ARN such as acs:ram::1234567890123456:role/flow-log-scheduler.';

function roleArgument(text: string): string {
  if (ROLE_ARN.test(text)) return text;
  throw new InvalidArgumentError(EXPECTED);
}

function roleOf({ ROLE_ARN: role }: Io['env']): string | null {
  if (role === undefined || role === '') return null;
  if (ROLE_ARN.test(role)) return role;
  throw new UsageError(`ROLE_ARN holds something else. ${EXPECTED}`);
}
