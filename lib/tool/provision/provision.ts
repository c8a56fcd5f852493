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
import type { Definitions, LogDefinition } from './definitions/definitions.ts';
import type { LogIndex } from './definitions/log-index.ts';
import type { LogstoreDefinition } from './definitions/logstore.ts';
import {
  type Item,
  type ItemKind,
  type Mode,
  type Outcome,
  type ProvisionResult,
  resultOf,
} from './items.ts';

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
 * Creates what is missing, in order; changes what is there only in the mode `update`, and then keeps what people added.
 * A failure of one thing does not stop the others, unless it would be the same for all of them: no such project, no
 * credentials, no answer.
 */
export async function provision(
  definitions: Definitions,
  mode: Mode,
  { sls, clock }: ProvisionDeps,
): Promise<ProvisionResult> {
  const wanted = [...wantedRecords(definitions, sls), ...wantedFunctionLog(definitions.functionLog, sls)];
  return provisionAll(wanted, definitions, mode, clock);
}

/** Where something lies in SLS. */
type Place = Pick<Definitions, 'regionId' | 'project'>;

/** What the records need, without the function's own log. */
export async function provisionRecords(
  definitions: Definitions,
  mode: Mode,
  { sls, clock }: ProvisionDeps,
): Promise<ProvisionResult> {
  return provisionAll(wantedRecords(definitions, sls), definitions, mode, clock);
}

/** The Logstore of the function's own log alone. */
export async function provisionFunctionLog(
  place: Place,
  log: LogDefinition,
  mode: Mode,
  { sls, clock }: ProvisionDeps,
): Promise<ProvisionResult> {
  return provisionAll(wantedFunctionLog(log, sls), place, mode, clock);
}

async function provisionAll(
  all: readonly Wanted[],
  place: Place,
  mode: Mode,
  clock: ProvisionDeps['clock'],
): Promise<ProvisionResult> {
  const items: Item[] = [];
  const fresh = new Set<string>();
  for (const [at, wanted] of all.entries()) {
    const patience = wanted.kind === 'index' && fresh.has(wanted.name) ? LOGSTORE_PATIENCE : null;
    const { kind, name } = wanted;
    try {
      const item = await withPatience(patience, clock, () => ensure(wanted, mode));
      if (kind === 'logstore' && item.state === 'created') fresh.add(name);
      items.push({ kind, name, ...item });
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      items.push({ kind, name, state: 'failed', detail: explain(error, place) });
      if (!HOPELESS.has(troubleOf(error)) && !isMissingProject(error)) continue;
      const skipped = { state: 'skipped', detail: '' } as const;
      items.push(...all.slice(at + 1).map((rest) => ({ kind: rest.kind, name: rest.name, ...skipped })));
      break;
    }
  }
  return resultOf(items);
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

function wantedRecords(definitions: Definitions, sls: SlsProject): readonly Wanted[] {
  const { logstore, index, dashboard, alerts } = definitions;
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
        next: "choose its action policy in SLS's console: it decides who is alerted",
      }),
    ),
  ];
}

function wantedFunctionLog({ logstore, index }: LogDefinition, sls: SlsProject): readonly Wanted[] {
  return [wantedLogstore(logstore, sls, () => []), wantedIndex(logstore, index, sls)];
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

async function ensure(wanted: Wanted, mode: Mode): Promise<Outcome> {
  const { collection, name, definition } = wanted;
  const existing = await orNull(collection.get(name), isMissing);
  if (existing === null && mode === 'look') return { state: 'missing', detail: '' };
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
  if (collection.update === undefined) {
    return { state: 'manual', detail: `${found.join('; ')}; create another one` };
  }
  if (mode !== 'update') {
    const hint = mode === 'create' ? '; --update brings it in line' : '';
    return { state: 'differs', detail: `${found.join('; ')}${hint}` };
  }
  await collection.update(name, wanted.merge(existing));
  return { state: 'updated', detail: found.join('; ') };
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
