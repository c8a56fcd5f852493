/** What no part of a config may be, wherever it stands. */
import { show } from '../text.ts';
import type { PathKey, RawIssue } from './issues.ts';

/** A value of the document, and how it is reached; linked, so that only issues write their paths out. */
interface Place {
  readonly value: unknown;
  readonly key: PathKey;
  readonly parent: Place | null;
}

/** Valibot passes over these keys: without this, what they name would be missing without a word. */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Half of a character that takes two UTF-16 units: it has no UTF-8, so no request and no record can carry it. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Keys that cannot be used, and texts that cannot be sent, in the order of the document. Takes any depth and circles:
 * aliases make both.
 */
export function plainDataIssues(document: unknown): RawIssue[] {
  const issues: RawIssue[] = [];
  const visited = new Set<object>();
  const pending: Place[] = [{ value: document, key: '', parent: null }];
  const report = (place: Place, message: string) => issues.push({ keys: keysOf(place), message });
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const { value } = place;
    if (typeof value === 'string' && LONE_SURROGATE.test(value)) {
      report(place, `expected text in Unicode, got ${show(value)}, which has half a character`);
    }
    if (typeof value !== 'object' || value === null || visited.has(value)) continue;
    visited.add(value);
    const children: Place[] = [];
    for (const [name, child] of Object.entries(value)) {
      const key = Array.isArray(value) ? Number(name) : name;
      const next = { value: child, key, parent: place };
      if (RESERVED.has(name)) report(next, `${show(name)} cannot be a key or a name here; take another`);
      else if (LONE_SURROGATE.test(name)) report(next, 'a key with half a character; write it in Unicode');
      else children.push(next);
    }
    // The last one is looked at first.
    for (const next of children.reverse()) pending.push(next);
  }
  return issues;
}

function keysOf({ key, parent }: Place): readonly PathKey[] {
  const keys: PathKey[] = [];
  for (let [at, above] = [key, parent]; above !== null; [at, above] = [above.key, above.parent])
    keys.push(at);
  return keys.reverse();
}
