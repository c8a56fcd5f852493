/** Creates a RAM role with its trust policy and its permissions, as far as they are missing. Safe to repeat. */
import { type Trouble, troubleOf } from '../../cloud/advice.ts';
import { isPresent, type Ram } from '../../cloud/ram/ram.ts';
import { isObject } from '../../json.ts';
import { CloudError } from '../../reconcile/cloud-error.ts';
import { isLeftOver, type RoleDefinition } from './definitions/role.ts';
import {
  type Item,
  type ItemKind,
  type Mode,
  type Outcome,
  type ProvisionResult,
  resultOf,
} from './items.ts';

/** One thing to have, in order; what failed keeps those that need it from being tried. */
interface Step {
  readonly kind: ItemKind;
  readonly name: string;
  readonly needs: readonly ItemKind[];
  readonly work: () => Promise<Outcome>;
}

/** A failure of one thing stops only what needs it, unless it would be the same for all of them. */
export async function provisionRole(
  definition: RoleDefinition,
  mode: Mode,
  ram: Ram,
): Promise<ProvisionResult> {
  const items: Item[] = [];
  const done = (kind: ItemKind, name: string, outcome: Outcome) => items.push({ kind, name, ...outcome });
  let fatal: string | null = null;
  for (const { kind, name, needs, work } of stepsOf(definition, mode, ram)) {
    const before = items.find(
      (item) => (item.state === 'failed' || item.state === 'skipped') && needs.includes(item.kind),
    );
    if (fatal !== null || before !== undefined) {
      const reason = fatal ?? `${before?.kind} ${before?.name} has to be there first`;
      done(kind, name, { state: 'skipped', detail: reason });
      continue;
    }
    try {
      done(kind, name, await work());
    } catch (error) {
      if (!(error instanceof CloudError)) throw error;
      done(kind, name, { state: 'failed', detail: describe(error) });
      if (FATAL.has(troubleOf(error))) fatal = 'not tried, since RAM could not be asked';
    }
  }
  if (mode !== 'look' || items.every(({ state }) => state !== 'failed')) {
    items.push(...(fatal === null ? await leftOvers(definition, ram) : []));
  }
  return resultOf(items);
}

/** What {@link provisionRole} would look at, in its order. Asks nobody. */
export function plannedRoleItems({ roleName, policies }: RoleDefinition): readonly Item[] {
  const planned = (kind: ItemKind, name: string): Item => ({ kind, name, state: 'planned', detail: '' });
  return [
    planned('role', roleName),
    ...policies.map(({ policyName }) => planned('policy', policyName)),
    ...policies.map(({ policyName }) => planned('attachment', policyName)),
  ];
}

function stepsOf(definition: RoleDefinition, mode: Mode, ram: Ram): readonly Step[] {
  const { roleName, description, trustPolicy, policies } = definition;
  const role: Step = {
    kind: 'role',
    name: roleName,
    needs: [],
    work: () =>
      ensure(mode, {
        read: async () => (await ram.role(roleName))?.trustPolicy,
        wanted: trustPolicy,
        create: () => ram.createRole(roleName, description, trustPolicy),
        update: async () => {
          await ram.updateTrust(roleName, trustPolicy);
          return 'its trust policy is replaced';
        },
        difference: 'its trust policy is another one',
      }),
  };
  const permissions = policies.map(
    ({ policyName, document }): Step => ({
      kind: 'policy',
      name: policyName,
      needs: [],
      work: () =>
        ensure(mode, {
          read: async () => (await ram.policy(policyName))?.document,
          wanted: document,
          create: () => ram.createPolicy(policyName, description, document),
          update: async () => `its default version is ${await ram.addVersion(policyName, document)} now`,
          difference: 'it allows something else than the config needs',
        }),
    }),
  );
  const attachments = policies.map(
    ({ policyName }): Step => ({
      kind: 'attachment',
      name: policyName,
      needs: ['role', 'policy'],
      work: async () => {
        // A role that is only to be created has none.
        const found =
          mode === 'look' && (await ram.role(roleName)) === null ? [] : await ram.attached(roleName);
        if (found.includes(policyName)) return { state: 'exists', detail: '' };
        if (mode === 'look') return { state: 'missing', detail: '' };
        await ram.attach(policyName, roleName);
        return { state: 'created', detail: '' };
      },
    }),
  );
  return [role, ...permissions, ...attachments];
}

interface Ensured {
  /** The document that is there; undefined when there is none. */
  readonly read: () => Promise<unknown>;
  readonly wanted: unknown;
  readonly create: () => Promise<void>;
  /** @returns what was done */
  readonly update: () => Promise<string>;
  readonly difference: string;
}

async function ensure(mode: Mode, { read, wanted, create, update, difference }: Ensured): Promise<Outcome> {
  let existing = await read();
  if (existing === undefined) {
    if (mode === 'look') return { state: 'missing', detail: '' };
    try {
      await create();
      return { state: 'created', detail: '' };
    } catch (error) {
      // Somebody else was faster, or an earlier answer was lost.
      if (!(error instanceof CloudError && isPresent(error))) throw error;
      existing = await read();
    }
  }
  if (isSameDocument(existing, wanted)) return { state: 'exists', detail: '' };
  if (mode !== 'update') {
    const hint = mode === 'create' ? '; --update brings it in line' : '';
    return { state: 'differs', detail: `${difference}${hint}` };
  }
  return { state: 'updated', detail: await update() };
}

/** Policies that an earlier, larger config needed still allow what nobody needs any more. */
async function leftOvers(definition: RoleDefinition, ram: Ram): Promise<readonly Item[]> {
  const { roleName } = definition;
  try {
    const attached = (await ram.role(roleName)) === null ? [] : await ram.attached(roleName);
    return attached
      .filter((name) => isLeftOver(name, definition))
      .map((name) => ({
        kind: 'policy',
        name,
        state: 'manual',
        detail: `an earlier, larger config needed it; detach it from role ${roleName} in the RAM console and delete it`,
      }));
  } catch (error) {
    if (error instanceof CloudError) return [];
    throw error;
  }
}

/**
 * Whether two policies say the same: the order of keys, actions and resources says nothing, nor whether one of them
 * stands alone or in a list.
 */
export function isSameDocument(one: unknown, other: unknown): boolean {
  return JSON.stringify(plain(one)) === JSON.stringify(plain(other));
}

function plain(value: unknown): unknown {
  if (isObject(value)) {
    const entries = Object.entries(value).map(([key, each]) => [key, plain(each)] as const);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  const list = [value].flat();
  if (list.some(isObject)) return list.map(plain);
  return list.map(String).sort();
}

/** What would be the same for everything else: nobody to ask, or nobody to ask as. */
const FATAL: ReadonlySet<Trouble> = new Set([
  'no-credentials',
  'no-answer',
  'throttled',
  'clock',
  'credentials',
  'failing',
]);

const describe = ({ code, message, requestId }: CloudError): string => {
  const said = message.includes(code) ? message : `${code}: ${message}`;
  return requestId === null ? said : `${said} (request ${requestId})`;
};
