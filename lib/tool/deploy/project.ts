/** The project in the current folder, and what stops a command that works on it. */
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CloudError } from '../../reconcile/cloud-error.ts';
import { type Io, Refused } from '../io.ts';
import { CannotDeploy } from './cannot-deploy.ts';

/** The current folder, with its `s.yaml`. @throws {CannotDeploy} when there is none */
export async function projectFolder(): Promise<string> {
  const folder = resolve();
  const isThere = await access(join(folder, 's.yaml')).then(
    () => true,
    () => false,
  );
  if (isThere) return folder;
  throw new CannotDeploy(
    `there is no s.yaml in ${folder}: change to the folder of your project, or make one with npx flow-logs init`,
  );
}

/** Of each call to Function Compute but an invocation. */
export const CALL_TIMEOUT_MS = 10_000;
/** A status: a cold start, then listings of every account and region. */
export const STATUS_TIMEOUT_MS = 60_000;

/** @throws {Refused} after saying what is in the way */
export async function orRefused<Result>(io: Io, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CannotDeploy) io.err(`${error.message}\n`);
    else if (error instanceof CloudError) {
      const { code, problem, requestId, advice } = error;
      const request = requestId === null ? '' : ` (request ${requestId})`;
      io.err(`Function Compute: ${code}: ${problem}${request}; ${advice}\n`);
    } else throw error;
    throw new Refused();
  }
}
