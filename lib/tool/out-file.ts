import { writeFile } from 'node:fs/promises';
import { type Io, Refused } from './io.ts';

/** Writes what `--out` names. @throws {Refused} after saying why it cannot be written */
export async function writeOut(file: string, text: string, io: Io): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    io.err(`${file} cannot be written (${(error as NodeJS.ErrnoException).code})\n`);
    throw new Refused();
  }
}
