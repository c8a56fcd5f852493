import yoctoSpinner from 'yocto-spinner';
import type { Io } from './io.ts';

const PATIENCE_MS = 1_000;

/** Work under way, or work that says how far it has come. */
export type Work<Result> = Promise<Result> | ((say: (text: string) => void) => Promise<Result>);

/** Waits for the work; on a terminal, says what is going on once it takes longer than a second. */
export async function withProgress<Result>(io: Io, what: string, work: Work<Result>): Promise<Result> {
  const begin = (say: (text: string) => void) => (typeof work === 'function' ? work(say) : work);
  if (!io.isTerminal) return begin(() => {});
  const spinner = yoctoSpinner({ text: what });
  const timer = setTimeout(() => spinner.start(), PATIENCE_MS);
  try {
    return await begin((text) => {
      spinner.text = text;
    });
  } finally {
    clearTimeout(timer);
    if (spinner.isSpinning) spinner.stop();
  }
}
