/** What this package was installed from, as npm takes it in a `package.json`. */
import { access, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };
import { objectAt } from '../../json.ts';

/**
 * The version for a package of a registry, the path for a tarball or a clone. A path is relative to `folder`.
 * @param root of the package
 * @param folder of the `package.json` that is to name it
 */
export async function packageSpec(root: string, folder: string): Promise<string> {
  const modules = dirname(root);
  if (!root.endsWith(join('node_modules', manifest.name))) return fileSpec(root, folder);
  // npm notes what it installed, also where npx keeps it.
  const noted = await readFile(join(modules, '.package-lock.json'), 'utf8').catch(() => '{}');
  const { packages } = objectAt(JSON.parse(noted));
  const { resolved } = objectAt(objectAt(packages)[`node_modules/${manifest.name}`]);
  if (typeof resolved !== 'string' || isOfRegistry(resolved)) return manifest.version;
  if (!resolved.startsWith('file:')) return resolved;
  const file = resolve(dirname(modules), resolved.slice('file:'.length));
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  return isThere ? fileSpec(file, folder) : manifest.version;
}

/** A registry keeps a package under its name. */
const isOfRegistry = (url: string): boolean =>
  /^https?:/.test(url) && url.includes(`/${manifest.name}/-/${manifest.name}-`);

const fileSpec = (path: string, folder: string): string =>
  `file:${(relative(folder, path) || '.').split(sep).join('/')}`;
