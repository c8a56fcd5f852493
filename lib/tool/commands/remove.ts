import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { publicEndpointV3 } from '../../cloud/fc/function-name.ts';
import { createReaderV3, createRemoverV3 } from '../../cloud/fc/functions-v3.ts';
import type { Config } from '../../config/config.ts';
import { runOnce } from '../../function/run.ts';
import { CloudError } from '../../reconcile/cloud-error.ts';
import { type FlowLogResult, type Report, warningText } from '../../reconcile/report.ts';
import { mapTexts, printable } from '../../text.ts';
import { type Caller, identify } from '../caller.ts';
import { configFile, loadConfig } from '../config.ts';
import { type NotPlanned, reachAccounts } from '../deploy/first-run.ts';
import { heldConfig, type Keep } from '../deploy/held.ts';
import { isMissing, readOwn } from '../deploy/look-at-function.ts';
import { CALL_TIMEOUT_MS, orRefused, projectFolder } from '../deploy/project.ts';
import { withServerlessDevs } from '../deploy/serverless-devs.ts';
import { type Target, targetOf } from '../deploy/target.ts';
import { endpointOf } from '../endpoint.ts';
import { formatInstant } from '../instant.ts';
import { type Io, Refused, UsageError } from '../io.ts';
import { localDeps, localTime, runAndTell } from '../local-run.ts';
import { withProgress } from '../progress.ts';
import { type Column, failuresOf, tableOf, whichFlowLog } from '../report-view.ts';
import { widthOf } from '../table.ts';

interface RemoveOptions {
  readonly config?: string;
  readonly keep?: Keep;
  readonly yes?: true;
}

const KEEPS: readonly Keep[] = ['Active', 'Inactive', 'as-is'];

export function removeCommand(program: Command, io: Io): void {
  program
    .command('remove')
    .description(
      'The way back from this folder: remove timer, overrides and function, and leave the flow logs at the status that ' +
        'they shall keep. Records stay.',
    )
    .option('--config <file>', 'config file')
    .addOption(
      new Option(
        '--keep <status>',
        'which status the flow logs keep (default: asked; with --yes as-is)',
      ).choices(KEEPS),
    )
    .option('--yes', 'do not ask; for pipelines')
    .action((options: RemoveOptions) => remove(options, io));
}

interface Removal {
  readonly target: Target;
  readonly triggers: readonly string[];
  /** Whether there is a function to remove. */
  readonly isThere: boolean;
}

async function remove(options: RemoveOptions, io: Io): Promise<void> {
  if (!options.yes && io.ask === undefined) {
    throw new UsageError(
      'there is no terminal to ask on: add --yes to remove without a question, and --keep to say which status the flow ' +
        'logs keep',
    );
  }
  const fcEndpoint = endpointOf('FC_ENDPOINT', io);
  const deps = localDeps(io);
  const file = resolve(await configFile(options.config, io));
  const config = await loadConfig(options.config, io);
  const caller = await identify(io, deps.credentials, deps.endpoints.sts);
  const signed = { ...deps, credentials: async () => caller.credentials };
  await orRefused(io, async () => {
    const target = await targetHere(file, caller, fcEndpoint, io);
    const endpoint = fcEndpoint ?? publicEndpointV3(target.regionId);
    const removal = await look(target, endpoint, caller, io);
    const { reached, notPlanned } = await reachAccounts(config, signed);
    const time = localTime(signed);
    const request = { action: 'status', at: signed.clock.now() } as const;
    const status = await withProgress(io, 'Reading flow logs', runOnce(reached, request, time, signed));
    show(removal, status, notPlanned, caller, config.zone.name, io);
    if (status.error !== null) {
      io.err(`${status.error.code}: ${status.error.message}\nnothing was changed\n`);
      throw new Refused();
    }
    const keep = options.keep ?? (options.yes ? 'as-is' : await askKeep(io));
    const held = heldConfig(reached, status.flowLogs, keep);
    const left = [...held.unknown.map(({ flowLogId }) => flowLogId), ...notPlanned.map(describeAccount)];
    if (left.length > 0) io.err(`left as they are, overrides too: ${left.join(', ')}\n`);
    if (!options.yes && !(await isWanted(removal, keep, io))) {
      io.err('nothing was changed\n');
      throw new Refused();
    }

    await removeTriggers(removal, endpoint, caller, io);
    const isHeld = held.config.flowLogs.length === 0 || (await hold(held.config, io));
    if (!isHeld) {
      io.err(
        `not every flow log is as it shall stay: see above. The timer is removed; function ${target.functionName} is ` +
          'still there. Remove the cause, and run this again\n',
      );
      throw new Refused();
    }
    await removeFunction(removal, endpoint, caller, io);
    tellWhatStays(config, removal, keep, status.flowLogs, io);
    if (left.length > 0) {
      io.err('not everything is as it was asked for: some flow logs were left as they are, see above\n');
      throw new Refused();
    }
  });
}

const describeAccount = ({ account, roleArn, why }: NotPlanned): string =>
  `the flow logs of account ${account} (these credentials may not assume ${roleArn}: ${why})`;

function targetHere(file: string, caller: Caller, fcEndpoint: URL | undefined, io: Io): Promise<Target> {
  const rendering = async () => {
    const folder = await projectFolder();
    const options = { folder, configFile: file, env: io.env, caller, fcEndpoint };
    return withServerlessDevs(options, async (tool) =>
      targetOf(await tool.render(), folder, caller.accountId),
    );
  };
  return withProgress(io, 'Rendering s.yaml', rendering());
}

/** @throws {CloudError} when Function Compute does not say */
async function look(target: Target, endpoint: URL, { credentials }: Caller, io: Io): Promise<Removal> {
  const reader = createReaderV3(target.functionName, { endpoint, credentials, timeoutMs: CALL_TIMEOUT_MS });
  const asking = async (): Promise<Removal> => {
    try {
      await readOwn(reader);
      const triggers = await reader.triggers();
      return { target, isThere: true, triggers: triggers.map(({ name }) => name) };
    } catch (error) {
      if (error instanceof CloudError && isMissing(error)) return { target, isThere: false, triggers: [] };
      throw error;
    }
  };
  return withProgress(io, 'Looking at the function', asking());
}

function show(
  { target, isThere, triggers }: Removal,
  { flowLogs, warnings }: Report,
  notPlanned: readonly NotPlanned[],
  { accountId, arn }: Caller,
  zone: string,
  io: Io,
): void {
  const { functionName, regionId } = target;
  io.out(`account ${accountId} (${arn})\n`);
  io.out(
    isThere
      ? `function ${functionName} in ${regionId}, triggers: ${triggers.join(', ') || 'none'}\n\n`
      : `there is no function ${functionName} in ${regionId}\n\n`,
  );
  const rows = mapTexts(flowLogs, printable);
  const columns: readonly Column<FlowLogResult>[] = [
    ...whichFlowLog(rows),
    { head: 'STATUS', cell: ({ observed }) => observed ?? '?' },
    {
      head: 'OVERRIDE',
      cell: ({ override }) =>
        override === null ? '' : `${override.status} until ${formatInstant(override.until, zone)}`,
    },
  ];
  io.out(tableOf(columns, rows, widthOf(io)));
  for (const failure of failuresOf(rows)) io.out(`${failure}\n`);
  for (const warning of warnings) io.out(`warning: ${printable(warningText(warning))}\n`);
  for (const each of notPlanned) io.out(`not read: ${describeAccount(each)}\n`);
  io.out('\n');
}

/** @throws {Refused} when whoever is asked leaves: that is no answer */
async function askKeep(io: Io): Promise<Keep> {
  const question = 'Which status shall the flow logs keep? Active, Inactive, or as-is [as-is] ';
  for (;;) {
    const typed = (await io.ask?.(question)) ?? null;
    if (typed === null) {
      io.err('\nnothing was changed\n');
      throw new Refused();
    }
    const answer = typed.trim().toLowerCase();
    const keep = KEEPS.find((each) => each.toLowerCase() === (answer === '' ? 'as-is' : answer));
    if (keep !== undefined) return keep;
  }
}

async function isWanted({ target, isThere }: Removal, keep: Keep, io: Io): Promise<boolean> {
  const what = isThere ? `function ${target.functionName} and its timer` : 'what is left of it';
  const flowLogs = keep === 'as-is' ? 'leave the flow logs as they are' : `leave every flow log ${keep}`;
  const answer = (await io.ask?.(`Remove ${what} and all overrides, and ${flowLogs}? [y/N] `)) ?? '';
  return /^y(es)?$/i.test(answer.trim());
}

/** Before anything else: no tick may undo what comes after. */
async function removeTriggers(
  { target, triggers }: Removal,
  endpoint: URL,
  { credentials }: Caller,
  io: Io,
): Promise<void> {
  const remover = createRemoverV3(target.functionName, { endpoint, credentials, timeoutMs: CALL_TIMEOUT_MS });
  for (const name of triggers) {
    await withProgress(io, `Removing trigger ${name}`, remover.trigger(name));
    io.out(`removed trigger ${name}\n`);
  }
}

/** Removes overrides, and sets the statuses. Recorded like any other run. @returns whether all of it went well */
async function hold(config: Config, io: Io): Promise<boolean> {
  try {
    await runAndTell(io, config, { action: 'clear-override', flowLogs: 'all' }, false);
    return true;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}

/** And reads back that it is gone. @throws {Refused} when it is not */
async function removeFunction(
  { target, isThere }: Removal,
  endpoint: URL,
  caller: Caller,
  io: Io,
): Promise<void> {
  const { functionName } = target;
  if (!isThere) return;
  const connection = { endpoint, credentials: caller.credentials, timeoutMs: CALL_TIMEOUT_MS };
  await withProgress(io, `Removing ${functionName}`, createRemoverV3(functionName, connection).function());
  const after = await look(target, endpoint, caller, io);
  if (after.isThere) {
    io.err(`function ${functionName} is still there, though Function Compute did not refuse to remove it\n`);
    throw new Refused();
  }
  io.out(`removed function ${functionName}\n`);
}

function tellWhatStays(
  { recordTo, accounts }: Config,
  { target }: Removal,
  keep: Keep,
  flowLogs: readonly FlowLogResult[],
  io: Io,
): void {
  const { role, log } = target;
  const inactive = flowLogs.filter(({ observed }) => observed === 'Inactive').length;
  io.out('\nwhat stays:\n');
  if (keep === 'as-is' && inactive > 0) {
    io.out(`  ${inactive} flow log${inactive === 1 ? '' : 's'} Inactive: nothing enables them any more\n`);
  }
  if (recordTo.kind === 'sls') {
    const { project, logstore } = recordTo;
    io.out(`  records in Logstore ${logstore} of project ${project}, its index and its dashboard\n`);
    io.out('  alerts: delete or disable them in the SLS console; the one that watches for runs will fire\n');
  }
  io.out(`  the function's own log in Logstore ${log.logstore} of project ${log.project}\n`);
  io.out(`  RAM role ${role.roleName} and its policies\n`);
  for (const [name, { roleArn }] of accounts) io.out(`  RAM role ${roleArn} of account ${name}\n`);
}
