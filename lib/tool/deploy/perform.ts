/** Doing a deployment, step by step, and saying what became of each. */
import type { Io } from '../io.ts';
import { withProgress } from '../progress.ts';
import { type Item, isDone } from '../provision/items.ts';
import {
  type Deployment,
  type DeploymentPorts,
  type During,
  deployFunction,
  type Look,
  provisionFor,
  readBack,
} from './deployment.ts';
import type { FunctionNow } from './look-at-function.ts';
import { lastLines, type Ran } from './serverless-devs.ts';
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
    const left = back.items.filter((item) => !isDone([item]));
    for (const item of left) io.err(`${item.kind} ${item.name} ${isNotThere(item)}\n`);
    if (left.length > 0) {
      io.err('RAM and SLS are as they should be; look for who else changes the function, and deploy again\n');
    }
    return { ok: left.length === 0, items: [...items, ...back.items], now: back.now };
  }
  const deploying = deployFunction(deployment, ports);
  const deployed = await withProgress(io, 'Deploying with Serverless Devs', deploying);
  const became = deployed.items.map((item) => whatBecameOf(item, found.items));
  const ok = tellDeployed(deployed.ran, became, say, io);
  return { ok, items: [...items, ...became.map(({ item }) => item)], now: deployed.now };
}

const untried = (planned: readonly Item[], tried: readonly Item[]): readonly Item[] =>
  planned
    .filter(({ kind, name }) => tried.every((each) => each.kind !== kind || each.name !== name))
    .map((item) => ({ ...item, state: 'skipped' }));

interface Became {
  readonly item: Item;
  readonly progress: 'done' | 'in part' | 'not done';
}

/** @param now as it was read back: one that was not as it should be before, and is so now, was created or changed */
function whatBecameOf(now: Item, before: readonly Item[]): Became {
  const earlier = before.find(({ kind, name }) => kind === now.kind && name === now.name);
  if (now.state === 'exists') {
    if (earlier?.state === 'exists') return { item: now, progress: 'done' };
    return {
      item: { ...now, state: earlier?.state === 'missing' ? 'created' : 'updated' },
      progress: 'done',
    };
  }
  const isOtherNow = now.state !== 'missing' && now.detail !== earlier?.detail;
  return { item: now, progress: isOtherNow ? 'in part' : 'not done' };
}

/** @returns whether the function is there as wanted, and the tool says so too */
function tellDeployed(ran: Ran, became: readonly Became[], say: Say, io: Io): boolean {
  for (const { item } of became) {
    const { kind, name, state } = item;
    if (state === 'created' || state === 'updated') say(`${VERBS[state]} ${kind} ${name}\n`);
  }
  const isAll = became.every(({ progress }) => progress === 'done');
  if (ran.status === 0 && isAll) return true;
  io.err(`${lastLines(ran.said)}\n`);
  io.err(`Serverless Devs ended with status ${ran.status ?? 'none'}; read back:\n`);
  for (const { item, progress } of became) {
    const what = progress === 'done' ? 'is as it should be' : isNotThere(item);
    io.err(`  ${item.kind} ${item.name} ${what}\n`);
  }
  if (!isAll) tellNotDone(became, io);
  return false;
}

const isNotThere = ({ state, detail }: Item): string =>
  state === 'missing' ? 'is not there' : `is not as it should be: ${detail}`;

/** @param became of function and timers, after RAM and SLS were set up */
function tellNotDone(became: readonly Became[], io: Io): void {
  const named = (wanted: Became['progress']) =>
    became.filter(({ progress }) => progress === wanted).map(({ item }) => `${item.kind} ${item.name}`);
  const parts = [
    { what: 'done', names: ['RAM', 'SLS', ...named('done')] },
    { what: 'done in part', names: named('in part') },
    { what: 'not done', names: named('not done') },
  ].flatMap(({ what, names }) => (names.length === 0 ? [] : `${what}: ${names.join(', ')}`));
  io.err(`${parts.join('; ')}. Remove the cause, and deploy again\n`);
}
