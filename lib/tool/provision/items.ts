/** What became of each thing that is provisioned, whichever service it belongs to. */

export type ItemKind =
  | 'role'
  | 'policy'
  | 'attachment'
  | 'logstore'
  | 'index'
  | 'dashboard'
  | 'alert'
  | 'function'
  | 'timer';

/** `look` changes nothing; `create` adds what is missing; `update` also changes what differs. */
export type Mode = 'look' | 'create' | 'update';

/**
 * `missing`: it is not there, and nothing was to be created. `differs`: it is there, is not as it should be, and was
 * left so. `manual`: the same, and only a person can change that. `planned`: it would be created or looked at; nobody was
 * asked. `skipped`: something before it failed.
 */
export type ItemState =
  | 'created'
  | 'exists'
  | 'missing'
  | 'differs'
  | 'manual'
  | 'updated'
  | 'planned'
  | 'failed'
  | 'skipped';

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

export type Outcome = Pick<Item, 'state' | 'detail'>;

export const resultOf = (items: readonly Item[]): ProvisionResult => ({
  ok: items.every(({ state }) => state !== 'failed' && state !== 'skipped'),
  items,
});

/** Whether nothing is left to do that could be done. */
export const isDone = (items: readonly Item[]): boolean =>
  items.every(({ state }) => ['exists', 'created', 'updated', 'manual'].includes(state));
