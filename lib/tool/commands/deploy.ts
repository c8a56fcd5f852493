import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { publicEndpointV3 } from '../../cloud/fc/function-name.ts';
import { createInvokeV3, createReaderV3 } from '../../cloud/fc/functions-v3.ts';
import { createRam } from '../../cloud/ram/ram.ts';
import { createSlsProject } from '../../cloud/sls/project.ts';
import type { Config } from '../../config/config.ts';
import { loadConfigFile } from '../../config/load.ts';
import type { Answer } from '../../function/answer.ts';
import { digestsOf } from '../../function/digests.ts';
import { objectAt } from '../../json.ts';
import { type Caller, identify } from '../caller.ts';
import { configFile, loadConfig } from '../config.ts';
import { CannotDeploy } from '../deploy/cannot-deploy.ts';
import type { Contents } from '../deploy/compare-function.ts';
import {
  type Deployed,
  type Deployment,
  type DeploymentPorts,
  deployFunction,
  type Look,
  look,
  provisionFor,
  readBack,
} from '../deploy/deployment.ts';
import { type FirstRun, planFirstRun } from '../deploy/first-run.ts';
import { CALL_TIMEOUT_MS, orRefused, projectFolder, STATUS_TIMEOUT_MS } from '../deploy/project.ts';
import { lastLines, type ServerlessDevs, withServerlessDevs } from '../deploy/serverless-devs.ts';
import { type Target, targetOf, timerOf } from '../deploy/target.ts';
import { longestGapMs } from '../doctor/checks/timer.ts';
import { endpointOf } from '../endpoint.ts';
import { type Io, Refused, UsageError } from '../io.ts';
import { localDeps, zoneOf } from '../local-run.ts';
import { policiesFor } from '../policy/policy.ts';
import { withProgress } from '../progress.ts';
import { PERIOD_LIMITS_MS } from '../provision/definitions/alerts.ts';
import { definitionsFor } from '../provision/definitions/definitions.ts';
import { roleDefinition } from '../provision/definitions/role.ts';
import { type Item, type ItemState, isDone } from '../provision/items.ts';
import { viewReport } from '../report-view.ts';
import { arnOf } from '../role-arn.ts';
import { table } from '../table.ts';

interface DeployOptions {
  readonly config?: string;
  readonly yes?: true;
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
  const ramEndpoint = endpointOf('RAM_ENDPOINT', io);
  const deps = localDeps(io);
  const file = resolve(await configFile(options.config, io));
  const config = await loadConfig(options.config, io);
  const caller = await identify(io, deps.credentials, deps.endpoints.sts);
  const credentials = async () => caller.credentials;
  const say = options.json ? io.err : io.out;

  let endpoint = fcEndpoint ?? null;
  await orRefused(
    io,
    () => endpoint,
    async () => {
      const folder = await projectFolder();
      await withServerlessDevs(
        { folder, configFile: file, env: io.env, caller, fcEndpoint },
        async (tool) => {
          const rendered = await withProgress(io, 'Rendering s.yaml', tool.render());
          const target = targetOf(rendered, folder, caller.accountId);
          refuseMixedLogs(config, target);
          const local = await bundle(target, file, tool, io);
          const deployment = { ...deploymentOf(config, target, caller), local };
          endpoint = fcEndpoint ?? publicEndpointV3(target.regionId);
          const ports = portsOf(target, endpoint, caller, ramEndpoint, tool, io);
          const found = await withProgress(io, 'Looking at what is there', look(deployment, ports));
          const first = await withProgress(
            io,
            'Planning the first run',
            planFirstRun(config, { ...deps, credentials }),
          );
          show(found, first, deployment, caller, config, say);
          const end = (more: object) => {
            if (options.json)
              io.out(`${JSON.stringify({ ...summaryOf(deployment, first), ...more }, null, 2)}\n`);
          };

          if (found.items.some(({ state }) => state === 'failed' || state === 'skipped')) {
            tellUnread(found.items, io);
            end({ ok: false, changed: false, items: found.items, status: null });
            throw new Refused();
          }
          if (isDone(found.items)) {
            say('nothing to change: everything is there as it should be\n');
            const status = found.now.kind === 'there' ? found.now.status : null;
            const ok = tellStatus(status?.answer ?? null, status?.problem ?? '', config, say, io);
            end({ ok, changed: false, items: found.items, status: status?.answer ?? null });
            if (!ok) throw new Refused();
            return;
          }
          if (options.dryRun) {
            say('nothing was changed (--dry-run)\n');
            end({ ok: true, changed: false, items: found.items, status: null });
            return;
          }
          if (!options.yes && !(await isWanted(found.items, io))) {
            io.err('nothing was changed\n');
            throw new Refused();
          }
          const done = await perform(deployment, found, ports, say, io);
          const status = done.now.kind === 'there' ? done.now.status : null;
          const isWell = tellStatus(status?.answer ?? null, status?.problem ?? '', config, say, io);
          const ok = isWell && isDone(done.items);
          tellNext(deployment, first, status?.answer ?? null, say);
          end({ ok, changed: true, items: done.items, status: status?.answer ?? null });
          if (!ok) throw new Refused();
        },
      );
    },
  );
}

/** @throws {CannotDeploy} when each record would be in one Logstore twice */
function refuseMixedLogs({ recordTo }: Config, { log }: Target): void {
  if (recordTo.kind === 'stdout') return;
  if (recordTo.project !== log.project || recordTo.logstore !== log.logstore) return;
  throw new CannotDeploy(
    `recordTo.logstore is ${log.logstore}, where Function Compute writes what the function prints: each record would be ` +
      'there twice. Name another Logstore',
  );
}

/** Runs what `s.yaml` runs before a deployment, and reads what came of it. @throws {CannotDeploy} */
async function bundle(target: Target, configFile: string, tool: ServerlessDevs, io: Io): Promise<Contents> {
  for (const { command, path } of target.steps) {
    const { status, said } = await withProgress(io, `Running ${command}`, tool.step(command, path));
    if (status !== 0) {
      throw new CannotDeploy(`\`${command}\` failed, so nothing was deployed:\n${lastLines(said)}`);
    }
  }
  const { FLOW_LOGS_CONFIG } = objectAt(target.settings.environmentVariables);
  const deployed = resolve(target.codeDirectory, String(FLOW_LOGS_CONFIG ?? 'flow-logs.yaml'));
  const loaded = await loadConfigFile(deployed);
  if (!loaded.ok) {
    throw new CannotDeploy(
      `${deployed} is not what is to be deployed: ${loaded.issues[0]?.message ?? 'it cannot be read'}; ` +
        'it is written by the pre-deploy action in s.yaml, `flow-logs bundle`',
    );
  }
  const digests = digestsOf(target.codeDirectory, deployed);
  const planned = createHash('sha256')
    .update(await readFile(configFile))
    .digest('hex');
  if (digests.config !== planned) {
    throw new CannotDeploy(
      `s.yaml deploys ${deployed}, which is another config than ${configFile}: name the one with --config that the ` +
        'pre-deploy action of s.yaml bundles',
    );
  }
  return { ...digests, zoneData: loaded.config.zoneData };
}

function deploymentOf(config: Config, target: Target, { accountId }: Caller): Omit<Deployment, 'local'> {
  const roleName = target.role.roleName;
  const [own] = policiesFor(config, arnOf(accountId, roleName));
  if (own === undefined) throw new CannotDeploy('the config needs no role');
  const { recordTo } = config;
  const timer = timerOf(target);
  const gapMs = (timer === null ? null : longestGapMs(timer, Date.now())) ?? 300_000;
  const periodMs = Math.min(Math.max(gapMs, PERIOD_LIMITS_MS.min), PERIOD_LIMITS_MS.max);
  return {
    accountId,
    target,
    role: roleDefinition(roleName, own),
    records: recordTo.kind === 'stdout' ? null : definitionsFor(recordTo, periodMs),
  };
}

function portsOf(
  { functionName, isAllSteps }: Target,
  endpoint: URL,
  { credentials }: Caller,
  ramEndpoint: URL | undefined,
  tool: ServerlessDevs,
  io: Io,
): DeploymentPorts {
  const { endpoints, clock } = localDeps(io);
  const signer = async () => credentials;
  return {
    ram: createRam({ endpoint: ramEndpoint, credentials: signer, clock }),
    sls: ({ regionId, project }) =>
      createSlsProject({
        recordTo: { regionId, project, logstore: '-' },
        endpoint: endpoints.sls,
        credentials: signer,
      }),
    reader: createReaderV3(functionName, { endpoint, credentials, timeoutMs: CALL_TIMEOUT_MS }),
    invoke: createInvokeV3(functionName, { endpoint, credentials, timeoutMs: STATUS_TIMEOUT_MS }),
    serverlessDevs: () => tool.deploy(isAllSteps),
    clock,
  };
}

const VERBS: Readonly<Record<ItemState, string>> = {
  missing: 'create',
  differs: 'change',
  manual: 'by hand',
  exists: 'keep',
  failed: 'failed',
  skipped: 'not looked at',
  created: 'created',
  updated: 'changed',
  planned: 'planned',
};

function show(
  { items, now }: Look,
  { plan, notPlanned }: FirstRun,
  { target }: Deployment,
  { accountId, arn }: Caller,
  config: Config,
  say: (text: string) => void,
): void {
  say(`account ${accountId} (${arn})\nfunction ${target.functionName} in ${target.regionId}\n\n`);
  say(
    table(
      ['', 'WHAT', 'NAME', ''],
      items.map((each) => [VERBS[each.state], each.kind, each.name, each.detail]),
    ),
  );
  say(
    `\n${now.kind === 'missing' ? 'What the first run would do:' : 'What the next run would do with this:'}\n`,
  );
  say(plan === null ? 'nothing that can be planned from here\n' : viewReport(plan, zoneOf(config)));
  for (const { account, roleArn, why } of notPlanned) {
    say(
      `account ${account} is not planned: these credentials may not assume ${roleArn} (${why}); the function does\n`,
    );
  }
  say('\n');
}

/** What could not be looked at, and so is not touched. */
function tellUnread(items: readonly Item[], io: Io): void {
  for (const { kind, name, state, detail } of items) {
    if (state === 'failed') io.err(`${kind} ${name}: ${detail}\n`);
  }
  io.err('not everything could be looked at, so nothing was changed\n');
}

async function isWanted(items: readonly Item[], io: Io): Promise<boolean> {
  const count = (state: ItemState) => items.filter((each) => each.state === state).length;
  const [create, change] = [count('missing'), count('differs')];
  const parts = [...(create > 0 ? [`create ${create}`] : []), ...(change > 0 ? [`change ${change}`] : [])];
  const question = `${parts.join(' and ')}? From then on the timer runs. [y/N] `;
  const answer = (await io.ask?.(question.replace(/^./, (first) => first.toUpperCase()))) ?? '';
  return /^y(es)?$/i.test(answer.trim());
}

/** RAM and SLS first, then the function. @throws {Refused} after saying what was done and what was not */
async function perform(
  deployment: Deployment,
  found: Look,
  ports: DeploymentPorts,
  say: (text: string) => void,
  io: Io,
): Promise<Look> {
  const items: Item[] = [];
  const tell = (done: readonly Item[]) => {
    items.push(...done);
    for (const { kind, name, state, detail } of done) {
      const line = `${VERBS[state]} ${kind} ${name}${detail === '' ? '' : `: ${detail}`}\n`;
      if (state === 'failed' || state === 'skipped') io.err(line);
      else if (state !== 'exists') say(line);
    }
  };
  const isProvisioned = await withProgress(
    io,
    'Setting up RAM and SLS',
    provisionFor(deployment, 'update', ports, tell),
  );
  if (!isProvisioned) {
    const tried = new Set(items.map(({ kind, name }) => `${kind} ${name}`));
    const rest = found.items.map(({ kind, name }) => `${kind} ${name}`).filter((each) => !tried.has(each));
    io.err(
      `not done: ${rest.join(', ')}. What was created or changed stays; remove the cause, and deploy again\n`,
    );
    throw new Refused();
  }
  const isDeployed = isDone(found.items.filter(({ kind }) => kind === 'function' || kind === 'timer'));
  if (isDeployed) {
    const back = await withProgress(io, 'Asking the function', readBack(deployment, ports, true));
    return { now: back.now, items: [...items, ...back.items] };
  }
  const { ran, ...back } = await withProgress(
    io,
    'Deploying with Serverless Devs',
    deployFunction(deployment, ports),
  );
  tellDeployed({ ran, ...back }, found, say, io);
  return { now: back.now, items: [...items, ...back.items] };
}

/** @throws {Refused} when the function is not there as wanted, whatever the tool said */
function tellDeployed({ ran, items }: Deployed, before: Look, say: (text: string) => void, io: Io): void {
  for (const { kind, name, state } of items) {
    const earlier = before.items.find((each) => each.kind === kind && each.name === name);
    if (state === 'exists' && earlier?.state !== 'exists') {
      say(`${earlier?.state === 'missing' ? 'created' : 'changed'} ${kind} ${name}\n`);
    }
  }
  if (ran.status === 0 && isDone(items)) return;
  io.err(`${lastLines(ran.said)}\n`);
  io.err(`Serverless Devs ended with status ${ran.status ?? 'none'}; read back:\n`);
  for (const { kind, name, state, detail } of items) {
    io.err(
      state === 'exists'
        ? `  ${kind} ${name} is as it should be\n`
        : `  ${kind} ${name} is not: ${state === 'missing' ? 'it is not there' : detail}\n`,
    );
  }
  if (isDone(items)) return;
  io.err('RAM and SLS are set up, the function is not deployed: remove the cause, and deploy again\n');
  throw new Refused();
}

/** @returns whether the function says that all is well */
function tellStatus(
  answer: Answer | null,
  problem: string,
  config: Config,
  say: (text: string) => void,
  io: Io,
): boolean {
  if (answer === null) {
    io.err(`the function does not answer its status: ${problem}\n`);
    return false;
  }
  if (answer.ok) {
    const { total, planned } = answer.summary;
    say(`status: ok, ${total} flow log${total === 1 ? '' : 's'}, ${planned} to change at the next tick\n`);
    return true;
  }
  say(viewReport(answer, zoneOf(config)));
  io.err('the function is deployed, and says that not all is well: see above\n');
  return false;
}

function tellNext(
  { target, accountId }: Deployment,
  { notPlanned }: FirstRun,
  answer: Answer | null,
  say: (text: string) => void,
): void {
  const { functionName, regionId, role } = target;
  const failing = new Set(
    answer?.flowLogs.flatMap(({ account, error }) => (error === null || account === null ? [] : [account])),
  );
  say('\nnext:\n');
  say(`  flow-logs doctor --function ${functionName} --region ${regionId}\n`);
  for (const { account } of notPlanned) {
    if (!failing.has(account)) continue;
    say(
      `  with credentials of account ${account}: flow-logs provision --account ${account} --function-role ` +
        `${arnOf(accountId, role.roleName)}\n`,
    );
  }
}

function summaryOf({ accountId, target }: Deployment, { plan, notPlanned }: FirstRun): object {
  const { functionName, regionId } = target;
  return { accountId, function: functionName, regionId, plan, notPlanned };
}
