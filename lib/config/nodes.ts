/** A document as plain data, before anything about it is certain. */

export type Node = Readonly<Record<string, unknown>>;

/** Empty for anything but an object. */
export const asNode = (value: unknown): Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Node) : {};

/** Empty for anything but a list. */
export const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
