import type { Command } from 'commander';
import type { Config } from '../../config/config.ts';
import { loadConfig } from '../config.ts';
import type { Io } from '../io.ts';
import { operatorPoliciesFor, policiesFor, UNKNOWN_ROLE } from '../policy/policy.ts';
import { arnOf, functionRole, type RoleName, roleArgument } from '../role-arn.ts';

export function policyCommand(program: Command, io: Io): void {
  program
    .command('policy')
    .description('Print the RAM policies that this config needs, one account after the other, as JSON.')
    .option('--config <file>', 'config file')
    .option(
      '--function-role <role>',
      "the function's role by its ARN: names its account in the policies, and the role in the trust policies of others " +
        '(default: the role of s.yaml, else ROLE_ARN)',
      roleArgument,
    )
    .option('--operator', 'what whoever runs report, what-if and records needs, instead of the function')
    .option('--json', 'print JSON (the only format)')
    .action(async (options: { config?: string; functionRole?: RoleName; operator?: true }) => {
      const { accountId, roleName } = await functionRole(options.functionRole, io);
      const role = accountId === null ? null : arnOf(accountId, roleName);
      const config = await loadConfig(options.config, io);
      if (options.operator) {
        io.out(`${JSON.stringify(operatorPoliciesFor(config, role), null, 2)}\n`);
        return;
      }
      io.out(`${JSON.stringify(policiesFor(config, role), null, 2)}\n`);
      if (role === null)
        io.err(`note: the account of the function's role is not known. ${whatIsOpen(config)}\n`);
    });
}

function whatIsOpen({ accounts }: Config): string {
  const open = 'It is * in the resources.';
  if (accounts.size === 0) return `${open} --function-role ARN fills it in`;
  const replace = `In the trust policies, replace ${UNKNOWN_ROLE} before you use them.`;
  return `${open} ${replace} --function-role ARN fills in both`;
}
