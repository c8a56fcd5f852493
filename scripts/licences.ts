/** The licences of the packages whose code is in the bundles, which ask to be passed on with it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** Name of a licence's file, with or without an ending. */
const LICENCE = /^(?:licen[cs]e|copying)(?:[.-].*)?$/i;

/** One text for all of them, by name and version. @throws when a package of a bundle has no manifest */
export async function licences(metafiles: readonly Metafile[]): Promise<string> {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = new Set(inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []));
  const parts = await Promise.all([...folders].map(licenceOf));
  return [...new Set(parts)].sort().join('\n');
}

async function licenceOf(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((name) => LICENCE.test(name));
  const text = file === undefined ? '' : `\n${(await readFile(join(folder, file), 'utf8')).trim()}\n`;
  return `${manifest.name} ${manifest.version}: ${licenceName(manifest)}\n${text}\n${'-'.repeat(80)}\n`;
}

const licenceName = ({ license }: { license?: string | { type: string } }): string =>
  typeof license === 'string' ? license : (license?.type ?? 'see its repository');
