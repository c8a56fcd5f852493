/** What Function Compute calls: `index.handler`. The only reader of `process.env` in the function. */
import { randomUUID } from 'node:crypto';
import { systemClock } from '../lib/cloud/clock.ts';
import { createHandler } from '../lib/function/handler.ts';

export const handler = createHandler({
  env: process.env,
  codeDirectory: import.meta.dirname,
  clock: systemClock,
  newId: randomUUID,
  print: (line) => process.stdout.write(`${line}\n`),
});
