/** The flow logs that one listing covers, from observing them to what became of each. */
import type { Config, FlowLogEntry } from '../config/config.ts';
import { formatDuration } from '../config/values.ts';
import type { Budget } from './budget.ts';
import { applyChanges, type Change, type ChangeResult } from './change.ts';
import { type Command, overrideEnd, tooLong } from './command.ts';
import { type Decide, type Desire, desire, readOverrideTag, type TagReading } from './desire.ts';
import { formatOverride, OVERRIDE_TAG, type Override } from './override.ts';
import {
  confirmOverrideTags,
  removeExpiredTags,
  removeOverrideTags,
  type TagFailures,
  writeOverrideTags,
} from './override-tags.ts';
import { configMistake, type Failure, failureOf, planStep, type Step } from './plan.ts';
import { CallError, type FlowLog, type FlowLogScope, type FlowLogs } from './ports.ts';
import type { FlowLogResult } from './report.ts';
import type { Listing, Target } from './targets.ts';

/** What one listing found, and the flow logs of it that the run is about. */
export interface Group extends Listing {
  readonly targets: readonly Target[];
}

/** What all groups of a run share. */
export interface GroupContext {
  readonly config: Config;
  readonly command: Command;
  /** The instant to decide for, milliseconds since the epoch. */
  readonly at: number;
  readonly decide: Decide;
  readonly budget: Budget;
  readonly monotonic: () => number;
  readonly newId: () => string;
}

export interface GroupOutcome {
  readonly results: ReadonlyMap<Target, FlowLogResult>;
  readonly warnings: readonly string[];
}

/** A flow log on its way through the run. */
interface Item {
  readonly target: Target;
  readonly seen: FlowLog | null;
  readonly override: Override | null;
  /** Why its override could not be set or cleared as asked. */
  readonly failure: Failure | null;
}

/** Never throws for what a cloud service answers. */
export async function runGroup(
  group: Group,
  portOf: (budget: Budget) => FlowLogs,
  context: GroupContext,
): Promise<GroupOutcome> {
  const { at, decide, budget, config } = context;
  const flowLogs = portOf(budget);
  const observed = group.flowLogs;
  const seenOf = ({ entry }: Target) =>
    observed instanceof CallError ? null : (observed.get(entry.flowLogId) ?? null);

  const { items, warnings, tidyUp } = await settleOverrides(group, seenOf, portOf, context);

  const planned = items.map(({ target, seen, override, failure }) => {
    const wanted = desire(target.entry.schedule, at, override, decide);
    const step: Step =
      failure === null
        ? planStep(target, observed instanceof CallError ? observed : seen, wanted.status)
        : { kind: 'fail', failure };
    return { target, seen, wanted, step };
  });

  const changes = changesNothing(context.command)
    ? []
    : planned.flatMap(({ target, seen, step }) => toChange(target, seen, step, context.newId));
  const changed = await applyChanges(changes, group.scope, {
    flowLogs,
    budget,
    monotonic: context.monotonic,
    settleTimeoutMs: config.limits.settleTimeoutMs,
  });
  const leftovers = await tidyUp();

  return {
    results: new Map(
      planned.map(({ target, seen, wanted, step }) => [
        target,
        toResult(target, seen, wanted, step, changed.get(target.entry.flowLogId) ?? null),
      ]),
    ),
    warnings: [...warnings, ...leftovers],
  };
}

const changesNothing = (command: Command): boolean =>
  command.action === 'status' || (command.action === 'reconcile' && command.dryRun);

interface SettledOverrides {
  readonly items: readonly Item[];
  readonly warnings: readonly string[];
  /** Removes what is left of overrides that ended, and tells what could not be. Nothing has to wait for it. */
  readonly tidyUp: () => Promise<readonly string[]>;
}

const NOTHING_LEFT = async (): Promise<readonly string[]> => [];

/** Reads the overrides, and sets or clears those that this run is to. */
async function settleOverrides(
  group: Group,
  seenOf: (target: Target) => FlowLog | null,
  portOf: (budget: Budget) => FlowLogs,
  context: GroupContext,
): Promise<SettledOverrides> {
  const { command, at, config, budget } = context;
  const { regionId } = group.scope;
  const readings = group.targets.map((target) => {
    const seen = seenOf(target);
    const reading: TagReading = isMeant(target, seen) ? readOverrideTag(seen, at) : { kind: 'none' };
    return { target, seen, reading };
  });
  const asFound = readings.map(({ target, seen, reading }): Item => {
    const override = reading.kind === 'in-force' ? reading.override : null;
    return { target, seen, override, failure: null };
  });
  const withReading = (...kinds: readonly TagReading['kind'][]) =>
    readings
      .filter(({ reading }) => kinds.includes(reading.kind))
      .map(({ target }) => target.entry.flowLogId);

  switch (command.action) {
    case 'override':
      return {
        items: await setOverrides(asFound, command, group.scope, portOf, context),
        warnings: [],
        tidyUp: NOTHING_LEFT,
      };
    case 'clear-override': {
      const tagged = withReading('in-force', 'expired', 'unreadable');
      const failures = await confirmOverrideTags(
        new Map(tagged.map((flowLogId) => [flowLogId, null])),
        (flowLogs) => removeOverrideTags(tagged, regionId, flowLogs),
        group.scope,
        portOf,
        budget,
      );
      const items = asFound.map((item) => {
        const failure = tagFailure(item, failures);
        return { ...item, override: failure === null ? null : item.override, failure };
      });
      return { items, warnings: [], tidyUp: NOTHING_LEFT };
    }
    case 'reconcile':
    case 'status': {
      const expired = changesNothing(command) ? [] : withReading('expired');
      const tidyUp = async () => {
        const failures = await removeExpiredTags(expired, group.scope, at, portOf(budget));
        return Array.from(
          failures,
          ([flowLogId, { message }]) => `${flowLogId}: its expired override could not be removed: ${message}`,
        );
      };
      const warnings = readings.flatMap(({ target, reading }) => tagWarning(target, reading, config, at));
      return {
        items: asFound,
        warnings,
        tidyUp: expired.length === 0 ? NOTHING_LEFT : tidyUp,
      };
    }
  }
}

/** Whether there is a flow log for this target that the config can mean; tags of others are left alone. */
const isMeant = (target: Target, seen: FlowLog | null): seen is FlowLog =>
  seen !== null && configMistake(target, seen) === null;

async function setOverrides(
  items: readonly Item[],
  command: Extract<Command, { readonly action: 'override' }>,
  scope: FlowLogScope,
  portOf: (budget: Budget) => FlowLogs,
  { config, at, decide, budget }: GroupContext,
): Promise<readonly Item[]> {
  const { status, by, reason } = command;
  const assigned = items.map((item): Item => {
    if (!isMeant(item.target, item.seen)) return item;
    const until = overrideEnd(command.end, at, decide(item.target.entry.schedule, at).nextTransition);
    const problem =
      until === null
        ? 'its schedule never changes, so there is no next transition'
        : tooLong(until - at, config);
    if (until === null || problem !== null) {
      return { ...item, failure: { code: 'InvalidOverride', message: `${problem}`, requestId: null } };
    }
    return { ...item, override: { status, until, by, reason } };
  });
  const wanted = new Map(
    assigned.flatMap(({ target, override }, index) =>
      override === null || override === items[index]?.override
        ? []
        : [[target.entry.flowLogId, override] as const],
    ),
  );
  const values = Array.from(wanted, ([id, override]) => [id, formatOverride(override, config.zone)] as const);
  const failures = await confirmOverrideTags(
    wanted,
    (flowLogs) => writeOverrideTags(new Map(values), scope.regionId, flowLogs),
    scope,
    portOf,
    budget,
  );
  return assigned.map((item, index) => {
    const failure = item.failure ?? tagFailure(item, failures);
    return failure === null ? item : { ...item, override: items[index]?.override ?? null, failure };
  });
}

function tagFailure({ target }: Item, failures: TagFailures): Failure | null {
  const error = failures.get(target.entry.flowLogId);
  if (error === undefined) return null;
  const failure = failureOf(error);
  if (error.disposition !== 'read-back') return failure;
  const doubt = 'its override may or may not have been changed; {"action": "status"} tells';
  return { ...failure, message: `${failure.message}; ${doubt}` };
}

function tagWarning(target: Target, reading: TagReading, config: Config, at: number): readonly string[] {
  const tag = `${target.entry.flowLogId}: tag ${OVERRIDE_TAG}`;
  if (reading.kind === 'unreadable') {
    const form = 'Active until 2026-11-23T18:00:00+08:00; by=netops; reason=incident 42';
    return [
      `${tag} holds "${reading.value}", which is no override, and is ignored; it should read like "${form}"`,
    ];
  }
  if (reading.kind === 'in-force' && tooLong(reading.override.until - at, config) !== null) {
    return [
      `${tag} ends later than limits.maxOverride (${formatDuration(config.limits.maxOverrideMs)}) allows to set`,
    ];
  }
  return [];
}

const cenOf = (entry: FlowLogEntry, seen: FlowLog | null): string | null =>
  entry.cenId ?? seen?.cenId ?? null;

function toChange(
  { entry }: Target,
  seen: FlowLog | null,
  step: Step,
  newId: () => string,
): readonly Change[] {
  if (step.kind !== 'change') return [];
  return [
    {
      ref: {
        flowLogId: entry.flowLogId,
        regionId: entry.regionId,
        cenId: cenOf(entry, seen),
      },
      desired: step.action === 'activate' ? 'Active' : 'Inactive',
      clientToken: newId(),
    },
  ];
}

function toResult(
  { entry, conflict }: Target,
  seen: FlowLog | null,
  wanted: Desire,
  step: Step,
  changed: ChangeResult | null,
): FlowLogResult {
  const iso = (ms: number) => new Date(ms).toISOString();
  const { override, nextTransition } = wanted;
  const { action, outcome, error } = concluded(step, changed);
  // Written out: V8 gives each object that is spread and then added to a shape of its own, a third of a large run's heap.
  return {
    flowLogId: entry.flowLogId,
    regionId: entry.regionId,
    cenId: cenOf(entry, seen),
    account: entry.account,
    schedule: entry.schedule.name,
    observed: seen?.status ?? null,
    desired: conflict === null ? wanted.status : null,
    status: changed === null ? (seen?.status ?? null) : changed.status,
    reason: conflict === null ? wanted.reason : conflict.message,
    nextTransition: conflict !== null || nextTransition === null ? null : iso(nextTransition),
    override: override === null ? null : { ...override, until: iso(override.until) },
    attempts: changed?.attempts ?? 0,
    settleMs: changed?.settleMs ?? null,
    action,
    outcome,
    error,
  };
}

function concluded(
  step: Step,
  changed: ChangeResult | null,
): Pick<FlowLogResult, 'action' | 'outcome' | 'error'> {
  switch (step.kind) {
    case 'fail':
      return { action: 'none', outcome: 'failed', error: step.failure };
    case 'none':
      return { action: 'none', outcome: step.outcome, error: null };
    case 'change':
      return {
        action: step.action,
        outcome: changed?.outcome ?? 'planned',
        error: changed?.failure ?? null,
      };
  }
}
