/** The deployed function as it is now: what Function Compute says of it, and what it says of itself. */
import type {
  AsyncRetries,
  DeployedFunction,
  DeployedTrigger,
  FunctionReader,
} from '../../cloud/fc/deployed-function.ts';
import type { InvokeFunction } from '../../cloud/fc/invocation.ts';
import type { Answer } from '../../function/answer.ts';
import type { JsonObject } from '../../json.ts';
import { CloudError } from '../../reconcile/cloud-error.ts';
import { readAnswer, readDigests, readFunctionError, readRuntime } from '../invoke/read-answer.ts';
import { isLikeScheduler } from '../like-scheduler.ts';
import type { Item, ItemKind, ItemState } from '../provision/items.ts';
import { CannotDeploy } from './cannot-deploy.ts';
import {
  asyncDifferences,
  type Contents,
  contentDifferences,
  functionDifferences,
  triggerDifferences,
} from './compare-function.ts';
import type { Target } from './target.ts';

/** What a function answered to `status`. */
export interface StatusTold {
  /** Null when it failed, or answered something else. */
  readonly answer: Answer | null;
  /** Null when it does not say. */
  readonly contents: Contents | null;
  /** Why there is no answer; empty when there is one. */
  readonly problem: string;
}

export type FunctionNow =
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'there';
      readonly settings: JsonObject;
      readonly triggers: readonly DeployedTrigger[];
      readonly asyncRetries: AsyncRetries | null;
      readonly status: StatusTold;
    };

/**
 * @throws {CloudError} when Function Compute cannot be asked
 * @throws {CannotDeploy} when the function is somebody else's
 */
export async function lookAtFunction(reader: FunctionReader, invoke: InvokeFunction): Promise<FunctionNow> {
  try {
    const { settings } = await readOwn(reader);
    const [triggers, asyncRetries, status] = await Promise.all([
      reader.triggers(),
      reader.asyncRetries(),
      askStatus(invoke),
    ]);
    return { kind: 'there', settings, triggers, asyncRetries, status };
  } catch (error) {
    if (error instanceof CloudError && isMissing(error)) return { kind: 'missing' };
    throw error;
  }
}

export const isMissing = ({ code }: CloudError): boolean => /^(Function|Trigger)NotFound/i.test(code);

/** @throws {CannotDeploy} when it is another function than the scheduler's */
export async function readOwn(reader: FunctionReader): Promise<DeployedFunction> {
  const deployed = await reader.read();
  if (isLikeScheduler(deployed)) return deployed;
  const { functionArn, runtime, handler } = deployed;
  throw new CannotDeploy(
    `${functionArn ?? 'the function'} is another function than the scheduler: its runtime is ${runtime ?? 'not known'}, its ` +
      `handler ${handler ?? 'not known'}. Nothing was changed; give the scheduler another functionName in s.yaml`,
  );
}

/** Changes nothing. Never rejects: a function that cannot be invoked is one more thing to say. */
async function askStatus(invoke: InvokeFunction): Promise<StatusTold> {
  try {
    const { errorType, body } = await invoke({ payload: '{"action":"status"}', async: false });
    if (errorType !== null) {
      return { answer: null, contents: null, problem: `${errorType}: ${readFunctionError(body)}` };
    }
    const answer = readAnswer(body);
    const problem = answer === null ? "it answered something that is not the scheduler's" : '';
    const digests = readDigests(body);
    const zoneData = readRuntime(body)?.zoneData.config ?? '';
    return { answer, contents: digests === null ? null : { ...digests, zoneData }, problem };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return { answer: null, contents: null, problem: `${error.code}: ${error.message}` };
  }
}

/** The function and its triggers, against `s.yaml` and the bundle at hand. */
export function itemsOf(
  target: Target,
  accountId: string,
  local: Contents,
  now: FunctionNow,
): readonly Item[] {
  const item = (kind: ItemKind, name: string, state: ItemState, detail = ''): Item => ({
    ...{ kind, name, state, detail },
  });
  if (now.kind === 'missing') {
    return [
      item('function', target.functionName, 'missing'),
      ...target.triggers.map(({ name }) => item('timer', name, 'missing')),
    ];
  }
  const found = [
    ...functionDifferences(target, accountId, now.settings),
    ...asyncDifferences(target, now.asyncRetries),
    ...contentDifferences(now.status.contents, local),
  ];
  return [
    item('function', target.functionName, found.length === 0 ? 'exists' : 'differs', found.join('; ')),
    ...target.triggers.map((trigger) => {
      const differences = triggerDifferences(trigger, now.triggers);
      const isThere = now.triggers.some(({ name }) => name === trigger.name);
      const state = !isThere ? 'missing' : differences.length === 0 ? 'exists' : 'differs';
      return item('timer', trigger.name, state, isThere ? differences.join('; ') : '');
    }),
  ];
}
