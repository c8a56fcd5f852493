/** Doing a deployment, step by step, and saying what became of each. */
import type { Io } from '../io.ts';
import { withProgress } from '../progress.ts';
import { type Item, isDone } from '../provision/items.ts';
import {
  type Deployed,
  type Deployment,
  type DeploymentPorts,
  type During,
  deployFunction,
  type Look,
  provisionFor,
  readBack,
} from './deployment.ts';
import type { FunctionNow } from './look-at-function.ts';
import { lastLines } from './serverless-devs.ts';
import { type Say, VERBS } from './words.ts';

export interface Done {
  /** Whether all of it is there as wanted. */
  readonly ok: boolean;
  readonly items: readonly Item[];
  /** What was read back; null when it did not come to that. */
  readonly now: FunctionNow | null;
}

/** RAM and SLS first, then the function. Stops at what fails. */
export async function perform(
  deployment: Deployment,
  found: Look,
  ports: DeploymentPorts,
  say: Say,
  io: Io,
): Promise<Done> {
  const items: Item[] = [];
  const tell = (done: readonly Item[]) => {
    items.push(...done);
    for (const { kind, name, state, detail } of done) {
      const line = `${VERBS[state]} ${kind} ${name}${detail === '' ? '' : `: ${detail}`}\n`;
      if (state === 'failed' || state === 'skipped') io.err(line);
      else if (state !== 'exists') say(line);
    }
  };
  const during: During = (what, work) => withProgress(io, what, work);
  if (!(await provisionFor(deployment, 'update', ports, tell, during))) {
    const rest = untried(found.items, items);
    const left = rest.map(({ kind, name }) => `${kind} ${name}`).join(', ');
    io.err(`not done: ${left}. What was created or changed stays; remove the cause, and deploy again\n`);
    return { ok: false, items: [...items, ...rest], now: null };
  }
  if (isDone(found.items.filter(({ kind }) => kind === 'function' || kind === 'timer'))) {
    const back = await withProgress(io, 'Asking the function', readBack(deployment, ports, true));
    return { ok: isDone(back.items), items: [...items, ...back.items], now: back.now };
  }
  const deploying = deployFunction(deployment, ports);
  const deployed = await withProgress(io, 'Deploying with Serverless Devs', deploying);
  const ok = tellDeployed(deployed, found, say, io);
  return { ok, items: [...items, ...deployed.items], now: deployed.now };
}

const untried = (planned: readonly Item[], tried: readonly Item[]): readonly Item[] =>
  planned
    .filter(({ kind, name }) => tried.every((each) => each.kind !== kind || each.name !== name))
    .map((item) => ({ ...item, state: 'skipped' }));

/** @returns whether the function is there as wanted, and the tool says so too */
function tellDeployed({ ran, items }: Deployed, before: Look, say: Say, io: Io): boolean {
  for (const { kind, name, state } of items) {
    const earlier = before.items.find((each) => each.kind === kind && each.name === name);
    if (state === 'exists' && earlier?.state !== 'exists') {
      say(`${earlier?.state === 'missing' ? 'created' : 'changed'} ${kind} ${name}\n`);
    }
  }
  if (ran.status === 0 && isDone(items)) return true;
  io.err(`${lastLines(ran.said)}\n`);
  io.err(`Serverless Devs ended with status ${ran.status ?? 'none'}; read back:\n`);
  for (const { kind, name, state, detail } of items) {
    const what = state === 'missing' ? 'is not there' : `is not as it should be: ${detail}`;
    io.err(`  ${kind} ${name} ${state === 'exists' ? 'is as it should be' : what}\n`);
  }
  if (!isDone(items)) {
    io.err('RAM and SLS are set up, the function is not deployed: remove the cause, and deploy again\n');
  }
  return false;
}
