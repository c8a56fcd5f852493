/** Where this package lies: what was installed, or the clone. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { isObject } from '../json.ts';
import { type Io, Refused } from './io.ts';

/**
 * The folder with the package's `package.json`.
 * @param from folder of this code, wherever the build put it
 * @throws {Refused} when the tool was copied out of its package
 */
export async function packageRoot(io: Io, from: string = import.meta.dirname): Promise<string> {
  for (let folder = from; ; folder = dirname(folder)) {
    if ((await nameOf(folder)) === manifest.name) return folder;
    if (folder === dirname(folder)) break;
  }
  io.err(
    `this needs the other files of the package ${manifest.name}, and ${from} is not in it; install the package\n`,
  );
  throw new Refused();
}

async function nameOf(folder: string): Promise<unknown> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => null);
  if (text === null) return undefined;
  const parsed: unknown = JSON.parse(text);
  return isObject(parsed) ? parsed.name : undefined;
}
