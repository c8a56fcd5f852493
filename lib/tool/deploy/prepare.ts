/** From the folder of a project to what is to be deployed of it. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInvokeV3, createReaderV3 } from '../../cloud/fc/functions-v3.ts';
import { createRam } from '../../cloud/ram/ram.ts';
import { createSlsProject } from '../../cloud/sls/project.ts';
import type { Config } from '../../config/config.ts';
import { loadConfigFile } from '../../config/load.ts';
import { digestsOf } from '../../function/digests.ts';
import { objectAt } from '../../json.ts';
import type { Caller } from '../caller.ts';
import { longestGapMs } from '../doctor/checks/timer.ts';
import type { Io } from '../io.ts';
import { localDeps } from '../local-run.ts';
import { policiesFor } from '../policy/policy.ts';
import { withProgress } from '../progress.ts';
import { PERIOD_LIMITS_MS } from '../provision/definitions/alerts.ts';
import { definitionsFor } from '../provision/definitions/definitions.ts';
import { roleDefinition } from '../provision/definitions/role.ts';
import { arnOf } from '../role-arn.ts';
import { CannotDeploy } from './cannot-deploy.ts';
import type { Contents } from './compare-function.ts';
import type { Deployment, DeploymentPorts } from './deployment.ts';
import { CALL_TIMEOUT_MS, STATUS_TIMEOUT_MS } from './project.ts';
import { lastLines, type ServerlessDevs } from './serverless-devs.ts';
import { refuseWrongTimers, type Target, targetOf, timerOf } from './target.ts';

export interface Project {
  /** With `s.yaml`. */
  readonly folder: string;
  /** Absolute path of the config. */
  readonly configFile: string;
  readonly config: Config;
}

/** Renders `s.yaml`, and runs its steps. @throws {CannotDeploy} */
export async function prepare(
  { folder, configFile, config }: Project,
  caller: Caller,
  tool: ServerlessDevs,
  io: Io,
): Promise<Deployment> {
  const rendered = await withProgress(io, 'Rendering s.yaml', tool.render());
  const target = targetOf(rendered, folder, caller.accountId);
  refuseWrongTimers(target, localDeps(io).clock.now());
  refuseMixedLogs(config, target);
  for (const { command, path } of target.steps) {
    const { status, said } = await withProgress(io, `Running ${command}`, tool.step(command, path));
    if (status !== 0) {
      throw new CannotDeploy(`\`${command}\` failed, so nothing was deployed:\n${lastLines(said)}`);
    }
  }
  const { accountId } = caller;
  const { roleName } = target.role;
  const [own] = policiesFor(config, arnOf(accountId, roleName));
  const { recordTo } = config;
  return {
    accountId,
    target,
    local: await contentsOf(target, configFile),
    role: roleDefinition(roleName, own),
    records: recordTo.kind === 'stdout' ? null : definitionsFor(recordTo, periodOf(target)),
  };
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

/** How often the timer calls the function, as far as the alerts can watch that. Milliseconds. */
function periodOf(target: Target): number {
  const timer = timerOf(target);
  const gapMs = (timer === null ? null : longestGapMs(timer, Date.now())) ?? 300_000;
  return Math.min(Math.max(gapMs, PERIOD_LIMITS_MS.min), PERIOD_LIMITS_MS.max);
}

/** What the steps wrote. @throws {CannotDeploy} when it is not the config that was planned with */
async function contentsOf(target: Target, configFile: string): Promise<Contents> {
  const { FLOW_LOGS_CONFIG } = objectAt(target.settings.environmentVariables);
  const deployed = resolve(target.codeDirectory, String(FLOW_LOGS_CONFIG ?? 'flow-logs.yaml'));
  const loaded = await loadConfigFile(deployed);
  if (!loaded.ok) {
    throw new CannotDeploy(
      `${deployed} is not what is to be deployed: ${loaded.issues[0]?.message ?? 'it cannot be read'}; ` +
        'it is written by the pre-deploy action in s.yaml, `npx flow-logs bundle`',
    );
  }
  const digests = digestsOf(target.codeDirectory, deployed);
  const content = await readFile(configFile);
  if (digests.config !== createHash('sha256').update(content).digest('hex')) {
    throw new CannotDeploy(
      `s.yaml deploys ${deployed}, which is another config than ${configFile}: name the one with --config that the ` +
        'pre-deploy action of s.yaml bundles',
    );
  }
  return { ...digests, zoneData: loaded.config.zoneData };
}

/** @param endpoint of Function Compute */
export function portsOf(
  { target }: Deployment,
  { credentials }: Caller,
  endpoint: URL,
  ramEndpoint: URL | undefined,
  tool: ServerlessDevs,
  io: Io,
): DeploymentPorts {
  const { endpoints, clock } = localDeps(io);
  const signer = async () => credentials;
  const connection = { endpoint, credentials };
  return {
    ram: createRam({ endpoint: ramEndpoint, credentials: signer, clock }),
    sls: ({ regionId, project }) =>
      createSlsProject({
        recordTo: { regionId, project, logstore: '-' },
        endpoint: endpoints.sls,
        credentials: signer,
      }),
    reader: createReaderV3(target.functionName, { ...connection, timeoutMs: CALL_TIMEOUT_MS }),
    invoke: createInvokeV3(target.functionName, { ...connection, timeoutMs: STATUS_TIMEOUT_MS }),
    serverlessDevs: () => tool.deploy(target.isAllSteps),
    clock,
  };
}
