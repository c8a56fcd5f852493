/** What is deployed, in two numbers: by them a deployment is known to be the one at hand. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** SHA-256, in hex. */
export interface Digests {
  /** Of the handler's code: what `sha256sum *.js | sha256sum` prints in its folder (with LC_ALL=C). */
  readonly code: string;
  /** Of the config's text; empty when it cannot be read. */
  readonly config: string;
}

/** @throws when the folder cannot be read */
export function digestsOf(codeDirectory: string, configFile: string): Digests {
  const names = readdirSync(codeDirectory).filter((name) => name.endsWith('.js'));
  const lines = names.sort().map((name) => `${sha256(readFileSync(join(codeDirectory, name)))}  ${name}\n`);
  return { code: sha256(lines.join('')), config: digestOfFile(configFile) };
}

function digestOfFile(file: string): string {
  try {
    return sha256(readFileSync(file));
  } catch {
    return '';
  }
}

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
