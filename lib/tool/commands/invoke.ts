import { type Command, InvalidArgumentError } from 'commander';
import { defaultCredentials } from '../../cloud/credentials/provider.ts';
import { redact } from '../../cloud/credentials/redact.ts';
import type { Credentials } from '../../cloud/credentials/types.ts';
import { publicEndpointV2, publicEndpointV3 } from '../../cloud/fc/function-name.ts';
import { createInvokeV3 } from '../../cloud/fc/functions-v3.ts';
import type { FunctionName, Invoked, InvokeFunction } from '../../cloud/fc/invocation.ts';
import { describeInvokeError } from '../../cloud/fc/invoke-advice.ts';
import type { Config } from '../../config/config.ts';
import { openEvent } from '../../function/event.ts';
import { commandOf } from '../../function/read-command.ts';
import { CloudError } from '../../reconcile/cloud-error.ts';
import { oneLine } from '../../text.ts';
import { checkConfig, loadConfig } from '../config.ts';
import { functionHere } from '../function-here.ts';
import { functionArgument, functionRegion, ownEndpoint, regionArgument } from '../function-target.ts';
import { readAnswer, readFunctionError } from '../invoke/read-answer.ts';
import { type Io, Refused, UsageError } from '../io.ts';
import { zoneOf } from '../local-run.ts';
import { withProgress } from '../progress.ts';
import { viewReport } from '../report-view.ts';
import { widthOf } from '../table.ts';

interface GivenOptions extends Omit<InvokeOptions, 'function'> {
  readonly function?: FunctionName;
}

interface InvokeOptions {
  readonly function: FunctionName;
  readonly region?: string;
  readonly accountId?: string;
  readonly payload: string;
  readonly async?: true;
  readonly config?: string;
  readonly json?: true;
}

/** A run waits for flow logs to settle, two minutes by default and as long as its own timeout allows. */
const TIMEOUT_MS = 600_000;

export function invokeCommand(program: Command, io: Io): void {
  program
    .command('invoke')
    .description(
      'Call the deployed function and print its answer; by default its status, which changes nothing.',
    )
    .option(
      '--function <name>',
      'NAME on Function Compute 3.0, SERVICE/NAME on Function Compute 2.0 (default: the one in s.yaml of this folder)',
      functionArgument,
    )
    .option(
      '--region <id>',
      "the function's region (default: that of the function in s.yaml, else of recordTo in the config)",
      regionArgument,
    )
    .option('--payload <json>', 'command for the function', payloadArgument, '{"action":"status"}')
    .option('--async', 'do not wait for the answer')
    .option(
      '--account-id <id>',
      'the account that owns it; for Function Compute 2.0 only (default: ALIBABA_CLOUD_ACCOUNT_ID, FC_ACCOUNT_ID)',
      accountArgument,
    )
    .option('--config <file>', 'config file')
    .option('--json', 'print JSON')
    .action(async (options: GivenOptions) => invoke(await namedOptions(options, io), io));
}

/** @throws {UsageError} when neither the command line nor `s.yaml` names a function */
async function namedOptions(options: GivenOptions, io: Io): Promise<InvokeOptions> {
  if (options.function !== undefined) return { ...options, function: options.function };
  const here = await functionHere(io);
  if (here === null) {
    throw new UsageError(
      'which function? Add --function NAME, or change to the folder whose s.yaml deploys it and names it plainly',
    );
  }
  io.err(`${nameOf(here.name)}, the function of s.yaml in this folder\n`);
  const region = options.region ?? here.regionId;
  return { ...options, function: here.name, ...(region === null ? {} : { region }) };
}

async function invoke(options: InvokeOptions, io: Io): Promise<void> {
  const { function: name, payload, async = false } = options;
  const config = await configAtHand(options.config, io);
  const target = targetOf(options, config, io);
  const call = await target.connect(await credentialsOf(io));

  const work = call({ payload, async });
  const what = async ? 'Handing over to' : 'Waiting for';
  const invoked = await withProgress(io, `${what} ${nameOf(name)}`, work).catch((error: unknown) => {
    if (!(error instanceof CloudError)) throw error;
    const where = { host: target.endpoint.host, timeoutMs: TIMEOUT_MS };
    io.err(`${nameOf(name)}: ${describeInvokeError(error, where)}\n`);
    throw new Refused();
  });
  if (async) tellAccepted(invoked, options, config, io);
  else tellAnswer(invoked, options, config, io);
}

function tellAccepted({ requestId, taskId }: Invoked, options: InvokeOptions, config: Config | null, io: Io) {
  if (options.json) {
    io.out(`${JSON.stringify({ function: nameOf(options.function), requestId, taskId }, null, 2)}\n`);
    return;
  }
  const task = taskId === null || taskId === requestId ? '' : `, task ${taskId}`;
  const records =
    config?.recordTo.kind === 'sls'
      ? `, and its records in Logstore ${config.recordTo.logstore} of project ${config.recordTo.project}, by this requestId`
      : '';
  io.out(
    `accepted: request ${requestId ?? 'without an ID'}${task}\nIts result is in the function's log${records}.\n`,
  );
}

/** @throws {Refused} when the function failed, or its answer says that something did */
function tellAnswer(invoked: Invoked, options: InvokeOptions, config: Config | null, io: Io): void {
  const name = nameOf(options.function);
  const request = invoked.requestId === null ? '' : ` (request ${invoked.requestId})`;
  if (invoked.errorType !== null) {
    const reason = redact(readFunctionError(invoked.body));
    io.err(`${name} failed with ${oneLine(invoked.errorType)}: ${reason}${request}; its log has more\n`);
    throw new Refused();
  }
  const answer = readAnswer(invoked.body);
  if (answer === null) {
    const shown = oneLine(redact(invoked.body)).slice(0, 500);
    io.err(`${name} answered something that is not the scheduler's${request}: ${shown}\n`);
    throw new Refused();
  }
  if (options.json) io.out(`${JSON.stringify(answer, null, 2)}\n`);
  else io.out(viewReport(answer, config === null ? () => 'UTC' : zoneOf(config), widthOf(io)));
  if (!answer.ok) throw new Refused();
}

interface Target {
  readonly endpoint: URL;
  /** The client for 2.0 takes a fifth of a second to load, which nothing else should wait for. */
  readonly connect: (credentials: Credentials) => Promise<InvokeFunction>;
}

/** @throws {UsageError} when the region or the account is not known */
function targetOf(options: InvokeOptions, config: Config | null, io: Io): Target {
  const { function: name } = options;
  const own = ownEndpoint(io);
  switch (name.generation) {
    case '3.0': {
      const endpoint = own ?? publicEndpointV3(functionRegion(options.region, config));
      return {
        endpoint,
        connect: async (credentials) =>
          createInvokeV3(name.functionName, { endpoint, credentials, timeoutMs: TIMEOUT_MS }),
      };
    }
    case '2.0': {
      const accountId = accountOf(options, io);
      const endpoint = own ?? publicEndpointV2(functionRegion(options.region, config), accountId);
      return {
        endpoint,
        connect: async (credentials) => {
          const { createInvokeV2 } = await import('../../cloud/fc/invoke-v2.ts');
          const { serviceName, functionName } = name;
          const connection = { endpoint, credentials, timeoutMs: TIMEOUT_MS, accountId };
          return createInvokeV2(serviceName, functionName, connection);
        },
      };
    }
  }
}

function accountOf(options: InvokeOptions, { env }: Io): string {
  const accountId = options.accountId ?? (env.ALIBABA_CLOUD_ACCOUNT_ID || env.FC_ACCOUNT_ID);
  if (accountId === undefined || !ACCOUNT.test(accountId)) {
    throw new UsageError(
      'a function of Function Compute 2.0 is found by the account that owns it: add --account-id, or set ' +
        'ALIBABA_CLOUD_ACCOUNT_ID, to its number, e.g. 1234567890123456',
    );
  }
  return accountId;
}

/** A config is needed only for what the command line leaves out, unless it is named. */
async function configAtHand(named: string | undefined, io: Io): Promise<Config | null> {
  if (named !== undefined) return loadConfig(named, io);
  const silent = { ...io, err: () => {} };
  return checkConfig(undefined, silent).then(
    ({ config }) => config,
    (error: unknown) => {
      if (error instanceof Refused) return null;
      throw error;
    },
  );
}

function credentialsOf(io: Io): Promise<Credentials> {
  return io.secrets
    .of(defaultCredentials())()
    .catch((error: unknown) => {
      const looked = oneLine(redact(error instanceof Error ? error.message : String(error)));
      io.err(
        `no credentials; set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET. Looked for: ${looked}\n`,
      );
      throw new Refused();
    });
}

const nameOf = (name: FunctionName): string =>
  name.generation === '3.0' ? name.functionName : `${name.serviceName}/${name.functionName}`;

const ACCOUNT = /^\d{5,20}$/;

function accountArgument(text: string): string {
  if (!ACCOUNT.test(text)) {
    throw new InvalidArgumentError('Expected the number of an account such as 1234567890123456.');
  }
  return text;
}

/** Checked here, so that what the function would refuse never leaves. */
function payloadArgument(text: string): string {
  const request = commandOf(openEvent(text).asked);
  if ('refused' in request) throw new InvalidArgumentError(`${request.refused}.`);
  return text;
}
