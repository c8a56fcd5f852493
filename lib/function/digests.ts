/** What is deployed, in two numbers: by them a deployment is known to be the one at hand. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** SHA-256, in hex. */
export interface Digests {
  /** Of every JavaScript file beside the handler, by name and content. */
  readonly code: string;
  /** Of the config's text; empty when there is no such file. */
  readonly config: string;
}

/** @throws when the folder cannot be read */
export function digestsOf(codeDirectory: string, configFile: string): Digests {
  const code = createHash('sha256');
  const names = readdirSync(codeDirectory).filter((name) => name.endsWith('.js'));
  for (const name of names.sort()) {
    const content = readFileSync(join(codeDirectory, name));
    code.update(`${name}\n${content.byteLength}\n`).update(content);
  }
  return { code: code.digest('hex'), config: digestOfFile(configFile) };
}

function digestOfFile(file: string): string {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return '';
  }
}
