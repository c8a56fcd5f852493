import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { EmulatedCloud, Order, Report, Traffic } from './emulator-process.ts';

/** The emulator in its own process. */
export interface Cloud {
  /** Begins anew. @returns the URL of every endpoint */
  start(options: EmulatedCloud): Promise<string>;
  /** What was asked since it began, or since this was called last. */
  traffic(): Promise<Traffic>;
  close(): void;
}

export function startCloud(): Cloud {
  const child = fork(new URL('emulator-process.ts', import.meta.url), { serialization: 'advanced' });
  return {
    start: async (options) => {
      const report = await ask(child, { kind: 'start', options });
      if ('url' in report) return report.url;
      throw new Error('the emulator did not tell its URL');
    },
    traffic: async () => {
      const report = await ask(child, { kind: 'collect' });
      if ('answered' in report) return report;
      throw new Error('the emulator did not tell its traffic');
    },
    close: () => child.disconnect(),
  };
}

async function ask(child: ChildProcess, order: Order): Promise<Report> {
  const done = new AbortController();
  const { signal } = done;
  try {
    const answer = once(child, 'message', { signal });
    const end = once(child, 'exit', { signal }).then(ended);
    child.send(order);
    const [report] = await Promise.race([answer, end]);
    end.catch(() => {});
    return report as Report;
  } finally {
    done.abort();
  }
}

function ended(): never {
  throw new Error('the emulator ended');
}
