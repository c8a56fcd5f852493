/** SVG and HTML as values: text is escaped where it becomes markup, so nothing in a config can be taken for markup. */
import { printable } from '../../text.ts';

export interface Markup {
  readonly markup: string;
}

export type Child = string | number | Markup | readonly Child[];

/** Markup from a template. What is filled in is escaped, between double quotes too, unless it is markup itself. */
export function markup(parts: TemplateStringsArray, ...children: readonly Child[]): Markup {
  return { markup: String.raw({ raw: parts }, ...children.map(render)) };
}

function render(child: Child): string {
  if (typeof child === 'string') return escapeText(child);
  if (typeof child === 'number') return String(child);
  return 'markup' in child ? child.markup : child.map(render).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeText = (text: string): string =>
  printable(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
