import yoctoSpinner from 'yocto-spinner';
import type { Io } from './io.ts';

const PATIENCE_MS = 1_000;

/** Runs `work`; on a terminal, says what is going on once it takes longer than a second. */
export async function withProgress<Result>(io: Io, what: string, work: Promise<Result>): Promise<Result> {
  if (!io.isTerminal) return work;
  const spinner = yoctoSpinner({ text: what });
  const timer = setTimeout(() => spinner.start(), PATIENCE_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    if (spinner.isSpinning) spinner.stop();
  }
}
