import { createInterface } from 'node:readline';
import { flowLogs } from './program.ts';

const io = {
  env: process.env,
  out: (text: string) => void process.stdout.write(text),
  err: (text: string) => void process.stderr.write(text),
  isTerminal: process.stdout.isTTY === true,
  columns: process.stdout.columns || 100,
  ...(process.stdin.isTTY === true && process.stdout.isTTY === true ? { ask } : {}),
};

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    // A reader that closes early, such as `| head`, is no failure, nor is a terminal that was closed.
    if (code === 'EPIPE' || code === 'EIO') return;
    if (stream === process.stdout) io.err(`error: standard output cannot be written: ${message}\n`);
    process.exit(1);
  });
}

void flowLogs(process.argv.slice(2), io).then((status) => {
  process.exitCode = status;
});

function ask(question: string): Promise<string | null> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  return new Promise((resolve) => {
    lines.on('close', () => resolve(null));
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}
