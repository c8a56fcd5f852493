/** Creates in SLS what is missing of the definitions. Safe to repeat. */

import { type Trouble, troubleOf } from '../../cloud/advice.ts';
import {
  type Collection,
  isMissing,
  isMissingLogstore,
  isMissingProject,
  isPresent,
  type SlsProject,
} from '../../cloud/sls/project.ts';
import type { JsonObject } from '../../json.ts';
import { CloudError } from '../../reconcile/cloud-error.ts';
import type { Clock } from '../../reconcile/ports.ts';
import { explain } from './advice.ts';
import {
  alertDifferences,
  dashboardDifferences,
  differences,
  mergeAlert,
  mergeDashboard,
  mergeIndex,
} from './compare.ts';
import type { Definitions } from './definitions/definitions.ts';
import type { LogIndex } from './definitions/log-index.ts';
import type { LogstoreDefinition } from './definitions/logstore.ts';

export type ItemKind = 'logstore' | 'index' | 'dashboard' | 'alert';

/**
 * What became of one thing. `differs`: it is there, is not as it should be, and was left so.
 * `planned`: it would be created or looked at; nobody was asked.
 */
export type ItemState = 'created' | 'exists' | 'differs' | 'updated' | 'planned' | 'failed';

export interface Item {
  readonly kind: ItemKind;
  readonly name: string;
  readonly state: ItemState;
  /** Why it failed, how it differs, or what to do next; empty when there is nothing to say. */
  readonly detail: string;
}

export interface ProvisionResult {
  /** False when anything failed. What merely differs is no failure. */
  readonly ok: boolean;
  readonly items: readonly Item[];
}

export interface ProvisionDeps {
  readonly sls: SlsProject;
  readonly clock: Pick<Clock, 'sleep'>;
}

/** One thing to have. */
interface Wanted {
  readonly kind: ItemKind;
  readonly name: string;
  readonly definition: JsonObject;
  readonly collection: Omit<Collection, 'update'> & Partial<Pick<Collection, 'update'>>;
  /** Where what is there is not as wanted. */
  readonly differences: (existing: JsonObject) => readonly string[];
  /** What is there, brought in line. */
  readonly merge: (existing: JsonObject) => JsonObject;
  /** What a person does after it was created. */
  readonly next?: string;
}

/** A Logstore that was just created is not known everywhere at once: SLS may take up to a minute. */
const LOGSTORE_PATIENCE = { attempts: 13, delayMs: 5_000 } as const;

/**
 * Creates what is missing, in order; changes what is there only with `update`, and then keeps what people added.
 * A failure of one thing does not stop the others, unless it would be the same for all of them: no such project, no
 * credentials, no answer.
 */
export async function provision(
  definitions: Definitions,
  options: { readonly update: boolean },
  { sls, clock }: ProvisionDeps,
): Promise<ProvisionResult> {
  const items: Item[] = [];
  const fresh = new Set<string>();
  for (const wanted of wantedOf(definitions, sls)) {
    const patience = wanted.kind === 'index' && fresh.has(wanted.name) ? LOGSTORE_PATIENCE : null;
    const { kind, name } = wanted;
    try {
      const item = await withPatience(patience, clock, () => ensure(wanted, options.update));
      if (kind === 'logstore' && item.state === 'created') fresh.add(name);
      items.push({ kind, name, ...item });
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      items.push({ kind, name, state: 'failed', detail: explain(error, definitions) });
      if (HOPELESS.has(troubleOf(error)) || isMissingProject(error)) break;
    }
  }
  return { ok: items.every(({ state }) => state !== 'failed'), items };
}

const HOPELESS: ReadonlySet<Trouble> = new Set(['no-credentials', 'no-answer']);

/** What {@link provision} would look at, in its order. Asks nobody. */
export function plannedItems(definitions: Definitions): readonly Item[] {
  const { logstore, dashboard, alerts, functionLog } = definitions;
  const planned = (kind: ItemKind, name: string): Item => ({ kind, name, state: 'planned', detail: '' });
  return [
    planned('logstore', logstore.logstoreName),
    planned('index', logstore.logstoreName),
    planned('dashboard', dashboard.dashboardName),
    ...alerts.map(({ name }) => planned('alert', name)),
    planned('logstore', functionLog.logstore.logstoreName),
    planned('index', functionLog.logstore.logstoreName),
  ];
}

function wantedOf(definitions: Definitions, sls: SlsProject): readonly Wanted[] {
  const { logstore, index, dashboard, alerts, functionLog } = definitions;
  return [
    wantedLogstore(logstore, sls, (existing) =>
      existing.mode === 'query'
        ? ['it is a Query Logstore: it has no SQL, so no dashboard and no alert']
        : [],
    ),
    wantedIndex(logstore, index, sls),
    {
      kind: 'dashboard',
      name: dashboard.dashboardName,
      definition: { ...dashboard },
      collection: sls.dashboards,
      differences: (existing) => dashboardDifferences(existing, { ...dashboard }),
      merge: (existing) => mergeDashboard(existing, { ...dashboard }),
    },
    ...alerts.map(
      (alert): Wanted => ({
        kind: 'alert',
        name: alert.name,
        definition: { ...alert },
        collection: sls.alerts,
        differences: (existing) => alertDifferences(existing, { ...alert }),
        merge: (existing) => mergeAlert(existing, { ...alert }),
        next: "choose its action policy in SLS's console: it decides who is told",
      }),
    ),
    wantedLogstore(functionLog.logstore, sls, () => []),
    wantedIndex(functionLog.logstore, functionLog.index, sls),
  ];
}

/** How long to keep what is in it and in how many shards is for people to choose. */
function wantedLogstore(
  logstore: LogstoreDefinition,
  { logstores }: SlsProject,
  differences: Wanted['differences'],
): Wanted {
  const merge = (existing: JsonObject) => existing;
  const name = logstore.logstoreName;
  return { kind: 'logstore', name, definition: { ...logstore }, collection: logstores, differences, merge };
}

function wantedIndex(
  { logstoreName: name }: LogstoreDefinition,
  index: LogIndex,
  { indexes }: SlsProject,
): Wanted {
  return {
    kind: 'index',
    name,
    definition: { ...index },
    collection: indexes,
    differences: (existing) => differences(existing, index),
    merge: (existing) => mergeIndex(existing, { ...index }),
  };
}

type Outcome = Pick<Item, 'state' | 'detail'>;

async function ensure(wanted: Wanted, update: boolean): Promise<Outcome> {
  const { collection, name, definition } = wanted;
  const existing = await orNull(collection.get(name), isMissing);
  if (existing === null) {
    try {
      await collection.create(name, definition);
      return { state: 'created', detail: wanted.next ?? '' };
    } catch (error) {
      // Somebody else was faster.
      if (error instanceof CloudError && isPresent(error)) return { state: 'exists', detail: '' };
      throw error;
    }
  }
  const found = wanted.differences(existing);
  if (found.length === 0) return { state: 'exists', detail: '' };
  if (!update || collection.update === undefined) {
    const hint = collection.update === undefined ? 'create another one' : '--update brings it in line';
    return { state: 'differs', detail: `${summary(found)}; ${hint}` };
  }
  await collection.update(name, wanted.merge(existing));
  return { state: 'updated', detail: summary(found) };
}

async function withPatience(
  patience: typeof LOGSTORE_PATIENCE | null,
  clock: Pick<Clock, 'sleep'>,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const isLast = attempt >= (patience?.attempts ?? 1);
      if (isLast || !(error instanceof CloudError && isMissingLogstore(error))) throw error;
      await clock.sleep(patience?.delayMs ?? 0);
    }
  }
}

async function orNull(
  asked: Promise<JsonObject>,
  isAbsence: (error: CloudError) => boolean,
): Promise<JsonObject | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof CloudError && isAbsence(error)) return null;
    throw error;
  }
}

function summary(found: readonly string[]): string {
  const more = found.length > 3 ? `; and ${found.length - 3} more` : '';
  return `${found.slice(0, 3).join('; ')}${more}`;
}
