import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { FlowLogService } from '../../config/config.ts';
import { regionArgument } from '../function-target.ts';
import { add } from '../init/add.ts';
import { create } from '../init/create.ts';
import type { InitOptions } from '../init/options.ts';
import { lookAt, shown } from '../init/project.ts';
import { type Io, Refused } from '../io.ts';

interface CommandOptions {
  readonly region?: readonly string[];
  readonly service: readonly FlowLogService[];
  readonly account?: ReadonlyMap<string, string>;
  readonly project?: string;
  readonly force?: true;
}

export function initCommand(program: Command, io: Io): void {
  program
    .command('init')
    .description(
      'Make a project of your own with the flow logs that are there, or add to its config those that are in no entry.',
    )
    .argument('[dir]', 'folder of the project', '.')
    .option(
      '--region <id...>',
      'regions to list (default: those of the config; for a new one, every region)',
      (text, before: readonly string[] = []) => [...before, regionArgument(text)],
    )
    .option(
      '--account <name=role...>',
      'other accounts to list, each by a name and the ARN of a role there',
      accountArgument,
    )
    .addOption(
      new Option('--service <names>', 'whose flow logs')
        .argParser(servicesArgument)
        .default(SERVICES, SERVICES.join()),
    )
    .option('--project <name>', 'SLS project to record in (default: that of the flow logs)', projectArgument)
    .option('--force', 'write every file of the project anew, also those that are there')
    .action(async (dir: string, options: CommandOptions) => {
      const { region = null, service, account = new Map(), project = null, force = false } = options;
      const wanted = { regionIds: region, services: service, accounts: account, project, force };
      await init(resolve(dir), wanted, io);
    });
}

async function init(folder: string, options: InitOptions, io: Io): Promise<void> {
  const project = await lookAt(folder, io);
  if (project.kind === 'foreign' && !options.force) {
    io.err(
      `${shown(folder)} is not empty and holds no project of this tool, so nothing was written there; name another ` +
        'folder, or add --force to write flow-logs.yaml, s.yaml, package.json and .gitignore into it\n',
    );
    throw new Refused();
  }
  if (project.hasConfig && !options.force) await add(project, options, io);
  else await create(project, options, io);
}

const SERVICES: readonly FlowLogService[] = ['cen', 'vpc'];

function servicesArgument(text: string): readonly FlowLogService[] {
  const named = text.split(',').map((each) => SERVICES.find((service) => service === each.trim()));
  const services = named.filter((each) => each !== undefined);
  if (services.length < named.length) throw new InvalidArgumentError('Expected cen, vpc or cen,vpc.');
  return [...new Set(services)];
}

function accountArgument(text: string, before: ReadonlyMap<string, string> = new Map()) {
  const [, name, roleArn] = /^([\w-]+)=(acs:ram::\d+:role\/[\w.-]{1,64})$/.exec(text) ?? [];
  if (name === undefined || roleArn === undefined) {
    throw new InvalidArgumentError(
      'Expected NAME=ROLE_ARN such as retail=acs:ram::1234567890123456:role/flow-log-scheduler.',
    );
  }
  return new Map([...before, [name, roleArn]]);
}

function projectArgument(text: string): string {
  if (!/^(?!xn--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(text)) {
    throw new InvalidArgumentError('Expected the name of an SLS project such as ops-audit.');
  }
  return text;
}
