import { resolve } from 'node:path';
import type { Command } from 'commander';
import { publicEndpointV3 } from '../../cloud/fc/function-name.ts';
import type { Answer } from '../../function/answer.ts';
import { type Caller, identify } from '../caller.ts';
import { configFile, loadConfig } from '../config.ts';
import { type Deployment, type Look, look } from '../deploy/deployment.ts';
import { type FirstRun, planFirstRun } from '../deploy/first-run.ts';
import { perform } from '../deploy/perform.ts';
import { type Project, portsOf, prepare } from '../deploy/prepare.ts';
import { orRefused, projectFolder } from '../deploy/project.ts';
import { type ServerlessDevs, withServerlessDevs } from '../deploy/serverless-devs.ts';
import { failuresIn, isWanted, show, tellNext, tellStatus, tellUnread } from '../deploy/words.ts';
import { endpointOf } from '../endpoint.ts';
import { type Io, Refused, UsageError } from '../io.ts';
import { localDeps } from '../local-run.ts';
import { withProgress } from '../progress.ts';
import { type Item, isDone } from '../provision/items.ts';
import { widthOf } from '../table.ts';

interface DeployOptions {
  readonly config?: string;
  readonly yes?: true;
  readonly withFailures?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

export function deployCommand(program: Command, io: Io): void {
  program
    .command('deploy')
    .description(
      'Deploy everything from this folder: RAM role, what SLS needs, function and timer. Shows what it would create or ' +
        'change and what the first run would do, asks, does it, and reads back what is there.',
    )
    .option('--config <file>', 'config file')
    .option('--yes', 'do not ask; for pipelines')
    .option('--with-failures', 'deploy although the plan of the first run has failures')
    .option('--dry-run', 'show it and change nothing')
    .option('--json', 'print JSON; everything else goes to standard error')
    .action((options: DeployOptions) => deploy(options, io));
}

async function deploy(options: DeployOptions, io: Io): Promise<void> {
  if (!options.yes && !options.dryRun && io.ask === undefined) {
    throw new UsageError(
      'there is no terminal to ask on: add --yes to deploy without a question, or --dry-run to look only',
    );
  }
  const fcEndpoint = endpointOf('FC_ENDPOINT', io);
  const { credentials, endpoints } = localDeps(io);
  const file = resolve(await configFile(options.config, io));
  const config = await loadConfig(options.config, io);
  const caller = await identify(io, credentials, endpoints.sts);
  await orRefused(io, async () => {
    const folder = await projectFolder();
    const project = { folder, configFile: file, config };
    const connection = { folder, configFile: file, env: io.env, caller, fcEndpoint };
    await withServerlessDevs(connection, (tool) => deployProject(project, caller, tool, options, io));
  });
}

/** @throws {Refused} unless everything is there in the end, and the function says that all is well */
async function deployProject(
  project: Project,
  caller: Caller,
  tool: ServerlessDevs,
  options: DeployOptions,
  io: Io,
): Promise<void> {
  const { config } = project;
  const say = options.json ? io.err : io.out;
  const deployment = await prepare(project, caller, tool, io);
  const endpoint = endpointOf('FC_ENDPOINT', io) ?? publicEndpointV3(deployment.target.regionId);
  const ports = portsOf(deployment, caller, endpoint, endpointOf('RAM_ENDPOINT', io), tool, io);
  const found = await withProgress(io, 'Looking at what is there', look(deployment, ports));
  const deps = { ...localDeps(io), credentials: async () => caller.credentials };
  const first = await withProgress(io, 'Planning the first run', planFirstRun(config, deps));
  show(found, first, deployment, caller, config, say, widthOf(io));

  const end = (result: Result): void => {
    if (options.json) io.out(`${JSON.stringify(describe(deployment, first, result), null, 2)}\n`);
    if (!result.ok) throw new Refused();
  };
  const unchanged = { changed: false, items: found.items, status: null };
  switch (stateOf(found)) {
    case 'unknown':
      tellUnread(found.items, io);
      return end({ ...unchanged, ok: false });
    case 'done': {
      say('nothing to change: everything is there as it should be\n');
      const status = tellStatus(found.now, config, say, io);
      return end({ ...unchanged, ok: status?.ok === true, status });
    }
    case 'to-do':
      break;
  }
  const failures = options.withFailures === true ? '' : failuresIn(first);
  if (options.dryRun) {
    say('nothing was changed (--dry-run)\n');
    return end({ ...unchanged, ok: failures === '' });
  }
  if (options.yes && failures !== '') {
    io.err(
      `nothing was changed, since ${failures} in the plan above: remove the cause, or add --with-failures to deploy all the same\n`,
    );
    return end({ ...unchanged, ok: false });
  }
  if (!options.yes && !(await isWanted(found.items, failures, io))) {
    io.err('nothing was changed\n');
    return end({ ...unchanged, ok: false });
  }
  const { ok, items, now } = await perform(deployment, found, ports, say, io);
  const status = now === null || !ok ? null : tellStatus(now, config, say, io);
  if (ok) tellNext(deployment, first, status, say);
  end({ changed: true, items, ok: ok && status?.ok === true, status });
}

function stateOf({ items }: Look): 'unknown' | 'done' | 'to-do' {
  if (items.some(({ state }) => state === 'failed' || state === 'skipped')) return 'unknown';
  return isDone(items) ? 'done' : 'to-do';
}

interface Result {
  readonly ok: boolean;
  /** Whether anything was to be changed, and that began. */
  readonly changed: boolean;
  readonly items: readonly Item[];
  /** What the function answered; null when it was not asked in the end. */
  readonly status: Answer | null;
}

function describe(
  { accountId, target }: Deployment,
  { plan, notPlanned }: FirstRun,
  { ok, changed, items, status }: Result,
): object {
  const { functionName, regionId } = target;
  return { ok, changed, accountId, function: functionName, regionId, plan, notPlanned, items, status };
}
