/** Reading flow logs again after they were changed, until everything has shown. */
import type { Budget } from './budget.ts';
import { CallError, type FlowLog, type FlowLogScope, type FlowLogs } from './ports.ts';

const FIRST_MS = 500;
const LONGEST_MS = 5_000;

/**
 * Lists, ever less often, until nothing is pending any more or time runs out.
 * @param pending by flow log ID; whoever reads takes out what has shown. All of them lie in the scope
 * @returns one listing by flow log ID a round for all that is pending, or why there is none
 */
export async function* readBacks(
  pending: ReadonlyMap<string, unknown>,
  scope: FlowLogScope,
  flowLogs: FlowLogs,
  time: Budget,
): AsyncGenerator<ReadonlyMap<string, FlowLog> | CallError, void> {
  for (let waitMs = FIRST_MS; pending.size > 0; waitMs = Math.min(waitMs * 1.5, LONGEST_MS)) {
    if (!(await time.sleep(waitMs))) return;
    yield await readBack([...pending.keys()], scope, flowLogs);
  }
}

/** Lists once. All of these flow logs lie in the scope. @returns by flow log ID, or why there is no listing */
export async function readBack(
  [only, ...others]: readonly string[],
  scope: FlowLogScope,
  flowLogs: FlowLogs,
): Promise<ReadonlyMap<string, FlowLog> | CallError> {
  const alone = only !== undefined && others.length === 0;
  try {
    const listed = await flowLogs.list(alone ? { ...scope, flowLogId: only } : scope);
    return new Map(listed.map((flowLog) => [flowLog.flowLogId, flowLog]));
  } catch (error) {
    if (error instanceof CallError) return error;
    throw error;
  }
}
