/** SVG and HTML as values: text is escaped where it becomes markup, so nothing of a config can be taken for markup. */
import { printable } from '../../text.ts';

export interface Markup {
  readonly markup: string;
}

export type Attributes = Readonly<Record<string, string | number | undefined>>;
export type Child = string | Markup | readonly Child[];

/** Elements that may be written without an end tag: HTML's that have none, and SVG's. */
const EMPTY: ReadonlySet<string> = new Set(['meta', 'rect', 'line', 'path']);

/**
 * An element, well-formed as XML and as HTML. Strings among the children are text; attributes that are undefined are
 * left out.
 */
export function element(name: string, attributes: Attributes, ...children: readonly Child[]): Markup {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escapeText(String(value))}"`],
  );
  const start = `<${name}${written.join('')}`;
  const empty = EMPTY.has(name) && children.length === 0;
  return { markup: empty ? `${start}/>` : `${start}>${render(children)}</${name}>` };
}

/** Takes markup as it stands: for constants of this program, never for what a config says. */
export function trusted(markup: string): Markup {
  return { markup };
}

export function render(child: Child): string {
  if (typeof child === 'string') return escapeText(child);
  return 'markup' in child ? child.markup : child.map(render).join('');
}

function escapeText(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
