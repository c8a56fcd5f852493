import pc from 'picocolors';
import type { Terminal } from './io.ts';

/** Colours where a person sees them, and did not ask for none. @see https://no-color.org */
export function coloursFor({
  isTerminal,
  env,
}: Pick<Terminal, 'isTerminal' | 'env'>): ReturnType<typeof pc.createColors> {
  return pc.createColors(isTerminal && (env.NO_COLOR ?? '') === '');
}
