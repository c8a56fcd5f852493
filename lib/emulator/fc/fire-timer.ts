import { randomUUID } from 'node:crypto';
import type { World } from '../service.ts';
import type { EmulatorExecution } from '../types.ts';
import { dateOf } from './fc3-operation.ts';
import type { HostedFunction } from './functions.ts';
import { parseTimer } from './timer.ts';

interface WhichTimer {
  readonly functionName: string;
  readonly triggerName: string;
  readonly accountId: string | undefined;
}

/**
 * Invokes a function as its timer would now.
 * @throws when there is no such function or timer, or it is not enabled
 * @see https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/time-triggers for the event
 */
export async function fireTimer(world: World, which: WhichTimer): Promise<EmulatorExecution> {
  const { functionName, triggerName } = which;
  const hosted = functionOf(world, which);
  const trigger = hosted.stored.triggers.find((each) => each.triggerName === triggerName);
  if (trigger?.triggerType !== 'timer')
    throw new Error(`no timer ${triggerName} of function ${functionName}`);
  const { enable, payload } = parseTimer(trigger.triggerConfig);
  if (!enable) throw new Error(`timer ${triggerName} of function ${functionName} is not enabled`);
  const event = JSON.stringify({ triggerTime: dateOf(world.now()), triggerName, payload });
  return hosted.invoke(randomUUID().toUpperCase(), Buffer.from(event));
}

function functionOf(
  { functions, accessKeys }: World,
  { functionName, accountId }: WhichTimer,
): HostedFunction {
  const ids = accountId === undefined ? accessKeys.accountIds() : [accountId];
  const [found, ...others] = ids.flatMap((id) => functions.find(id, null, functionName) ?? []);
  if (found === undefined || others.length > 0) {
    throw new Error(`${found === undefined ? 'no' : 'more than one'} function ${functionName}`);
  }
  return found;
}
