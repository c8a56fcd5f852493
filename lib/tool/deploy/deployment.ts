/** One deployment: what is there, what it takes, and doing it. */
import type { FunctionReader } from '../../cloud/fc/deployed-function.ts';
import type { InvokeFunction } from '../../cloud/fc/invocation.ts';
import type { Ram } from '../../cloud/ram/ram.ts';
import type { SlsProject } from '../../cloud/sls/project.ts';
import type { Clock } from '../../reconcile/ports.ts';
import { type Definitions, functionLogDefinition } from '../provision/definitions/definitions.ts';
import type { RoleDefinition } from '../provision/definitions/role.ts';
import { type Item, isDone, type Mode } from '../provision/items.ts';
import { provisionFunctionLog, provisionRecords } from '../provision/provision.ts';
import { provisionRole } from '../provision/provision-role.ts';
import type { Contents } from './compare-function.ts';
import { type FunctionNow, itemsOf, lookAtFunction } from './look-at-function.ts';
import type { Ran } from './serverless-devs.ts';
import type { Target } from './target.ts';

export interface Deployment {
  readonly accountId: string;
  readonly target: Target;
  /** Of the bundle at hand. */
  readonly local: Contents;
  readonly role: RoleDefinition;
  /** What the records need; null with `recordTo: stdout`. */
  readonly records: Definitions | null;
}

export interface DeploymentPorts {
  readonly ram: Ram;
  readonly sls: (place: { readonly regionId: string; readonly project: string }) => SlsProject;
  readonly reader: FunctionReader;
  readonly invoke: InvokeFunction;
  readonly serverlessDevs: () => Promise<Ran>;
  readonly clock: Clock;
}

/** Shows that something goes on, and what. */
export type During = <Result>(what: string, work: Promise<Result>) => Promise<Result>;

/**
 * RAM and SLS, in the order in which one needs the other. Stops after the one that fails, unless it only looks.
 * @param onDone called after each of them, while nothing goes on
 */
export async function provisionFor(
  { target, role, records }: Deployment,
  mode: Mode,
  { ram, sls, clock }: DeploymentPorts,
  onDone: (items: readonly Item[]) => void,
  during: During = (_, work) => work,
): Promise<boolean> {
  const log = { regionId: target.regionId, project: target.log.project };
  const functionLog = functionLogDefinition(target.log.logstore);
  const steps = [
    { what: 'RAM', work: () => provisionRole(role, mode, ram) },
    ...(records === null
      ? []
      : [{ what: 'SLS', work: () => provisionRecords(records, mode, { sls: sls(records), clock }) }]),
    {
      what: "SLS for the function's own log",
      work: () => provisionFunctionLog(log, functionLog, mode, { sls: sls(log), clock }),
    },
  ];
  for (const { what, work } of steps) {
    const { ok, items } = await during(`Setting up ${what}`, work());
    onDone(items);
    if (!ok && mode !== 'look') return false;
  }
  return true;
}

export interface Look {
  readonly items: readonly Item[];
  readonly now: FunctionNow;
}

/** What is there of everything, without changing anything. @throws {CloudError} when Function Compute does not say */
export async function look(deployment: Deployment, ports: DeploymentPorts): Promise<Look> {
  const items: Item[] = [];
  await provisionFor(deployment, 'look', ports, (found) => items.push(...found));
  const { now, items: deployed } = await lookAtDeployed(deployment, ports);
  return { now, items: [...items, ...deployed] };
}

async function lookAtDeployed(
  { target, accountId, local }: Deployment,
  { reader, invoke }: DeploymentPorts,
): Promise<Look> {
  const now = await lookAtFunction(reader, invoke);
  return { now, items: itemsOf(target, accountId, local, now) };
}

/** How long a new function, or a role that was just changed, may take to be known everywhere. */
const PATIENCE = { attempts: 4, delayMs: 2_500 } as const;

export interface Deployed extends Look {
  readonly ran: Ran;
}

/** Deploys the function with its timer, and reads back what is there then, until all of it is as wanted. */
export async function deployFunction(deployment: Deployment, ports: DeploymentPorts): Promise<Deployed> {
  const ran = await ports.serverlessDevs();
  return { ran, ...(await readBack(deployment, ports, ran.status === 0)) };
}

/** @param isExpected whether what is not yet as wanted may become so */
export async function readBack(
  deployment: Deployment,
  ports: DeploymentPorts,
  isExpected: boolean,
): Promise<Look> {
  for (let attempt = 1; ; attempt += 1) {
    const found = await lookAtDeployed(deployment, ports);
    const isWell = found.now.kind === 'there' && found.now.status.answer?.ok === true;
    if (!isExpected || attempt >= PATIENCE.attempts || (isWell && isDone(found.items))) return found;
    await ports.clock.sleep(PATIENCE.delayMs);
  }
}
