import { type Child, type Markup, markup } from '../preview/markup.ts';

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element, well-formed as XML and as HTML. Attributes that are undefined are left out. */
export function element(name: string, attributes: Attributes, ...children: readonly Child[]): Markup {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [markup` ${key}="${value}"`],
  );
  if (children.length === 0) return markup`<${name}${written}/>`;
  return markup`<${name}${written}>${children}</${name}>`;
}
