/** What a command may touch of the process. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether a person watches: colours and progress only then. */
  readonly isTerminal: boolean;
  /** Width of the terminal in columns. */
  readonly columns: number;
}

/** The answer is "no": told already; the process ends with status 1. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** The command line cannot be understood; the process ends with status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
