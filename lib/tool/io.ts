import { createSecrets, type Secrets } from '../cloud/credentials/secrets.ts';
import { escapeUnprintable } from '../text.ts';

/** What the process gives to a command. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether a person watches: colours and progress only then. */
  readonly isTerminal: boolean;
  /** Width of the terminal in columns. */
  readonly columns: number;
  /** Asks the person at the terminal; resolves to what was typed, and to null when they leave, by Ctrl-C or at the end of input. None without one. */
  readonly ask?: ((question: string) => Promise<string | null>) | undefined;
}

/** What a command may touch of the process. `out` and `err` write printable text only, and no secret of `secrets`. */
export interface Io extends Terminal {
  /** The same for text with the tool's own colours in it; other people's text in it is printable already. */
  readonly outInColour: (text: string) => void;
  /** Every credential that a command signs with is remembered here. */
  readonly secrets: Secrets;
}

/** The one door through which text leaves the tool. */
export function guarded(terminal: Terminal): Io {
  const secrets = createSecrets();
  const safe = (text: string) => escapeUnprintable(secrets.mask(text));
  const out = (text: string) => terminal.out(safe(text));
  const { ask } = terminal;
  return {
    ...terminal,
    secrets,
    out,
    ...(ask === undefined ? {} : { ask: (question: string) => ask(safe(question)) }),
    err: (text) => terminal.err(safe(text)),
    outInColour: terminal.isTerminal
      ? (text) => terminal.out(secrets.mask(text).split(COLOUR).map(escapeOdd).join(''))
      : out,
  };
}

/** What picocolors writes. */
const COLOUR = new RegExp(`(${String.fromCharCode(27)}\\[\\d{1,2}m)`);

/** The colours are what {@link COLOUR} splits at. */
const escapeOdd = (part: string, index: number): string => (index % 2 === 1 ? part : escapeUnprintable(part));

/** The answer is "no" and was printed; the process ends with status 1. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** The command line cannot be understood; the process ends with status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
