/** What a deployment says to a person. */
import type { Config } from '../../config/config.ts';
import type { Answer } from '../../function/answer.ts';
import type { Caller } from '../caller.ts';
import type { Io } from '../io.ts';
import { zoneOf } from '../local-run.ts';
import type { Item, ItemState } from '../provision/items.ts';
import { viewPlan, viewReport } from '../report-view.ts';
import { arnOf } from '../role-arn.ts';
import { table, type Width, widthOf } from '../table.ts';
import type { Deployment, Look } from './deployment.ts';
import type { FirstRun } from './first-run.ts';
import type { FunctionNow } from './look-at-function.ts';

/** Where news goes that is no failure. */
export type Say = (text: string) => void;

export const VERBS: Readonly<Record<ItemState, string>> = {
  missing: 'create',
  differs: 'change',
  manual: 'by hand',
  exists: 'keep',
  failed: 'failed',
  skipped: 'not tried',
  created: 'created',
  updated: 'changed',
  planned: 'planned',
};

/** What would be created or changed, and what the first run would do. */
export function show(
  { items, now }: Look,
  { plan, notPlanned }: FirstRun,
  { target }: Deployment,
  { accountId, arn }: Caller,
  config: Config,
  say: Say,
  width: Width,
): void {
  const rows = items.map((each) => [VERBS[each.state], each.kind, each.name, each.detail]);
  say(`account ${accountId} (${arn})\nfunction ${target.functionName} in ${target.regionId}\n\n`);
  say(table(['ACTION', 'WHAT', 'NAME', 'DETAIL'], rows, width));
  say(
    now.kind === 'missing' ? '\nWhat the first run would do:\n' : '\nWhat the next run would do with this:\n',
  );
  say(plan === null ? 'nothing that can be planned from here\n' : viewPlan(plan, zoneOf(config), width));
  for (const { account, roleArn, why } of notPlanned) {
    const reason = `these credentials may not assume ${roleArn} (${why}); the function does`;
    say(`account ${account} is not planned: ${reason}\n`);
  }
  say('\n');
}

/** What could not be looked at, and so is not touched. */
export function tellUnread(items: readonly Item[], io: Io): void {
  for (const { kind, name, state, detail } of items) {
    if (state === 'failed') io.err(`${kind} ${name}: ${detail}\n`);
  }
  io.err('not everything could be looked at, so nothing was changed\n');
}

/** E.g. `2 flow logs fail`; empty when none does. */
export function failuresIn({ plan }: FirstRun): string {
  if (plan === null || plan.ok) return '';
  const { failed } = plan.summary;
  if (failed === 0) return 'the whole run fails';
  return failed === 1 ? '1 flow log fails' : `${failed} flow logs fail`;
}

/** @param failures of the plan; empty without any */
export async function isWanted(items: readonly Item[], failures: string, io: Io): Promise<boolean> {
  const count = (state: ItemState) => items.filter((each) => each.state === state).length;
  const [create, change] = [count('missing'), count('differs')];
  const parts = [...(create > 0 ? [`create ${create}`] : []), ...(change > 0 ? [`change ${change}`] : [])];
  const although = failures === '' ? '' : `, although ${failures} in the plan`;
  const question = `${parts.join(' and ')}${although}? From then on the timer runs. [y/N] `;
  const answer = (await io.ask?.(question.replace(/^./, (first) => first.toUpperCase()))) ?? '';
  return /^y(es)?$/i.test(answer.trim());
}

/** @returns what the function answered; null when it did not */
export function tellStatus(now: FunctionNow, config: Config, say: Say, io: Io): Answer | null {
  if (now.kind === 'missing') return null;
  const { answer, problem } = now.status;
  if (answer === null) io.err(`the function does not answer its status: ${problem}\n`);
  else if (answer.ok) {
    const { total, planned } = answer.summary;
    say(`status: ok, ${total} flow log${total === 1 ? '' : 's'}, ${planned} to change at the next tick\n`);
  } else {
    say(viewReport(answer, zoneOf(config), widthOf(io)));
    io.err('the function is deployed, and says that not all is well: see above\n');
  }
  return answer;
}

export function tellNext(
  { target, accountId }: Deployment,
  { notPlanned }: FirstRun,
  answer: Answer | null,
  say: Say,
): void {
  const { functionName, regionId, role } = target;
  say(`\nnext:\n  npx flow-logs doctor --function ${functionName} --region ${regionId}\n`);
  for (const { account } of notPlanned) {
    const fails = answer?.flowLogs.some((each) => each.account === account && each.error !== null) === true;
    if (!fails) continue;
    say(
      `  with credentials of account ${account}: npx flow-logs provision --account ${account} --function-role ` +
        `${arnOf(accountId, role.roleName)}\n`,
    );
  }
}
